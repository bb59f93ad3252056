"""The options that every provider has, under its own name: ``--NAME-url``, and in ``[providers.NAME]`` of the TOML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, fields, make_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from enrich.config.parsing import option, rate, some_path

LIMITS = ("per_minute", "per_day", "per_month")


@cache
def common_options(name: str, title: str, *, has_key: bool) -> tuple[Field[Any], ...]:
    """Return the fields of the options that provider ``name`` has as every provider has them.

    All but the address have no flag: what concerns one service of several is said in the environment or in TOML.
    """
    unit = {"per_minute": "minute", "per_day": "day", "per_month": "month"}
    declared: list[tuple[str, type, Any]] = [
        (f"{name}_url", str, option(None, f"another address of {title}: https, or loopback", metavar="URL"))
    ]
    if has_key:
        words = f"file that holds the key for {title}"
        declared.append((f"{name}_key_file", Path, option(None, words, some_path, metavar="PATH", flag=False)))
    for limit in LIMITS:
        words = f"calls a {unit[limit]} to {title}, or 'unlimited'"
        declared.append((f"{name}_{limit}", int, option(None, words, rate, metavar="N", flag=False)))
    return fields(make_dataclass("CommonOptions", declared))


@dataclass(frozen=True, slots=True)
class CommonOptions:
    """What the user says of one provider, as every provider has it; None where nothing is said."""

    url: str | None = None
    key_file: Path | None = None
    per_minute: int | None = None
    """``parsing.UNLIMITED`` for no limit; so for the other two."""
    per_day: int | None = None
    per_month: int | None = None

    @classmethod
    def of(cls, name: str, settings: Mapping[str, Any]) -> CommonOptions:
        """Return the options of provider ``name`` among those of all providers in ``settings``."""
        return cls(**{item.name: settings.get(f"{name}_{item.name}") for item in fields(cls)})


def own_options(kind: type, settings: Mapping[str, Any]) -> Any:
    """Return the options of ``kind`` (a provider's ``OPTIONS``) among all provider options that were ``given``."""
    return kind(**{item.name: settings[item.name] for item in fields(kind) if item.name in settings})
