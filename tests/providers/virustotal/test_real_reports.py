"""Recorded bodies: the files say what their key says, and everything else is no report."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from enrich.errors import Transient
from enrich.model.indicator import Indicator
from enrich.providers.virustotal import engine_verdicts, report
from tests.providers.virustotal.conftest import SHA256

KEYED = {
    "vt_sha256": "sha256",
    "vt_sha1": "sha1",
    "vt_md5": "md5",
    "vt_engines": "denominator4",
    "vt_first_seen": "first_submission_date",
    "vt_last_submission": "last_submission_date",
    "vt_last_analysis": "last_analysis_date",
    "vt_times_submitted": "times_submitted",
    "vt_unique_sources": "unique_sources",
    "vt_size": "size",
    "vt_file_type": "type_description",
    "vt_type_tag": "type_tag",
    "vt_file_name": "meaningful_name",
    "vt_threat_label": "suggested_threat_label",
    "vt_reputation": "reputation",
}


@pytest.mark.shared
def test_every_real_report_says_what_its_key_says(shared: Path):
    with (shared / "reports-KEY.csv").open(newline="", encoding="utf-8") as key:
        rows = list(csv.DictReader(key))
    for row in rows:
        body = (shared / row["file"]).read_bytes()
        for value in filter(None, (row["md5"], row["sha1"], row["sha256"])):
            finding = report.found(body, Indicator("hash", value), None)
            assert Indicator("hash", value) in finding.aliases
        told = {ours: str(finding.fields.get(ours, "")) for ours in KEYED}
        assert told == {ours: row[theirs] for ours, theirs in KEYED.items()}, row["file"]
        assert finding.malicious == int(row["malicious"]) + int(row["suspicious"])
    assert len(rows) > 50


@pytest.mark.shared
def test_every_real_report_names_its_engines(shared: Path):
    for path in (shared / "reports" / "file").glob("*.json"):
        attributes = json.loads(path.read_text("utf-8"))["data"]["attributes"]
        results = attributes["last_analysis_results"]
        chosen = engine_verdicts.chosen(list(results))
        fields = report.found(path.read_bytes(), Indicator("hash", attributes["md5"]), None, chosen).fields
        for name, said in results.items():
            assert fields[f"vt_engine_{engine_verdicts.slug(name)}"] == (said["result"] or said["category"])


@pytest.mark.shared
def test_a_real_body_of_any_other_kind_is_no_report(shared: Path):
    seen = 0
    for path in sorted((shared / "reports").rglob("*.json")):
        if path.parent.name.startswith("file"):
            continue
        body = path.read_bytes()
        document = json.loads(body)
        inner = document.get("data", document) if isinstance(document, dict) else {}
        names = (
            {inner.get(k) for k in ("id", "resource", "md5", "sha1", "sha256")} if isinstance(inner, dict) else set()
        )
        for asked in {SHA256, *(n for n in names if isinstance(n, str))}:
            with pytest.raises(Transient):
                report.found(body, Indicator("hash", asked), None)
            seen += 1
    assert seen > 40
