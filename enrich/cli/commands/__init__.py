"""WALL: the commands, one module each. A module in this folder is a command; help, completion and README's test follow.

Modules import what is heavy only when they run: ``enrich --help`` must stay quick.
"""

from __future__ import annotations

import argparse
from typing import Protocol, cast

from enrich.clock import Clock
from enrich.registry import entries


class Command(Protocol):
    """What a command's module offers. Its docstring is the description in its own help."""

    HELP: str
    """One line for the list of commands."""
    RANK: int
    """Its place in that list."""

    def add(self, parser: argparse.ArgumentParser) -> None:
        """Declare its arguments."""
        ...

    def main(self, arguments: argparse.Namespace, clock: Clock) -> int:
        """Do it; return the exit code. Raises ``EnrichError`` for whatever ends it early."""
        ...


def commands() -> dict[str, Command]:
    """Return the commands by name, in the order of the list of commands."""
    modules = {name: cast("Command", module) for name, module in entries(__name__).items()}
    return dict(sorted(modules.items(), key=lambda entry: (entry[1].RANK, entry[0])))
