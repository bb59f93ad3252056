"""The command line: finds the command, and turns every way that it can end into an exit code and words on stderr."""

from __future__ import annotations

import argparse
import platform
import sys
import traceback
from collections.abc import Sequence

from enrich.cli.commands import Command, commands
from enrich.cli.help import EPILOG, Parser
from enrich.cli.terminal import print_error, print_line
from enrich.clock import Clock, SystemClock
from enrich.config.parsing import nearest
from enrich.errors import EnrichError, UsageError, of_system
from enrich.exit_codes import BUG, code_of
from enrich.files.streams import discard_rest
from enrich.version import __version__


def parser(only: str = "") -> argparse.ArgumentParser:
    """Return the parser of all commands, each a module of ``enrich.cli.commands``.

    The options of one are enough to read its command line: ``only`` names it.
    """
    top = Parser(
        prog="enrich",
        usage="enrich COMMAND ...",
        description="A spreadsheet of indicators in, VirusTotal's word beside each, nothing of yours lost.",
        epilog=EPILOG,
    )
    top.add_argument("--version", action="version", version=f"ioc-enrich {__version__}")
    group = top.add_subparsers(dest="command", metavar="COMMAND", title="commands", prog="enrich")
    for name, command in commands().items():
        sub = group.add_parser(name, help=command.HELP, description=command.__doc__, epilog=EPILOG)
        if only in (name, ""):
            command.add(sub)
        sub.set_defaults(run=command)
    return top


def main(argv: Sequence[str] | None = None, *, clock: Clock | None = None) -> int:
    """Run one command; every way out is a return value. ``clock`` tells the time and sleeps."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        top = parser(words[0] if words and words[0] in commands() else "")
        if not words:
            top.epilog = "`enrich COMMAND --help` says more of one, `enrich --help` what the exit codes mean."
            top.print_help(sys.stderr)
            return UsageError.exit_code
        _check_command(words[0])
        arguments, unknown = top.parse_known_args(words)
        unknown = _take_further_values(arguments, unknown)
        if unknown:
            raise unknown_argument(unknown[0], arguments.command)
    except SystemExit as leave:  # as argparse ends after --help and errors of its own
        if isinstance(leave.__cause__, UsageError):
            _record_refusal(words, leave.__cause__, clock)
        return leave.code if isinstance(leave.code, int) else UsageError.exit_code
    except UsageError as error:
        _record_refusal(words, error, clock)
        return print_error(error)
    try:
        command: Command = arguments.run
        code = int(command.main(arguments, clock or SystemClock()))
        if sys.stdout is not None:  # as under `>&-`
            sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever read our output has seen enough
        discard_rest(sys.stdout)
        return 0
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last line of defence
        return exit_code_of(error)


def _record_refusal(words: Sequence[str], error: UsageError, clock: Clock | None) -> None:
    """Have a command that nobody watches tell its machines of a command line that it does not take."""
    refused = getattr(commands().get(words[0]), "refused", None)
    if refused is not None:
        refused(words[1:], error, clock or SystemClock())


def _check_command(word: str) -> None:
    """Raise ``UsageError`` for a first word that is neither a command nor an option, with the one that was meant."""
    known = commands()
    if word.startswith("-") or word in known:
        return
    from enrich.indicators.hash import digests  # noqa: PLC0415 - only for a word that is wrong

    if digests.SHAPE.fullmatch(word):
        raise UsageError("a hash is no command", hint="`enrich lookup HASH ...` looks hashes up")
    if _is_file(word):
        raise UsageError(f"{word} is a file, and no command", hint=f"`enrich run {word}` is the main job")
    meant = nearest(word, known)
    hint = f"did you mean `enrich {meant}`?" if meant else f"there are {', '.join(known)}"
    raise UsageError(f"no command is called {word!r}", hint=hint)


def _is_file(word: str) -> bool:
    import os.path  # noqa: PLC0415

    return os.path.exists(word)  # noqa: PTH110 - any text, as it is


def _take_further_values(arguments: argparse.Namespace, unknown: list[str]) -> list[str]:
    """Hand a command the further values that stand behind an option, which argparse leaves over; return what is left.

    ``enrich run a.csv --budget 5 b.csv``: https://github.com/python/cpython/issues/59317
    """
    name, kind = getattr(arguments, "further", ("", str))
    if not name or any(word.startswith("-") and word != "-" for word in unknown):
        return unknown
    getattr(arguments, name).extend(map(kind, unknown))
    return []


def unknown_argument(word: str, command: str) -> UsageError:
    """Return the error of an argument that a command does not take, with the option that was meant."""
    name = word.partition("=")[0]
    own = Parser(prog=command, add_help=False)
    commands()[command].add(own)
    meant = nearest(name, own.option_names()) if name.startswith("-") else ""
    hint = f"did you mean {meant}?" if meant else f"`enrich {command} --help` lists what there is"
    if name.startswith("-") and _is_file(word):  # as where a shell's pattern met it
        hint = f"for the file of that name say ./{word}"
    shown = name if name.startswith("-") else repr(word)
    return UsageError(f"`enrich {command}` does not take {shown}", hint=hint)


def exit_code_of(error: BaseException) -> int:
    """Say what ended the command early, and return the exit code that it means."""
    if (ours := of_system(error)) is not None:
        if isinstance(error, OSError):
            discard_rest(sys.stdout)
        return print_error(ours)
    if isinstance(error, EnrichError):
        return print_error(error)
    if isinstance(error, KeyboardInterrupt):
        print_line(str(error) or "interrupted")
        return code_of(error)
    traceback.print_exception(error)
    version = f"ioc-enrich {__version__}, Python {platform.python_version()}, {platform.platform()}"
    print_line(f"This is a bug in {version}. Please report it with the lines above.")
    return BUG
