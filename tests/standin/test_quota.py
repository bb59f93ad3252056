"""Calls count at arrival, in the window the options name, and days and months are the UTC calendar's."""

from __future__ import annotations

import pytest

from enrich.standin.options import Latency, OptionGroup, StandinOptions, Window
from enrich.standin.quota import Accounts, Instant
from enrich.standin.server import StandIn, serving
from tests.standin.conftest import KEY, UNKNOWN, WANNACRY

MIDNIGHT = 1_767_225_600.0
"""2026-01-01 00:00:00 UTC."""


def accepted(
    options: StandinOptions, times: list[float], key: str = KEY, accounts: Accounts | None = None
) -> list[float]:
    """Which of the arrivals are let through."""
    accounts = accounts or Accounts(options)
    passed = []
    for at in times:
        now = Instant(MIDNIGHT + at, at)
        account = accounts.account(key, now)
        if not account.refusal(now):
            account.charge(now)
            passed.append(at)
    return passed


def test_a_sliding_minute_looks_back_sixty_seconds():
    times = [50, 51, 61, 109.9, 110, 111]
    assert accepted(StandinOptions(per_minute=2), times) == [50, 51, 110, 111]


def test_a_fixed_minute_starts_anew_at_the_full_minute():
    times = [50, 51, 59, 60, 61, 62]
    options = StandinOptions(per_minute=2, window=Window.FIXED)
    assert accepted(options, times) == [50, 51, 60, 61]


def test_both_windows_must_have_room():
    options = StandinOptions(per_minute=2, window=Window.BOTH)
    assert accepted(options, [50, 51, 60, 61, 110, 111, 112, 119.5]) == [50, 51, 110, 111]
    assert accepted(options, [0, 30, 60, 61, 89, 90, 119]) == [0, 30, 60, 90]


def test_a_scaled_minute_is_as_short_as_told():
    assert accepted(StandinOptions(per_minute=1, minute_seconds=0.5), [0, 0.4, 0.5, 0.9, 1.0]) == [0, 0.5, 1.0]


@pytest.mark.parametrize(("limit", "resets"), [("per_day", 86_400), ("per_month", 31 * 86_400)])
def test_days_and_months_reset_at_midnight_utc(limit, resets):
    options = StandinOptions(**{limit: 2})
    times = [1, 2, 3, resets - 1, resets, resets + 1, resets + 2]
    assert accepted(options, times) == [1, 2, resets, resets + 1]


def test_what_was_used_before_counts():
    assert accepted(StandinOptions(per_day=5, used_day=3), [1, 2, 3]) == [1, 2]
    assert accepted(StandinOptions(per_month=5, used_month=4), [1, 2, 3]) == [1]


def test_keys_have_their_own_minute_and_share_the_groups_day():
    options = StandinOptions(per_minute=2, group=OptionGroup(per_day=3))
    accounts = Accounts(options)
    assert accepted(options, [0, 1, 2], "one", accounts) == [0, 1]
    assert accepted(options, [3, 4, 5], "two", accounts) == [3]


async def status(http, address: str, path: str) -> int:
    async with http.get(f"{address}/api/v3/{path}") as answer:
        await answer.read()
        return answer.status


async def test_a_refused_call_is_a_429_that_costs_nothing(http, clock):
    standin = StandIn(StandinOptions(per_minute=1, per_day=10, clock=clock))
    async with serving(standin) as address:
        assert [await status(http, address, f"files/{WANNACRY}") for _ in range(3)] == [200, 429, 429]
    assert (standin.journal.charged, standin.journal.refusals) == (1, 2)
    assert [request.refused for request in standin.journal.requests] == ["", "minute", "minute"]
    assert standin.most_in_a_minute == 3


@pytest.mark.parametrize(("counted", "statuses"), [(True, [404, 429]), (False, [404, 404])])
async def test_whether_not_found_costs_can_be_chosen(http, clock, counted, statuses):
    async with serving(StandinOptions(per_minute=1, absent_counted=counted, clock=clock)) as address:
        assert [await status(http, address, f"files/{UNKNOWN}") for _ in range(2)] == statuses


@pytest.mark.parametrize(("counted", "third"), [(True, 429), (False, 200)])
async def test_whether_quota_questions_count_towards_the_minute_can_be_chosen(http, clock, counted, third):
    async with serving(StandinOptions(per_minute=2, free_counted=counted, clock=clock)) as address:
        paths = [f"users/{KEY}/overall_quotas", f"users/{KEY}/overall_quotas", f"files/{WANNACRY}"]
        assert [await status(http, address, path) for path in paths] == [200, 200, third]


async def test_the_way_in_passes_before_a_call_counts(http, clock):
    standin = StandIn(StandinOptions(latency=Latency(way_in=3, way_in_jitter=2, way_out=1), clock=clock))
    async with serving(standin) as address:
        await status(http, address, f"files/{WANNACRY}")
    (request,) = standin.journal.requests
    assert 3 <= request.time - MIDNIGHT <= 5
    assert clock.now == pytest.approx(request.time + 1)
