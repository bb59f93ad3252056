"""Rows in, placements out: which cells of a sheet hold which hashes, and which files that comes to.

The rooms: ``phrases`` (what a heading is about), ``words`` (what that means), ``context`` (the text around a value),
``endings`` (of names), ``logins`` (secrets in dumps), ``damage``, ``headings``, ``verdict`` (why a value is left out),
``files`` and ``blocks`` (whose hashes stand in one row, and below each other), ``sheet`` (the pass over the rows),
``placement`` (the small result) and ``links`` (from placements to files to ask about). None knows formats or services.
"""

from __future__ import annotations

from enrich.scan.placement import ColumnCount, Placement, PlainRows
from enrich.scan.sheet import scan_sheet
from enrich.scan.targets import targets

__all__ = ["ColumnCount", "Placement", "PlainRows", "scan_sheet", "targets"]
