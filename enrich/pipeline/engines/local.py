"""Processes of this machine, as many as ``--workers`` says."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from enrich.config.settings import Settings
from enrich.pipeline.engines.shared.worker_memory import keep_freed_memory
from enrich.providers import Provider, all_providers

NEEDS = ()


@contextmanager
def executor(settings: Settings) -> Iterator[Executor]:
    """Yield a pool of fresh processes: nothing of this one's memory, its key least of all, is in them."""
    variables = [variable for provider in all_providers() for variable in _variables(provider)]
    pool = ProcessPoolExecutor(
        settings.workers or os.cpu_count() or 1,
        mp_context=multiprocessing.get_context("spawn"),  # a fork would have the key, and the store's open file
        initializer=prepare,
        initargs=(variables,),
    )
    try:
        yield pool
    except BaseException:
        # Ctrl-C: what a worker is at would go on for minutes, and nobody reads it
        for child in multiprocessing.active_children():
            child.terminate()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def _variables(provider: Provider) -> tuple[str, ...]:
    """Return the environment's variables that may hold a provider's key."""
    return provider.KEY_PLACES.variables if provider.KEY_PLACES is not None else ()


def prepare(variables: list[str]) -> None:
    """Make a worker of a process: it holds no key, and leaves Ctrl-C to the process that runs it."""
    keep_freed_memory()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    for variable in variables:
        os.environ.pop(variable, None)


def _end_with_parent() -> None:
    """End this process when the one that runs it is killed: a pool's workers would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
