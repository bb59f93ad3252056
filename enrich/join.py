"""A row's indicators and what is known of them -> the cells to append. Knows values only: no files, no services.

A row with several indicators gets the worst answer and says so in its note.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from enrich.model import Added, Column, Finding, Found, Indicator, Scalar, Sighting, Status, tone

_RANK = {
    Status.FAILED: 6,
    Status.PENDING: 5,
    Status.ABSENT: 4,
    Status.INVALID: 3,
    Status.TRIVIAL: 1,
    Status.SKIPPED: 1,
}
"""How bad news each status is where a file has no detections: a missing answer must never hide behind a clean one."""
_DETECTED, _FOUND_CLEAN = 7, 2


def badness(finding: Finding) -> tuple[int, float]:
    """Sorts findings from best to worst."""
    if finding.status is not Status.FOUND:
        return _RANK[finding.status], 0.0
    if finding.malicious:
        return _DETECTED, finding.malicious / (finding.engines or finding.malicious)
    return _FOUND_CLEAN, 0.0


class Joiner:
    """Makes the appended cells of rows, one ``Added`` object for all rows that hold the same."""

    def __init__(
        self,
        columns: Sequence[Column],
        prefix: str,
        findings: Mapping[Indicator, Finding],
        *,
        changes: Mapping[Indicator, str] | None = None,
        banner: str = "",
    ) -> None:
        self._names = tuple(column.name for column in columns)
        self._own = {f"{prefix}_{name}": name for name in ("status", "note", "checked_at", "change")}
        self._findings = findings
        self._changes = changes or {}
        self._banner = banner
        self._made: dict[object, Added | None] = {}

    def row(self, sightings: Sequence[Sighting]) -> Added | None:
        """The cells of a row that holds ``sightings``; None where none of them is an indicator or meant to be one."""
        key: object = (
            sightings[0].value if len(sightings) == 1 else tuple((s.found, s.value, s.file) for s in sightings)
        )
        if key not in self._made:
            self._made[key] = self._make(sightings)
        return self._made[key]

    def line(self, finding: Finding) -> Added:
        """The cells of one indicator on its own line, as in the ``VirusTotal`` sheet."""
        return self._cells(finding, finding.detail)

    def finding(self, sighting: Sighting) -> Finding:
        """How one sighting ended."""
        indicator = Indicator(sighting.kind, sighting.value)
        if sighting.found is Found.DAMAGED:
            return Finding(indicator, "", Status.INVALID, detail=sighting.reason)
        known = self._findings.get(indicator)
        if known is not None:
            return known
        if sighting.found is Found.TRIVIAL:
            return Finding(indicator, "", Status.TRIVIAL, detail=sighting.reason)
        return Finding(indicator, "", Status.PENDING, detail="not asked")

    def contradiction(self, sightings: Sequence[Sighting]) -> str:
        """Where hashes that a row gives for one file belong to different files: a sentence; else ""."""
        for sighting in sightings:
            finding = self.finding(sighting) if sighting.found is Found.INDICATOR else None
            if finding is None or finding.status is not Status.FOUND or not finding.aliases:
                continue
            for other in sightings:
                stranger = Indicator(other.kind, other.value)
                if other.found is Found.INDICATOR and other.file == sighting.file and stranger not in finding.aliases:
                    return f"hashes of different files in this row: {sighting.value} and {other.value}"
        return ""

    def _make(self, sightings: Sequence[Sighting]) -> Added | None:
        counted = [s for s in sightings if s.found is not Found.LEFT_OUT]
        if not counted:
            return None
        ended = [(s, self.finding(s)) for s in counted]
        answered = {s.file for s, f in ended if f.status.is_answer}
        # what stands open for a hash does not matter where another hash of the same file has the answer
        speaking = [(s, f) for s, f in ended if f.status.is_answer or s.file not in answered]
        worst = max((f for _, f in speaking), key=badness)
        return self._cells(worst, "; ".join(self._notes(worst, ended, speaking, sightings)))

    def _notes(
        self,
        worst: Finding,
        ended: list[tuple[Sighting, Finding]],
        speaking: list[tuple[Sighting, Finding]],
        sightings: Sequence[Sighting],
    ) -> list[str]:
        notes = [worst.detail] if worst.detail else []
        if contradiction := self.contradiction(sightings):
            notes.append(contradiction)
        files = {s.file: f for s, f in sorted(speaking, key=lambda pair: badness(pair[1]))}
        others = [f for f in files.values() if f is not worst and f.indicator not in worst.aliases]
        if others and len(files) > 1:
            notes.append(
                f"the worst of {len(files)} files in this row, {worst.indicator.value}; also {_briefly(others)}"
            )
        notes += [f"{s.value[:80]}: {f.detail}" for s, f in ended if f.status is Status.INVALID and f is not worst]
        return notes

    def _cells(self, finding: Finding, note: str) -> Added:
        own: dict[str, Scalar] = {
            "status": finding.status.value,
            "note": "; ".join(part for part in (self._banner, note) if part) or None,
            "checked_at": int(finding.fetched_at.timestamp()) if finding.fetched_at is not None else None,
            "change": self._changes.get(finding.indicator),
        }
        values = tuple(own[self._own[name]] if name in self._own else finding.fields.get(name) for name in self._names)
        return Added(values, tone(finding), finding.status)


def _briefly(findings: Sequence[Finding]) -> str:
    shown = [
        f"{f.malicious}/{f.engines}" if f.status is Status.FOUND and f.malicious is not None else f.status.value
        for f in findings[:5]
    ]
    return ", ".join(shown) + (f" and {len(findings) - 5} more" if len(findings) > 5 else "")
