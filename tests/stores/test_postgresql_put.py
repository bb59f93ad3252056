"""Storing in one round trip keeps what storing step by step keeps: whatever came before, in whatever order."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import closing
from random import Random

import pytest

from enrich.model.finding import Answer, Finding
from enrich.model.indicator import Indicator
from enrich.stores import Store, open_store
from tests.support import postgresql_server
from tests.support.postgresql_server import Server
from tests.support.stored_answers import VT, absent, file, found, put
from tests.support.virtual_time import VirtualClock

pytest.importorskip("psycopg")
pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(not postgresql_server.is_installed(), reason="PostgreSQL is not installed"),
]
NUMBERS = itertools.count()
FILES = 4
EVERY_NAME = [name for number in range(FILES) for name in file(number)]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgresql_server.server() as there:
        yield there


@pytest.fixture
def store(server: Server) -> Iterator[Store]:
    with closing(open_store(server.url(f"put_{next(NUMBERS)}"), VirtualClock())) as there:
        yield there


def drawn(chance: Random) -> Answer:
    """An answer about one of a few files, by some of its names, of one of a few days."""
    names, day = file(chance.randrange(FILES)), chance.randrange(4)
    if chance.random() < 0.6:
        names = names[chance.randrange(3) :]
    finding = found(names, day, chance.randrange(3)) if chance.random() < 0.8 else absent(names[0], day)
    return Answer(finding, chance.choice([b"", b"body", b"another"]))


@pytest.mark.parametrize("seed", range(20))
def test_it_keeps_what_sqlite_keeps_of_the_same_answers(store: Store, seed: int) -> None:
    chance = Random(seed)
    with closing(open_store("memory:", VirtualClock())) as other:
        for _ in range(12):
            answers = [drawn(chance) for _ in range(chance.randint(1, 3))]
            for each in (store, other):
                each.put_many(answers)
        assert sorted(map(str, store.export())) == sorted(map(str, other.export()))
        assert store.bodies(VT, EVERY_NAME) == other.bodies(VT, EVERY_NAME)


def test_a_later_answer_of_another_shape_replaces_one_and_history_has_both(store: Store) -> None:
    put(store, found(file(1), 0, 1))
    put(store, found(file(1), 1, 2, vt_new="x"))
    finding = store.get_many(VT, file(1)[:1])[file(1)[0]]
    assert (finding.malicious, dict(finding.fields)) == (2, {"vt_new": "x"})
    assert [past.malicious for past in store.history(VT, file(1))[file(1)[0]]] == [1, 2]


def test_another_sources_answer_about_a_file_is_none_of_this_ones(store: Store) -> None:
    put(store, found(file(1), 0, 1))
    store.put_many([Answer(Finding(file(1)[0], "hashlookup", found(file(1)).status, {}, "", None, file(1)))])
    assert store.get_many(VT, file(1)[:1])[file(1)[0]].malicious == 1
    assert store.info().objects == 2


def test_files_whose_hashes_begin_alike_are_stored_apart(store: Store) -> None:
    one, two = (tuple(Indicator("hash", "ab" * 4 + digits * count) for count in (12, 28)) for digits in ("cd", "ef"))
    put(store, found(one, 0, 1))
    put(store, found(two, 0, 2), found(file(1)))
    answers = store.get_many(VT, [*one, *two])
    assert [answers[each].malicious for each in (*one, *two)] == [1, 1, 2, 2]
    assert [answers[each].aliases for each in (*one, *two)] == [one, one, two, two]
    assert store.info().objects == 3


def test_a_hash_and_a_note_of_the_same_digits_stay_two(store: Store) -> None:
    digits = file(1)[2].value
    note = Indicator("note", digits)
    put(store, absent(file(1)[2], 0))
    put(store, absent(note, 1))
    assert store.info().objects == 2
    assert set(store.get_many(VT, [file(1)[2], note])) == {file(1)[2], note}


def test_an_object_whose_own_names_begin_alike_is_stored_in_one_round_trip(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So are the made-up files of the stand-in."""
    one, two = (tuple(Indicator("hash", digits * count) for count in (4, 5, 8)) for digits in ("ab" * 4, "cd" * 4))
    monkeypatch.setattr(store, "put_arrived", pytest.fail)
    store.put_many([Answer(found(one, 0, 1)), Answer(found(two, 0, 2))])
    answers = store.get_many(VT, [*one, *two])
    assert [answers[each].malicious for each in (*one, *two)] == [1, 1, 1, 2, 2, 2]
    assert store.info().objects == 2
