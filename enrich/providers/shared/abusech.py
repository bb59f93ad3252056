"""What the services of abuse.ch share: one free key for all, answers with HTTP 200 and a word that says how it went.

Known from the services' clients and connectors; no answer of MalwareBazaar and ThreatFox was ever recorded here, of
URLhaus two. "Not found" is spelt in three ways, and a key that is not known by a word of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from enrich.model.finding import Scalar
from enrich.model.indicator import Indicator
from enrich.model.quota import Quota
from enrich.providers.shared.api_key import KeyPlaces

NOT_FOUND = frozenset({"hash_not_found", "no_result", "no_results", "not_found"})
WRONG_KEY = frozenset({"unknown_auth_key", "no_auth_key", "invalid_auth_key", "user_blacklisted"})
FOUND = "ok"
KEY_HEADER = "Auth-Key"
ADVICE = "a free key for all services of abuse.ch comes with an account at https://auth.abuse.ch"
KEY_PLACES = KeyPlaces(
    variables=("ABUSECH_AUTH_KEY",),
    file="",
    entry="",
    user="abusech",
    form="it is one word of letters and digits",
    offer=ADVICE,
)
QUOTA = Quota(per_minute=60, per_day=2_000, per_month=None)
"""What the services allow is not published: a pace that bothers nobody, which the user may set otherwise."""


def seconds_of(text: str) -> int | None:
    """Return a date of abuse.ch (``2024-02-09 13:37:11``, with or without ``UTC``) in Unix seconds."""
    bare = text.strip().removesuffix("UTC").strip()
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d"):
        try:
            return int(datetime.strptime(bare, form).replace(tzinfo=UTC).timestamp())
        except ValueError:
            continue
    return None


Content = tuple[dict[str, Scalar], tuple[Indicator, ...]]
"""What an answer holds: the columns' values, and the object's names."""
Question = Callable[[Indicator], tuple[str, bytes, str]]
"""Gives the path that asks about an indicator, the body and its type."""
Reader = Callable[[Mapping[str, Any], Indicator], Content | None]
"""Gives what an answer holds about what was asked; None where it is a search that found other things alone. Raises
``ServiceError`` for what cannot be read, or is about something else.
"""
