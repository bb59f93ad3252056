"""The command line: finds the command, and turns every way that it can end into an exit code and words on stderr."""

from __future__ import annotations

import argparse
import platform
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from enrich.cli.terminal import complain, discard, print_line
from enrich.errors import EnrichError, Interrupted, OutputError, UsageError
from enrich.exit_codes import BUG
from enrich.registry import entries
from enrich.version import __version__

EPILOG = """\
The API key is never a flag: set VT_API_KEY, or name a file with --key-file.
Options are also taken from the environment (ENRICH_MAX_AGE=3d) and from enrich.toml (max-age = "3d").
A free key allows 4 calls a minute and 500 a day, and its terms allow no business use.
Only hashes are sent, with GET, to www.virustotal.com. Nothing is ever uploaded.
exit codes: 0 all answered, 2 usage, 3 some pending, 4 some failed, 5 key, 6 input, 7 output or store, 10 --fail-on
"""


class Parser(argparse.ArgumentParser):
    """One whose errors are two lines, as all others of ours, and not a page of usage."""

    def error(self, message: str) -> NoReturn:
        complain(UsageError(message, hint=f"`{self.prog} --help` lists what there is"))
        raise SystemExit(UsageError.exit_code)


def parser() -> argparse.ArgumentParser:
    """All commands; each is a module of ``enrich.commands`` with ``HELP``, ``add`` and ``main``."""
    top = Parser(
        prog="enrich",
        description="A spreadsheet of hashes in, VirusTotal's word beside each hash, nothing of yours lost.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"ioc-enrich {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    modules = entries("enrich.cli.commands")
    for name in sorted(modules, key=lambda name: modules[name].RANK):
        module = modules[name]
        sub = commands.add_parser(
            name,
            help=module.HELP,
            description=module.__doc__,
            epilog=EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        module.add(sub)
        sub.set_defaults(main=module.main)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; every way out is a return value."""
    try:
        arguments = parser().parse_args(argv)
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else UsageError.exit_code
    try:
        code = int(arguments.main(arguments))
        if sys.stdout is not None:  # as under `>&-`
            sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever read our output has seen enough
        discard(sys.stdout)
        return 0
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last line of defence
        return ended(error)


def ended(error: BaseException) -> int:
    """Say what ended the command early; the exit code that it means."""
    if isinstance(error, OSError) and error.filename is None:  # every file has words of its own: this was our output
        discard(sys.stdout)
        return complain(OutputError(f"standard output cannot be written: {error.strerror}"))
    if isinstance(error, EnrichError):
        return complain(error)
    if isinstance(error, KeyboardInterrupt):
        print_line(str(error) or "interrupted")
        return error.exit_code if isinstance(error, Interrupted) else 130
    traceback.print_exception(error)
    version = f"ioc-enrich {__version__}, Python {platform.python_version()}, {platform.platform()}"
    print_line(f"This is a bug in {version}. Please report it with the lines above.")
    return BUG
