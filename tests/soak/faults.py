"""A day on which every third answer is broken in one of all the ways there are: no wrong answer, no hang, no leak."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from enrich.standin.options import Fault
from tests.soak.check import Check, Size, check
from tests.soak.standin import standing
from tests.soak.tool import asked, wrong
from tests.soak.worker import Order
from tests.support.standin_server import KEY

RATE = 0.3
ABSENT = 0.1
PATIENCE = 2.0
"""Seconds that one exchange may take; hangs and drips are longer."""
MINUTE = 1.0
ENOUGH = 1000
"""Lookups among which every kind of fault is met."""


def checks(size: Size, folder: Path) -> Iterator[Check]:
    kinds = [fault for fault in Fault if fault is not Fault.EDGE_429]
    faults: dict[str, Any] = {"rate": RATE, "kinds": kinds, "hang": 3 * PATIENCE, "retry_after": 1.0, "bomb": 64 << 20}
    if size.faulty >= ENOUGH:  # it stops all for a minute, so it strikes once
        faults["script"] = {asked(0): [Fault.EDGE_429]}
    with standing(faults=faults, absent_share=ABSENT) as stand:
        store = f"sqlite:///{folder / 'store.sqlite'}"
        order = Order(stand.address, store, 0, size.faulty, None, MINUTE, concurrency=32, patience=PATIENCE)
        began = time.monotonic()
        result, words = _run(order, 60 + size.faulty * 0.4)
        took = time.monotonic() - began
        log = stand.log()
    yield _answers(result, words, size, took)
    yield _key(log["counts"])
    met = log["counts"]["faults"]
    missing = [fault for fault in Fault if fault not in met] if size.faulty >= ENOUGH else []
    yield check("every kind of fault was met", missing, f"{sum(met.values())} faults of {len(met)} kinds")
    again = [value for value, count in log["answered"].items() if count > 1]
    yield check("no file is asked again after its answer", again, f"{len(log['answered'])} good answers")


def _run(order: Order, patience: float) -> tuple[dict[str, Any], str]:
    command = [sys.executable, "-m", "tests.soak.worker", order.text()]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=patience, check=False)
    except subprocess.TimeoutExpired:
        return {}, f"hung for {patience:.0f} s"
    return (json.loads(done.stdout) if done.returncode == 0 else {}), done.stderr


def _answers(result: dict[str, Any], words: str, size: Size, took: float) -> Check:
    problems = [words[-400:]] if words else []
    statuses: Counter[str] = Counter()
    findings = result.get("findings", {})
    for value, (status, sha256, malicious, detail) in findings.items():
        statuses[status] += 1
        if problem := wrong(value, status, sha256, malicious, ABSENT):
            problems.append(f"{value}: {problem}")
        elif status not in ("found", "not_found", "failed") or (status == "failed" and not detail):
            problems.append(f"{value} is {status}: {detail}")
        if KEY in detail:
            problems.append("the key is in a reason")
    problems += [f"{len(findings)} findings"] * (len(findings) != size.faulty)
    problems += [result["stopped"]] if result.get("stopped") else []
    kept = (
        f"{len(findings)} lookups at {RATE:.0%} faults in {took:.0f} s: {dict(statuses)}, {result.get('calls')} calls"
    )
    return check("every row ends with the right answer or failed with the reason", problems, kept)


def _key(counts: dict[str, Any]) -> Check:
    problems = ["the key went to another host"] * counts["leaked"] + ["a redirect was followed"] * counts["strays"]
    problems += ["something but GET was sent"] * counts["violations"]
    return check("the key is never sent to another host", problems, f"{counts['strays']} redirects followed")
