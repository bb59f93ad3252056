"""Look up hashes given by hand or on stdin: a table on a terminal, CSV or JSON in a pipe. Same store, same pace."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from enrich.cli import flags
from enrich.clock import Clock
from enrich.errors import InputError, UsageError

if TYPE_CHECKING:
    from enrich.config.settings import Settings
    from enrich.model.column import Column
    from enrich.model.finding import Scalar
    from enrich.model.row import Added
    from enrich.pipeline.answered_rows import AnsweredRows, LookupValue

HELP = "look up hashes, domains, IPs and URLs given by hand"
RANK = 2
COLUMNS = ("columns", "all_columns", "malicious_from")
WORDS = ("fail_on", "json", "quiet", "verbose", "audit")


def add(parser: argparse.ArgumentParser) -> None:
    flags.add_config(parser)
    parser.add_argument(
        "values",
        nargs="*",
        metavar="VALUE",
        help="hashes, domains, IP addresses, URLs, whatever their kind; - or none at all: lines of standard input, of "
        "which hashes are looked up, and what else --kinds names",
    )
    parser.set_defaults(further=("values", str))
    flags.add_options(parser, "columns", ("kinds", *COLUMNS))
    flags.add_asking(parser)
    flags.add_options(parser, "words", WORDS)


def main(arguments: argparse.Namespace, clock: Clock) -> int:
    import asyncio
    from dataclasses import replace

    from enrich.cli.progress import choose
    from enrich.indicators.hash import KIND as HASH
    from enrich.model.row import Row
    from enrich.model.status import Status
    from enrich.pipeline.answered_rows import VALUE, answer_rows, values_in
    from enrich.pipeline.sources import chosen_columns, sources_of
    from enrich.signals import Interrupt

    by_hand = bool(arguments.values) and arguments.values != ["-"]
    # what is given by hand is meant to be looked up, whatever its kind
    settings = flags.settings_from(arguments, every_kind=by_hand)
    lookup_values = values_in(texts_to_look_up(arguments.values), settings.kinds, by_hand=by_hand)
    print_barren([value for value in lookup_values if value.reason], every=by_hand, quiet=settings.quiet)
    values = [value.text for value in lookup_values if not value.reason]
    shown = [value for value in lookup_values if by_hand or value.meant]
    if not values:
        print_answers(shown, chosen_columns(settings, sources_of(settings)), [], settings)
        wanted = "hash" if settings.kinds == (HASH,) else "indicator"
        raise InputError(f"no {wanted} was given", hint="enrich lookup HASH...; for a file: enrich run FILE")
    # columns of those kinds that are there
    settings = replace(settings, kinds=tuple(dict.fromkeys(value.kind for value in lookup_values if not value.reason)))
    rows = [Row(1, [VALUE]), *(Row(number, [value]) for number, value in enumerate(values, 2))]
    listener = choose(clock, quiet=settings.quiet, verbose=settings.verbose)
    with Interrupt() as interrupt:
        try:
            answered = asyncio.run(
                answer_rows(rows, settings, clock, listener=listener, interrupt=interrupt, columns=(VALUE,))
            )
        finally:
            listener.close()
    print_remarks(answered)
    columns = answered.answers.columns
    on_terminal = is_for_a_person(settings)
    print_answers(shown, columns, answered.cells(len(values), banner=not on_terminal), settings)
    unread = any(value.reason and value.status is Status.INVALID for value in shown)
    return end(answered, settings, interrupt.exit_code, unread=unread)


def print_barren(barren: Sequence[LookupValue], *, every: bool, quiet: bool) -> None:
    """Print what was not looked up, with the reason; lines of a text around the indicators are only counted."""
    from enrich.cli.terminal import print_line
    from enrich.model.quantities import counted

    shown = [value for value in barren if every or value.meant]
    for value in shown:
        print_line(f"not looked up: {value.text[:100]}: {value.reason}")
    if len(shown) < len(barren) and not quiet:
        print_line(f"{counted(len(barren) - len(shown), 'line')} without an indicator")


def print_remarks(answered: AnsweredRows) -> None:
    """Print what a person should know before the answers."""
    from enrich.cli.terminal import print_line
    from enrich.join.indicator_sheet import STAND_IN_NOTE

    for service in answered.answers.services:
        if service.stand_in and any(entry.finding.status.is_answer for entry in answered.entries()):
            print_line(f"*** {STAND_IN_NOTE.format(service=service.title)}")
    for note in answered.notes:
        print_line(f"note: {note}")


def end(answered: AnsweredRows, settings: Settings, signal_code: int | None, *, unread: bool) -> int:
    """Print what ended the asking early; return the exit code. ``unread``: a value meant as an indicator is none."""
    from enrich.cli.terminal import print_error, print_line
    from enrich.exit_codes import exit_code
    from enrich.model.file_counts import FileCounts
    from enrich.model.finding import Status
    from enrich.model.result import Totals

    problem = answered.answers.problem or answered.answers.left_out
    if problem is not None:
        print_error(problem)
    if answered.answers.problem is None and answered.answers.stopped:
        print_line(f"stopped early: {answered.answers.stopped}")
    entries = answered.entries()
    ends = [status for entry in entries for status in entry.statuses]
    return exit_code(
        Totals(pending=ends.count(Status.PENDING), failed=ends.count(Status.FAILED)),
        FileCounts.of(entries),
        settings.fail_on,
        signal_code=signal_code,
        problem=problem,
        unread=unread,
        cut_short=answered.answers.cut_short,
    )


def texts_to_look_up(values: Sequence[str]) -> list[str]:
    """Return the values of the command line, or the lines of standard input.

    Raises ``UsageError`` where there are none and a person sits at the terminal, who would wait for nothing.
    """
    if values and list(values) != ["-"]:
        return list(values)
    if not values and sys.stdin is not None and sys.stdin.isatty():
        raise UsageError("no value was given", hint="enrich lookup HASH...; - reads them from the terminal")
    from enrich.signals import at_once

    with at_once():
        data = sys.stdin.buffer.read() if sys.stdin is not None else b""
    wide = b"\0" in data[:4] or data.startswith((b"\xff\xfe", b"\xfe\xff"))  # as PowerShell writes it
    return data.decode("utf-16" if wide else "utf-8-sig", "replace").splitlines()


def is_for_a_person(settings: Settings) -> bool:
    """Return whether a table is wanted, and not data for a program."""
    return not settings.json and sys.stdout.isatty()


def print_answers(
    lookup_values: Sequence[LookupValue], columns: Sequence[Column], asked: Sequence[Added | None], settings: Settings
) -> None:
    """Print a line a value given: a table for a person, else CSV or JSON. ``asked``: the cells of those asked about."""
    lines = list(answers(lookup_values, columns, asked))
    if is_for_a_person(settings):
        from enrich.cli.answer_table import print_blocks, print_table

        chosen = settings.columns or settings.all_columns or settings.providers.get("engines")
        if asked:
            (print_blocks if chosen else print_table)(columns, lines)
    elif settings.json:
        print(json.dumps(list(records(columns, lines))))
    else:
        from enrich.formats.delimited.render import field_of
        from enrich.model.column import Type
        from enrich.pipeline.answered_rows import VALUE

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow([VALUE, *(column.name for column in columns)])
        # in its canonical form a value begins with a letter or a digit: as it is, a program in a pipe finds it again
        canonical = {value.text for value in lookup_values if not value.reason}
        for value, cells in lines:
            texts = cells.values if cells is not None else [None] * len(columns)
            kinds = (column.type for column in columns)
            shown = value if value in canonical else field_of(value, Type.TEXT)
            writer.writerow([shown, *(field_of(text, kind) for text, kind in zip(texts, kinds, strict=True))])


def answers(
    lookup_values: Sequence[LookupValue], columns: Sequence[Column], asked: Sequence[Added | None]
) -> Iterator[tuple[str, Added | None]]:
    from enrich.pipeline.answered_rows import cells_of

    cells = iter(asked)
    for value in lookup_values:
        yield value.text, cells_of(value, columns) if value.reason else next(cells)


def records(columns: Sequence[Column], lines: Sequence[tuple[str, Added | None]]) -> Iterator[dict[str, Scalar]]:
    """Yield each value with its columns, as JSON values; dates are ISO 8601 in UTC."""
    from enrich.clock import iso, utc
    from enrich.model.column import Type
    from enrich.pipeline.answered_rows import VALUE

    for value, cells in lines:
        line: dict[str, Scalar] = {VALUE: value}
        for place, column in enumerate(columns):
            cell = cells.values[place] if cells is not None else None
            line[column.name] = iso(utc(cell)) if column.type is Type.DATE and isinstance(cell, int) else cell
        yield line
