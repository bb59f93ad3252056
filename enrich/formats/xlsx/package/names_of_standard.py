"""What the standard (ECMA-376) calls things: namespaces, content types, and how a part begins."""

from __future__ import annotations

from dataclasses import dataclass

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
"""The namespace of workbooks and worksheets that are not strict."""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OFFICE_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
"""The namespaces of ``r:id``; with a slash and a kind behind it the type of a relationship."""
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
CONTENT_TYPES = "[Content_Types].xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
"""What the content types of workbooks, worksheets and styles begin with."""
RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"
CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"


@dataclass(frozen=True, slots=True)
class Spaces:
    """The namespaces of one conformance: transitional, or strict where the workbook is."""

    office: str
    drawing: str
    sheet: str
    chart: str

    @classmethod
    def of(cls, main: str) -> Spaces:
        """By the namespace of the workbook itself."""
        if main == MAIN:
            base = "http://schemas.openxmlformats.org/drawingml/2006"
            return cls(OFFICE, f"{base}/main", f"{base}/spreadsheetDrawing", f"{base}/chart")
        base = "http://purl.oclc.org/ooxml/drawingml"
        return cls(OFFICE_STRICT, f"{base}/main", f"{base}/spreadsheetDrawing", f"{base}/chart")


def relationships_part(entries: str) -> str:
    """Return the whole of a part of relationships."""
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{entries}</Relationships>'


def relationship_entry(number: int, kind: str, target: str, space: str = OFFICE) -> str:
    """Return one entry of the list."""
    return f'<Relationship Id="rId{number}" Type="{space}/{kind}" Target="{target}"/>'
