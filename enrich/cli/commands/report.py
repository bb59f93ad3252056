"""Render a result.json again as another report, later or elsewhere: no store, no key, no network."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from enrich.cli import flags
from enrich.clock import Clock
from enrich.visible import visible

if TYPE_CHECKING:
    from enrich.model.result import Result

HELP = "render a result.json again in another form"
RANK = 9


def add(parser: argparse.ArgumentParser) -> None:
    flags.add_config(parser)
    parser.add_argument("result", type=Path, metavar="RESULT", help="the result.json of a run; - is standard input")
    flags.add_options(parser, "settings", ("output", "format", "lang", "timezone", *flags.FILING))
    flags.add_forms(parser)


def main(arguments: argparse.Namespace, clock: Clock) -> int:
    from enrich.errors import UsageError
    from enrich.pipeline.path_uses import PathUse, check_uses, uses_of
    from enrich.pipeline.render import write_reports

    settings = flags.settings_from(arguments)
    if not settings.output:
        raise UsageError("no output was named", hint="add -o report.html, -o report.pdf, -o report.md")
    from_stdin = str(arguments.result) == "-"
    check_uses([*([] if from_stdin else [PathUse("an input", arguments.result)]), *uses_of(settings)])
    for path in write_reports(result_in(arguments.result), settings):
        print(f"wrote {visible(str(path))}")
    return 0


def result_in(path: Path) -> Result:
    """Return the result in a document; ``-`` is standard input."""
    from enrich.reports import load, loads
    from enrich.signals import at_once

    if str(path) != "-":
        return load(path)
    with at_once():
        return loads(sys.stdin.buffer.read(), "standard input")
