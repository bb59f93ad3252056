"""A run in parts: many inputs, read and joined by workers, looked up by one process."""

from __future__ import annotations

from enrich.config.settings import Settings


def in_parts(settings: Settings) -> bool:
    return settings.workers is not None or settings.engine != "local"
