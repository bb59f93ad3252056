"""What ``overall_quotas`` says of a key: the count that runs out first, in each period."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.errors import Transient
from enrich.model.quota import Allowance, Quota, Usage
from enrich.providers.virustotal.quota import allowance


def read(**counters) -> Allowance | None:
    return allowance(json.dumps({"data": {f"api_requests_{k}": v for k, v in counters.items()}}).encode())


def count(allowed, used=0) -> dict:
    return {"allowed": allowed, "used": used}


def test_a_public_key_has_four_a_minute():
    said = read(hourly={"user": count(240, 3)}, daily={"user": count(500, 17)}, monthly={"user": count(15500, 1204)})
    assert said == Allowance(Quota(4, 500, 15500), Usage(17, 1204))


def test_the_smaller_remainder_of_user_and_group_binds():
    said = read(
        hourly={"user": count(60_000_000_000), "group": count(1_800_000, 8712)},
        daily={"user": count(1000, 74), "group": count(30_000_000, 535_676)},
        monthly={"user": count(900, 10), "group": count(1000, 995)},
    )
    assert said == Allowance(Quota(30_000, 1000, 1000), Usage(74, 995))


def test_a_thousand_million_is_no_limit():
    said = read(monthly={"user": count(10**9, 137), "group": count(2 * 10**9, 142)}, daily={"user": count(500)})
    assert said is not None
    assert (said.quota.per_month, said.used.month) == (None, 137)


def test_a_user_allowed_nothing_lives_on_the_group():
    said = read(daily={"user": count(0, 5), "group": count(1000, 6)})
    assert said == Allowance(Quota(4, 1000, 15500), Usage(6, 0))


def test_a_key_allowed_nothing_has_nothing():
    said = read(daily={"user": count(0, 0)})
    assert said is not None
    assert said.quota.per_day == 0


def test_fewer_than_none_says_nothing():
    assert read(daily={"user": count(-1, 3)}, hourly={"group": count(-1)}) is None
    said = read(daily={"user": count(-1, 3), "group": count(1000, 4)}, monthly={"user": count(-1)})
    assert said == Allowance(Quota(4, 1000, 15500), Usage(4, 0))


def test_less_than_one_a_minute_is_one():
    said = read(hourly={"user": count(10)})
    assert said is not None
    assert said.quota.per_minute == 1


def test_the_flat_form_is_read_too():
    assert read(daily=count(500, 3), hourly=count(240)) == Allowance(Quota(4, 500, 15500), Usage(3, 0))


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"data": {}}', b'{"data": {"api_requests_daily": {"user": {}}}}'])
def test_no_counter_is_no_word(body):
    assert allowance(body) is None


def test_a_web_page_is_transient():
    with pytest.raises(Transient):
        allowance(b"<html>")


counts = (
    st.none()
    | st.text(max_size=3)
    | st.integers()
    | st.floats()
    | st.dictionaries(st.sampled_from(["allowed", "used"]), st.none() | st.integers() | st.text(max_size=3))
)
counters = st.none() | st.integers() | st.dictionaries(st.sampled_from(["user", "group", "allowed", "used"]), counts)


@given(counters, counters, counters)
def test_whatever_it_says_the_limits_are_sane(hourly, daily, monthly):
    said = read(hourly=hourly, daily=daily, monthly=monthly)
    if said is not None:
        assert said.quota.per_minute is None or said.quota.per_minute >= 1
        for limit in (said.quota.per_day, said.quota.per_month):
            assert limit is None or 0 <= limit < 10**9
        assert min(said.used.day, said.used.month) >= 0


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "quota", "used"),
    [
        ("overall_quotas_public_synthetic", Quota(4, 500, 15500), Usage(17, 1204)),
        ("overall_quotas_premium", Quota(30_000, 1000, None), Usage(74, 2564)),
        ("overall_quotas_docs_example", Quota(55_000, 99_000_000, None), Usage(45_073, 137)),
    ],
)
def test_real_samples(shared: Path, name, quota, used):
    assert allowance((shared / "quota" / f"{name}.json").read_bytes()) == Allowance(quota, used)
