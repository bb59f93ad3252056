"""What a worker does with one part: two pure functions from file to file, by the tool's own scan.

The same part and the same answers give the same bytes, wherever and however often it is done.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path

from enrich.config.settings import Settings
from enrich.exclusions.lists import Held
from enrich.model.event import ignore_events
from enrich.model.finding import Finding
from enrich.model.indicator import Indicator, Target
from enrich.model.result import Output, Source, Totals
from enrich.pipeline.inputs import taken_in
from enrich.pipeline.outputs import Planned
from enrich.pipeline.run import run
from enrich.pipeline.sources import choice_of, sets_of_columns, sources_of
from enrich.pipeline.write import check_room, home_suffix
from enrich.scan import has_column

Unanswered = dict[str, dict[Indicator, Finding]]
"""Why names have no answer, by source."""


@dataclass(frozen=True, slots=True)
class Extract:
    """What one part asks for."""

    targets: list[Target]
    held: Held
    """What of it is never sent, and which rules it knows."""
    columns: tuple[str, ...]
    """Those of ``--column`` that it has."""
    home: str
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Joining:
    """One part to write: ``settings`` name its output and the file of answers, ``unanswered`` a file of the rest."""

    settings: Settings
    path: Path
    unanswered: Path


@dataclass(frozen=True, slots=True)
class Joined:
    """One part that stands in its place."""

    totals: Totals
    source: Source
    outputs: tuple[Output, ...]
    warnings: tuple[str, ...]


def extract(job: tuple[Settings, Path]) -> Extract:
    """Scan one part; ``InputError`` where it cannot be read, ``UnfitInput`` where it has no room for our columns."""
    settings, path = job
    with taken_in([path], settings, sets_of_columns(settings), whole=False) as intake:
        item = intake.inputs[0]
        planned = [Planned(path.with_suffix(home_suffix(item)), 0, "")]
        check_room(planned, intake, choice_of(settings).of(sources_of(settings)))
        has = tuple(name for name in settings.column if any(has_column(p, name) for p in intake.placements()))
        held = Held(uses=intake.held.uses, headings=intake.held.headings, never=intake.held.never)
        return Extract(intake.targets(), held, has, home_suffix(item), intake.warnings)


def join(job: Joining) -> Joined:
    """Write one part whole, with the answers that are known. The same answers give the same bytes."""
    unanswered: Unanswered = pickle.loads(job.unanswered.read_bytes())  # noqa: S301 - written by the run itself
    report = run(job.settings, [job.path], listener=ignore_events, unanswered=unanswered)
    return Joined(report.result.totals, report.result.sources[0], report.result.outputs, report.warnings)
