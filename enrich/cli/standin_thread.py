"""A stand-in in a thread of its own, for as long as a demo lasts."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from enrich.errors import EnrichError
from enrich.standin.options import StandinOptions
from enrich.standin.server import serve_forever


@contextmanager
def in_background(options: StandinOptions | None = None) -> Iterator[str]:
    """Run a stand-in beside the block, and yield its address; what keeps it from starting is raised here."""
    ready: Future[str] = Future()
    loop = asyncio.new_event_loop()
    serving = loop.create_task(serve_forever(options or StandinOptions(), ready.set_result))

    def serve() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(serving)
        except asyncio.CancelledError:
            pass
        except (OSError, EnrichError) as error:
            ready.set_exception(error)
        finally:
            loop.close()

    thread = threading.Thread(target=serve, name="stand-in", daemon=True)
    thread.start()
    try:
        yield ready.result(timeout=30)
    finally:
        if not loop.is_closed():
            loop.call_soon_threadsafe(serving.cancel)
        thread.join(timeout=10)
