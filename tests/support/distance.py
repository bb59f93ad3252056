"""A way to a server that takes its time: a proxy that hands everything on so many milliseconds later, and counts."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PIECE = 1 << 16


class Way:
    """The way to the server at ``target`` of this machine; ``port`` is its near end."""

    def __init__(self, target: int, milliseconds: float) -> None:
        self.port = 0
        self.trips = 0
        """How often the server was spoken to; each time it answers."""
        self._target = target
        self._delay = milliseconds / 2000
        self._writers: list[asyncio.StreamWriter] = []
        self._ends = asyncio.Event()

    async def serve(self, ready: threading.Event) -> None:
        """Carry until ``end``."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._ends.wait()
        server.close()
        for writer in self._writers:
            writer.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def end(self) -> None:
        self._ends.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        try:
            inner, outer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        self._writers.append(outer)
        await asyncio.gather(self._carry(reader, outer, counts=True), self._carry(inner, writer, counts=False))

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, counts: bool) -> None:
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivering = asyncio.create_task(_deliver(queue, target))
        now, piece = asyncio.get_running_loop().time, b"-"
        while piece:
            try:
                piece = await source.read(PIECE)
            except OSError:
                piece = b""
            self.trips += counts and bool(piece)
            queue.put_nowait((now() + self._delay, piece))
        await delivering


async def _deliver(queue: asyncio.Queue[tuple[float, bytes]], target: asyncio.StreamWriter) -> None:
    """Write each piece when it is due; nothing is the end of the stream."""
    now = asyncio.get_running_loop().time
    while True:
        due, piece = await queue.get()
        if (left := due - now()) > 0:
            await asyncio.sleep(left)
        if not piece:
            target.close()
            return
        target.write(piece)


@contextmanager
def away(port: int, milliseconds: float) -> Iterator[Way]:
    """The server at ``port`` of this machine, so far away: a round trip takes ``milliseconds`` longer."""
    ready, way, loop = threading.Event(), Way(port, milliseconds), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(way.serve(ready),), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield way
    finally:
        loop.call_soon_threadsafe(way.end)
        thread.join()
        loop.close()
