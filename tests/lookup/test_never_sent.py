"""What an answer shows to be never sent is not asked about from that moment on, by whatever name a row gives of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random

import pytest

from enrich.clock import utc
from enrich.config.settings import Settings
from enrich.exclusions.lists import Exclusions
from enrich.lookup.fallback import fill_open
from enrich.lookup.freshness import Triage, triage
from enrich.lookup.rate_limit import Pace
from enrich.lookup.workers import Outcome, Workers
from enrich.model.finding import Answer, Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.model.quota import Quota
from enrich.pipeline.ask import withheld_findings
from enrich.pipeline.parts.packed_targets import PackedTargets
from enrich.pipeline.parts.unique_targets import UniqueTargets
from enrich.pipeline.sources import policy
from enrich.scan import merged_targets
from enrich.stores import Store
from tests.lookup.scripted import NAME, UNLIMITED, Bench, Scripted, hashes
from tests.support.virtual_time import VirtualClock, run

REASON = "on the list"


def never(*names: Indicator) -> Exclusions:
    return Exclusions(never={bytes.fromhex(name.value): REASON for name in names})


def answer(number: int, days: float, clock: VirtualClock, origin: str = NAME) -> Answer:
    """The stored answer about a file, so many days old."""
    names = hashes(number)
    at = utc(clock.time()) - timedelta(days=days)
    return Answer(Finding(names[0], origin, Status.FOUND, {}, "", at, names, 0, 70))


def looked_up(
    targets: Sequence[Target],
    exclusions: Exclusions,
    stored: Sequence[tuple[int, float, str]] = (),
    quota: Quota = UNLIMITED,
    meanwhile: Callable[[Store, VirtualClock], None] = lambda _store, _clock: None,
) -> tuple[dict[Indicator, Status], set[Indicator], int]:
    """How every name ends, which hashes were sent, and what the calls counted.

    ``stored``: answers by file, age in days and origin. ``meanwhile`` happens between the look at the store and the
    first call.
    """

    async def main(clock: VirtualClock) -> tuple[dict[Indicator, Status], set[Indicator], int]:
        clock.advance(1000 * 86_400)
        bench = Bench(clock, Scripted(clock))
        bench.store.put_many([answer(number, days, clock, origin) for number, days, origin in stored])
        held = withheld_findings(targets, exclusions, bench.store)
        open_ = [target for target in targets if target.ask not in held]
        rules, now = policy(Settings()), utc(clock.time())
        known = triage(open_, bench.store, NAME, rules, now, never_sent=exclusions)
        meanwhile(bench.store, clock)
        pace = Pace(bench.store, "account", quota, clock)
        workers = Workers(bench.service, bench.store, pace, clock, bench.listener, concurrency=8, chance=Random(1))
        outcome = await workers.run(known.wanted, known.fresh, known.stale, exclusions)
        findings = known.fresh | known.excluded | outcome.findings
        fill_open(findings, [one for one in open_ if one.ask not in known.excluded], known, outcome, NAME)
        ends = {name: finding.status for name, finding in (findings | held).items()}
        return ends, set(bench.service.asked), bench.store.usage("account").day

    return run(main)


@pytest.mark.parametrize("days", [1, 100], ids=["fresh", "stale"])
@pytest.mark.parametrize("origin", [NAME, "another"])
def test_a_row_with_a_weaker_hash_of_a_file_that_an_answer_shows_as_held_is_not_asked(days: float, origin: str) -> None:
    sha256, md5, listed = hashes(1)[0], hashes(2)[2], hashes(2)[1]
    ends, asked, _ = looked_up([Target(sha256, (md5,))], never(listed), [(2, days, origin)])
    assert asked == set()
    # what is in the store already and fresh is shown
    shown = days == 1 and origin == NAME
    assert ends == {sha256: Status.SKIPPED, md5: Status.FOUND if shown else Status.SKIPPED}


def test_a_hash_that_the_fresh_answer_about_a_held_file_does_not_name_is_not_asked_either() -> None:
    sha256, listed, other_md5 = hashes(1)[0], hashes(1)[1], hashes(2)[2]
    ends, asked, _ = looked_up([Target(sha256, (other_md5,))], never(listed), [(1, 1, NAME)])
    assert asked == set()
    assert ends == {sha256: Status.FOUND, other_md5: Status.SKIPPED}


def test_it_goes_from_name_to_name_by_rows_and_by_answers() -> None:
    """The list has the sha1 of file 1; another source knows its md5, which a row gives beside the sha256 of file 2."""
    targets = [Target(hashes(2)[0], (hashes(1)[2],)), Target(hashes(2)[2]), Target(hashes(3)[2])]
    ends, asked, _ = looked_up(targets, never(hashes(1)[1]), [(1, 500, "another"), (2, 500, "a third")])
    assert asked == {hashes(3)[2]}
    assert ends[hashes(2)[2]] is Status.SKIPPED


def test_what_the_answer_of_this_run_does_not_speak_for_is_not_asked_where_its_file_is_held() -> None:
    sha256, other_md5 = hashes(1)[0], hashes(2)[2]
    ends, asked, _ = looked_up([Target(sha256, (other_md5,))], never(hashes(1)[1]))
    assert asked == {sha256}, "nobody knew"
    assert ends == {sha256: Status.FOUND, other_md5: Status.SKIPPED}


def test_a_row_that_waits_for_its_turn_is_not_asked_once_an_answer_shows_that_it_is_held() -> None:
    first, second = Target(hashes(1)[0]), Target(hashes(2)[0], (hashes(1)[2],))
    ends, asked, calls = looked_up([first, second], never(hashes(1)[1]), quota=Quota(1, None, None))
    assert asked == {first.ask}
    assert ends == {first.ask: Status.FOUND, second.ask: Status.SKIPPED, hashes(1)[2]: Status.FOUND}
    assert calls == 1, "what was not sent costs nothing"


def test_what_another_process_learned_meanwhile_holds_a_row_back() -> None:
    def meanwhile(store: Store, clock: VirtualClock) -> None:
        store.put_many([answer(1, 0, clock)])

    target = Target(hashes(2)[0], (hashes(1)[2],))
    ends, asked, calls = looked_up([target], never(hashes(1)[1]), meanwhile=meanwhile)
    assert (asked, calls) == (set(), 0)
    assert ends == dict.fromkeys((target.ask, *target.others), Status.SKIPPED)


@pytest.mark.parametrize("listed", [hashes(1)[0], hashes(1)[2], hashes(1)[1]], ids=["sha256", "md5", "by an answer"])
@pytest.mark.parametrize("parts", [False, True], ids=["one table", "parts"])
def test_rows_that_contradict_each_other_over_a_held_file_are_none_of_them_asked(
    listed: Indicator, *, parts: bool
) -> None:
    """One md5 beside two sha256: which of the two rows is wrong nobody knows, and each names the file."""
    (one, _, md5), (other, _, _) = hashes(1), hashes(2)
    rows = [[Target(one, (md5,))], [Target(other, (md5,)), Target(hashes(3)[0])]]
    targets = next(iter(UniqueTargets.of(map(PackedTargets.of, rows)).blocks()))[1] if parts else merged_targets(rows)
    assert not any(target.others for target in targets)
    ends, asked, _ = looked_up(targets, never(listed), [(1, 500, "another")])
    assert asked == {hashes(3)[0]}
    assert {ends[name] for name in (one, md5, other)} == {Status.SKIPPED}


def test_what_the_answer_of_this_run_shows_holds_back_what_contradicting_rows_name() -> None:
    (one, sha1, md5), (other, _, _) = hashes(1), hashes(2)
    targets = merged_targets([[Target(one, (md5,), 9)], [Target(other, (md5,))]])
    ends, asked, _ = looked_up(targets, never(sha1), quota=Quota(1, None, None))
    assert asked == {one}, "nobody knew"
    assert ends == {one: Status.FOUND, md5: Status.FOUND, other: Status.SKIPPED}


def test_rows_that_contradict_each_other_are_asked_where_another_file_is_held() -> None:
    (one, _, md5), (other, _, _) = hashes(1), hashes(2)
    targets = merged_targets([[Target(one, (md5,))], [Target(other, (md5,))], [Target(hashes(3)[0])]])
    assert looked_up(targets, never(hashes(3)[0]))[1] >= {one, other}


def test_where_nothing_is_listed_all_is_asked() -> None:
    _, asked, _ = looked_up([Target(hashes(1)[0], (hashes(2)[2],))], Exclusions(), [(2, 100, NAME)])
    assert asked == {hashes(1)[0], hashes(2)[2]}


@pytest.mark.parametrize(
    ("strong", "weak", "asked"),
    [
        (1, 100, {hashes(2)[2]}),
        (100, 1, {hashes(1)[0]}),
        (100, 100, {hashes(1)[0], hashes(2)[2]}),
        (1, 1, set()),
    ],
)
def test_two_files_that_a_row_takes_for_one_are_each_asked_when_their_own_answer_is_due(
    strong: float, weak: float, asked: set[Indicator]
) -> None:
    target = Target(hashes(1)[0], (hashes(2)[2],))
    assert looked_up([target], Exclusions(), [(1, strong, NAME), (2, weak, NAME)])[1] == asked


def test_an_old_answer_to_a_weaker_hash_is_shown_with_its_date_where_no_new_one_came() -> None:
    at = utc(0) + timedelta(days=1)
    fresh, old = (
        Finding(hashes(number)[0], NAME, Status.FOUND, {}, "", at, hashes(number), 0, 70) for number in (1, 2)
    )
    target = Target(hashes(1)[0], (hashes(2)[2],))
    known = Triage({target.ask: fresh}, {target.others[0]: old}, {}, [Target(target.others[0])])
    findings = dict(known.fresh)
    assert fill_open(findings, [target], known, Outcome(stopped="the day is over"), NAME)
    assert findings[target.others[0]].status is Status.FOUND
    assert findings[target.others[0]].detail == "answer of 1970-01-02, not asked again: the day is over"
