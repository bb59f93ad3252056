"""Made-up answers and the files that ask for them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from enrich.clock import SystemClock
from enrich.model.finding import Answer, Finding, Scalar, Status
from enrich.model.indicator import Indicator
from enrich.stores import open_store

PROVIDER = "virustotal"
BATCH = 10_000
HEADINGS = "Host,User,Path,SHA256,Size,Date,Note,Source"


def digest(number: int, algorithm: str = "sha256") -> str:
    return hashlib.new(algorithm, str(number).encode(), usedforsecurity=False).hexdigest()


def answer(number: int, at: datetime) -> Answer:
    """A found file with the fields that a report usually fills."""
    md5, sha1, sha256 = (digest(number, name) for name in ("md5", "sha1", "sha256"))
    fields: dict[str, Scalar] = {
        "vt_detections": f"{number % 70}/72",
        "vt_malicious": number % 70,
        "vt_engines": 72,
        "vt_first_seen": 1_500_000_000 + number * 700,
        "vt_last_analysis": 1_700_000_000 + number * 300,
        "vt_threat_label": f"trojan.family{number % 400}/other",
        "vt_file_type": "Win32 EXE",
        "vt_file_name": f"invoice{number}.exe",
        "vt_times_submitted": number % 100,
        "vt_sha256": sha256,
        "vt_link": f"https://www.virustotal.com/gui/file/{sha256}",
        "vt_md5": md5,
        "vt_sha1": sha1,
        "vt_size": number * 10,
        "vt_reputation": -3,
        "vt_tags": "peexe, overlay",
    }
    names = tuple(Indicator("hash", value) for value in (md5, sha1, sha256))
    return Answer(Finding(names[2], PROVIDER, Status.FOUND, fields, "", at, names, number % 70, 72))


def fill(path: Path, count: int) -> None:
    """A store of so many answers of this minute."""
    at = datetime.now(UTC).replace(microsecond=0)
    with closing(open_store(f"sqlite:///{path}", SystemClock())) as store:
        for start in range(0, count, BATCH):
            store.put_many([answer(number, at) for number in range(start, min(start + BATCH, count))])


def lines(count: int) -> Iterator[str]:
    """A CSV of eight columns, each row with another hash."""
    yield HEADINGS + "\n"
    for number in range(count):
        path = f"C:\\Users\\user{number % 50}\\AppData\\{number}.exe"
        day = f"2026-11-{number % 28 + 1:02d}"
        yield f"HOST-{number % 500},user{number % 50},{path},{digest(number)},{number * 7},{day},note {number},EDR\n"
