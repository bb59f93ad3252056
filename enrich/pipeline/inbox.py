"""A watched folder: which of its files are finished, and where each goes. Knows files and names, not what is in them.

Nothing is ever lost or written over: a name that is taken gets a number. Whoever calls asks for one pass at a time.
"""

from __future__ import annotations

import json
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from enrich.errors import InputError, OutputError, UsageError
from enrich.files.atomic import atomic, sha256_of

SETTLE = 2.0
"""Seconds between two looks at a file: what grew or was touched between them is still being written."""
EMPTY_FOR = 60.0
"""Seconds for which an empty file may be one that was only just begun."""
_UNFINISHED = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".swp", ".lock", ".lck")
_MARKER = ".enrich"


class Looks(NamedTuple):
    """What tells that nobody touched a file between two looks at it."""

    size: int
    modified: int
    """Unix nanoseconds."""
    inode: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A finished file. ``stem`` names its outputs, today and whenever the same file is taken again."""

    path: Path
    stem: str
    looks: Looks


class Inbox:
    """``folder`` with its ``done`` and ``rejected``; the outputs go to ``out_dir``."""

    def __init__(self, folder: Path, out_dir: Path | None) -> None:
        """``UsageError`` where the folders cannot be meant so."""
        if out_dir is None:
            raise UsageError("--inbox needs --out-dir", hint="say where the outputs go: --out-dir DIR")
        if not folder.is_dir():
            raise UsageError(f"the inbox {folder} is no folder")
        if out_dir.resolve() == folder.resolve():
            raise UsageError("--out-dir is the inbox itself", hint="its outputs would be taken for inputs")
        self.folder = folder
        self.out_dir = out_dir

    def finished(self, pause: Callable[[float], None] = time.sleep) -> list[Path]:
        """The files that nobody is writing, the oldest first."""
        before = dict(self._looks())
        if not before:
            return []
        pause(SETTLE)
        now = time.time()
        after = dict(self._looks())
        settled = [path for path, looks in after.items() if before.get(path) == looks]
        ready = [path for path in settled if after[path].size or now - after[path].modified / 1e9 > EMPTY_FOR]
        return sorted(ready, key=lambda path: (after[path].modified, path.name))

    def _looks(self) -> Iterator[tuple[Path, Looks]]:
        for path in self.folder.iterdir():
            if _is_meant(path) and (looks := _looks_of(path)) is not None:
                yield path, looks

    def take(self, path: Path) -> Taken:
        """Settle the name of its outputs, and remember it for as long as the file is not finished."""
        looks, content = _looks_of(path), sha256_of(path)
        if looks is None:
            raise InputError(f"{path} is gone")
        marker = self._marker(path)
        known = _read(marker)
        if known.get("sha256") == content:
            return Taken(path, known["stem"], looks)
        reserved = {_read(other).get("stem") for other in self.folder.glob(f".*{_MARKER}") if other != marker}
        outputs = {entry.name for entry in self.out_dir.iterdir()} if self.out_dir.is_dir() else set()
        stem, number = path.stem, 1
        while stem in reserved or any(name.startswith(f"{stem}.enriched.") for name in outputs):
            number += 1
            stem = f"{path.stem}-{number}"
        with atomic(marker) as file:
            file.write(json.dumps({"sha256": content, "stem": stem}).encode())
        return Taken(path, stem, looks)

    def done(self, taken: Taken) -> Path | None:
        """Move it to ``done``; None where it was changed meanwhile and so stays for the next pass."""
        if _looks_of(taken.path) != taken.looks:
            return None
        return self._move(taken.path, "done")

    def reject(self, path: Path, reason: str) -> Path:
        """Move it to ``rejected``, with the reason in ``NAME.reason.txt`` beside it."""
        target = self._move(path, "rejected", also=".reason.txt")
        with atomic(target.with_name(target.name + ".reason.txt")) as file:
            file.write(f"{reason}\n".encode())
        return target

    def _move(self, path: Path, where: str, *, also: str = "") -> Path:
        folder = self.folder / where
        try:
            folder.mkdir(exist_ok=True)
            target, number = folder / path.name, 1
            while target.exists() or (also and target.with_name(target.name + also).exists()):
                number += 1
                target = folder / f"{path.stem}-{number}{path.suffix}"
            path.rename(target)
            self._marker(path).unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(f"{path} cannot be moved to {folder}: {error.strerror}") from error
        return target

    def _marker(self, path: Path) -> Path:
        return path.with_name(f".{path.name}{_MARKER}")

    def forget_the_gone(self) -> None:
        """Drop what was remembered of files that somebody took away."""
        for marker in self.folder.glob(f".*{_MARKER}"):
            if not marker.with_name(marker.name[1 : -len(_MARKER)]).exists():
                marker.unlink(missing_ok=True)


def _is_meant(path: Path) -> bool:
    """No hidden file, no lock or half download, and no document that an office program has open."""
    name = path.name
    if name.startswith((".", "~")) or name.endswith(("~", "#")) or path.suffix.lower() in _UNFINISHED:
        return False
    return not any(path.with_name(lock).exists() for lock in (f"~${name}", f".~lock.{name}#"))


def _looks_of(path: Path) -> Looks | None:
    """None for all but a plain file."""
    try:
        facts = path.lstat()
    except OSError:
        return None
    return Looks(facts.st_size, facts.st_mtime_ns, facts.st_ino) if stat.S_ISREG(facts.st_mode) else None


def _read(marker: Path) -> dict[str, str]:
    try:
        found = json.loads(marker.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}
