"""One frozen settings value from flags, environment and TOML, in that order of strength. Never holds the key itself.

Every field of :class:`Settings` is one option: its metadata gives the flag's help, so that the command line, the
``ENRICH_...`` environment twin and the place in ``enrich.toml`` cannot drift apart.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from enrich.config.parsing import (
    choice,
    clock_time,
    comma_list,
    count,
    day,
    duration,
    gates,
    option,
    positive,
    rate,
    some_path,
)
from enrich.errors import UsageError
from enrich.locale import SOURCE_LANGUAGE, languages
from enrich.model.verdict import MALICIOUS_FROM


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a run can be told. Times of day are local, all else is UTC."""

    # where from, where to
    output: tuple[Path, ...] = option(
        (), "write here; the suffix names the format (repeatable)", some_path, many=True, metavar="PATH", short="-o"
    )
    out_dir: Path | None = option(
        None, "write each input's sheet into DIR, besides the reports of -o", some_path, metavar="DIR"
    )
    in_place: bool = option(False, "write over the input itself; what it was before is kept as NAME.bak")
    inbox: Path | None = option(
        None,
        "take every file in DIR as input; finished ones move to done/, bad ones to rejected/",
        some_path,
        metavar="DIR",
    )
    format: str | None = option(None, "format of outputs whose suffix does not tell (stix)", metavar="NAME")
    # reading
    column: tuple[str, ...] = option(
        (), "look only here: a heading or a column letter (repeatable)", many=True, metavar="C"
    )
    sheet: tuple[str, ...] = option((), "look only in this sheet (repeatable)", many=True, metavar="S")
    encoding: str | None = option(None, "encoding of text inputs, where detection is wrong", metavar="NAME")
    # columns
    columns: tuple[str, ...] = option((), "columns to append, separated by commas", comma_list, metavar="a,b,c")
    all_columns: bool = option(False, "append every column there is")
    engines: tuple[str, ...] = option(
        (), "append these engines' verdicts, separated by commas", comma_list, metavar="A,B"
    )
    changes_only: bool = option(
        False, "keep only what changed since the last answers in the VirusTotal sheet and reports"
    )
    # the store
    store: str | None = option(None, "sqlite:///PATH or memory: (default: in the user's data directory)", metavar="URL")
    max_age: timedelta = option(timedelta(days=7), "ask again after this time (default 7d)", duration, metavar="7d")
    max_age_unknown: timedelta = option(
        timedelta(days=1), "the same for files unknown to the service (default 1d)", duration, metavar="1d"
    )
    max_age_rising: timedelta = option(
        timedelta(days=1), "the same while detections rise (default 1d)", duration, metavar="1d"
    )
    max_age_settled: timedelta = option(
        timedelta(days=30), "the same once the verdict has settled (default 30d)", duration, metavar="30d"
    )
    refresh: bool = option(False, "ask everything again, whatever is stored")
    offline: bool = option(False, "ask nothing; what is stored is used, whatever its age")
    # pace and budget
    per_minute: int | None = option(
        None, "calls a minute, or 'unlimited' (default: what the service says, else 4)", rate, metavar="N"
    )
    per_day: int | None = option(
        None, "calls a day, or 'unlimited' (default: what the service says, else 500)", rate, metavar="N"
    )
    per_month: int | None = option(
        None, "calls a month, or 'unlimited' (default: what the service says, else 15500)", rate, metavar="N"
    )
    budget: int | None = option(None, "at most N calls this run", count, metavar="N")
    reserve: int = option(0, "leave N of the day's calls to others", count, metavar="N")
    until: time | None = option(None, "stop by this time of day, by this machine's clock", clock_time, metavar="HH:MM")
    wait: bool = option(False, "sleep over the day's and month's resets instead of stopping")
    order: str = option(
        "value",
        "spend calls on: value (never asked, then most frequent, then oldest), sheet, oldest",
        choice("value", "sheet", "oldest"),
        metavar="ORDER",
    )
    concurrency: int | None = option(None, "calls in flight at once (default: from the rate)", positive, metavar="N")
    # what is never sent
    known_good: tuple[Path, ...] = option(
        (),
        "hashes that need no call: a list, or a hashlookup Bloom filter (repeatable)",
        some_path,
        many=True,
        metavar="FILE",
    )
    never_send: tuple[str, ...] = option(
        (),
        "never send: a list of hashes, or COLUMN=VALUE for rows, say TLP=RED (repeatable)",
        many=True,
        metavar="FILE|COLUMN=VALUE",
    )
    # the service
    virustotal_url: str | None = option(None, "another address of the service: https, or loopback", metavar="URL")
    proxy: str | None = option(
        None, "HTTP or SOCKS proxy for all calls, or none (default: HTTPS_PROXY ...)", metavar="URL"
    )
    ca_bundle: Path | None = option(
        None, "certificates to trust, in PEM (default: SSL_CERT_FILE ...)", some_path, metavar="PATH"
    )
    key_file: Path | None = option(None, "file that holds the API key", some_path, metavar="PATH")
    # words
    malicious_from: int = option(
        MALICIOUS_FROM, f"engines that make a verdict malicious (default {MALICIOUS_FROM})", positive, metavar="N"
    )
    fail_on: tuple[str, ...] = option(
        (), "exit 10 where WHAT: malicious, suspicious, unknown, change; several with commas", gates, metavar="WHAT"
    )
    json: bool = option(False, "the summary as JSON on stdout")
    quiet: bool = option(False, "errors and notes only", short="-q")
    verbose: bool = option(False, "a line for every answer and every further try", short="-v")
    log_file: Path | None = option(None, "append a log here, one JSON object a line", some_path, metavar="PATH")
    audit: Path | None = option(None, "append every request here, one JSON object a line", some_path, metavar="PATH")
    metrics_file: Path | None = option(None, "write Prometheus text-file metrics here", some_path, metavar="PATH")
    # reports
    lang: str = option(SOURCE_LANGUAGE, f"language of reports and titles ({', '.join(languages())})", metavar="LANG")
    timezone: str = option("UTC", "zone of dates in reports, as in Europe/Berlin", metavar="ZONE")
    incident_date: datetime | None = option(None, "marked in the report's charts", day, metavar="YYYY-MM-DD")
    sources: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Which options were set, and where: ``--proxy``, ``ENRICH_PROXY`` or the TOML file's path. No option itself."""

    def source(self, name: str) -> str:
        """Where an option was set, in words; the option itself where a program set it."""
        return self.sources.get(name, flag(name))

    def is_on_command_line(self, name: str) -> bool:
        return self.sources.get(name) == flag(name)

    @property
    def store_url(self) -> str:
        """``--store``, else the file in the user's data directory."""
        if self.store is not None:
            return self.store
        from platformdirs import user_data_path  # noqa: PLC0415 - only where the default is used

        return f"sqlite:///{user_data_path('ioc-enrich') / 'answers.sqlite'}"


def option_fields() -> tuple[Field[Any], ...]:
    return tuple(item for item in fields(Settings) if "parse" in item.metadata)


def flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def load(
    flags: Mapping[str, Any], environment: Mapping[str, str] | None = None, config: Path | None = None
) -> Settings:
    """Flags (only those given) over ``ENRICH_...`` over the TOML file over the defaults.

    The TOML file is ``config``, else ``$ENRICH_CONFIG``, else ``enrich.toml`` in the user's configuration directory:
    never one that lies in the working directory, where an attacker's archive could have put it.
    """
    environment = os.environ if environment is None else environment
    _refuse_misspelt(environment)
    path = _config_path(environment, config)
    table = _read_toml(path)
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for item in option_fields():
        twin = _twin(item)
        if item.name in flags:
            values[item.name], sources[item.name] = flags[item.name], flag(item.name)
        elif environment.get(twin):
            values[item.name], sources[item.name] = _from_text(item, environment[twin], twin), twin
        elif item.name in table:
            values[item.name] = _from_toml(item, table.pop(item.name), f"{path}: {item.name.replace('_', '-')}")
            sources[item.name] = str(path)
        table.pop(item.name, None)
    if table:
        unknown = min(table).replace("_", "-")
        raise UsageError(f"{path}: unknown setting {unknown!r}", hint="`enrich run --help` lists them all")
    return _checked(Settings(**values, sources=sources))


def _twin(item: Field[Any]) -> str:
    return f"ENRICH_{item.name.upper()}"


def _refuse_misspelt(environment: Mapping[str, str]) -> None:
    """A variable that is nearly one of ours. Ignored, an ``ENRICH_NEVERSEND`` would send what it should hold back;
    others (those of a service called "enrich" in a cluster, say) are none of our business.
    """
    ours = {"ENRICH_CONFIG", *map(_twin, option_fields())}
    for name in environment:
        if name.startswith("ENRICH_") and name not in ours:
            from difflib import get_close_matches  # noqa: PLC0415 - a start is short

            meant = get_close_matches(name, ours, n=1, cutoff=0.9)
            if meant:
                raise UsageError(f"the environment's {name} is no setting", hint=f"did you mean {meant[0]}?")


def _checked(settings: Settings) -> Settings:
    if settings.refresh and settings.offline:
        raise UsageError("--refresh and --offline exclude each other")
    if settings.in_place and (settings.output or settings.out_dir):
        raise UsageError("--in-place names the output itself: leave -o and --out-dir out")
    return settings


def _config_path(environment: Mapping[str, str], config: Path | None) -> Path | None:
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


def _read_toml(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # tomllib's own errors are ValueErrors
        raise UsageError(f"{path} is no TOML: {error}") from error
    return {name.replace("-", "_"): value for name, value in table.items()}


def parse_one(item: Field[Any], text: str) -> Any:
    """One occurrence of an option's value; ``UsageError`` where it makes no sense."""
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


def from_python(name: str, value: Any) -> Any:
    """An option's value as a script gives it: as it is kept, or as a user would write it (``"7d"``, ``7``)."""
    item = Settings.__dataclass_fields__.get(name)
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
    if isinstance(item.default, bool):
        if not isinstance(value, bool):
            raise UsageError(f"{name} is true or false, not {value!r}")
        return value
    if isinstance(value, list) and isinstance(item.default, tuple):
        parts = tuple(_from_text(item, str(part), name) for part in value)
        return tuple(inner for part in parts for inner in part)
    return _from_text(item, str(value), name)
