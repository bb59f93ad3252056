"""A table cut into slices: one behind the other they are what the whole is given back as, wherever it is cut."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from enrich.files.opened import OpenedFile
from enrich.formats import ReadOptions, open_document, open_slice, slices_of
from enrich.formats.delimited import DelimitedDocument, read
from enrich.model.column import Column, Type
from enrich.model.finding import Scalar
from enrich.model.row import Added, Addition, Row

COLUMNS = (Column("vt_status", "", "", Type.STATUS), Column("vt_note", "", ""))
VALUES: tuple[Scalar, ...] = ("found", 'a "word", and more')

fields = st.sampled_from(
    ["a", "", "sep=;", "b c", '"q"', '"two\nlines"', '"a ""b"" c"', '"open', ' "odd', 'in"side', "é", "\ufeff", "# x"]
)
ends = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])
records = st.tuples(st.lists(fields, min_size=1, max_size=4), ends)


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A table with quotes of every kind, in one of the encodings that ASCII is ASCII in."""
    delimiter = draw(st.sampled_from([",", ";", "\t"]))
    lines = draw(st.lists(records, max_size=30))
    start = draw(st.sampled_from(["", "h1,h2\n", f"sep={delimiter}\n"]))
    text = start + "".join(delimiter.join(row) + end for row, end in lines) + draw(st.sampled_from(["", "last"]))
    codec = draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]))
    return text.encode(codec, "replace")


def addition(rows: Iterable[Row], present: Mapping[str, int]) -> Addition:
    """Cells for every second row."""
    wanted = {row.number for row in rows if row.number % 2 == 0}
    cells = lambda number: Added(VALUES) if number in wanted else None  # noqa: E731
    return Addition(COLUMNS, tuple(column.name for column in COLUMNS), 1, cells, present)


def given_back(table: DelimitedDocument, added: Addition) -> bytes:
    target = io.BytesIO()
    table.give_back(target, {"": added}, [])
    return target.getvalue()


@given(tables(), st.integers(1, 60), st.integers(1, 80), st.booleans())
@example(b'a,b\n1,"open\n2,c\n' + b"3,d\n" * 60 + b'4, "e"\n', 1, 8, False)
def test_slices_come_to_what_the_whole_comes_to(content: bytes, size: int, block: int, ours: bool) -> None:
    present = {"vt_note": 1} if ours else {}
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(DelimitedDocument, "block_size", block)
        path = Path(folder) / "list.csv"
        path.write_bytes(content)
        table = read(path, ReadOptions())
        rows = list(table.rows(""))
        whole = given_back(table, addition(rows, present))
        pieces, seen = b"", list[Row]()
        slices = table.slices(size)
        for piece in slices:
            sliced = open_slice(OpenedFile(path, (piece.first, piece.end)), piece)
            own = list(sliced.rows(""))
            assert all(piece.rows < row.number <= piece.last for row in own)
            seen += own
            pieces += given_back(sliced, addition(rows, present))  # type: ignore[arg-type]
    assert pieces == whole or not (slices or rows)
    assert seen == rows
    assert all(piece.end - piece.first >= size for piece in slices[:-1])
    assert [piece.first for piece in slices] == [0, *(piece.end for piece in slices[:-1])][: len(slices)]


def test_a_quoted_field_over_many_blocks_is_cut_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DelimitedDocument, "block_size", 64)
    path = tmp_path / "list.csv"
    path.write_text("a,b\n" + '1,"' + "line\n" * 100 + '"\n' + "2,c\n" * 100)
    table = read(path, ReadOptions())
    assert len(list(table.rows(""))) == 102
    slices = table.slices(1)
    assert len(slices) > 5
    assert not [piece for piece in slices if 8 <= piece.first < 500]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-be", "utf-32"])
def test_what_cannot_be_cut_is_one_piece(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("".join(f"a,{number}\n" for number in range(9999)).encode(codec))
    document = open_document(path)
    assert len(list(document.rows(""))) == 9999
    assert slices_of(document, 1) == []


def test_a_packed_table_is_not_cut_as_no_piece_of_its_file_holds_rows(tmp_path: Path) -> None:
    content = b"".join(b"a,%d\n" % number for number in range(99_999))
    plain, packed = tmp_path / "list.csv", tmp_path / "list.csv.gz"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content, mtime=0))
    for path, cut in ((plain, True), (packed, False)):
        document = open_document(path)
        assert len(list(document.rows(""))) == 99_999
        assert bool(slices_of(document, 1)) is cut
        document.close()
