"""Rows that stand in no file, answered: those of a data frame, and of values given by hand."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass

from enrich.clock import Clock
from enrich.config.settings import Settings
from enrich.errors import EnrichError
from enrich.exclusions.lists import Held
from enrich.indicators.hash import digests
from enrich.join.worst import not_asked
from enrich.model.column import Column
from enrich.model.event import Listener
from enrich.model.result import Entry
from enrich.model.row import Added, Row
from enrich.model.sighting import Found
from enrich.pipeline.assemble import make_joiner
from enrich.pipeline.path_uses import check_uses, uses_of
from enrich.pipeline.resolve import Resolution, ask
from enrich.pipeline.sources import choice_of, sets_of_columns, sources_of
from enrich.providers.shared.api_key import Key
from enrich.scan import Placement, scan_sheet, targets
from enrich.signals import Interrupt
from enrich.stores import open_store

NO_INDICATOR = "no hash stands in it"


@dataclass(frozen=True, slots=True)
class AnsweredRows:
    """Rows with what is known of their indicators. ``columns`` are those that are appended."""

    placement: Placement
    answers: Resolution
    warnings: tuple[str, ...] = ()
    """What the user should hear of the rows themselves."""

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.answers.columns

    @property
    def problem(self) -> EnrichError | None:
        """What ended the asking early, where that was an error."""
        return self.answers.problem

    @property
    def notes(self) -> list[str]:
        """What the user should hear."""
        return [*self.warnings, *self.answers.notes]

    def cells(self, first: int, end: int, *, banner: bool = True) -> list[Added | None]:
        """Return the cells of the rows from ``first`` up to ``end``; None for a row that holds nothing.

        Without ``banner`` no note says that a stand-in answered: whoever shows them says it once.
        """
        joiner = make_joiner(self.answers, marked=banner)
        return joiner.rows(self.placement.between(first, end))

    def entries(self) -> list[Entry]:
        """Return each indicator that was asked about, with how it ended."""
        files, joiner = self.answers.files, make_joiner(self.answers)
        return [
            Entry(finding, (), 1, files.get(indicator, indicator.value), further=joiner.further(finding))
            for indicator, finding in self.answers.lead.findings.items()
            if indicator in files
        ]


async def answer_rows(
    rows: Iterable[Row],
    settings: Settings,
    clock: Clock,
    *,
    listener: Listener,
    interrupt: Interrupt,
    key: Key | None = None,
    header: int | None = None,
    columns: Sequence[str] = (),
) -> AnsweredRows:
    """Scan ``rows``, look up what is not known, and return them answered.

    ``header`` is the row of headings, ``columns`` are the only ones to look in, where any are named. An error that
    ended the asking early is in the result, since there may be answers by then. ``UsageError`` where a file that would
    be written is another that is used.
    """
    check_uses(uses_of(settings))
    with ExitStack() as stack:
        ours = sets_of_columns(settings)
        held = Held.from_settings(settings, stack, ours)
        watch = held.watch()
        placement = scan_sheet(
            "",
            watch.over(_as_iterator(rows)),
            declared_header=header,
            columns=columns,
            ours=ours,
            kinds=settings.kinds,
        )
        told = held.take(placement, watch) + held.unmatched()
        store = stack.enter_context(closing(open_store(settings.store_url, clock)))
        sources = sources_of(settings, key=key)
        chosen = choice_of(settings).of(sources)
        answers = await ask(targets([placement]), sources, chosen, store, clock, listener, interrupt, held=held)
    return AnsweredRows(placement, answers, tuple(told))


def _as_iterator(rows: Iterable[Row]) -> Iterator[Row]:
    yield from rows


def values_in(
    texts: Iterable[str], kinds: Collection[str] = (digests.KIND,)
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return the values that stand in ``texts`` with their kinds, each once and in order, and the texts that hold none
    with the reason.

    A damaged value is one as well: it is shown as such, with what is wrong.
    """
    lines = list(texts)
    placement = scan_sheet("", (Row(number, [text]) for number, text in enumerate(lines, 1)), kinds=kinds)
    seen = list(placement)
    other = (Found.LEFT_OUT, Found.NOT_ASKED)
    values = {s.value: s.kind for s in seen if s.found not in other}
    holding = {s.row for s in seen if s.found not in other}
    reasons = {s.row: s.reason for s in seen if s.found is Found.LEFT_OUT}
    reasons |= {s.row: not_asked([s]) for s in seen if s.found is Found.NOT_ASKED}
    barren = [
        (text.strip(), reasons.get(number) or why_none(text.strip()))
        for number, text in enumerate(lines, 1)
        if text.strip() and number not in holding
    ]
    return values, barren


def why_none(text: str) -> str:
    """Return in words why ``text`` holds no indicator."""
    if re.fullmatch(r"[0-9A-Fa-f]{16,}", text):
        lengths = ", ".join(f"{digits} of {name}" for digits, name in digests.LENGTHS.items())
        return f"{len(text)} hexadecimal digits, and not {lengths}"
    return NO_INDICATOR
