"""``python -m enrich`` and the ``enrich`` command."""

from __future__ import annotations

import gc
import io
import sys

from enrich.cli.main import main


def collect_seldom() -> None:
    """Values come by the million and live to the end: looking through them for cycles again and again finds none."""
    gc.set_threshold(100_000, 50, 100)


def say_all() -> None:
    """A terminal that cannot show a character gets its number, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def entry() -> None:
    """The console script."""
    collect_seldom()
    say_all()
    sys.exit(main())


if __name__ == "__main__":
    entry()
