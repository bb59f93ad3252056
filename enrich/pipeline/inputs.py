"""Inputs in: opened, scanned, counted. What stands where, and which files that comes to; nothing is asked yet."""

from __future__ import annotations

import glob
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from enrich.config.settings import Settings
from enrich.errors import InputError, UsageError
from enrich.exclusions.lists import Held
from enrich.exclusions.row_rules import Rule
from enrich.files.atomic import sha256_of
from enrich.files.paths import path_text
from enrich.formats import Document, ReadOptions, open_document
from enrich.model.column import Column
from enrich.model.indicator import Target
from enrich.model.result import SheetFacts, Source
from enrich.pipeline.outputs import made_of
from enrich.scan import Placement, scan_sheet, targets
from enrich.signals import at_once

STANDARD_INPUT = Path("-")


@dataclass(frozen=True, slots=True)
class Input:
    """One input that was read: its document and what stands in each sheet."""

    path: Path | None
    """None for standard input."""
    document: Document
    placements: dict[str, Placement]
    sha256: str

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

    def source(self) -> Source:
        """The facts for the result document."""
        sheets = tuple(SheetFacts(name, data_rows(p), p.count) for name, p in self.placements.items())
        return Source(self.name, self.sha256, self.document.format, sheets)


def data_rows(placement: Placement) -> int:
    """Rows that hold something, the headings apart."""
    return placement.rows - (placement.header_row is not None)


@dataclass(slots=True)
class Intake:
    """All inputs, those that could not be read with the reason, and the files to ask about."""

    inputs: list[Input] = field(default_factory=list)
    unread: list[tuple[str, InputError]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    held: Held = field(default_factory=Held)
    """What of it is never sent."""

    def placements(self) -> Iterator[Placement]:
        for item in self.inputs:
            yield from item.placements.values()

    def targets(self) -> list[Target]:
        """Unique over all sheets and inputs."""
        return targets(list(self.placements()))

    @property
    def rows(self) -> int:
        return sum(item.rows for item in self.inputs)


@contextmanager
def taken_in(paths: Sequence[Path], settings: Settings, ours: Sequence[Sequence[Column]] = ()) -> Iterator[Intake]:
    """Open and scan ``paths`` (``-`` is standard input); they stay open as originals to copy from. ``ours`` are the
    sets of columns that an earlier run may have appended.

    A single unreadable input raises its ``InputError``; of several, the others go on and it is listed in ``unread``.
    """
    with ExitStack() as stack:
        intake = Intake(held=Held.from_settings(settings, stack, ours))
        given = expand(paths)
        made = [] if settings.in_place else made_of(given)
        intake.warnings.extend(f"{path}: left out, as it was made of another input by an earlier run" for path in made)
        for path in given:
            if path in made:
                continue
            try:
                intake.inputs.append(_take(path, settings, stack, intake, ours))
            except InputError as error:
                if len(paths) == 1 and not _is_pattern(paths[0]):
                    raise
                intake.unread.append((path_text(path), error))
        if intake.unread and not intake.inputs:
            raise intake.unread[0][1]
        yield intake


def expand(paths: Sequence[Path]) -> list[Path]:
    """Patterns that no shell expanded (cron, Windows, quotes), each file once and in order."""
    found: dict[Path, None] = {}
    for path in paths:
        if not _is_pattern(path):
            found[path] = None
            continue
        matches = sorted(glob.glob(str(path)))  # noqa: PTH207 - Path.glob takes no absolute pattern
        if not matches:
            raise InputError(f"{path} matches no file")
        found.update((Path(match), None) for match in matches)
    return list(found)


def _is_pattern(path: Path) -> bool:
    try:
        return any(sign in str(path) for sign in "*?[") and not path.exists()
    except PermissionError:  # it is said when the file is opened
        return False


def _take(path: Path, settings: Settings, stack: ExitStack, intake: Intake, ours: Sequence[Sequence[Column]]) -> Input:
    source = _spooled(stack) if path == STANDARD_INPUT else path
    try:
        document = open_document(source, ReadOptions(encoding=settings.encoding))
    except InputError as error:
        if path != STANDARD_INPUT:
            raise
        raise InputError(str(error).replace(str(source), "standard input"), hint=error.hint) from error
    stack.callback(document.close)
    wanted = [sheet for sheet in document.sheets if not settings.sheet or sheet in settings.sheet]
    if settings.sheet and not wanted:
        there = ", ".join(document.sheets)
        raise UsageError(
            f"{path} has no sheet {settings.sheet[0]!r}",
            hint=f"it has: {there}" if there else "it is one table without sheets",
        )
    placements = {}
    met: set[Rule] = set()
    for sheet in wanted:
        watch = intake.held.watch()
        placements[sheet] = scan_sheet(
            sheet,
            watch.over(document.rows(sheet)),
            declared_header=document.header_row(sheet),
            columns=settings.column,
            ours=ours,
        )
        if watch.rows:
            watch.spread(document.merged(sheet))
        told = intake.held.take(placements[sheet], watch)
        intake.warnings.extend(f"{path}: {sheet + ', ' if sheet else ''}{text}" for text in told)
        met |= watch.met
    intake.warnings.extend(f"{path}: {warning}" for warning in document.warnings)
    intake.warnings.extend(
        f"{path}: no column and no mark fits --never-send {rule.words}: no row of it is held back by that"
        for rule in intake.held.rules
        if rule not in met
    )
    return Input(None if path == STANDARD_INPUT else path, document, placements, sha256_of(source))


def _spooled(stack: ExitStack) -> Path:
    """Standard input in a file of its own, which is gone when the run ends: formats need to read twice."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ioc-enrich-")))
    with (folder / "stdin").open("wb") as file, at_once():
        shutil.copyfileobj(sys.stdin.buffer, file)
    return folder / "stdin"
