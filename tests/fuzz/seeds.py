"""The good files that are broken: the project's samples, files made here, and the real ones beside the checkout where these lie."""

from __future__ import annotations

import gzip
import io
import json
import struct
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import openpyxl

from enrich.clock import SystemClock
from enrich.model.finding import Answer, Finding, Status
from enrich.model.indicator import Indicator
from enrich.standin import synthetic
from enrich.stores import open_store
from tests.support.adversarial_lines import adversarial

HERE = Path(__file__).resolve().parents[2]
SHARED = HERE.parent / "shared" / "data"
LARGEST = 300_000
"""Bytes: a larger file makes the run slow and finds nothing that a small one does not."""
LONG = 20_000
"""Characters of a line that keeps a reader busy."""


@dataclass(frozen=True, slots=True)
class Seed:
    """``reader`` names who reads it."""

    reader: str
    name: str
    data: bytes


def all_seeds() -> list[Seed]:
    return [*_tables(), *_reports(), *_stores(), *_lists(), *_settings()]


def _tables() -> Iterator[Seed]:
    for name, data in {**_made_tables(), **_workbooks()}.items():
        yield Seed("table", name, data)
    folders = [HERE / "samples", SHARED / "iocs", SHARED / "workbooks"]
    suffixes = {".png", ".py", ".md", ".toml", ".jsonl"}
    for name, data in _small(path for folder in folders if folder.is_dir() for path in sorted(folder.rglob("*"))):
        if Path(name).suffix not in suffixes:
            yield Seed("table", name, data)


def _small(paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        if path.is_file() and 0 < path.stat().st_size <= LARGEST:
            yield path.name, path.read_bytes()


def _made_tables() -> dict[str, bytes]:
    rows = [synthetic.hashes(number) for number in range(40)]
    lines = [
        "Host,MD5,SHA1,SHA256,Note",
        *(f'ws{n},{m},{s},{long},"a, ""b"" {n}"' for n, (m, s, long) in enumerate(rows)),
    ]
    text = "\r\n".join(lines) + "\r\n"
    semicolons = text.replace(",", ";")
    records = [{"md5": m, "file": {"sha256": long, "names": [m, "x"]}} for m, _, long in rows]
    return {
        **_adversarial(),
        "plain.csv": text.encode(),
        "marked.csv": b"\xef\xbb\xbf" + semicolons.encode(),
        "wide.txt": text.replace(",", "\t").encode("utf-16"),
        "wide-be.csv": b"\xfe\xff" + text.encode("utf-16-be"),
        "old.csv": (text + "Größe;ä;ö;ü;ß\r\n").encode("cp1252"),
        "cyrillic.csv": text.replace("Note", "Примечание об угрозе").encode("cp1251"),
        "chinese.csv": text.replace("Note", "恶意软件样本说明").encode("gbk"),
        "packed.csv.gz": gzip.compress(text.encode(), mtime=0),
        "list.txt": "\n".join(f"{long}  evil{n}.exe" for n, (_, _, long) in enumerate(rows)).encode(),
        "notes.txt": "\n\n".join(f"File {n}\nMD5: {m}\nSHA-1: {s}" for n, (m, s, _) in enumerate(rows)).encode(),
        "records.json": json.dumps({"iocs": records}, indent=1).encode(),
        "records.jsonl": "\n".join(map(json.dumps, records)).encode(),
    }


def _adversarial() -> dict[str, bytes]:
    """Lines that a search might not get through, some to a file."""
    lines = [line.replace("\n", "\r") for _, line in adversarial(LONG)]
    return {f"lines-{first}.txt": "\n".join(lines[first : first + 9]).encode() for first in range(0, len(lines), 9)}


def _workbooks() -> dict[str, bytes]:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.append(["Host", "MD5", "SHA256", "Seen", "Count", "Formula"])
    for number in range(30):
        md5, _, sha256 = synthetic.hashes(number)
        first.append([f"ws{number}", md5, sha256, datetime(2026, 1, 1 + number % 28), number, "=1+1"])
    first.merge_cells("A40:C41")
    first.freeze_panes = "A2"
    second = book.create_sheet("Second & <last>")
    second["XFD1"] = synthetic.hashes(99)[2]
    second["B1048576"] = "end"
    target = io.BytesIO()
    book.save(target)
    return {"made.xlsx": target.getvalue(), "made.xlsm": target.getvalue()}


def _reports() -> Iterator[Seed]:
    asked = synthetic.hashes(3)[2]
    yield Seed("report", f"{asked}.json.gz", synthetic.body(asked, gzip=True))
    yield Seed("report", f"{asked}.json", synthetic.body(asked, gzip=False)[:20_000] + b"}}}")
    error = {"error": {"code": "NotFoundError", "message": "File not found"}}
    yield Seed("report", f"{asked}.json", json.dumps(error).encode())
    quota = {"data": {"api_requests_daily": {"user": {"allowed": 500, "used": 3}, "group": {"allowed": 9, "used": 1}}}}
    yield Seed("report", f"{asked}.json", json.dumps(quota).encode())
    if SHARED.is_dir():
        for name, data in _small(
            sorted(p for part in ("reports", "errors", "quota") for p in (SHARED / part).rglob("*"))
        ):
            yield Seed("report", name, data)


def _stores() -> Iterator[Seed]:
    """A store of some answers, and the same as it is exported."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.sqlite"
        with closing(open_store(f"sqlite:///{path}", SystemClock())) as store:
            store.put_many([numbered_answer(number) for number in range(60)])
            store.put_many([numbered_answer(number, 1) for number in range(9)])
            records = list(store.export())
        yield Seed("store", path.name, path.read_bytes())
    yield Seed("import", "export.jsonl", "".join(json.dumps(record) + "\n" for record in records).encode())


def numbered_answer(number: int, later: int = 0) -> Answer:
    names = tuple(Indicator("hash", value) for value in reversed(synthetic.hashes(number)))
    at = datetime(2026, 11, 1 + later, tzinfo=UTC)
    fields = {"vt_file_name": f"sample-{number}.exe", "vt_size": number, "vt_sha256": names[0].value}
    finding = Finding(names[0], "virustotal", Status.FOUND, fields, "", at, names, number % 70 + later, 72)
    return Answer(finding, synthetic.body(names[0].value, gzip=True))


def _lists() -> Iterator[Seed]:
    yield Seed("held", "good.txt", "\n".join(synthetic.hashes(n)[1] for n in range(50)).encode())
    bits = bytes(range(256))
    yield Seed("held", "good.bloom", struct.pack("<QQdQQQ", 1, 100, 0.001, 7, 8 * len(bits), 30) + bits)


def _settings() -> Iterator[Seed]:
    table = (
        'store = "memory:"\nper-minute = 4\nper-day = "unlimited"\nengines = ["A", "B"]\nwait = true\nuntil = "07:30"\n'
    )
    yield Seed("settings", "enrich.toml", (table + 'max-age = "7d"\nfail-on = "malicious"\n').encode())
