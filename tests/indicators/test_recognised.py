"""Mail addresses and networks are recognised in their own right, and never looked up."""

from __future__ import annotations

import pytest

from enrich.indicators import types
from enrich.model.sighting import Found


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("email", "someone[@]evil[.]com", "someone@evil.com"),
        ("email", "From: Jane.Doe@Example.com", "jane.doe@example.com"),
        ("email", "billing@portal[.]example", "billing@portal.example"),
        ("email", "j.doe@mail.corp.local", "j.doe@mail.corp.local"),
        ("network", "203[.]0.113.7/24", "203.0.113.0/24"),
        ("network", "2a00:1450::/32", "2a00:1450::/32"),
    ],
)
def test_it_is_listed_with_the_reason_and_stays_home(kind: str, text: str, value: str) -> None:
    member = types()[kind]
    (match,) = member.find(text)
    assert (match.value, match.found) == (value, Found.LEFT_OUT)
    assert "never" in match.reason or "no service" in match.reason
    assert member.withheld(value)
    assert not member.LOOKED_UP
