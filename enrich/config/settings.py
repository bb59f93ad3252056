"""One frozen settings value: every option, declared once. Never holds the key itself.

Every field of :class:`Settings` is one option: its metadata gives the flag's help, so that the command line, the
``ENRICH_...`` environment twin and the place in ``enrich.toml`` cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from enrich.config.parsing import (
    TLP,
    choice,
    clock_time,
    comma_list,
    count,
    day,
    duration,
    encoding_name,
    gates,
    kinds,
    number,
    option,
    positive,
    rate,
    some_path,
    tlp,
)
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
    kinds: tuple[str, ...] = option(
        ("hash",), "look these up, of the kinds named below, or all (default hash)", kinds, metavar="a,b|all"
    )
    encoding: str | None = option(
        None, "encoding of text inputs, where detection is wrong", encoding_name, metavar="NAME"
    )
    # columns
    columns: tuple[str, ...] = option((), "columns to append, separated by commas", comma_list, metavar="a,b,c")
    all_columns: bool = option(False, "append every column there is")
    changes_only: bool = option(
        False, "keep only what changed since the last answers in the VirusTotal sheet and reports"
    )
    # the store
    store: str | None = option(
        None, "sqlite:///PATH, memory: or postgresql://HOST/DB (default: in the user's data directory)", metavar="URL"
    )
    max_age: timedelta = option(
        timedelta(days=7), "ask again after this time; a bare number is days (default 7d)", duration, metavar="7d"
    )
    max_age_unknown: timedelta = option(
        timedelta(days=1), "the same for files unknown to the service (default 1d)", duration, metavar="1d"
    )
    max_age_rising: timedelta = option(
        timedelta(days=1), "the same while detections rise (default 1d)", duration, metavar="1d"
    )
    max_age_settled: timedelta = option(
        timedelta(days=30), "the same once the verdict has settled (default 30d)", duration, metavar="30d"
    )
    list: str = option(
        "", "name under which this list's last run is remembered (default: host and path)", metavar="NAME"
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
    until: time | None = option(
        None, "stop when this machine's clock next shows this time of day", clock_time, metavar="HH:MM"
    )
    workers: int | None = option(
        None, "read and join many inputs in N processes, part by part; lookups stay in one", positive, metavar="N"
    )
    engine: str = option(
        "local", "who the workers are: processes here, or a cluster", metavar="NAME", family="enrich.pipeline.engines"
    )
    scheduler: str | None = option(None, "address of the cluster's scheduler, as in tcp://host:8786", metavar="URL")
    only_answers: bool = option(False, "-o takes the table of unique indicators alone, for a warehouse to join")
    replace_answers: bool = option(False, "let answers in an output give way that this run does not know")
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
        "never send: a list of indicators, or COLUMN=VALUE for rows, say TLP=RED (repeatable)",
        many=True,
        metavar="FILE|COLUMN=VALUE",
    )
    send_private_urls: bool = option(
        False, "with --kinds url: send also URLs that carry a mail address, a name or a token"
    )
    # the service
    source: tuple[str, ...] = option(
        ("virustotal",),
        "ask this source, of those named below, in this order (repeatable; default virustotal)",
        many=True,
        metavar="NAME",
    )
    timeout: float = option(60.0, "seconds that one answer may take (default 60)", number(least=0.1), metavar="S")
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
        (),
        "exit 10 where WHAT: malicious, suspicious (or worse), unknown, change; several with commas",
        gates,
        metavar="WHAT",
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
    incident_date: date | None = option(None, "marked in the report's charts", day, metavar="YYYY-MM-DD")
    group_by: str | None = option(
        None, "column by which a report lists what is malicious (default: of hosts, else of users)", metavar="COLUMN"
    )
    title: str = option("", "title of reports (default: the inputs' names)", metavar="TEXT")
    case: str = option("", "number of the case, on the first page of reports", metavar="TEXT")
    author: str = option("", "who made the report, on its first page", metavar="TEXT")
    tlp: str = option("", f"TLP mark of every page and STIX object: {', '.join(TLP)}", tlp, metavar="LABEL")
    providers: Mapping[str, Any] = field(default_factory=dict)
    """The options of the sources, those that were given, by name: ``virustotal_url``, ``engines``."""
    places: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Which options were set, and where: ``--proxy``, ``ENRICH_PROXY`` or the TOML file's path. No option itself."""

    def place_of(self, name: str) -> str:
        """Return where an option was set, in words; the option itself where a program set it."""
        return self.places.get(name, flag(name))

    def is_on_command_line(self, name: str) -> bool:
        return self.places.get(name) == flag(name)

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
