"""Reports on domains, addresses and URLs: real bodies say what they say, and strange ones spoil nothing."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrich.errors import Transient
from enrich.model.finding import Finding
from enrich.model.indicator import Indicator
from enrich.model.verdict import Verdict
from enrich.providers import virustotal
from enrich.providers.virustotal.kinds import kinds
from enrich.providers.virustotal.kinds.shared.reading import found

FOLDERS = {"domain": "domain", "ip": "ip_address", "url": "url"}
URL = "http://evil.example/a?b=/c"


def bodies(shared: Path, kind: str) -> list[tuple[Path, dict[str, Any]]]:
    folder = FOLDERS[kind]
    paths = [*(shared / "reports" / folder).glob("*.json"), *(shared / "bodies").glob(f"vt_{folder}__*.json")]
    documents = [(path, json.loads(path.read_text(encoding="utf-8"))) for path in sorted(paths)]
    return [(path, document if "data" in document else {"data": document}) for path, document in documents]


def asked_for(kind: str, data: dict[str, Any]) -> str:
    return data["attributes"]["url"] if kind == "url" else data["id"]


def read(kind: str, document: object, value: str) -> Finding:
    return found(kinds()[kind], json.dumps(document).encode(), Indicator(kind, value), None)


@pytest.mark.shared
@pytest.mark.parametrize("kind", FOLDERS)
def test_every_real_body_says_what_its_attributes_say(shared: Path, kind: str) -> None:
    documents = bodies(shared, kind)
    assert len(documents) >= 8
    for path, document in documents:
        data = document["data"]
        attributes, value = data["attributes"], asked_for(kind, data)
        finding = read(kind, document, value)
        stats = attributes.get("last_analysis_stats")
        if stats is None:
            assert virustotal.verdict(finding, 5) is Verdict.NO_VERDICT, path.name
            assert "no engine" in finding.detail
        else:
            counted = [stats[name] for name in ("malicious", "suspicious", "undetected", "harmless")]
            assert finding.malicious == counted[0] + counted[1]
            assert finding.fields["vt_detections"] == f"{counted[0] + counted[1]}/{sum(counted)}"
        fields = {
            "vt_last_analysis": attributes.get("last_analysis_date"),
            "vt_reputation": attributes.get("reputation"),
            "vt_first_seen": attributes.get("first_submission_date"),
            "vt_times_submitted": attributes.get("times_submitted"),
            "vt_title": attributes.get("title") or None,
            "vt_final_url": attributes.get("last_final_url") or None,
            "vt_http_code": attributes.get("last_http_response_code"),
            "vt_country": attributes.get("country"),
            "vt_asn": attributes.get("asn"),
            "vt_network": attributes.get("network"),
            "vt_jarm": attributes.get("jarm"),
            "vt_owner": attributes.get("registrar") or attributes.get("as_owner"),
            "vt_threat_label": ", ".join(attributes.get("threat_names") or ()) or None,
            "vt_tags": ", ".join(attributes.get("tags") or ()) or None,
        }
        assert {name: finding.fields.get(name) for name in fields} == fields, path.name
        assert Indicator(kind, value) in finding.aliases
        page = {"domain": "domain", "ip": "ip-address", "url": "url"}[kind]
        assert finding.fields["vt_link"] == f"https://www.virustotal.com/gui/{page}/{data['id']}"


@pytest.mark.shared
def test_a_subdomain_has_no_date_of_registration(shared: Path) -> None:
    dates = {
        document["data"]["id"]: read("domain", document, document["data"]["id"]).fields.get("vt_registered")
        for _, document in bodies(shared, "domain")
    }
    assert dates["google.com"] == 874306800
    for name in ("lij-jg.blogspot.com", "misp.ninoseki.xyz", "www.google.com"):
        assert dates[name] is None


@pytest.mark.shared
@pytest.mark.parametrize("kind", FOLDERS)
def test_a_body_about_another_object_is_no_answer(shared: Path, kind: str) -> None:
    others = {"domain": "another.example", "ip": "9.9.9.9", "url": "http://another.example/"}
    for other, document in ((k, d) for k in FOLDERS for _, d in bodies(shared, k)):
        with pytest.raises(Transient):
            read(kind, document, others[kind])
        if other != kind:
            with pytest.raises(Transient):
                read(kind, document, asked_for(other, document["data"]))


def document_of(kind: str, identity: str, **attributes: Any) -> dict[str, Any]:
    return {"data": {"id": identity, "type": FOLDERS[kind], "attributes": attributes}}


def test_paths_hold_the_value_and_match_what_may_be_sent() -> None:

    for kind, value, path in (
        ("domain", "evil.example", "/api/v3/domains/evil.example"),
        ("ip", "2a00:1450::2001", "/api/v3/ip_addresses/2a00:1450::2001"),
        ("url", "http://a.example/?>>?", "/api/v3/urls/aHR0cDovL2EuZXhhbXBsZS8_Pj4_"),
    ):
        assert kinds()[kind].path(value) == path
        assert re.fullmatch(kinds()[kind].PATHS, path)


@pytest.mark.parametrize(
    "path",
    ["/api/v3/urls/x/analyse", "/api/v3/urls", "/api/v3/domains/a.b/analyse", "/api/v3/ip_addresses/1.1.1.1/analyse"],
)
def test_no_route_that_submits_or_analyses_may_be_sent(path: str) -> None:

    assert not any(re.fullmatch(kind.PATHS, path) for kind in kinds().values())


def test_the_services_own_form_of_a_url_is_a_name_of_it() -> None:
    theirs = "http://evil.example/a?b=%2Fc"
    identity = hashlib.sha256(theirs.encode()).hexdigest()
    finding = read("url", document_of("url", identity, url=theirs), URL)
    assert finding.aliases == (Indicator("url", URL), Indicator("url", theirs))


@pytest.mark.parametrize(
    ("identity", "url"),
    [("0" * 64, URL), (hashlib.sha256(b"http://other.example/").hexdigest(), "http://other.example/"), ("x", None)],
)
def test_a_url_of_another_host_or_a_wrong_id_is_no_answer(identity: str, url: str | None) -> None:
    with pytest.raises(Transient):
        read("url", document_of("url", identity, url=url), URL)


def test_values_of_other_types_than_documented_are_left_out() -> None:
    strange = document_of(
        "domain", "evil.example", registrar=None, creation_date="1999", categories=[], popularity_ranks={"x": None},
        last_dns_records=[{"type": "A", "value": ""}, {"type": "A", "value": "1.2.3.4"}], tags=None, reputation=10**30,
        last_analysis_stats={"malicious": 0, "suspicious": 0, "undetected": 5, "harmless": 60, "timeout": 0},
        gti_assessment=None, unknown={"deep": []},
    )  # fmt: skip
    finding = read("domain", strange, "evil.example")
    assert finding.fields["vt_detections"] == "0/65"
    assert finding.fields["vt_resolves_to"] == "1.2.3.4"
    assert not {"vt_owner", "vt_registered", "vt_categories", "vt_rank", "vt_tags", "vt_reputation"} & set(
        finding.fields
    )


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda c: (
            st.lists(c, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "type", "attributes", "url", "title", "last_analysis_stats", "malicious", "categories"]
                ),
                c,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_an_answer_or_a_told_fault(attributes: object) -> None:
    for kind, value in (("domain", "evil.example"), ("ip", "1.2.3.4")):
        try:
            finding = read(kind, {"data": {"id": value, "type": FOLDERS[kind], "attributes": attributes}}, value)
        except Transient:
            continue
        assert all(isinstance(field, (str, int)) for field in finding.fields.values())
