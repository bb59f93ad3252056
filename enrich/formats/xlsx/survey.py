"""What one pass over a worksheet leaves behind for the second: its frame, and where its free columns begin."""

from __future__ import annotations

from dataclasses import dataclass

from enrich.address import letters
from enrich.errors import OutputError
from enrich.model import Addition

from .frame import Frame
from .layout import FAR, Layout, Table
from .markup import MarkupError
from .read import Fault
from .sheetscan import SheetStream
from .text import MAX_COLUMNS


@dataclass(slots=True)
class Survey:
    """``right`` is the last column that holds anything of the analyst's."""

    head: bytes
    tail: bytes
    right: int
    layout: Layout

    @classmethod
    def of(cls, stream: SheetStream, last_value: int, layout: Layout, fault: Fault) -> Survey:
        """Of a stream that was read to its end."""
        survey = cls(stream.head, stream.tail, last_value, layout)
        try:
            merged = survey.frame().merged_right()
        except MarkupError as error:
            raise fault(str(error)) from error
        survey.right = max(layout.right(last_value), merged)
        return survey

    def frame(self) -> Frame:
        return Frame.of(self.head, self.tail)

    def first_free(self, count: int, sheet: str) -> tuple[int, list[str]]:
        """Where ``count`` new columns begin, and what to say of it."""
        start, said = self.right + 1, []
        drawn = self.layout.drawing_right
        if drawn >= start:
            if drawn - start <= FAR and drawn + 1 + count <= MAX_COLUMNS:
                start = drawn + 1
                said.append(f"{sheet}: the new columns begin at {letters(start)}, right of a chart or picture.")
            else:
                said.append(f"{sheet}: a chart or picture lies over the new columns.")
        if start + count > MAX_COLUMNS:
            raise OutputError(
                f"The sheet {sheet!r} has no room for {count} more columns: it is used up to {letters(self.right)}.",
                hint="Choose fewer columns with --columns, or move the list to a sheet of its own.",
            )
        return start, said

    def table_of(self, addition: Addition, start: int) -> tuple[Table | None, str]:
        """The table that grows by columns from ``start``, or None and why the table of this header does not."""
        table = next((t for t in self.layout.tables if t.header and t.top == addition.header_row), None)
        if table is None:
            return None, ""
        if table.bound:
            return None, f"the table {table.name!r} is {table.bound} and was not extended"
        if table.right != start - 1:
            return None, f"something stands right of the table {table.name!r}, which was not extended"
        return table, ""
