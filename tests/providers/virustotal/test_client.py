"""One lookup from the provider's outside: what is sent, what every kind of reply becomes, and that the key stays in."""

from __future__ import annotations

import ast
import asyncio
import gzip
import hashlib
import inspect
import json
from pathlib import Path

import pytest
from msgspec import structs

from enrich.errors import KeyProblem, NotSent, Refused, ServiceError, Throttled, Transient, UsageError
from enrich.model.finding import Status
from enrich.model.indicator import Indicator
from enrich.model.quota import Allowance, Quota, Usage
from enrich.providers import Access, Provider, Service, virustotal
from enrich.providers.shared.origin import service_facts
from enrich.providers.virustotal.client import VirusTotal
from tests.providers.virustotal.conftest import ASKED, HTML, KEY, MD5, NOW, SHA256, refused, said

NOT_FOUND = {"error": {"code": "NotFoundError", "message": f'File "{SHA256}" not found'}}


def test_it_is_a_service():
    provider: Provider = virustotal
    one: Service = provider.make(Access(KEY))
    assert one.origin == provider.NAME == "virustotal"
    assert Quota(4, 500, 15_500) == provider.DEFAULT_QUOTA


async def test_what_is_sent(provider, whole):
    one = await provider(200, json.dumps(whole).encode())
    (await one.fetch(ASKED))()
    (request,) = one.requests
    assert (request.method, request.path_qs) == ("GET", f"/api/v3/files/{SHA256}")
    assert request.headers["x-apikey"] == KEY
    assert request.headers["x-tool"] == "ioc-enrich"
    assert request.headers["Accept-Encoding"] == "gzip"
    assert "gzip" in request.headers["User-Agent"]


async def test_the_key_itself_is_never_asked_about(provider, whole):
    one = await provider(200, json.dumps(whole).encode())
    with pytest.raises(Refused, match="the API key itself"):
        await one.fetch(Indicator("hash", KEY.lower()))
    assert not one.requests


async def test_a_found_file_keeps_its_body_as_it_came(provider, whole):
    wire = gzip.compress(json.dumps(whole).encode(), mtime=0)
    one = await provider(200, wire, {"Content-Encoding": "gzip"})
    answer = (await one.fetch(ASKED))()
    assert answer.body == wire
    assert (answer.finding.status, answer.finding.fetched_at) == (Status.FOUND, NOW)
    assert (answer.finding.malicious, answer.finding.engines) == (42, 63)


@pytest.mark.parametrize("wrap", [lambda b: b, gzip.compress])
async def test_virustotals_own_404_is_an_answer(provider, wrap):
    body = wrap(json.dumps(NOT_FOUND).encode())
    one = await provider(404, body, {"Content-Encoding": "gzip"} if wrap is gzip.compress else {})
    answer = (await one.fetch(ASKED))()
    assert (answer.finding.status, answer.finding.fetched_at, answer.finding.aliases) == (
        Status.NOT_FOUND,
        NOW,
        (ASKED,),
    )


@pytest.mark.parametrize("body", [b"", HTML, b"{}", b'{"error": "not found"}', said("Other"), b"[]", b"404"])
async def test_anybody_elses_404_is_not(provider, body):
    await refused(await provider(404, body), Transient)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        HTML,
        b"{",
        b'{"data"',
        gzip.compress(b"{}" * 99, mtime=0)[:-9],
        gzip.compress(bytes(40_000_000), 1, mtime=0),
    ],
)
async def test_a_200_without_a_report_is_transient(provider, body):
    await refused(await provider(200, body), Transient)


@pytest.mark.parametrize(
    "indicator",
    [
        Indicator("hash", "ab" * 64),
        Indicator("hash", "../users/me"),
        Indicator("hash", "A" * 32),
        Indicator("domain", "../files/x"),
        Indicator("domain", "Evil.Example"),
        Indicator("ip", "1.2.3.4/analyse"),
        Indicator("email", "someone@evil.example"),
    ],
)
async def test_what_is_no_canonical_value_of_a_known_kind_is_not_sent(provider, indicator):
    one = await provider()
    with pytest.raises(Refused):
        (await one.fetch(indicator))()
    assert one.requests == []


@pytest.mark.parametrize(
    "key", ["", "  \n", "ab\ncd", "ab cd", "ab\x00cd", "schlüssel", "ab\u200bcd", "x\r\nx-evil: 1"]
)
def test_a_key_that_can_be_none_is_refused_unsent_and_unseen(key):
    with pytest.raises(KeyProblem) as caught:
        VirusTotal(Access(key))
    assert not key.strip() or key not in f"{caught.value}{caught.value.hint}"
    assert caught.value.hint


@pytest.mark.parametrize("around", [" {}\n", "\ufeff{}\r\n", "\t{}\xa0"])
def test_white_space_around_a_key_is_not_the_key(around):
    assert VirusTotal(Access(around.format(KEY))).account == VirusTotal(Access(KEY)).account


def test_the_account_is_a_fingerprint_and_the_key_is_shown_nowhere():
    access = Access(KEY)
    one = VirusTotal(access)
    assert one.account == hashlib.sha256(KEY.encode()).hexdigest()[:16]
    assert KEY not in repr(access)
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
    facts = service_facts("virustotal", "VirusTotal", "vt", virustotal.ADDRESS, address)
    assert facts.stand_in is stand_in
    assert ("@" in facts.origin) is stand_in


async def test_another_address_has_answers_and_a_ledger_of_its_own():
    own, other = virustotal.make(Access(KEY)), virustotal.make(Access(KEY, "http://127.0.0.1:8000"))
    assert (own.origin, other.origin) == ("virustotal", "virustotal@127.0.0.1:8000")
    assert own.account != other.account
    assert virustotal.make(Access(KEY, "https://www.virustotal.com/")).account == own.account


async def test_a_404_about_another_file_is_no_answer_and_closes_its_connection(provider):
    one = await provider(
        404, json.dumps({"error": {"code": "NotFoundError", "message": f'File "{MD5}" not found'}}).encode()
    )
    error = await refused(one, Transient)
    assert "another file" in str(error)
    await refused(one, Transient)
    first, second = (request.transport for request in one.requests)
    assert first is None or second is None or first is not second


async def test_a_404_that_names_no_id_is_believed(provider):
    one = await provider(404, said("NotFoundError", "Resource not found"))
    assert (await one.fetch(ASKED))().finding.status is Status.NOT_FOUND


def test_an_address_without_https_is_a_usage_error():
    with pytest.raises(UsageError):
        virustotal.make(Access(KEY, "http://www.virustotal.com"))


# --- allowance ------------------------------------------------------------------------------------------------------


async def test_the_allowance_is_asked_with_the_key_as_id(provider):
    counters = {f"api_requests_{p}": {"user": {"allowed": n, "used": 1}} for p, n in (("hourly", 240), ("daily", 500))}
    one = await provider(200, json.dumps({"data": counters}).encode())
    allowance = await one.allowance()
    assert allowance is not None
    assert allowance.at is not None, "whose day the count is of is the service's own word"
    assert allowance == Allowance(Quota(4, 500, 15_500), Usage(1, 0), allowance.at)
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

    one = VirusTotal(Access(KEY, "http://" + await talk(silent), timeout=0.05))
    assert await one.allowance() is None
    with pytest.raises(Transient):
        (await one.fetch(ASKED))()
    await one.close()


# --- stored bodies --------------------------------------------------------------------------------------------------


async def test_a_stored_body_fills_columns_chosen_later(provider, whole):
    wire = gzip.compress(json.dumps(whole).encode(), mtime=0)
    answer = (await (await provider(200, wire)).fetch(ASKED))()
    kept = structs.replace(answer.finding, fields={"vt_detections": "42/63", "vt_checked_at": 5})
    read = virustotal.decode(
        wire, structs.replace(kept, indicator=Indicator("hash", MD5)), virustotal.OPTIONS(("Microsoft",))
    )
    assert read.fields["vt_engine_microsoft"] == "Trojan:Win32/X"
    assert read.fields["vt_checked_at"] == 5
    assert structs.replace(read, fields={}) == structs.replace(kept, fields={}, indicator=Indicator("hash", MD5))


@pytest.mark.parametrize("body", [b"", b"{}", HTML, b"\x1f\x8b broken"])
async def test_a_stored_body_that_says_nothing_changes_nothing(provider, whole, body):
    finding = (await (await provider(200, json.dumps(whole).encode())).fetch(ASKED))().finding
    assert virustotal.decode(body, finding, virustotal.OPTIONS()) is finding


# --- the whole room -------------------------------------------------------------------------------------------------


def test_every_error_of_a_fetch_is_one_that_the_lookup_knows():
    """The tree's leaves, so that a new one is thought of here."""
    assert set(ServiceError.__subclasses__()) == {NotSent, Transient, Refused, Throttled}


def test_no_part_of_the_provider_sends_but_through_the_getter():
    folder = Path(inspect.getfile(VirusTotal)).parent
    paths = sorted(folder.rglob("*.py"))
    assert len(paths) > 5
    for path in paths:
        names = {
            alias.name if isinstance(node, ast.Import) else node.module
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
        }
        assert not {n for n in names if n and n.split(".")[0] in ("aiohttp", "socket", "urllib3", "http")}, path.name
