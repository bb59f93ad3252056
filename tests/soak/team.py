"""Several clients of one store, as a team's machines are: none pays for what another asks, whatever clocks and servers do.

On SQLite by several processes; on PostgreSQL, where it is installed, also with clocks that are wrong, through a pooler
that is restarted, and over a crash of the database.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from enrich.clock import SystemClock
from enrich.stores import open_store
from tests.soak.check import Check, Size, check
from tests.soak.several import LEAD, LEAST, ended
from tests.soak.standin import Standing, standing
from tests.soak.worker import Order
from tests.support import postgresql_server
from tests.support.postgresql_server import Server

CLIENTS = 4
FILES = 180
PER_MINUTE = 60
IN_FLIGHT = 8
SKEWS = (0.0, 3600.0, -3600.0, -7.0)
"""Seconds that the clients' clocks are off."""
APART = (3600.0, 3600.0, -3600.0, -3600.0)
"""The same of two clusters."""
HOGS = 3
IN_FLIGHT_SECONDS = 0.5
"""What was booked before is still on its way for so long."""
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


def checks(size: Size, folder: Path) -> Iterator[Check]:
    for number in range(size.rounds):
        yield _one_list(f"sqlite:///{folder / f'list{number}.db'}", "SQLite", kill=0)
    yield _one_list(f"sqlite:///{folder / 'killed.db'}", "SQLite", kill=2)
    if not postgresql_server.is_installed():
        return
    with postgresql_server.server(durable=True) as server:
        for number in range(size.rounds):
            yield _one_list(server.url(f"list{number}"), "PostgreSQL", kill=0)
        yield _one_list(server.url("killed"), "PostgreSQL", kill=2)
        what = "the database crashes and is away for 3 s"
        yield _outage(server.url("crash"), what, lambda: _crash(server), files=size.lookups)
        if shutil.which("pgbouncer"):
            yield _restarted_pooler(server)
        if FAKETIME is not None:
            name = "PostgreSQL, two clusters whose clocks are two hours apart"
            yield _one_list(server.url("apart"), name, kill=0, skews=APART)
            yield _paced(server.url("skewed"), size, "clients whose clocks are off by an hour and by 7 s", skews=SKEWS)
    yield _failed_over(size)
    if FAKETIME is not None:
        for step in (30, -30):
            yield _stepped(size, step)


def _started(stand: Standing, store: str, skews: Sequence[float] = (0.0,) * CLIENTS, **more: Any) -> list[Any]:
    """One client for each of ``skews``; what they ask for and how fast is in ``more``."""
    given = {"first": 0, "count": FILES, "per_minute": None, "minute": 10.0, "concurrency": IN_FLIGHT}
    given |= {"patience": 5.0, "starts_at": time.monotonic() + LEAD}
    orders = []
    for number, skew in enumerate(skews):
        share = {name: value(number) if callable(value) else value for name, value in (given | more).items()}
        orders.append((Order(address=stand.address, store=store, **share), skew))
    return [
        subprocess.Popen(
            [sys.executable, "-m", "tests.soak.worker", order.text()],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **faked(f"{skew:+.0f}s")} if skew else None,
        )
        for order, skew in orders
    ]


def faked(what: str) -> Mapping[str, str]:
    """The environment of a process whose wall clock is wrong and whose monotonic clock is not."""
    return {"LD_PRELOAD": str(FAKETIME), "FAKETIME": what, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def _one_list(store: str, name: str, *, kill: int, skews: Sequence[float] = (0.0,) * CLIENTS) -> Check:
    """All clients ask for the same files at the same moment; some are killed in the middle."""
    with standing(latency={"way_out": 0.4 if kill else 0.05}) as stand:
        processes = _started(stand, store, skews, per_minute=FILES * 6, minute=10.0)
        with _busy():
            if kill:
                time.sleep(max(0.0, LEAD + 0.7))
                for process in processes[:kill]:
                    process.kill()
                    process.communicate()
            results = [ended(process) for process in processes[kill:]]
        calls = sum(1 for request in stand.log()["requests"] if request["file"])
    most = FILES + kill * IN_FLIGHT
    problems = [result["stopped"] for result in results if result["stopped"]]
    problems += [f"{calls} calls"] * (not FILES <= calls <= most)
    problems += [f"{_found(result)} files" for result in results if _found(result) != FILES]
    problems += [f"{count} stored" for count in [_stored(store)] if count != FILES]
    killed = f", {kill} of them killed" if kill else ""
    figures = f"{calls} calls for {FILES} files, shares {[result['calls'] for result in results]}"
    return check(f"{CLIENTS} processes{killed}, one list, {name}", problems, figures)


@contextmanager
def _busy() -> Iterator[None]:
    """Processes beside that do nothing but keep the processors busy: races show that did not."""
    hogs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(HOGS)]
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


def _outage(store: str, name: str, happens: Callable[[], None], *, files: int = 1000, through: str = "") -> Check:
    """Two clients at work while something goes away: what was served is stored."""
    with standing(latency={"way_out": 0.02}) as stand:
        # patience: a claim must hold for longer than the outage, as it does by far with the command's own time-outs
        processes = _started(stand, through or store, (0.0, 0.0), count=files, patience=30.0)
        trouble = threading.Timer(LEAD + 1.0, happens)
        trouble.start()
        results = [ended(process) for process in processes]
        trouble.join()
        served = sum(1 for request in stand.log()["requests"] if request["file"])
    stored = _stored(store)
    problems = [result["stopped"] for result in results if result["stopped"]]
    problems += [f"{served} served, {stored} stored"] * (not served == stored == files)
    return check(name, problems, f"{served} served, {stored} stored")


def _crash(server: Server) -> None:
    server.crash()
    time.sleep(3)
    server.start()


def _restarted_pooler(server: Server) -> Check:
    with ExitStack() as first, ExitStack() as second:
        port = first.enter_context(postgresql_server.pooler(server))

        def restart() -> None:
            first.close()
            time.sleep(1)
            second.enter_context(postgresql_server.pooler(server, port))

        direct = server.url("pooled")
        return _outage(direct, "the pooler is restarted", restart, through=server.url("pooled", port))


def _paced(
    store: str,
    size: Size,
    name: str,
    *,
    skews: Sequence[float],
    happens: Callable[[], None] | None = None,
    pause: float = 0.0,
) -> Check:
    """Clients share the calls of a minute, each with files of its own. ``pause``: seconds without a call after that."""
    share = PER_MINUTE * size.minutes // len(skews)
    with standing(per_minute=PER_MINUTE, minute_seconds=size.minute, latency={"way_in_jitter": 0.02}) as stand:
        processes = _started(
            stand,
            store,
            skews,
            first=lambda number: number * share,
            count=share,
            per_minute=PER_MINUTE,
            minute=size.minute,
        )
        over = 0.0

        def trouble() -> None:
            nonlocal over
            if happens is not None:
                happens()
            over = time.time()

        timer = threading.Timer(LEAD + (0.4 if pause else 1.5) * size.minute, trouble)
        timer.start()
        results = [ended(process) for process in processes]
        timer.join()
        log = stand.log()
    times = sorted(request["time"] for request in log["requests"] if request["file"])
    cycles = [later - earlier for earlier, later in zip(times, times[PER_MINUTE:], strict=False)]
    rate = size.minute * len(cycles) / sum(cycles) if cycles else 0.0
    refusals = log["counts"]["refusals"]
    problems = [result["stopped"] for result in results if result["stopped"]]
    problems += [f"{refusals} refusals"] * bool(refusals) + [f"rate {rate:.3f}"] * (rate < LEAST and not pause)
    hasty = [at - over for at in times if pause and IN_FLIGHT_SECONDS < at - over < pause]
    problems += [f"a call {hasty[0]:.1f} s after it"] if hasty else []
    problems += [f"{len(times)} calls"] * (len(times) != share * len(skews))
    figures = f"{len(times)} calls, {rate:.3f} of the possible rate, {refusals} refusals"
    return check(f"{name}: {PER_MINUTE} a minute", problems, figures)


def _failed_over(size: Size) -> Check:
    """Another server takes over in mid-run, which may not know the last permits: all wait for a minute and a margin."""
    with postgresql_server.server(durable=True) as server:
        return _paced(
            server.url("failover"),
            replace(size, minutes=2),
            "another server takes over, a minute's pause",
            skews=(0.0,) * CLIENTS,
            happens=server.fail_over,
            pause=size.minute,
        )


def _stepped(size: Size, step: int) -> Check:
    """The database's own clock is set in mid-run, once the first minute is full."""
    with tempfile.NamedTemporaryFile("w", prefix="enrich-faketime-", suffix=".rc") as setting:
        Path(setting.name).chmod(0o644)
        setting.write("+0s\n")
        setting.flush()
        environment = dict(faked("")) | {"FAKETIME_TIMESTAMP_FILE": setting.name, "FAKETIME_NO_CACHE": "1"}
        environment.pop("FAKETIME")

        def set_clock() -> None:
            setting.seek(0)
            setting.write(f"{step:+d}s\n")
            setting.flush()

        with postgresql_server.server(environment=environment) as server:
            name = f"the database's clock is set by {step:+d} s"
            return _paced(server.url("stepped"), size, name, skews=(0.0,) * CLIENTS, happens=set_clock)


def _found(result: Mapping[str, Any]) -> int:
    return sum(status == "found" for status, *_ in result["findings"].values())


def _stored(url: str) -> int:
    with closing(open_store(url, SystemClock())) as store:
        return store.info().objects
