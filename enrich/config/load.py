"""Settings from flags, environment and TOML, in that order of strength; the tables of single sources in the file."""

from __future__ import annotations

import codecs
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import Field, replace
from pathlib import Path
from typing import Any

from enrich.config.parsing import nearest
from enrich.config.settings import Settings, flag, option_fields
from enrich.errors import UsageError, reason_of
from enrich.registry import names

_OPPOSITES = (
    ("in_place", "out_dir", "--in-place and --out-dir exclude each other"),
    ("columns", "all_columns", "--columns and --all-columns exclude each other"),
    ("quiet", "verbose", "--quiet and --verbose exclude each other"),
)
_DEFAULTS: dict[str, Any] = {item.name: item.default for item in option_fields()}


def load(
    flags: Mapping[str, Any],
    environment: Mapping[str, str] | None = None,
    config: Path | None = None,
    of_sources: Sequence[Field[Any]] = (),
) -> Settings:
    """Return flags (only those given) over ``ENRICH_...`` over the TOML file over the defaults.

    ``of_sources`` are the options of the sources; in the file they may stand in a table of their source's own,
    ``[providers.NAME]``, without its name.

    The TOML file is ``config``, else ``$ENRICH_CONFIG``, else ``enrich.toml`` in the user's configuration directory:
    never one that lies in the working directory, where an attacker's archive could have put it.
    """
    environment = os.environ if environment is None else environment
    known = (*option_fields(), *of_sources)
    _refuse_misspelt(environment, known)
    path = config_path(environment, config)
    table = read_toml(path)
    table |= options_in_tables(table.pop("providers", {}), of_sources, path)
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    # The strongest first: what a flag says is not read from anywhere else, so a mistake in the file does not matter
    # then.
    for item in known:
        twin = _twin(item)
        if item.name in flags:
            values[item.name], places[item.name] = flags[item.name], flag(item.name)
        # An empty variable counts as none: that is how units and shells clear one. Blanks around are of the file that
        # set it, as is the line end of one that was written on Windows.
        elif text := environment.get(twin, "").strip():
            values[item.name], places[item.name] = _from_text(item, text, twin), twin
        elif item.name in table:
            values[item.name] = _from_toml(item, table.pop(item.name), f"{path}: {item.name.replace('_', '-')}")
            places[item.name] = str(path)
        table.pop(item.name, None)
    if table:
        unknown = min(table).replace("_", "-")
        is_table = isinstance(table[min(table)], dict)
        meant = "" if is_table else nearest(unknown, [flag(item.name)[2:] for item in known])
        every = "a source's options stand in [providers.NAME]" if is_table else "`enrich run --help` lists them all"
        hint = f"did you mean {meant!r}?" if meant else every
        raise UsageError(f"{path}: unknown setting {unknown!r}", hint=hint)
    providers = {item.name: values.pop(item.name) for item in of_sources if item.name in values}
    return _checked(Settings(**values, providers=providers, places=places))


def _twin(item: Field[Any]) -> str:
    return f"ENRICH_{item.name.upper()}"


def _refuse_misspelt(environment: Mapping[str, str], known: Sequence[Field[Any]]) -> None:
    """Raise ``UsageError`` for a variable whose name is nearly one of ours.

    An ``ENRICH_NEVERSEND`` that is ignored would send what it should hold back. Other names are ignored (those of a
    service called "enrich" in a cluster, say).
    """
    ours = {"ENRICH_CONFIG", *map(_twin, known)}
    for name in environment:
        if name.startswith("ENRICH_") and name not in ours:
            from difflib import get_close_matches  # noqa: PLC0415 - a start is short

            meant = get_close_matches(name, ours, n=1, cutoff=0.9)
            if meant:
                raise UsageError(f"the environment's {name} is no setting", hint=f"did you mean {meant[0]}?")


def _checked(settings: Settings) -> Settings:
    """Return the settings without what a stronger place overrules: a flag has the last word over its opposite in the
    file, too. ``UsageError`` where one place says both.
    """
    if settings.refresh and settings.offline:  # whoever shut the way out did not mean it for some runs alone
        raise UsageError("--refresh and --offline exclude each other")
    for one, other, words in _OPPOSITES:
        strengths = [_strength(settings, name) for name in (one, other)]
        if getattr(settings, one) and getattr(settings, other):
            if strengths[0] == strengths[1]:
                raise UsageError(words)
            weaker = one if strengths[0] > strengths[1] else other
            settings = replace(settings, **{weaker: _DEFAULTS[weaker]})
    return settings


def _strength(settings: Settings, name: str) -> int:
    """Return 0 for an option of the command line, 1 for one of the environment, 2 for the file's."""
    place = settings.place_of(name)
    return 0 if place.startswith("--") else 1 if place.startswith("ENRICH_") else 2


def parse_one(item: Field[Any], text: str) -> Any:
    """Return one occurrence of an option's value; ``UsageError`` where it makes no sense."""
    family = item.metadata["family"]
    if family and text not in (members := names(family)):
        raise UsageError(f"no {item.name} is called {text!r}", hint=f"known: {' '.join(members)}")
    return item.metadata["parse"](text)


def _from_text(item: Field[Any], text: str, name: str) -> Any:
    try:
        if isinstance(item.default, bool):
            return _truth(text)
        if item.metadata["many"]:
            return tuple(parse_one(item, part) for part in text.split(os.pathsep) if part)
        return parse_one(item, text)
    except UsageError as error:
        raise UsageError(f"{name}: {error}", hint=error.hint) from error


def from_python(name: str, value: Any, of_sources: Sequence[Field[Any]] = ()) -> Any:
    """Return an option's value as a script gives it: as it is kept, or as a user would write it (``"7d"``, ``7``)."""
    item = next((one for one in (*option_fields(), *of_sources) if one.name == name), None)
    if item is None:
        raise UsageError(f"no option is called {name!r}", hint="`enrich run --help` lists them all")
    if isinstance(value, bool) and isinstance(item.default, bool):
        return value
    if isinstance(value, str | int | float):
        return _from_text(item, str(value), name)
    return tuple(value) if isinstance(value, list) else value


def _truth(text: str) -> bool:
    if text.lower() in ("1", "true", "yes", "on"):
        return True
    if text.lower() in ("0", "false", "no", "off"):
        return False
    raise UsageError(f"{text!r} is neither true nor false")


def _from_toml(item: Field[Any], value: Any, name: str) -> Any:
    """Return an option's value as the file gives it: one value, or a list of what may be given several times."""
    if isinstance(item.default, bool):
        if not isinstance(value, bool):
            raise UsageError(f"{name} is true or false, not {value!r}")
        return value
    several = isinstance(item.default, tuple)
    if isinstance(value, list) and not several:
        raise UsageError(f"{name} is one value, not a list")
    parts = value if isinstance(value, list) else [value]
    if strange := [part for part in parts if isinstance(part, bool | list | dict)]:
        raise UsageError(f"{name} cannot be {strange[0]!r}")
    if not any(str(part).strip() for part in parts):  # as an empty variable of the environment: none
        if item.default:  # nobody who names no source means the usual one
            raise UsageError(f"{name} names nothing", hint="leave it out for the usual")
        return item.default
    try:
        # a value of the file is whole: what divides several in the environment may stand in a heading or an address
        found = [parse_one(item, str(part)) for part in parts]
    except UsageError as error:
        raise UsageError(f"{name}: {error}", hint=error.hint) from error
    if item.metadata["many"]:
        return tuple(found)
    return tuple(inner for one in found for inner in one) if several else found[0]


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
    if not isinstance(tables, dict):
        raise UsageError(f"{path}: providers is not a table", hint="write [providers.NAME] above a source's options")
    for provider, table in tables.items():
        if not isinstance(table, dict):
            raise UsageError(f"{path}: providers.{provider} is not a table")
        for key, value in table.items():
            bare = key.replace("-", "_")
            name = next((one for one in (f"{provider}_{bare}", bare) if one in known), None)
            if name is None:
                raise UsageError(f"{path}: unknown setting 'providers.{provider}.{key}'")
            found[name] = value
    return found
