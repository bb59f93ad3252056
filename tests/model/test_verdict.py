"""The verdict: one word for what an answer says, one rank and one colour."""

from __future__ import annotations

import pytest

from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.result import Entry, one_entry_a_file
from enrich.model.verdict import COUNTED, Tone, Verdict, rank_of, tone_of, verdict_of_counts


@pytest.mark.parametrize(
    ("status", "detections", "malicious_from", "verdict"),
    [
        (Status.FOUND, 5, 5, "malicious"),
        (Status.FOUND, 4, 5, "suspicious"),
        (Status.FOUND, 4, 3, "malicious"),
        (Status.FOUND, 1, 1, "malicious"),
        (Status.FOUND, 0, 1, "undetected"),
        (Status.FOUND, None, 5, "no_verdict"),
        (Status.NOT_FOUND, None, 5, "unknown"),
        *((status, None, 5, "") for status in Status if not status.is_answer),
    ],
)
def test_the_counts_and_the_user_s_threshold_make_the_verdict(status, detections, malicious_from, verdict):
    assert verdict_of_counts(status, detections, malicious_from).value == verdict


def test_every_verdict_of_an_answer_has_a_colour_of_its_name_and_every_ending_some():
    assert [tone_of(Status.FOUND, verdict).value for verdict in COUNTED] == [verdict.value for verdict in COUNTED]
    answered = {Status.FOUND: Tone.NO_VERDICT, Status.NOT_FOUND: Tone.UNKNOWN}
    others = {status: Tone.PLAIN if status is Status.TRIVIAL else Tone.OPEN for status in Status}
    assert {status: tone_of(status, Verdict.NONE) for status in Status} == others | answered


def test_what_is_missing_never_hides_behind_what_is_undetected_nor_a_detection_behind_what_is_missing():
    worst_first = [
        (Status.FOUND, Verdict.MALICIOUS),
        (Status.FOUND, Verdict.SUSPICIOUS),
        (Status.FAILED, Verdict.NONE),
        (Status.PENDING, Verdict.NONE),
        (Status.NOT_FOUND, Verdict.UNKNOWN),
        (Status.FOUND, Verdict.NO_VERDICT),
        (Status.INVALID, Verdict.NONE),
        (Status.FOUND, Verdict.UNDETECTED),
        (Status.TRIVIAL, Verdict.NONE),
    ]
    ranks = [rank_of(*finding) for finding in worst_first]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == len(ranks)


def finding(name: str, status: Status, detections: int | None, engines: int = 70) -> Finding:
    verdict = verdict_of_counts(status, detections)
    return Finding(
        Indicator("hash", name), "virustotal", status, malicious=detections, engines=engines, verdict=verdict
    )


def test_few_engines_of_few_are_not_worse_than_a_malicious_verdict():
    suspicious, malicious = finding("a", Status.FOUND, 4, 8), finding("b", Status.FOUND, 6, 70)
    assert malicious.badness > suspicious.badness


def test_a_file_that_goes_by_several_hashes_counts_once_by_what_was_answered():
    pending, answered = finding("a", Status.PENDING, None), finding("b", Status.FOUND, 9)
    entries = [Entry(pending, (), 1, "file"), Entry(answered, (), 1, "file"), Entry(pending, (), 1, "other")]
    assert [entry.finding for entry in one_entry_a_file(entries)] == [answered, pending]
