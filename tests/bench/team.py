"""A team's store in PostgreSQL against SQLite: reading and storing, and lookups with the database at some distance.

Needs PostgreSQL's own programs on this machine; without them nothing is measured. Processor time is the client's and the
server's together. ``python -m tests.soak team`` holds the claims, wrong clocks and crashes.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median

from enrich.clock import SystemClock
from enrich.lookup.rate_limit import Pace
from enrich.lookup.workers import Workers
from enrich.model.finding import Answer
from enrich.model.indicator import Indicator, Target
from enrich.model.quota import Allowance, Quota
from enrich.providers import Unread
from enrich.stores import Store, open_store
from tests.bench.made import BATCH, PROVIDER, answer, digest, fill
from tests.bench.measure import Figure, Size, paired, seconds
from tests.bench.store import sorted_join
from tests.support import postgresql_server
from tests.support.distance import away
from tests.support.postgresql_server import Server

DURABLE = 500
"""Answers that are stored one by one in each, at most as many as there are calls."""
BODY = os.urandom(9_000)
IN_FLIGHT = 32
ANSWERS_AFTER = 0.1
"""Seconds that the service takes."""
LOOKUPS = 1000
"""At most, likewise."""
DISTANCES = ((0.0, 0.9), (1.0, 0.85), (10.0, 0.7))
"""Milliseconds of a round trip to the database, and the bar for it."""
PERMITS = Quota(60_000, None, None)
LEASES = Quota(None, None, None)
TICK = 0.002


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    if not postgresql_server.is_installed():
        return
    with postgresql_server.server(durable=True) as server:
        yield from _read(size, folder, server)
        yield _durable(size, folder, server)
        yield from _lookups(size, folder, server)


def _read(size: Size, folder: Path, server: Server) -> Iterator[Figure]:
    path, url = folder / "read.sqlite", server.url("read")
    fill(path, size.stored)
    numbers = Random(1).sample(range(size.stored), size.asked)
    wanted = [Indicator("hash", digest(number)) for number in numbers]
    at = datetime.now(UTC).replace(microsecond=0)
    with closing(open_store(url, SystemClock())) as store, closing(sqlite3.connect(path)) as bare:
        for start in range(0, size.stored, BATCH):
            store.put_many([answer(number, at) for number in range(start, min(start + BATCH, size.stored))])
        store.database.run("VACUUM ANALYZE")  # type: ignore[attr-defined] - as the server does by itself in a while
        bare.execute("PRAGMA cache_size = -32000")

        def ours() -> float:
            before = _server_seconds(server)
            own = seconds(lambda: _found(store, wanted))
            return own + _server_seconds(server) - before

        mine, theirs = paired(size.rounds + 2, ours, lambda: seconds(lambda: sorted_join(bare, wanted)))
        detail = f"{size.asked:,} of {size.stored:,}: {mine:.2f} s with the server's against {theirs:.2f} s"
        yield Figure("look-up in PostgreSQL against SQLite's sorted join", mine / theirs, 1.6, detail)
        with closing(open_store(f"sqlite:///{path}", SystemClock())) as near:
            room, plain = store.info().size / size.stored, near.info().size / size.stored
        detail = f"bodies apart; {plain:.0f} in SQLite"
        yield Figure("room of an answer in PostgreSQL", room, 550, detail, unit="bytes")


def _found(store: Store, wanted: list[Indicator]) -> None:
    assert len(store.get_many(PROVIDER, wanted)) == len(wanted)


def _durable(size: Size, folder: Path, server: Server) -> Figure:
    """One answer with its body, safe from a power cut when it returns: in turns, since a disk has its moods."""
    at, numbers = datetime.now(UTC).replace(microsecond=0), iter(range(10**9))
    with (
        closing(open_store(f"sqlite:///{folder / 'durable.sqlite'}", SystemClock())) as near,
        closing(open_store(server.url("durable"), SystemClock())) as far,
    ):

        def stored(store: Store) -> float:
            one = Answer(answer(next(numbers), at).finding, BODY)
            began = time.perf_counter()
            store.put_many([one])
            return time.perf_counter() - began

        for store in (far, near):
            stored(store)  # the shape of its row, and the database's plans
        pairs = [(stored(far), stored(near)) for _ in range(min(DURABLE, size.calls))]
    mine, theirs = (median(column) for column in zip(*pairs, strict=True))
    detail = f"{mine * 1e3:.2f} ms against {theirs * 1e3:.2f} ms by the clock on the wall, median of {len(pairs)} pairs"
    ratio = median(far / near for far, near in pairs)
    return Figure("a durable answer, against SQLite that is as durable", ratio, 1.5, detail)


@dataclass(frozen=True, slots=True)
class Measured:
    rate: float
    """Lookups a second."""
    blocked: float
    """Seconds that the event loop was late at worst."""


def _lookups(size: Size, folder: Path, server: Server) -> Iterator[Figure]:
    numbers, count = iter(range(10**9)), min(LOOKUPS, size.calls)
    for milliseconds, bar in DISTANCES:
        with away(server.port, milliseconds) as way:
            port = way.port if milliseconds else server.port
            for name, quota in (("permits", PERMITS), ("leases", LEASES)):
                url, near = server.url("lookups", port), f"sqlite:///{folder / 'lookups.sqlite'}"
                pairs = [[list(islice(numbers, count)) for _ in range(2)] for _ in range(size.rounds + 1)]
                runs = [(_run(url, quota, one), _run(near, quota, other)) for one, other in pairs]
                mine, theirs = median(far.rate for far, _ in runs), median(close.rate for _, close in runs)
                detail = f"{mine:.0f} against {theirs:.0f} a second, answers after 100 ms, {IN_FLIGHT} in flight"
                title = f"lookups by {name}, database {milliseconds:.0f} ms away"
                yield Figure(title, mine / theirs, bar, detail, at_least=True)
                late = median(far.blocked for far, _ in runs) * 1e3
                yield Figure("the event loop late at worst", late, 50, unit="ms")


def _run(url: str, quota: Quota, numbers: list[int]) -> Measured:
    targets = [Target(Indicator("hash", digest(number))) for number in numbers]
    return asyncio.run(_looked_up(url, quota, targets))


async def _looked_up(url: str, quota: Quota, targets: list[Target]) -> Measured:
    clock, worst = SystemClock(), 0.0

    async def tick() -> None:
        nonlocal worst
        while True:
            began = time.perf_counter()
            await asyncio.sleep(TICK)
            worst = max(worst, time.perf_counter() - began - TICK)

    with closing(open_store(url, clock)) as store:
        pace = Pace(store, "key", quota, clock)
        workers = Workers(Slow(), store, pace, clock, lambda _: None, concurrency=IN_FLIGHT, chance=Random(1))
        ticking, began = asyncio.create_task(tick()), time.perf_counter()
        outcome = await workers.run(targets, {})
        taken = time.perf_counter() - began
        ticking.cancel()
        await pace.access.close()
    assert len(outcome.findings) == len(targets), outcome.stopped
    return Measured(len(targets) / taken, worst)


class Slow:
    """A service that takes as long as a real one."""

    origin = PROVIDER
    account = "key"

    async def fetch(self, indicator: Indicator) -> Unread:
        await asyncio.sleep(ANSWERS_AFTER)
        number = int(indicator.value[:8], 16)
        made = answer(number, datetime.now(UTC).replace(microsecond=0)).finding
        finding = type(made)(
            indicator,
            PROVIDER,
            made.status,
            made.fields,
            "",
            made.fetched_at,
            (indicator,),
            made.malicious,
            made.engines,
        )
        return lambda: Answer(finding)

    async def allowance(self) -> Allowance | None:
        return None

    async def stated_allowance(self) -> Allowance | None:
        return None

    async def close(self) -> None: ...


def _server_seconds(server: Server) -> float:
    """Processor seconds of the server's processes, those that ended included."""
    first = (server.folder / "data" / "postmaster.pid").read_text().split()[0]
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if fields[1] == first:
            ticks += int(fields[11]) + int(fields[12])
        elif path.parent.name == first:
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")
