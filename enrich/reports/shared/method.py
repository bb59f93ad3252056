"""Method and custody: what was read and written, by whom it was answered, and what that cannot tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from gettext import NullTranslations

from enrich.locale import translated
from enrich.model.result import InputFacts, Result
from enrich.reports.shared import safe_text
from enrich.reports.shared.lines import file_name


def facts(result: Result, say: NullTranslations, zone: tzinfo) -> Iterator[tuple[str, str]]:
    """Pairs of term and value, in reading order."""
    _ = say.gettext
    name = safe_text.zone_name(zone, result.ended)
    for source in result.sources:
        yield _("Input"), f"{file_name(source.path)} ({_size(source, say)})"
        yield _("Its SHA-256"), safe_text.shown(source.sha256)
    for output in result.outputs:
        yield _("Output"), file_name(output.path)
        if output.sha256:
            yield _("Its SHA-256"), safe_text.shown(output.sha256)
    yield _("Tool"), f"ioc-enrich {safe_text.shown(result.version)}"
    yield _("Run"), f"{safe_text.moment(result.started, zone)} – {safe_text.moment(result.ended, zone)} {name}"
    for service in result.services:
        text = _("stand-in for {service}") if service.stand_in else "{service}"
        answered = text.format(service=safe_text.shown(service.title))
        yield _("Answers from"), f"{answered}, {safe_text.shown(service.address, 200)}"
        if service.key_fingerprint:
            yield _("Key fingerprint"), safe_text.shown(service.key_fingerprint)
        if len(result.services) > 1:
            yield _("Calls spent"), f"{service.calls:,}"
        if service.stopped and service is not result.service:
            why = safe_text.shown(translated(service.stopped, say), 300)
            yield _("Lookups stopped early: {why}").format(why="").rstrip(" :"), why
    totals = result.totals
    yield _("Calls spent"), f"{totals.calls:,}"
    yield _("Answers from the local store"), f"{totals.from_store:,}"
    yield _("Age of the answers"), _ages(result, say, zone)
    if result.incident_date:
        yield _("Incident date given"), result.incident_date.isoformat()
    yield _("Exit code"), str(result.exit_code)


def limits(say: NullTranslations, malicious_from: int, *, files: bool = True) -> Iterator[str]:
    """Yield what a reader must not conclude."""
    _ = say.gettext
    yield _("A detection count is an opinion of many engines on one date; it changes, in both directions.")
    yield _("Unknown is not clean: the service has never been given that file, and nothing more is known.")
    yield _("Undetected means that no engine objected when it last looked, not that the file is harmless.")
    yield _(
        "{n} engines or more are called malicious here, fewer suspicious: a single engine is often wrong. "
        "The service itself draws no such line."
    ).format(n=malicious_from)
    yield _("Names, labels and types are what others uploaded or wrote; they can be forged.")
    yield _("First seen is when the service first got the file, not when it was made or first used.")
    if files:
        yield _("Only hashes were sent. No file left this machine.")
    else:
        yield _("Only hashes, domains, IP addresses and URLs that stand here were sent. No file left this machine.")


def _size(source: InputFacts, say: NullTranslations) -> str:
    rows, found = sum(sheet.rows for sheet in source.sheets), sum(sheet.indicators for sheet in source.sheets)
    return say.gettext("{format}, rows: {rows}, hashes: {found}").format(
        format=source.format, rows=f"{rows:,}", found=f"{found:,}"
    )


def _ages(result: Result, say: NullTranslations, zone: tzinfo) -> str:
    times = [entry.finding.fetched_at for entry in result.entries if entry.finding.fetched_at is not None]
    if not times:
        return say.gettext("none was answered")
    first, last = safe_text.moment(min(times), zone), safe_text.moment(max(times), zone)
    return f"{first} – {last} {safe_text.zone_name(zone, result.ended)}"
