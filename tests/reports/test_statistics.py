"""The numbers that a result comes down to."""

from __future__ import annotations

import pytest
from msgspec import structs

from enrich.model.finding import Status
from enrich.model.verdict import Tone
from enrich.reports.shared import statistics
from tests.support.made_results import HOSTILE, found, incident, other, result

VT = statistics.Names.of(result([]))


def test_every_file_has_one_verdict():
    files = statistics.files(incident())
    tones = statistics.tones(files)
    assert sum(tones.values()) == len(files) == 60
    assert tones[Tone.MALICIOUS] == 13
    assert tones[Tone.SUSPICIOUS] == 2
    assert tones[Tone.UNKNOWN] == 9
    assert tones[Tone.OPEN] == 5


def test_two_hashes_of_one_file_are_one_file():
    both = result([found("x", 9, kind="md5"), found("x", 9, kind="sha256"), found("y")])
    assert len(statistics.files(both)) == 2


def test_the_worst_are_those_that_most_engines_detect_and_clean_ones_are_never_among_them():
    worst = statistics.worst(
        [found("a", 3), found("b", 60), found("c", 0), other("d", Status.NOT_FOUND, 2), found("e", 7)], VT
    )
    assert [entry.finding.malicious for entry in worst] == [60, 7, 3]


def test_of_equally_detected_files_the_newer_is_worse():
    worst = statistics.worst([found("old", 9, days=900), found("new", 9, days=1)], VT)
    assert [entry.finding.fields["vt_file_name"] for entry in worst] == ["new", "old"]


def test_unknown_files_come_by_how_widely_they_were_seen():
    entries = [other("a", Status.NOT_FOUND, 2, cells=1), other("b", Status.NOT_FOUND, 3, cells=7), found("c")]
    assert [entry.cells for entry in statistics.of_tone(entries, Tone.UNKNOWN)] == [7, 1]


@pytest.mark.parametrize(
    ("label", "family"),
    [
        ("trojan.emotet/heodo", "emotet"),
        ("hacktool.powershell", "powershell"),
        ("Virus.Hill/w97m", "hill"),
        ("emotet", "emotet"),
        ("", ""),
    ],
)
def test_the_family_is_read_from_the_label(label, family):
    assert statistics.family(label) == family


def test_families_and_types_are_ranked_and_files_without_one_left_out():
    entries = [
        found("a", 9, label="trojan.x/y"),
        found("b", 9, label="worm.x"),
        found("c", 9, label="worm.z"),
        found("d"),
    ]
    assert statistics.families(entries, VT) == [("x", 2), ("z", 1)]
    assert statistics.types(entries, VT) == [("Win32 EXE", 4)]


def test_years_without_a_file_are_counted_as_none():
    years = statistics.first_seen_years([found("a", days=0), found("b", days=365 * 3)], VT)
    assert years == [(2023, 1), (2024, 0), (2025, 0), (2026, 1)]
    assert statistics.first_seen_years([other("a", Status.NOT_FOUND, 2)], VT) == []


def test_each_file_with_a_ratio_falls_into_one_bin():
    counted = statistics.ratios(
        [found("a", 0), found("b", 1), found("c", 4), found("d", 5), found("e", 75), found("f", None, None)]
    )
    assert [count for _, count in counted] == [1, 2, 1, 0, 0, 0, 0, 0, 1]


def test_a_field_that_is_no_number_is_no_date():
    entry = found("a")
    odd = structs.replace(
        entry, finding=structs.replace(entry.finding, fields={"vt_first_seen": HOSTILE[0], "vt_last_analysis": True})
    )
    assert statistics.number_of(odd, "vt_first_seen") is None
    assert statistics.number_of(odd, "vt_last_analysis") is None


@pytest.mark.parametrize("malicious_from", [1, 2, 5, 10, 23, 75])
def test_bins_are_cut_where_the_verdict_changes_and_leave_no_count_out(malicious_from):
    bins = statistics.bins(malicious_from)
    assert bins[0].tone is Tone.UNDETECTED
    assert [one.low for one in bins[1:]] == [one.high + 1 for one in bins[:-1]]
    assert bins[-1].high is None
    assert {one.tone for one in bins if one.low >= malicious_from} == {Tone.MALICIOUS}
    between = {Tone.SUSPICIOUS} if malicious_from > 1 else set()
    assert {one.tone for one in bins if 0 < one.low < malicious_from} == between
