"""Records of one login each, or of a program's settings with a password among them, a line a field: where somebody
logs in, and what a program of the house talks to, is no indicator.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from enrich.indicators import Link, Says
from enrich.indicators.shared.headings import reads
from enrich.indicators.shared.own_side import read_in_settings, read_together
from enrich.indicators.shared.refang import is_marked, mark
from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan.collect import Collector
from enrich.scan.placement import Classification

# "URL: ...", "	 * Username : max", "export DB_HOST=..."
_FIELD = re.compile(r"[\W_]{0,60}+(?:export\s+|set\s+)?(?P<name>[A-Za-z][\w ]{0,29}?)\s*[:=](?!//|=)")
_LONGEST = 400
"""Lines of one record at most."""
MOST_CELLS = 3
"""Of a row that is a line of such a record."""
_START = 400
"""Of a line, what is looked at."""


class LoginRecords:
    """Sees the rows of a sheet; in the end leaves out what stands in a record of a login."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._lines: list[tuple[int, str, bool]] = []
        """Of the record that the last row stands in: numbers of rows, names of fields, whether the line is defanged."""
        self._names: set[str] = set()
        """Those names: one that comes again is the next record's."""
        self._last = -1
        self._held: dict[int, str] = {}
        """Why the values of a row are no indicators, by its number."""

    def see(self, row: Row) -> None:
        """Look at the next row."""
        # a tab before the name, or behind it, parts cells
        text = "".join(row.texts) if len(row.texts) <= MOST_CELLS else ""
        field = _FIELD.match(text[:_START]) if ":" in text or "=" in text else None
        name = field["name"] if field else ""
        goes_on = name and row.number == self._last + 1 and name not in self._names and len(self._lines) < _LONGEST
        if self._lines and not goes_on:
            self._end()
        if name:
            self._lines.append((row.number, name, is_marked(mark(text[:_START]))))
            self._names.add(name)
        self._last = row.number

    def _end(self) -> None:
        lines, self._lines, self._names = self._lines, [], set()
        names = [name for _, name, _ in lines]
        for (number, name, is_defanged), read in zip(lines, _read(names), strict=True):
            said = reads(read, Link.HEADING)
            if read != name and said.says is Says.OTHER and not is_defanged:
                self._held[number] = said.what

    def close(self) -> None:
        """No further row follows."""
        self._end()
        collector, values = self._collector, self._collector.others
        for index, row in enumerate(values.rows if self._held else ()):
            if (reason := self._held.get(row)) is None:
                continue
            one = collector.classes[values.classes[index]]
            if one.found is Found.INDICATOR:
                values.classes[index] = collector.index(Classification(Found.LEFT_OUT, reason, one.kind))


def _read(names: Sequence[str]) -> Sequence[str]:
    """Return how each name of a record's fields reads among the others."""
    beside = read_together(names)
    return read_in_settings(names) if list(beside) == list(names) else beside
