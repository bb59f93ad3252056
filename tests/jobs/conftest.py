"""A stand-in and a store: what every test of long and scheduled jobs needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.stand import KEY, Stand, stand_in


@pytest.fixture
def standing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Stand]]:
    """Starts a stand-in with these options; it knows every hash unless told otherwise."""
    monkeypatch.setenv("VT_API_KEY", KEY)
    with ExitStack() as stack:

        def start(**options: Any) -> Stand:
            return stack.enter_context(stand_in(tmp_path, **options))

        yield start


@pytest.fixture
def stand(standing: Callable[..., Stand]) -> Stand:
    return standing()
