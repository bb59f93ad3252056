"""Rows that must not be sent, noted as they go by to be scanned: a column's value says so, or a mark in any cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from enrich.errors import UsageError
from enrich.model.row import Area, Row

_VALUES_SHOWN = 8
_LONGEST_VALUE = 40
_PARTS = re.compile(r"[,;|/+\n]")
_AROUND = " \t\r\n\u00a0[](){}<>\"'.!:"


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows whose column ``heading`` holds one of ``values``, all in lower case; ``words`` are the user's own."""

    heading: str
    values: frozenset[str]
    words: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the rule that ``TLP=RED`` stands for, or several values as in ``TLP=RED,AMBER``."""
        heading, _, listed = text.partition("=")
        values = frozenset(value.strip().casefold() for value in listed.split(",") if value.strip())
        if not heading.strip() or not values:
            raise UsageError(f"--never-send {text}: neither a file nor COLUMN=VALUE", hint="say TLP=RED, or a list")
        return cls(heading.strip().casefold(), values, text)

    @property
    def tag(self) -> re.Pattern[str]:
        """The mark as people write it into any cell: ``TLP:RED``."""
        values = "|".join(map(re.escape, sorted(self.values)))
        return re.compile(rf"(?<!\w){re.escape(self.heading)}\s*[:=]\s*(?:{values})(?!\w)", re.IGNORECASE)


@dataclass(slots=True)
class RuleUse:
    """What one rule met in all sheets so far: its column or mark, how many rows, and what else the column holds."""

    has_column: bool = False
    rows: int = 0
    values: dict[str, None] = field(default_factory=dict)

    def add(self, other: RuleUse) -> None:
        """Count what the rule met in one sheet more."""
        self.has_column = self.has_column or other.has_column
        self.rows += other.rows
        self.values.update(other.values)


class Watch:
    """Passes one sheet's rows through and notes those that a rule holds back.

    A heading counts wherever it stands, from its row down: a sheet may hold several tables. So it may hold a row too
    many, and never one too few.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rows: dict[int, str] = {}
        self.uses = {rule: RuleUse() for rule in rules}
        self.marked: set[int] = set()
        """Rows with a mark such as ``TLP:RED`` in some cell."""
        self._cells: dict[tuple[int, int], str] = {}
        self._last = 0
        self._rules = [(rule, rule.tag, set[int]()) for rule in rules]

    def over(self, rows: Iterable[Row]) -> Iterable[Row]:
        """Yield the rows unchanged and note which of them a rule excludes; costs nothing where there is no rule."""
        return self._noted(rows) if self._rules else rows

    def _noted(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self._last = row.number
            text = "\0".join(row.texts).casefold()
            for rule, tag, columns in self._rules:
                # quick and mostly no: the tag and the headings both hold it
                if rule.heading in text:
                    self._headings(rule, columns, row)
                    if tag.search(text):
                        self.marked.add(row.number)
                        self._hold(rule, row, [c for c, cell in enumerate(row.texts) if tag.search(cell)])
                        continue
                if columns:
                    self._look(rule, columns, row)
            yield row

    def _headings(self, rule: Rule, columns: set[int], row: Row) -> None:
        for column, text in enumerate(row.texts):
            if text.strip(_AROUND).casefold() == rule.heading:
                columns.add(column)
                self.uses[rule].has_column = True

    def _look(self, rule: Rule, columns: Iterable[int], row: Row) -> None:
        for column in columns:
            text = row.texts[column].casefold() if column < len(row.texts) else ""
            if not any(value in text for value in rule.values):
                self._note_value(rule, row, column)
                continue
            # "TLP:RED", [RED], RED; AMBER: by itself or as one of several; "hundred" is none
            if text.strip(_AROUND) in rule.values or any(
                part.strip(_AROUND) in rule.values for part in _PARTS.split(text)
            ):
                self._hold(rule, row, [column])

    def _note_value(self, rule: Rule, row: Row, column: int) -> None:
        """Remember what a rule's column holds instead, for who mistyped the rule."""
        values, text = self.uses[rule].values, row.texts[column].strip(_AROUND) if column < len(row.texts) else ""
        if text and len(values) < _VALUES_SHOWN and text.casefold() != rule.heading:
            values[text[:_LONGEST_VALUE]] = None

    def _hold(self, rule: Rule, row: Row, columns: Iterable[int]) -> None:
        # the first rule that holds a row is the one that is said
        self.rows.setdefault(row.number, rule.words)
        self._cells.update(((row.number, column), rule.words) for column in columns)
        self.uses[rule].has_column = True
        self.uses[rule].rows += 1

    def extend_over_merged(self, merged: Iterable[Area]) -> None:
        """Let what was noted in the first cell of a merged area hold for all of its rows."""
        reach: dict[int, tuple[int, str]] = {}
        for left, top, _, bottom in merged:
            if (words := self._cells.get((top, left))) is not None:
                reach[top] = max(reach.get(top, (0, "")), (min(bottom, self._last), words))
        done = 0
        for top, (bottom, words) in sorted(reach.items()):
            for row in range(max(top, done) + 1, bottom + 1):
                self.rows.setdefault(row, words)
            # areas may lie side by side: each row is noted once
            done = max(done, bottom)
