"""A watched folder: which of its files are finished, and where each goes. Knows files and names, not what is in them.

Nothing is ever lost or written over: a name that is taken gets a number. Whoever calls asks for one pass at a time.
What has to be known again the next time lies in the store: in the folder itself anybody could leave it.
"""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from enrich.errors import InputError, OutputError, UsageError
from enrich.files.atomic import atomic, move, sha256_of
from enrich.files.network_share import share_type
from enrich.files.paths import path_text
from enrich.files.writers import is_open_for_writing
from enrich.stores import Store

SETTLE = 2.0
"""Seconds between two looks at a file: what grew or was touched between them is still being written."""
REMEMBERED_FOR = 86_400.0
"""Seconds for which a file that was taken is looked at: one that grows in that time is taken again."""
EMPTY_FOR = 60.0
"""Seconds for which an empty file may be one that was only just begun."""
LONGEST_NAME = 180
"""Bytes of a name that leave room for what outputs, numbers and reasons add: file systems take 255."""
_UNFINISHED = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".swp", ".lock", ".lck")
_REASON = ".reason.txt"
_LISTING = "let the user that runs this read and enter the folder (r-x)"
_DONE, _REJECTED = "done", "rejected"


class Looks(NamedTuple):
    """What tells that nobody touched a file between two looks at it."""

    size: int
    modified: int
    """Unix nanoseconds."""
    inode: int
    mode: int


@dataclass(frozen=True, slots=True)
class FinishedFile:
    """A finished file. ``stem`` names its outputs, today and whenever the same file is taken again."""

    path: Path
    stem: str


@dataclass(slots=True)
class FolderListing:
    """What a look at the folder came to: the finished files, the oldest first, and why others have to wait."""

    finished: list[Path] = field(default_factory=list)
    waiting: list[tuple[Path, str]] = field(default_factory=list)
    again: list[Path] = field(default_factory=list)
    """Files that grew after they had been taken, and lie in the inbox again."""


class Inbox:
    """``folder`` with its ``done`` and ``rejected``; the outputs go to ``out_dir``."""

    def __init__(self, folder: Path, out_dir: Path | None, store: Store) -> None:
        """``UsageError`` where the folders cannot be meant so, ``InputError`` and ``OutputError`` where one cannot be
        listed: which names are taken could not be told, and no file is to blame for that.
        """
        if out_dir is None:
            raise UsageError("--inbox needs --out-dir", hint="say where the outputs go: --out-dir DIR")
        if not folder.is_dir():
            raise UsageError(f"the inbox {folder} is not a folder")
        if out_dir.resolve() == folder.resolve():
            raise UsageError("--out-dir is the inbox itself", hint="its outputs would be taken for inputs")
        if not _can_list(folder):
            raise InputError(f"the inbox {folder} cannot be listed", hint=_LISTING)
        if out_dir.is_dir() and not _can_list(out_dir):
            raise OutputError(f"{out_dir} cannot be listed, so that an earlier output would be replaced", hint=_LISTING)
        self.folder = folder
        self.out_dir = out_dir
        self._store = store
        self._seen: dict[Path, Looks] = {}
        self._note = f"inbox {path_text(folder.resolve())}"

    def look(self, pause: Callable[[float], None] = time.sleep) -> FolderListing:
        """Return the files that nobody is writing, and those that are passed by."""
        found = FolderListing(again=self._return_unfinished(time.time()))
        # Writers seldom say that they are done: a file that stands still over two looks counts as finished.
        before = dict(self._looks(found))
        if not before:
            return found
        pause(SETTLE)
        now = time.time()
        # a share's leases say nothing of other machines, and are often refused
        tells = not share_type(self.folder)
        after = dict(self._looks(FolderListing()))
        for path, looks in sorted(after.items(), key=lambda item: (item[1].modified, item[0].name)):
            if before.get(path) != looks or (tells and stat.S_ISREG(looks.mode) and is_open_for_writing(path)):
                found.waiting.append((path, "it is still being written"))
            elif not looks.size and stat.S_ISREG(looks.mode) and now - looks.modified / 1e9 <= EMPTY_FOR:
                found.waiting.append((path, "it is empty and was only just made"))
            else:
                found.finished.append(path)
        self._seen = after
        return found

    def _return_unfinished(self, now: float) -> list[Path]:
        """Bring files back that somebody went on writing to after they had been taken, and return where they lie.

        A writer that pauses for longer than ``SETTLE`` looks as if it were done, and writes to the moved file from then
        on.
        """
        moved, left, back = self._moved(), {}, []
        for place, (size, inode, taken) in moved.items():
            path, home = self.folder / place, self.folder / Path(place).name
            looks = _looks_of(path)
            if looks is None or looks.inode != inode or now - taken > REMEMBERED_FOR:
                continue
            if looks.size <= size or os.path.lexists(home):
                left[place] = (size, inode, taken)
                continue
            try:
                move(path, home)
            except OSError as error:
                raise OutputError(f"{path} cannot be moved to {self.folder}: {error.strerror}") from error
            path.with_name(path.name + _REASON).unlink(missing_ok=True)
            back.append(home)
        if left != moved:
            self._keep_moved(left)
        return back

    def _looks(self, found: FolderListing) -> Iterator[tuple[Path, Looks]]:
        for path in self.folder.iterdir():
            if path.name in (_DONE, _REJECTED) and path.is_dir():  # also where it is a link to an archive elsewhere
                continue
            reason = _reason_to_wait(path)
            if reason:
                found.waiting.append((path, reason))
            elif not path.name.startswith((".", "~")) and (looks := _looks_of(path)) is not None:
                yield path, looks

    def take(self, path: Path) -> FinishedFile:
        """Settle its outputs' name, and remember it until the file is finished. ``InputError`` for what is no file."""
        looks = _looks_of(path)
        if looks is None:
            raise InputError(f"{path} is gone")
        if not stat.S_ISREG(looks.mode):
            kind = "a link" if stat.S_ISLNK(looks.mode) else "no ordinary file"
            raise InputError(f"{path} is {kind}", hint="put the file itself into the inbox")
        content, known = sha256_of(path), self._known()
        name = path_text(Path(path.name))
        if known.get(name, ("", ""))[0] == content:
            return FinishedFile(path, known[name][1])
        # The name of its outputs must not change from try to try, or each night would leave another copy.
        reserved = {stem for other, (_, stem) in known.items() if other != name}
        outputs = {entry.name for entry in self.out_dir.iterdir()} if self.out_dir.is_dir() else set()
        short = _shortened(path.stem)
        stem, number = short, 1
        while stem in reserved or any(name.startswith(f"{stem}.enriched.") for name in outputs):
            number += 1
            stem = f"{short}-{number}"
        self._remember(known | {name: (content, stem)})
        return FinishedFile(path, stem)

    def done(self, finished: FinishedFile, sha256: str) -> Path | None:
        """Move it to ``done``; None where it is no more what was written out and so stays for the next pass."""
        looks = _looks_of(finished.path)  # first: what is written from here on is in no output
        try:
            if looks is None or sha256_of(finished.path) != sha256:
                return None
        except InputError:  # somebody took it away
            return None
        return self._move(finished.path, _DONE, looks)

    def reject(self, path: Path, reason: str) -> Path:
        """Move it to ``rejected``, with the reason in ``NAME.reason.txt`` beside it."""
        target = self._move(path, _REJECTED, self._seen.get(path), also=_REASON)
        with atomic(target.with_name(target.name + _REASON)) as file:
            file.write(f"{reason}\n".encode("utf-8", "backslashreplace"))
        return target

    def _move(self, path: Path, where: str, looks: Looks | None, *, also: str = "") -> Path:
        """Move a file into a folder of the inbox; ``looks`` are those of what was read of it."""
        folder = self.folder / where
        suffix = path.suffix if len(os.fsencode(path.suffix)) < 32 else ""
        stem = _shortened(path.name.removesuffix(suffix))
        try:
            folder.mkdir(exist_ok=True)
            target, number = folder / f"{stem}{suffix}", 1
            # A link that leads nowhere is there as well: rename would replace it.
            while os.path.lexists(target) or (also and os.path.lexists(f"{target}{also}")):
                number += 1
                target = folder / f"{stem}-{number}{suffix}"
            move(path, target)
            inode = target.lstat().st_ino
        except OSError as error:
            raise OutputError(f"{path} cannot be moved to {folder}: {error.strerror}") from error
        self._forget(path)
        if looks is not None and stat.S_ISREG(looks.mode):
            place = f"{where}/{path_text(Path(target.name))}"
            self._keep_moved(self._moved() | {place: (looks.size, inode, time.time())})
        return target

    def forget_the_gone(self) -> None:
        """Drop what was remembered of files that somebody took away."""
        known = self._known()
        there = {path_text(Path(path.name)) for path in self.folder.iterdir()}
        if not known.keys() <= there:
            self._remember({name: value for name, value in known.items() if name in there})

    def _forget(self, path: Path) -> None:
        known = self._known()
        if known.pop(path_text(Path(path.name)), None) is not None:
            self._remember(known)

    def _moved(self) -> dict[str, tuple[int, int, float]]:
        """Place of a file that was taken, in the inbox -> its size then, its inode, and when that was."""
        text = self._store.note(f"{self._note}, moved")
        return {
            place: (size, inode, taken) for place, (size, inode, taken) in (json.loads(text) if text else {}).items()
        }

    def _keep_moved(self, moved: dict[str, tuple[int, int, float]]) -> None:
        self._store.keep_note(f"{self._note}, moved", json.dumps(moved) if moved else "")

    def _known(self) -> dict[str, tuple[str, str]]:
        """File name -> its digest, and the stem of its outputs."""
        text = self._store.note(self._note)
        known = json.loads(text) if text else {}
        return {name: (digest, stem) for name, (digest, stem) in known.items()}

    def _remember(self, known: dict[str, tuple[str, str]]) -> None:
        self._store.keep_note(self._note, json.dumps(known) if known else "")


def _can_list(folder: Path) -> bool:
    return os.access(folder, os.R_OK | os.X_OK)


def _shortened(name: str) -> str:
    """Return a name of no more than ``LONGEST_NAME`` bytes; no character is torn."""
    raw = os.fsencode(name)
    if len(raw) <= LONGEST_NAME:
        return name
    return raw[:LONGEST_NAME].decode("utf-8", "ignore").rstrip()


def _reason_to_wait(path: Path) -> str:
    """Return why a file is not finished, by its name or what lies beside it: a half download, or a document that an
    office program has open. "" where nothing speaks against it.
    """
    name = path.name
    if name.startswith((".", "~")):
        return ""
    if name.endswith(("~", "#")) or path.suffix.lower() in _UNFINISHED:
        return "its name says that it is not finished"
    if any(os.path.lexists(path.with_name(lock)) for lock in (f"~${name}", f".~lock.{name}#", f"~${name[2:]}")):
        return "it is open in an office program"
    return ""


def _looks_of(path: Path) -> Looks | None:
    """None for a folder, and for what is gone."""
    try:
        facts = path.lstat()
    except OSError:
        return None
    looks = Looks(facts.st_size, facts.st_mtime_ns, facts.st_ino, facts.st_mode)
    return None if stat.S_ISDIR(facts.st_mode) else looks
