"""Whatever the bytes are: a sound finding on the file that was asked for, or a service error."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.errors import ServiceError
from enrich.model.column import Type
from enrich.model.finding import Finding
from enrich.model.indicator import Indicator
from enrich.providers.virustotal import columns, engine_verdicts, report
from tests.providers.virustotal.conftest import MD5, SHA1, SHA256, attributes

ASKED = Indicator("hash", SHA256)
HASHES = (Indicator("hash", MD5), Indicator("hash", SHA1), ASKED)
TYPES = {c.name: c.type for c in columns.columns()}
NOT_OF_AN_ANSWER = {"vt_status", "vt_checked_at", "vt_note"}


def found(document: object, asked: Indicator = ASKED, chosen: engine_verdicts.Chosen = ()) -> Finding:
    return report.found(json.dumps(document).encode(), asked, None, chosen)


def sound(finding: Finding, asked: Indicator) -> None:
    """What holds of every finding, whatever the body was."""
    assert finding.indicator == asked
    assert asked in finding.aliases
    assert finding.malicious is None or 0 <= finding.malicious <= (finding.engines or 0)
    assert finding.fields.keys() <= TYPES.keys() - NOT_OF_AN_ANSWER
    for name, value in finding.fields.items():
        kind = int if TYPES[name] in (Type.INTEGER, Type.DATE) else str
        assert type(value) is kind, name
        if kind is str:
            value.encode()  # no lone surrogate


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([MD5, SHA1, SHA256, "file"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def mutated(draw: st.DrawFn) -> object:
    """The whole report with some of its nodes replaced or dropped."""
    document: dict = {"data": {"id": SHA256, "type": "file", "attributes": attributes()}}
    for _ in range(draw(st.integers(1, 6))):
        node: object = document
        while isinstance(node, (dict, list)) and node:
            key = draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
            if draw(st.integers(0, 3)) == 0 or not isinstance(node[key], (dict, list)):
                if draw(st.booleans()):
                    del node[key]
                else:
                    node[key] = draw(values)
                break
            node = node[key]
    return document


@given(mutated(), st.sampled_from(HASHES))
def test_a_mutated_report_is_a_sound_finding_or_a_service_error(document, asked):
    try:
        finding = found(document, asked, engine_verdicts.chosen(["Microsoft"]))
    except ServiceError:
        return
    finding.fields.pop("vt_engine_microsoft", None)
    sound(finding, asked)


@given(st.data())
def test_flipped_bytes_are_a_sound_finding_or_a_service_error(data):
    body = bytearray(json.dumps({"data": {"id": SHA256, "type": "file", "attributes": attributes()}}).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        finding = report.found(bytes(body), ASKED, None)
    except ServiceError:
        return
    sound(finding, ASKED)


@given(st.binary(max_size=200) | values.map(lambda v: json.dumps(v).encode()))
def test_any_other_bytes_are_a_service_error(body):
    with pytest.raises(ServiceError):
        report.found(body, ASKED, None)
