"""Jobs given to an engine's workers: a worker that dies takes its job with it, and the others stand."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, field
from typing import Any, TypeVar

from enrich.config.settings import Settings
from enrich.errors import EnrichError, OutputError
from enrich.pipeline.engines import engine_named

TRIES = 3
"""Times that a job is given to workers that die over it."""

Name = TypeVar("Name", bound=Hashable)
Out = TypeVar("Out")


def dispatch_jobs(
    settings: Settings, function: Callable[[Any], Out], jobs: Mapping[Name, Any]
) -> tuple[dict[Name, Out], dict[Name, EnrichError]]:
    """Return ``function`` of each job by the engine's workers; what failed by an error of ours is told apart.

    Where workers die, the jobs that were under way may have killed them: each of these is tried again by itself, and
    the one that kills its worker ``TRIES`` times fails.
    """
    round_ = _Round(settings, function, jobs)
    for name in round_.run(list(jobs)):
        for _ in range(TRIES - 1):
            if not round_.run([name]):
                break
        else:
            hint = "is the memory enough? The other parts stand"
            round_.failed[name] = OutputError(f"{name}: {TRIES} workers died over it", hint=hint)
    return round_.done, round_.failed


@dataclass(slots=True)
class _Round:
    """Hands out jobs; what came of them is kept."""

    settings: Settings
    function: Callable[[Any], Any]
    jobs: Mapping[Any, Any]
    done: dict[Any, Any] = field(default_factory=dict)
    failed: dict[Any, EnrichError] = field(default_factory=dict)

    def run(self, names: Sequence[Any]) -> list[Any]:
        """Do these jobs side by side. Returns those whose worker died, the only ones that did not end."""
        left, suspects = deque(names), list[Any]()
        while left:
            # a new pool for each attempt: one that lost a worker is broken for good
            with engine_named(self.settings.engine).executor(self.settings) as executor:
                under_way: dict[Future[Any], Any] = {}
                dead = self._submitted(executor, left, under_way)
                while under_way and not dead:
                    dead += self._ended(under_way)
                    dead += self._submitted(executor, left, under_way) if not dead else []
                while under_way:  # a pool fails all that was under way, a cluster goes on with the others
                    dead += self._ended(under_way)
            suspects += dead
        return suspects

    def _submitted(self, executor: Executor, left: deque[Any], under_way: dict[Future[Any], Any]) -> list[Any]:
        """Hand out as many as there are workers, so that a dying one puts few under suspicion. Returns whom it met."""
        most = self.settings.workers or os.cpu_count() or 1
        while left and (len(under_way) < most or self.settings.engine != "local"):
            name = left.popleft()
            try:
                under_way[executor.submit(self.function, self.jobs[name])] = name
            except BrokenExecutor:
                return [name]
        return []

    def _ended(self, under_way: dict[Future[Any], Any]) -> Iterator[Any]:
        """Wait for some to end; yields those whose worker died."""
        ended, _ = wait(under_way, return_when=FIRST_COMPLETED)
        for future in ended:
            name = under_way.pop(future)
            try:
                self.done[name] = future.result()
            except BrokenExecutor:
                yield name
            except EnrichError as error:
                self.failed[name] = error
