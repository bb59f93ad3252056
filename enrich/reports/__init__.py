"""The forms for people, one module each, every one a function of the one result document.

A form's module offers ``SUFFIXES`` and ``render(result: Result, target: BinaryIO, options: Options) -> None``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo


@dataclass(frozen=True, slots=True)
class Options:
    """How a reader wants it: language of the words, zone of the dates (said beside them)."""

    language: str = "en"
    timezone: tzinfo = UTC
