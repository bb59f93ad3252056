"""Records are cut alike by both passes, whatever quotes and line ends stand in them, and nothing is lost."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.files.encoding import Encoding
from enrich.files.lines import blocks
from enrich.formats.delimited.records import Batch, Cutter, Dialect, RawRecords
from tests.formats.delimited.tables import TEXT, WORDS, opened, texts


def batches_of(dialect: Dialect, pieces: list[bytes]) -> list[Batch]:
    """The records of a file that is not large: each batch of it is cut."""
    return list(RawRecords(dialect, Encoding("utf-8")).batches(pieces))


def test_a_row_number_is_the_record_s_and_blank_lines_count(tmp_path: Path) -> None:
    table = opened(tmp_path, b'a,b\n\n"1\n2",3\n,\nx,y\n')
    assert [(row.number, list(row.texts)) for row in table.rows("")] == [
        (1, ["a", "b"]),
        (3, ["1\n2", "3"]),
        (5, ["x", "y"]),
    ]


@given(text=TEXT, delimiter=WORDS)
def test_both_passes_see_the_same_records(text: str, delimiter: str) -> None:
    dialect = Dialect(delimiter)
    seen = Cutter(dialect).cut(text, more=False)
    raw = text.encode()
    records, counts = [], []
    for batch in batches_of(dialect, [raw] if raw else []):
        records += batch[0]
        counts += batch[1]
    assert b"".join(records) == raw
    assert [max(len(fields), 1) for fields in seen.records] == [count + 1 for count in counts]


@given(text=TEXT, delimiter=WORDS)
def test_every_character_of_a_text_is_in_some_field(text: str, delimiter: str) -> None:
    cut = Cutter(Dialect(delimiter)).cut(text, more=False)
    shown = "".join(field for record in cut.records for field in record)
    for sign in "ab\u00e9\x00":
        assert shown.count(sign) == text.count(sign)


@given(rows=st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=4), min_size=1, max_size=8), delimiter=WORDS)
def test_what_csv_writes_is_read_as_it_was(rows: list[list[str]], delimiter: str) -> None:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    assert Cutter(Dialect(delimiter), "").cut(target.getvalue(), more=False).records == rows


def test_an_unterminated_quote_swallows_nothing(tmp_path: Path) -> None:
    table = opened(tmp_path, b'a,b\n"open,1\n2,3\n4,"5"\n6,7\n')
    assert texts(table) == [["a", "b"], ['"open', "1"], ["2", "3"], ["4", "5"], ["6", "7"]]


def test_an_unterminated_quote_over_many_blocks_is_let_go() -> None:
    raw = [b'a,"b\n', *[b"1,2\n"] * 99]
    records = [record for batch in batches_of(Dialect(), raw) for record in batch[0]]
    assert records == raw


def test_a_cell_beyond_the_csv_module_s_limit_is_read(tmp_path: Path) -> None:
    long = "x" * 200_000
    table = opened(tmp_path, f'a,b\n"{long}\n",2\n{long},3\n"{long}""",4\n'.encode())
    assert [record[1] for record in texts(table)] == ["b", "2", "3", "4"]
    assert texts(table)[3][0] == long + '"'


@given(text=TEXT, delimiter=WORDS, size=st.integers(1, 40))
def test_both_passes_agree_wherever_blocks_are_cut(
    text: str, delimiter: str, size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("blocks") / "a.csv"
    path.write_bytes(text.encode())
    encoding, dialect = Encoding("utf-8"), Dialect(delimiter)
    pieces = list(blocks(path, encoding, size))
    assert b"".join(pieces) == path.read_bytes()
    seen, held = [], ""
    for index, piece in enumerate([*pieces, b""]):
        cut = Cutter(dialect).cut(held + piece.decode("utf-8", "replace"), more=index < len(pieces))
        held = (held + piece.decode("utf-8", "replace"))[-cut.left :] if cut.left else ""
        seen += cut.records
    batches = batches_of(dialect, pieces)
    raw = [record for batch in batches for record in batch[0]]
    assert b"".join(raw) == path.read_bytes()
    if len(pieces) < 30:  # beyond, an open quote is let go
        assert [max(len(fields), 1) - 1 for fields in seen] == [count for batch in batches for count in batch[1]]
