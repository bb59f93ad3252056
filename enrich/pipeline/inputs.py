"""Inputs in: opened, scanned, counted. What stands where, and which files that comes to; nothing is asked yet."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from enrich.config.settings import Settings
from enrich.errors import InputError, NotInInput
from enrich.exclusions.lists import Exclusions
from enrich.exclusions.row_rules import Watch
from enrich.files.opened import OpenedFile, in_words
from enrich.files.paths import path_text
from enrich.files.streams import is_read_once
from enrich.formats import Document, ReadOptions, open_document
from enrich.formats.shared.arrow_block import release_memory
from enrich.join.worst import not_asked_words
from enrich.model.column import Column
from enrich.model.indicator import Target
from enrich.model.result import InputFacts, SheetFacts
from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.pipeline.named_options import check_named_columns, unheeded_encoding, unnamed
from enrich.pipeline.path_uses import STANDARD_INPUT, expand, is_pattern, to_read, without_locks
from enrich.pipeline.whose_columns import whose_columns
from enrich.scan import Placement, agree, scan_sheet, targets
from enrich.signals import at_once

_ARROW_FROM = 16 << 20
"""Bytes of a part from which on it is worth the time that it takes to load Arrow."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input that was read: its document and what stands in each sheet."""

    path: Path | None
    """None for standard input."""
    document: Document
    placements: dict[str, Placement]
    file: OpenedFile
    """What both passes read."""
    sha256: str
    """Of the file as it was when the scan began."""
    moment: str = ""
    """Of a file that changes all the time: when it was as it is taken here, in words; else ""."""

    @property
    def name(self) -> str:
        return path_text(self.path) if self.path is not None else "-"

    @property
    def rows(self) -> int:
        """Rows that hold something, headings apart, over all sheets."""
        return sum(map(data_rows, self.placements.values()))

    @property
    def asks_something(self) -> bool:
        """Whether any row of it gets cells."""
        return any(placement.asks_something for placement in self.placements.values())

    def facts(self) -> InputFacts:
        sheets = tuple(SheetFacts(name, data_rows(p), p.count) for name, p in self.placements.items())
        return InputFacts(self.name, self.sha256, self.document.format, sheets)


def data_rows(placement: Placement) -> int:
    """Return the number of rows that hold something, the headings apart."""
    return placement.rows - (placement.header_row is not None)


@dataclass(slots=True)
class Intake:
    """All inputs, those that could not be read with the reason, and the files to ask about."""

    reader: InputReader
    """Reads one of them again."""
    inputs: list[Input] = field(default_factory=list)
    unread: list[tuple[str, InputError]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    exclusions: Exclusions = field(default_factory=Exclusions)
    """What of it is never sent."""

    def placements(self) -> Iterator[Placement]:
        for item in self.inputs:
            yield from item.placements.values()

    def targets(self) -> list[Target]:
        """Return the targets, each once over all sheets and inputs."""
        return targets(list(self.placements()))

    def not_asked(self) -> Counter[str]:
        """Return how many unique indicators of kinds that are not looked up there are, by kind."""
        seen = {
            (sighting.kind, sighting.value)
            for placement in self.placements()
            if any(column.not_asked for column in placement.columns)
            for sighting in placement
            if sighting.found is Found.NOT_ASKED
        }
        return Counter(kind for kind, _ in seen)

    @property
    def rows(self) -> int:
        return sum(item.rows for item in self.inputs)


@contextmanager
def read_inputs(
    paths: Sequence[Path], settings: Settings, ours: Sequence[Sequence[Column]] = (), *, complete: bool = True
) -> Iterator[Intake]:
    """Open and scan ``paths`` (``-`` is standard input); they stay open as originals to copy from. ``ours`` are the
    sets of columns that an earlier run may have appended. Not ``complete``: they are parts of more, which may hold what
    a rule or an option names.

    A single unreadable input raises its ``InputError``; of several, the others go on and it is listed in ``unread``.
    """
    with ExitStack() as stack:
        exclusions = Exclusions.read(settings, stack, ours)
        options = ReadOptions(encoding=settings.encoding)
        if not complete:  # who writes the parts needs Arrow all the same
            options = replace(options, arrow_from=_ARROW_FROM)
        intake = Intake(InputReader(settings, ours, exclusions, stack, options), exclusions=exclusions)
        readable, intake.warnings = without_locks(expand(paths)) if settings.in_place else to_read(expand(paths))
        for path in readable:
            try:
                item, warnings = intake.reader.read(path)
            except InputError as error:
                if len(paths) == 1 and not is_pattern(paths[0]):
                    raise
                intake.unread.append((path_text(path), _without_frames(error)))
            else:
                intake.inputs.append(item)
                intake.warnings.extend(warnings)
        if intake.unread and not intake.inputs:
            raise intake.unread[0][1]
        if intake.inputs and complete:
            intake.warnings.extend(exclusions.unmatched())
            intake.warnings.extend(unheeded_encoding(settings, (item.document.format for item in intake.inputs)))
            check_named_columns(settings.column, list(intake.placements()))
        yield intake


def _without_frames(error: InputError) -> InputError:
    """Return the error alone: the frames of its traceback would keep all that was read of the file, some 30 MB each."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


@dataclass(frozen=True, slots=True)
class InputReader:
    """Opens and scans inputs as one run wants it. What it opens stays open as long as ``stack``."""

    settings: Settings
    ours: Sequence[Sequence[Column]]
    exclusions: Exclusions
    stack: ExitStack
    options: ReadOptions

    def read(self, path: Path) -> tuple[Input, list[str]]:
        """Return an input, and what the user should hear of it. ``InputError`` where it cannot be read."""
        if path != STANDARD_INPUT and not is_read_once(path):
            return self._read(path, OpenedFile(path))
        spooled = _spooled(self.stack, path)
        with _named(spooled, "standard input"):
            return self._read(None, OpenedFile(spooled))

    def read_copy(self, path: Path, moment: str) -> tuple[Input, list[str]]:
        """Return the same of a copy that nobody else writes: of a file that does not come to rest."""
        copy = _folder(self.stack) / path.name
        with closing(OpenedFile(path)) as original, original.open() as source, copy.open("wb") as target:
            shutil.copyfileobj(source, target)
        with _named(copy, str(path)):
            item, warnings = self._read(path, OpenedFile(copy))
        return replace(item, moment=moment), warnings

    def _read(self, path: Path | None, file: OpenedFile) -> tuple[Input, list[str]]:
        self.stack.callback(file.close)
        sha256 = file.sha256()  # before the scan: what changes while it goes on is noticed as well
        document = open_document(file, self.options)
        self.stack.callback(document.close)
        warnings: list[str] = []
        placements = self._scan(path, document, warnings)
        release_memory()  # what follows takes as much as the reading did
        return Input(path, document, placements, file, sha256), warnings

    def _scan(self, path: Path | None, document: Document, warnings: list[str]) -> dict[str, Placement]:
        """Return what stands in each of the wanted sheets; ``UsageError`` where none of them is there."""
        name, settings = path or STANDARD_INPUT, self.settings
        wanted = [sheet for sheet in document.sheets if not settings.sheet or sheet in settings.sheet]
        if settings.sheet and not wanted:
            there = ", ".join(document.sheets)
            raise NotInInput(
                f"{name} has no sheet {settings.sheet[0]!r}",
                hint=f"it has: {there}" if there else "it is one table without sheets",
            )
        placements = {}
        for sheet in wanted:
            scan = partial(
                scan_sheet,
                sheet,
                declared_header=document.header_row(sheet),
                columns=settings.column,
                kinds=settings.kinds,
                ours=self.ours,
                file=path.name if path is not None else "",
            )
            placements[sheet], watch = scan_watched(partial(document.rows, sheet), self.exclusions, scan)
            if watch.rows:
                watch.extend_over_merged(document.merged(sheet))
            notes = [*self.exclusions.take(placements[sheet], watch), *whose_columns(placements[sheet], self.ours)]
            warnings.extend(f"{name}: {sheet + ', ' if sheet else ''}{text}" for text in notes)
        agree(list(placements.values()))
        warnings.extend(f"{name}: {text}" for placement in placements.values() for text in unnamed(placement))
        warnings.extend(f"{name}: {warning}" for warning in document.warnings)
        return placements


def scan_watched(
    rows: Callable[[], Iterator[Row]], exclusions: Exclusions, scan: Callable[..., Placement]
) -> tuple[Placement, Watch]:
    """Return what ``scan`` finds in ``rows``, and what the rules of ``exclusions`` met there.

    A column looks like one of an earlier run until a cell of it, maybe far below, shows that it is the analyst's: the
    sheet is scanned again, until no further column turns out so.
    """
    foreign: set[int] = set()
    known = -1
    while known < len(foreign):
        known = len(foreign)
        watch = exclusions.watch()
        placement = scan(watch.over(rows()), foreign=foreign)
    return placement, watch


@contextmanager
def _named(path: Path, name: str) -> Iterator[None]:
    """Errors of a file of our own under the name of what stands in it."""
    try:
        yield
    except InputError as error:
        raise InputError(str(error).replace(str(path), name), hint=error.hint) from error


def _folder(stack: ExitStack) -> Path:
    """Return a temporary folder that is gone when the run ends, as far as the disk lets it go."""
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ioc-enrich-", ignore_cleanup_errors=True)))


def _spooled(stack: ExitStack, path: Path) -> Path:
    """Return a temporary file that holds standard input, or a pipe: formats need to read twice."""
    folder = _folder(stack)
    with (folder / "stdin").open("wb") as file, at_once():
        if str(path) in ("-", "/dev/stdin"):
            shutil.copyfileobj(sys.stdin.buffer, file)
        else:
            with in_words(path), path.open("rb") as pipe:
                shutil.copyfileobj(pipe, file)
    return folder / "stdin"


def set_aside_empty(intake: Intake, settings: Settings) -> None:
    """Leave out the inputs that hold nothing to ask about: no output is better than one that looks enriched and is not.

    Raises ``InputError`` where none is left.
    """
    wanted = "hash" if settings.kinds == ("hash",) else "indicator"
    empty = [item for item in intake.inputs if not item.asks_something]
    if len(empty) < len(intake.inputs):
        intake.inputs = [item for item in intake.inputs if item.asks_something]
        intake.warnings.extend(f"{item.name}: no {wanted} was found; nothing was written for it" for item in empty)
        return
    hint = "`enrich scan` shows what is seen"
    if not_asked := intake.not_asked():
        hint = not_asked_words(not_asked)
    elif settings.column:
        hint = f"only --column {', '.join(settings.column)} was looked at: a heading's text, or a letter"
    elif left_out := sum(column.left_out for placement in intake.placements() for column in placement.columns):
        hint = f"{left_out} values look like indicators and were left out: `enrich scan` lists why"
    names = ", ".join(item.name for item in empty)
    raise InputError(f"no {wanted} was found in {names}; nothing was written", hint=hint)
