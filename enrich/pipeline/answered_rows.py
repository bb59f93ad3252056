"""Rows that stand in no file, answered: those of a data frame, and of values given by hand."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial

from msgspec import structs

from enrich.clock import Clock
from enrich.config.settings import Settings
from enrich.exclusions.lists import Exclusions
from enrich.indicators import types
from enrich.indicators.hash import digests
from enrich.indicators.hash.labels import NOTHING, heading
from enrich.join.entries import UnlistedEntries
from enrich.model.column import Column, Type
from enrich.model.event import Listener
from enrich.model.finding import Status
from enrich.model.result import Entry
from enrich.model.row import Added, Row
from enrich.model.sighting import Found, Sighting
from enrich.pipeline.ask import Resolution, ask
from enrich.pipeline.assemble import make_joiner
from enrich.pipeline.inputs import scan_watched
from enrich.pipeline.path_uses import check_uses, uses_of
from enrich.pipeline.sources import chosen_columns, sets_of_columns, sources_of
from enrich.pipeline.whose_columns import whose_columns
from enrich.providers.shared.api_key import Key
from enrich.scan import Placement, scan_sheet, targets
from enrich.signals import Interrupt
from enrich.stores import open_store

NO_INDICATOR = "no indicator stands in it"
VALUE = "value"
"""The heading over what is given by hand."""
HEADER = 1
"""The row of headings."""


@dataclass(frozen=True, slots=True)
class AnsweredRows:
    """Rows with what is known of their indicators."""

    placement: Placement
    answers: Resolution
    warnings: tuple[str, ...] = ()
    """What the user should hear of the rows themselves."""

    @property
    def notes(self) -> list[str]:
        return [*self.warnings, *self.answers.notes]

    def cells(self, count: int, *, banner: bool = True) -> list[Added | None]:
        """Return the cells of the ``count`` rows below the headings; None for a row that holds nothing.

        Without ``banner`` no note says that a stand-in answered: whoever shows them says it once.
        """
        joiner = make_joiner(self.answers, marked=banner)
        return joiner.rows(self.placement.between(HEADER + 1, HEADER + 1 + count))

    def entries(self) -> Sequence[Entry]:
        """Return each indicator that was asked about, with how it ended."""
        return UnlistedEntries(self.answers.lead.findings, {}, self.answers.files, make_joiner(self.answers))


async def answer_rows(
    rows: Iterable[Row],
    settings: Settings,
    clock: Clock,
    *,
    listener: Listener,
    interrupt: Interrupt,
    key: Key | None = None,
    columns: Sequence[str] = (),
) -> AnsweredRows:
    """Scan ``rows``, which can be read more than once, look up what is not known, and return them answered.

    The first row is that of headings; ``columns`` are the only ones to look in, where any are named. An error that
    ended the asking early is in the result, since there may be answers by then. ``UsageError`` where a file that would
    be written is another that is used.
    """
    check_uses(uses_of(settings))
    with ExitStack() as stack:
        ours = sets_of_columns(settings)
        exclusions = Exclusions.read(settings, stack, ours)
        scan = partial(scan_sheet, "", declared_header=HEADER, columns=columns, ours=ours, kinds=settings.kinds)
        placement, watch = scan_watched(lambda: iter(rows), exclusions, scan)
        notes = exclusions.take(placement, watch) + exclusions.unmatched() + [*whose_columns(placement, ours)]
        store = stack.enter_context(closing(open_store(settings.store_url, clock)))
        sources = sources_of(settings, key=key)
        chosen = chosen_columns(settings, sources)
        answers = await ask(
            targets([placement]), sources, chosen, store, clock, listener, interrupt, exclusions=exclusions
        )
    return AnsweredRows(placement, answers, tuple(notes))


@dataclass(frozen=True, slots=True)
class LookupValue:
    """One value that was given, or a text that holds none: it is not asked about, and ends in ``status``."""

    text: str
    kind: str = ""
    reason: str = ""
    """Why it is not asked about; "" where it is."""
    status: Status = Status.PENDING

    @property
    def meant(self) -> bool:
        """Whether it was meant as an indicator, and is no line of a text around them."""
        return not self.reason or self.reason != NO_INDICATOR or not any(map(str.isspace, self.text))


def values_in(
    texts: Iterable[str], kinds: Collection[str] = (digests.KIND,), *, by_hand: bool = False
) -> list[LookupValue]:
    """Return the values that stand in ``texts``, each once and in order, and among them the texts that hold none.

    A damaged value is told with what is wrong. A heading over a list is none, where it says what stands below: a first
    word that says nothing is a value. What is given ``by_hand`` is no list, and each word of it a value.
    """
    lines = list(texts)
    placement = scan_sheet("", (Row(number, [text]) for number, text in enumerate(lines, 1)), kinds=kinds)
    seen = defaultdict(list)
    for sighting in placement:
        seen[sighting.row].append(sighting)
    found: dict[str, LookupValue] = {}
    for number, text in enumerate(map(str.strip, lines), 1):
        asked = [s for s in seen[number] if s.found not in (Found.LEFT_OUT, Found.NOT_ASKED)]
        asked = asked or (_names_file(text, kinds) if by_hand else [])
        for sighting in asked:
            is_damaged = sighting.found is Found.DAMAGED
            ended = (sighting.reason, Status.INVALID) if is_damaged else ("", Status.PENDING)
            found.setdefault(sighting.value, LookupValue(sighting.value, sighting.kind, *ended))
        is_heading = number == placement.header_row and len(text.split()) == 1 and heading(text) != NOTHING
        if asked or not text or (is_heading and not by_hand):
            continue
        last = seen[number][-1] if seen[number] else _alone(text)
        reason, status = why_none(text), Status.INVALID
        if last is not None:
            named = last.found is Found.LEFT_OUT
            reason, status = last.reason if named else f"only --kinds {last.kind} looks it up", Status.SKIPPED
        found.setdefault(text, LookupValue(text, "", reason, status))
    return list(found.values())


def _names_file(text: str, kinds: Collection[str]) -> list[Sighting]:
    """Return the hash that is all a file's name says (``<sha256>.exe``): who types it by hand means the hash."""
    if digests.KIND not in kinds or len(text.split()) != 1:
        return []
    placement = scan_sheet("", [Row(1, [digests.KIND]), Row(2, [text])], declared_header=1)
    return [sighting for sighting in placement if sighting.found is Found.INDICATOR]


def _alone(text: str) -> Sighting | None:
    """Return what a word is that stands by itself, where it is an indicator of any kind."""
    kinds = [name for name, kind in types().items() if kind.LOOKED_UP] if len(text.split()) == 1 else []
    found = next(iter(scan_sheet("", [Row(1, [text])], kinds=kinds)), None) if kinds else None
    return structs.replace(found, found=Found.NOT_ASKED) if found and found.found is Found.INDICATOR else None


def cells_of(value: LookupValue, columns: Sequence[Column]) -> Added:
    """Return the cells of what was given and is not asked about: how it ended, and why."""
    words = {Type.STATUS: value.status.value}
    values = (value.reason if c.name.endswith("_note") else words.get(c.type) for c in columns)
    return Added(tuple(values), status=value.status)


def why_none(text: str) -> str:
    if re.fullmatch(r"[0-9A-Fa-f]{16,}", text):
        lengths = ", ".join(f"{digits} of {name}" for digits, name in digests.LENGTHS.items())
        return f"{len(text)} hexadecimal digits, and not {lengths}"
    return NO_INDICATOR
