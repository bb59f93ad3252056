"""A run as a person at a terminal sees it: progress while it lasts, then what came of it and where it lies."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from enrich.cli import complain
from enrich.clock import SystemClock
from enrich.digest import files, verdicts
from enrich.errors import UsageError
from enrich.key import Key
from enrich.model import Result, Tone
from enrich.pages import banner
from enrich.progress import choose
from enrich.run import Report, run
from enrich.settings import Settings
from enrich.summary import summary


def run_and_tell(settings: Settings, inputs: Sequence[Path], *, key: Key | None = None) -> int:
    """One run; data on stdout (``--json``), words on stderr."""
    if not inputs:
        raise UsageError("no input was named", hint="enrich run INPUT...; - is standard input")
    clock = SystemClock()
    listener = choose(clock, quiet=settings.quiet)
    try:
        report = run(settings, inputs, listener=listener, clock=clock, key=key)
    finally:
        listener.close()
    tell(report, settings)
    if settings.json:
        import json

        print(json.dumps(summary(report.result), ensure_ascii=False))
    return report.result.exit_code


def tell(report: Report, settings: Settings) -> None:
    """Warnings always, the outcome unless ``--quiet``."""
    for path, error in report.unread:
        say(f"not read: {path}: {error}")
    for warning in report.warnings:
        say(f"note: {warning}")
    if report.problem is not None:
        complain(report.problem)
    if not settings.quiet:
        for line in outcome(report.result):
            say(line)


def say(text: str) -> None:
    """One line on stderr. What a file or a report brought along cannot move the cursor."""
    print("".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text), file=sys.stderr)


def outcome(result: Result) -> list[str]:
    """The run in a few lines, the answer first."""
    counts = verdicts(files(result))
    totals = result.totals
    lines = [f"*** {text}" for text in banner(result)]
    lines.append(
        f"{totals.unique} files in {totals.rows} rows: "
        f"{counts[Tone.MALICIOUS]} malicious, {counts[Tone.SUSPICIOUS]} suspicious, "
        f"{counts[Tone.UNKNOWN]} unknown, {counts[Tone.CLEAN]} without detection"
        + (f", {counts[Tone.OPEN]} not answered" if counts[Tone.OPEN] else "")
    )
    lines.append(f"{totals.from_store} answered from the store, {totals.calls} calls spent")
    damaged = [remark for remark in result.remarks if remark.kind == "damaged"]
    left_out = sum(remark.kind == "left_out" for remark in result.remarks)
    if damaged or left_out:
        lines.append(f"damaged hashes: {len(damaged)}; look-alikes left out: {left_out} (`enrich scan` lists them)")
    if result.stopped:
        lines.append(f"stopped early: {result.stopped}")
    if totals.pending or totals.failed:
        lines.append(f"{totals.pending} rows pending, {totals.failed} failed: run the same command again to go on")
    lines += [f"wrote {output.path}" for output in result.outputs]
    return lines
