"""Freshness by meaning, and the order in which calls are spent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from enrich.clock import SystemClock
from enrich.config.settings import Settings
from enrich.lookup.aliases import propagate
from enrich.lookup.freshness import Policy, is_fresh, triage
from enrich.model.finding import Answer, Finding, Past, Status
from enrich.model.indicator import Indicator, Target
from enrich.pipeline.sources import policy
from enrich.stores import open_store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def name(number: int, digits: int = 64) -> Indicator:
    return Indicator("hash", f"{number:0{digits}x}")


def found(number: int, age: timedelta, malicious: int = 3, aliases: tuple[Indicator, ...] = ()) -> Finding:
    return Finding(name(number), "virustotal", Status.FOUND, {}, "", NOW - age, (name(number), *aliases), malicious, 70)


def absent(number: int, age: timedelta) -> Finding:
    return Finding(name(number), "virustotal", Status.NOT_FOUND, fetched_at=NOW - age, aliases=(name(number),))


def past(*counts: tuple[int, int]) -> list[Past]:
    """(days ago, detections), oldest first."""
    return [Past(Status.FOUND, NOW - days * DAY, count, 70) for days, count in counts]


def test_an_unknown_file_goes_stale_sooner_than_a_known_one() -> None:
    assert is_fresh(found(1, 2 * DAY), [], policy(Settings()), NOW)
    assert not is_fresh(absent(1, 2 * DAY), [], policy(Settings()), NOW)
    assert is_fresh(absent(1, timedelta(hours=20)), [], policy(Settings()), NOW)


def test_rising_detections_go_stale_sooner_and_settled_ones_later() -> None:
    assert not is_fresh(found(1, 2 * DAY, 40), past((10, 2), (2, 40)), policy(Settings()), NOW)
    assert is_fresh(found(1, 20 * DAY, 40), past((80, 40), (50, 41), (20, 40)), policy(Settings()), NOW)
    assert not is_fresh(found(1, 20 * DAY, 40), past((25, 40), (20, 40)), policy(Settings()), NOW), (
        "not long enough in agreement"
    )
    assert not is_fresh(found(1, 20 * DAY, 40), past((80, 2), (50, 41), (20, 40)), policy(Settings()), NOW)


def test_a_date_ahead_of_now_is_stale_and_one_of_a_clock_a_little_ahead_is_not() -> None:
    assert not is_fresh(found(1, -365 * DAY), [], policy(Settings()), NOW)
    assert not is_fresh(absent(1, -timedelta(hours=1)), [], policy(Settings()), NOW)
    assert is_fresh(found(1, -timedelta(seconds=30)), [], policy(Settings()), NOW)


def test_refresh_makes_everything_stale_and_offline_nothing() -> None:
    assert not is_fresh(found(1, timedelta()), [], policy(Settings(refresh=True)), NOW)
    assert is_fresh(absent(1, 900 * DAY), [], policy(Settings(offline=True)), NOW)


def sorted_out(
    stored: list[Finding], targets: list[Target], chosen: Policy | None = None
) -> tuple[list[str], set[str], set[str]]:
    store = open_store("memory:", SystemClock())
    for finding in stored:
        store.put_many([Answer(finding)])
    done = triage(targets, store, "virustotal", chosen or policy(Settings()), NOW)
    store.close()
    return [t.ask.value for t in done.wanted], {i.value for i in done.fresh}, {i.value for i in done.stale}


def test_only_what_has_no_fresh_answer_is_wanted() -> None:
    wanted, fresh, stale = sorted_out([found(1, DAY), found(2, 9 * DAY)], [Target(name(n)) for n in (1, 2, 3)])
    assert wanted == [name(3).value, name(2).value], "never asked before stale"
    assert fresh == {name(1).value}
    assert stale == {name(2).value}


def test_value_order_spends_on_the_most_frequent_and_then_the_oldest() -> None:
    stored = [found(1, 9 * DAY), found(2, 90 * DAY), found(3, 20 * DAY)]
    targets = [
        Target(name(1), weight=1),
        Target(name(2), weight=1),
        Target(name(3), weight=7),
        Target(name(4)),
        Target(name(5), weight=2),
    ]
    order = [name(5), name(4), name(3), name(2), name(1)]
    assert sorted_out(stored, targets)[0] == [i.value for i in order]
    assert sorted_out(stored, targets, policy(Settings(order="sheet")))[0] == [t.ask.value for t in targets]
    oldest = sorted_out(stored, targets, policy(Settings(order="oldest")))[0]
    assert oldest[2:] == [name(2).value, name(3).value, name(1).value]


def test_any_of_a_files_hashes_finds_the_stored_answer() -> None:
    md5 = name(7, 32)
    wanted, fresh, _ = sorted_out([found(1, DAY, aliases=(md5,))], [Target(md5), Target(name(1))])
    assert wanted == []
    assert fresh == {md5.value, name(1).value}


def test_a_stored_answer_does_not_speak_for_a_hash_that_it_does_not_hold() -> None:
    stranger = name(9, 32)
    wanted, fresh, _ = sorted_out([found(1, DAY, aliases=(name(7, 32),))], [Target(name(1), (stranger,))])
    assert wanted == [stranger.value]
    assert fresh == {name(1).value}


def test_an_unknown_strongest_hash_answers_for_the_weaker_ones_unless_the_store_knows_better() -> None:
    weaker, known = name(2, 32), name(3, 40)
    into = propagate(Target(name(1), (weaker, known)), absent(1, DAY), {known: found(3, DAY)})
    assert into[weaker].status is Status.NOT_FOUND
    assert name(1).value in into[weaker].detail
    assert into[known].status is Status.FOUND


def test_offline_wants_nothing() -> None:
    wanted, fresh, _ = sorted_out(
        [found(1, 99 * DAY)], [Target(name(1)), Target(name(2))], policy(Settings(offline=True))
    )
    assert wanted == []
    assert fresh == {name(1).value}
