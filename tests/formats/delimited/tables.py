"""Delimited files on a disk, our fields for their rows, and texts that are hard to cut."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from hypothesis import strategies as st

from enrich.formats import Document, ReadOptions
from enrich.formats.delimited import read
from enrich.formats.delimited.table import DelimitedDocument
from enrich.model.column import Column, Type
from enrich.model.row import Added, Addition

STATUS = Column("vt_status", "Status", "", Type.STATUS)


RATIO = Column("vt_detections", "Detections", "", Type.RATIO)


DATE = Column("vt_first_seen", "First seen", "", Type.DATE)


COLUMNS = (STATUS, RATIO, DATE)


NAMES = tuple(column.name for column in COLUMNS)


FOUND = Added(("found", "53/72", 1494574935))


FIELDS = ["found", "53/72", "2017-05-12T07:42:15Z"]


def addition(
    cells: Callable[[int], Added | None] = lambda _: FOUND,
    header: int | None = None,
    present: dict[str, int] | None = None,
) -> Addition:
    return Addition(COLUMNS, NAMES, header, cells, present or {})


def given_back(document: Document, added: Addition) -> bytes:
    target = io.BytesIO()
    document.give_back(target, {"": added}, ())
    return target.getvalue()


def opened(folder: Path, content: bytes, name: str = "list.csv") -> DelimitedDocument:
    path = folder / name
    path.write_bytes(content)
    return read(path, ReadOptions())


def texts(document: Document) -> list[list[str]]:
    return [list(row.texts) for row in document.rows("")]


TEXT = st.text(alphabet='ab,;"\n\r \t|#=\ufeff\u00e9\x00', max_size=60)


WORDS = st.sampled_from([",", ";", "\t", "|"])
