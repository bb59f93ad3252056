"""Refuses to overwrite answers with ``pending`` or ``failed``: an output may hold what this run does not know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import closing
from itertools import islice
from pathlib import Path

from enrich.config.settings import Settings
from enrich.errors import InputError, OutputError
from enrich.formats import Document, open_document
from enrich.indicators.hash.digests import ALGORITHMS
from enrich.model.column import Column, Type
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.pipeline.outputs import Planned

_LOOK = 50
"""Rows within which our headings stand."""
OPEN = (Status.PENDING, Status.FAILED)
"""How a name ends that a later run may get an answer to."""
_ANSWERED = {Status.FOUND.value, Status.NOT_FOUND.value}


def check_kept(
    planned: Iterable[Planned], findings: Mapping[Indicator, Finding], columns: Iterable[Column], settings: Settings
) -> None:
    """Raise ``OutputError`` where a sheet that would be replaced holds answers that would be open again.

    ``findings`` are those of the run.
    """
    standing = [output for output in planned if output.input_index is not None and output.path.is_file()]
    if settings.replace_answers or not standing:
        return
    is_open = {name.value: finding.status in OPEN for name, finding in findings.items()}
    if not any(is_open.values()):
        return
    headings = {column.name for column in columns if column.type is Type.STATUS}
    for output in standing:
        if lost := _answers_in(output.path, is_open, headings):
            failed = next((finding.detail for finding in findings.values() if finding.status is Status.FAILED), "")
            why = "--offline" if settings.offline else failed or "another store, or one that was pruned"
            raise OutputError(
                f"{output.path} holds answers in {lost:,} rows that this run lacks ({why}); nothing was written",
                hint="name another output with -o, or say --replace-answers where they may go",
            )


def _answers_in(path: Path, is_open: Mapping[str, bool], headings: AbstractSet[str]) -> int:
    """Return how many rows of a sheet that an earlier run wrote have an answer though all their hashes are open now.

    ``is_open`` says whether each name of the run got no answer, ``headings`` are those of columns that hold how a row
    ended.
    """
    try:
        with closing(open_document(path)) as document:
            return sum(_answered(document, sheet, is_open, headings) for sheet in document.sheets)
    except InputError:  # what cannot be read holds no answer for anybody
        return 0


def _answered(document: Document, sheet: str, is_open: Mapping[str, bool], headings: AbstractSet[str]) -> int:
    rows, count = document.rows(sheet), 0
    heading = next((row.texts for row in islice(rows, _LOOK) if not headings.isdisjoint(row.texts)), ())
    places = [place for place, text in enumerate(heading) if text in headings]
    for row in rows if places else ():
        if any(place < len(row.texts) and row.texts[place] in _ANSWERED for place in places):
            hashes = [text.lower() for text in row.texts if len(text) in ALGORITHMS]
            met = [is_open[value] for value in hashes if value in is_open]
            count += bool(met) and all(met)
    return count
