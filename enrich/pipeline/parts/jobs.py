"""What a worker does with one part: two pure functions from file to file, by the tool's own scan.

The same part and the same answers give the same bytes, wherever and however often it is done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import nlargest
from pathlib import Path

from msgspec import structs

from enrich.config.settings import Settings
from enrich.errors import InputError
from enrich.exclusions.lists import Exclusions
from enrich.files.opened import OpenedFile
from enrich.formats import CellForm, ReadOptions, open_document, open_slice, slices_of
from enrich.model.finding import Status
from enrich.model.indicator import Indicator
from enrich.model.result import Entry, Result, ServiceFacts
from enrich.model.verdict import Verdict
from enrich.pipeline.ask import Resolution
from enrich.pipeline.assemble import assemble, make_joiner, tally_of
from enrich.pipeline.changed_inputs import is_changed
from enrich.pipeline.grouping import grouping_of
from enrich.pipeline.home_format import check_room, holds_pages, home_suffix
from enrich.pipeline.inputs import Input, InputReader, Intake, read_inputs
from enrich.pipeline.kept_answers import check_kept
from enrich.pipeline.outputs import Planned, locked
from enrich.pipeline.parts.answer_file import WrittenAnswers, as_written
from enrich.pipeline.parts.cell_file import has_cells
from enrich.pipeline.parts.content_join import PartContents
from enrich.pipeline.parts.packed_targets import PackedTargets
from enrich.pipeline.parts.part_targets import TargetLookup, packed_targets
from enrich.pipeline.parts.state_folder import REMARKS, Extract, Joined, Marks, PartFolder, Scanned, keep, kept, key_of
from enrich.pipeline.row_context import in_context
from enrich.pipeline.sources import chosen_columns, sets_of_columns, sources_of
from enrich.pipeline.write import Writer
from enrich.scan import Placement, has_column
from enrich.scan.stored import restored, stored
from enrich.signals import Interrupt

PLACES = 100
"""Places of one file in one part that a report may show."""
_LAST_WORKERS = 5.0
"""Seconds in which the workers of a killed run have ended."""
WORST = 100
"""Files of one part whose places are told."""


class PartChanged(InputError):
    """A part is no more what was scanned."""


@dataclass(frozen=True, slots=True)
class Scanning:
    """One part to scan; what is found stays in ``folder``."""

    settings: Settings
    path: Path
    folder: PartFolder
    slice_size: int = 0
    """Bytes of the slices that it is cut into where it can be; 0: it is not cut."""


@dataclass(frozen=True, slots=True)
class Joining:
    """One part or slice to write. ``services`` say who answered; ``answers`` is the digest of the file of answers."""

    settings: Settings
    path: Path
    output: Planned
    folder: PartFolder
    services: tuple[ServiceFacts, ...]
    answers: str
    began: datetime
    placed: bool = False
    """Whether a report wants to know where the worst stand."""
    index: int | None = None
    """Of the slice; None for the whole part."""


def extract(job: Scanning) -> Extract:
    """Scan a part, or read what its last scan found. ``InputError``; ``UnfitInput``: no room for our columns."""
    settings, path, place = job.settings, job.path, job.folder.scan_of(job.path)
    if (before := kept(place, Scanned)) is not None and job.folder.has_targets(path):
        with closing(OpenedFile(path)) as file:
            key = key_of(file.sha256(), settings, [str(path)])
        if before.extract.key == key:
            return before.extract
    with read_inputs([path], settings, sets_of_columns(settings), complete=False) as intake:
        item = intake.inputs[0]
        planned = [Planned(path.with_suffix(home_suffix(item)), 0, "")]
        check_room(planned, intake, chosen_columns(settings, sources_of(settings)))
        found = Extract(
            key=key_of(item.sha256, settings, [str(path)]),
            sha256=item.sha256,
            marks=Marks.of(intake.exclusions),
            columns=[name for name in settings.column if any(has_column(p, name) for p in intake.placements())],
            home=home_suffix(item),
            asks_something=item.asks_something,
            source=item.facts(),
            cells=sum(placement.count for placement in intake.placements()),
            warnings=intake.warnings,
            not_asked=dict(intake.not_asked()),
            trivial=_trivial(intake.placements()),
            form=item.document.cell_form(),
            slices=slices_of(item.document, job.slice_size) if job.slice_size else [],
        )
        place.unlink(missing_ok=True)  # it stands for all that is kept now
        targets = packed_targets(list(intake.placements()))
        keep(job.folder.asked_of(path), targets)
        _keep_slices(job, found, item, targets)
        keep(place, Scanned(found, [] if found.slices else [stored(placement) for placement in intake.placements()]))
        return found


def _trivial(placements: Iterable[Placement]) -> list[tuple[Indicator, str, int]]:
    counts = Counter(
        (Indicator(sighting.kind, sighting.value), sighting.reason)
        for placement in placements
        for sighting in placement.trivial()
    )
    return [(indicator, reason, cells) for (indicator, reason), cells in counts.items()]


def _keep_slices(job: Scanning, found: Extract, item: Input, targets: PackedTargets) -> None:
    """Keep what stands in each slice of a part, for who writes it."""
    held = TargetLookup(targets)
    for index, piece in enumerate(found.slices):
        with closing(OpenedFile(job.path, (piece.first, piece.end))) as file:
            digest = file.sha256()
        (placement,) = item.placements.values()
        here = replace(placement, values=placement.values.between(piece.rows + 1, piece.last + 1), _rows=None)
        own = structs.replace(
            found, key=slice_key(found, index), sha256=digest, marks=Marks.of(Exclusions()), warnings=[], slices=[piece]
        )
        keep(job.folder.asked_of(job.path, index), held.of(here.values))
        keep(job.folder.scan_of(job.path, index), Scanned(own, [stored(here)]))


def slice_key(scan: Extract, index: int) -> str:
    return f"{scan.key}-{index}"


def facts_of(output: Path) -> tuple[int, int]:
    """Size and time of a file; (-1, 0) where there is none."""
    try:
        facts = output.stat()
    except OSError:
        return -1, 0
    return facts.st_size, facts.st_mtime_ns


def join_key(scan_key: str, job: Joining) -> str:
    """Return a digest that changes where anything does that the part's output depends on."""
    return key_of(
        scan_key, job.settings, [job.answers, str(job.output.path), str(job.services[0].stand_in), str(job.placed)]
    )


def join(job: Joining) -> Joined:
    """Write one part whole, with the answers that are known. The same answers give the same bytes.

    ``PartChanged`` where it is no more what was scanned.
    """
    scanned = kept(job.folder.scan_of(job.path, job.index), Scanned)
    if scanned is None:
        raise PartChanged(f"{job.path}: what was found in it is gone")
    with ExitStack() as stack:
        item = _opened(job, scanned, stack)
        intake = Intake(InputReader(job.settings, (), Exclusions(), stack, ReadOptions()), [item])
        contents = _contents(job, item, scanned.extract.form)
        targets = contents.targets if contents else list(job.folder.targets_of(job.path, job.index).targets())
        answers = WrittenAnswers(job.folder.answers, job.settings, job.services).of(targets)
        joiner = make_joiner(answers, language=job.settings.lang)
        check_kept([job.output], answers.lead.findings, answers.columns, job.settings)
        placed = job.placed or holds_pages(item, job.output)
        tally = contents.tally(joiner) if contents else tally_of(intake.inputs, joiner, placed=placed)
        entries = tuple(tally.entries(answers.lead.findings, answers.files, joiner))
        result, _ = assemble(intake, answers, tally, entries, job.settings, job.began, job.began, Interrupt())
        grouping = grouping_of([item], job.settings.group_by, needed=False)
        writer = Writer(
            *(intake, result, answers, joiner, job.settings, grouping), folder=job.folder.path, tells_headings=False
        )
        if contents:
            writer.cells_of = lambda _, joiner: contents.cells(joiner)
        stack.enter_context(locked([job.output.path], _LAST_WORKERS))
        with writer:
            written, warnings = writer.write([job.output])
            if is_changed(item):
                raise PartChanged(f"{job.path} was changed while it was written")
            writer.commit()
        listed = _worth_telling(result, answers)
        if job.placed:
            listed = tuple(in_context(replace(result, entries=listed), [item], grouping).entries)
        joined = Joined(
            key=join_key(scanned.extract.key, job),
            facts=facts_of(job.output.path),
            totals=result.totals,
            source=result.sources[0],
            outputs=written.outputs,
            warnings=tuple(warnings),
            entries=tuple(_with_few_places(entry) for entry in listed),
            remarks=result.remarks[:REMARKS],
            remarked=Counter(remark.kind for remark in result.remarks),
            group_by=grouping.heading,
        )
        keep(job.folder.done_of(job.path, job.index), joined)
        return joined


def _contents(job: Joining, item: Input, form: CellForm | None) -> PartContents | None:
    """Return what a part holds whose rows are joined by what they hold; None where each is looked at: a report wants
    places, an earlier run's columns are refreshed, few rows are alike, or answers that stand there must be looked for.
    """
    if form is None or job.placed or home_suffix(item) != job.output.suffix or len(item.placements) != 1:
        return None
    (placement,) = item.placements.values()
    columns = chosen_columns(job.settings, sources_of(job.settings))
    if placement.present or not has_cells(job.folder.cells, form, columns):
        return None
    with_changes = any(column.name.endswith("_change") for column in columns)
    contents = PartContents(placement, form, job.folder.answers, job.folder.cells, with_changes=with_changes)
    # answers that would be open again are looked for by all names of the part, which are not read here
    return None if contents.lacks_many or (contents.has_open and job.output.path.exists()) else contents


def _opened(job: Joining, scanned: Scanned, stack: ExitStack) -> Input:
    """Return the part, or the slice, as it was scanned. ``PartChanged`` where it is another now."""
    piece = next(iter(scanned.extract.slices), None)
    file = OpenedFile(job.path, (piece.first, piece.end) if piece is not None else (0, None))
    stack.callback(file.close)
    if file.sha256() != scanned.extract.sha256:
        raise PartChanged(f"{job.path} was changed since it was scanned")
    document = open_slice(file, piece) if piece else open_document(file, ReadOptions(encoding=job.settings.encoding))
    stack.callback(document.close)
    placements = {sheet.sheet: restored(sheet) for sheet in scanned.sheets}
    scanned.sheets.clear()  # the same values once more
    return Input(job.path, document, placements, file, scanned.extract.sha256)


def _worth_telling(result: Result, answers: Resolution) -> tuple[Entry, ...]:
    """Return the entries that the run cannot know otherwise: trivial ones, and those of the worst with their places."""
    asked = answers.lead.findings
    trivial = [entry for entry in result.entries if entry.finding.indicator not in asked]
    bad = (entry for entry in result.entries if entry.verdict in (Verdict.MALICIOUS, Verdict.SUSPICIOUS))
    worst = nlargest(WORST, bad, key=lambda entry: entry.finding.badness)
    return (*trivial, *(entry for entry in worst if entry.finding.status is not Status.TRIVIAL))


def _with_few_places(entry: Entry) -> Entry:
    further = tuple(map(as_written, entry.further))
    return structs.replace(entry, finding=as_written(entry.finding), places=entry.places[:PLACES], further=further)


def named_as(texts: Iterable[str], absolute: Path, given: Path) -> list[str]:
    """Return the same texts with a part named as the user named it."""
    return [text.replace(str(absolute), str(given)) for text in texts]
