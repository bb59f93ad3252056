"""What the last run came to, as a text file for Prometheus' node exporter: written whole or not at all.

The format: https://prometheus.io/docs/instrumenting/exposition_formats/. The time of the last success outlives runs
that were none, so that an alert can be made of its age.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from enrich.errors import OutputError
from enrich.exit_codes import ANSWERED, GATE
from enrich.files.atomic import atomic
from enrich.logs.summary import ASKED, Summary, described, plain
from enrich.model.finding import Status
from enrich.model.result import Result
from enrich.model.verdict import COUNTED

LAST_SUCCESS = "enrich_last_success_timestamp_seconds"
_KEPT = re.compile(rf"^{LAST_SUCCESS} (\S+)$", re.MULTILINE)

_LAST_RUN = re.compile(r"^enrich_last_run_timestamp_seconds (\d+\.\d+)$", re.MULTILINE)
_ROUNDED = 0.001
"""Seconds that a time loses as it is written."""

Sample = tuple[str, float]

SINGLE_COUNTS = {
    "rows": "enrich_run_all_rows",
    "cells": "enrich_run_cells",
    "unique": "enrich_run_unique",
    "from_store": "enrich_run_from_store",
    "calls": "enrich_run_calls",
    "left_out": "enrich_run_left_out",
    "damaged": "enrich_run_damaged",
}
"""Counts of the summary that stand alone -> their metric; those by status, by verdict and by kind follow them."""


def write_metrics(path: Path, runs: Sequence[tuple[Result, Summary]], code: int, began: float, ended: float) -> None:
    """Write the runs between ``began`` and ``ended`` (Unix seconds), which ended with ``code``."""
    results, summaries = [result for result, _ in runs], [told for _, told in runs]
    success = ended if is_success(results, code) else last_success(path)
    text = "".join(_lines(results, summaries, code, began, ended, success))
    with atomic(path, suffix=".tmp") as file:  # the exporter reads every *.prom that it finds
        file.write(text.encode())


def record_failure(path: Path, code: int, began: float, ended: float) -> None:
    """Write that a run ended with ``code``, where no metrics tell of it yet: what an earlier run said is over.

    What is no file of metrics stays as it is: the command line that names it may be what is wrong.
    """
    with suppress(OSError, OutputError, UnicodeDecodeError):  # what ended the run is the news
        if path.exists():
            said = _LAST_RUN.search(path.read_text(encoding="utf-8")) if path.is_file() else None
            if said is None or float(said[1]) >= began - _ROUNDED:
                return
        write_metrics(path, [], code, began, ended)


def is_success(results: Sequence[Result], code: int) -> bool:
    """Everything has its answer, be it one that a ``--fail-on`` gate stops at."""
    return code in (ANSWERED, GATE) and not any(r.totals.pending or r.totals.failed for r in results)


def last_success(path: Path) -> float | None:
    """As an earlier run wrote it down."""
    try:
        found = _KEPT.search(path.read_text(encoding="utf-8"))
        return float(found[1]) if found else None
    except (OSError, ValueError):
        return None


def _lines(
    results: Sequence[Result],
    summaries: Sequence[Summary],
    code: int,
    began: float,
    ended: float,
    success: float | None,
) -> Iterator[str]:
    yield from _metric("enrich_last_run_timestamp_seconds", "When the last run ended", [("", ended)])
    if success is not None:
        yield from _metric(LAST_SUCCESS, "When a run last had an answer to everything", [("", success)])
    yield from _metric("enrich_run_duration_seconds", "How long the last run took", [("", ended - began)])
    yield from _metric("enrich_run_exit_code", "Exit code of the last run", [("", code)])
    yield from _metric("enrich_run_inputs", "Inputs of the last run", [("", sum(len(r.sources) for r in results))])
    counts = list(map(plain, summaries))
    for name, metric in SINGLE_COUNTS.items():
        words = f"Of the last run: {described()[name]}"
        yield from _metric(metric, words, [("", sum(count[name] for count in counts))])
    by_status = [(f'{{status="{status.value}"}}', sum(count[status.value] for count in counts)) for status in Status]
    yield from _metric("enrich_run_rows", "Rows of the last run, by how they ended", by_status)
    by_verdict = [
        (f'{{verdict="{verdict.value}"}}', sum(count[verdict.value] for count in counts)) for verdict in COUNTED
    ]
    words = "Unique indicators of the last run, by what the answers say"
    yield from _metric("enrich_run_verdicts", words, by_verdict)
    for status in ASKED:
        if by_service := _by_service(summaries, status):
            words = f"Unique indicators of the last run that ended {status.value}, by the source that was asked"
            yield from _metric(f"enrich_run_service_{status.value}", words, by_service)
    others = Counter[str]()
    for result in results:
        others.update(result.totals.not_asked)
    if others:
        words = "Indicators of the last run of kinds that it does not look up"
        by_kind = [(f'{{kind="{kind}"}}', count) for kind, count in sorted(others.items())]
        yield from _metric("enrich_run_not_asked", words, by_kind)
    asked = [result for result in results if result.service.key_fingerprint]
    if asked and (left := list(_left(asked[-1]))):
        yield from _metric("enrich_quota_left", "Calls that the key has left; +Inf is unlimited", left)


def _by_service(summaries: Sequence[Summary], status: Status) -> list[Sample]:
    counts = Counter[str]()
    for service in (service for one in summaries for service in one.services):
        counts.update({service.name: getattr(service, status.value)})
    return [(f'{{service="{name}"}}', count) for name, count in counts.items()]


def _left(result: Result) -> Iterator[Sample]:
    for window, calls in result.quota.left(result.used).items():
        yield f'{{window="{window}"}}', math.inf if calls is None else calls


def _metric(name: str, words: str, samples: Sequence[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {words}\n# TYPE {name} gauge\n"
    yield from (f"{name}{label} {_number(value)}\n" for label, value in samples)


def _number(value: float) -> str:
    if value == math.inf:
        return "+Inf"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
