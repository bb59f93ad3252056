"""A delimited file as a document: its records as rows, and the same bytes again with our fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from shutil import copyfileobj
from typing import BinaryIO

from msgspec import msgpack

from enrich.errors import OutputError
from enrich.extras import missing
from enrich.files.encoding import Encoding
from enrich.files.lines import BLOCK, blocks, narrowed, torn_end
from enrich.files.opened import Readable
from enrich.formats.delimited.append import Appender
from enrich.formats.delimited.dialect import separator_line
from enrich.formats.delimited.even_lines import EvenCut
from enrich.formats.delimited.record_blocks import LARGE, RecordRows
from enrich.formats.delimited.records import MOST_BLOCKS_OF_A_RECORD, Cut, Cutter, Dialect, RawRecords
from enrich.formats.delimited.render import Renderer
from enrich.formats.delimited.slices import CutPlaces, FileFacts
from enrich.formats.shared.document import CellForm, Document, ReadOptions, Slice
from enrich.model.page import Page
from enrich.model.row import Addition, Row

LAST_COLUMN = 16384


class DelimitedDocument(Document):
    """One delimited file. Rows are its records, numbered from 1 with blank ones; a ``sep=`` line is not a row."""

    format = "delimited"
    block_size = BLOCK
    """Bytes that are read at once."""

    def __init__(
        self,
        path: Readable,
        encoding: Encoding,
        dialect: Dialect,
        *,
        can_give_back: bool = True,
        piece: Slice | None = None,
        arrow_from: int = ReadOptions().arrow_from,
    ) -> None:
        """``piece``: ``path`` holds that slice of the table alone; ``arrow_from``: see ``ReadOptions``."""
        super().__init__(path, encoding.remarks())
        self.can_give_back = can_give_back
        self.encoding = encoding
        self.dialect = dialect
        self._size, self._arrow_from = path.stat().st_size, arrow_from
        self._widths: Counter[int] | None = None
        self._before, self._block, self._stray = 0, 0, False
        self._marks = CutPlaces(self.block_size)
        if piece is not None:
            facts = FileFacts.of(piece)
            self._before, self._block, self._stray = piece.rows, facts.block, facts.stray
            self._widths = Counter(facts.widths)
            self.encoding = replace(encoding, bom=b"") if piece.rows else encoding

    def rows(self, sheet: str) -> Iterator[Row]:  # noqa: ARG002 - there is one table
        by_arrow = self._size >= self._arrow_from and not missing(["pyarrow"])
        rows = RecordRows(self._counted_cuts(), self._before, by_arrow=by_arrow)
        return rows if self._is_large else (row for row in rows)

    @property
    def _is_large(self) -> bool:
        return self._size >= LARGE

    def _counted_cuts(self) -> Iterator[Cut | EvenCut]:
        """Yield the first pass, and know the widths of its records from then on."""
        widths = Counter[int]()
        for cut in self._cuts():
            widths += cut.widths
            yield cut
        self._widths = self._widths or widths

    def _cuts(self) -> Iterator[Cut | EvenCut]:
        """Yield the first pass: blocks as text, cut into records."""
        codec = self.encoding.codec
        cutter = Cutter(self.dialect, "\ufeff" if codec == "utf-8" else "", is_large=self._is_large)
        unfinished, carried = "", 0
        marks = self._marks = CutPlaces(self.block_size, at=len(self._prologue()))
        for block in self._blocks():
            text = unfinished + block.decode(codec, "replace")
            cut = cutter.cut(text, more=carried < MOST_BLOCKS_OF_A_RECORD)
            unfinished = text[len(text) - cut.left :] if cut.left else ""
            carried = carried + 1 if unfinished else 0
            marks.add(len(block), cut, is_open=bool(unfinished))
            yield cut
        if unfinished:
            cut = cutter.cut(unfinished, more=False)
            marks.add(0, cut, is_open=False)
            yield cut

    def slices(self, size: int) -> list[Slice]:
        # Blocks of UTF-16 and the like are no bytes of the file: such a file is not cut.
        if self.encoding.wide or not self.can_give_back:
            return []
        return self._marks.slices(size, self.encoding, self.dialect, dict(self._counted()))

    def cell_form(self) -> CellForm | None:
        # behind a quote that nothing closes our fields stand without quotes: there rows are looked at
        if not self.can_give_back or self._marks.stray:
            return None
        return CellForm(self.format, msgpack.encode((self.dialect, self.encoding.codec)))

    def _blocks(self) -> Iterator[bytes]:
        """Yield the file without its prologue."""
        stream = blocks(self.path, self.encoding, self.block_size, first=self._block)
        first = next(stream, b"")
        # The line `sep=;` is Excel's, no row: rows are numbered as programs show them.
        rest = first[len(self._separator(first)) :]
        if rest:
            yield rest
        yield from stream

    def _separator(self, first: bytes) -> bytes:
        return b"" if self._before else separator_line(first[:64].decode("latin-1")).encode("latin-1")

    def _prologue(self) -> bytes:
        """Return the byte order mark and the ``sep=`` line as they stand in the file."""
        separator = self._separator(next(blocks(self.path, self.encoding), b""))
        return self.encoding.bom + narrowed(separator, self.encoding)

    def check(self, new: Mapping[str, int]) -> None:
        for added in new.values():
            self._width(added)

    def give_back(self, target: BinaryIO, additions: Mapping[str, Addition], pages: Sequence[Page]) -> list[str]:  # noqa: ARG002 - a CSV has no sheets to add
        addition = additions.get("")
        if addition is None or not addition.columns:
            with self.path.open("rb") as stream:
                copyfileobj(stream, target)
            return []
        raw = RawRecords(self.dialect, self.encoding, stray=self._stray, is_large=self._is_large)
        renderer = Renderer(self.dialect, self.encoding.codec)
        width = self._width(len(addition.columns))
        appender = Appender(addition, renderer, raw, width=width, usual=self._usual(), before=self._before)
        target.write(self._prologue())
        target.writelines(narrowed(piece, self.encoding) for piece in appender.written(raw.batches(self._blocks())))
        # A wide file that lost its last byte gets back what is left.
        target.write(torn_end(self.path, self.encoding))
        return self._remarks(appender, raw)

    def _width(self, added: int) -> int:
        """Return the fields of the widest record; one that is out of all proportion does not widen the others."""
        # One damaged line of a thousand commas would push our columns out of sight for all other rows.
        limit = 4 * self._usual() + 64
        width = max((width for width in self._counted() if width <= limit), default=1)
        if width + added > LAST_COLUMN:
            raise OutputError(
                f"{self.path.name} has {width} columns: no spreadsheet program would show ours",
                hint="write another format with -o, or fewer columns with --columns",
            )
        return max(width, 1)

    def _usual(self) -> int:
        """Return the fields of most records."""
        return max(self._counted().items(), key=lambda item: item[1], default=(1, 1))[0]

    def _counted(self) -> Counter[int]:
        if self._widths is None:
            self._widths = sum((cut.widths for cut in self._cuts()), Counter())
        return self._widths

    def _remarks(self, appender: Appender, raw: RawRecords) -> list[str]:
        remarks = []
        if appender.long:
            rows = ", ".join(map(str, appender.long[:5])) + (", ..." if len(appender.long) > 5 else "")
            remarks.append(f"rows far wider than the others ({rows}): our fields stand further right there")
        if raw.stray:
            remarks.append("a quote is never closed: a spreadsheet program may read several rows as one cell")
        return remarks
