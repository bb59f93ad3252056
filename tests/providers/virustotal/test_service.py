"""One lookup from the provider's outside: what is sent, what every kind of reply becomes, and that the key stays in."""

from __future__ import annotations

import ast
import asyncio
import gzip
import hashlib
import inspect
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from enrich.errors import (
    EnrichError,
    KeyProblem,
    NotSent,
    Refused,
    ServiceError,
    Throttled,
    Transient,
    UsageError,
)
from enrich.model import Allowance, Indicator, Quota, Status, Usage
from enrich.providers import Maker, Service
from enrich.providers._http import Patience
from enrich.providers.virustotal import Provider, refusals

from .conftest import MD5, SHA256

KEY = "0123456789abcdef" * 4
ASKED = Indicator("hash", SHA256)
NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
HTML = b"<!DOCTYPE html><html><title>Blocked</title>" + b"x" * 100
NOT_FOUND = {"error": {"code": "NotFoundError", "message": f'File "{SHA256}" not found'}}


class Stopped:
    """A clock that stands at NOW."""

    def time(self) -> float:
        return NOW.timestamp()

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("a provider does not sleep")


def said(code: str, message: str = "words") -> bytes:
    return json.dumps({"error": {"code": code, "message": message}}).encode()


@pytest.fixture
async def provider(serve):
    """Makes a provider whose service always answers alike; its ``requests`` holds what arrived."""
    made = []

    async def make(status: int = 200, body: bytes = b"", headers: dict[str, str] | None = None, **options) -> Provider:
        requests: list[web.Request] = []

        async def handler(request: web.Request) -> web.Response:
            requests.append(request)
            return web.Response(
                status=status, body=body, headers={"Content-Type": "application/json", **(headers or {})}
            )

        one = Provider(KEY, address=await serve(handler), clock=Stopped(), **options)
        one.requests = requests  # type: ignore[attr-defined]
        made.append(one)
        return one

    yield make
    for one in made:
        await one.close()


async def refused(one: Provider, kind: type[EnrichError]) -> EnrichError:
    """The error of one fetch, of exactly this kind, without the key."""
    with pytest.raises(EnrichError) as caught:
        await one.fetch(ASKED)
    assert type(caught.value) is kind, caught.value
    assert KEY not in f"{caught.value!s} {caught.value!r} {caught.value.hint}"
    return caught.value


def test_it_is_a_service():
    made: Maker = Provider
    one: Service = made(KEY)
    assert (one.name, one.prefix, one.stand_in, one.address) == (
        "virustotal",
        "vt",
        False,
        "https://www.virustotal.com",
    )
    assert one.default_quota == Quota(4, 500, 15_500)


async def test_what_is_sent(provider, whole):
    one = await provider(200, json.dumps(whole).encode())
    await one.fetch(ASKED)
    (request,) = one.requests
    assert (request.method, request.path_qs) == ("GET", f"/api/v3/files/{SHA256}")
    assert request.headers["x-apikey"] == KEY
    assert request.headers["x-tool"] == "ioc-enrich"
    assert request.headers["Accept-Encoding"] == "gzip"
    assert "gzip" in request.headers["User-Agent"]


async def test_a_found_file_keeps_its_body_as_it_came(provider, whole):
    wire = gzip.compress(json.dumps(whole).encode())
    one = await provider(200, wire, {"Content-Encoding": "gzip"})
    answer = await one.fetch(ASKED)
    assert answer.body == wire
    assert (answer.finding.status, answer.finding.fetched_at) == (Status.FOUND, NOW)
    assert (answer.finding.malicious, answer.finding.engines) == (42, 63)


@pytest.mark.parametrize("wrap", [lambda b: b, gzip.compress])
async def test_virustotals_own_404_is_an_answer(provider, wrap):
    body = wrap(json.dumps(NOT_FOUND).encode())
    one = await provider(404, body, {"Content-Encoding": "gzip"} if wrap is gzip.compress else {})
    answer = await one.fetch(ASKED)
    assert (answer.finding.status, answer.finding.fetched_at, answer.finding.aliases) == (Status.ABSENT, NOW, (ASKED,))


@pytest.mark.parametrize("body", [b"", HTML, b"{}", b'{"error": "not found"}', said("Other"), b"[]", b"404"])
async def test_anybody_elses_404_is_not(provider, body):
    await refused(await provider(404, body), Transient)


@pytest.mark.parametrize(
    "body", [b"", HTML, b"{", b'{"data"', gzip.compress(b"{}" * 99)[:-9], gzip.compress(bytes(40_000_000))]
)
async def test_a_200_without_a_report_is_transient(provider, body):
    await refused(await provider(200, body), Transient)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, said("WrongCredentialsError", f"Wrong API key: {KEY}"), KeyProblem),
        (401, said("WrongCredentialsError", f"Wrong API key: {KEY.upper()} " + "x" * 500), KeyProblem),
        (401, said("WrongCredentialsError", "x" * 270 + KEY), KeyProblem),
        (401, said("AuthenticationRequiredError"), KeyProblem),
        (401, said("UserNotActiveError"), KeyProblem),
        (401, b"", KeyProblem),
        (401, HTML, Refused),
        (403, said("ForbiddenError"), KeyProblem),
        (403, HTML, Refused),
        (403, b"", Refused),
        (407, HTML, Refused),
        (400, said("InvalidArgumentError"), Refused),
        (400, said("BadRequestError"), Refused),
        (400, said("NotAvailableYet"), Transient),
        (409, said("AlreadyExistsError"), Refused),
        (424, said("FailedDependencyError"), Transient),
        (408, b"", Transient),
        (429, said("QuotaExceededError", "Quota exceeded"), Throttled),
        (429, said("TooManyRequestsError"), Throttled),
        (429, b"\x1f\x8b broken", Throttled),
        (204, b"", Throttled),
        (500, HTML, Transient),
        (502, b"", Transient),
        (503, said("TransientError"), Transient),
        (504, said("DeadlineExceededError"), Transient),
        (202, b"{}", Transient),
        (302, b"", Transient),
        (304, b"", Transient),
    ],
)
async def test_every_status_becomes_its_error(provider, status, body, kind):
    one = await provider(status, body)
    error = await refused(one, kind)
    assert len(str(error)) <= 300
    assert str(error).isprintable()
    assert len(one.requests) == 1
    assert bool(error.hint) is (kind is KeyProblem or status in (401, 403, 407))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "17"}, 17),
        ({"Retry-After": "0"}, 1),
        ({"Retry-After": "99999999999999999999"}, 86400),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "²"}, None),
        ({"Retry-After": "Sun, 22 Nov 2026 12:01:30 GMT", "Date": "Sun, 22 Nov 2026 12:00:00 GMT"}, 90),
        ({"Retry-After": "Sun, 22 Nov 2026 11:00:00 GMT", "Date": "Sun, 22 Nov 2026 12:00:00 GMT"}, 1),
        ({"Retry-After": "Sun, 22 Nov 2099 11:00:00 GMT", "Date": "Sun, 22 Nov 2026 12:00:00 GMT"}, 86400),
        # The service's clock is an hour ahead: what counts is the time between its two dates.
        ({"Retry-After": "Sun, 22 Nov 2026 13:01:30 GMT", "Date": "Sun, 22 Nov 2026 13:00:00 GMT"}, 90),
        ({"Retry-After": "Sun, 22 Nov 2026 12:01:30 -0000"}, 90),
    ],
)
def test_when_to_come_back(headers, seconds):
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert refusals.retry_at(headers, NOW) == expected


async def test_retry_after_is_carried_by_429_and_503(provider):
    for status in (429, 503):
        error = await refused(await provider(status, said("X"), {"Retry-After": "30"}), Throttled)
        assert error.retry_at == NOW + timedelta(seconds=30)


async def test_a_429_that_names_no_time_leaves_it_open_and_the_edges_page_means_a_minute(provider):
    assert (await refused(await provider(429, said("QuotaExceededError")), Throttled)).retry_at is None
    edge = await provider(429, b"<title>429</title>429 Too Many Requests", {"Content-Type": "text/html"})
    assert (await refused(edge, Throttled)).retry_at == NOW + timedelta(seconds=60)


@pytest.mark.parametrize(
    "indicator",
    [
        Indicator("hash", "ab" * 64),
        Indicator("hash", "../users/me"),
        Indicator("domain", "a.test"),
        Indicator("hash", "A" * 32),
    ],
)
async def test_what_is_no_hash_is_not_sent(provider, indicator):
    one = await provider()
    with pytest.raises(Refused):
        await one.fetch(indicator)
    assert one.requests == []


@pytest.mark.parametrize(
    "key", ["", "  \n", "ab\ncd", "ab cd", "ab\x00cd", "schlüssel", "ab\u200bcd", "x\r\nx-evil: 1"]
)
def test_a_key_that_can_be_none_is_refused_unsent_and_unseen(key):
    with pytest.raises(KeyProblem) as caught:
        Provider(key)
    assert not key.strip() or key not in f"{caught.value}{caught.value.hint}"
    assert caught.value.hint


@pytest.mark.parametrize("around", [" {}\n", "\ufeff{}\r\n", "\t{}\xa0"])
def test_white_space_around_a_key_is_not_the_key(around):
    assert Provider(around.format(KEY)).account == Provider(KEY).account


def test_the_account_is_a_fingerprint_and_the_key_is_shown_nowhere():
    one = Provider(KEY)
    assert one.account == hashlib.sha256(KEY.encode()).hexdigest()[:16]
    assert KEY not in repr(one)
    assert KEY not in repr(vars(one))


@pytest.mark.parametrize(
    ("address", "stand_in"),
    [
        ("https://www.virustotal.com/", False),
        ("https://WWW.VirusTotal.com", False),
        ("https://www.virustotal.com.evil.test", True),
        ("http://127.0.0.1:8000", True),
    ],
)
def test_whatever_is_not_virustotal_is_a_stand_in(address, stand_in):
    assert Provider(KEY, address=address).stand_in is stand_in


def test_an_address_without_https_is_a_usage_error():
    with pytest.raises(UsageError):
        Provider(KEY, address="http://www.virustotal.com")


# --- allowance ------------------------------------------------------------------------------------------------------


async def test_the_allowance_is_asked_with_the_key_as_id(provider):
    counters = {f"api_requests_{p}": {"user": {"allowed": n, "used": 1}} for p, n in (("hourly", 240), ("daily", 500))}
    one = await provider(200, json.dumps({"data": counters}).encode())
    assert await one.allowance() == Allowance(Quota(4, 500, 15_500), Usage(1, 0))
    assert one.requests[0].path == f"/api/v3/users/{KEY}/overall_quotas"


@pytest.mark.parametrize("status", [200, 204, 302, 400, 403, 404, 429, 500])
@pytest.mark.parametrize("body", [HTML, said("ForbiddenError"), b""])
async def test_no_word_on_the_quota_is_no_failure(provider, status, body):
    assert await (await provider(status, body)).allowance() is None


async def test_a_key_refused_by_the_quota_question_is_a_key_problem(provider):
    with pytest.raises(KeyProblem) as caught:
        await (await provider(401, said("WrongCredentialsError", f"Wrong API key: {KEY}"))).allowance()
    assert KEY not in str(caught.value)
    assert await (await provider(401, HTML)).allowance() is None


async def test_a_service_that_is_away_has_no_word_on_the_quota(talk):
    async def silent(reader, writer):
        await asyncio.Event().wait()

    one = Provider(KEY, address="http://" + await talk(silent), patience=Patience(total=0.05))
    assert await one.allowance() is None
    with pytest.raises(Transient):
        await one.fetch(ASKED)
    await one.close()


# --- stored bodies --------------------------------------------------------------------------------------------------


async def test_a_stored_body_fills_columns_chosen_later(provider, whole):
    wire = gzip.compress(json.dumps(whole).encode())
    answer = await (await provider(200, wire)).fetch(ASKED)
    kept = replace(answer.finding, fields={"vt_detections": "42/63", "vt_checked_at": 5})
    later = Provider(KEY, engines=("Microsoft",))
    read = later.decode(wire, Indicator("hash", MD5), kept)
    assert read.fields["vt_engine_microsoft"] == "Trojan:Win32/X"
    assert read.fields["vt_checked_at"] == 5
    assert replace(read, fields={}) == replace(kept, fields={})


@pytest.mark.parametrize("body", [b"", b"{}", HTML, b"\x1f\x8b broken"])
async def test_a_stored_body_that_says_nothing_changes_nothing(provider, whole, body):
    finding = (await (await provider(200, json.dumps(whole).encode())).fetch(ASKED)).finding
    assert Provider(KEY).decode(body, ASKED, finding) is finding


# --- the whole room -------------------------------------------------------------------------------------------------


@pytest.mark.shared
async def test_recorded_errors(provider, shared: Path):
    kinds: dict[str, type[EnrichError] | None] = {
        "400_": Refused,
        "401_": KeyProblem,
        "403_": KeyProblem,
        "404_": None,
        "429_": Throttled,
    }
    for path in sorted((shared / "errors").glob("[1-5]*.json")):
        recorded = json.loads(path.read_text("utf-8"))
        body = recorded["body"]
        one = await provider(recorded["status"]["code"], json.dumps(body).encode() if isinstance(body, dict) else b"")
        kind = kinds[path.name[:4]]
        if kind is not None:
            await refused(one, kind)
        elif isinstance(body, dict):
            assert (await one.fetch(ASKED)).finding.status is Status.ABSENT
        else:
            await refused(one, Transient)


def test_every_error_of_a_fetch_is_one_that_the_lookup_knows():
    """The tree's leaves, so that a new one is thought of here."""
    assert set(ServiceError.__subclasses__()) == {NotSent, Transient, Refused, Throttled}


def test_no_part_of_the_provider_sends_but_through_the_getter():
    folder = Path(inspect.getfile(Provider)).parent
    for path in folder.glob("*.py"):
        names = {
            alias.name if isinstance(node, ast.Import) else node.module
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
        }
        assert not {n for n in names if n and n.split(".")[0] in ("aiohttp", "socket", "urllib3", "http")}, path.name
