"""The run's summary as one JSON object, for scripts: the contract of ``--json``, and its JSON Schema.

Each field is declared once, with what it counts; the published schema and README's table follow from that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from enrich.clock import Day, iso, utc
from enrich.errors import EnrichError, InputError, hide_keys, of_system
from enrich.exit_codes import code_of
from enrich.model.file_counts import FileCounts
from enrich.model.finding import Status
from enrich.model.result import Result
from enrich.version import __version__

Part = TypeVar("Part", bound=Struct)
SCHEMA_ID = "urn:ioc-enrich:summary:1"
SCHEMA_FILE = Path(__file__).parent / "summary.schema.json"
"""The published schema; a test holds it to the declarations here."""
ASKED = (Status.FOUND, Status.NOT_FOUND, Status.PENDING, Status.FAILED)
"""How asking a source may end; the other statuses are of what is not asked."""


class SheetCounts(Struct, frozen=True):
    """One sheet of an input."""

    name: Annotated[str, Meta(description="the sheet's name; empty in a file that is one table")]
    rows: Annotated[int, Meta(description="rows that hold something, headings apart")]
    indicators: Annotated[int, Meta(description="cells that hold an indicator")]


class InputSummary(Struct, frozen=True):
    """One input that was read."""

    path: Annotated[str, Meta(description="as it was given; - is standard input")]
    sha256: Annotated[str, Meta(description="of its bytes")]
    format: Annotated[str, Meta(description="what it is by its content")]
    sheets: Annotated[tuple[SheetCounts, ...], Meta(description="its sheets")]
    rows: Annotated[int, Meta(description="rows that hold something, headings apart, over all sheets")]
    indicators: Annotated[int, Meta(description="cells that hold an indicator, over all sheets")]


class OutputFacts(Struct, frozen=True):
    """One output that was written."""

    path: Annotated[str, Meta(description="where it lies")]
    sha256: Annotated[str, Meta(description="of its bytes")]


class UnreadInput(Struct, frozen=True):
    """One input of several that could not be read."""

    path: Annotated[str, Meta(description="as it was given")]
    reason: Annotated[str, Meta(description="why, and what to do about it")]


class Allowed(Struct, frozen=True):
    """What the key allows; null is unlimited."""

    per_minute: Annotated[int | None, Meta(description="calls a minute")]
    per_day: Annotated[int | None, Meta(description="calls a day")]
    per_month: Annotated[int | None, Meta(description="calls a month")]


class Used(Struct, frozen=True):
    """What of it is used, by anybody with this key; null where the run needed no key and so knows of none."""

    day: Annotated[int | None, Meta(description="calls of this day")]
    month: Annotated[int | None, Meta(description="calls of this month")]


class Resets(Struct, frozen=True):
    """When it is whole again, UTC."""

    day: Annotated[str, Meta(description="the next 00:00 UTC")]
    month: Annotated[str, Meta(description="the first day of the next month, 00:00 UTC")]


class QuotaFacts(Struct, frozen=True):
    """The key's allowance at the end of the run."""

    allowed: Annotated[Allowed, Meta(description="what the key allows; null is unlimited")]
    used: Annotated[Used, Meta(description="what of it is used; null where no key was needed")]
    resets: Annotated[Resets, Meta(description="when it is whole again, UTC")]


class ServiceSummary(Struct, frozen=True):
    """One source that was asked."""

    name: Annotated[str, Meta(description="as --source has it")]
    address: Annotated[str, Meta(description="where it was asked")]
    stand_in: Annotated[bool, Meta(description="another server answered in the service's place")]
    calls: Annotated[int, Meta(description="calls that were sent to it")]
    from_store: Annotated[int, Meta(description="unique indicators whose stored answer of it was fresh enough")]
    found: Annotated[int, Meta(description="unique indicators that it knows")]
    not_found: Annotated[int, Meta(description="unique indicators that it does not know")]
    pending: Annotated[int, Meta(description="unique indicators that it was not asked about; run again to go on")]
    failed: Annotated[int, Meta(description="unique indicators to which no usable answer came; run again to retry")]
    stopped: Annotated[str, Meta(description="why its lookups stopped early; empty where they did not")]


class Summary(Struct, frozen=True):
    """What a run came to. Fields may be added; none goes, and none changes its meaning."""

    version: Annotated[str, Meta(description="of ioc-enrich")]
    started: Annotated[str, Meta(description="UTC, as 2026-11-22T12:00:00Z")]
    ended: Annotated[str, Meta(description="UTC")]
    seconds: Annotated[float, Meta(description="from start to end")]
    exit_code: Annotated[int, Meta(description="the run's exit code")]
    problem: Annotated[
        str, Meta(description="what ended the run or a source, and what to do about it; empty where nothing did")
    ]
    service: Annotated[str, Meta(description="address of the leading source")]
    stand_in: Annotated[bool, Meta(description="not the service itself answered: nothing here is its word")]
    services: Annotated[
        tuple[ServiceSummary, ...],
        Meta(description="every source that was asked, the leading one first, and how the asking ended"),
    ]
    stopped: Annotated[str, Meta(description="why lookups stopped early; empty where they did not")]
    inputs: Annotated[tuple[InputSummary, ...], Meta(description="what was read")]
    unread: Annotated[tuple[UnreadInput, ...], Meta(description="inputs that could not be read, with the reason")]
    outputs: Annotated[tuple[OutputFacts, ...], Meta(description="what was written")]
    rows: Annotated[int, Meta(description="rows that hold something, headings apart")]
    cells: Annotated[int, Meta(description="cells that hold an indicator")]
    unique: Annotated[
        int, Meta(description="unique indicators: each file once, however many of its hashes stand there")
    ]
    from_store: Annotated[int, Meta(description="unique indicators with a fresh stored answer")]
    calls: Annotated[int, Meta(description="calls that the leading source was sent; services hold each one's")]
    found: Annotated[int, Meta(description="rows")]
    not_found: Annotated[int, Meta(description="rows")]
    pending: Annotated[int, Meta(description="rows; run again to go on")]
    failed: Annotated[int, Meta(description="rows; run again to retry")]
    invalid: Annotated[int, Meta(description="rows whose hash is damaged")]
    trivial: Annotated[int, Meta(description="rows that were not worth a call")]
    skipped: Annotated[int, Meta(description="rows that were held back")]
    malicious: Annotated[int, Meta(description="unique indicators")]
    suspicious: Annotated[int, Meta(description="unique indicators")]
    undetected: Annotated[int, Meta(description="unique indicators")]
    no_verdict: Annotated[int, Meta(description="unique indicators: known, no engine has judged")]
    unknown: Annotated[int, Meta(description="unique indicators: not found")]
    left_out: Annotated[int, Meta(description="cells with a value that looks like a hash and is none")]
    damaged: Annotated[int, Meta(description="cells with a value that was meant to be a hash")]
    not_asked: Annotated[
        dict[str, int], Meta(description="unique indicators of other kinds that were seen and not asked, by kind")
    ]
    quota: Annotated[QuotaFacts, Meta(description="of the leading source's key")]


_EMPTY: Mapping[str, Callable[[], Any]] = {
    name: get_origin(kind) or kind for name, kind in get_type_hints(Summary).items()
}
"""Each field -> what makes an empty value of it."""


def summary(
    result: Result, ends: FileCounts, unread: Sequence[tuple[str, InputError]] = (), problem: EnrichError | None = None
) -> Summary:
    """Return what ``--json`` prints of a run; ``ends`` says how its files ended, ``unread`` are the inputs that could
    not be read, ``problem`` is what ended it.
    """
    counts = asdict(result.totals)
    return Summary(
        version=result.version,
        started=iso(result.started),
        ended=iso(result.ended),
        seconds=round((result.ended - result.started).total_seconds(), 3),
        exit_code=result.exit_code,
        problem="" if problem is None else problem.one_line,
        service=result.service.address,
        stand_in=result.service.stand_in,
        services=tuple(
            _same(ServiceSummary, service, **{status.value: ends.service(place).ends[status] for status in ASKED})
            for place, service in enumerate(result.services)
        ),
        stopped=result.stopped,
        inputs=tuple(
            _same(
                InputSummary,
                source,
                sheets=tuple(_same(SheetCounts, sheet) for sheet in source.sheets),
                rows=sum(sheet.rows for sheet in source.sheets),
                indicators=sum(sheet.indicators for sheet in source.sheets),
            )
            for source in result.sources
        ),
        unread=tuple(UnreadInput(path, error.one_line) for path, error in unread),
        outputs=tuple(_same(OutputFacts, output) for output in result.outputs),
        **{name: count for name, count in counts.items() if name in Summary.__struct_fields__},
        left_out=result.remarked("left_out"),
        damaged=result.remarked("damaged"),
        quota=QuotaFacts(Allowed(**asdict(result.quota)), _used(result), resets(result.ended)),
    )


def problem_of(error: BaseException) -> str:
    """Return what ended a run, in words, and what to do about it."""
    ours = error if isinstance(error, EnrichError) else of_system(error)
    if ours is not None:
        return ours.one_line
    if isinstance(error, KeyboardInterrupt):
        return str(error) or "interrupted"
    return hide_keys(f"a bug of ioc-enrich: {type(error).__name__}: {error}")


def unfinished(
    error: BaseException, started: datetime, ended: datetime, unread: Sequence[tuple[str, EnrichError]] = ()
) -> Summary:
    """Return the same of a run that ``error`` ended before it came to anything: all counts are 0."""
    told: dict[str, Any] = {
        "version": __version__,
        "started": iso(started),
        "ended": iso(ended),
        "seconds": round((ended - started).total_seconds(), 3),
        "exit_code": code_of(error),
        "problem": problem_of(error),
        "unread": tuple(UnreadInput(path, reason.one_line) for path, reason in unread),
        "quota": QuotaFacts(Allowed(None, None, None), Used(None, None), resets(ended)),
    }
    return Summary(**{name: kind() for name, kind in _EMPTY.items() if name not in told}, **told)


def _same(kind: type[Part], value: object, **others: object) -> Part:
    """Return a part of the summary with the values that ``value`` has by the same names, and the ``others``."""
    return kind(**{name: getattr(value, name) for name in kind.__struct_fields__ if name not in others}, **others)


def _used(result: Result) -> Used:
    return Used(result.used.day, result.used.month) if result.service.key_fingerprint else Used(None, None)


def resets(now: datetime) -> Resets:
    """Return when the day's and the month's allowance are whole again."""
    day = Day.at(now.timestamp())
    return Resets(day=iso(utc(day.ends)), month=iso(utc(day.month_ends)))


def plain(value: Struct) -> dict[str, Any]:
    """Return a struct as JSON values."""
    built: dict[str, Any] = msgspec.to_builtins(value)
    return built


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the summary."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **msgspec.json.schema(Summary)}


def described() -> Mapping[str, str]:
    """Return each field of the summary with what it says."""
    (document,) = (part for name, part in schema()["$defs"].items() if name == "Summary")
    return {name: part["description"] for name, part in document["properties"].items()}


def publish() -> None:
    """Write the schema to where it is published."""
    SCHEMA_FILE.write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
