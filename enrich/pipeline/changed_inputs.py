"""Inputs that change while lookups run: noticed before an output takes its place, and read again.

Lookups last hours, and what was found is joined to rows by their numbers: an input that was sorted meanwhile would get
other files' answers. So nothing is put in its place unless the bytes that were scanned are the bytes that were copied
from, and still those at the path.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace

from enrich.errors import ChangedInput, InputError
from enrich.files.opened import OpenedFile
from enrich.pipeline.inputs import Input, Intake

READINGS_IN_PLACE = 3
"""Times that one input is read again as it is; after that a copy of it is, which nobody else can change."""
TRIES, PAUSE = 3, 1.0
"""A file that cannot be read may be half saved: it is tried so often, with so many seconds between."""


@dataclass(slots=True)
class Rereading:
    """Reads the changed ones of ``intake`` again. ``pause`` sleeps seconds; ``now`` says the time in words."""

    intake: Intake
    pause: Callable[[float], None]
    now: Callable[[], str]
    in_place: bool = False
    unsettled: set[int] = field(default_factory=set)
    """Indices of the inputs that are not written in place, since they changed again and again."""
    _rounds: dict[int, int] = field(default_factory=dict)
    """Index of an input -> how often it was read again."""
    _lost: set[int] = field(default_factory=set)
    """Indices of the inputs of which nothing is left."""

    def changed(self) -> list[int]:
        """Return the indices of the inputs that are no more what was scanned."""
        inputs = [(i, item) for i, item in enumerate(self.intake.inputs) if i not in self._lost]
        return [i for i, item in inputs if is_changed(item, in_place=self.in_place and i not in self.unsettled)]

    def read_again(self, index: int) -> None:
        """Put an input as it is now in the place of what was scanned.

        Where it cannot be read any more, or is empty, what was scanned stays, if the file that was opened still holds
        it. Where it does not, the others of several inputs go on without it; ``ChangedInput`` where there are none.
        """
        item = self.intake.inputs[index]
        assert item.path is not None
        if self.in_place and item.moment:
            self.unsettled.add(index)
            return
        done = self._rounds[index] = self._rounds.get(index, 0) + 1
        try:
            current, warnings = self._read(item, copied=done > READINGS_IN_PLACE)
        except InputError as error:
            if not _holds_what_was_scanned(item):
                self._lose(index, error)
                return
            self.intake.inputs[index] = replace(item, moment="the first reading")
            self._say(item, f"and cannot be read again ({error}): what is written is of the first reading")
            return
        item.document.close()
        item.file.close()
        self.intake.inputs[index] = current
        self.intake.warnings += (text for text in warnings if text not in self.intake.warnings)
        moment = f"what is written is of its state at {current.moment}, as it does not come to rest"
        self._say(item, moment if current.moment else "and was read again")

    def _lose(self, index: int, error: InputError) -> None:
        """Go on without an input of which nothing is left, where there are others."""
        item, inputs = self.intake.inputs[index], self.intake.inputs
        lost = ChangedInput(
            f"{item.name}: it was changed while lookups ran, and cannot be read again ({error})",
            hint="every answer is stored: run again when it is whole",
        )
        self._lost.add(index)
        if len(self._lost) == len(inputs):
            raise lost from None
        self.intake.unread.append((item.name, lost))
        inputs[index] = replace(item, placements={})

    def _say(self, item: Input, words: str) -> None:
        text = f"{item.name}: it was changed while lookups ran, {words}"
        if text not in self.intake.warnings:
            self.intake.warnings.append(text)

    def _read(self, item: Input, *, copied: bool) -> tuple[Input, list[str]]:
        assert item.path is not None
        for left in reversed(range(TRIES)):
            try:
                if copied:
                    return _unless_empty(*self.intake.reader.read_copy(item.path, self.now()))
                return _unless_empty(*self.intake.reader.read(item.path))
            except InputError:
                if not left:
                    raise
                self.pause(PAUSE)
        raise AssertionError  # the last try returns or raises


def _unless_empty(item: Input, warnings: list[str]) -> tuple[Input, list[str]]:
    """Return what was read. ``InputError`` for no byte: who writes a file anew empties it first."""
    if not item.file.stat().st_size:
        item.document.close()
        item.file.close()
        raise InputError(f"{item.name} is empty")
    return item, warnings


def _holds_what_was_scanned(item: Input) -> bool:
    try:
        return item.file.sha256() == item.sha256
    except InputError:  # the disk fails
        return False


def is_changed(item: Input, *, in_place: bool = False) -> bool:
    """Return whether an input is no more what was scanned: its bytes, or (unless an earlier state counts) its place.

    In place, what stands at the path is what will be replaced, so that counts whatever the item says.
    """
    # The digest alone would do, but a write while it is made shows in the times only.
    before = item.file.stat()
    if item.file.sha256() != item.sha256 or _touched(before, item.file.stat()):
        return True
    if item.path is None or (item.moment and not in_place):
        return False
    if item.file.is_at(item.path):
        return False
    try:
        with closing(OpenedFile(item.path)) as there:
            return there.sha256() != item.sha256
    except InputError:  # it is gone, or no more a file
        return True


def _touched(before: os.stat_result, after: os.stat_result) -> bool:
    """Return whether somebody wrote while the digest was made."""
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)
