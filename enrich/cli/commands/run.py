"""Read the inputs, look up every hash once, write them back with VirusTotal's word beside each."""

from __future__ import annotations

import argparse
from pathlib import Path

from enrich.cli import flags
from enrich.clock import Clock
from enrich.errors import UsageError

HELP = "the main job: read, look up, write"
RANK = 1


def add(parser: argparse.ArgumentParser) -> None:
    flags.add_config(parser)
    flags.add_inputs(parser, optional=True)
    flags.add_options(parser, "outputs", flags.OUTPUT)
    flags.add_options(parser, "many inputs", flags.PARTS)
    flags.add_options(parser, "reading", flags.READING)
    flags.add_options(parser, "columns", flags.COLUMNS)
    flags.add_asking(parser)
    flags.add_options(parser, "reports", flags.REPORT)
    flags.add_options(parser, "words", flags.WORDS)
    flags.add_forms(parser)


def main(arguments: argparse.Namespace, clock: Clock) -> int:
    from enrich.cli import console, inbox

    settings = flags.settings_from(arguments)
    if settings.inbox is not None:
        if arguments.inputs:
            raise UsageError("--inbox takes the files of its folder: leave the inputs out")
        return inbox.run_inbox(settings, clock)
    return console.run_and_tell(settings, list[Path](arguments.inputs), clock)
