"""What a run would ask, what it costs and when it ends. Sends no hash; works without a key."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from enrich.cli import flags
from enrich.cli.terminal import print_line, print_unread, print_words
from enrich.clock import Clock

if TYPE_CHECKING:
    from enrich.config.settings import Settings
    from enrich.pipeline.inputs import Intake
    from enrich.pipeline.plan import KeyAccount, Plan

HELP = "what a run would ask, what it costs, when it ends"
RANK = 2


def add(parser: argparse.ArgumentParser) -> None:
    flags.add_config(parser)
    flags.add_inputs(parser)
    flags.add_options(parser, "reading", flags.READING)
    flags.add_asking(parser, "service")
    flags.add_options(parser, "words", ("json",))


def main(arguments: argparse.Namespace, clock: Clock) -> int:
    import asyncio

    from enrich.exit_codes import ANSWERED, UNREAD
    from enrich.pipeline.inputs import read_inputs
    from enrich.pipeline.objects import inputs_as_files
    from enrich.pipeline.plan import asked_plan, document
    from enrich.pipeline.sources import sets_of_columns
    from enrich.stores import open_store

    settings = flags.settings_from(arguments)
    with (
        inputs_as_files(settings, arguments.inputs) as files,
        read_inputs(files.inputs, settings, sets_of_columns(settings)) as intake,
        closing(open_store(settings.store_url, clock)) as store,
    ):
        plan = asyncio.run(asked_plan(intake, store, settings, clock))
        for warning in intake.warnings:
            print_line(files.named(f"note: {warning}"))
        for _, error in intake.unread:
            print_unread(files.named_error(error))
        if settings.json:
            print(files.named(json.dumps(document(plan, intake, settings))))
        else:
            found = (*_found(intake, settings), *_words(plan), *_rules(intake))
            for line in (*found, *_quota(plan.account), *_end(plan, settings), *_further(plan)):
                print_words(files.named(line))
        return UNREAD if intake.unread else ANSWERED


def _found(intake: Intake, settings: Settings) -> Iterator[str]:
    from enrich.model.cell_reference import letters
    from enrich.model.quantities import counted
    from enrich.pipeline.inputs import data_rows
    from enrich.pipeline.plan import reasons

    one, several = ("hash", "hashes") if settings.kinds == ("hash",) else ("indicator", "indicators")
    for item in intake.inputs:
        yield item.name
        for sheet, placement in item.placements.items():
            why = reasons(placement)
            yield f"  {sheet + ': ' if sheet else ''}{counted(data_rows(placement), 'row')}"
            for column in placement.columns:
                counts = {
                    one if column.indicators == 1 else several: column.indicators,
                    "trivial": column.trivial,
                    "damaged": column.damaged,
                    "left out": column.left_out,
                    "of kinds that are not looked up": column.not_asked,
                }
                words = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)
                heading = f" {column.heading!r}" if column.heading else ""
                yield f"    {letters(column.column)}{heading}: {words}" + (f" ({column.why})" if column.why else "")
                yield from (f"      {count:,} x {reason}" for reason, count in why[column.column].most_common(5))


def _words(plan: Plan) -> Iterator[str]:
    from enrich.join.worst import not_asked_words, plural
    from enrich.model.quantities import counted

    several = any(kind != "hash" for kind in plan.kinds)
    what = "indicators" if several else "hashes"
    cells = counted(plan.cells, f"cell with {what}", f"cells with {what}")
    yield f"{counted(plan.rows, 'row')}, {cells}, {counted(plan.unique, 'indicator' if several else 'file')}"
    if several:
        yield ", ".join(plural(kind, count) for kind, count in sorted(plan.kinds.items()))
    yield f"{plan.fresh:,} answered already, {plan.stale:,} answered too long ago, {plan.never_asked:,} never asked"
    yield f"{plan.trivial:,} trivial or known good, {plan.skipped:,} held back"
    if plan.skip_reasons:
        yield from (f"  {count:,} x {reason}" for reason, count in sorted(plan.skip_reasons.items()))
    if plan.not_asked:
        yield not_asked_words(plan.not_asked)
    if plan.damaged or plan.left_out:
        words = f"{counted(plan.damaged, 'damaged cell')}, {plan.left_out:,} left out"
        yield f"{words} (`enrich scan` lists them)"


def _rules(intake: Intake) -> Iterator[str]:
    """Yield the rows that each rule of --never-send holds back."""
    from enrich.model.quantities import counted

    for rule, use in intake.exclusions.uses.items():
        yield f"--never-send {rule.words}: {counted(use.rows, 'row')} held back"


def _quota(account: KeyAccount) -> Iterator[str]:
    quota, used = account.quota, account.used
    rates = (("minute", quota.per_minute), ("day", quota.per_day), ("month", quota.per_month))
    set_ = ", ".join(f"{calls:,} a {span}" for span, calls in rates if calls is not None)
    limits = f"{set_ or 'calls without limit'} (used: {used.day:,} today, {used.month:,} this month)"
    if not account.fingerprint:
        yield f"no key was found; assumed: {limits}"
    elif account.from_service:
        yield f"the key ({account.key_place}) allows {limits}"
    else:
        silence = "did not say" if account.asked else "was not asked"
        why = f" ({account.silence})" if account.silence else ""
        yield f"the service {silence} what the key ({account.key_place}) allows{why}; assumed: {limits}"
    if account.held_until is not None:
        until = f"{account.held_until:%Y-%m-%d %H:%M} UTC"
        yield f"the service asked to wait until {until}; `enrich cache clear-holds` lifts it"


def _end(plan: Plan, settings: Settings) -> Iterator[str]:
    from enrich.model.quantities import counted, span

    if settings.offline:
        yield "nothing would be asked (--offline)"
        return
    if not plan.needed:
        yield "no call needed"
        return
    allowed = f", --budget allows {plan.calls:,}" if plan.calls < plan.needed else ""
    more = f" (up to {plan.unconfirmed:,} more, where a file has other hashes than its row)" if plan.unconfirmed else ""
    words = f"{counted(plan.needed, 'call')} needed{more}{allowed}"
    if not plan.calls:
        yield words
    elif plan.ends is None:
        yield f"{words}; the key allows none" + (" besides the reserve" if settings.reserve else "")
    else:
        days = "" if plan.today == plan.calls else f"; {plan.today:,} of them before the next reset (00:00 UTC)"
        yield f"{words}: about {span(plan.seconds)}, until {plan.ends:%Y-%m-%d %H:%M} UTC{days}"
        if plan.reach < plan.calls:
            yield f"one run, begun now, makes {plan.reach:,}; the rest comes in further runs, one a day, or with --wait"


def _further(plan: Plan) -> Iterator[str]:
    from enrich.model.quantities import counted

    for source_plan in plan.further:
        provider = source_plan.source.provider
        gate = "; what it knows as good is not asked of the others, how much shows in the run" if provider.GATE else ""
        key = "" if source_plan.account.fingerprint or provider.KEY_PLACES is None else ", no key was found"
        needed = counted(source_plan.needed, "file")
        yield f"{provider.TITLE}: {needed} to ask about, {source_plan.fresh:,} answered already{key}{gate}"
