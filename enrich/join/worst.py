"""Chooses the finding that a row's columns show, and sums up the others in its note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from enrich.indicators.hash import digests as hashes
from enrich.model.column import Column
from enrich.model.finding import Finding, Scalar, Status
from enrich.model.packed_fields import plain_fields
from enrich.model.quantities import counted
from enrich.model.ratio import ratio
from enrich.model.sighting import Found, Sighting

Ended = tuple[Sighting, Finding]
_OPEN = (Status.FAILED, Status.PENDING)
_WORDS = {
    "hash": ("file", "files"),
    "domain": ("domain", "domains"),
    "ip": ("IP address", "IP addresses"),
    "url": ("URL", "URLs"),
}


def plural(kind: str, count: int) -> str:
    """Return "1 URL", "12 IP addresses"; a kind that has no words of its own is called by its name."""
    return counted(count, *_WORDS.get(kind, (kind,)))


def object_of(sighting: Sighting) -> object:
    """Return what a row says of which object a sighting is: hashes may be of one file, all else stands for itself."""
    return sighting.file if sighting.kind == hashes.KIND else (sighting.kind, sighting.value)


def without_needless_open(ended: list[Ended]) -> list[Ended]:
    """Return ``ended`` without open hashes of files of which another hash has the answer."""
    answers = [(object_of(s), f) for s, f in ended if f.status.is_answer]
    if not answers or len(answers) == len(ended):
        return ended
    return [
        (s, f)
        for s, f in ended
        if f.status.is_answer or not any(of == object_of(s) and _covers(answer, f) for of, answer in answers)
    ]


def _covers(answer: Finding, open_: Finding) -> bool:
    """Return whether a report is of another file than the row says, as it names other hashes."""
    return open_.status not in _OPEN or not answer.aliases or open_.indicator in answer.aliases


def of_other_files(worst: Finding, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings of other files than ``worst``, one of each: answers may tell more than the row does."""
    files = [worst]
    for finding in findings:
        if not any(finding is file or finding.indicator in file.aliases for file in files):
            files.append(finding)
    return files[1:]


def worst_of(ended: list[Ended]) -> Finding:
    """Return the finding that a row's columns speak of: the worst of its files, else the worst of what it has."""
    if len(ended) == 1:
        return ended[0][1]
    files = [pair for pair in ended if pair[0].kind == hashes.KIND]
    return max((f for _, f in without_needless_open(files or ended)), key=lambda f: (f.badness, not f.detail))


def worst_by_kind(ended: list[Ended]) -> dict[str, Finding]:
    kinds = dict.fromkeys(s.kind for s, _ in ended)
    return {kind: worst_of([pair for pair in ended if pair[0].kind == kind]) for kind in kinds}


def other_kinds(worst: Finding, ended: list[Ended]) -> dict[str, list[Finding]]:
    """Return what else than the row's columns speak of stands in it: by kind, the worst first."""
    others: dict[str, list[Finding]] = {}
    for sighting, finding in sorted(ended, key=badness, reverse=True):
        if sighting.kind != worst.indicator.kind and finding.status is not Status.INVALID:
            known = others.setdefault(sighting.kind, [])
            known += [] if finding in known else [finding]
    return others


def badness(pair: Ended) -> tuple[int, float]:
    return pair[1].badness


def of_kind(column: Column, findings: Sequence[Finding], by_kind: Sequence[Mapping[str, Finding]]) -> Sequence[Scalar]:
    """Return a column that shows one field of a row's worst of one kind."""
    rows = by_kind or [{finding.indicator.kind: finding} for finding in findings]
    worst = [row.get(column.of_kind) for row in rows]
    return [None if finding is None else plain_fields(finding.fields).get(column.field) for finding in worst]


def not_asked_words(counts: Mapping[str, int]) -> str:
    """Say how many indicators of which kinds are not looked up, and how they would be."""
    listed = ", ".join(plural(kind, count) for kind, count in sorted(counts.items()))
    them = "it" if sum(counts.values()) == 1 else "them"
    return f"not looked up: {listed}; --kinds {','.join(sorted(counts))} looks {them} up too"


def not_asked(sightings: Iterable[Sighting]) -> str:
    """Return what a row says that holds none but indicators of kinds that are not looked up."""
    values = {(s.kind, s.value) for s in sightings if s.found is Found.NOT_ASKED}
    return not_asked_words(Counter(kind for kind, _ in values))


def ratios_in_words(findings: Sequence[Finding]) -> str:
    """Return the ratio of each finding, or how it ended, as far as a note has room."""
    shown = [
        ratio(f.malicious, f.engines, none=f.status.value) if f.status is Status.FOUND else f.status.value
        for f in findings[:5]
    ]
    return ", ".join(shown) + (f" and {len(findings) - 5} more" if len(findings) > 5 else "")
