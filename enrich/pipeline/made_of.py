"""Which input each output was made of: a run that replaces what another input was given back as says so.

In ``--out-dir``, ``a.xlsx`` and ``a.ods`` of two runs, or two folders' ``list.csv``, go by one name.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from enrich.errors import StoreError
from enrich.files.paths import path_text
from enrich.pipeline.inputs import Input
from enrich.pipeline.outputs import Planned
from enrich.stores import Store


def replaced_outputs(planned: Iterable[Planned], inputs: Sequence[Input], store: Store) -> list[str]:
    """Return a sentence on each output that stands, was made of another input, and is about to be replaced. An input
    that is gone may have been moved or renamed: nothing is said then.
    """
    said = []
    try:
        for output, path in _made(planned, inputs):
            before = store.note(_name(output))
            other = before != path_text(path.resolve()) and Path(before)
            if other and output.path.is_file() and other.is_file():
                said.append(f"{path_text(output.path)} was made of {before}, and is now of {path_text(path)}")
    except StoreError:  # it is told when answers cannot be stored
        return []
    return said


def remember_outputs(planned: Iterable[Planned], inputs: Sequence[Input], store: Store) -> None:
    """Keep which input each output was made of. ``StoreError`` where that cannot be kept."""
    for output, path in _made(planned, inputs):
        if store.note(_name(output)) != (text := path_text(path.resolve())):
            store.keep_note(_name(output), text)


def _made(planned: Iterable[Planned], inputs: Sequence[Input]) -> Iterator[tuple[Planned, Path]]:
    """Yield the outputs that give an input back elsewhere, each with the input's path."""
    for output in planned:
        path = inputs[output.input_index].path if output.input_index is not None else None
        if path is not None and not output.is_stream and path.resolve() != output.path.resolve():
            yield output, path


def _name(output: Planned) -> str:
    """Return what the note is kept under: in a store that several machines share, one path is a file on each."""
    return f"made of: {socket.gethostname()}:{path_text(output.path.resolve())}"
