"""Fixtures for runs in parts."""

from __future__ import annotations

import pytest

from enrich.pipeline.parts import dispatch
from tests.pipeline.parts.thread_engine import Threads


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> Threads:
    """Workers that are threads, whatever engine is asked for."""
    engine = Threads()
    monkeypatch.setattr(dispatch, "engine_named", lambda _: engine)
    return engine
