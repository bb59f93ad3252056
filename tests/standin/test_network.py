"""The stand-in's reports on domains, IP addresses and URLs, by the official client and by ours."""

from __future__ import annotations

import hashlib
import json

import aiohttp
import pytest
import vt

from enrich.indicators.shared.url_form import canonical
from enrich.model.indicator import Indicator
from enrich.providers.virustotal.report import found
from enrich.standin import network
from enrich.standin.options import Fault, Faults, StandinOptions
from enrich.standin.server import StandIn, serving
from tests.standin.conftest import KEY

URL = "http://Login.Example.com?x=%2Fa#f"
STORED = "http://login.example.com/?x=/a"
ASKED = (("/domains/{}", "login.example.com"), ("/ip_addresses/{}", "8.8.8.8"), ("/ip_addresses/{}", "2a00:1450::2001"))


@pytest.mark.parametrize(("route", "value"), ASKED)
async def test_the_official_client_reads_domains_and_addresses(route: str, value: str) -> None:
    async with serving(StandinOptions(synthetic=True)) as address, vt.Client(KEY, host=address) as client:
        answer = await client.get_object_async(route, value)
    assert answer.id == value
    malicious, engines = network.counts(value)
    assert answer.last_analysis_stats["malicious"] == malicious
    assert sum(answer.last_analysis_stats.values()) == engines == len(answer.last_analysis_results)


async def test_the_official_client_reads_a_url_by_base64_and_by_its_digest() -> None:
    digest = hashlib.sha256(STORED.encode()).hexdigest()
    async with serving(StandinOptions(synthetic=True)) as address, vt.Client(KEY, host=address) as client:
        answer = await client.get_object_async("/urls/{}", vt.url_id(URL))
    assert (answer.id, answer.url, answer.type) == (digest, STORED, "url")


@pytest.mark.parametrize(("route", "value", "code"), [
    ("/domains/{}", "nobody.example.com", "NotFoundError"),
    ("/domains/{}", "no domain", "InvalidArgumentError"),
    ("/ip_addresses/{}", "999.1.1.1", "InvalidArgumentError"),
    ("/urls/{}", vt.url_id("http://nobody.example.com/"), "NotFoundError"),
])  # fmt: skip
async def test_errors_have_the_services_codes(route: str, value: str, code: str) -> None:
    async with serving(StandinOptions()) as address, vt.Client(KEY, host=address) as client:
        with pytest.raises(vt.APIError) as caught:
            await client.get_object_async(route, value)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "https://a.example.com:443/%41//b/",
        "http://1.2.3.4:81/a?b=%20c",
        "http://a.example.com/%25%32%35",
        "http://ü.example.com/é",
    ],
)
def test_both_readings_of_the_rules_for_urls_agree(url: str) -> None:
    ours = canonical(url)
    assert network.canonical(ours) == ours
    if ours.isascii() and url.isascii():
        assert network.canonical(url) == ours


async def test_every_answer_costs_and_faults_strike_by_the_value() -> None:
    standin = StandIn(StandinOptions(synthetic=True, per_minute=3, faults=Faults(script={STORED: [Fault.OTHER_FILE]})))
    async with serving(standin) as address, aiohttp.ClientSession(headers={"x-apikey": KEY}) as http:
        statuses = []
        for path in (
            "domains/a.example.com",
            "ip_addresses/8.8.8.8",
            f"urls/{vt.url_id(STORED)}",
            "domains/b.example.com",
        ):
            async with http.get(f"{address}/api/v3/{path}") as answer:
                statuses.append(answer.status)
                body = await answer.read()
                if path.startswith("urls"):
                    assert json.loads(body)["data"]["attributes"]["url"] != STORED
    assert statuses == [200, 200, 200, 429]
    assert standin.journal.charged == 3
    assert [request.file for request in standin.journal.requests][:3] == ["a.example.com", "8.8.8.8", STORED]


@pytest.mark.parametrize(
    ("kind", "type_", "value"),
    [("domain", "domain", "a.example.com"), ("ip", "ip_address", "8.8.8.8"), ("url", "url", STORED)],
)
def test_our_own_reading_agrees_with_the_counts(kind: str, type_: str, value: str) -> None:
    shelf = network.Network([], made_up=True, absent_share=0)
    finding = found(shelf.body(type_, value), Indicator(kind, value), None)
    assert (finding.malicious, finding.engines) == network.counts(value)
