"""A row of several kinds: its file speaks first, each kind has its own ratio, and what is not asked is said."""

from __future__ import annotations

from enrich.join.cells import Joiner
from enrich.model.column import Column, Type
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.row import Added
from enrich.model.sighting import Found, Sighting
from enrich.model.verdict import Tone, verdict_of_counts
from enrich.providers.virustotal.kinds.shared.columns import WORST_OF_KIND

COLUMNS = (
    Column("vt_status", "", "", Type.STATUS),
    Column("vt_kind", "", ""),
    Column("vt_detections", "", "", Type.RATIO),
    *WORST_OF_KIND,
    Column("vt_note", "", ""),
)
MD5 = "a" * 32


def answer(kind: str, value: str, malicious: int) -> Finding:
    name = Indicator(kind, value)
    verdict = verdict_of_counts(Status.FOUND, malicious)
    fields = {"vt_detections": f"{malicious}/90"}
    return Finding(name, "virustotal", Status.FOUND, fields, "", None, (name,), malicious, 90, verdict)


def seen(kind: str, value: str, found: Found = Found.INDICATOR) -> Sighting:
    return Sighting(2, 0, found, kind, value)


def joined(findings: list[Finding], *sightings: Sighting) -> tuple[Added, dict[str, object]]:
    added = Joiner(COLUMNS, "vt", {finding.indicator: finding for finding in findings}).row(sightings)
    assert added is not None
    return added, dict(zip((column.name for column in COLUMNS), added.values, strict=True))


def test_the_rows_file_speaks_first_and_each_kind_has_its_ratio() -> None:
    _, cells = joined(
        [answer("hash", MD5, 0), answer("domain", "evil.com", 12), answer("ip", "8.8.8.8", 1)],
        seen("domain", "evil.com"), seen("hash", MD5), seen("ip", "8.8.8.8"),
    )  # fmt: skip
    assert (cells["vt_kind"], cells["vt_detections"]) == ("hash", "0/90")
    assert (cells["vt_domain_detections"], cells["vt_ip_detections"]) == ("12/90", "1/90")
    assert cells["vt_url_detections"] is None
    assert cells["vt_note"] == "1 domain: 12/90; 1 IP address: 1/90"


def test_without_a_file_the_worst_of_its_indicators_speaks() -> None:
    added, cells = joined(
        [answer("domain", "a.com", 2), answer("url", "http://b.com/", 9), answer("url", "http://c.com/", 0)],
        seen("domain", "a.com"), seen("url", "http://b.com/"), seen("url", "http://c.com/"),
    )  # fmt: skip
    assert (cells["vt_kind"], cells["vt_detections"], added.tone) == ("url", "9/90", Tone.MALICIOUS)
    assert cells["vt_note"] == "the worst of 2 URLs in this row, http://b.com/; also 0/90; 1 domain: 2/90"
    assert (cells["vt_url_detections"], cells["vt_domain_detections"]) == ("9/90", "2/90")


def test_one_indicator_alone_fills_its_kinds_column() -> None:
    _, cells = joined([answer("ip", "8.8.8.8", 3)], seen("ip", "8.8.8.8"))
    assert (cells["vt_kind"], cells["vt_ip_detections"], cells["vt_note"]) == ("ip", "3/90", None)


def test_a_row_of_kinds_that_are_not_asked_is_skipped_and_says_how_to_ask() -> None:
    added, cells = joined(
        [], *(seen("ip", f"8.8.8.{n}", Found.NOT_ASKED) for n in (1, 2)), seen("url", "http://a.com/", Found.NOT_ASKED)
    )
    assert (cells["vt_status"], added.tone, added.status) == ("skipped", Tone.PLAIN, Status.SKIPPED)
    assert cells["vt_note"] == "not looked up: 2 IP addresses, 1 URL; --kinds ip,url looks them up too"


def test_what_is_not_asked_says_nothing_beside_a_file() -> None:
    _, cells = joined([answer("hash", MD5, 4)], seen("ip", "8.8.8.8", Found.NOT_ASKED), seen("hash", MD5))
    assert (cells["vt_status"], cells["vt_detections"], cells["vt_note"]) == ("found", "4/90", None)
