"""List what was found in the inputs, as CSV on stdout: no key, no network."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from enrich.cli import flags
from enrich.cli.terminal import print_line, print_unread
from enrich.clock import Clock

if TYPE_CHECKING:
    from enrich.pipeline.inputs import Intake

HELP = "what was found, as CSV: no key, no network"
RANK = 3
HEADINGS = ("input", "sheet", "cell", "kind", "value", "status", "reason")


def add(parser: argparse.ArgumentParser) -> None:
    flags.add_config(parser)
    flags.add_inputs(parser)
    parser.add_argument("--values", action="store_true", help="the bare values of indicators, one a line, each once")
    parser.add_argument("--unique", action="store_true", help="one line per indicator instead of one per cell")
    flags.add_options(parser, "reading", flags.READING)


def main(arguments: argparse.Namespace, clock: Clock) -> int:
    from enrich.exit_codes import ANSWERED, UNREAD
    from enrich.pipeline.inputs import read_inputs
    from enrich.pipeline.objects import inputs_as_files
    from enrich.pipeline.sources import sets_of_columns

    settings = flags.settings_from(arguments, every_kind=True)
    with (
        inputs_as_files(settings, arguments.inputs) as files,
        read_inputs(files.inputs, settings, sets_of_columns(settings)) as intake,
    ):
        if arguments.values:
            for value in _values(intake):
                print(value)
        else:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(HEADINGS)
            lines = _once(_lines(intake)) if arguments.unique else _lines(intake)
            writer.writerows([files.named(path), *cells] for path, *cells in lines)
        for warning in intake.warnings:
            print_line(files.named(f"note: {warning}"))
        for _, error in intake.unread:
            print_unread(files.named_error(error))
        return UNREAD if intake.unread else ANSWERED


def _values(intake: Intake) -> Iterator[str]:
    from enrich.model.sighting import Found

    found = (sighting for placement in intake.placements() for sighting in placement)
    yield from dict.fromkeys(sighting.value for sighting in found if sighting.found is Found.INDICATOR)


def _lines(intake: Intake) -> Iterator[tuple[str, ...]]:
    """Yield one line a value. Names of files and sheets, and texts of cells, are escaped so that no spreadsheet takes
    them for formulas; canonical values begin with a letter or a digit and are written as they are, for programs in a
    pipe.
    """
    from enrich.formats.delimited.render import text_field
    from enrich.model.cell_reference import cell_name

    for item in intake.inputs:
        for sheet, placement in item.placements.items():
            name, title = text_field(item.name), text_field(sheet)
            for s in placement:
                canonical = s.kind in NUMBERS or (s.kind in HARMLESS and s.found in CANONICAL)
                value = s.value if canonical else text_field(s.value)
                reason = text_field(s.reason)
                yield (name, title, cell_name(s.row, s.column), s.kind, value, s.found.value, reason)


CANONICAL = ("indicator", "trivial", "not_asked")
"""Statuses whose value is in its canonical form, and no longer the cell's own text."""
HARMLESS = ("hash", "domain", "ip", "url", "network")
NUMBERS = ("ip", "network")
"""Kinds whose values are numbers, dots and colons whatever their status: no program runs them."""


def _once(lines: Iterator[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield the first place of each value that is told apart by status."""
    seen = set()
    for line in lines:
        key = line[3:6]
        if key not in seen:
            seen.add(key)
            yield line
