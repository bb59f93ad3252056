"""Which calls a run makes, how many and when: freshness, order, budget, reserve, until and wait, through the command."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from enrich.clock import SystemClock, utc
from enrich.config.load import load
from enrich.config.settings import Settings
from enrich.lookup.resolve import SourceAnswers
from enrich.model.event import Event, EventKind
from enrich.model.finding import Answer, Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.model.quota import Allowance, Quota, Usage
from enrich.pipeline.ask import ask
from enrich.pipeline.sources import deadline, sources_of
from enrich.providers import Unread
from enrich.signals import Interrupt
from enrich.stores import open_store
from tests.support.standin_server import Stand, a_list, rows, sha256
from tests.support.virtual_time import START, VirtualClock, run


def answered(stand: Stand, number: int, malicious: int | None, *ages: timedelta) -> None:
    """Answers of earlier days in the store, the oldest first."""
    name = Indicator("hash", sha256(number))
    status = Status.NOT_FOUND if malicious is None else Status.FOUND
    engines = None if malicious is None else 72
    with closing(open_store(f"sqlite:///{stand.store}", SystemClock())) as store:
        for age in ages:
            at = datetime.now(UTC) - age
            store.put_many([Answer(Finding(name, stand.origin, status, {}, "", at, (name,), malicious, engines))])


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], {1, 3, 4}),
        (["--max-age", "3d"], {0, 1, 3, 4}),
        (["--max-age-unknown", "30d"], {3, 4}),
        (["--max-age-rising", "7d"], {1, 4}),
        (["--max-age-settled", "90d"], {1, 3}),
        (["--max-age-settled", "2d"], {1, 2, 3, 4}),
        (["--refresh"], {0, 1, 2, 3, 4}),
        (["--offline"], set()),
    ],
)
def test_each_kind_of_answer_has_its_own_age(
    stand: Stand, tmp_path: Path, arguments: list[str], expected: set[int]
) -> None:
    answered(stand, 0, 3, 5 * DAY)
    answered(stand, 1, None, 2 * DAY)
    answered(stand, 2, 40, 60 * DAY, 20 * DAY)
    answered(stand, 3, 2, 9 * DAY)
    answered(stand, 3, 9, 3 * DAY)
    answered(stand, 4, 0, 100 * DAY, 40 * DAY)
    assert stand.run(a_list(tmp_path / "in.csv", range(5)), *arguments) == 0
    assert {number for number in range(5) if sha256(number) in stand.asked()} == expected


def sheet_of(path: Path, numbers: list[int]) -> Path:
    path.write_text("\n".join(["SHA256", *map(sha256, numbers)]) + "\n")
    return path


@pytest.mark.parametrize(
    ("order", "expected"), [("value", [3, 2, 4, 1, 0]), ("sheet", [0, 1, 2, 3, 4]), ("oldest", [2, 3, 4, 1, 0])]
)
def test_calls_are_spent_in_the_order_that_is_asked_for(
    stand: Stand, tmp_path: Path, order: str, expected: list[int]
) -> None:
    """0 and 1 have stale answers, 1 the older one; 3 stands three times."""
    answered(stand, 0, 1, 20 * DAY)
    answered(stand, 1, 1, 25 * DAY)
    sheet = sheet_of(tmp_path / "in.csv", [0, 1, 2, 3, 4, 3, 3])
    numbers = {sha256(number): number for number in range(5)}
    for count in range(1, 6):
        assert stand.run(sheet, "--order", order, "--budget", 1) == (3 if count < 5 else 0)
    assert [numbers[value] for value in stand.asked()] == expected


def test_a_budget_is_kept_and_the_next_run_goes_on(stand: Stand, tmp_path: Path) -> None:
    sheet = a_list(tmp_path / "in.csv", range(10))
    asked = []
    for expected, code in ((4, 3), (8, 3), (10, 0), (10, 0)):
        assert stand.run(sheet, "--budget", 4) == code
        asked = stand.asked()
        statuses = [row["vt_status"] for row in rows(tmp_path / "in.enriched.csv")]
        assert (len(asked), statuses.count("found"), statuses.count("pending")) == (expected, expected, 10 - expected)
    assert len(set(asked)) == len(asked), "nothing is asked twice"


def test_the_reserve_of_the_day_is_left_to_others(standing: Callable[..., Stand], tmp_path: Path) -> None:
    stand = standing(per_day=10, used_day=2)
    sheet = a_list(tmp_path / "in.csv", range(9))
    assert stand.run(sheet, "--reserve", 5) == 3
    assert len(stand.asked()) == 3
    assert stand.run(sheet, "--reserve", 5) == 3
    assert len(stand.asked()) == 3
    assert any("5 more left to others" in row["vt_note"] for row in rows(tmp_path / "in.enriched.csv"))
    assert stand.run(sheet) == 3
    assert len(stand.asked()) == 8, "without the reserve the day is used up, and not exceeded"
    assert stand.log()["counts"]["refusals"] == 0


def test_a_key_of_one_call_a_day_and_the_groups_quota_are_kept(standing: Callable[..., Stand], tmp_path: Path) -> None:
    stand = standing(per_day=1)
    assert stand.run(a_list(tmp_path / "in.csv", range(3))) == 3
    assert stand.run(tmp_path / "in.csv") == 3
    assert len(stand.asked()) == 1
    notes = [row["vt_note"] for row in rows(tmp_path / "in.enriched.csv")]
    assert sum("1 call a day is spent" in note and "00:00 UTC" in note for note in notes) == 2


# --- whole runs of days, in virtual time ---


class Daily:
    """A service that knows everything and notes when it was asked."""

    origin = "virustotal"
    account = "account"

    def __init__(self, clock: VirtualClock, quota: Quota) -> None:
        self.clock = clock
        self.quota = quota
        self.times: list[datetime] = []

    async def allowance(self) -> Allowance:
        return Allowance(self.quota, Usage(0, 0))

    async def fetch(self, indicator: Indicator) -> Unread:
        self.times.append(utc(self.clock.time()))
        await self.clock.sleep(0.3)
        now = utc(self.clock.time())
        return lambda: Answer(Finding(indicator, self.origin, Status.FOUND, {}, "", now, (indicator,), 1, 70))

    async def close(self) -> None:
        pass

    def per_day(self) -> dict[str, int]:
        days = [f"{at:%m-%d}" for at in self.times]
        return {day: days.count(day) for day in dict.fromkeys(days)}


def spend(
    files: int, quota: Quota, *, start: float = START, **options: object
) -> tuple[Daily, SourceAnswers, list[Event]]:
    """``files`` unknown hashes asked for by the real path, from the settings down."""
    settings: Settings = load(options, {})
    events: list[Event] = []

    async def main(clock: VirtualClock) -> tuple[Daily, SourceAnswers]:
        service = Daily(clock, quota)

        sources = [replace(source, reach=lambda: service) for source in sources_of(settings, utc(clock.time()))]
        targets = [Target(Indicator("hash", sha256(number))) for number in range(files)]
        with closing(open_store("memory:", clock)) as store:
            return service, (await ask(targets, sources, (), store, clock, events.append, Interrupt())).lead

    service, made = run(main, start=start)
    return service, made, events


@pytest.mark.slow
def test_wait_sleeps_over_the_resets_of_the_day_to_the_end_of_the_list() -> None:
    """1,200 files on a free key from noon: today, tomorrow and 200 of the day after."""
    service, made, events = spend(1200, Quota(4, 500, 15_500), wait=True)
    assert service.per_day() == {"11-22": 500, "11-23": 500, "11-24": 200}
    assert made.stopped == ""
    assert len(made.findings) == 1200
    waits = [event.until for event in events if event.kind is EventKind.WAITING and event.until]
    assert {f"{until:%m-%d %H:%M}" for until in waits} == {"11-23 00:00", "11-24 00:00"}


@pytest.mark.slow
def test_wait_sleeps_over_the_reset_of_the_month() -> None:
    service, made, _ = spend(30, Quota(60, 500, 20), wait=True)
    assert service.per_day() == {"11-22": 20, "12-01": 10}
    assert len(made.findings) == 30


def test_without_wait_the_rest_is_pending_with_the_reason() -> None:
    service, made, _ = spend(700, Quota(4, 500, 15_500))
    assert len(service.times) == 500
    pending = [finding for finding in made.findings.values() if finding.status is Status.PENDING]
    assert len(pending) == 200
    assert "500 calls a day are spent" in pending[0].detail


@pytest.mark.slow
def test_the_reserve_is_kept_on_every_day_of_a_long_run() -> None:
    service, _, _ = spend(250, Quota(4, 100, None), wait=True, reserve=20)
    assert service.per_day() == {"11-22": 80, "11-23": 80, "11-24": 80, "11-25": 10}


def test_until_stops_by_that_time_of_day() -> None:
    local = utc(START).astimezone()
    until = (local + timedelta(minutes=30)).time().replace(second=0, microsecond=0)
    service, made, _ = spend(1000, Quota(4, 500, 15_500), until=until, wait=True)
    assert service.times[-1] < utc(START) + timedelta(minutes=30)
    assert 110 <= len(service.times) <= 124, "4 a minute for half an hour"
    assert "time set for the run is over" in made.stopped


def test_until_is_the_next_time_that_the_clock_shows_it() -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC).astimezone()
    for hours in (-1, 0, 1):
        wanted = (now + timedelta(hours=hours)).time()
        end = deadline(load({"until": wanted}, {}), now)
        assert end is not None
        assert timedelta(0) < end - now <= timedelta(days=1)
        assert end.timetz().replace(tzinfo=None) == wanted


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be set here")
@pytest.mark.parametrize(
    ("until", "now", "end"),
    [
        ("06:30", (10, 24, 21, 0), (10, 25, 5, 30)),
        ("02:30", (10, 25, 0, 20), (10, 25, 0, 30)),
        ("02:30", (10, 25, 0, 40), (10, 25, 1, 30)),  # shown a second time
        ("02:30", (10, 25, 1, 20), (10, 25, 1, 30)),
        ("02:30", (10, 25, 1, 30), (10, 26, 1, 30)),
        ("02:30", (3, 28, 22, 50), (3, 29, 1, 0)),  # never shown: it is passed when the clock is put forward
        ("02:30", (3, 29, 0, 50), (3, 29, 1, 0)),
        ("02:30", (3, 29, 1, 0), (3, 30, 0, 30)),
        ("03:30", (3, 28, 23, 30), (3, 29, 1, 30)),
        ("00:00", (3, 28, 23, 0), (3, 29, 22, 0)),
    ],
)
def test_until_is_the_walls_clock_also_where_that_is_put_forward_or_back(
    monkeypatch: pytest.MonkeyPatch, until: str, now: tuple[int, ...], end: tuple[int, ...]
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        found = deadline(load({}, {"ENRICH_UNTIL": until}), datetime(2026, *now, tzinfo=UTC))
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    assert found == datetime(2026, *end, tzinfo=UTC)


def test_a_run_over_midnight_gets_the_new_days_calls_without_wait() -> None:
    service, made, _ = spend(26, Quota(4, 20, None), start=START + 12 * 3600 - 120)
    assert made.stopped == ""
    assert sum(service.per_day().values()) == len(made.findings) == 26
    assert max(service.per_day().values()) <= 20
