"""Lists of names: a domain covers what is under it, a network its addresses, both the URLs on them."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from enrich.config.settings import Settings
from enrich.exclusions.indicator_list import IndicatorList
from enrich.exclusions.lists import Exclusions
from enrich.model.finding import Status
from enrich.model.indicator import Indicator, Target


def names(*listed: tuple[str, str]) -> IndicatorList:
    made = IndicatorList()
    for kind, value in listed:
        made.add(Indicator(kind, value), f"on it: {value}")
    return made


LISTED = (
    ("domain", "client.com"),
    ("network", "203.0.112.0/20"),
    ("ip", "8.8.8.8"),
    ("url", "http://x.com/a"),
    ("network", "2a00::/16"),
)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("domain", "client.com"), ("domain", "a.b.client.com"), ("url", "http://www.client.com/x?y"),
        ("ip", "203.0.113.7"), ("url", "https://203.0.113.7:8443/"), ("ip", "8.8.8.8"), ("url", "http://8.8.8.8/"),
        ("url", "http://x.com/a"), ("ip", "2a00:1450::1"), ("url", "http://[2a00:1450::1]/"),
    ],
)  # fmt: skip
def test_what_is_listed_covers(kind: str, value: str) -> None:
    assert names(*LISTED).covering(Indicator(kind, value)).startswith("on it")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("domain", "notclient.com"),
        ("domain", "com"),
        ("ip", "8.8.8.9"),
        ("url", "http://x.com/b"),
        ("url", "http://client.com.evil.org/"),
        ("domain", "x.com"),
    ],
)
def test_what_is_not_listed_is_free(kind: str, value: str) -> None:
    assert names(*LISTED).covering(Indicator(kind, value)) == ""


def held(tmp_path: Path, **options: object) -> dict[str, Status]:
    wanted = [
        Target(Indicator("domain", "a.client.com")),
        Target(Indicator("ip", "192.168.0.1")),
        Target(Indicator("ip", "9.9.9.9")),
        Target(Indicator("url", "http://evil.com/?email=a@client.com")),
        Target(Indicator("domain", "good.com")),
    ]
    with ExitStack() as stack:
        found = Exclusions.read(Settings(**options), stack).findings(wanted)
    return {indicator.value: finding.status for indicator, finding in found.items()}


def test_lists_of_any_kind_hold_back_and_private_things_stay_home(tmp_path: Path) -> None:
    never = tmp_path / "never.txt"
    never.write_text("client.com\n9.9.9.0/24\n")
    good = tmp_path / "good.csv"
    good.write_text("domain\ngood.com\n")
    assert held(tmp_path, never_send=(str(never),), known_good=(good,)) == {
        "a.client.com": Status.SKIPPED,
        "192.168.0.1": Status.SKIPPED,
        "9.9.9.9": Status.SKIPPED,
        "http://evil.com/?email=a@client.com": Status.SKIPPED,
        "good.com": Status.TRIVIAL,
    }


def test_private_urls_are_sent_where_the_user_says_so_and_private_addresses_never(tmp_path: Path) -> None:
    assert held(tmp_path, send_private_urls=True) == {"192.168.0.1": Status.SKIPPED}
