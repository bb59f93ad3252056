"""The values of all types but hashes: found cell by cell, decided by the nearest owner, kept until the sheet has ended.

A type is whatever stands on the indicator wall; nothing here knows one. Most cells hold none, so they are looked at
many at a time, and only those that may hold one by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from enrich.indicators import SILENT, IndicatorType, Link, Match, Reading, Says
from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan.columns import Columns
from enrich.scan.placement import Verdict

UNNAMED = "nothing says what the column {heading!r} holds"
CHOSEN = "by the user's choice of its column"
_LONGEST_TITLE = 120
_LONGEST_TYPE = 60
_MARKED_TITLE = re.compile(r"\s*([#=]{1,6})[ \t=]*\s*(?=\S)")
_INNERMOST = 9
_REMEMBERED = 10_000
_SHORT = 200
"""Characters of a text that is worth remembering."""


class Seen(Struct, frozen=True):
    """One value: where it stands and what it is. ``weak``: why it is left out if others of its sort are surer."""

    row: int
    column: int
    value: str
    verdict: Verdict
    weak: str = ""
    stands_out: bool = False
    """Whether it is meant as a value wherever it stands."""


class Sections:
    """The titles above a row of a list or a text, from the outermost to the innermost."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def see(self, text: str) -> bool:
        """Take a line for a title where it looks like one; returns whether it does."""
        text = text.strip()
        if not text or len(text) > _LONGEST_TITLE:
            return False
        marked = _MARKED_TITLE.match(text)
        if not (marked or text.endswith(":") or (text.isupper() and len(text) > 3)):
            return False
        depth = len(marked[1]) if marked else _INNERMOST
        words = text.strip("#= :\t")
        if words:
            self._open = [title for title in self._open if title[0] < depth]
            self._open.append((depth, words))
        return bool(words)

    def __iter__(self) -> Iterator[tuple[Link, str]]:
        """The titles, nearest first. That of the whole text says no more than a file's name would."""
        for depth, words in reversed(self._open):
            yield (Link.FILE if depth == 1 else Link.TITLE), words


class OtherKinds:
    """Passes a sheet's rows. ``asked`` are the kinds that are looked up; of others only indicators are kept, so that
    they can be counted.
    """

    def __init__(
        self, kinds: Mapping[str, IndicatorType], asked: Collection[str], columns: Columns, sheet: str, file: str
    ) -> None:
        recognised = {name for name, kind in kinds.items() if not kind.LOOKED_UP}
        listed = bool(kinds.keys() & set(asked))  # what is never looked up is listed with the kinds that are
        self._asked = frozenset(asked) | (recognised if listed else frozenset())
        self._kinds = [kind for name, kind in kinds.items() if listed or name not in recognised]
        self._may_hold = list(dict.fromkeys(kind.may_hold for kind in self._kinds))
        self._columns = columns
        self._farthest = ((Link.SHEET, sheet), (Link.FILE, file))
        self._sections = Sections()
        self._types: tuple[int, ...] = ()
        """Where the types of the rows' values stand."""
        self._expectations: dict[object, Reading] = {}
        self._decisions: dict[object, tuple[Found, str]] = {}
        """What was decided of values with the same owners, while the titles stay the same."""
        self._found: dict[tuple[str, str, tuple[str, ...]], list[tuple[IndicatorType, Match]]] = {}
        """What stands in a text under a heading, beside types: telemetry names the same hosts again and again."""
        self.seen: list[Seen] = []

    def look(self, rows: Sequence[Row], header: int | None) -> None:
        """Find the values of these rows, in their order."""
        if not self._kinds:
            return
        self._types = tuple(place for place in self._columns.companions if self._columns.type_at(place))
        wanted = self._wanted(rows)
        for index, row in enumerate(rows):
            before = len(self.seen)
            if places := wanted.get(index):
                for column in places:
                    self._cell(row, column, row.texts[column])
            for column, text in row.attached:
                if any(may_hold(text) for may_hold in self._may_hold):
                    self._cell(row, column, text)
            if row.number == header:  # what is no heading but a value: a list without headings begins with one
                kept = [] if self._columns.declared else [seen for seen in self.seen[before:] if seen.stands_out]
                self.seen[before:] = kept
            elif len(self.seen) == before and self._is_title(row.texts):
                self._decisions.clear()

    def _is_title(self, texts: Sequence[str]) -> bool:
        return sum(map(bool, texts)) == 1 and self._sections.see("".join(texts))

    def _wanted(self, rows: Sequence[Row]) -> dict[int, list[int]]:
        """The cells of each row that may hold something, by the row's place; a column is asked as a whole first."""
        wanted: dict[int, list[int]] = {}
        width = max(len(row.texts) for row in rows)
        for column in range(width):
            if not self._columns.scanned(column):
                continue
            texts = [row.texts[column] if column < len(row.texts) else "" for row in rows]
            for may_hold in self._may_hold:
                if may_hold("\n".join(texts)):
                    for index, text in enumerate(texts):
                        places = wanted.setdefault(index, [])
                        if text and column not in places[-1:] and may_hold(text):
                            places.append(column)
        return wanted

    def _cell(self, row: Row, column: int, text: str) -> None:
        beside = tuple([row.texts[place] for place in self._types if place != column and place < len(row.texts)])
        for kind, match in self._matches(text, column, beside):
            found, reason = self._decide(kind, row, column, beside, match)
            if kind.KIND not in self._asked:
                if found is not Found.INDICATOR:
                    continue
                found, reason = Found.NOT_ASKED, ""
            elif found is Found.INDICATOR:
                found, reason = self._worth(kind, match.value, reason)
            weak = match.weak if found in (Found.INDICATOR, Found.NOT_ASKED) else ""
            unnamed = found is Found.LEFT_OUT and reason.startswith(UNNAMED.partition("{")[0])
            verdict = Verdict(found, reason, kind.KIND, unnamed=unnamed)
            self.seen.append(Seen(row.number, column, match.value, verdict, weak, self._stands_out(kind, match)))

    def _matches(self, text: str, column: int, beside: tuple[str, ...]) -> list[tuple[IndicatorType, Match]]:
        """The values of all kinds in the text of a cell."""
        key = (text, self._columns[column].last, beside)
        if (known := self._found.get(key)) is not None:
            return known
        found = [
            (kind, match) for kind in self._kinds for match in kind.find(text, self._expected(kind, column, beside))
        ]
        if len(self._found) < _REMEMBERED and len(text) <= _SHORT:
            self._found[key] = found
        return found

    @staticmethod
    def _stands_out(kind: IndicatorType, match: Match) -> bool:
        """Whether a value is one even where headings stand."""
        if match.own.says is Says.INDICATOR:
            return True
        return match.alone and not match.weak and not kind.withheld(match.value)

    def _worth(self, kind: IndicatorType, value: str, reason: str) -> tuple[Found, str]:
        """An indicator, unless it is not worth a call. What must not be sent is one, and says so."""
        if why := kind.trivial(value):
            return Found.TRIVIAL, why
        return Found.INDICATOR, kind.withheld(value) or reason

    def _expected(self, kind: IndicatorType, column: int, beside: Sequence[str]) -> Reading:
        """What the row's type or the column says that stands in the cell; the user's choice says that it is one."""
        if self._columns.chosen is not None:
            return Reading(Says.INDICATOR, form=kind.KIND)
        key = (kind.KIND, self._columns[column].last, beside)
        if (known := self._expectations.get(key)) is not None:
            return known
        expected = heading = _reading(kind, self._columns[column].last, Link.HEADING)
        if heading.says is not Says.OTHER:
            said = (_reading(kind, words, Link.TYPE) for words in beside)
            expected = next((reading for reading in said if reading.says is not Says.NOTHING), heading)
        if len(self._expectations) < _REMEMBERED:
            self._expectations[key] = expected
        return expected

    def _decide(
        self, kind: IndicatorType, row: Row, column: int, beside: Sequence[str], match: Match
    ) -> tuple[Found, str]:
        """What a value is, and by whose word: the nearest owner's that says something."""
        if match.found is not Found.INDICATOR:
            return match.found, match.reason
        if self._columns.chosen is not None:
            return Found.INDICATOR, CHOSEN
        key = (kind.KIND, column, self._columns[column].heading, beside, match.own, match.owners, row.owners)
        if (known := self._decisions.get(key)) is None:
            known = self._by_owners(column, self._owners(kind, row, column, beside, match))
            if len(self._decisions) < _REMEMBERED:
                self._decisions[key] = known
        return known

    def _by_owners(self, column: int, owners: Iterator[tuple[Reading, str]]) -> tuple[Found, str]:
        shape = False
        for reading, where in owners:
            if reading.says is Says.OTHER:
                return Found.LEFT_OUT, f"{reading.what}, by {where}" if where else reading.what
            if reading.says is Says.INDICATOR:
                return Found.INDICATOR, f"by {where}" if where else ""
            shape = shape or reading.says is Says.SHAPE
        heading = self._columns[column].heading
        if not shape and heading and self._columns.is_table:
            return Found.LEFT_OUT, UNNAMED.format(heading=heading)
        return Found.INDICATOR, ""

    def _owners(
        self, kind: IndicatorType, row: Row, column: int, beside: Sequence[str], match: Match
    ) -> Iterator[tuple[Reading, str]]:
        """What each owner of a value says, from near to far, and where it stands."""
        yield match.own, ""
        seen = self._columns[column]
        heading = (_reading(kind, seen.last, Link.HEADING), f"the heading {seen.heading!r}")
        if heading[0].says is Says.OTHER:  # the row's type is of its value, not of the references beside it
            yield heading
        for words in beside:
            yield _reading(kind, words, Link.TYPE), f"{words!r} beside it"
        yield heading
        for part in (*seen.path, *match.owners, *row.owners):
            yield _reading(kind, part, Link.RECORD), f"the record's {part!r}"
        for link, words in self._sections:
            yield _reading(kind, words, link), f"the title {words!r}"
        for link, words in self._farthest:
            yield _reading(kind, words, link), f"the name {words!r}"

    def settled(self) -> list[Seen]:
        """All values, now that the sheet has ended: a weak one is none where some of its document are surer."""
        sure = any(not seen.weak for seen in self.seen if seen.verdict.found in (Found.INDICATOR, Found.NOT_ASKED))
        if not sure:
            return self.seen
        kept = [seen for seen in self.seen if not (seen.weak and seen.verdict.found is Found.NOT_ASKED)]
        return [self._left_out(seen) if seen.weak else seen for seen in kept]

    @staticmethod
    def _left_out(seen: Seen) -> Seen:
        return Seen(seen.row, seen.column, seen.value, Verdict(Found.LEFT_OUT, seen.weak, seen.verdict.kind))


def _reading(kind: IndicatorType, words: str, link: Link) -> Reading:
    too_long = link is Link.TYPE and len(words) > _LONGEST_TYPE
    return kind.reads(words, link) if words and not too_long else SILENT
