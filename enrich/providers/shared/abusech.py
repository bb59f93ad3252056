"""What the services of abuse.ch share: one free key for all, answers with HTTP 200 and a word that says how it went.

Known from the services' clients and connectors; no answer of MalwareBazaar and ThreatFox was ever recorded here, of
URLhaus two. "Not found" is spelt in three ways, and a key that is not known by a word of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

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


def hashes_of(document: Mapping[str, Any], *names: str) -> tuple[Indicator, ...]:
    """Return the file's hashes in the members ``names``: what else stands there is none."""
    values = (str(document.get(name) or "").strip().lower() for name in names)
    return tuple(
        Indicator("hash", value)
        for value in values
        if len(value) in (32, 40, 64) and not set(value) - set("0123456789abcdef")
    )
