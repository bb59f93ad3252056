"""One process's lookups with a shorter minute and shorter time-outs than the command line has. Used by ``several`` and ``faults``.

``python -m tests.soak.worker ORDER``, the order being JSON; prints what came of it as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from enrich.clock import SystemClock
from enrich.lookup.rate_limit import Pace
from enrich.lookup.workers import Workers
from enrich.model.finding import Finding
from enrich.model.indicator import Indicator, Target
from enrich.model.quota import Quota
from enrich.providers import Access
from enrich.providers.virustotal.client import VirusTotal
from enrich.stores import Store, Timing, open_store
from tests.soak.tool import KEY, asked


@dataclass(frozen=True, slots=True)
class Order:
    """``first`` and ``count`` say which made-up files; ``minute`` is the length of a scaled minute in seconds."""

    address: str
    store: str
    first: int
    count: int
    per_minute: int | None
    minute: float
    concurrency: int
    patience: float = 30.0
    starts_at: float = 0.0

    def text(self) -> str:
        return json.dumps(asdict(self))


async def _work(order: Order, store: Store) -> dict[str, Any]:
    clock = SystemClock()
    service = VirusTotal(Access(KEY, order.address, connections=order.concurrency, timeout=order.patience))
    margin = order.minute / 60
    quota = Quota(order.per_minute, None, None)
    timing = Timing(order.minute, margin, order.patience + 2 * margin)
    pace = Pace(store, service.account, quota, clock, timing=timing)
    wanted = [Target(Indicator("hash", asked(number))) for number in range(order.first, order.first + order.count)]
    await asyncio.sleep(max(0.0, order.starts_at - time.monotonic()))  # whatever this clock shows
    # on a busy machine the others may have begun long ago: what they have is looked up first, as every run does
    known = store.get_many(service.origin, [target.ask for target in wanted])
    lookup = Workers(service, store, pace, clock, lambda _event: None, concurrency=order.concurrency, chance=Random(1))
    try:
        outcome = await lookup.run(wanted, known)
    finally:
        await service.close()
        await pace.access.close()
    found = [outcome.findings.get(target.ask) or outcome.missed[target.ask] for target in wanted]
    return {
        "stopped": outcome.stopped,
        "calls": pace.calls,
        "findings": {target.ask.value: _plain(finding) for target, finding in zip(wanted, found, strict=True)},
    }


def _plain(finding: Finding) -> list[str]:
    """Status, sha256, detections and reason."""
    fields = finding.fields
    return [finding.status, str(fields.get("vt_sha256", "")), str(fields.get("vt_malicious", "")), finding.detail]


def main(text: str) -> None:
    order = Order(**json.loads(text))
    with closing(open_store(order.store, SystemClock())) as store:
        print(json.dumps(asyncio.run(_work(order, store))))


if __name__ == "__main__":
    main(sys.argv[1])
