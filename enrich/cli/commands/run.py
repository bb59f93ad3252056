"""Read the inputs, look up every hash once, write them back with VirusTotal's word beside each."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from enrich.cli import flags
from enrich.clock import Clock
from enrich.config.settings import Settings
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
    from enrich.cli import console

    began, machines = clock.time(), _machines(arguments)
    try:
        settings = flags.settings_from(arguments)
        machines = MachineOutputs(settings.metrics_file, settings.json)
        return _run(settings, arguments.inputs, clock)
    except (Exception, KeyboardInterrupt) as error:
        console.tell_failure(error, machines.metrics_file, began, clock, to_json=machines.json)
        raise


def _run(settings: Settings, inputs: Sequence[Path], clock: Clock) -> int:
    from enrich.cli import console, inbox

    if settings.inbox is None:
        return console.run_and_tell(settings, list(inputs), clock)
    if inputs:
        raise UsageError("--inbox takes the files of its folder: leave the inputs out")
    return inbox.run_inbox(settings, clock)


class MachineOutputs(NamedTuple):
    """What else than a person hears of a run's end."""

    metrics_file: Path | None
    json: bool


def refused(words: Sequence[str], error: UsageError, clock: Clock) -> None:
    """Tell machines of a command line that could not be read, as far as it names them."""
    from enrich.cli import console

    reader = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    reader.add_argument("--metrics-file", type=Path, default=argparse.SUPPRESS)
    reader.add_argument("--json", action="store_true")
    with suppress(argparse.ArgumentError, SystemExit):
        metrics_file, to_json = _machines(reader.parse_known_args(words)[0])
        console.tell_failure(error, metrics_file, clock.time(), clock, to_json=to_json)


def _machines(arguments: argparse.Namespace) -> MachineOutputs:
    """Return what the command line and the environment name, before all of these are known to make sense."""
    named = os.environ.get("ENRICH_METRICS_FILE", "").strip()
    return MachineOutputs(
        getattr(arguments, "metrics_file", Path(named) if named else None), getattr(arguments, "json", False)
    )
