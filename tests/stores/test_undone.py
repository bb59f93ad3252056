"""What this process remembers of claims and calls is what the database has, also after a transaction that was undone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from enrich.errors import StoreError
from enrich.model.finding import Answer
from enrich.model.quota import Quota, Usage
from enrich.stores import Claim, Elsewhere, Grant
from tests.stores.files import opened
from tests.support.stored_answers import VT, file, found

NONE = Quota(None, None, None)


@contextmanager
def last_write_failing(path: Path, table: str) -> Iterator[None]:
    """Writes into ``table`` fail, and with them what was written before in the same transaction."""
    with closing(sqlite3.connect(path)) as other:
        for event in ("INSERT", "UPDATE", "DELETE"):
            other.execute(
                f"CREATE TRIGGER fails_on_{event} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        with pytest.raises(StoreError):
            yield
        for event in ("INSERT", "UPDATE", "DELETE"):
            other.execute(f"DROP TRIGGER fails_on_{event}")


@pytest.mark.parametrize("quota", [NONE, Quota(100, None, None)], ids=["leased", "by permits"])
def test_a_claim_whose_end_was_undone_can_still_be_ended(path: Path, quota: Quota) -> None:
    claim = Claim(VT, file(1))
    with closing(opened(path)) as store, closing(opened(path)) as other:
        granted = store.book("key", quota, claim=claim)
        assert isinstance(granted, Grant)
        with last_write_failing(path, "claims"):
            store.put_many([Answer(found(file(1)))], settled=[("key", granted.permit)])
        with last_write_failing(path, "claims"):
            store.settle([("key", granted.permit)], released=[claim])
        assert isinstance(other.book("key", quota, claim=claim), Elsewhere)
        store.settle([("key", granted.permit)], released=[claim])
        assert isinstance(other.book("key", quota, claim=claim), Grant)


@pytest.mark.parametrize("table", ["counts", "claims"])
def test_calls_whose_lease_was_undone_are_not_used(path: Path, table: str) -> None:
    claims = [Claim(VT, file(number)) for number in range(5)]
    with closing(opened(path)) as store:
        with last_write_failing(path, table):
            store.book("key", NONE, claim=claims[0], ahead=lambda count: claims[1:][:count])
        assert store.usage("key") == Usage(0, 0)
        for claim in claims:
            assert isinstance(store.book("key", NONE, claim=claim), Grant)
        assert store.usage("key") == Usage(5, 5)
        with closing(opened(path)) as other:
            assert isinstance(other.book("key", NONE, claim=claims[4]), Elsewhere)
    with closing(opened(path)) as store:
        assert store.usage("key") == Usage(5, 5)


def test_a_claim_ahead_that_was_undone_is_seen_by_nobody_and_used_by_nobody(path: Path) -> None:
    first, second = Claim(VT, file(1)), Claim(VT, file(2))
    with closing(opened(path)) as store, closing(opened(path)) as other:
        assert isinstance(store.book("key", NONE), Grant)
        with last_write_failing(path, "claims"):
            store.book("key", NONE, claim=first, ahead=lambda _count: [second])
        assert isinstance(other.book("key", NONE, claim=second), Grant)
        assert isinstance(store.book("key", NONE, claim=second), Elsewhere)
