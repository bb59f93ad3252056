"""A table that is looked at column by column comes to the same as its rows one by one, whatever stands in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrich.formats import open_document
from enrich.formats.parquet.row_groups import ColumnBlock, GroupRows
from enrich.indicators import types
from enrich.model.row import Row
from enrich.model.row_blocks import ColumnTexts
from enrich.scan import block_taker, scan_sheet
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
    *("ffff0000" * 8, "0" * 26 + hashed(7)[26:], hashed(7)[:38] + "F" * 26, hashed(8)[:20].upper() + hashed(8)[20:]),
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


@pytest.fixture
def takes_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take by columns whatever may be taken so, and look at each batch."""
    monkeypatch.setattr(block_taker, "FEWEST", 1)
    monkeypatch.setattr(block_taker, "MOST_RESTS", 0)


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


@pytest.mark.slow
@pytest.mark.usefixtures("takes_all")  # the same for all cases
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
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


def odd_at(every: int, odd: dict[str, str], size: int = 20_000) -> dict[str, list[str]]:
    """Columns of telemetry, with an odd row ``every`` so many rows."""
    usual = {"host": lambda n: f"ws{n % 900}", "sha256": hashed, "user": lambda _: "bob", "image": lambda _: "cmd.exe"}
    return {
        name: [odd.get(name, "") if n % every == every - 1 else text(n) for n in range(size)]
        for name, text in usual.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("every", [70, 100, 700, 5_000])
@pytest.mark.parametrize(
    "odd",
    [
        {name: name for name in ("host", "sha256", "user", "image")},
        {"host": "ws1", "sha256": f"sha256: {hashed(1)}", "user": hashed(2), "image": "x"},
        {"host": "Section of malware"},
    ],
    ids=["headings", "hashes", "title"],
)
def test_no_row_is_looked_at_more_than_a_few_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: int, odd: dict[str, str]
) -> None:
    columns, path = odd_at(every, odd), tmp_path / "part.parquet"
    size, read, made = len(columns["host"]), list[int](), list[int]()
    pq.write_table(pa.table(columns), path)
    texts, rows = ColumnBlock.texts, ColumnBlock.rows

    def read_texts(self: ColumnBlock, column: int, *, longest: int | None = None) -> ColumnTexts:
        read.append(self.size)
        return texts(self, column, longest=longest)

    def made_rows(self: ColumnBlock, start: int, stop: int) -> Iterator[Row]:
        made.append(stop - start)
        return rows(self, start, stop)

    monkeypatch.setattr(ColumnBlock, "texts", read_texts)
    monkeypatch.setattr(ColumnBlock, "rows", made_rows)
    found = scanned(path, blocks=True, columns=[])
    assert sum(read) < 8 * size * len(columns)
    assert sum(made) < 1.5 * size
    monkeypatch.undo()
    assert found == scanned(path, blocks=False, columns=[])


def of_each_type(size: int) -> dict[str, object]:
    """Values of each type that may stand in a Parquet file beside a hash."""
    digests, day = [bytes.fromhex(hashed(n)) for n in range(size)], datetime(2024, 1, 1)
    texts, numbers = [digest.hex() for digest in digests], range(size)
    fractions = [Decimal(n) / 4 for n in numbers]
    return {
        "binary": pa.array(digests, pa.binary()),
        "large_binary": pa.array([value if n % 7 else None for n, value in enumerate(digests)], pa.large_binary()),
        "binary_view": pa.array(digests, pa.binary_view()),
        "fixed": pa.array(digests, pa.binary(32)),
        "large_string": pa.array(texts, pa.large_string()),
        "string_view": pa.array(texts, pa.string_view()),
        "decimal128": pa.array(fractions, pa.decimal128(10, 2)),
        "decimal256": pa.array(fractions, pa.decimal256(50, 2)),
        "float16": pa.array(map(float, numbers), pa.float16()),
        "double": pa.array([n / 3 for n in numbers]),
        "uint64": pa.array([2**64 - 1 - n for n in numbers], pa.uint64()),
        "bool": pa.array([n % 2 == 0 for n in numbers]),
        "null": pa.nulls(size),
        "date32": pa.array([day.date()] * size, pa.date32()),
        "date64": pa.array([day.date()] * size, pa.date64()),
        "time32": pa.array([day.time()] * size, pa.time32("s")),
        "time64": pa.array([day.time()] * size, pa.time64("ns")),
        "duration": pa.array([timedelta(seconds=n) for n in numbers], pa.duration("us")),
        "nanoseconds": pa.array([n * 10**9 + n for n in numbers], pa.timestamp("ns")),
        "zone": pa.array(numbers, pa.timestamp("us", tz="Europe/Berlin")),
        "list": pa.array([[text, hashed(1)] for text in texts]),
        "struct": pa.array([{"sha256": text, "n": n} for n, text in enumerate(texts)]),
        "map": pa.array([[("sha256", text)] for text in texts], pa.map_(pa.string(), pa.string())),
        "dictionary": pa.array([texts[n % 5] if n % 3 else None for n in numbers]).dictionary_encode(),
        "dictionary_of_numbers": pa.array([n % 5 for n in numbers]).dictionary_encode(),
        "dictionary_of_bytes": pa.array([digests[n % 5] for n in numbers]).dictionary_encode(),
        "uuid": pa.array([digest[:16] for digest in digests], pa.uuid()),
        "json": pa.ExtensionArray.from_storage(
            pa.json_(), pa.array([f'{{"sha256": "{text}"}}' for text in texts], pa.string())
        ),
    }


@pytest.mark.usefixtures("takes_all")
@pytest.mark.parametrize("kind", of_each_type(0))
@pytest.mark.slow
def test_a_column_of_any_type_comes_to_the_same_and_is_given_back(tmp_path: Path, kind: str) -> None:
    size, path = 200, tmp_path / "part.parquet"
    table = pa.table(
        {
            "host": [f"ws{n % 7}" for n in range(size)],
            "sha256": [hashed(n) for n in range(size)],
            kind: of_each_type(size)[kind],
            "pid": pa.array(range(size)),
            "user": ["bob"] * size,
        }
    )
    pq.write_table(table, path)
    for kinds in (("hash",), tuple(types())):
        assert scanned(path, blocks=True, columns=[], kinds=kinds) == scanned(
            path, blocks=False, columns=[], kinds=kinds
        )
    with closing(open_document(path)) as document, (tmp_path / "again.parquet").open("wb") as target:
        document.give_back(target, {}, [])
    assert pq.read_table(tmp_path / "again.parquet").equals(pq.read_table(path))
