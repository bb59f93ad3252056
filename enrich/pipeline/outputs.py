"""Where outputs go: named, found writable and kept from other runs before a call is spent. Writes nothing."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain, count
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_state_path

from enrich.config.settings import Settings
from enrich.errors import OutputError, UnfitInput, UsageError
from enrich.files.atomic import PACKED_SUFFIX, TEMPORARY_PREFIX, suffix_of, sweep, unpacked
from enrich.files.streams import is_standard_output, is_stream
from enrich.formats import suffixes_written
from enrich.pipeline.path_uses import ENRICHED, PathUse, check_uses, uses_of
from enrich.reports import form_of, forms, takes_named

LONGEST_NAME = 255
"""Bytes of a file's name that file systems have room for."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One output. ``input_index`` says which input it gives back; None for a report over all of them, or (without a
    form) the table of their answers alone.
    """

    path: Path
    input_index: int | None
    form: str
    """The report module that writes it; "" for a sheet, whose suffix says what it becomes."""
    stream_suffix: str = ""
    """The suffix of a sheet that goes to a stream, whose path has none."""

    @property
    def suffix(self) -> str:
        """What names a sheet's format."""
        return self.stream_suffix or suffix_of(self.path)

    @property
    def is_stream(self) -> bool:
        return is_stream(self.path)


@dataclass(frozen=True, slots=True)
class InputFile:
    """One input. ``path`` is None for standard input; ``home`` is the suffix that it is given back with."""

    path: Path | None
    home: str


def plan_outputs(
    settings: Settings, inputs: Sequence[InputFile], stem: str = "", warnings: list[str] | None = None
) -> list[Planned]:
    """Name every output before a call is spent.

    Each input is given back where nothing else is wished for; a wish for reports alone means reports alone, unless
    ``--out-dir`` or ``--in-place`` says where the sheets go. ``stem`` names them otherwise than the inputs do. A folder
    that is made is told to ``warnings``: its name may be mistyped.

    Raises ``UsageError`` where the wish is not clear, ``OutputError`` where an output cannot be written.
    """
    check_named_form(settings)
    planned = [*_wished(settings, inputs)]
    if settings.only_answers and not any(output.input_index is None and not output.form for output in planned):
        raise UsageError("--only-answers needs an output", hint="add -o answers.parquet, or .csv, or .xlsx")
    if _wants_sheets(settings, planned):
        planned = [*_default(settings, inputs, stem), *planned]
    input_uses = [PathUse("an input", item.path) for item in inputs if item.path is not None]
    written = [PathUse("an output", output.path, writes=True) for output in planned]
    further = [use for use, output in zip(written, planned, strict=True) if output.input_index is None]
    if len(planned) > 1 and any(is_standard_output(output.path) for output in planned):
        raise UsageError("standard output takes one output only", hint="leave the others out, or name a file")
    if settings.json and any(is_standard_output(output.path) for output in planned):
        raise UsageError("--json and -o - both write to standard output", hint="leave one of them out")
    check_uses(written)
    check_uses([*uses_of(replace(settings, output=())), *input_uses, *(further if settings.in_place else written)])
    for output in planned:
        if settings.in_place and output.input_index is not None:
            _check_room_for_kept(output.path)
        if not output.is_stream:
            folder = output.path.parent
            if warnings is not None and folder != settings.out_dir and not folder.exists():
                warnings.append(f"the folder {folder} was not there and is made")
            check_writable(output.path)
    return planned


def _wants_sheets(settings: Settings, wished: Sequence[Planned]) -> bool:
    if not wished:
        return True
    only_reports = all(output.input_index is None for output in wished)
    return only_reports and (settings.out_dir is not None or settings.in_place)


def _wished(settings: Settings, inputs: Sequence[InputFile]) -> Iterator[Planned]:
    """Yield the outputs that ``-o`` names."""
    reports, tables = forms(), {*suffixes_written(), *(item.home for item in inputs)}
    for path in settings.output:
        suffix, sheet = path.suffix.lower(), suffix_of(path)
        if _is_nameless(path):
            name = settings.format or "csv"
            if f".{name}" in tables:
                yield replace(_sheet(path, settings, len(inputs)), stream_suffix=f".{name}")
            else:
                yield Planned(path, None, _form(name, reports))
        elif sheet not in suffixes_written() and (form := form_of(suffix, settings.format)) is not None:
            yield Planned(path, None, _form(form, reports))
        elif sheet in tables:
            yield _sheet(path, settings, len(inputs))
        else:
            known = f"known: {' '.join(sorted({*suffixes_written(), *reports}))}"
            raise UsageError(_unknown(path), hint=known if path.suffix else f"{known}; --out-dir takes a folder")


def check_named_form(settings: Settings) -> None:
    """Raise ``UsageError`` for a ``--format`` that no output takes, as the suffix of each says its own."""
    if settings.is_on_command_line("format") and not any(map(_takes_named, settings.output)):
        hint = "give one whose suffix does not tell: -o report.json, or -o -"
        raise UsageError(f"no output takes the --format {settings.format}", hint=hint)


def _takes_named(path: Path) -> bool:
    return _is_nameless(path) or (suffix_of(path) not in suffixes_written() and takes_named(path.suffix))


def _is_nameless(path: Path) -> bool:
    """Return whether the path does not say what to write: --format does, else it is CSV."""
    return is_stream(path) and (not path.suffix or is_standard_output(path))


def _sheet(path: Path, settings: Settings, inputs: int) -> Planned:
    """Return the input given back, or the table of the answers alone, which takes several inputs."""
    if settings.only_answers:
        return Planned(path, None, "")
    if settings.in_place:
        raise UsageError(f"--in-place names the output itself, and not {path}", hint="leave one of them out")
    if inputs > 1:
        raise UsageError(f"{path} cannot hold {inputs} inputs", hint="use --out-dir for several inputs")
    return Planned(path, 0, "")


def _unknown(path: Path) -> str:
    if path.is_dir():
        return f"{path} is a folder: --out-dir takes it, -o a file"
    if not path.suffix:
        return f"the name {path} has no suffix that says what to write"
    return f"{path}: no format is called {path.suffix}"


def _form(name: str, reports: Mapping[str, str]) -> str:
    if name not in reports.values():
        raise UsageError(f"no report format is called {name!r}", hint=f"known: {' '.join(sorted({*reports.values()}))}")
    return name


def _default(settings: Settings, inputs: Sequence[InputFile], stem: str) -> Iterator[Planned]:
    names_in_use: set[str] = set()
    for index, item in enumerate(inputs):
        path, suffix = item.path, item.home
        if settings.in_place:
            if path is None or suffix_of(path) != suffix:
                raise UsageError(f"{path or 'standard input'} cannot be written in place", hint="use -o")
            yield Planned(path.resolve() if path.is_symlink() else path, index, "")
            continue
        if path is None:
            raise UsageError("standard input needs an output", hint="add -o PATH, for example -o enriched.csv")
        folder = settings.out_dir or path.parent
        plain = unpacked(path)
        name = stem or plain.stem
        if plain != path and suffix_of(path) == suffix:
            suffix += PACKED_SUFFIX  # what came packed goes back packed
        # In --out-dir files of several folders meet. Compared without case: on Windows and macOS "A.csv" and "a.csv"
        # are one file.
        ends = (f"{number}{ENRICHED}{suffix}" for number in chain([""], (f"-{n}" for n in count(2))))
        numbered = (folder / _fitting(name, end) for end in ends)
        path = next(path for path in numbered if str(path).casefold() not in names_in_use)
        names_in_use.add(str(path).casefold())
        yield Planned(path, index, "")


def _check_room_for_kept(path: Path) -> None:
    """Raise ``UnfitInput`` where what a file was before could not be kept beside it."""
    if len(os.fsencode(f"{path.name}.bak")) > LONGEST_NAME:
        raise UnfitInput(f"{path}: its name leaves no room for .bak behind it", hint="use -o or --out-dir")


def _fitting(name: str, end: str) -> str:
    """Return a file's name, its first part cut where file systems have no room for all of it; no letter is torn."""
    raw, room = os.fsencode(name), LONGEST_NAME - len(os.fsencode(end))
    return (name if len(raw) <= room else raw[:room].decode("utf-8", "ignore")) + end


def check_writable(path: Path) -> None:
    """Find out before calls are spent that an output cannot be written."""
    try:
        if path.is_dir():
            raise OutputError(f"{path} is a folder", hint="name a file in it")
        path.parent.mkdir(parents=True, exist_ok=True)
        # A run that was killed leaves its temporary file: the next one that writes here takes it away.
        sweep(path.parent)
        # A file made for a moment is the only honest test: access rights tell of no read-only mount or full quota.
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=TEMPORARY_PREFIX):
            pass
    except OSError as error:
        kind = UnfitInput if error.errno == errno.ENAMETOOLONG else OutputError
        raise kind(f"{path} cannot be written: {error.strerror}", hint="choose another place for it") from error


@contextmanager
def locked(paths: Sequence[Path], seconds: float = 0) -> Iterator[None]:
    """Keep the user's other runs off the same outputs; ``OutputError`` where one is at work on them for ``seconds``.

    The locks lie in the user's own state directory: in a folder that all may write, someone else could have put a link.
    Where that is shut (a service account without a home, a unit's ProtectHome) they lie beside the outputs.
    """
    folder = user_state_path("ioc-enrich") / "locks"
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        for path in paths:
            name = sha256(os.fsencode(path.resolve())).hexdigest()[:32]
            places = [folder / f"{name}.lock"]
            beside = path.resolve().parent / f".enrich-{name}.lock"
            if not beside.is_symlink():
                places.append(beside)
            for place in places:
                try:
                    stack.enter_context(FileLock(place, timeout=seconds, poll_interval=0.05))
                except Timeout as error:
                    hint = "wait for it to end, or name another place"
                    raise OutputError(f"another run is at work on {path}", hint=hint) from error
                except OSError:
                    continue
                if place == beside:
                    stack.callback(beside.unlink, missing_ok=True)
                break
        yield
