"""``enrich`` that kills itself (-9) at one moment of a run in parts: ``killed_run.py MOMENT[:SLICE_SIZE] ARGUMENT...``."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from enrich.cli.main import main
from enrich.model.event import Event, EventKind
from enrich.pipeline import part_run, parts

AFTER = 2
"""Parts, or answers, that are done by then."""


def die(count: int = 1) -> None:
    """Kill this process the ``AFTER``-th time."""
    global done  # noqa: PLW0603 - a script's own count
    done += count
    if done == AFTER:
        os.kill(os.getpid(), signal.SIGKILL)


done = 0


def dies_in(function: str) -> Callable[..., Any]:
    """The way to hand out jobs, which dies over those of one phase."""
    hand_out = part_run.hand_out

    def handed_out(settings: Any, job: Any, jobs: Any) -> Any:
        on_done = (lambda _name, _out: die()) if job.__name__ == function else (lambda _name, _out: None)
        return hand_out(settings, job, jobs, on_done)

    return handed_out


def dies_asking(*arguments: Any, **options: Any) -> Any:
    """The asking, which dies over an answer."""
    targets, sources, columns, store, clock, listener, interrupt = arguments

    def heard(event: Event) -> None:
        listener(event)
        die(event.kind is EventKind.ANSWERED)

    return ask(targets, sources, columns, store, clock, heard, interrupt, **options)


ask = parts.ask

if __name__ == "__main__":
    moment, _, size = sys.argv[1].partition(":")
    part_run.SLICE_SIZE = int(size or part_run.SLICE_SIZE)
    if moment == "ask":
        parts.ask = dies_asking
    else:
        part_run.hand_out = dies_in(moment)
    sys.exit(main(sys.argv[2:]))
