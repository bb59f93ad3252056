"""``enrich.toml``: where it lies, what it holds, and the tables of single sources in it."""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import Field
from pathlib import Path
from typing import Any

from enrich.errors import UsageError, reason_of


def config_path(environment: Mapping[str, str], config: Path | None) -> Path | None:
    if config is not None:
        return config
    if environment.get("ENRICH_CONFIG"):
        return Path(environment["ENRICH_CONFIG"])
    from platformdirs import user_config_path  # noqa: PLC0415 - only where the file is looked for

    path = user_config_path("ioc-enrich") / "enrich.toml"
    try:
        return path if path.is_file() else None
    except PermissionError:  # a home that is not this user's, as under sudo
        return None


def read_toml(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        data = path.read_bytes()
        wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # as PowerShell's > writes it
        table = tomllib.loads(data.decode("utf-16" if wide else "utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # tomllib's own errors are ValueErrors
        raise UsageError(f"{path} is not TOML: {reason_of(error)}") from error
    return {name.replace("-", "_"): value for name, value in table.items()}


def options_in_tables(tables: Any, of_sources: Sequence[Field[Any]], path: Path | None) -> dict[str, Any]:
    """Return what stands in ``[providers.NAME]`` tables, by the options' full names; ``UsageError`` for what is
    none.
    """
    known = {item.name for item in of_sources}
    found: dict[str, Any] = {}
    for provider, table in tables.items() if isinstance(tables, dict) else ():
        if not isinstance(table, dict):
            raise UsageError(f"{path}: providers.{provider} is not a table")
        for key, value in table.items():
            bare = key.replace("-", "_")
            name = next((one for one in (f"{provider}_{bare}", bare) if one in known), None)
            if name is None:
                raise UsageError(f"{path}: unknown setting 'providers.{provider}.{key}'")
            found[name] = value
    return found
