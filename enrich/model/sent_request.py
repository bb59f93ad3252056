"""A request as it leaves the house, for whoever writes it down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SentRequest:
    """One request as the audit log has it: no key in any part."""

    method: str
    host: str
    path: str
    body: str = ""
