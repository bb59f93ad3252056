"""An engine for runs in parts that starts no process, and what tests of such runs look at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from enrich.config.settings import Settings
from enrich.pipeline.parts.jobs import Joining, join
from enrich.pipeline.parts.state_folder import Joined
from tests.support.standin_server import rows


class Threads:
    """An engine without processes, quick to start. ``dying`` workers break the pool."""

    def __init__(self, dying: int = 0) -> None:
        self.dying = dying
        self.jobs: list[object] = []

    @contextmanager
    def executor(self, settings: Settings) -> Iterator[Executor]:
        del settings
        with ThreadPoolExecutor(2) as pool:
            submit = pool.submit

            def noted(function: object, job: object) -> object:
                self.jobs.append(job)
                if self.dying:
                    self.dying -= 1
                    raise BrokenExecutor
                return submit(function, job)  # type: ignore[arg-type]

            pool.submit = noted  # type: ignore[method-assign, assignment]
            yield pool


def cells(path: Path) -> list[tuple[str, ...]]:
    return [(row["SHA256"], row["vt_status"], row["vt_sha256"], row["vt_detections"]) for row in rows(path)]


def dies_over_two(job: Joining) -> Joined:
    """What a worker does where one part is too much for it."""
    if job.path.name == "2.csv":
        os._exit(9)
    return join(job)
