"""Inputs and outputs that are objects of S3 and the like: files while a command works on them, put whole behind it.

A run's files lie in the user's cache directory until every row has an answer, so that the same command goes on where it
stopped. Each keeps its bucket and key as a path, by which two uses of one object are noticed.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from enrich.config.settings import Settings
from enrich.errors import UsageError
from enrich.files.objects import SCHEMES, ObjectStore, address_of
from enrich.files.paths import path_text
from enrich.pipeline.run import RunReport

_SIGNALS = 128
"""Exit codes above it are of signals: nothing further is sent then."""
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


@contextmanager
def inputs_as_files(settings: Settings, inputs: Sequence[Path]) -> Iterator[AsFiles]:
    """The same inputs with files in place of objects, for a command that writes none."""
    if not any(map(address_of, inputs)):
        yield AsFiles(settings, inputs)
        return
    with TemporaryDirectory(prefix="ioc-enrich-") as folder:
        mirror = _Mirror(Path(folder))
        yield AsFiles(settings, mirror.fetched(inputs), named=mirror.named)


def objects_as_files(settings: Settings, inputs: Sequence[Path]) -> AsFiles:
    """Fetch the objects among a run's ``inputs``, and find files for its outputs.

    ``InputError`` where one is not there, ``UsageError`` where no objects can be.
    """
    folders = () if settings.out_dir is None else (settings.out_dir,)
    addresses = sorted(filter(None, map(address_of, (*inputs, *settings.output, *folders))))
    if not addresses:
        return AsFiles(settings, inputs)
    if settings.in_place or settings.engine != "local":
        option = "--in-place" if settings.in_place else f"--engine {settings.engine}"
        raise UsageError(f"{addresses[0]}: {option} is for files", hint="fetch it first, or name another place with -o")
    mirror = _Mirror(_folder_of(addresses))
    output = tuple(map(mirror.file_of, settings.output))
    out_dir = None if settings.out_dir is None else mirror.file_of(settings.out_dir)
    for folder in (*(path.parent for path in output), *(() if out_dir is None else (out_dir,))):
        folder.mkdir(parents=True, exist_ok=True)
    settings = replace(settings, output=output, out_dir=out_dir)
    return AsFiles(settings, mirror.fetched(inputs), mirror.put, mirror.named)


def _folder_of(addresses: Sequence[str]) -> Path:
    """Where a run that names these addresses has its files."""
    from platformdirs import user_cache_path  # noqa: PLC0415 - only where there are objects

    name = hashlib.sha256("\n".join(addresses).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    folder = user_cache_path("ioc-enrich") / "objects" / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


class _Mirror:
    """A folder whose files stand for objects: ``FOLDER/s3/bucket/key``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = re.compile(rf"{re.escape(path_text(folder))}/({'|'.join(SCHEMES)})/")
        self._stores: dict[str, ObjectStore] = {}

    def file_of(self, path: Path) -> Path:
        """The file that stands for an object; any other path stays."""
        address = address_of(path)
        return self._folder / address.replace("://", "/", 1) if address else path

    def fetched(self, inputs: Sequence[Path]) -> list[Path]:
        """The inputs as files. A folder or a pattern stands for all that it holds."""
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
        for file, output in zip(result.outputs, outputs, strict=True):
            if file.path == output.path:
                continue
            if result.exit_code > _SIGNALS:
                warnings.append(f"{output.path} {_LATER}")
            else:
                self._store(output.path).put(Path(file.path), output.path)
        if report.problem is None and not result.totals.pending + result.totals.failed:
            shutil.rmtree(self._folder, ignore_errors=True)
        sources = tuple(replace(source, path=self.named(source.path)) for source in result.sources)
        result = replace(result, outputs=outputs, sources=sources)
        unread = tuple((self.named(name), error) for name, error in report.unread)
        return replace(report, result=result, warnings=tuple(map(self.named, warnings)), unread=unread)

    def _store(self, address: str) -> ObjectStore:
        bucket = "/".join(address.split("/")[:3])
        if bucket not in self._stores:
            self._stores[bucket] = ObjectStore(address)
        return self._stores[bucket]

    def named(self, text: str) -> str:
        """A text with the addresses of objects in place of their files."""
        return self._file.sub(r"\1://", text)
