"""Several sources beside each row: the row wears the colour of the verdict that they come to together."""

from __future__ import annotations

import pytest

from enrich.join.cells import Joiner
from enrich.join.sources import joined
from enrich.model.column import Column, Type
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.result import Entry
from enrich.model.verdict import Tone, Verdict

NAME = Indicator("hash", "a" * 64)
COLUMNS = [Column(f"{prefix}_status", "", "", Type.STATUS) for prefix in ("vt", "mb")]
FOUND, NOT_FOUND, TRIVIAL, PENDING = Status.FOUND, Status.NOT_FOUND, Status.TRIVIAL, Status.PENDING


@pytest.mark.parametrize(
    ("lead", "other", "tone"),
    [
        ((FOUND, Verdict.UNDETECTED), (FOUND, Verdict.MALICIOUS), Tone.MALICIOUS),
        ((FOUND, Verdict.SUSPICIOUS), (NOT_FOUND, Verdict.UNKNOWN), Tone.SUSPICIOUS),
        # a list of malware that does not know a file says nothing against it, nor does a gate
        ((FOUND, Verdict.UNDETECTED), (NOT_FOUND, Verdict.UNKNOWN), Tone.UNDETECTED),
        ((FOUND, Verdict.UNDETECTED), (FOUND, Verdict.NONE), Tone.UNDETECTED),
        ((NOT_FOUND, Verdict.UNKNOWN), (NOT_FOUND, Verdict.NONE), Tone.UNKNOWN),
        ((TRIVIAL, Verdict.NONE), (FOUND, Verdict.NONE), Tone.PLAIN),
        ((PENDING, Verdict.NONE), (PENDING, Verdict.NONE), Tone.OPEN),
    ],
)
def test_a_row_of_several_sources_wears_the_same_colour_as_in_a_report(lead, other, tone):
    findings = [Finding(NAME, "origin", status, verdict=verdict) for status, verdict in (lead, other)]
    joiners = [
        Joiner([column], column.name[:2], {NAME: finding}) for column, finding in zip(COLUMNS, findings, strict=True)
    ]
    added = joined(joiners[0], joiners, COLUMNS).row([NAME])
    entry = Entry(findings[0], (), 1, further=(findings[1],))
    assert added is not None
    assert (added.tone, entry.tone) == (tone, tone)
    assert added.values == (lead[0].value, other[0].value)
