"""What the key allows, asked of the service: where it does not say, why, and that an outage is no good end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from enrich.standin.options import Fault, Faults
from tests.support.standin_server import Stand, a_list

NOWHERE = "http://127.0.0.1:9"
"""A port at which nobody listens."""
Captured = pytest.CaptureFixture[str]


def test_the_service_s_word_stands_beside_what_is_booked(standing: Callable[..., Stand], capsys: Captured) -> None:
    stand = standing(per_minute=600, per_day=100, used_day=10)
    assert stand.enrich("quota") == 0
    said = capsys.readouterr().out
    assert "the service says:" in said
    assert "a day     100 calls, used 10, booked here " in said
    assert stand.enrich("quota", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["service"]["quota"]["per_day"], told["silence"]) == (100, "")


def test_nobody_there_is_exit_4_with_the_reason_and_what_is_booked(stand: Stand, capsys: Captured) -> None:
    assert stand.enrich("quota", "--virustotal-url", NOWHERE, "--json") == 0, "the last address counts: the stand-in's"
    stand.address = NOWHERE
    capsys.readouterr()
    assert stand.enrich("quota") == 4
    told = capsys.readouterr()
    assert "the service did not say (127.0.0.1" in told.out
    assert "no connection" in told.out
    assert "booked here 0" in told.out
    assert told.err.startswith("enrich: 127.0.0.1")
    assert stand.enrich("quota", "--json") == 4
    told = json.loads(capsys.readouterr().out)
    assert told["service"] is None
    assert "no connection" in told["silence"]


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.HTML_200, Fault.INTERNAL_500, Fault.RESET])
def test_so_is_one_that_gives_no_answer(standing: Callable[..., Stand], capsys: Captured, fault: Fault) -> None:
    stand = standing(faults=Faults(quota_question=fault))
    assert stand.enrich("quota", "--timeout", "0.5") == 4
    told = capsys.readouterr()
    assert "the service did not say (" in told.out
    assert told.err.startswith("enrich: ")


def test_a_plan_says_why_the_allowance_is_assumed(stand: Stand, tmp_path: Path, capsys: Captured) -> None:
    sheet = a_list(tmp_path / "in.csv", range(3))
    stand.address = NOWHERE
    assert stand.enrich("plan", sheet) == 0
    said = capsys.readouterr().out
    assert "the service did not say what the key (environment variable VT_API_KEY) allows (127.0.0.1" in said
    assert "no connection" in said
    assert "assumed: 4 a minute" in said
    assert stand.enrich("plan", sheet, "--json") == 0
    assert "no connection" in json.loads(capsys.readouterr().out)["quota"]["silence"]
    assert stand.enrich("plan", sheet, "--offline") == 0
    assert "the service was not asked" in capsys.readouterr().out
