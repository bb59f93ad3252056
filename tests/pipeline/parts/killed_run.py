"""``enrich`` that kills itself (-9) at one moment of a run in parts: ``killed_run.py MOMENT[:SLICE_SIZE] ARGUMENT...``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from enrich.cli.main import main
from enrich.config.settings import Settings
from enrich.model.event import Event, EventKind
from enrich.pipeline.engines import local
from enrich.pipeline.parts import phases, run
from tests.support.standin_server import Stand

SCRIPT = Path(__file__)
TOP = SCRIPT.parents[3]
AFTER = 2
"""Parts, or answers, that are done by then."""


def killed(stand: Stand, moment: str, *arguments: object) -> int:
    """The command in a process of its own, killed at that moment."""
    command = [sys.executable, str(SCRIPT), moment, "run", *map(str, arguments), *stand.arguments, "-q"]
    return subprocess.run(command, check=False, timeout=120, cwd=TOP).returncode


def die(count: int = 1) -> None:
    """Kill this process the ``AFTER``-th time."""
    global done  # noqa: PLW0603 - a script's own count
    done += count
    if done == AFTER:
        os.kill(os.getpid(), signal.SIGKILL)


done = 0


def dies_in(function: str) -> Callable[[Settings], AbstractContextManager[Executor]]:
    """The engine of this machine, which dies when jobs of one phase are done."""
    executor = local.executor

    @contextmanager
    def deadly(settings: Settings) -> Iterator[Executor]:
        with executor(settings) as pool:
            submit = pool.submit

            def watched(job: Callable[[Any], Any], part: Any) -> Future[Any]:
                future = submit(job, part)
                if job.__name__ == function:
                    future.add_done_callback(lambda _: die())
                return future

            pool.submit = watched  # type: ignore[method-assign, assignment]
            yield pool

    return deadly


def dies_asking(*arguments: Any, **options: Any) -> Any:
    """The asking, which dies over an answer."""
    targets, sources, columns, store, clock, listener, interrupt = arguments

    def heard(event: Event) -> None:
        listener(event)
        die(event.kind is EventKind.ANSWERED)

    return ask(targets, sources, columns, store, clock, heard, interrupt, **options)


ask = run.ask

if __name__ == "__main__":
    moment, _, size = sys.argv[1].partition(":")
    phases.SLICE_SIZE = int(size or phases.SLICE_SIZE)
    if moment == "ask":
        run.ask = dies_asking
    else:
        local.executor = dies_in(moment)
    sys.exit(main(sys.argv[2:]))
