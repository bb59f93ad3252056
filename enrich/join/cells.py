"""A row's indicators and what is known of them -> the cells to append.

A row with several indicators gets the worst answer and says so in its note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import repeat

from msgspec import structs

from enrich.indicators.hash import digests as hashes
from enrich.join.worst import (
    Ended,
    badness,
    not_asked,
    object_of,
    of_kind,
    of_other_files,
    other_kinds,
    plural,
    ratios_in_words,
    without_needless_open,
    worst_by_kind,
    worst_of,
)
from enrich.locale import SOURCE_LANGUAGE, catalogue, translated
from enrich.model.answer_columns import AnswerColumns
from enrich.model.column import Column
from enrich.model.finding import Finding, Scalar, Status
from enrich.model.indicator import Indicator
from enrich.model.packed_fields import columns_of
from enrich.model.row import Added
from enrich.model.sighting import Found, Sighting, as_sighting
from enrich.model.verdict import Tone, Verdict

_OWN = ("status", "verdict", "kind", "note", "checked_at", "change")
"""The columns that are said of a row and are no fields of a finding."""
_REMEMBERED = 1 << 14
_MOST_REASONS = 3
"""Reasons that a row's note gives for what is left out."""

_WORD = {status: status.value for status in Status}
_JUDGED = {verdict: verdict.value or None for verdict in Verdict}


@lru_cache(maxsize=1024)
def _seconds(at: datetime | None) -> int | None:
    """Answers come in bursts: many are of one second."""
    return int(at.timestamp()) if at is not None else None


_READ_OF_FINDINGS: Mapping[str, Callable[[Sequence[Finding]], Sequence[Scalar]]] = {
    "status": lambda findings: [_WORD[finding.status] for finding in findings],
    "verdict": lambda findings: [_JUDGED[finding.verdict] for finding in findings],
    "kind": lambda findings: [finding.indicator.kind for finding in findings],
    "checked_at": lambda findings: [_seconds(finding.fetched_at) for finding in findings],
}
"""How each of ``_OWN`` is read that needs the findings alone."""


class Joiner:
    """Makes the appended cells of rows, rows with equal content share one ``Added``."""

    def __init__(
        self,
        columns: Sequence[Column],
        prefix: str,
        findings: Mapping[Indicator, Finding],
        *,
        changes: Mapping[Indicator, str] | None = None,
        banner: str = "",
        language: str = SOURCE_LANGUAGE,
    ) -> None:
        """``language`` is that of notes and changes, which people read; statuses and verdicts are machines' words."""
        self._language, self._say = language, catalogue(language)
        self._prefix = prefix
        self.columns: Sequence[Column] = tuple(columns)
        self._names = tuple(column.name for column in columns)
        own = {f"{prefix}_{name}": name for name in _OWN}
        self._own = [(index, own[name]) for index, name in enumerate(self._names) if name in own]
        self._of_kinds = [(index, column) for index, column in enumerate(columns) if column.of_kind]
        self.findings = findings
        self.changes = changes or {}
        self._banner = banner
        self._known_rows: dict[object, Added | None] = {}
        self._known_names: dict[Indicator, Added] = {}

    def owns(self, column: Column) -> bool:
        return column.name.startswith(f"{self._prefix}_")

    def counterpart(self, finding: Finding) -> Finding:
        """Return what this source says of what another one's ``finding`` is about.

        Where nobody was asked (a trivial file, one that is held back) the reason is the same.
        """
        own = self.findings.get(finding.indicator)
        if own is not None:
            return own if own.indicator == finding.indicator else structs.replace(own, indicator=finding.indicator)
        not_asked = finding.status in (Status.TRIVIAL, Status.SKIPPED, Status.INVALID)
        return finding if not_asked else Finding(finding.indicator, "", Status.PENDING, detail="not asked")

    def change(self, name: Indicator) -> str:
        """Return what changed about an indicator since the list's last run, in words; "" where nothing did."""
        return self.changes.get(name, "")

    def further(self, _finding: Finding) -> tuple[Finding, ...]:
        """Return what other sources say of the same: there are none."""
        return ()

    def with_columns(self, columns: Sequence[Column]) -> Joiner:
        """Return the same answers in other columns."""
        return Joiner(
            columns, self._prefix, self.findings, changes=self.changes, banner=self._banner, language=self._language
        )

    def rows(self, rows: Sequence[tuple[Indicator, ...] | tuple[Sighting, ...]]) -> list[Added | None]:
        """Return the cells of many rows, each of which holds the names of one file alone, or some sightings."""
        known = self._known_names
        if len(known) >= _REMEMBERED:
            known.clear()
        answering = self.answering_names(rows)
        fresh = list({name: None for name in answering if name is not None and name not in known})
        answers = list(map(self.answer, fresh))
        known.update(zip(fresh, self.lines(answers), strict=True))
        return [self.row(row) if name is None else known[name] for name, row in zip(answering, rows, strict=True)]

    def answering_names(self, rows: Sequence[tuple[Indicator, ...] | tuple[Sighting, ...]]) -> list[Indicator | None]:
        """Return for each row the name whose answer is that of the whole row; None where the row needs a closer look.

        It is the only name, or the first where its answer has all the others.
        """
        return [
            (row[0] if len(row) == 1 or self._answers_for(row[0], row) else None)
            if row and isinstance(row[0], Indicator)
            else None
            for row in rows
        ]

    def _answers_for(self, name: Indicator, others: Iterable[Indicator]) -> bool:
        """Return whether all have one and the same answer. A name of two files (an MD5 collision) may have another."""
        finding = self.answer(name)
        return finding.status is Status.FOUND and all(
            other in finding.aliases and self.answer(other).fields is finding.fields for other in others
        )

    def row(self, row: Sequence[Indicator] | Sequence[Sighting]) -> Added | None:
        """Return the cells of a row that holds the names of one file, or ``sightings``.

        None where it holds none.
        """
        sightings = [as_sighting(cell) for cell in row]
        if not sightings:
            return None
        if len(sightings) == 1 and sightings[0].found is Found.INDICATOR:
            return self.line(self.finding(sightings[0]))
        key = tuple((s.kind, s.found, s.value, s.file, s.reason) for s in sightings)
        if key not in self._known_rows:
            if len(self._known_rows) >= _REMEMBERED:
                self._known_rows.clear()
            self._known_rows[key] = self._of_several(sightings)
        return self._known_rows[key]

    def answer(self, indicator: Indicator) -> Finding:
        """Return how an indicator that is worth asking about ended."""
        return self.findings.get(indicator) or Finding(indicator, "", Status.PENDING, detail="not asked")

    def status(self, sightings: Sequence[Sighting]) -> Status | None:
        """Return how a row that holds ``sightings`` ended, without its cells."""
        if len(sightings) == 1 and sightings[0].found is Found.INDICATOR:
            return self.finding(sightings[0]).status
        ended = self._ended(sightings)
        if not ended:
            return Status.SKIPPED if sightings else None
        return worst_of(ended).status

    def line(self, finding: Finding) -> Added:
        return self.lines([finding])[0]

    def lines(self, findings: Sequence[Finding]) -> list[Added]:
        """Return the cells of many indicators, each on its own line."""
        return self._lines(findings, [finding.detail for finding in findings])

    def finding(self, sighting: Sighting) -> Finding:
        """Return how one sighting ended."""
        indicator = Indicator(sighting.kind, sighting.value)
        if sighting.found is Found.DAMAGED:
            return Finding(indicator, "", Status.INVALID, detail=sighting.reason)
        if sighting.found is Found.TRIVIAL and indicator not in self.findings:
            return Finding(indicator, "", Status.TRIVIAL, detail=sighting.reason)
        if sighting.found is Found.NOT_ASKED:
            return Finding(indicator, "", Status.SKIPPED, detail=not_asked([sighting]))
        return self.answer(indicator)

    def contradiction(self, sightings: Sequence[Sighting]) -> str:
        """Return where hashes that a row gives for one file belong to different files: a sentence; else ""."""
        of_files = [s for s in sightings if s.found is Found.INDICATOR and s.kind == hashes.KIND]
        for sighting in of_files if len(of_files) > 1 else ():
            finding = self.finding(sighting)
            if finding.status is not Status.FOUND or not finding.aliases:
                continue
            for other in of_files:
                if other.file == sighting.file and Indicator(other.kind, other.value) not in finding.aliases:
                    return f"hashes of different files in this row: {sighting.value} and {other.value}"
        return ""

    def _ended(self, sightings: Sequence[Sighting]) -> list[Ended]:
        ended = [(s, self.finding(s)) for s in sightings if s.found is not Found.LEFT_OUT]
        return [pair for pair in ended if pair[0].found is not Found.NOT_ASKED] or ended

    def _of_several(self, sightings: Sequence[Sighting]) -> Added | None:
        ended = self._ended(sightings)
        if not ended:
            return self._left_out(sightings)
        if ended[0][0].found is Found.NOT_ASKED:  # nothing that was asked stands beside it
            (added,) = self._lines([ended[0][1]], [not_asked(sightings)])
            return Added(added.values, Tone.PLAIN, added.status)
        if len(sightings) == 1:
            return self.line(ended[0][1])
        worst = worst_of(ended)
        return self._lines([worst], ["; ".join(self._notes(worst, ended, sightings))], [worst_by_kind(ended)])[0]

    def _left_out(self, sightings: Sequence[Sighting]) -> Added:
        """Return the cells of a row that holds nothing but what is never asked for: the reasons, each once."""
        first = sightings[0]
        reasons = list(dict.fromkeys(sighting.reason for sighting in sightings))
        more = [f"and {len(reasons) - _MOST_REASONS} more"] if len(reasons) > _MOST_REASONS else []
        finding = Finding(Indicator(first.kind, first.value), "", Status.SKIPPED)
        (added,) = self._lines([finding], ["; ".join([*reasons[:_MOST_REASONS], *more])])
        return Added(added.values, Tone.PLAIN, added.status)

    def _notes(self, worst: Finding, ended: list[Ended], sightings: Sequence[Sighting]) -> list[str]:
        notes = [worst.detail] if worst.detail else []
        if contradiction := self.contradiction(sightings):
            notes.append(contradiction)
        ours = [(s, f) for s, f in ended if s.kind == worst.indicator.kind]
        objects = {object_of(s): f for s, f in sorted(without_needless_open(ours), key=badness)}
        others = of_other_files(worst, objects.values())
        if others and len(objects) > 1:
            called = plural(worst.indicator.kind, len(others) + 1)
            value = next(s.value for s, f in ended if f is worst)  # as this row has it, whatever it was asked as
            notes.append(f"the worst of {called} in this row, {value}; also {ratios_in_words(others)}")
        notes += [
            f"{plural(kind, len(some))}: {ratios_in_words(some)}" for kind, some in other_kinds(worst, ended).items()
        ]
        notes += [f"{s.value[:80]}: {f.detail}" for s, f in ended if f.status is Status.INVALID and f is not worst]
        return notes

    def columns_of(self, findings: Sequence[Finding], stored: AnswerColumns) -> list[Sequence[Scalar]]:
        """Return the cells of ``findings``, which a store has as ``stored``, each alone in its row, by column."""
        read, none = stored.by_field(self._names), [None] * len(findings)
        columns: list[Sequence[Scalar]] = [read.get(name, none) for name in self._names]
        self._fill_own(columns, findings, [finding.detail for finding in findings])
        return columns

    def _lines(
        self, findings: Sequence[Finding], notes: Sequence[str], by_kind: Sequence[Mapping[str, Finding]] = ()
    ) -> list[Added]:
        """Return the cells of many rows. ``by_kind`` holds each row's worst of each kind, where rows have several."""
        columns = columns_of([finding.fields for finding in findings], self._names)
        self._fill_own(columns, findings, notes, by_kind)
        rows = zip(*columns, strict=True) if columns else repeat(())
        return [Added(values, finding.tone, finding.status) for values, finding in zip(rows, findings, strict=False)]

    def _fill_own(
        self,
        columns: list[Sequence[Scalar]],
        findings: Sequence[Finding],
        notes: Sequence[str],
        by_kind: Sequence[Mapping[str, Finding]] = (),
    ) -> None:
        """Replace the columns that are said of a row: each step is taken for all rows at once."""
        for index, column in self._own:
            columns[index] = self._own_column(column, findings, notes)
        for index, column_of_kind in self._of_kinds:
            columns[index] = of_kind(column_of_kind, findings, by_kind)

    def _own_column(self, column: str, findings: Sequence[Finding], notes: Sequence[str]) -> Sequence[Scalar]:
        """Return a column whose value is said of a row and is no field of a finding."""
        if column in _READ_OF_FINDINGS:
            return _READ_OF_FINDINGS[column](findings)
        if column == "change":
            changes = [self.changes.get(finding.indicator) for finding in findings] if self.changes else []
            return [change and translated(change, self._say) for change in changes] or [None] * len(findings)
        if self._banner:  # a stand-in's word is said of answers only: a row that has none does not have it from there
            banners = [self._banner if finding.status.is_answer else "" for finding in findings]
            notes = ["; ".join(filter(None, pair)) for pair in zip(banners, notes, strict=True)]
        said = {note: translated(note, self._say) or None for note in set(notes)}  # few differ
        return [said[note] for note in notes]
