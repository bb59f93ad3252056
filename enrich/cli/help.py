"""Help and usage errors: fitted to the terminal, told in two lines, with the word that was meant."""

from __future__ import annotations

import argparse
import re
import shutil
import textwrap
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from enrich.cli.terminal import print_error
from enrich.errors import UsageError
from enrich.exit_codes import MEANINGS

EPILOG = """\
The API key is never a flag: set VT_API_KEY, or name a file with --key-file.
Options are also taken from the environment (ENRICH_MAX_AGE=3d) and from enrich.toml (max-age = "3d").
A free key allows 4 calls a minute and 500 a day, and its terms allow no business use.
Only indicators are sent, by requests that read, to the services that are asked. Nothing is ever uploaded.

exit codes:
""" + "".join(f"  {code}: {meaning}\n" for code, meaning in MEANINGS.items())

MOST_IN_USAGE = 6
"""Options."""
WIDEST = 100
"""Columns. Longer lines are hard to read, however wide the terminal."""


class HelpFormatter(argparse.HelpFormatter):
    """Keeps the lines of descriptions, and wraps them where the terminal ends."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=min(shutil.get_terminal_size().columns - 1, WIDEST))

    def add_argument(self, action: argparse.Action) -> None:
        """Take the indent of commands into account, which argparse forgets: the longest name would stand alone."""
        super().add_argument(action)
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            self._action_max_length += 2

    def _format_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None,
    ) -> str:
        """Name the positional arguments alone where there are many options: the list below has them all."""
        every = list(actions)
        positional = [action for action in every if not action.option_strings]
        if usage is not None or len(every) - len(positional) <= MOST_IN_USAGE:
            return super()._format_usage(usage, every, groups, prefix)
        text = super()._format_usage(None, positional, [], prefix)
        return text.replace(self._prog, f"{self._prog} [OPTION ...]", 1)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        lines = text.strip().splitlines()
        return "\n".join(_wrapped(line, width, indent) for line in lines)


def _wrapped(line: str, width: int, indent: str) -> str:
    own = indent + line[: len(line) - len(line.lstrip())]
    further = own + ("    " if own else "")
    return textwrap.fill(line.strip(), width, initial_indent=own, subsequent_indent=further, break_on_hyphens=False)


class Parser(argparse.ArgumentParser):
    """One whose errors are two lines, as all others of ours, and not a page of usage."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": HelpFormatter, "allow_abbrev": False, **options})

    notes: tuple[Callable[[], str], ...] = ()
    """Make lines that stand before the epilog: only where help is shown, as what they tell of is slow to import."""

    def format_help(self) -> str:
        plain = self.epilog
        try:
            self.epilog = "\n".join([*(note() for note in self.notes), plain or ""]) if self.notes else plain
            return super().format_help()
        finally:
            self.epilog = plain

    def error(self, message: str) -> NoReturn:
        error = UsageError(message, hint=f"`{self.prog} --help` lists what there is")
        print_error(error)
        raise SystemExit(UsageError.exit_code) from error

    def option_names(self) -> set[str]:
        return set(re.findall(r"(?m)^  (?:-\w.*?, )?(--[a-z-]+)", self.format_help()))
