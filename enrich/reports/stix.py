"""STIX 2.1 by the official library: a file object for every file asked about, and the service's word as a dated note.

Identifiers follow from what is said, so the same result gives the same bundle and a platform that imports it twice
keeps one copy.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from types import ModuleType
from typing import Any, BinaryIO

from enrich.locale import catalogue
from enrich.model.finding import Status
from enrich.model.result import Entry, Result
from enrich.reports.shared import safe_text, statistics
from enrich.reports.shared.extra import library
from enrich.reports.shared.lines import STAND_IN, WORDS
from enrich.reports.shared.options import Options

SUFFIXES = (".stix",)
NEEDS = ("stix2",)

NAMESPACE = uuid.UUID("5a0dbd1b-4c3c-5a49-9d7b-6e7c2d1f0c55")
"""Ours, for identifiers that the standard leaves to the producer."""
ALGORITHMS = {32: "MD5", 40: "SHA-1", 64: "SHA-256"}
LONGEST_NAME = 250
"""Characters of a file's name."""
FIRST_DAY = "2026-01-01T00:00:00.000Z"
"""When the identity of a service was first written down: fixed, as its identifier is."""


def render(result: Result, target: BinaryIO, options: Options) -> None:
    """Write one bundle. Only files with an answer are in it: what was not asked is no observation."""
    stix2 = library("stix2", "STIX")
    service, names = _service(stix2, result), statistics.Names.of(result)
    objects: dict[str, Any] = {service.id: service}
    for entry in result.entries:
        if entry.finding.status in (Status.FOUND, Status.NOT_FOUND) and entry.finding.fetched_at is not None:
            objects |= {made.id: made for made in _said(stix2, entry, names, service, result, options)}
    bundle = stix2.Bundle(
        objects=list(objects.values()), id=_id("bundle", *sorted(objects), result.ended.isoformat()), allow_custom=False
    )
    target.write(bundle.serialize(indent=1, ensure_ascii=True).encode("ascii"))


def _said(
    stix2: ModuleType, entry: Entry, names: statistics.Names, service: Any, result: Result, options: Options
) -> Iterator[Any]:
    """The file, and what the service says of it."""
    finding = entry.finding
    called = safe_text.shown(statistics.text_of(entry, names.file_name), LONGEST_NAME)
    size = statistics.number_of(entry, names.size)
    sha256 = statistics.text_of(entry, names.sha256)
    file = stix2.File(hashes=_hashes(entry, sha256), **_optional(name=called, size=size))
    assert finding.fetched_at is not None
    content = _content(entry, names, result, options)
    yield file
    yield stix2.Note(
        id=_id("note", file.id, service.id, finding.fetched_at.isoformat(), content),
        created=finding.fetched_at,
        modified=finding.fetched_at,
        created_by_ref=service.id,
        abstract=content.partition("\n")[0],
        content=content,
        authors=[safe_text.shown(result.service.title)],
        object_refs=[file.id],
        lang=options.language,
        **_optional(external_references=_references(stix2, entry, sha256, result)),
    )


def _service(stix2: ModuleType, result: Result) -> Any:
    title = safe_text.shown(result.service.title)
    if result.service.stand_in:
        title += " (stand-in, not the real service)"
    return stix2.Identity(
        id=_id("identity", result.service.name, str(result.service.stand_in)),
        created=FIRST_DAY,
        modified=FIRST_DAY,
        name=title,
        identity_class="system" if result.service.stand_in else "organization",
    )


def _hashes(entry: Entry, sha256: str) -> dict[str, str]:
    """The hash that was asked about and those that the service gave for the same file, by the standard's names."""
    finding = entry.finding
    values = [finding.indicator.value, *(alias.value for alias in finding.aliases), sha256]
    return {ALGORITHMS[len(value)]: value for value in values if len(value) in ALGORITHMS}


def _content(entry: Entry, names: statistics.Names, result: Result, options: Options) -> str:
    """What the service says, with its date, in a few lines."""
    finding, say = entry.finding, catalogue(options.language).gettext
    zone, service = options.timezone, safe_text.shown(result.service.title)
    assert finding.fetched_at is not None
    on = f"{safe_text.moment(finding.fetched_at, zone)} {safe_text.zone_name(zone, finding.fetched_at)}"
    if finding.status is Status.NOT_FOUND:
        first = say("Unknown to {service} on {date}. Unknown is not clean.")
        lines = [first.format(service=service, date=on)]
    elif finding.malicious is None or finding.engines is None:
        lines = [say("Known to {service} on {date}, without a verdict.").format(service=service, date=on)]
    else:
        first = say("{verdict}: {n} of {engines} engines detect it, said {service} on {date}.")
        verdict = say(WORDS[finding.tone])
        lines = [first.format(verdict=verdict, n=finding.malicious, engines=finding.engines, service=service, date=on)]
    label = statistics.text_of(entry, names.threat_label)
    analysed = safe_text.day(statistics.number_of(entry, names.last_analysis), zone)
    seen = safe_text.day(statistics.number_of(entry, names.first_seen), zone)
    lines += [say("Threat label: {label}").format(label=safe_text.shown(label))] if label else []
    lines += [say("First seen there: {date}").format(date=seen)] if seen else []
    lines += [say("Last analysis: {date}").format(date=analysed)] if analysed else []
    if result.service.stand_in:
        lines.append(say(STAND_IN))
    return "\n".join(lines)


def _references(stix2: ModuleType, entry: Entry, sha256: str, result: Result) -> list[Any]:
    page = safe_text.file_page(sha256) if entry.finding.status is Status.FOUND else ""
    return [stix2.ExternalReference(source_name=safe_text.shown(result.service.title), url=page)] if page else []


def _optional(**properties: Any) -> dict[str, Any]:
    """The properties that have a value; the library refuses empty ones."""
    return {name: value for name, value in properties.items() if value}


def _id(kind: str, *parts: str) -> str:
    return f"{kind}--{uuid.uuid5(NAMESPACE, chr(0).join((kind, *parts)))}"
