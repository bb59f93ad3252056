"""What every store must do: one class of tests. A back end's test module subclasses it and says how to open one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b, sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from enrich.clock import utc
from enrich.errors import StoreError
from enrich.model.finding import Answer, Finding, Past, Status
from enrich.model.indicator import Indicator
from enrich.model.quota import Quota, Usage
from enrich.stores import Claim, Elsewhere, Grant, Store, Timing, Wait
from tests.support.stored_answers import DAY, VT, absent, file, found, name, put, status
from tests.support.virtual_time import START, VirtualClock

NONE = Quota(None, None, None)


class StoreContract:
    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()

    @pytest.fixture
    def store(self, clock: VirtualClock) -> Iterator[Store]:
        raise NotImplementedError

    # --- answers ---

    def test_an_answer_is_found_by_every_name_and_unchanged(self, store: Store) -> None:
        names = file(1)
        fields = {
            "vt_sha256": names[2].value,
            "vt_link": f"https://www.virustotal.com/gui/file/{names[2].value}/detection",
            "vt_detections": "53/72",
            "vt_file_name": f"VirusShare_{names[0].value}.exe",
            "vt_malicious": 53,
            "vt_first_seen": 1_500_000_000,
            "vt_signed": True,
            "vt_score": 0.5,
            "vt_size": 2**70,
            "vt_odd": "half \ud83d, nul \0, wide \U0001f600",
        }
        finding = Finding(names[2], VT, Status.FOUND, fields, "a note", DAY, names, 53, 72)
        put(store, finding)
        assert store.get_many(VT, [names[2], file(2)[0]]) == {names[2]: finding}
        for asked in names:
            answer = store.get_many(VT, [asked])[asked]
            assert answer.indicator == asked
            assert (answer.fields, answer.aliases, answer.detail) == (fields, names, "a note")
        assert store.get_many("another", names) == {}

    def test_answers_by_columns_are_the_same(self, store: Store) -> None:
        several = [found(file(n), n, n, vt_sha256=file(n)[2].value, vt_link=f"x/{file(n)[2].value}") for n in range(5)]
        odd = found(file(9), vt_odd="half \ud83d", vt_size=2**70)
        detailed = structs.replace(found(file(10)), detail="a note")
        domain = Finding(Indicator("domain", "a.test"), VT, Status.FOUND, {}, "", DAY, (Indicator("domain", "a.test"),))
        elsewhere = structs.replace(found(file(11)), origin="another")
        twin = Finding(Indicator("note", file(12)[2].value), VT, Status.NOT_FOUND, fetched_at=DAY)
        put(store, *several, absent(file(6)[2]), odd, detailed, domain, elsewhere, twin)
        names = [file(n)[2] for n in range(13)] + [file(2)[0]]
        answers = store.columns_of(VT, {bytes.fromhex(one.value) for one in names})
        told = {finding.indicator: finding for some in answers for finding in some.findings(VT)}
        plain = [file(n)[2] for n in (0, 1, 3, 4, 6, 9)]  # one has a detail, of another two hashes are asked for
        assert told == store.get_many(VT, plain)
        for some in answers:
            for field, column in some.by_field(["vt_link", "vt_odd", "vt_size", "vt_none"]).items():
                assert list(column) == [told[name(asked.hex())].fields[field] for asked in some.asked]
        last = [some.where([number == 0 for number, _ in enumerate(some.asked)]) for some in answers]
        assert [one.findings(VT) for one in last] == [some.findings(VT)[:1] for some in answers]
        none = [some.where([False] * len(some.asked)) for some in answers]
        assert none
        assert [(one.findings(VT), one.by_field(["vt_link"])) for one in none] == [([], {})] * len(none)
        assert store.columns_of(VT, set()) == []

    @pytest.mark.parametrize("days", [(1, 2), (2, 1), (1, 1)])
    def test_an_answer_whose_names_all_belong_to_another_goes(self, store: Store, days: tuple[int, int]) -> None:
        """As a record has it that was damaged on its way: two SHA-1 of one file contradict even themselves."""
        torn = (file(1)[1], file(2)[1])
        for day in days:
            put(store, found(torn, day))
        assert [record["names"] for record in store.export()] == [[["hash", name.value] for name in torn]]
        assert store.get_many(VT, torn).keys() == set(torn)

    def test_all_names_of_an_object_are_told_whoever_answered(self, store: Store) -> None:
        domain = Indicator("domain", "example.test")
        other = structs.replace(found(file(2)), origin="another")
        put(store, found(file(1)), other, found((domain,)), found(file(4)))
        told = store.names_of_objects([file(1)[0], file(2)[1], file(3)[2], domain])
        assert {frozenset(names) for names in told} == {frozenset(file(1)), frozenset(file(2)), frozenset((domain,))}
        assert list(store.names_of_objects([])) == []

    def test_names_of_any_kind_and_length(self, store: Store) -> None:
        domain, address = Indicator("domain", "exämple.test"), Indicator("ip", "192.0.2.1")
        same_digits = Indicator("note", file(1)[2].value)
        put(store, Finding(domain, VT, Status.FOUND, {"vt_a": 1}, fetched_at=DAY, aliases=(domain, address)))
        put(store, found(file(1)), Finding(same_digits, VT, Status.NOT_FOUND, fetched_at=DAY))
        assert store.get_many(VT, [address])[address].fields == {"vt_a": 1}
        assert status(store, same_digits) is Status.NOT_FOUND
        assert status(store, file(1)[2]) is Status.FOUND

    def test_failures_are_not_answers(self, store: Store) -> None:
        with pytest.raises(ValueError):
            store.put_many([Answer(absent(file(1)[0])), Answer(Finding(file(2)[0], VT, Status.FAILED))])
        assert store.get_many(VT, [*file(1), *file(2)]) == {}

    def test_hashes_that_begin_alike_are_kept_apart(self, store: Store) -> None:
        many = [name("ab" * 8 + sha256(bytes([number])).hexdigest()[:48]) for number in range(20)]
        put(store, *(absent(one, day) for day, one in enumerate(many[::2])))
        assert set(store.get_many(VT, many)) == set(many[::2])
        assert status(store, name("ab" * 16)) is None

    def test_a_text_whose_prefix_is_another_names_is_kept_apart(self, store: Store) -> None:
        domain = Indicator("domain", "a.test")
        twin = name(blake2b(b"domain:a.test", digest_size=8).hexdigest() + "0" * 48)
        put(store, absent(domain))
        assert store.get_many(VT, [twin]) == {}
        put(store, found((twin,)))
        assert (status(store, domain), status(store, twin)) == (Status.NOT_FOUND, Status.FOUND)

    def test_the_newer_answer_stands_and_history_keeps_both(self, store: Store) -> None:
        names = file(1)
        put(store, found(names, 0, 1), found(names, 2, 40))
        assert store.get_many(VT, [names[0]])[names[0]].malicious == 40
        assert [past.malicious for past in store.history(VT, names)[names[1]]] == [1, 40]

    @pytest.mark.parametrize("day", [1, 400])
    def test_what_arrives_last_stands_whatever_the_clock_said_when_another_came(self, store: Store, day: int) -> None:
        """A clock that was a year ahead, or set back: the service's last word is the one that came last."""
        names = file(1)
        put(store, found(names, 2, 0), found(names, day, 0), found(names, 3, 50))
        assert store.get_many(VT, [names[0]])[names[0]].malicious == 50
        past = store.history(VT, names)[names[0]]
        assert [answer.malicious for answer in past][-1] == 50
        assert max(answer.fetched_at for answer in past) == DAY + timedelta(days=3)

    def test_a_date_ahead_of_now_loses_to_what_is_imported(self, store: Store) -> None:
        put(store, found(file(1), 1, 50))
        records = list(store.export())
        store.prune(2e9)
        put(store, found(file(1), 400, 0))
        store.merge(records)
        assert store.get_many(VT, file(1))[file(1)[0]].malicious == 50

    @pytest.mark.parametrize("where", ["fetched_at", "history"])
    def test_an_import_with_a_date_ahead_of_now_is_refused(self, store: Store, where: str) -> None:
        put(store, found(file(1)))
        record = next(store.export())
        soon, late = int(START) + 60, int(START) + 3600
        store.merge([{**record, "fetched_at": soon}])
        wrong: object = late if where == "fetched_at" else [[late, "found", 1, 2]]
        with pytest.raises(StoreError, match=r"record 1.*still to come"):
            store.merge([{**record, where: wrong}])

    def test_an_import_is_checked_for_what_cannot_be_true(self, store: Store) -> None:
        put(store, found(file(1)))
        record = next(store.export())
        with pytest.raises(StoreError, match="more engines detect it"):
            store.merge([{**record, "malicious": 73}])
        with pytest.raises(StoreError, match=r"record 1.*of another planet"):
            store.merge([record], check=lambda finding: f"{finding.origin} of another planet")

    def test_a_file_found_by_md5_supersedes_what_its_sha256_did_not_find(self, store: Store) -> None:
        weak, middle, strong = file(1)
        put(store, absent(strong, 0), absent(weak, 1))
        put(store, found((weak, middle, strong), 2))
        assert {status(store, each) for each in file(1)} == {Status.FOUND}
        assert store.info().objects == 1
        assert store.history(VT, [strong])[strong] == [
            Past(Status.NOT_FOUND, DAY),
            Past(Status.NOT_FOUND, DAY + timedelta(days=1)),
            Past(Status.FOUND, DAY + timedelta(days=2), 53, 72),
        ]

    def test_two_files_with_one_md5_stay_two_and_the_newer_has_the_md5(self, store: Store) -> None:
        shared = file(1)[0]
        one, other = (shared, *file(1)[1:]), (shared, *file(2)[1:])
        put(store, found(one, 0, 10), found(other, 1, 20))
        assert store.get_many(VT, [shared])[shared].aliases == other
        assert store.get_many(VT, [one[2]])[one[2]].aliases == one[1:]
        put(store, found(one, 2, 11))
        assert store.get_many(VT, [shared])[shared].malicious == 11
        assert shared not in store.get_many(VT, [other[2]])[other[2]].aliases
        assert store.info().objects == 2

    @settings(
        max_examples=40,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    @given(
        st.lists(
            st.tuples(st.integers(0, 3), st.sets(st.integers(0, 2), min_size=1), st.integers(0, 6), st.booleans()),
            max_size=12,
        )
    )
    def test_no_two_objects_claim_one_name_and_the_newest_answer_stands(
        self, store: Store, puts: list[tuple[int, set[int], int, bool]]
    ) -> None:
        store.prune(2e9)
        newest: dict[Indicator, int] = {}
        for number, which, day, at_once in puts:
            names = tuple(file(number)[index] for index in sorted(which))
            finding = found(names, day) if at_once else absent(names[0], day)
            put(store, finding)
            for each in finding.aliases:
                newest[each] = day
        records = list(store.export())
        claimed = [tuple(one) for record in records for one in record["names"]]
        assert len(claimed) == len(set(claimed)) == len(newest)
        for asked, day in newest.items():
            answer = store.get_many(VT, [asked])[asked]
            assert answer.fetched_at == DAY + timedelta(days=day) or len(answer.aliases) > 1

    def test_bodies_are_the_standing_answers_own(self, store: Store) -> None:
        names = file(1)
        store.put_many([Answer(found(names, 0), b"\x1f\x8b first")])
        assert store.bodies(VT, names) == dict.fromkeys(names, b"\x1f\x8b first")
        store.put_many([Answer(found(names, 1))])
        assert store.bodies(VT, names) == {}

    def test_a_batch_is_all_or_nothing(self, store: Store) -> None:
        bad = found(file(2), 0, 1, vt_bad=object())
        with pytest.raises((TypeError, NotImplementedError)):
            put(store, found(file(1), 0, 1, vt_new_layout=1), bad)
        assert store.get_many(VT, [*file(1), *file(2)]) == {}
        put(store, found(file(1), 0, 1, vt_another=2), found(file(3), 0, 1, vt_new_layout=3))
        assert store.get_many(VT, [file(3)[0]])[file(3)[0]].fields == {"vt_new_layout": 3}

    def test_a_leased_call_whose_answer_could_not_be_stored_ends_once(self, store: Store) -> None:
        calls = [granted.permit for _ in range(3) if isinstance(granted := store.book("key", NONE), Grant)]
        with pytest.raises((TypeError, NotImplementedError)):
            store.put_many([Answer(found(file(1), 0, 1, vt_bad=object()))], settled=[("key", calls[0])])
        store.settle([("key", calls[0])])
        store.correct("key", Usage(10, 10))
        assert store.usage("key") == Usage(12, 12), "the service counts late the two that are under way"

    # --- on the move ---

    def test_export_and_merge_lose_nothing_and_are_idempotent(self, store: Store) -> None:
        put(store, found(file(1), 0, 1), found(file(1), 2, 5, vt_x="y"), absent(file(2)[0], 1))
        lines = [json.dumps(record) for record in store.export()]
        before = store.history(VT, file(1)), store.get_many(VT, [*file(1), *file(2)])
        assert store.merge(map(json.loads, lines)) == 0
        store.prune(2e9)
        put(store, found(file(1), 1, 3))
        assert store.merge(map(json.loads, lines)) == 2
        assert [past.malicious for past in store.history(VT, file(1))[file(1)[0]]] == [1, 3, 5]
        assert store.get_many(VT, [*file(1), *file(2)]) == before[1]

    def test_an_older_answer_never_replaces_a_newer_by_merge(self, store: Store) -> None:
        put(store, found(file(1), 0, 1))
        old = list(store.export())
        put(store, found(file(1), 5, 9))
        store.merge(old)
        assert store.get_many(VT, [file(1)[0]])[file(1)[0]].malicious == 9

    @pytest.mark.parametrize(
        "change",
        [
            {"version": 2},
            {"status": "failed"},
            {"names": []},
            {"fetched_at": "x"},
            {"fields": {"a": [1]}},
            {"half a pair \ud800": 1},
        ],
    )
    def test_a_record_that_is_not_ours_stops_the_merge_with_its_number(
        self, store: Store, change: dict[str, object]
    ) -> None:
        put(store, found(file(1)))
        record = next(store.export())
        with pytest.raises(StoreError, match="record 2") as caught:
            store.merge([record, {**record, **change}])
        assert caught.value.hint

    def test_prune_removes_what_is_older_and_bodies_alone_if_asked(self, store: Store) -> None:
        store.put_many([Answer(found(file(day), day), b"body") for day in range(4)])
        border = (DAY + timedelta(days=2)).timestamp()
        assert store.prune(border, bodies_only=True) == 2
        assert len(store.bodies(VT, [file(day)[0] for day in range(4)])) == 2
        assert store.prune(border) == 2
        assert [status(store, file(day)[2]) for day in range(4)] == [None, None, Status.FOUND, Status.FOUND]
        info = store.info()
        assert (info.statuses, info.objects, info.bodies) == ({Status.FOUND: 2}, 2, 2)
        assert (info.oldest, info.newest) == (DAY + timedelta(days=2), DAY + timedelta(days=3))

    # --- the ledger ---

    def test_permits_are_free_a_minute_and_a_margin_after_they_are_settled(
        self, store: Store, clock: VirtualClock
    ) -> None:
        first, second = (store.book("k", Quota(2, None, None)) for _ in range(2))
        assert isinstance(first, Grant)
        assert isinstance(second, Grant)
        clock.advance(10)
        store.settle([("k", first.permit)])
        wait = store.book("k", Quota(2, None, None))
        assert isinstance(wait, Wait)
        assert (wait.until, wait.window) == (pytest.approx(START + 71), "minute")
        clock.advance(60.9)
        assert isinstance(store.book("k", Quota(2, None, None)), Wait)
        clock.advance(0.2)
        assert isinstance(store.book("k", Quota(2, None, None)), Grant)
        assert isinstance(store.book("another", Quota(2, None, None)), Grant)

    def test_a_permit_that_is_never_settled_is_free_after_the_longest_call(
        self, store: Store, clock: VirtualClock
    ) -> None:
        store.book("k", Quota(1, None, None), timing=Timing(longest=90))
        clock.advance(150)
        assert isinstance(store.book("k", Quota(1, None, None)), Wait)
        clock.advance(1.1)
        assert isinstance(store.book("k", Quota(1, None, None)), Grant)

    @pytest.mark.parametrize("per_minute", [None, 1000])
    def test_days_and_months_are_never_exceeded_and_end_at_midnight(
        self, store: Store, clock: VirtualClock, per_minute: int | None
    ) -> None:
        quota = Quota(per_minute, 200, 450)
        clock.set_by(datetime(2026, 11, 28, 12, tzinfo=UTC).timestamp() - START)
        booked = []
        for _ in range(4):
            answers = [store.book("k", quota) for _ in range(210)]
            booked.append(sum(isinstance(answer, Grant) for answer in answers))
            clock.set_by(86_400)
            clock.advance(200)
        assert booked == [200, 200, 50, 200]
        assert store.usage("k") == Usage(0, 200)

    @pytest.mark.parametrize("per_minute", [None, 10])
    def test_a_call_given_back_costs_nothing_and_goes_back_once(self, store: Store, per_minute: int | None) -> None:
        quota = Quota(per_minute, 10, None)
        kept, returned = store.book("k", quota), store.book("k", quota)
        assert isinstance(kept, Grant)
        assert isinstance(returned, Grant)
        store.settle([("k", kept.permit)])
        store.give_back("k", returned.permit)
        assert store.usage("k") == Usage(1, 1)

    def test_the_services_count_raises_ours_by_calls_under_way_and_never_lowers_it(self, store: Store) -> None:
        for _ in range(3):
            store.book("k", Quota(10, None, None))
        store.correct("k", Usage(2, 2))
        assert store.usage("k") == Usage(3, 3)
        store.correct("k", Usage(7, 90))
        assert store.usage("k") == Usage(10, 93)

    @pytest.mark.parametrize("quota", [NONE, Quota(4, None, None)])
    def test_a_cool_down_holds_and_a_shorter_one_does_not_end_it(
        self, store: Store, clock: VirtualClock, quota: Quota
    ) -> None:
        assert isinstance(store.book("k", quota), Grant)
        store.hold_off("k", START + 100)
        store.hold_off("k", START + 10)
        wait = store.book("k", quota)
        assert isinstance(wait, Wait)
        assert (wait.until, wait.window) == (pytest.approx(START + 100), "cool-down")
        clock.advance(100.1)
        assert isinstance(store.book("k", quota), Grant)

    def test_cool_downs_are_shown_and_lifted(self, store: Store, clock: VirtualClock) -> None:
        store.hold_off("k", START + 100)
        store.hold_off("gone", START + 10)
        clock.advance(20)
        assert list(store.info().holds) == ["k"]
        assert store.info().holds["k"].timestamp() == pytest.approx(START + 100)
        assert store.clear_holds() == 1
        assert store.info().holds == {}
        assert isinstance(store.book("k", Quota(4, None, None)), Grant)

    def test_the_day_is_the_services_where_its_clock_is_known(self, store: Store, clock: VirtualClock) -> None:
        """Ours is ten minutes ahead: after our midnight the service still counts yesterday's calls."""
        quota = Quota(100, 3, None)
        clock.set_by(datetime(2026, 11, 23, 0, 5, tzinfo=UTC).timestamp() - START)
        store.correct("k", Usage(3, 3), at=clock.time() - 600)
        wait = store.book("k", quota)
        assert isinstance(wait, Wait)
        assert wait.window == "day"
        assert 300 <= wait.until - clock.time() <= 310
        clock.advance(311)
        assert store.usage("k") == Usage(0, 3)
        assert [type(store.book("k", quota)) for _ in range(4)] == [Grant, Grant, Grant, Wait]

    def test_what_is_booked_at_midnight_counts_for_both_days(self, store: Store, clock: VirtualClock) -> None:
        quota = Quota(100, 5, None)
        clock.set_by(datetime(2026, 11, 22, 23, 59, 58, tzinfo=UTC).timestamp() - START)
        kept, returned = store.book("k", quota), store.book("k", quota)
        assert isinstance(kept, Grant)
        assert isinstance(returned, Grant)
        store.give_back("k", returned.permit)
        clock.advance(60)
        store.settle([("k", kept.permit)])
        assert store.usage("k") == Usage(1, 1)

    def test_a_settled_call_is_free_after_its_minute_when_its_answer_settled_it(
        self, store: Store, clock: VirtualClock
    ) -> None:
        quota = Quota(1, None, None)
        grant = store.book("k", quota)
        assert isinstance(grant, Grant)
        store.put_many([Answer(found(file(1)))], settled=[("k", grant.permit)])
        clock.advance(60.9)
        assert isinstance(store.book("k", quota), Wait)
        clock.advance(0.2)
        assert isinstance(store.book("k", quota), Grant)


class SharedStoreContract(StoreContract):
    """What every store must do that several processes may use at once."""

    @pytest.fixture
    def others(self, store: Store) -> Store:
        """A second client of ``store``."""
        raise NotImplementedError

    @pytest.mark.parametrize("quota", [NONE, Quota(100, None, None)])
    def test_nobody_is_granted_a_call_for_what_another_asks(self, store: Store, others: Store, quota: Quota) -> None:
        weak, middle, strong = file(1)
        assert isinstance(store.book("k", quota, claim=Claim(VT, (strong, weak))), Grant)
        assert isinstance(store.book("k", quota, claim=Claim(VT, (strong,))), Grant)  # another try
        taken = others.book("k", quota, claim=Claim(VT, (weak, middle)))
        assert isinstance(taken, Elsewhere)
        assert not taken.answered
        assert START + 90 <= taken.until <= START + 100
        assert isinstance(others.book("k", quota, claim=Claim("another", (weak,))), Grant)
        assert isinstance(others.book("k", quota, claim=Claim(VT, (middle,))), Grant)

    @pytest.mark.parametrize("quota", [NONE, Quota(100, None, None)])
    def test_a_claim_ends_with_the_answer_and_what_was_answered_since_needs_no_call(
        self, store: Store, others: Store, quota: Quota
    ) -> None:
        weak, _, strong = file(1)
        grant = store.book("k", quota, claim=Claim(VT, (weak,), START))
        assert isinstance(grant, Grant)
        answered = Finding(strong, VT, Status.FOUND, {}, "", utc(START + 1), file(1), 1, 2)
        store.put_many([Answer(answered)], settled=[("k", grant.permit)])
        assert others.book("k", quota, claim=Claim(VT, (strong,), START)) == Elsewhere(answered=True)
        assert isinstance(others.book("k", quota, claim=Claim(VT, (strong,), START + 2)), Grant)
        assert isinstance(store.book("k", quota, claim=Claim(VT, (weak,))), Grant)

    def test_an_answer_about_a_name_that_begins_alike_answers_nothing(self, store: Store, others: Store) -> None:
        """Nor about one that a sheet cut off: the first half of a sha256 is no md5."""
        one, twin, half = name("ab" * 32), name("ab" * 16 + "cd" * 16), name("ab" * 16)
        quota = Quota(100, None, None)
        put(others, Finding(one, VT, Status.FOUND, {}, "", utc(START + 1), (one,), 1, 2))
        assert isinstance(store.book("k", quota, claim=Claim(VT, (twin,), START)), Grant)
        store.settle((), released=[Claim(VT, (twin,))])
        assert store.get_many(VT, [twin, half]) == {}
        assert isinstance(store.book("k", quota, claim=Claim(VT, (half,), START)), Grant)
        store.settle((), released=[Claim(VT, (half,))])
        assert store.book("k", quota, claim=Claim(VT, (one,), START)) == Elsewhere(answered=True)

    def test_a_claim_ends_without_an_answer_and_with_its_holder(self, store: Store, others: Store) -> None:
        quota = Quota(100, None, None)
        claims = [Claim(VT, file(number)) for number in range(3)]
        for claim in claims:
            assert isinstance(others.book("k", quota, claim=claim), Grant)
        others.settle((), released=claims[:1])
        assert isinstance(store.book("k", quota, claim=claims[0]), Grant)
        assert isinstance(store.book("k", quota, claim=claims[1]), Elsewhere)
        others.close()
        assert isinstance(store.book("k", quota, claim=claims[1]), Grant)

    @pytest.mark.parametrize("quota", [NONE, Quota(100, None, None)])
    def test_a_claim_whose_holder_was_killed_lapses(
        self, store: Store, others: Store, clock: VirtualClock, quota: Quota
    ) -> None:
        claim = Claim(VT, file(1))
        others.book("k", quota, claim=claim, timing=Timing(longest=30))
        clock.advance(29)
        assert isinstance(store.book("k", quota, claim=claim), Elsewhere)
        clock.advance(10)
        assert isinstance(store.book("k", quota, claim=claim), Grant)

    def test_an_unlimited_key_claims_what_comes_next_with_its_handful_of_calls(
        self, store: Store, others: Store, clock: VirtualClock
    ) -> None:
        claims = [Claim(VT, file(number)) for number in range(5)]
        assert isinstance(others.book("k", NONE, claim=claims[3]), Grant)
        asked: list[int] = []

        def ahead(count: int) -> list[Claim]:
            asked.append(count)
            return claims[1:5]

        answers = [store.book("k", NONE, claim=claim, ahead=ahead) for claim in claims]
        assert [type(answer) for answer in answers] == [Grant, Grant, Grant, Elsewhere, Grant]
        assert len(asked) <= 2, "not once for each"
        clock.advance(3600)  # of what was claimed ahead and not used in time nothing holds
        assert isinstance(others.book("k", NONE, claim=claims[1]), Grant)
        assert isinstance(store.book("k", NONE, claim=claims[1], ahead=ahead), Elsewhere)
