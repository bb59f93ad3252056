"""Read the inputs, look up every hash once, write them back with VirusTotal's word beside each."""

from __future__ import annotations

import argparse
from pathlib import Path

from enrich.commands import _flags
from enrich.errors import UsageError

HELP = "the main job: read, look up, write"
RANK = 1


def add(parser: argparse.ArgumentParser) -> None:
    _flags.add_inputs(parser, optional=True)
    _flags.add_options(parser, "outputs", _flags.OUTPUT)
    _flags.add_options(parser, "reading", _flags.READING)
    _flags.add_options(parser, "columns", _flags.COLUMNS)
    _flags.add_options(parser, "what is known already", _flags.STORE + _flags.FRESHNESS)
    _flags.add_options(parser, "pace and budget", _flags.PACE)
    _flags.add_options(parser, "never sent", _flags.HELD)
    _flags.add_options(parser, "service", _flags.SERVICE)
    _flags.add_options(parser, "reports", _flags.REPORT)
    _flags.add_options(parser, "words", _flags.WORDS)


def main(arguments: argparse.Namespace) -> int:
    from enrich.commands import _console, _inbox

    settings = _flags.settings_from(arguments)
    if settings.inbox is not None:
        if arguments.inputs:
            raise UsageError("--inbox takes the files of its folder: leave the inputs out")
        return _inbox.run_inbox(settings)
    return _console.run_and_tell(settings, list[Path](arguments.inputs))
