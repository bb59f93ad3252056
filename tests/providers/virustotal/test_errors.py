"""What every status but an answer becomes, and that no error shows the key."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from enrich.errors import EnrichError, KeyProblem, Refused, Throttled, Transient
from enrich.model.finding import Status
from enrich.model.indicator import Indicator
from enrich.providers.shared.retry_after import retry_at
from tests.providers.virustotal.conftest import ASKED, HTML, KEY, NOW, refused, said


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
    assert retry_at(headers, NOW.timestamp()) == expected


dates = st.text() | st.from_regex(
    r"(Sun, )?[0-9]{1,3} Nov [0-9]{1,12} [0-9:]{1,20} ([+-][0-9]{1,22}|GMT|)", fullmatch=True
)


@given(dates, dates)
@example("0 JAN 0 0:0 3000000000000", "")
@example("0 JAN 0:0 3000000000", "")
def test_whatever_retry_after_says_the_wait_is_sane(after, date):
    when = retry_at({"Retry-After": after, "Date": date}, NOW.timestamp())
    assert when is None or timedelta(seconds=1) <= when - NOW <= timedelta(days=1)


async def test_retry_after_is_carried_by_429_and_503(provider):
    for status in (429, 503):
        error = await refused(await provider(status, said("X"), {"Retry-After": "30"}), Throttled)
        assert error.retry_at == NOW + timedelta(seconds=30)


async def test_a_429_that_names_no_time_leaves_it_open_and_a_page_between_holds_nobody_else_back(provider):
    assert (await refused(await provider(429, said("QuotaExceededError")), Throttled)).retry_at is None
    edge = await provider(429, b"<title>429</title>429 Too Many Requests", {"Content-Type": "text/html"})
    told = await refused(edge, Throttled)
    assert (told.retry_at, told.own) == (None, False)


@pytest.mark.shared
async def test_recorded_errors(provider, shared: Path):
    kinds: dict[str, type[EnrichError] | None] = {
        "400_": Refused,
        "401_": KeyProblem,
        "403_": KeyProblem,
        "404_": None,
        "429_": Throttled,
    }
    paths = sorted((shared / "errors").glob("[1-5]*.json"))
    assert {path.name[:4] for path in paths} == set(kinds)
    for path in paths:
        recorded = json.loads(path.read_text("utf-8"))
        body = recorded["body"]
        one = await provider(recorded["status"]["code"], json.dumps(body).encode() if isinstance(body, dict) else b"")
        kind = kinds[path.name[:4]]
        if kind is not None:
            await refused(one, kind)
        elif isinstance(body, dict):
            uri = recorded.get("request", {}).get("uri", "")
            asked = Indicator("hash", uri.rpartition("/")[2]) if uri else ASKED
            assert (await one.fetch(asked))().finding.status is Status.NOT_FOUND
        else:
            await refused(one, Transient)
