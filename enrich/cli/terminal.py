"""What a person is shown: lines and errors on stderr, and texts from outside so that no terminal obeys them."""

from __future__ import annotations

import shutil
import sys
import textwrap
from typing import Any, TextIO

from enrich.errors import EnrichError, InputError
from enrich.files.streams import discard_rest
from enrich.visible import visible


def print_line(text: str, out: TextIO | None = None) -> None:
    """Print one line on stderr (or ``out``), if anybody listens: a job does not end because its words go nowhere."""
    stream = out or sys.stderr
    if stream is None:  # as under `2>&-`
        return
    try:
        print(fitted(visible(text), stream), file=stream, flush=True)
    except OSError:
        discard_rest(stream)


def print_data(text: str) -> None:
    """Print a line for programs on stdout. Whoever reads it may leave: what was done stands, and its exit code too."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        discard_rest(sys.stdout)


def print_words(text: str) -> None:
    """Print a line of words on stdout, where they are what was asked for."""
    print(fitted(visible(text), sys.stdout))


def fitted(text: str, stream: TextIO) -> str:
    """Return ``text`` broken between words where a terminal ends; as it is, where ``stream`` goes anywhere else.

    A word that is longer than the terminal, a hash or a path, is not broken: it is there to be copied.
    """
    if not stream.isatty():
        return text
    width = max(20, shutil.get_terminal_size().columns - 1)
    own = text[: len(text) - len(text.lstrip())]
    return textwrap.fill(
        text.strip(),
        width,
        initial_indent=own,
        subsequent_indent=own + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def print_error(error: EnrichError) -> int:
    """Print what happened and what to do, on stderr; return the exit code that it means."""
    print_line(f"enrich: {error}")
    if error.hint:
        print_line(f"  {error.hint}")
    return error.exit_code


def print_unread(error: InputError) -> None:
    """Print that one input of several could not be read; the others go on. Its error names it."""
    print_line(f"not read: {error.one_line}")


class NonFailingStream:
    """A stream for a library that draws on it: what nobody takes, as when a terminal closed, goes nowhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError:
            discard_rest(self._stream)
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            discard_rest(self._stream)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
