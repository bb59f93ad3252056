"""Lookups over HTTP against the stand-in in another process: the whole core, every answer durable, against a bare loop
of aiohttp and orjson, and against the official client, all at the same concurrency.

The client is held to one processor and the server to another; what counts is the client's processor time, which a busy
machine stretches for all alike.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

import aiohttp
import orjson
import vt

from enrich.clock import SystemClock
from enrich.lookup.rate_limit import Pace
from enrich.lookup.workers import Workers
from enrich.model.indicator import Indicator, Target
from enrich.model.quota import Quota
from enrich.providers import Access, virustotal
from enrich.standin.options import StandinOptions
from enrich.standin.server import serve_forever
from enrich.stores import open_store
from tests.bench.made import digest
from tests.bench.measure import Figure, Size, paired

KEY = "b" * 64
IN_FLIGHT = 32
FEWER = 5
"""The official client is asked for a fifth of the lookups: it is slow, and its figure steady."""

Asking = Callable[[str, list[str]], Awaitable[None]]


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    """Two kinds of report of 40 KB: a dense one, and one that is indented, as the service sends them: half as much to
    read and nearly as much to store.
    """
    mine, bare, _ = _costs(size, folder / "dense.sqlite", dense=True)
    detail = f"{size.calls:,} lookups, {mine * 1e6:.0f} us against {bare * 1e6:.0f} us each"
    yield Figure("lookups against the bare loop of aiohttp and orjson", bare / mine, 0.8, detail, at_least=True)
    mine, bare, official = _costs(size, folder / "indented.sqlite", dense=False)
    detail = f"{size.calls:,} lookups, {mine * 1e6:.0f} us against {bare * 1e6:.0f} us each"
    yield Figure("the same, half as much in the 40 KB: indented", bare / mine, 0.8, detail, at_least=True)
    detail = f"{official * 1e6:.0f} us each"
    yield Figure("the same against the official client, vt-py", official / mine, 4.0, detail, at_least=True)


def _costs(size: Size, database: Path, *, dense: bool) -> list[float]:
    """Processor seconds of a lookup: our core's, the bare loop's and the official client's."""
    numbers = iter(range(10**9))

    def cost(asking: Asking, calls: int) -> float:
        """Processor seconds of one lookup."""
        hashes = [digest(next(numbers)) for _ in range(calls)]
        began = time.process_time()
        asyncio.run(asking(address, hashes))
        return (time.process_time() - began) / calls

    store = f"sqlite:///{database}"
    with_store: Asking = lambda address, hashes: _core(address, hashes, store)  # noqa: E731
    cores, address, server = sorted(os.sched_getaffinity(0)), *_served(dense=dense)
    try:
        os.sched_setaffinity(0, cores[:1])
        cost(_bare, 50)
        return paired(
            size.rounds + 2,
            lambda: cost(with_store, size.calls),
            lambda: cost(_bare, size.calls),
            lambda: cost(_official, size.calls // FEWER),
        )
    finally:
        os.sched_setaffinity(0, cores)
        server.terminate()
        server.join()


def _served(*, dense: bool) -> tuple[str, multiprocessing.process.BaseProcess]:
    """A stand-in that knows every hash, in a process of its own; its address."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, dense), daemon=True)
    process.start()
    return str(ours.recv()), process


def _serve(pipe: Connection, dense: bool) -> None:
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[-1:])
    asyncio.run(serve_forever(StandinOptions(synthetic=True, dense=dense, port=0), pipe.send))


async def _all(hashes: list[str], one: Callable[[str], Awaitable[None]]) -> None:
    left = iter(hashes)

    async def work() -> None:
        for value in left:
            await one(value)

    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))


async def _bare(address: str, hashes: list[str]) -> None:
    headers = {"x-apikey": KEY, "Accept-Encoding": "gzip", "User-Agent": "bench gzip"}
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=IN_FLIGHT)) as session:

        async def one(value: str) -> None:
            async with session.get(f"{address}/api/v3/files/{value}") as response:
                body = orjson.loads(await response.read())
                assert body["data"]["id"] == value

        await _all(hashes, one)


async def _official(address: str, hashes: list[str]) -> None:
    async with vt.Client(KEY, host=address) as client:

        async def one(value: str) -> None:
            file = await client.get_object_async("/files/{}", value)
            assert file.id == value

        await _all(hashes, one)


async def _core(address: str, hashes: list[str], url: str) -> None:
    clock, targets = SystemClock(), [Target(Indicator("hash", value)) for value in hashes]
    service = virustotal.make(Access(KEY, address, connections=IN_FLIGHT))
    with closing(open_store(url, clock)) as store:
        pace = Pace(store, service.account, Quota(None, None, None), clock)
        lookup = Workers(service, store, pace, clock, lambda event: None, concurrency=IN_FLIGHT, chance=Random(1))
        outcome = await lookup.run(targets, {})
        await service.close()
    assert len(outcome.findings) == len(hashes), outcome.stopped
