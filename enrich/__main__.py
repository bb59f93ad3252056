"""``python -m enrich`` and the ``enrich`` command."""

from __future__ import annotations

import gc
import io
import sys

from enrich.cli.main import main


def collect_seldom() -> None:
    """Let the garbage collector look for cycles seldom: values come by the million, live to the end, and hold none."""
    gc.set_threshold(100_000, 50, 100)


def escape_unencodable() -> None:
    """Write a character that the terminal's code page lacks as its number, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def entry() -> None:
    """Run the command line; the console script."""
    collect_seldom()
    escape_unencodable()
    code = main()
    gc.freeze()  # the memory goes back with the process; a last look for cycles among millions of values takes a second
    sys.exit(code)


if __name__ == "__main__":
    entry()
