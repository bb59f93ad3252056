"""What one pass over a worksheet leaves behind for the second: its frame, and where its free columns begin."""

from __future__ import annotations

from dataclasses import dataclass, field

from enrich.errors import OutputError
from enrich.formats.xlsx.package.xml_edit import MarkupError
from enrich.formats.xlsx.sheet.layout import FAR, Layout, Table
from enrich.formats.xlsx.sheet.properties import Frame
from enrich.formats.xlsx.sheet.read import Fault, Reading
from enrich.formats.xlsx.sheet.stream import SheetStream
from enrich.formats.xlsx.sheet.text import MAX_COLUMNS
from enrich.model.cell_reference import letters
from enrich.model.row import Addition


@dataclass(slots=True)
class Survey:
    """``right`` is the last column that holds anything of the analyst's, ``bottom`` the last row with a value.

    ``across`` are rows that are merged to the sheet's very end, titles as a rule: they leave the columns below free.
    """

    head: bytes
    tail: bytes
    right: int
    bottom: int
    layout: Layout
    across: list[range] = field(default_factory=list)

    @classmethod
    def of(cls, stream: SheetStream, reading: Reading, layout: Layout, fault: Fault) -> Survey:
        """Of a stream that was read to its end."""
        survey = cls(stream.head, stream.tail, reading.last_column, reading.last_row, layout)
        try:
            merged = survey.frame().merged()
        except MarkupError as error:
            raise fault(str(error)) from error
        survey.across = [range(top, bottom + 1) for _, top, right, bottom in merged if right == MAX_COLUMNS - 1]
        survey.right = max([layout.right(reading.last_column), *(m[2] for m in merged if m[2] < MAX_COLUMNS - 1)])
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
                said.append(f"{sheet}: the new columns begin at {letters(start)}, right of a chart or picture")
            else:
                said.append(f"{sheet}: a chart or picture lies over the new columns")
        if start + count > MAX_COLUMNS:
            raise OutputError(
                f"the sheet {sheet!r} has no room for {count} more columns: it is used up to {letters(self.right)}",
                hint="choose fewer columns with --columns, or other sheets with --sheet",
            )
        return start, said

    def growing(self, addition: Addition, start: int) -> tuple[list[Table], list[str]]:
        """The tables that grow by columns from ``start``, and why others that get cells do not."""
        grow, said = [], []
        for table in self.layout.tables:
            if not (table.header and table.top == addition.header_row) and not _gets_cells(table, addition):
                continue
            if table.bound:
                said.append(f"the table {table.name!r} is {table.bound} and was not extended")
            elif not table.header:
                said.append(f"the table {table.name!r} has no row of headings and was not extended")
            elif table.right != start - 1:
                said.append(f"something stands right of the table {table.name!r}, which was not extended")
            else:
                grow.append(table)
        return grow, said


def _gets_cells(table: Table, addition: Addition) -> bool:
    rows = range(table.top + table.header, table.bottom - table.totals + 1)
    return any(addition.cells(row) is not None for row in rows)
