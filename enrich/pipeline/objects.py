"""Inputs and outputs that are objects of S3 and the like: files while a command works on them, put whole behind it.

A run's files lie in the user's cache directory until every row has an answer, so that the same command goes on where it
stopped. Each keeps its bucket and key as a path, by which two uses of one object are noticed.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from enrich.config.settings import Settings, flag, option_fields
from enrich.errors import EnrichError, UsageError
from enrich.files.objects import SCHEMES, ObjectStore, address_of, check_address
from enrich.files.paths import path_text
from enrich.model.result import Result
from enrich.pipeline.kept_answers import check_kept
from enrich.pipeline.outputs import Planned, locked
from enrich.pipeline.run import RunReport

_SIGNALS = 128
"""Exit codes above it are of signals: nothing further is sent then."""
Failed = TypeVar("Failed", bound=EnrichError)
_LATER = "is written and not put yet, as the run was ended: the same command puts it"


@dataclass(frozen=True, slots=True)
class AsFiles:
    """A command's settings and inputs with files in place of objects."""

    settings: Settings
    inputs: Sequence[Path]
    finish: Callable[[RunReport], RunReport] = lambda report: report
    """Puts every output that is meant for an object; the report with the objects' addresses. ``OutputError``."""
    named: Callable[[str], str] = str
    """A text with the addresses of objects in place of their files."""

    def named_error(self, error: Failed) -> Failed:
        """Return the same error with such a text."""
        error.args = (self.named(str(error)), *error.args[1:])
        return error


@contextmanager
def inputs_as_files(settings: Settings, inputs: Sequence[Path]) -> Iterator[AsFiles]:
    """Yield the same inputs with files in place of objects, for a command that writes none."""
    refuse_objects(settings)
    if not _addresses(inputs):
        yield AsFiles(settings, inputs)
        return
    with TemporaryDirectory(prefix="ioc-enrich-") as folder:
        mirror = _Mirror(Path(folder), settings)
        yield AsFiles(settings, mirror.fetched(inputs), named=mirror.named)


def objects_as_files(settings: Settings, inputs: Sequence[Path]) -> AsFiles:
    """Fetch the objects among a run's ``inputs``, and find files for its outputs.

    ``InputError`` where one is not there, ``OutputError`` where none can be put, ``UsageError`` where none may
    be named.
    """
    refuse_objects(settings, besides=("output", "out_dir"))
    outputs = _addresses((*settings.output, *([settings.out_dir] if settings.out_dir is not None else [])))
    sources = _addresses(inputs)
    if not sources and not outputs:
        return AsFiles(settings, inputs)
    if settings.in_place or settings.engine != "local":
        option = "--in-place" if settings.in_place else f"--engine {settings.engine}"
        raise UsageError(
            f"{(sources + outputs)[0]}: {option} is for files", hint="fetch it first, or name another place with -o"
        )
    mirror = _Mirror(_folder_of(sorted(sources + outputs)), settings)
    mirror.keep_others_off()
    mirror.check(outputs)
    output = tuple(map(mirror.file_of, settings.output))
    out_dir = None if settings.out_dir is None else mirror.file_of(settings.out_dir)
    for folder in (*(path.parent for path in output), *(() if out_dir is None else (out_dir,))):
        folder.mkdir(parents=True, exist_ok=True)
    files = mirror.fetched(inputs)
    settings = replace(settings, output=output, out_dir=out_dir, list=settings.list or mirror.list_of(files))
    return AsFiles(settings, files, mirror.put, mirror.named)


def refuse_objects(settings: Settings, besides: Collection[str] = ()) -> None:
    """Raise ``UsageError`` for an option whose place is a file's and that names an object."""
    for option in option_fields():
        value = getattr(settings, option.name)
        paths = [one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, Path)]
        if option.name not in besides and (addresses := _addresses(paths)):
            raise UsageError(f"{flag(option.name)} {addresses[0]}: an object cannot be that", hint="name a file")


def _addresses(paths: Iterable[Path]) -> list[str]:
    """Return the addresses of the objects among them. ``UsageError`` for one with a key in it."""
    addresses = [address for path in paths if (address := address_of(path))]
    for address in addresses:
        check_address(address)
    return addresses


def _folder_of(addresses: Sequence[str]) -> Path:
    """Return where a run that names these addresses has its files."""
    from platformdirs import user_cache_path  # noqa: PLC0415 - only where there are objects

    name = hashlib.sha256("\n".join(addresses).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    folder = user_cache_path("ioc-enrich") / "objects" / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


class _Mirror:
    """A folder whose files stand for objects: ``FOLDER/s3/bucket/key``."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder = folder
        self._settings = settings
        self._file = re.compile(rf"{re.escape(path_text(folder))}/({'|'.join(SCHEMES)})/")
        self._stores: dict[str, ObjectStore] = {}
        self._lock = ExitStack()

    def keep_others_off(self) -> None:
        """Have this folder alone until all is put, or nobody has this any more; ``OutputError`` where another run of
        the same command has it, which would remove the files under this one.
        """
        self._lock.enter_context(locked([self._folder]))

    def check(self, addresses: Iterable[str]) -> None:
        """Raise ``OutputError`` where nothing can be put at one of them."""
        for address in addresses:
            self._store(address).check_bucket(address)

    def list_of(self, files: Sequence[Path]) -> str:
        """Return the name under which the list is remembered, whatever its outputs are: its address or its folder's."""
        addresses = [self.named(path_text(file)) for file in files]
        folders = {address.rpartition("/")[0] for address in addresses}
        if len(folders) != 1 or not all(map(address_of, map(Path, addresses))):
            return ""
        return addresses[0] if len(addresses) == 1 else folders.pop()

    def file_of(self, path: Path) -> Path:
        """Return the file that stands for an object; any other path stays."""
        address = address_of(path)
        return self._folder / address.replace("://", "/", 1) if address else path

    def fetched(self, inputs: Sequence[Path]) -> list[Path]:
        """Return the inputs as files. A folder or a pattern stands for all that it holds."""
        files = []
        for path in inputs:
            address = address_of(path)
            objects = self._store(address).found(address) if address else []
            files += [self.file_of(Path(one)) for one, _, _ in objects] or [path]
            for one, size, changed in objects:
                self._store(one).fetch(one, self.file_of(Path(one)), size, changed)
        return files

    def put(self, report: RunReport) -> RunReport:
        """See ``AsFiles.finish``."""
        result, warnings = report.result, [*report.warnings]
        outputs = tuple(replace(output, path=self.named(output.path)) for output in result.outputs)
        meant = {file.path: to.path for file, to in zip(result.outputs, outputs, strict=True) if file.path != to.path}
        if result.exit_code > _SIGNALS:
            warnings += [f"{address} {_LATER}" for address in meant.values()]
        else:
            self._check_kept(result, meant.values())
            for file, address in meant.items():
                self._store(address).put(Path(file), address)
        if report.problem is None and not result.totals.pending + result.totals.failed:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._lock.close()
        sources = tuple(replace(source, path=self.named(source.path)) for source in result.sources)
        unread = tuple((self.named(name), error) for name, error in report.unread)
        for _, error in unread:
            error.args = (self.named(str(error)), *error.args[1:])
        result = replace(result, outputs=outputs, sources=sources)
        return replace(report, result=result, warnings=tuple(map(self.named, warnings)), unread=unread)

    def _check_kept(self, result: Result, addresses: Iterable[str]) -> None:
        """Raise ``OutputError`` where an object that would be replaced holds answers that would become ``pending``."""
        if self._settings.replace_answers or not result.totals.pending:
            return
        findings = {entry.finding.indicator: entry.finding for entry in result.entries}
        for address in addresses:
            if (facts := self._store(address).facts(address)) is None:
                continue
            with TemporaryDirectory(dir=self._folder) as folder:
                earlier = Path(folder) / Path(address).name
                self._store(address).fetch(address, earlier, *facts)
                check_kept([Planned(earlier, 0, "")], findings, result.columns, self._settings)

    def _store(self, address: str) -> ObjectStore:
        bucket = "/".join(address.split("/")[:3])
        if bucket not in self._stores:
            self._stores[bucket] = ObjectStore(address)
        return self._stores[bucket]

    def named(self, text: str) -> str:
        """Return a text with the addresses of objects in place of their files."""
        return self._file.sub(r"\1://", text)
