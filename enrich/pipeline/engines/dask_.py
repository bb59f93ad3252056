"""A Dask cluster (extra ``dask``): ``--engine dask --scheduler tcp://host:8786``. Its workers see the same folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from typing import Any

from enrich.config.settings import Settings
from enrich.errors import OutputError, UsageError
from enrich.pipeline.engines.shared.worker_memory import keep_freed_memory
from enrich.version import __version__

NEEDS = ("distributed",)
RETRIES = 2
"""Times that a part is tried again where its worker died."""
PATIENCE = 15
"""Seconds for which the scheduler is waited for."""


@contextmanager
def executor(settings: Settings) -> Iterator[Executor]:
    """Yield the cluster's own executor, once all of its workers are found to be of this version."""
    try:
        import distributed  # noqa: PLC0415 - of an extra
    except ImportError:
        raise UsageError("--engine dask needs a library", hint="install it: pip install 'ioc-enrich[dask]'") from None
    if not settings.scheduler:
        raise UsageError("--engine dask needs a scheduler", hint="add --scheduler tcp://host:8786")
    try:
        cluster: Any = distributed  # it says nothing of its types
        client = cluster.Client(settings.scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise OutputError(f"the scheduler {settings.scheduler} does not answer", hint=str(error)) from None
    try:
        check_versions(client.run(version))
        # pure: equal calls would be one call, and a part is done twice where its answers changed
        yield _ClusterExecutor(client.get_executor(pure=False, retries=RETRIES), cluster.KilledWorker)
    finally:
        client.close()


class _ClusterExecutor(Executor):
    """The cluster's executor, which says that a job's workers died as Python's own executors do."""

    def __init__(self, executor: Executor, killed: type[Exception]) -> None:
        self._executor = executor
        self._killed = killed

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        outcome: Future[Any] = Future()

        def tell(future: Future[Any]) -> None:
            error = future.exception()
            if error is None:
                outcome.set_result(future.result())
            else:
                outcome.set_exception(BrokenExecutor(str(error)) if isinstance(error, self._killed) else error)

        self._executor.submit(_in_worker, function, *arguments, **options).add_done_callback(tell)
        return outcome


def _in_worker(function: Callable[..., Any], /, *arguments: Any, **options: Any) -> Any:
    """Return what the function does. Workers were begun by somebody else, and some may join or begin again later."""
    keep_freed_memory()
    return function(*arguments, **options)


def version() -> str:
    """Return the version of this package where it is run."""
    return __version__


def check_versions(found: dict[str, object]) -> None:
    """Raise ``OutputError`` where a worker would scan by other rules, or there is none."""
    if not found:
        raise OutputError("the cluster has no worker", hint="start one: dask worker tcp://host:8786")
    others = {worker: other for worker, other in found.items() if other != __version__}
    if others:
        worker, other = next(iter(others.items()))
        raise OutputError(
            f"the worker {worker} has ioc-enrich {other}, this is {__version__}", hint="install the same everywhere"
        )
