"""Refuses what stands on the command line and would do nothing, as it speaks of another option's work.

Only there: in the environment and in ``enrich.toml`` an option waits for the runs that it is for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import NamedTuple

from enrich.config.settings import Settings, flag
from enrich.errors import UsageError
from enrich.providers import all_providers, providers_named


class _Need(NamedTuple):
    """What an option needs so that it does anything."""

    option: str
    is_met: Callable[[Settings], bool]
    why: str
    """Behind the option's name, where the need is not met."""
    hint: str


def _has_parts(settings: Settings) -> bool:
    """Return whether what an engine makes has a place, or there is no other engine than for every run."""
    return bool(settings.engine == "local" or settings.out_dir or settings.only_answers)


PACE = ("per_minute", "per_day", "per_month", "budget", "reserve", "until", "wait", "order", "concurrency")
"""Options of when and how fast calls go out."""

_NEEDS = (
    _Need("engine", _has_parts, "needs --out-dir", "say where the parts go: --out-dir DIR"),
    _Need("scheduler", lambda given: given.engine != "local", "is for the workers of a cluster", "add --engine dask"),
    _Need("send_private_urls", lambda given: "url" in given.kinds, "is for URLs", "add --kinds url, or --kinds all"),
    _Need(
        "known_good_trust",
        lambda given: not given.providers.get("ask_known"),
        "does nothing beside --ask-known",
        "leave one of them out",
    ),
    *(
        _Need(name, lambda given: not given.offline, "does nothing beside --offline", "leave one of them out")
        for name in PACE
    ),
)


def check_idle(settings: Settings) -> None:
    """Raise ``UsageError`` for the first option of the command line that would do nothing."""
    for need in _NEEDS:
        if settings.is_on_command_line(need.option) and not need.is_met(settings):
            raise UsageError(f"{flag(need.option)} {need.why}", hint=need.hint)
    for provider in all_providers():
        # its address is left alone: that sends nobody there
        for item in fields(provider.OPTIONS):
            if settings.is_on_command_line(item.name) and provider not in providers_named(settings.source):
                raise UsageError(f"{flag(item.name)} is for {provider.TITLE}", hint=f"add --source {provider.NAME}")
