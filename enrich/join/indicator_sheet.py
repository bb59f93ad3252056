"""The sheet of a workbook with every indicator on a line of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from gettext import NullTranslations
from pathlib import PurePath

from enrich.join.cells import Joiner
from enrich.locale import SOURCE_LANGUAGE, catalogue, mark, translated
from enrich.model.column import Column, Type
from enrich.model.finding import Scalar, Status
from enrich.model.indicator import kind_order
from enrich.model.page import Page
from enrich.model.places import place_text, places_text
from enrich.model.result import Remark, Result, ServiceFacts
from enrich.model.row import Added
from enrich.model.verdict import Tone

_BLOCK = 1024
"""Lines that are made at once."""
LONGEST_CELL = 32_000
"""Characters of a list of places: a cell holds 32,767."""
STAND_IN = mark("These answers came from {address}, not from {home}: not {service}'s word.")
STAND_IN_NOTE = "stand-in answer, not {service}'s word"

_HEAD = (
    Column("indicator", mark("Indicator"), "the hash as it is asked, or the damaged text as it stands", width=66),
    Column("where", mark("Where"), "every cell that holds it", width=26),
    Column("cells", mark("Cells"), "in how many cells it stands", Type.INTEGER, width=7),
)


def banner(result: Result, language: str = SOURCE_LANGUAGE) -> tuple[str, ...]:
    """Return what must stand above everything where answers are not the services' own."""
    say = catalogue(language).gettext(STAND_IN)
    by_address: dict[str, list[ServiceFacts]] = {}
    answered = bool(result.totals.found or result.totals.not_found)
    for service in result.services:
        spoke = answered or service.from_store or (service.calls and service is not result.services[0])
        if service.stand_in and spoke:
            by_address.setdefault(service.address, []).append(service)
    return tuple(
        say.format(
            address=address,
            home=", ".join(service.home for service in services),
            service="'s, ".join(service.title for service in services),
        )
        for address, services in by_address.items()
    )


def list_page(
    result: Result,
    joiner: Joiner,
    columns: Sequence[Column],
    *,
    changes_only: bool = False,
    language: str = SOURCE_LANGUAGE,
) -> Page:
    """Yield every unique indicator, files first, each kind worst first; then what is damaged, and what was left out."""
    names = [PurePath(source.path).name for source in result.sources]
    say = catalogue(language)

    def rows() -> Iterator[Added]:
        listed = [entry for entry in result.entries if entry.change or not changes_only]
        listed.sort(key=lambda entry: entry.finding.badness, reverse=True)
        listed.sort(key=lambda entry: kind_order(entry.finding.indicator.kind))
        for start in range(0, len(listed), _BLOCK):
            block = listed[start : start + _BLOCK]
            for entry, added in zip(block, joiner.lines([entry.finding for entry in block]), strict=True):
                where = places_text(entry.places, names, longest=LONGEST_CELL)
                head: tuple[Scalar, ...] = (entry.finding.indicator.value, where, entry.cells)
                yield Added(head + added.values, added.tone, added.status)
        for kind in ("damaged", "left_out"):
            for remark in result.remarks:
                if remark.kind == kind:
                    yield _remark_line(remark, names, columns, say)

    titled = tuple(replace(column, title=say.gettext(column.title)) for column in (*_HEAD, *columns))
    filed = " · ".join(filter(None, (result.filing.title, result.filing.case)))
    mark_ = f"TLP:{result.filing.tlp}" if result.filing.tlp else ""
    return Page(result.service.title, titled, rows(), intro=banner(result, language), header=filed, mark=mark_)


def _remark_line(remark: Remark, names: Sequence[str], columns: Sequence[Column], say: NullTranslations) -> Added:
    status = Status.INVALID.value if remark.kind == "damaged" else remark.kind
    words = {"status": status, "note": translated(remark.text, say)}
    cells = [words.get(column.name.partition("_")[2]) for column in columns]
    head: tuple[Scalar, ...] = (remark.value, place_text(remark.place, names), 1)
    return Added(head + tuple(cells), Tone.OPEN if remark.kind == "damaged" else Tone.PLAIN, Status.INVALID)
