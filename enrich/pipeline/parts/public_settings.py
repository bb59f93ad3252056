"""What workers may know of a run's settings: nothing that leads to the key, the store or out of the house."""

from __future__ import annotations

from enrich.config.settings import Settings
from enrich.exclusions.lists import names_a_file

_PUBLIC = (
    *("column", "sheet", "kinds", "encoding", "columns", "all_columns", "source", "malicious_from", "lang"),
    *("timezone", "incident_date", "group_by", "title", "case", "author", "tlp", "replace_answers"),
)
"""What a part's scan or its output depends on: where none of it changes, nothing is done anew."""
_SECRET = ("key_file",)
"""Ends of the names of a provider's options that lead to its key."""


def public(settings: Settings) -> Settings:
    """Return the settings that workers get. Lists of what is never sent stay here: workers send nothing."""
    return Settings(
        **{name: getattr(settings, name) for name in _PUBLIC},
        store="memory:",
        offline=True,
        never_send=tuple(text for text in settings.never_send if not names_a_file(text)),
        providers={name: value for name, value in settings.providers.items() if not name.endswith(_SECRET)},
    )
