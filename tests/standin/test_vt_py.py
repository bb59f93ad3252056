"""The official client works against the stand-in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import vt

from enrich.standin.options import StandinOptions
from enrich.standin.server import serving
from tests.standin.conftest import KEY, UNKNOWN, WANNACRY, WANNACRY_MD5


async def test_a_found_file_is_an_object_with_its_facts():
    async with serving(StandinOptions()) as address, vt.Client(KEY, host=address) as client:
        file = await client.get_object_async("/files/{}", WANNACRY_MD5)
    assert (file.id, file.type, file.sha256) == (WANNACRY, "file", WANNACRY)
    assert file.last_analysis_stats["malicious"] == 69
    assert file.first_submission_date == datetime(2017, 5, 12, 8, 57, 51, tzinfo=UTC)
    assert len(file.last_analysis_results) == sum(file.last_analysis_stats.values())


@pytest.mark.parametrize(
    ("key", "asked", "code"),
    [
        (KEY, UNKNOWN, "NotFoundError"),
        ("wrong", WANNACRY, "WrongCredentialsError"),
    ],
)
async def test_errors_arrive_as_the_clients_own(key, asked, code):
    async with serving(StandinOptions()) as address, vt.Client(key, host=address) as client:
        with pytest.raises(vt.APIError) as caught:
            await client.get_object_async("/files/{}", asked)
    assert caught.value.code == code


async def test_the_fifth_call_of_a_minute_exceeds_the_quota():
    async with serving(StandinOptions(per_minute=4)) as address, vt.Client(KEY, host=address) as client:
        for _ in range(4):
            await client.get_object_async("/files/{}", WANNACRY)
        with pytest.raises(vt.APIError) as caught:
            await client.get_object_async("/files/{}", WANNACRY)
    assert (caught.value.code, caught.value.message) == ("QuotaExceededError", "Quota exceeded")


async def test_the_quotas_of_a_key_can_be_read():
    async with serving(StandinOptions(per_day=500)) as address, vt.Client(KEY, host=address) as client:
        quotas = await client.get_json_async("/users/{}/overall_quotas", KEY)
        user = await client.get_object_async("/users/{}", KEY)
    assert quotas["data"]["api_requests_daily"]["user"] == {"allowed": 500, "used": 0}
    assert user.quotas["api_requests_daily"]["allowed"] == 500
