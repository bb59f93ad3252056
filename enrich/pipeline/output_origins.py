"""Which input each output was made of: a run that replaces what another input was given back as says so.

In ``--out-dir``, ``a.xlsx`` and ``a.ods`` of two runs, or two folders' ``list.csv``, go by one name.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from pathlib import Path

from enrich.errors import StoreError
from enrich.files.paths import path_text
from enrich.pipeline.outputs import Planned
from enrich.stores import Store


def copies_elsewhere(planned: Iterable[Planned], paths: Sequence[Path | None]) -> list[tuple[Path, Path]]:
    """Return the outputs that give one of ``paths`` back elsewhere, each with that path."""
    pairs = []
    for output in planned:
        path = paths[output.input_index] if output.input_index is not None else None
        if path is not None and not output.is_stream and path.resolve() != output.path.resolve():
            pairs.append((output.path, path))
    return pairs


def replaced_outputs(made: Iterable[tuple[Path, Path]], store: Store) -> dict[Path, str]:
    """Return a sentence on each output that stands, was made of another input, and is about to be replaced. An input
    that is gone may have been moved or renamed: nothing is said then.
    """
    said = {}
    try:
        for output, path in made:
            before = store.note(_name(output))
            other = before != path_text(path.resolve()) and Path(before)
            if other and output.is_file() and other.is_file():
                said[output] = f"{path_text(output)} was made of {before}, and is now of {path_text(path)}"
    except StoreError:  # it is told when answers cannot be stored
        return {}
    return said


def remember_outputs(made: Iterable[tuple[Path, Path]], store: Store) -> None:
    """Keep which input each output was made of. ``StoreError`` where that cannot be kept."""
    for output, path in made:
        if store.note(_name(output)) != (text := path_text(path.resolve())):
            store.keep_note(_name(output), text)


def _name(output: Path) -> str:
    """Return what the note is kept under: in a store that several machines share, one path is a file on each."""
    return f"made of: {socket.gethostname()}:{path_text(output.resolve())}"
