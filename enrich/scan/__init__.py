"""Rows in, placements out: which cells of a sheet hold which hashes, and which files that comes to.

The rooms: ``words`` (what headings and labels mean), ``context`` (the text around a value), ``damage``, ``headings``,
``files`` (whose hashes stand in one row), ``sheet`` (the pass over the rows), ``placement`` (the small result) and
``links`` (from placements to files to ask about). None knows formats or services.
"""

from __future__ import annotations

from enrich.scan.links import targets
from enrich.scan.placement import ColumnCount, Placement, PlainRows
from enrich.scan.sheet import scan_sheet

__all__ = ["ColumnCount", "Placement", "PlainRows", "scan_sheet", "targets"]
