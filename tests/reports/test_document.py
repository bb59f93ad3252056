"""result.json: what goes in comes out, and the published schema says what it is."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from enrich.clock import SystemClock
from enrich.errors import InputError
from enrich.model.finding import Answer, Status
from enrich.reports import ReportOptions, load, loads
from enrich.reports import json as form
from enrich.reports.shared.document import SCHEMA_FILE, dumps, schema
from enrich.stores import open_store
from tests.support import made_results


@pytest.mark.parametrize("result", [made_results.incident(), made_results.hostile(), made_results.result([])])
def test_a_result_survives_the_way_through_json(result, rendered):
    assert loads(rendered(form, result)) == result


@given(st.text(st.characters(), max_size=40), st.integers(0, 10**12))
def test_any_name_and_number_survive(name, number):
    entry = made_results.found("x")
    fields = {"vt_file_name": name, "vt_first_seen": number, "vt_signed": True, "vt_score": 1.5, "vt_none": None}
    result = made_results.result([structs.replace(entry, finding=structs.replace(entry.finding, fields=fields))])
    assert loads(dumps(result)) == result


def test_what_came_out_of_the_store_survives_too():
    entry = made_results.found("x")
    with closing(open_store("memory:", SystemClock())) as store:
        store.put_many([Answer(entry.finding)])
        stored = store.get_many(entry.finding.origin, [entry.finding.indicator])
        judged = [structs.replace(one, verdict=entry.finding.verdict) for one in stored.values()]
        packed = made_results.result([structs.replace(entry, finding=finding) for finding in judged])
        read = loads(dumps(packed))
    assert packed.entries
    assert read == packed
    assert type(read.entries[0].finding.aliases) is tuple


def test_a_document_from_before_verdicts_is_judged_by_its_counts():
    old = json.loads(dumps(made_results.incident()))
    del old["result"]["malicious_from"]
    for entry in old["result"]["entries"]:
        del entry["finding"]["verdict"]
    assert loads(json.dumps(old)) == loads(dumps(made_results.incident()))


def test_the_published_schema_is_the_model_s():
    assert json.loads(SCHEMA_FILE.read_text("utf-8")) == json.loads(json.dumps(schema()))


@pytest.mark.parametrize("result", [made_results.incident(), made_results.hostile(), made_results.result([])])
def test_documents_validate_against_the_published_schema(result):
    checker = jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text("utf-8")))
    checker.validate(json.loads(dumps(result)))


def test_the_schema_refuses_a_status_of_another_world():
    document = json.loads(dumps(made_results.result([made_results.found("x")])))
    document["result"]["entries"][0]["finding"]["status"] = "probably"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json.loads(SCHEMA_FILE.read_text("utf-8")))


def test_fields_of_a_later_release_are_passed_over_and_missing_ones_take_their_default():
    document = json.loads(dumps(made_results.incident()))
    document["result"]["added_later"] = 1
    del document["result"]["stopped"]
    assert loads(json.dumps(document)) == replace(made_results.incident(), stopped="")


def test_a_document_of_before_is_brought_up_to_what_is_read_now():
    written = json.loads(dumps(made_results.incident()))
    result = written["result"]
    (service,) = result.pop("services")
    result |= {"quota": service.pop("quota"), "used": service.pop("used"), "incident_date": "2026-10-28T00:00:00Z"}
    service.pop("prefix")
    result["service"] = service
    for entry in result["entries"]:
        entry["context"] = " ".join(entry.pop("words"))
        entry.pop("groups")
    read = loads(json.dumps(written))
    now = made_results.incident()
    assert (read.services, read.incident_date) == (now.services, now.incident_date)
    assert [entry.words for entry in read.entries] == [entry.words for entry in now.entries]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"schema": 2, "result": {}}',
        b'{"schema": 1}',
        b'{"schema": 1, "result": 7}',
        b"\xff",
    ],
)
def test_what_is_no_result_document_is_said_in_a_sentence(data):
    with pytest.raises(InputError):
        loads(data)


def test_a_file_is_read_and_a_missing_one_is_an_input_error(tmp_path):
    file = tmp_path / "result.json"
    file.write_bytes(dumps(made_results.incident()))
    assert load(file).entries[0].finding.status is Status.FOUND
    with pytest.raises(InputError, match="nothing"):
        load(tmp_path / "nothing.json")


def test_the_key_never_appears_only_its_fingerprint(rendered):
    text = rendered(form, made_results.incident(), ReportOptions()).decode()
    assert "kf-3b9ac1" in text
    assert "api_key" not in text
