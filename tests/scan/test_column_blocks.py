"""A table that is looked at column by column comes to the same as its rows one by one, whatever stands in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.formats import open_document
from enrich.formats.parquet.row_groups import GroupRows
from enrich.indicators import types
from enrich.model.row import Row
from enrich.scan import scan_sheet
from enrich.scan.stored import StoredPlacement, stored

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def hashed(number: int, algorithm: str = "sha256") -> str:
    return hashlib.new(algorithm, str(number).encode(), usedforsecurity=False).hexdigest()


HASHES = [hashed(n, name) for n in range(4) for name in ("sha256", "sha1", "md5")]
USUAL = ["ws1", "C:\\Windows\\cmd.exe", "svc", "corp\\ann", "ProcessCreate"]
ODD = [
    *(
        hashed(7)[:-1],
        hashed(7)[:32],
        hashed(7)[32:],
        hashed(8).upper(),
        f"sha256: {hashed(9)}",
        f"{hashed(1)} {hashed(2)}",
    ),
    *(
        "0" * 64,
        "1" * 40,
        "d41d8cd98f00b204e9800998ecf8427e",
        "31d6cfe0d16ae931b73c59d7e0c089c0",
        "deadbeef",
        "12345678",
    ),
    *("evil.example.com", "8.8.8.8", "hxxp://bad[.]example/x", "a@b.example", "C:\\data\\job.xml"),
    *("MD5", "sha1", "SHA-256", "imphash", "Certificate thumbprint", "session id", "# example:", "// x", "; y", ""),
    *("TLP:RED", "Administrator:500:" + hashed(3, "md5"), "ОС", "ｓｈａ１"),
]
HEADINGS = [
    "Host",
    "SHA256",
    "sha1",
    "md5",
    "Image",
    "Imphash",
    "Note",
    "Type",
    "Value",
    "Command",
    "id",
    "file.hash.sha256",
    "x",
]


def by_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """The same rows from an iterator that knows nothing of columns."""
    yield from rows


def scanned(path: Path, *, blocks: bool, columns: Sequence[str], kinds: Sequence[str] = ("hash",)) -> StoredPlacement:
    with closing(open_document(path)) as document:
        rows = document.rows("")
        return stored(
            scan_sheet(
                "",
                rows if blocks else by_rows(rows),
                declared_header=document.header_row(""),
                columns=columns,
                kinds=kinds,
                file=path.name,
            )
        )


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, object], int]:
    """Columns by name, and the rows of a row group: mostly alike, with odd cells here and there."""
    size = draw(st.integers(150, 420))
    names = draw(st.lists(st.sampled_from(HEADINGS), min_size=2, max_size=6, unique=True))
    columns: dict[str, object] = {"Time": pa.array(range(size), pa.timestamp("s", tz="UTC"))}
    for name in names:
        pool = draw(
            st.sampled_from([HASHES[::3], HASHES[1::3], HASHES[2::3], HASHES, USUAL, [*USUAL, *HASHES[::3], ""]])
        )
        texts = [pool[(5 * n * n + 3 * n) % len(pool)] for n in range(size)]
        for place, text in draw(st.lists(st.tuples(st.integers(0, size - 1), st.sampled_from(ODD)), max_size=6)):
            texts[place] = text
        columns[name] = pa.array([text if text or draw(st.booleans()) else None for text in texts])
    columns["Pid"] = pa.array(range(1, size + 1), pa.int32())
    if draw(st.booleans()):
        columns["Last"] = pa.array(["end"] * size)
    order = draw(st.permutations(list(columns)))
    return {name: columns[name] for name in order}, draw(st.sampled_from([size, 100, 64, 200]))


@given(tables(), st.booleans(), st.data())
def test_column_by_column_comes_to_the_same_as_row_by_row(
    table: tuple[dict[str, object], int], every: bool, data: st.DataObject
) -> None:
    columns, group = table
    chosen = data.draw(st.lists(st.sampled_from(list(columns)), max_size=2, unique=True))
    kinds = tuple(types()) if every else ("hash",)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "part.parquet"
        pq.write_table(pa.table(columns), path, row_group_size=group)
        found = [scanned(path, blocks=blocks, columns=chosen, kinds=kinds) for blocks in (False, True)]
    assert found[0] == found[1]


def test_rows_that_are_alike_are_taken_by_their_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size, taken = 2_000, list[int]()
    path = tmp_path / "part.parquet"
    columns = {
        "Time": pa.array(range(size), pa.timestamp("s")),
        "Host": pa.array([f"ws{n % 7}" for n in range(size)]),
        "SHA256": pa.array([hashed(n % 50) for n in range(size)]),
        "Pid": pa.array(range(size)),
    }
    pq.write_table(pa.table(columns), path, row_group_size=1000)
    skip = GroupRows.skip

    def counted(self: GroupRows, count: int) -> None:
        taken.append(count)
        skip(self, count)

    monkeypatch.setattr(GroupRows, "skip", counted)
    for chosen in ([], ["SHA256"]):
        taken.clear()
        assert scanned(path, blocks=True, columns=chosen) == scanned(path, blocks=False, columns=chosen)
        assert sum(taken) > size * 0.9
