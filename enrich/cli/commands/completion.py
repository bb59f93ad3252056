"""Print the script that has a shell complete commands, options and files.

bash:        enrich completion bash > ~/.local/share/bash-completion/completions/enrich
zsh:         enrich completion zsh > a file called _enrich in a folder of $fpath
fish:        enrich completion fish > ~/.config/fish/completions/enrich.fish
PowerShell:  enrich completion powershell >> $PROFILE
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from enrich.clock import Clock

HELP = "completion for bash, zsh, fish, PowerShell"
RANK = 13
FILES = ("INPUT", "PATH", "FILE", "RESULT", "FILE|COLUMN=VALUE")
"""What an argument is called whose value is a file."""
SHELLS = ("bash", "zsh", "fish", "powershell")


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, help="the shell that is to complete")


def main(arguments: argparse.Namespace, clock: Clock) -> int:
    import shtab

    from enrich.cli.main import parser

    top = parser()
    for action in every_action(top):
        if action.metavar in FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.metavar == "DIR":
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    print(shtab.complete(top, arguments.shell))
    return 0


def every_action(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield the arguments of a parser and of the parsers below it."""
    for action in parser._actions:  # noqa: SLF001 - argparse lists them nowhere else, and shtab reads them so too
        yield action
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for below in action.choices.values():
                yield from every_action(below)
