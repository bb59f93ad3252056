"""What a person is shown: lines and errors on stderr, and texts from outside so that no terminal obeys them."""

from __future__ import annotations

import os
import sys
from typing import Any, TextIO

from enrich.errors import EnrichError, InputError


def printable(text: str) -> str:
    """One line in which nothing moves the cursor, colours or reverses: they stand as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def print_line(text: str, out: TextIO | None = None) -> None:
    """Print one line on stderr (or ``out``), if anybody listens: a job does not end because its words go nowhere."""
    stream = out or sys.stderr
    if stream is None:  # as under `2>&-`
        return
    try:
        print(printable(text), file=stream, flush=True)
    except OSError:
        discard(stream)


def print_error(error: EnrichError) -> int:
    """Print what happened and what to do, on stderr; return the exit code that it means."""
    print_line(f"enrich: {error}")
    if error.hint:
        print_line(f"  {error.hint}")
    return error.exit_code


def print_unread(error: InputError) -> None:
    """Print that one input of several could not be read; the others go on. Its error names it."""
    print_line(f"not read: {error.told}")


class NonFailingStream:
    """A stream for a library that draws on it: what nobody takes, as when a terminal closed, goes nowhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError:
            discard(self._stream)
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            discard(self._stream)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def discard(stream: TextIO) -> None:
    """Nobody takes what ``stream`` brings: it goes nowhere from now on, what is buffered included."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
