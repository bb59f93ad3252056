"""Each fault looks on the wire as it should, and strikes by seed, hash and attempt alone."""

from __future__ import annotations

import gzip
import json

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.standin.options import Fault, Faults, StandinOptions
from enrich.standin.server import StandIn, serving
from tests.standin.conftest import KEY, UNKNOWN, WANNACRY, ManualClock


async def get(http: aiohttp.ClientSession, fault: Fault, clock: ManualClock, **faults: object):
    """One request for WannaCry that meets the fault."""
    standin = StandIn(StandinOptions(faults=Faults(script={WANNACRY: (fault,)}, **faults), clock=clock))
    async with (
        serving(standin) as address,
        http.get(f"{address}/api/v3/files/{WANNACRY}", allow_redirects=False) as answer,
    ):
        body = await answer.read()
    (request,) = standin.journal.requests
    assert (request.fault, request.status, request.charged) == (fault, answer.status, True)
    assert not standin.journal.answered
    return answer, body


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault.INTERNAL_500, 500, "InternalError"),
        (Fault.TRANSIENT_503, 503, "TransientError"),
        (Fault.DEADLINE_504, 504, "DeadlineExceededError"),
        (Fault.DEPENDENCY_424, 424, "FailedDependencyError"),
        (Fault.QUOTA_429, 429, "QuotaExceededError"),
        (Fault.TOO_MANY_429, 429, "TooManyRequestsError"),
    ],
)
async def test_errors_of_the_service_are_json_without_a_retry_after(http, clock, fault, status, code):
    answer, body = await get(http, fault, clock)
    assert answer.status == status
    assert json.loads(gzip.decompress(body))["error"]["code"] == code
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize(
    ("fault", "status", "value"),
    [
        (Fault.RETRY_LATER_503, 503, "90"),
        (Fault.QUOTA_429_SECONDS, 429, "90"),
        (Fault.QUOTA_429_DATE, 429, "Thu, 01 Jan 2026 00:01:30 GMT"),
    ],
)
async def test_retry_after_comes_in_seconds_or_as_a_date(http, clock, fault, status, value):
    answer, _ = await get(http, fault, clock, retry_after=90)
    assert (answer.status, answer.headers["Retry-After"]) == (status, value)


@pytest.mark.parametrize(
    ("fault", "status"),
    [(Fault.BAD_GATEWAY_502, 502), (Fault.EDGE_429, 429), (Fault.HTML_200, 200), (Fault.PROXY_404, 404)],
)
async def test_pages_of_proxies_are_html(http, clock, fault, status):
    answer, body = await get(http, fault, clock)
    assert (answer.status, answer.content_type) == (status, "text/html")
    assert body.startswith(b"<html>")


async def test_wrong_contents_arrive_whole(http, clock):
    assert (await get(http, Fault.EMPTY_200, clock))[1] == b""
    _, body = await get(http, Fault.OTHER_FILE, clock)
    assert json.loads(gzip.decompress(body))["data"]["id"] != WANNACRY
    _, body = await get(http, Fault.TRUNCATED_GZIP, clock)
    with pytest.raises(EOFError):
        gzip.decompress(body)


async def test_the_bomb_is_small_on_the_wire_and_large_when_inflated(http, clock):
    _, body = await get(http, Fault.BOMB, clock, bomb=8 << 20)
    assert len(body) < 20_000
    assert len(gzip.decompress(body)) == 8 << 20


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.HALF_BODY, Fault.HANG, Fault.DRIP])
async def test_connections_break_off(http, clock, fault):
    script = {WANNACRY: (fault, fault)}  # aiohttp tries once more by itself where nothing came
    standin = StandIn(StandinOptions(faults=Faults(script=script, hang=0.5), clock=clock))
    async with serving(standin) as address:
        with pytest.raises((aiohttp.ClientPayloadError, aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)):
            async with http.get(f"{address}/api/v3/files/{WANNACRY}") as answer:
                await answer.read()
    assert {(request.fault, request.status) for request in standin.journal.requests} == {(fault, 0)}
    assert not standin.journal.answered


@pytest.mark.parametrize("follows", [True, False])
async def test_the_other_host_notes_whether_the_key_came_along(http, clock, follows):
    standin = StandIn(StandinOptions(faults=Faults(script={WANNACRY: (Fault.REDIRECT,)}), clock=clock))
    async with (
        serving(standin) as address,
        http.get(f"{address}/api/v3/files/{WANNACRY}", allow_redirects=follows) as answer,
    ):
        await answer.read()
    assert answer.status == (200 if follows else 302)
    assert standin.journal.leaked is follows


async def test_faults_change_at_run_time(http):
    standin = StandIn(StandinOptions())
    async with serving(standin) as address:
        async with http.post(f"{address}/_standin/faults", json={"rate": 1, "kinds": ["503"], "attempts": 1}) as answer:
            assert answer.status == 200
        statuses = []
        for _ in range(2):
            async with http.get(f"{address}/api/v3/files/{UNKNOWN}") as answer:
                statuses.append(answer.status)
        async with http.post(f"{address}/_standin/faults", json={"kinds": ["no-such-fault"]}) as answer:
            assert answer.status == 400
    assert statuses == [503, 404]
    assert standin.faults.kinds == (Fault.TRANSIENT_503,)


async def test_the_question_about_the_quota_can_be_refused_too(http):
    standin = StandIn(StandinOptions(faults=Faults(quota_question=Fault.QUOTA_429)))
    async with serving(standin) as address, http.get(f"{address}/api/v3/users/{KEY}/overall_quotas") as answer:
        assert answer.status == 429
    assert standin.journal.charged == 0


async def test_faults_spoil_unknown_files_too_and_cost_a_call(http, clock):
    standin = StandIn(StandinOptions(faults=Faults(rate=1, kinds=(Fault.HTML_200,)), clock=clock))
    async with serving(standin) as address, http.get(f"{address}/api/v3/files/{UNKNOWN}") as answer:
        assert answer.status == 200
    assert (standin.journal.charged, standin.journal.counts()["answered"]) == (1, 0)


@given(st.integers(0, 10**9), st.integers(1, 9), st.integers())
def test_the_same_seed_hash_and_attempt_end_alike(number, attempt, seed):
    faults = Faults(rate=0.5, seed=seed)
    assert faults.pick(f"{number:064x}", attempt) == faults.pick(f"{number:064x}", attempt)


def test_the_rate_is_kept_and_every_kind_comes_up():
    faults = Faults(rate=0.3)
    picked = [faults.pick(f"{number:064x}", 1) for number in range(4000)]
    assert 0.27 < sum(fault is not None for fault in picked) / 4000 < 0.33
    assert set(picked) == {None, *Fault}


def test_a_script_goes_before_the_rate_and_then_all_is_well():
    faults = Faults(rate=1.0, script={WANNACRY: (None, Fault.RESET)})
    assert [faults.pick(WANNACRY, attempt) for attempt in (1, 2, 3)] == [None, Fault.RESET, None]
    assert faults.pick(UNKNOWN, 1) is not None


async def test_faults_of_the_other_sources_change_at_run_time_too(http):
    async with serving(StandIn(StandinOptions())) as address:
        question = f"{address}/lookup/sha1/{'0' * 40}"
        async with http.get(question) as answer:
            assert answer.status == 404
        async with http.post(f"{address}/_standin/faults", json={"other_sources": "html-200"}) as answer:
            assert answer.status == 200
        async with http.get(question) as answer:
            assert answer.content_type == "text/html"
