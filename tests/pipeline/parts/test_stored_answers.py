"""Answers that are taken from the store by columns: all comes out as if each file had been looked at closely."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from enrich.clock import SystemClock
from enrich.model.answer_columns import AnswerColumns
from enrich.model.finding import Answer, Finding, Status
from enrich.pipeline.parts.stored_answers import StoredAnswers
from enrich.pipeline.parts.unique_targets import UniqueTargets
from enrich.stores import open_store
from tests.bench.made import answer, digest
from tests.pipeline.parts.thread_engine import Threads
from tests.support.standin_server import Stand

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

FILES = 60
SPENT = ("started", "ended", "seconds")


def days_ago(days: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(days=days)


def stored(number: int, origin: str) -> Answer | None:
    """What the store has of a file: most of them found, of two days ago."""
    finding = structs.replace(answer(number, days_ago(2)).finding, origin=origin)
    if number % 10 == 1:
        return None
    if number % 10 == 2:
        return Answer(Finding(finding.indicator, origin, Status.NOT_FOUND, {}, "", days_ago(0.5)))
    changed: dict[int, dict[str, Any]] = {
        3: {"fetched_at": days_ago(9)},  # old
        4: {"detail": "only its first names are known"},
        5: {"fields": {"vt_file_name": f"half \ud83d of {finding.indicator.value}", "vt_malicious": 2**70}},
        6: {"fetched_at": datetime.now(UTC) + timedelta(days=400)},  # a clock was wrong
        7: {"malicious": None, "engines": None, "fields": {}},
        8: {"fetched_at": datetime.now(UTC)},
    }
    return Answer(structs.replace(finding, **changed.get(number % 10, {})))


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Files of one hash and of several, in rows and by columns."""
    base = tmp_path
    (base / "lake").mkdir()
    for part in range(2):
        numbers = [number % FILES for number in range(part * 20, part * 20 + 50)]
        rows = {
            "Host": [f"ws{number}" for number in numbers],
            "SHA256": [digest(number) if number % 11 else None for number in numbers],
            "MD5": [digest(number, "md5") if number % 7 == 0 else None for number in numbers],
        }
        pq.write_table(pa.table(rows), base / "lake" / f"{part}.parquet")
    lines = [f"{digest(number)},{digest(number + (number == 9), 'sha1')}\n" for number in range(5, 20)]
    (base / "lake" / "list.csv").write_text("SHA256,SHA1\n" + "".join(lines))
    return base / "lake"


@pytest.fixture
def run(
    stand: Stand,
    lake: Path,
    tmp_path: Path,
    threads: Threads,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., tuple[Any, ...]]:
    """What a run comes to: its words, its document and all cells. ``closely``: no file is taken by columns."""
    del threads
    first = tmp_path / "first.sqlite"
    with closing(open_store(f"sqlite:///{first}", SystemClock())) as store:
        store.put_many([made for number in range(FILES) if (made := stored(number, stand.origin)) is not None])

    def run_(name: str, *options: str, closely: bool = False) -> tuple[Any, ...]:
        stand.store = tmp_path / f"{name}.sqlite"  # each its own: what one run remembers is news to no other
        stand.store.write_bytes(first.read_bytes())
        out, report = tmp_path / "out", tmp_path / "report.json"
        shutil.rmtree(out, ignore_errors=True)
        report.unlink(missing_ok=True)
        with monkeypatch.context() as patched:
            if closely:
                patched.setattr(StoredAnswers, "of", lambda *_: None)
            capsys.readouterr()
            code = stand.enrich(
                *("run", lake, "--workers", 2, "--out-dir", out, "--json", "-o", report, *options),
            )
        told = json.loads(capsys.readouterr().out)
        document = json.loads(report.read_text())["result"]
        document["entries"].sort(key=lambda entry: entry["finding"]["indicator"]["value"])
        for spent in SPENT:
            told.pop(spent, None)
            document.pop(spent, None)
        for said in (told, document):
            said.pop("outputs")
        parts = [pq.read_table(path).to_pylist() for path in sorted(out.glob("*.parquet"))]
        return code, told, document, parts, (out / "list.enriched.csv").read_text()

    return run_


@pytest.mark.parametrize(
    "options",
    [
        ("--offline",),
        ("--budget", "0"),
        ("--budget", "0", "--max-age", "1d"),
        ("--offline", "--columns", "status,verdict,note,checked_at,file_name,change"),
        ("--offline", "--malicious-from", "40", "--lang", "ru"),
        ("--budget", "0", "--refresh"),
        ("--offline", "--never-send", "Host=ws4"),
        ("--offline", "--source", "virustotal", "--source", "malwarebazaar"),
    ],
    ids=" ".join,
)
@pytest.mark.slow
def test_all_comes_out_as_if_each_had_been_looked_at_closely(
    run: Callable[..., tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.setattr(UniqueTargets, "block_size", 7)
    assert run("columns", *options) == run("closely", *options, closely=True)


def test_most_files_need_no_closer_look(run: Callable[..., tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    taken = list[Finding]()
    about = StoredAnswers.about

    def noted(self: StoredAnswers, digests: Collection[bytes]) -> Iterator[tuple[AnswerColumns, list[Finding]]]:
        for answers, findings in about(self, digests):
            taken.extend(findings)
            yield answers, findings

    monkeypatch.setattr(StoredAnswers, "about", noted)
    run("columns", "--offline")
    assert FILES / 3 < len(taken) < FILES
    assert {finding.status for finding in taken} == {Status.FOUND, Status.NOT_FOUND}
