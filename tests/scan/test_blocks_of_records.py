"""A large delimited file that is looked at column by column comes to the same as its records one by one."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrich.files.lines import lines_of
from enrich.formats import ReadOptions, open_document
from enrich.formats.delimited import arrow_records, record_blocks, table
from enrich.formats.delimited.record_blocks import RecordRows
from enrich.formats.delimited.records import Cutter, Dialect
from enrich.indicators import types
from enrich.model.row import Row
from enrich.model.row_blocks import Block
from enrich.model.sighting import Found, Sighting
from enrich.scan import block_taker, scan_sheet


def hashed(number: int, algorithm: str = "sha256") -> str:
    return hashlib.new(algorithm, str(number).encode(), usedforsecurity=False).hexdigest()


HASHES = [hashed(n, name) for n in range(4) for name in ("sha256", "sha1", "md5")]
USUAL = [
    "ws1",
    "C:\\Windows\\cmd.exe",
    "svc",
    "corp\\ann",
    "rundll32 a.dll, Start",
    'say "x"',
    "12",
    "2023-11-14 22:13:20Z",
]
ODD = [
    *(hashed(7)[:-1], hashed(7)[:32], hashed(7)[32:], hashed(8).upper(), f"sha256: {hashed(9)}", "0" * 64),
    *(f"{hashed(1)} {hashed(2)}", f'"{hashed(1)}"', f"{hashed(1)},{hashed(2)}", f"a\nb {hashed(3)}", "1" * 40),
    *("d41d8cd98f00b204e9800998ecf8427e", "31d6cfe0d16ae931b73c59d7e0c089c0", "deadbeef", "12345678" * 2, ""),
    *(
        "evil.example.com",
        "8.8.8.8",
        "hxxp://bad[.]example/x",
        "a@b.example",
        "C:\\data\\job.xml",
        "1234567890123456789",
    ),
    *("MD5", "sha1", "imphash", "Certificate thumbprint", "# example:", "// x", "TLP:RED", "ｓｈａ１"),
    *("Username: max", "URL: http://evil.example/x", "password=1"),
]
HEADINGS = ["Host", "SHA256", "sha1", "md5", "Image", "Imphash", "Note", "Type", "Value", "Command", "id", "x"]
NUMBER = re.compile(arrow_records.NUMBER)
BETWEEN = [[], [""], ["# Domains"], ["Domains"], ["Section of malware:"], [hashed(5)], ["a", "b"], ["x"] * 30]
"""Records that may stand between those of the table."""


@st.composite
def records(draw: st.DrawFn) -> list[list[str]]:
    """A table's records, mostly alike, with odd cells here and there and something else between them."""
    size = draw(st.integers(150, 420))
    names = draw(st.lists(st.sampled_from(HEADINGS), min_size=1, max_size=6, unique=True))
    columns = {"Time": [f"2023-11-14 22:{n // 60 % 60:02}:{n % 60:02}.5Z" for n in range(size)]}
    for name in names:
        pool = draw(st.sampled_from([HASHES[::3], HASHES[1::3], HASHES, USUAL, [*USUAL, *HASHES[::3], ""]]))
        columns[name] = [pool[(5 * n * n + 3 * n) % len(pool)] for n in range(size)]
        for place, text in draw(st.lists(st.tuples(st.integers(0, size - 1), st.sampled_from(ODD)), max_size=6)):
            columns[name][place] = text
    columns["Pid"] = [str(n) for n in range(size)]
    order = draw(st.permutations(list(columns)))
    rows = [order, *map(list, zip(*(columns[name] for name in order), strict=True))]
    for place, record in draw(st.lists(st.tuples(st.integers(0, size), st.sampled_from(BETWEEN)), max_size=4)):
        rows.insert(place, record)
    return rows


class Seen(NamedTuple):
    """All that a scan comes to; the order of its table of classes is nobody's business."""

    sightings: tuple[Sighting, ...]
    table: tuple[object, ...]
    rest: tuple[object, ...]


def by_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """The same rows from an iterator that knows nothing of columns."""
    yield from rows


def scanned(
    path: Path, *, blocks: bool, columns: Sequence[str], kinds: Sequence[str], arrow_from: int = 1 << 40
) -> Seen:
    with closing(open_document(path, ReadOptions(arrow_from=arrow_from))) as document:
        rows = document.rows("")
        assert isinstance(rows, RecordRows)
        given_rows = rows if blocks else by_rows(rows)
        found = scan_sheet("", given_rows, columns=columns, kinds=kinds, file=path.name)
        weak = {found.table[index] for index in found.weak}
        table = found.header_row, found.headings, found.present, found.width, found.rows, found.columns
        return Seen(tuple(found), table, (found.linked, found.placed, weak))


@pytest.fixture
def takes_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take by columns whatever may be taken so, and look at each batch; read little at once."""
    monkeypatch.setattr(block_taker, "FEWEST", 1)
    monkeypatch.setattr(block_taker, "MOST_RESTS", 0)
    monkeypatch.setattr(table, "LARGE", 0)
    monkeypatch.setattr(table.DelimitedDocument, "block_size", 4096)


@pytest.mark.slow
@pytest.mark.usefixtures("takes_all")  # the same for all cases
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records(), st.booleans(), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.booleans(), st.data())
def test_column_by_column_comes_to_the_same_as_record_by_record(
    rows: list[list[str]], every: bool, quoting: int, few: bool, data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.sampled_from(["SHA256", "Note", "Command"]), max_size=2, unique=True))
    kinds = tuple(types()) if every else ("hash",)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(record_blocks, "_MOST", 50 if few else 1000)
        path = Path(folder) / "part.csv"
        with path.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
        found = [scanned(path, blocks=blocks, columns=chosen, kinds=kinds) for blocks in (False, True)]
    assert found[0] == found[1]


@pytest.mark.slow
@pytest.mark.usefixtures("takes_all")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records(), st.booleans(), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.booleans(), st.data())
def test_by_arrow_s_columns_comes_to_the_same_as_record_by_record(
    rows: list[list[str]], every: bool, quoting: int, few: bool, data: st.DataObject
) -> None:
    pytest.importorskip("pyarrow")
    chosen = data.draw(st.lists(st.sampled_from(["SHA256", "Note", "Command"]), max_size=2, unique=True))
    kinds = tuple(types()) if every else ("hash",)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrow_records, "MOST", 50 if few else 1000)
        path = Path(folder) / "part.csv"
        with path.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
        found = [scanned(path, blocks=blocks, columns=chosen, kinds=kinds, arrow_from=0) for blocks in (False, True)]
    assert found[0] == found[1]


ROWS = [
    ["a", "", "ü\u2028", "1"],
    ['say "x"', "b,c", "", ""],
    ["", "", "", ""],
    ["2023-11-14 22:13:20.5Z", "-7", " ", "0" * 64],
    ["a\nb", "c", "d", "e"],
]


@given(st.lists(st.sampled_from(ROWS), min_size=1, max_size=60), st.integers(1, 40), st.integers(1, 40), st.booleans())
def test_arrow_s_blocks_hold_the_same_records_as_blocks_of_fields(
    rows: list[list[str]], most: int, passed: int, every: bool
) -> None:
    pytest.importorskip("pyarrow")
    target = io.StringIO()
    csv.writer(target, quoting=csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL).writerows([["h"] * 4, *rows])
    lines = lines_of(target.getvalue())
    cutter = Cutter(Dialect(","), is_large=True)
    found = []
    for by_arrow in (True, False):
        cuts = [cutter.cut("".join(lines[at : at + 7]), more=False) for at in range(0, len(lines), 7)]
        stream = RecordRows(iter(cuts), by_arrow=by_arrow)
        seen: list[tuple[int, list[str]]] = []
        while (row := next(stream, None)) is not None:
            seen.append((row.number, list(row.texts)))
            if (block := stream.ahead(most)) is not None:
                _check_columns(block)
                count = min(passed, block.size)
                seen += [(one.number, [*one.texts]) for one in block.rows(0, count)]
                stream.skip(count)
        found.append(seen)
    assert found[0] == found[1]
    assert found[0]


def _check_columns(block: Block) -> None:
    """What a block tells of its columns is true of its rows."""
    rows = [row.texts for row in block.rows(0, block.size)]
    for column, cells in enumerate(zip(*rows, strict=True)):
        texts, codes = block.texts(column)
        assert [texts[code] for code in codes.tolist()] == list(cells)
        assert block.filled(column) == ("" not in cells)
        assert block.holds_numbers(column) == all(NUMBER.fullmatch(cell) for cell in cells)
        even = block.even(column)
        assert (even is not None) == (len(set(map(len, cells))) == 1 and bool(cells[0]) and "".join(cells).isascii())
        if even is not None:
            assert [bytes(even.letters[code]).decode() for code in even.codes.tolist()] == list(cells)


def test_a_title_right_below_a_block_is_not_apart_from_it(tmp_path: Path, takes_all: None) -> None:
    block = [[f"2023-11-14 22:13:{n % 60:02}", f"ws{n}", hashed(n), "x"] for n in range(64)]
    below = [["Benign"], ["", "", "", "evil.example.com"]]
    path = tmp_path / "part.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([["Time", "Host", "SHA256", "Domain"], *block, *below])
    kinds = ("hash", "domain")
    found = [scanned(path, blocks=blocks, columns=[], kinds=kinds) for blocks in (True, False)]
    assert found[0] == found[1]
    assert ("domain", Found.INDICATOR) in {(one.kind, one.found) for one in found[0].sightings}


def test_records_are_the_same_rows_whoever_looks_ahead(tmp_path: Path, takes_all: None) -> None:
    path = tmp_path / "part.csv"
    rows = [["a", str(n), "c"][: 1 + n % 3] if n % 7 else [] for n in range(2_000)]
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows(rows)
    expected = [(n, row) for n, row in enumerate(rows, 1) if row]
    with closing(open_document(path)) as document:
        stream = document.rows("")
        assert isinstance(stream, RecordRows)
        seen: list[tuple[int, list[str]]] = []
        while (row := next(stream, None)) is not None:
            seen.append((row.number, list(row.texts)))
            block = stream.ahead(5)
            if block is not None and row.number % 2:
                made = [(one.number, [*one.texts]) for one in block.rows(0, block.size)]
                seen += [(number, texts[: len(rows[number - 1])]) for number, texts in made]
                stream.skip(block.size)
    assert seen == expected
