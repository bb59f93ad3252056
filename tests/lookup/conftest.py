"""No test leaves a store open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lookup.scripted import OPEN


@pytest.fixture(autouse=True)
def _stores_are_closed() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()
