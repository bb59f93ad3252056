"""The stand-in answers as VirusTotal was recorded to answer."""

from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
import sys

import aiohttp
import pytest

from enrich.errors import InputError, UsageError
from enrich.standin import reports, samples
from enrich.standin.options import OptionGroup, StandinOptions
from enrich.standin.server import StandIn, serve_forever, serving
from tests.standin.conftest import KEY, UNKNOWN, WANNACRY, WANNACRY_MD5, WANNACRY_SHA1


async def ask(http: aiohttp.ClientSession, address: str, path: str, **headers: str) -> tuple[int, bytes]:
    async with http.get(f"{address}/api/v3/{path}", headers=headers, allow_redirects=False) as answer:
        return answer.status, await answer.read()


@pytest.mark.parametrize("asked", [WANNACRY, WANNACRY_SHA1, WANNACRY_MD5, WANNACRY_MD5.upper()])
async def test_a_file_is_found_by_each_of_its_hashes_in_any_case(http, asked):
    async with serving(StandinOptions()) as address:
        status, body = await ask(http, address, f"files/{asked}")
    report = json.loads(gzip.decompress(body))["data"]
    assert (status, report["id"], report["type"]) == (200, WANNACRY, "file")
    assert report["attributes"]["last_analysis_stats"]["malicious"] == 69
    assert report["attributes"]["first_submission_date"] == 1494579471


async def test_an_unknown_file_is_a_404_that_names_it(http):
    async with serving(StandinOptions()) as address:
        status, body = await ask(http, address, f"files/{UNKNOWN}")
    assert status == 404
    assert json.loads(gzip.decompress(body)) == {
        "error": {"message": f'File "{UNKNOWN}" not found', "code": "NotFoundError"}
    }


@pytest.mark.parametrize(
    ("key", "status", "code"),
    [
        ("", 401, "AuthenticationRequiredError"),
        ("wrong", 401, "WrongCredentialsError"),
        ("inactive", 401, "UserNotActiveError"),
        ("forbidden", 403, "ForbiddenError"),
    ],
)
async def test_a_bad_key_is_refused_and_costs_nothing(http, key, status, code):
    standin = StandIn(StandinOptions())
    async with serving(standin) as address:
        got, body = await ask(http, address, f"files/{WANNACRY}", **{"x-apikey": key})
    assert (got, json.loads(gzip.decompress(body))["error"]["code"]) == (status, code)
    assert standin.journal.charged == 0


async def test_only_the_named_keys_are_let_in(http):
    async with serving(StandinOptions(keys=frozenset({"good"}))) as address:
        assert (await ask(http, address, f"files/{WANNACRY}", **{"x-apikey": "good"}))[0] == 200
        assert (await ask(http, address, f"files/{WANNACRY}"))[0] == 401


@pytest.mark.parametrize(
    ("agent", "accept", "packed"),
    [("curl gzip", "gzip", True), ("curl", "gzip", False), ("curl gzip", "identity", False)],
)
async def test_gzip_needs_the_header_and_the_user_agent(http, agent, accept, packed):
    async with serving(StandinOptions()) as address:
        _, body = await ask(http, address, f"files/{WANNACRY}", **{"User-Agent": agent, "Accept-Encoding": accept})
    assert body.startswith(b"\x1f\x8b") is packed
    assert json.loads(gzip.decompress(body) if packed else body)["data"]["id"] == WANNACRY


async def test_headers_are_the_recorded_ones_and_say_stand_in(http):
    async with serving(StandinOptions()) as address, http.get(f"{address}/api/v3/files/{WANNACRY}") as answer:
        names = {name.lower() for name in answer.headers}
        assert answer.headers["Server"] == "Google Frontend"
        assert answer.headers["X-Stand-In"] == "ioc-enrich"
    assert names - {"connection"} == {
        *("cache-control", "content-type", "content-encoding", "content-length", "date", "server"),
        *("x-cloud-trace-context", "x-stand-in"),
    }


async def test_bodies_are_indented_by_four_and_as_large_as_real_ones():
    sizes = []
    for facts in (facts for facts in reports.load(samples.dataset()) if "type" not in facts):
        body = reports.render(facts)
        assert body.startswith(b'{\n    "data": {\n        "id": "')
        sizes.append(len(body))
    assert 20_000 < min(sizes) <= max(sizes) < 70_000


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "HEAD"])
async def test_anything_but_get_is_a_violation(http, method):
    standin = StandIn(StandinOptions())
    async with serving(standin) as address, http.request(method, f"{address}/api/v3/files/{WANNACRY}") as answer:
        assert answer.status == 405
    assert standin.journal.violations == 1


async def test_quotas_of_a_public_key_have_a_user_and_no_wrapper(http):
    async with serving(
        StandinOptions(per_minute=4, per_day=500, per_month=15500, used_day=7, used_month=90)
    ) as address:
        await ask(http, address, f"files/{WANNACRY}")
        _, body = await ask(http, address, f"users/{KEY}/overall_quotas")
    assert json.loads(gzip.decompress(body)) == {
        "data": {
            "api_requests_hourly": {"user": {"allowed": 240, "used": 1}},
            "api_requests_daily": {"user": {"allowed": 500, "used": 8}},
            "api_requests_monthly": {"user": {"allowed": 15500, "used": 91}},
        }
    }


async def test_quotas_of_a_group_stand_beside_the_users(http):
    async with serving(StandinOptions(group=OptionGroup(per_day=20, used_day=3, name="soc"))) as address:
        _, body = await ask(http, address, f"users/{KEY}/overall_quotas")
    daily = json.loads(gzip.decompress(body))["data"]["api_requests_daily"]
    assert daily["user"] == {"allowed": 1_000_000_000, "used": 0}
    assert daily["group"] == {"inherited_from": "soc", "allowed": 20, "used": 3}


async def test_the_key_is_in_no_log_though_it_stands_in_a_path(http):
    standin = StandIn(StandinOptions())
    async with serving(standin) as address:
        await ask(http, address, f"users/{KEY}/overall_quotas")
        await ask(http, address, f"users/{KEY}")
        await ask(http, address, f"users/{KEY}/api_usage")
        async with http.get(f"{address}/_standin/log") as answer:
            text = await answer.text()
    assert [request.status for request in standin.journal.requests] == [200, 200, 200]
    assert KEY not in text
    assert "users/{id}/overall_quotas" in text


async def test_the_log_counts_requests_by_hash(http):
    standin = StandIn(StandinOptions())
    async with serving(standin) as address:
        for asked in (WANNACRY, UNKNOWN, WANNACRY.upper()):
            await ask(http, address, f"files/{asked}")
        async with http.get(f"{address}/_standin/counts") as answer:
            counts = await answer.json()
    assert standin.journal.asked == standin.journal.answered == {WANNACRY: 2, UNKNOWN: 1}
    assert (counts["charged"], counts["refusals"], counts["most_in_a_minute"]) == (3, 0, 3)


async def test_no_other_address_than_loopback_is_served():
    with pytest.raises(UsageError, match="loopback"):
        async with serving(StandinOptions(host="0.0.0.0")):
            pass


async def test_serving_for_ever_tells_its_address_and_ends_when_cancelled(http):
    told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve_forever(StandinOptions(), told.set_result))
    address = await told
    assert (await ask(http, address, f"files/{WANNACRY}"))[0] == 200
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(aiohttp.ClientConnectorError):
        await ask(http, address, f"files/{WANNACRY}")


async def test_a_taken_port_is_said_so():
    async with serving(StandinOptions()) as address:
        with pytest.raises(UsageError, match="cannot listen"):
            await serve_forever(StandinOptions(port=int(address.rpartition(":")[2])))


@pytest.mark.parametrize(
    ("text", "said"), [('{"sha256": "aa"}\n{oops\n', "line 2: not JSON"), ('{"md5": "aa"}', "need its sha256")]
)
def test_a_bad_dataset_is_named_with_its_line(tmp_path, text, said):
    (tmp_path / "facts.jsonl").write_text(text)
    with pytest.raises(InputError, match=said):
        StandIn(StandinOptions(dataset=tmp_path / "facts.jsonl"))


def test_a_dataset_that_is_missing_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        StandIn(StandinOptions(dataset=tmp_path / "none.jsonl"))


async def test_every_hash_is_known_in_synthetic_mode_and_real_files_keep_their_facts(http):
    async with serving(StandinOptions(synthetic=True)) as address:
        for asked in (UNKNOWN, "ab" * 20, "cd" * 16, WANNACRY):
            status, body = await ask(http, address, f"files/{asked}")
            report = json.loads(gzip.decompress(body))["data"]["attributes"]
            assert status == 200
            assert asked in (report["md5"], report["sha1"], report["sha256"])
        assert report["last_analysis_stats"]["malicious"] == 69
        assert (await ask(http, address, "files/not-a-hash"))[0] == 404


def test_options_can_be_made_without_importing_a_web_server():
    code = "import sys, enrich.standin.options, enrich.standin.samples; sys.exit('aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
