"""One worksheet of an opened workbook: its rows as text, and what stands around, over and beside them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from enrich.errors import InputError
from enrich.formats.shared.attachments import Attachments
from enrich.formats.shared.faults import damaged
from enrich.formats.xlsx.package.archive import Package
from enrich.formats.xlsx.package.workbook import Sheet
from enrich.formats.xlsx.package.xml_edit import MarkupError, count_elements
from enrich.formats.xlsx.sheet.attached_parts import attachments
from enrich.formats.xlsx.sheet.layout import Layout, UsedRange, surroundings
from enrich.formats.xlsx.sheet.properties import SheetFrame
from enrich.formats.xlsx.sheet.read import CellContext, SheetReader
from enrich.formats.xlsx.sheet.stream import SheetStream
from enrich.model.row import Row


class OpenedSheet:
    """A worksheet that is read. What lies in parts of its own is read once, when it is first asked for."""

    def __init__(self, package: Package, entry: Sheet, context: CellContext) -> None:
        self.entry = entry
        self.name = entry.name
        self.warnings: list[str] = []
        """What the last whole pass over the rows found odd."""
        self._package, self._context = package, context
        self._used: UsedRange | None = None

    def fault(self, what: str) -> InputError:
        """Return the error for damage in this sheet."""
        return damaged(self._package.path, f"the sheet {self.name!r} {what}")

    def stream(self) -> SheetStream:
        """Return a new pass over the sheet's bytes."""
        return SheetStream(self._package.chunks(self.entry.part), self.fault)

    def reader(self) -> SheetReader:
        """Return a new pass over the sheet's rows, without what hangs on its cells."""
        return SheetReader(self.stream(), self._context, self.fault)

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold something; a pass that comes to its end knows the ``used_range``."""
        reader, attached = self.reader(), self.attachments
        yield from attached.put(reader.rows()) if attached else reader.rows()
        found = reader.warnings()
        if attached.left_out:
            found.append(f"{attached.left_out:,} cells are covered by merged ones and were not read as these")
        if reader.stream.illegal:
            found.append("it holds control characters that XML forbids: a program may offer to repair it")
        self.warnings = [f"{self.name}: {warning}" for warning in found]
        right = max(reader.last_column, attached.last_column())
        self._used = UsedRange.of(self.layout, self.frame.merged(), right, reader.last_row)

    def used_range(self) -> UsedRange:
        """Return how far the sheet is used; makes a pass over it where ``rows`` was not run to its end."""
        if self._used is None:
            for _ in self.rows():
                pass
        assert self._used is not None
        return self._used

    @cached_property
    def frame(self) -> SheetFrame:
        """What stands around the rows. Half of it stands behind them, so the sheet is unpacked for it alone."""
        stream = self.stream()
        stream.skip_rows()
        self._package.take_apart(self.entry.part, count_elements(stream.head) + count_elements(stream.tail))
        try:
            return SheetFrame.of(stream.head, stream.tail)
        except MarkupError:  # what looked like the rows' end may have stood in a comment
            stream = self.stream()
            for _ in stream.rows():
                pass
        try:
            return SheetFrame.of(stream.head, stream.tail)
        except MarkupError as error:
            raise self.fault(str(error)) from error

    @cached_property
    def layout(self) -> Layout:
        """The tables, pivot tables and drawings, which lie in parts of their own."""
        return surroundings(self._package, self.entry)

    @cached_property
    def attachments(self) -> Attachments:
        """What hangs on the cells: links, comments, merged cells."""
        return attachments(self._package, self.entry, self.frame.root, self.frame.merged())
