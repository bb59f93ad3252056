"""What a report says comes out; what drifts is left out; what is about another file is no answer."""

from __future__ import annotations

import json

import pytest

from enrich.errors import Transient, UsageError
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.verdict import Verdict
from enrich.providers import virustotal
from enrich.providers.virustotal import columns, engine_verdicts, report
from tests.providers.virustotal.conftest import MD5, SHA1, SHA256, attributes

ASKED = Indicator("hash", SHA256)
HASHES = (Indicator("hash", MD5), Indicator("hash", SHA1), ASKED)


def found(document: object, asked: Indicator = ASKED, chosen: engine_verdicts.Chosen = ()) -> Finding:
    return report.found(json.dumps(document).encode(), asked, None, chosen)


def test_every_field_is_read(whole):
    finding = found(whole)
    assert (finding.status, finding.malicious, finding.engines, finding.detail) == (Status.FOUND, 42, 63, "")
    assert finding.aliases == HASHES
    assert finding.fields == {
        "vt_detections": "42/63",
        "vt_malicious": 42,
        "vt_engines": 63,
        "vt_first_seen": 1600000000,
        "vt_last_analysis": 1650000000,
        "vt_threat_label": "trojan.x/y",
        "vt_file_type": "Win32 EXE",
        "vt_file_name": "=cmd|'/c calc'!A1",
        "vt_times_submitted": 7,
        "vt_sha256": SHA256,
        "vt_link": f"https://www.virustotal.com/gui/file/{SHA256}",
        "vt_owner": "Some Maker",
        "vt_md5": MD5,
        "vt_sha1": SHA1,
        "vt_size": 4096,
        "vt_type_tag": "peexe",
        "vt_names": "; ".join(f"name{i}.exe" for i in range(10)) + " (+2 more)",
        "vt_last_submission": 1700000000,
        "vt_first_seen_itw": 1500000000,
        "vt_creation_date": 0,
        "vt_unique_sources": 5,
        "vt_reputation": -12,
        "vt_votes_malicious": 3,
        "vt_votes_harmless": 1,
        "vt_threat_categories": "trojan, dropper",
        "vt_threat_names": "x",
        "vt_tags": "peexe, signed",
        "vt_signer": "Some Maker",
        "vt_signature_verified": "Signed",
        "vt_sandbox_verdicts": "C2AE: harmless; Zenbox: malicious (X)",
        "vt_yara": "rule_a, rule_b",
        "vt_sigma": "high 3, medium 1",
        "vt_ids": "medium 2, info 4",
        "vt_known_distributor": "Open Source",
        "vt_trusted_verdict": "goodware by Maker",
        "vt_excluded_engines": 10,
        "vt_imphash": "3d" * 16,
        "vt_vhash": "01",
        "vt_ssdeep": "3:abc:def",
    }


def test_the_default_columns_are_the_contracts_in_its_order():
    assert [c.name for c in columns.columns() if c.default and not c.kinds] == [
        "vt_status",
        "vt_verdict",
        "vt_detections",
        "vt_malicious",
        "vt_engines",
        "vt_first_seen",
        "vt_last_analysis",
        "vt_threat_label",
        "vt_file_type",
        "vt_file_name",
        "vt_times_submitted",
        "vt_sha256",
        "vt_link",
        "vt_checked_at",
        "vt_note",
    ]
    defaults = [c.default for c in columns.columns()]
    assert defaults == sorted(defaults, reverse=True)


def test_columns_of_other_kinds_stand_where_they_belong_and_only_with_them():
    assert [c.name for c in columns.columns() if c.default and c.kinds] == [
        "vt_kind",
        "vt_domain_detections",
        "vt_ip_detections",
        "vt_url_detections",
        "vt_registered",
        "vt_owner",
        "vt_country",
        "vt_categories",
    ]


def test_column_names_titles_and_helps_are_each_their_own():
    every = columns.columns()
    assert len({c.name for c in every}) == len({c.title for c in every}) == len(every)
    assert all(c.name.startswith("vt_") and c.help for c in every)


@pytest.mark.parametrize("asked", HASHES)
def test_any_of_the_three_hashes_finds_the_file(whole, asked):
    assert found(whole, asked).indicator == asked


@pytest.mark.parametrize("value", ["3d" * 32, "0b" * 16, "1c" * 20])
def test_a_report_on_another_file_is_no_answer(whole, value):
    with pytest.raises(Transient, match="another file"):
        found(whole, Indicator("hash", value))


def test_hashes_in_capitals_are_the_same_hashes(whole):
    whole["data"]["attributes"]["sha256"] = SHA256.upper()
    assert found(whole).fields["vt_sha256"] == SHA256


def test_an_id_that_contradicts_the_sha256_is_no_answer(whole):
    whole["data"]["id"] = "9f" * 32
    with pytest.raises(Transient, match="two different"):
        found(whole)


@pytest.mark.parametrize("kind", ["url", "domain", "ip_address", "analysis", ""])
def test_an_object_of_another_kind_is_no_answer(whole, kind):
    whole["data"]["type"] = kind
    with pytest.raises(Transient):
        found(whole)


def test_an_id_alone_does_not_make_a_file_of_an_unnamed_kind(whole):
    del whole["data"]["type"]
    assert found(whole).status is Status.FOUND
    for name in ("md5", "sha1", "sha256"):
        del whole["data"]["attributes"][name]
    with pytest.raises(Transient):
        found(whole)
    whole["data"]["type"] = "file"
    assert found(whole).fields["vt_sha256"] == SHA256


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<!DOCTYPE html><title>Sign in</title>",
        b"OK",
        b"[]",
        b"null",
        b"{}",
        b'{"data": []}',
        b'{"data": null}',
        b'{"data": {"id": "x", "type": "file"}}',
        b'{"error": {"code": "NotFoundError"}}',
        b'{"response_code": 0}',
        b'{"data": ' + b"[" * 200_000,
        b'{"data": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b'{"data": ' + b"9" * 10_000 + b"}",
        b"\xff\xfe\x00",
        b"\x00" * 50,
    ],
)
def test_what_is_no_report_is_transient(body):
    with pytest.raises(Transient):
        report.found(body, ASKED, None)


def test_a_report_cut_anywhere_is_transient(whole):
    body = json.dumps(whole).encode()
    for end in range(0, len(body), 97):
        with pytest.raises(Transient):
            report.found(body[:end], ASKED, None)


def test_a_file_without_analysis_is_found_and_says_so(whole):
    facts = whole["data"]["attributes"]
    del facts["last_analysis_stats"], facts["last_analysis_date"]
    facts["last_analysis_results"] = {}
    finding = found(whole)
    assert (finding.status, finding.malicious, finding.engines) == (Status.FOUND, None, None)
    assert "not analysed yet" in finding.detail
    assert not {"vt_detections", "vt_malicious", "vt_engines"} & finding.fields.keys()


def test_no_verdict_at_all_is_not_nought_of_nought(whole):
    whole["data"]["attributes"]["last_analysis_stats"] = {"malicious": 0, "type-unsupported": 70}
    finding = found(whole)
    assert (finding.malicious, finding.fields["vt_excluded_engines"]) == (None, 70)
    assert "no engine gave a verdict" in finding.detail


def test_zero_counts_may_be_left_out_and_keys_be_spelt_otherwise(whole):
    whole["data"]["attributes"]["last_analysis_stats"] = {"undetected": 60, "typeUnsupported": 4}
    finding = found(whole)
    assert (finding.malicious, finding.engines, finding.fields["vt_excluded_engines"]) == (0, 60, 4)


@pytest.mark.parametrize("drift", [None, "many", [], -1, True, 1.5])
@pytest.mark.parametrize("key", ["malicious", "suspicious", "undetected", "harmless"])
def test_a_count_that_cannot_be_read_gives_no_ratio_rather_than_a_cleaner_one(whole, key, drift):
    whole["data"]["attributes"]["last_analysis_stats"][key] = drift
    finding = found(whole)
    assert (finding.malicious, finding.engines) == (None, None)
    assert finding.fields["vt_file_type"] == "Win32 EXE"
    assert finding.detail


UNREADABLE = [
    *({"malicious": count, "undetected": 60} for count in ("many", -3, 1e300, 10**30, None, [], {}, True, 100_000)),
    *([], ["12"], "12/70", 7, True, 1.5),
]


@pytest.mark.parametrize("stats", UNREADABLE, ids=repr)
def test_counts_that_cannot_be_read_are_a_failure_with_its_reason_and_what_else_was_paid_for(whole, stats):
    whole["data"]["attributes"]["last_analysis_stats"] = stats
    finding = found(whole)
    assert (finding.status, finding.detail) == (
        Status.FAILED, "known to VirusTotal, its detection counts cannot be read",
    )  # fmt: skip
    assert (finding.malicious, finding.engines, virustotal.verdict(finding, 5)) == (None, None, Verdict.NONE)
    assert (finding.fields["vt_file_type"], finding.fields["vt_first_seen"]) == ("Win32 EXE", 1600000000)


@pytest.mark.parametrize("stats", UNREADABLE, ids=repr)
@pytest.mark.parametrize(
    ("kind", "type_", "value"), [("domain", "domain", "a.example"), ("ip", "ip_address", "9.9.9.9")]
)
def test_so_they_are_of_every_other_kind(stats, kind, type_, value):
    document = {"data": {"type": type_, "id": value, "attributes": {"last_analysis_stats": stats}}}
    assert found(document, Indicator(kind, value)).status is Status.FAILED


@pytest.mark.parametrize("stats", [None, {}, {"malicious": 0}, {"timeout": -1}, {"failure": "many"}])
def test_no_counts_of_verdicts_are_an_answer_without_a_verdict(whole, stats):
    whole["data"]["attributes"]["last_analysis_stats"] = stats
    finding = found(whole)
    assert (finding.status, virustotal.verdict(finding, 5)) == (Status.FOUND, Verdict.NO_VERDICT)
    assert finding.detail.endswith(" yet")


def test_counts_written_as_text_are_read(whole):
    whole["data"]["attributes"]["last_analysis_stats"] = {"malicious": "12", "undetected": "58"}
    assert (found(whole).status, found(whole).malicious, found(whole).engines) == (Status.FOUND, 12, 70)


@pytest.mark.parametrize("name", sorted(attributes()))
def test_one_drifted_field_costs_no_other_field(whole, name):
    asked = HASHES[0] if name != "md5" else HASHES[1]
    before = found(whole, asked).fields
    facts = whole["data"]["attributes"]
    without = found(
        {"data": {**whole["data"], "attributes": {k: v for k, v in facts.items() if k != name}}}, asked
    ).fields
    own = {column for column in before if without.get(column) != before[column]}
    assert len(own) < len(before)
    for drift in (None, 7, -1, 1.5, "text", True, [], [3], {}, {"a": 1}, [["trojan", 19]], 10**30):
        facts[name] = drift
        after = found(whole, asked).fields
        assert {column for column in before if after.get(column) != before[column]} <= own, drift


def test_a_label_survives_the_pairs_form_of_its_categories(whole):
    whole["data"]["attributes"]["popular_threat_classification"]["popular_threat_category"] = [["trojan", 19]]
    assert found(whole).fields["vt_threat_label"] == "trojan.x/y"


def test_numbers_as_text_are_numbers(whole):
    whole["data"]["attributes"] |= {"total_votes": {"harmless": "0", "malicious": "2"}, "size": "12"}
    fields = found(whole).fields
    assert (fields["vt_votes_harmless"], fields["vt_votes_malicious"], fields["vt_size"]) == (0, 2, 12)


@pytest.mark.parametrize("date", [-1, 10**12, 10**40])
def test_what_is_no_date_is_left_out(whole, date):
    whole["data"]["attributes"]["creation_date"] = date
    assert "vt_creation_date" not in found(whole).fields


def test_a_lone_surrogate_costs_one_character_not_the_answer(whole):
    whole["data"]["attributes"]["meaningful_name"] = "a\ud83db \U0001f600"
    body = json.dumps(whole).encode()
    assert b"\\ud83db" in body
    finding = report.found(body, ASKED, None)
    assert finding.fields["vt_file_name"] == "a\ufffdb \U0001f600"
    assert finding.malicious == 42


def test_broken_utf8_and_a_byte_order_mark_cost_no_answer(whole):
    body = json.dumps(whole).encode().replace(b"name0.exe", b"name\xff.exe")
    assert "name\ufffd.exe" in str(report.found(b"\xef\xbb\xbf" + body, ASKED, None).fields["vt_names"])


def test_chosen_engines_are_columns(whole):
    chosen = engine_verdicts.chosen(["microsoft", "aegislab", "Eset-Nod32", "Nobody", "MICROSOFT"])
    assert [c.name for _, c in chosen] == [
        "vt_engine_microsoft",
        "vt_engine_aegislab",
        "vt_engine_eset_nod32",
        "vt_engine_nobody",
    ]
    fields = found(whole, chosen=chosen).fields
    assert {k: v for k, v in fields.items() if k.startswith("vt_engine_")} == {
        "vt_engine_microsoft": "Trojan:Win32/X",
        "vt_engine_aegislab": "Trojan.Y",
        "vt_engine_eset_nod32": "undetected",
    }


def test_an_engine_is_its_key_before_it_is_an_old_name(whole):
    whole["data"]["attributes"]["last_analysis_results"] = {
        "New": {"engine_name": "Old", "category": "malicious", "result": "renamed"},
        "Old": {"engine_name": "Else", "category": "malicious", "result": "own"},
    }
    assert found(whole, chosen=engine_verdicts.chosen(["old"])).fields["vt_engine_old"] == "own"


def test_a_name_without_letters_is_no_engine():
    with pytest.raises(UsageError):
        engine_verdicts.chosen(["Microsoft", " "])
