"""From the body of a report on a domain, an address or a URL to a finding. Sends nothing."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, cast

from msgspec import Struct, defstruct

from enrich.errors import Transient
from enrich.model.finding import Finding, Scalar, Status
from enrich.model.indicator import OF_FILES, Indicator
from enrich.providers.virustotal import attributes as read_as
from enrich.providers.virustotal import engine_verdicts
from enrich.providers.virustotal.kinds import ReportKind
from enrich.providers.virustotal.kinds.shared.schema import CommonAttributes, HeadReport
from enrich.providers.virustotal.schema import Stats, read
from enrich.providers.virustotal.site import NAME

UNREADABLE = "known to VirusTotal, its detection counts cannot be read"


def found(
    kind: ReportKind, body: bytes, asked: Indicator, at: datetime | None, chosen: engine_verdicts.Chosen = ()
) -> Finding:
    """Return the finding in an inflated body that came with HTTP 200. ``Transient`` where it is not about ``asked``."""
    identity, attributes = _object(kind, body)
    names = kind.named(asked.value, identity, attributes)
    if not names:
        raise Transient(f"the answer is about another {kind.TYPE} than the one asked for")
    filled = _filled({**_common(attributes), **kind.fields(identity, attributes), "vt_link": kind.PAGE + identity})
    if chosen:
        filled |= engine_verdicts.verdicts(body, chosen)
    return finding_of(asked, at, attributes.last_analysis_stats, filled, dict.fromkeys(names))


def finding_of(
    asked: Indicator, at: datetime | None, stats: Stats | None, fields: dict[str, Scalar], names: Iterable[str]
) -> Finding:
    """Return what a report on ``asked`` comes to, a file's or another's: its counts, columns and names.

    Counts that cannot be read are a failure, which no store keeps; what else was paid for is shown beside it.
    """
    malicious, engines = (stats is not None and read_as.detections(stats)) or (None, None)
    unreadable = stats is not None and not read_as.are_readable(stats)
    return Finding(
        indicator=asked,
        origin=NAME,
        status=Status.FAILED if unreadable else Status.FOUND,
        fields=fields,
        detail=UNREADABLE if unreadable else "" if engines else _why_no_ratio(stats, is_file=asked.kind == OF_FILES),
        fetched_at=at,
        aliases=tuple([Indicator(asked.kind, name) for name in names]),
        malicious=malicious,
        engines=engines,
    )


def _object(kind: ReportKind, body: bytes) -> tuple[str, Any]:
    head = read(body, HeadReport)
    if head.error is not None and head.data is None:
        raise Transient("the answer says 200 and holds an error")
    if head.data is None or head.data.type != kind.TYPE or not head.data.id:
        raise Transient(f"the answer is no report on one {kind.TYPE}")
    report = read(body, _report_of(cast("Hashable", kind.SHAPE)))
    attributes = report.data.attributes if report.data is not None else None  # type: ignore[attr-defined]
    if attributes is None:
        raise Transient(f"the answer is no report on one {kind.TYPE}")
    return head.data.id, attributes


@cache
def _report_of(shape: Hashable) -> type[Struct]:
    """Return the shape of a body whose attributes have this one."""
    attributes = cast("type[Struct]", shape)
    data = defstruct("KindObject", [("attributes", attributes | None, None)], gc=False)
    return defstruct("KindReport", [("data", data | None, None)], gc=False)


def _common(attributes: CommonAttributes) -> dict[str, Scalar]:
    stats, votes = attributes.last_analysis_stats, attributes.total_votes
    return {
        **(read_as.of_engines(stats) if stats is not None else {}),
        "vt_last_analysis": date(attributes.last_analysis_date),
        "vt_reputation": attributes.reputation,
        "vt_votes_malicious": read_as.votes_malicious(votes) if votes else None,
        "vt_votes_harmless": read_as.votes_harmless(votes) if votes else None,
        "vt_tags": read_as.joined(attributes.tags),
    }


def _filled(fields: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Return what says something: no empty text, no number beyond what a store or a sheet holds."""
    return {
        name: value
        for name, value in fields.items()
        if value is not None and value != "" and not (isinstance(value, int) and abs(value) > read_as.LAST_INTEGER)
    }


def date(seconds: int | None) -> int | None:
    """Return a date that a sheet can show; None for what is none."""
    return seconds if seconds is not None and 0 <= seconds <= read_as.LAST_DATE else None


def categories(said: Mapping[str, str | None] | None) -> str | None:
    """Return what the services call it, each word once whatever its capitals."""
    once = {word.strip().casefold(): word.strip() for word in (said or {}).values() if word}
    return read_as.joined(once.values(), "; ", 8)


def _why_no_ratio(stats: Stats | None, *, is_file: bool) -> str:
    if stats is None and is_file:
        return "known to VirusTotal, not analysed yet"
    return "known to VirusTotal, no engine gave a verdict" + " yet" * is_file
