"""The paths of a command and what each is used for: no two uses may be of one file, unless both only read it.

Asked before anything is opened: a log onto a list of hashes, or an output onto the store, would be the end of it.
"""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from enrich.config.parsing import some_path
from enrich.config.settings import Settings
from enrich.errors import InputError, UsageError
from enrich.exclusions.lists import names_a_file
from enrich.files.atomic import unpacked
from enrich.providers import providers_named
from enrich.providers.shared.options import CommonOptions
from enrich.stores import files_of

STANDARD_INPUT = Path("-")
OFFICE_LOCK = "~$"
"""Begins the name of what Excel leaves beside a workbook as long as it is open."""
ENRICHED = ".enriched"
"""Stands in the name of what an input is given back as, before its suffix."""


def expand(paths: Sequence[Path]) -> list[Path]:
    """Patterns that no shell expanded (cron, Windows, quotes), each file once and in order."""
    found: dict[Path, None] = {}
    for path in paths:
        if not is_pattern(path):
            found[path] = None
            continue
        matches = sorted(glob.glob(str(path)))  # noqa: PTH207 - Path.glob takes no absolute pattern
        if not matches:
            raise InputError(f"{path} matches no file")
        found.update((Path(match), None) for match in matches)
    return list(found)


def to_read(paths: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Return ``paths`` without what no run is meant to read, and a sentence on each that is left out."""
    unlocked, notes = without_locks(paths)
    outputs = set(earlier_outputs(unlocked))
    notes += [
        f"{path}: left out, as it was made of another input by an earlier run" for path in unlocked if path in outputs
    ]
    return [path for path in unlocked if path not in outputs], notes


def earlier_outputs(paths: Sequence[Path]) -> list[Path]:
    """Return the ``paths`` that others are given back as: ``*.csv`` finds both from the second night on."""
    names = {(path.parent, unpacked(path).stem) for path in paths}
    return [
        path
        for path in paths
        for stem in [unpacked(path).stem]
        if stem.endswith(ENRICHED) and (path.parent, stem.removesuffix(ENRICHED)) in names
    ]


def without_locks(paths: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Return ``paths`` without Excel's lock files, and a sentence on each; all where nothing else is there."""
    locks = [path for path in paths if path.name.startswith(OFFICE_LOCK)]
    if len(locks) == len(paths):
        return list(paths), []
    return [path for path in paths if path not in locks], [
        f"{path}: passed over, as it is only the mark that a workbook is open in Excel" for path in locks
    ]


def is_pattern(path: Path) -> bool:
    """Return whether a path is a pattern for names of files, and not one of them."""
    try:
        return any(sign in str(path) for sign in "*?[") and not path.exists()
    except PermissionError:  # it is said when the file is opened
        return False


@dataclass(frozen=True, slots=True)
class PathUse:
    """One path and what it is used for. ``owner`` tells uses apart that are one and the same: a store's files."""

    what: str
    path: Path
    writes: bool = False
    owner: str = ""


def uses_of(settings: Settings, inputs: Sequence[Path] = ()) -> Iterator[PathUse]:
    """Yield what a command with these settings uses, the outputs that it names itself apart."""
    with suppress(InputError):  # a pattern that fits nothing is told when it is read
        yield from (PathUse("an input", path) for path in expand(inputs) if path != STANDARD_INPUT)
    yield from (PathUse("an output (-o)", path, writes=True) for path in settings.output)
    for what, path, writes in (
        ("the log (--log-file)", settings.log_file, True),
        ("the audit log (--audit)", settings.audit, True),
        ("the metrics (--metrics-file)", settings.metrics_file, True),
        ("the key file (--key-file)", settings.key_file, False),
        ("the certificates (--ca-bundle)", settings.ca_bundle, False),
    ):
        if path is not None:
            yield PathUse(what, path, writes)
    yield from store_uses(settings)
    yield from (PathUse("a list (--known-good)", path) for path in settings.known_good)
    lists = (some_path(text) for text in settings.never_send if names_a_file(text))
    yield from (PathUse("a list (--never-send)", path) for path in lists)
    for provider in providers_named(settings.source):
        if provider.KEY_PLACES is not None and provider.KEY_PLACES.file:
            yield PathUse("the key file", Path.home() / provider.KEY_PLACES.file)
        if (own := CommonOptions.of(provider.NAME, settings.providers).key_file) is not None:
            yield PathUse(f"the key file for {provider.TITLE}", own)
    tables = {source for source in settings.places.values() if not source.startswith(("--", "ENRICH_"))}
    yield from (PathUse("the configuration", Path(table)) for table in sorted(tables))


def store_uses(settings: Settings) -> Iterator[PathUse]:
    yield from (PathUse("the store", path, writes=True, owner="store") for path in files_of(settings.store_url))


def check_uses(uses: Iterable[PathUse]) -> None:
    """Raise ``UsageError`` where a file that is written is used for something else as well."""
    met: dict[object, PathUse] = {}
    for use in uses:
        name = _identity(use.path)
        if name is None:
            continue
        other = met.setdefault(name, use)
        if other is use or not (use.writes or other.writes) or (use.owner and use.owner == other.owner):
            if use.writes and not other.writes:
                met[name] = use
            continue
        first, second = (use, other) if use.writes else (other, use)
        if first.what == second.what:
            raise UsageError(f"{first.path} would be written twice", hint="choose another name for one of them")
        raise UsageError(
            f"{first.path} is {first.what} and {second.what}: it would be written over",
            hint="choose another name" + (", or --in-place, which keeps a .bak" if second.what == "an input" else ""),
        )


def check_inbox(settings: Settings, uses: Iterable[PathUse]) -> None:
    """Raise ``UsageError`` where what is written would be taken for an input by the next pass."""
    for use in uses:
        if settings.inbox is not None and use.writes and use.path.resolve().parent == settings.inbox.resolve():
            raise UsageError(f"{use.path} is {use.what} and lies in the inbox", hint="it would be taken for an input")


def _identity(path: Path) -> object:
    """Return one value for all names of a file: links, hard links, another case where the folder tells none apart.

    None for what is no ordinary file: ``/dev/null`` may be used as often as one likes.
    """
    real = path.resolve()
    try:
        facts = real.stat()
    except OSError:
        return _place(real.parent), _folded(real)
    if not stat.S_ISREG(facts.st_mode):
        return None
    return facts.st_dev, facts.st_ino


def _place(folder: Path) -> object:
    try:
        facts = folder.stat()
    except OSError:
        return os.path.normcase(folder)
    return facts.st_dev, facts.st_ino


def _folded(path: Path) -> str:
    """Return the name of a file that is not there yet, in one case where its folder knows no other."""
    folder = path.parent
    if not folder.name:  # the root of the file system, or of a drive
        return path.name
    other = folder.with_name(folder.name.swapcase())
    try:
        insensitive = other != folder and other.samefile(folder)
    except OSError:
        insensitive = False
    return path.name.casefold() if insensitive else path.name
