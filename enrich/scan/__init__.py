"""Rows in, placements out: which cells of a sheet hold which indicators, and which files that comes to.

The rooms: ``header_row`` and ``previous_run`` (which rows and columns are headings and ours), ``columns`` (what
headings say), ``titles`` (what stands above), ``chain`` (who of them owns a value),
``scanner`` (the pass over the rows), ``plain_rows`` (the rows that need no closer look), ``column_blocks`` and
``block_taker`` (the same of tables that lie by columns, each text once), ``same_row``
(whose hashes stand in one row), ``stacked_rows`` (below each other), ``torn_rows`` (hashes torn over cells), ``logins``
(lists of secrets), ``collect``, ``sheet_values`` and ``placement`` (the small result), ``targets`` (the files to ask
about).
"""

from __future__ import annotations

from enrich.scan.agreement import agree
from enrich.scan.chosen_columns import has_column
from enrich.scan.placement import ColumnCount, Content, Placement, PlainRows, names_or_sightings
from enrich.scan.sheet import scan_sheet
from enrich.scan.targets import merged_targets, targets

__all__ = [
    "ColumnCount",
    "Content",
    "Placement",
    "PlainRows",
    "agree",
    "has_column",
    "merged_targets",
    "names_or_sightings",
    "scan_sheet",
    "targets",
]
