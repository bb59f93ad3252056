"""The lookup services, one module each. A provider knows its service and nothing of spreadsheets or stores.

A provider's module fulfils :class:`Entry`, and its ``make`` gives a :class:`Service`.
"""

from __future__ import annotations

from typing import cast

from enrich.providers.shared.interface import Access, Entry, Service, Unread
from enrich.registry import entries

__all__ = ["Access", "Entry", "Service", "Unread", "entry_named"]


def entry_named(name: str) -> Entry:
    """The provider's module of this name."""
    return cast("Entry", entries(__name__)[name])
