"""Bodies are true to their facts, whether these come from the dataset or are made from the hash."""

from __future__ import annotations

import gzip
import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.standin import reports, samples, synthetic

DATASET = [facts for facts in reports.load(samples.dataset()) if "type" not in facts]
HEX = st.text("0123456789abcdef", min_size=64, max_size=64)


@pytest.mark.parametrize("facts", DATASET, ids=lambda facts: facts["sha256"][:8])
def test_the_engines_verdicts_add_up_to_the_counts(facts):
    report = json.loads(reports.render(facts))["data"]["attributes"]
    categories = Counter(engine["category"] for engine in report["last_analysis_results"].values())
    assert categories == {name: n for name, n in report["last_analysis_stats"].items() if n}
    assert len(report["last_analysis_stats"]) == 8
    for name, engine in report["last_analysis_results"].items():
        assert engine["engine_name"] == name
        assert (engine["result"] is not None) is (engine["category"] == "malicious")


def test_a_report_is_the_same_each_time():
    assert [reports.render(facts) for facts in DATASET[:5]] == [reports.render(facts) for facts in DATASET[:5]]


def test_a_file_not_analysed_yet_has_neither_counts_nor_verdicts():
    report = json.loads(reports.render({"sha256": "a" * 64}))["data"]["attributes"]
    assert report["last_analysis_results"] == {}
    assert "last_analysis_stats" not in report
    assert "last_analysis_date" not in report


@given(HEX, st.sampled_from([32, 40, 64]), st.booleans())
def test_a_made_up_report_names_the_hash_that_was_asked(digits, length, dense):
    asked = digits[:length]
    plain = synthetic.body(asked, gzip=False, dense=dense)
    assert gzip.decompress(synthetic.body(asked, gzip=True, dense=dense)) == plain
    report = json.loads(plain)["data"]
    facts = synthetic.facts(asked)
    given = report["attributes"]
    assert asked in (given["md5"], given["sha1"], given["sha256"])
    assert (len(given["md5"]), len(given["sha1"]), len(given["sha256"])) == (32, 40, 64)
    assert given["last_analysis_stats"]["malicious"] == facts.malicious
    assert given["first_submission_date"] == facts.first_submission_date
    assert report["id"] == given["sha256"] == facts.sha256


def test_a_dense_report_says_twice_as_much_in_as_many_bytes():
    usual, dense = (synthetic.body("a" * 64, gzip=False, dense=dense) for dense in (False, True))
    assert 0.9 < len(dense) / len(usual) < 1.1
    assert 1.5 < len(_bare(dense)) / len(_bare(usual)) < 2.5


def _bare(body: bytes) -> str:
    return json.dumps(json.loads(body), separators=(",", ":"))


@given(st.integers(0, 10**12))
def test_the_three_hashes_of_a_made_up_file_name_one_report(number):
    bodies = {synthetic.body(value, gzip=False) for value in synthetic.hashes(number)}
    assert len(bodies) == 1


def test_the_share_of_absent_files_is_kept_whichever_hash_is_asked():
    names = [synthetic.hashes(number) for number in range(4000)]
    absent = [[synthetic.absent(value, 0.2) for value in hashes] for hashes in names]
    assert all(len(set(verdicts)) == 1 for verdicts in absent)
    assert 0.17 < sum(verdicts[0] for verdicts in absent) / 4000 < 0.23
