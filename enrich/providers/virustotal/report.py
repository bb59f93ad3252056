"""From a report's JSON to a finding: is it the file that was asked for, and what does it say? Sends nothing."""

from __future__ import annotations

import re
from datetime import datetime

from msgspec import structs

from enrich.errors import Transient
from enrich.files.gzip import inflate
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.providers.virustotal import columns, engine_verdicts
from enrich.providers.virustotal.kinds import kinds
from enrich.providers.virustotal.kinds.shared import reading
from enrich.providers.virustotal.schema import Attributes, FileBody, Object, read

HASH = re.compile(r"[0-9a-f]+")
CANONICAL = re.compile(r"[0-9a-f]{32} [0-9a-f]{40} [0-9a-f]{64}")
"""A file's three hashes as they nearly always stand: nothing to mend."""


def found(body: bytes, asked: Indicator, at: datetime | None, chosen: engine_verdicts.Chosen = ()) -> Finding:
    """Return the finding in an inflated body of HTTP 200. ``Transient`` where it is no report on ``asked``."""
    if asked.kind != "hash":
        return reading.found(kinds()[asked.kind], body, asked, at, chosen)
    report = read(body, FileBody)
    # Seen behind caching proxies: an error body under another answer's status.
    if report.error is not None and report.data is None:
        raise Transient("the answer says 200 and holds an error")
    facts = _facts(report.data, asked)
    filled = columns.fields(facts)
    if chosen:
        filled |= engine_verdicts.verdicts(body, chosen)
    names = [h for h in (facts.md5, facts.sha1, facts.sha256) if h]
    return reading.finding_of(asked, at, facts.last_analysis_stats, filled, names)


def again(wire: bytes, finding: Finding, chosen: engine_verdicts.Chosen) -> Finding:
    """Return ``finding`` with every column that its kept ``wire`` body fills; as it was where that says nothing."""
    if finding.status is not Status.FOUND or not wire:
        return finding
    try:
        fresh = found(inflate(wire), finding.indicator, finding.fetched_at, chosen)
    except Transient:
        return finding
    return structs.replace(finding, fields={**finding.fields, **fresh.fields})


def _facts(data: Object | None, asked: Indicator) -> Attributes:
    """Return the attributes, their hashes canonical, once they are known to be those of the file asked for."""
    if data is None or data.attributes is None or data.type not in ("file", None):
        raise Transient("the answer is no report on a file")
    facts = data.attributes
    if CANONICAL.fullmatch(f"{facts.md5} {facts.sha1} {facts.sha256}") is None:
        facts.md5, facts.sha1, facts.sha256 = _hash(facts.md5, 32), _hash(facts.sha1, 40), _hash(facts.sha256, 64)
    # A file's id is its SHA-256: where the attribute lacks, the id stands in; where both differ, none is believed.
    if data.type == "file" and data.id != facts.sha256 and (own := _hash(data.id, 64)):
        if facts.sha256 and own != facts.sha256:
            raise Transient("the answer names two different files")
        facts.sha256 = own
    # A connection that lost step gives the answer to another question: stored, it would be wrong for ever.
    if asked.value not in (facts.md5, facts.sha1, facts.sha256):
        raise Transient("the answer is about another file than the one asked for")
    return facts


def _hash(text: str | None, digits: int) -> str | None:
    """Canonical; None where it is no hash of so many digits."""
    low = (text or "").lower()
    return low if len(low) == digits and HASH.fullmatch(low) else None
