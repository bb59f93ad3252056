"""The store in memory passes the contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from enrich.stores import Store, open_store
from tests.stores.contract import StoreContract
from tests.support.virtual_time import VirtualClock


class TestMemory(StoreContract):
    @pytest.fixture
    def store(self, clock: VirtualClock) -> Iterator[Store]:
        store = open_store("memory:", clock)
        yield store
        store.close()
