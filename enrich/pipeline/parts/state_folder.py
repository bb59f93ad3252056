"""The folder beside the outputs in which a run in parts keeps what it did: the same command goes on from there.

Each part has two small files of its own, which appear whole or not at all: what its scan found, and that it is written.
No key, no answer that is not in the outputs, and nothing that is executed when it is read back.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from enrich.config.settings import Settings
from enrich.errors import OutputError
from enrich.exclusions.lists import Exclusions
from enrich.exclusions.row_rules import Rule, RuleUse
from enrich.files.atomic import atomic
from enrich.formats import CellForm, Slice
from enrich.model.indicator import Indicator
from enrich.model.result import Entry, InputFacts, Output, Remark, Totals
from enrich.pipeline.parts.packed_targets import PackedTargets
from enrich.pipeline.parts.serialized import decoded, encoded
from enrich.scan.stored import StoredPlacement
from enrich.version import __version__

NAME = ".enrich-parts"
SLICE = ".slice"
"""Stands in the name of a slice that is written, before its suffix."""
REMARKS = 1000
"""Remarks of one part that a report may show; further ones are counted."""

Kept = TypeVar("Kept")


class Marks(Struct, frozen=True):
    """What rows of one part hold back, with the reasons, and what each rule met there."""

    uses: list[tuple[str, bool, int, list[str]]]
    """A rule's words, whether its column is there, how many rows it fits, and what else the column holds."""
    headings: list[str]
    digests: list[tuple[bytes, str]]
    names: list[tuple[Indicator, str]]

    @classmethod
    def of(cls, exclusions: Exclusions) -> Marks:
        """Return the marks of all rows that ``exclusions`` has seen."""
        uses = [(rule.words, use.has_column, use.rows, list(use.values)) for rule, use in exclusions.uses.items()]
        return cls(uses, list(exclusions.headings), list(exclusions.never.items()), exclusions.never_named.listed())

    def exclusions(self) -> Exclusions:
        """Return the same for a run to add to its own."""
        uses = {Rule.of(words): RuleUse(there, rows, dict.fromkeys(v)) for words, there, rows, v in self.uses}
        exclusions = Exclusions(uses=uses, headings=dict.fromkeys(self.headings), never=dict(self.digests))
        for name, reason in self.names:
            exclusions.never_named.add(name, reason)
        return exclusions


class Extract(Struct, frozen=True):
    """What one part comes to before anything is asked, its targets apart."""

    key: str
    """Of the part's bytes, the settings and this version: while it is the same, nothing is scanned anew."""
    sha256: str
    marks: Marks
    columns: list[str]
    """Those of ``--column`` that it has."""
    home: str
    """The suffix that it is given back with."""
    asks_something: bool
    source: InputFacts
    cells: int
    """Those with an indicator, or a trivial value."""
    warnings: list[str]
    not_asked: dict[str, int] = {}
    """Its unique indicators of kinds that are not looked up, by kind."""
    trivial: list[tuple[Indicator, str, int]] = []
    """What in it is not worth a call, why, and in how many cells it stands."""
    form: CellForm | None = None
    """How our cells are written in it."""
    slices: list[Slice] = []
    """What it is cut into; none where it is not. Each has a scan of its own, whose only slice it is."""


class Scanned(Struct, frozen=True):
    """One part's scan, for whoever writes it."""

    extract: Extract
    sheets: list[StoredPlacement]


class Joined(Struct, frozen=True):
    """One part that stands in its place."""

    key: str
    """Of its scan and of all answers."""
    facts: tuple[int, int]
    """Size and time (ns) of the output as it was put there."""
    totals: Totals
    source: InputFacts
    outputs: tuple[Output, ...]
    warnings: tuple[str, ...]
    entries: tuple[Entry, ...]
    """Those that the run cannot know otherwise: trivial ones, and the worst with the places where they stand."""
    remarks: tuple[Remark, ...]
    """The first of them."""
    remarked: dict[str, int]
    """How many remarks there are, by kind."""
    group_by: str = ""


class PartFolder:
    """Where one command keeps what it did, by part. ``OutputError`` where it cannot be used."""

    def __init__(self, base: Path) -> None:
        self.path = base.resolve() / NAME
        try:
            self.path.mkdir(mode=0o700, exist_ok=True)
            facts = self.path.lstat()
        except OSError as error:
            raise OutputError(f"{self.path} cannot be made: {error.strerror or error}") from error
        theirs = sys.platform != "win32" and facts.st_uid != os.geteuid()
        if theirs or not stat.S_ISDIR(facts.st_mode):
            raise OutputError(f"{self.path} is not a folder of yours", hint="remove it, or name another --out-dir")

    @property
    def answers(self) -> Path:
        """The file of answers that parts are written with."""
        return self.path / "answers"

    @property
    def cells(self) -> Path:
        """The file of cells that parts are written with which lie by columns; there is one where it serves."""
        return self.path / "cells"

    def scan_of(self, part: Path, index: int | None = None) -> Path:
        """Return where the scan of a part lies, or of one of its slices."""
        return self.path / f"{_name(part, index)}.scan"

    def asked_of(self, part: Path, index: int | None = None) -> Path:
        """Return where the targets of a part lie, or of one of its slices."""
        return self.path / f"{_name(part, index)}.asked"

    def targets_of(self, part: Path, index: int | None = None) -> PackedTargets:
        """Return the targets of a part that was scanned, or of one of its slices. ``OutputError`` where they are gone.

        They stay in their file: what many parts ask for is kept by a run once.
        """
        targets = kept(self.asked_of(part, index), PackedTargets)
        if targets is None:
            raise OutputError(f"{self.path}: what was found in {part} is gone", hint="run the same command again")
        return targets

    def has_targets(self, part: Path) -> bool:
        """Return whether the targets of a part can be read: an earlier version kept them in another form."""
        return kept(self.asked_of(part), PackedTargets) is not None

    def done_of(self, part: Path, index: int | None = None) -> Path:
        """Return where it lies that a part, or one of its slices, is written."""
        return self.path / f"{_name(part, index)}.done"

    def slice_of(self, part: Path, index: int, suffix: str) -> Path:
        """Return where a slice of a part lies until all are written."""
        return self.path / f"{_name(part, index)}{SLICE}{suffix}"

    def sweep(self) -> None:
        """Remove what killed workers left: whoever calls has the only run in this folder."""
        for left in self.path.iterdir():
            if left.suffix not in (".scan", ".asked", ".done") and SLICE not in left.suffixes:
                with suppress(OSError):
                    left.unlink()

    def forget(self, part: Path) -> None:
        """Remove what the scan of a part found."""
        for kept_file in (self.scan_of(part), self.asked_of(part)):
            kept_file.unlink(missing_ok=True)

    def leave(self) -> None:
        """Remove the folder if nothing is kept in it."""
        with suppress(OSError):
            self.path.rmdir()

    def remove(self) -> None:
        """Remove the folder: nothing is left to go on with."""
        shutil.rmtree(self.path, ignore_errors=True)


def _name(part: Path, index: int | None) -> str:
    return hashlib.sha256(os.fsencode(part)).hexdigest()[:32] + ("" if index is None else f"-{index}")


def keep(path: Path, value: Struct) -> None:
    with atomic(path) as file:
        file.write(encoded(value))


def kept(path: Path, kind: type[Kept]) -> Kept | None:
    """Return what was kept there; None where nothing is, or what another version of this program kept."""
    try:
        return decoded(path.read_bytes(), kind)
    except (OSError, ValueError):
        return None


def key_of(sha256: str, settings: Settings, more: Sequence[str] = ()) -> str:
    """Return a digest that changes where anything does that a part's scan, or its output, depends on."""
    said = repr((__version__, sha256, settings, *more))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
