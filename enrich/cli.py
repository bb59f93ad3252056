"""The command line: flags in, words and exit codes out. The only room that prints, and the only one that sees flags."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import traceback
from collections.abc import Sequence

from enrich import __version__
from enrich.errors import EnrichError
from enrich.exits import BUG
from enrich.registry import entries

EPILOG = """\
The API key is never a flag: set VT_API_KEY, or name a file with --key-file.
A free key allows 4 calls a minute and 500 a day, and its terms allow no business use.
Only hashes are sent, with GET, to www.virustotal.com. Nothing is ever uploaded.
exit codes: 0 all answered, 2 usage, 3 some pending, 4 some failed, 5 key, 6 input, 7 output, 10 --fail-on
"""


def parser() -> argparse.ArgumentParser:
    """All commands; each is a module of ``enrich.commands`` with ``HELP``, ``add`` and ``main``."""
    top = argparse.ArgumentParser(
        prog="enrich",
        description="A spreadsheet of hashes in, VirusTotal's word beside each hash, nothing of yours lost.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"ioc-enrich {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    modules = entries("enrich.commands")
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
        return leave.code if isinstance(leave.code, int) else 2
    try:
        code = arguments.main(arguments)
        sys.stdout.flush()
    except EnrichError as error:
        complain(error)
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:  # noqa: BLE001 - the last line of defence: a bug says how to report it
        traceback.print_exc()
        version = f"ioc-enrich {__version__}, Python {platform.python_version()}, {platform.platform()}"
        print(f"\nThis is a bug in {version}. Please report it with the lines above.", file=sys.stderr)
        return BUG
    else:
        return int(code)


def complain(error: EnrichError) -> None:
    """What happened and what to do, on stderr."""
    print(f"enrich: {error}", file=sys.stderr)
    if error.hint:
        print(f"  {error.hint}", file=sys.stderr)
