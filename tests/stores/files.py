"""Stores in files."""

from __future__ import annotations

from pathlib import Path

from enrich.stores import Store, open_store
from tests.support.virtual_time import VirtualClock


def opened(path: Path, clock: VirtualClock | None = None) -> Store:
    return open_store(f"sqlite:///{path}", clock or VirtualClock())
