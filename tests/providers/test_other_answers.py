"""Answers of the further sources: what is missing stays empty, what cannot be read is no result."""

from __future__ import annotations

from typing import Any

import pytest

from enrich.errors import Refused, Transient
from enrich.model.indicator import Indicator
from enrich.providers import malwarebazaar, threatfox, urlhaus
from enrich.providers.hashlookup.client import fields as of_hashlookup

FILE, OTHER = Indicator("hash", "ab" * 32), "cd" * 32
UNREADABLE = ["high", -3, 1e300, 10**30, 101, "1000", 7.5, True, [], {}, ["75"]]


def entry(**more: object) -> dict[str, Any]:
    return {"ioc": FILE.value, "threat_type": "payload", **more}


@pytest.mark.parametrize(("said", "read"), [(75, 75), ("75", 75), (100.0, 100), (0, 0)])
def test_a_number_that_a_verdict_hangs_on_is_read_as_it_comes(said: object, read: int) -> None:
    content = threatfox.read({"data": [entry(confidence_level=said)]}, FILE)
    assert content is not None
    assert content[0]["tf_confidence"] == read
    assert of_hashlookup({"hashlookup:trust": said})["hl_trust"] == read


@pytest.mark.parametrize("said", UNREADABLE, ids=repr)
def test_one_that_cannot_be_read_is_a_failure_with_its_reason(said: object) -> None:
    with pytest.raises(Refused, match="confidence_level cannot be read"):
        threatfox.read({"data": [entry(confidence_level=said)]}, FILE)
    with pytest.raises(Refused, match="trust cannot be read"):
        of_hashlookup({"hashlookup:trust": said})


@pytest.mark.parametrize("said", [{}, {"confidence_level": None}, {"confidence_level": ""}])
def test_one_that_is_missing_stays_empty(said: dict[str, Any]) -> None:
    content = threatfox.read({"data": [entry(**said)]}, FILE)
    assert content is not None
    assert content[0]["tf_confidence"] is None
    assert "hl_trust" not in of_hashlookup({"hashlookup:trust": said.get("confidence_level")})


@pytest.mark.parametrize("data", [None, {}, [], "text", 7, [7], [{}], [{"ioc": []}]])
def test_a_search_whose_entries_cannot_be_read_found_nothing_that_could_be_told(data: object) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        threatfox.read({"data": data}, FILE)


def test_a_search_that_found_other_things_alone_is_an_answer() -> None:
    assert threatfox.read({"data": [{"ioc": OTHER}]}, FILE) is None


@pytest.mark.parametrize("data", [None, {}, [], "text", [{}], [{"sha256_hash": OTHER}]])
def test_an_answer_about_another_file_does_not_say_that_this_one_is_unknown(data: object) -> None:
    with pytest.raises(Transient, match="another file"):
        malwarebazaar.read({"data": data}, FILE)


def test_nor_does_one_about_another_host() -> None:
    with pytest.raises(Transient, match="something else"):
        urlhaus.read({"host": "b.example", "urls": []}, Indicator("domain", "a.example"))
    with pytest.raises(Transient, match="something else"):
        urlhaus.read({"sha256_hash": OTHER}, FILE)
