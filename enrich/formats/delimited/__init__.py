"""Delimited text: comma, semicolon, tab or pipe, in any encoding."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import msgpack

from enrich.files.encoding import decoded, detect, looks_like_text
from enrich.files.opened import Readable
from enrich.formats.delimited.create import create
from enrich.formats.delimited.dialect import dialect_of, is_table, named_a_table, takes_fields
from enrich.formats.delimited.records import Dialect
from enrich.formats.delimited.render import Renderer, Tails
from enrich.formats.delimited.slices import FileFacts
from enrich.formats.delimited.table import DelimitedDocument
from enrich.formats.shared.document import ReadOptions, Slice
from enrich.model.column import Column
from enrich.model.finding import Scalar

__all__ = ["READS", "SUFFIXES", "cell_texts", "create", "read", "read_slice", "recognise"]

READS = (".csv", ".tsv", ".tab", ".psv")
SUFFIXES = (".csv", ".tsv", ".tab")
TEXT = True
_SAMPLE_BYTES = 256 << 10


def recognise(head: bytes, name: str) -> int:
    """Return how sure it is, of 100, that a text is a table: its shape, or its name where the shape does not say."""
    text = decoded(head)
    if not looks_like_text(text):
        return 0
    if is_table(text):
        return 70
    return 50 if named_a_table(name) else 0


def read(path: Readable, options: ReadOptions) -> DelimitedDocument:
    encoding = detect(path, options.encoding)
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE_BYTES)
    text = head[len(encoding.bom) :].decode(encoding.name, "replace")
    dialect = dialect_of(text, path.name)
    can_give_back = not encoding.mixed and takes_fields(text, dialect)
    return DelimitedDocument(path, encoding, dialect, can_give_back=can_give_back, arrow_from=options.arrow_from)


def read_slice(path: Readable, piece: Slice) -> DelimitedDocument:
    """Return a slice of a table that was read: ``path`` holds its bytes alone."""
    facts = FileFacts.of(piece)
    return DelimitedDocument(path, facts.encoding, facts.dialect, piece=piece)


def cell_texts(dialect: bytes, columns: Sequence[Column]) -> Callable[[Sequence[Sequence[Scalar]]], list[bytes]]:
    """Return what renders many rows' fields, a delimiter before each: ``dialect`` is of a document's ``cell_form``."""
    renderer = Renderer(*msgpack.decode(dialect, type=tuple[Dialect, str]))
    return Tails(renderer, columns, range(len(columns))).of_columns
