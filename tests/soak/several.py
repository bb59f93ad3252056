"""Several processes on one store and one key: never a call too many, and hardly one too few."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.soak.check import Check, Size, check
from tests.soak.standin import Standing, standing
from tests.soak.worker import Order

PROCESSES = 4
PER_MINUTE = 60
LEAST = 0.95
"""Of the rate that is possible."""
LEAD = 12.0
"""Seconds until all processes have imported what they need, on a busy machine."""
WINDOWS = ("sliding", "fixed")


def checks(size: Size, folder: Path) -> Iterator[Check]:
    """Both ways of counting at once: the processes mostly wait."""
    with ExitStack() as stack:
        running = []
        starts_at = time.monotonic() + LEAD
        for window in WINDOWS:
            stand = stack.enter_context(
                standing(
                    per_minute=PER_MINUTE, minute_seconds=size.minute, window=window, latency={"way_in_jitter": 0.02}
                )
            )
            running.append((window, stand, _started(stand, folder / f"{window}.sqlite", size, starts_at)))
        for window, stand, processes in running:
            yield _judged(window, stand, [ended(process) for process in processes], size)


def _started(stand: Standing, store: Path, size: Size, starts_at: float) -> list[subprocess.Popen[str]]:
    share = PER_MINUTE * size.minutes // PROCESSES
    return [
        _process(
            Order(
                address=stand.address,
                store=f"sqlite:///{store}",
                first=number * share,
                count=share,
                per_minute=PER_MINUTE,
                minute=size.minute,
                concurrency=8,
                patience=5.0,
                starts_at=starts_at,
            )
        )
        for number in range(PROCESSES)
    ]


def _process(order: Order) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.soak.worker", order.text()]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, words = process.communicate(timeout=300)
    if process.returncode:
        return {"stopped": words[-400:], "calls": 0, "findings": {}}
    result: dict[str, Any] = json.loads(out)
    return result


def _judged(window: str, stand: Standing, results: list[dict[str, Any]], size: Size) -> Check:
    log = stand.log()
    times = sorted(request["time"] for request in log["requests"] if request["file"])
    # How long the key's calls of one minute keep the next ones away; the fastest is a minute.
    cycles = [later - earlier for earlier, later in zip(times, times[PER_MINUTE:], strict=False)]
    rate = size.minute * len(cycles) / sum(cycles) if cycles else 0.0
    took = times[-1] - times[0] if times else 0.0
    problems = [result["stopped"] for result in results if result["stopped"]]
    problems += [f"{log['counts']['refusals']} refusals"] * bool(log["counts"]["refusals"])
    problems += [f"{len(times)} calls"] * (len(times) != PER_MINUTE * size.minutes)
    problems += [f"rate {rate:.3f}"] * (rate < LEAST)
    return check(
        f"{PROCESSES} processes share {PER_MINUTE} a {window} minute",
        problems,
        f"{len(times)} calls in {took:.1f} s, {rate:.3f} of the possible rate, {log['counts']['refusals']} refusals, "
        f"most in a minute {log['counts']['most_in_a_minute']}/{log['counts']['most_in_a_fixed_minute']} "
        f"(sliding/fixed), shares {[result['calls'] for result in results]}",
    )
