"""What a list held when it was last run: kept by every store, also by one that was made before there were lists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.clock import utc
from enrich.model.indicator import Indicator
from enrich.stores import Store, open_store

NOW = 1_793_000_000.5


class Still:
    """A clock that stands."""

    def time(self) -> float:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing sleeps here")


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = "memory:" if request.param == "memory" else f"sqlite:///{tmp_path / 'store.db'}"
    with closing(open_store(url, Still())) as opened:
        yield opened


def named(number: int, size: int = 32) -> Indicator:
    return Indicator("hash", number.to_bytes(8).hex() + "00" * (size - 8))


def test_a_list_that_was_never_run_is_not_remembered(store: Store) -> None:
    assert store.recall("/lists/a.csv") is None
    store.remember("/lists/a.csv", [named(1)])
    assert store.recall("/lists/b.csv") is None


def test_the_last_run_of_a_list_replaces_the_one_before(store: Store) -> None:
    store.remember("/lists/a.csv", [named(1), named(2), named(2, 16)])
    store.remember("/lists/a.csv", [named(2), named(3)])
    roll = store.recall("/lists/a.csv")
    assert roll is not None
    assert roll.at == utc(NOW)
    assert roll.lacks([named(number) for number in range(5)]) == {named(number) for number in (0, 1, 4)}


@given(members=st.sets(st.integers(0, 2**63)), others=st.sets(st.integers(0, 2**63)))
def test_membership_is_that_of_the_set(members: set[int], others: set[int]) -> None:
    with closing(open_store("memory:", Still())) as store:
        store.remember("a", map(named, members))
        roll = store.recall("a")
        assert roll is not None
        assert roll.lacks([named(number) for number in members | others]) == {named(n) for n in others - members}


def test_pruning_forgets_lists_that_were_not_run_for_long(store: Store) -> None:
    store.remember("a", [named(1)])
    store.prune(NOW - 1)
    assert store.recall("a") is not None
    store.prune(NOW + 1, bodies_only=True)
    assert store.recall("a") is not None
    store.prune(NOW + 1)
    assert store.recall("a") is None
