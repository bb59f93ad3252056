"""The counts of files: one entry that stands for several counts as if each had come by itself."""

from __future__ import annotations

import pytest

from enrich.model.file_counts import FileCounts
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.result import Entry
from enrich.model.verdict import Verdict

FILE = Indicator("hash", "ab" * 32)
FOUND = Finding(FILE, "", Status.FOUND, verdict=Verdict.MALICIOUS)
FAILED = Finding(FILE, "", Status.FAILED, detail="no answer")


@pytest.mark.parametrize(
    "entry",
    [
        Entry(FOUND, (), 0),
        Entry(FAILED, (), 0),
        Entry(FOUND, (), 0, change="new"),
        Entry(FAILED, (), 0, further=(FOUND, FAILED)),
    ],
    ids=["found", "failed", "changed", "several sources"],
)
def test_an_entry_that_stands_for_three_counts_as_three(entry: Entry) -> None:
    one_by_one, at_once = FileCounts(), FileCounts()
    for _ in range(3):
        one_by_one.add_names([entry])
        one_by_one.add_files([entry])
    at_once.add_names([entry], times=3)
    at_once.add_files([entry], times=3)
    assert at_once == one_by_one
    assert at_once.files == 3
