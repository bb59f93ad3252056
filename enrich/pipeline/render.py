"""Reports as the user wants them: checked before calls are spent, and rendered to files. Knows no sheet and no run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from enrich.config.settings import Settings, flag
from enrich.errors import UsageError
from enrich.files.atomic import atomic, packed
from enrich.formats import create_document, takes_pages
from enrich.join.answer_table import Lines, answer_table
from enrich.locale import catalogue
from enrich.model.column import Column
from enrich.model.result import Filing, Result
from enrich.pipeline.outputs import Planned, check_named_form
from enrich.providers import all_providers
from enrich.reports import ReportOptions, check, form_named, form_of, forms

OF_REPORTS = ("timezone", "incident_date", "group_by", "title", "case", "author", "tlp")
"""Options that reports alone heed, the sheet ``Summary`` among them."""


def write_reports(result: Result, settings: Settings) -> list[Path]:
    """Render ``result`` to each ``-o``; every suffix must be a report's."""
    known = forms()
    check_named_form(settings)
    for path in settings.output:
        form = form_of(path.suffix, settings.format)
        if form is None or form not in known.values():
            raise UsageError(
                f"{path}: no report is called {form or path.suffix}", hint=f"known: {' '.join(sorted(known))}"
            )
        with atomic(path) as target:
            form_named(form).render(filed(result, settings), target, report_options(settings))
    return list(settings.output)


def write_combined(
    output: Planned, file: BinaryIO, result: Result, lines: Lines, columns: Sequence[Column], settings: Settings
) -> list[str]:
    """Write one output that is about all inputs, a report or the table of answers; what the user should hear."""
    if output.form:
        form_named(output.form).render(result, file, report_options(settings))
        return []
    table = answer_table(result.entries, lines, columns)
    with packed(output.path, file) as target:
        return create_document(output.suffix, target, [table], [])


def filing_of(settings: Settings) -> Filing:
    """Return what the user wants a report to say of itself."""
    return Filing(settings.title, settings.case, settings.author, settings.tlp)


def filed(result: Result, settings: Settings) -> Result:
    """Return the same result under what is said of it now; where nothing is, what its own run said holds."""
    now, then = filing_of(settings), result.filing
    fields = ("title", "case", "author", "tlp")
    return replace(result, filing=Filing(**{name: getattr(now, name) or getattr(then, name) for name in fields}))


def check_reports(planned: Sequence[Planned], settings: Settings) -> list[str]:
    """Return what the user should hear of wishes that no output heeds. Raises ``UsageError`` for a wish that a report
    would fail on once the calls are spent (zone, language, a library).
    """
    catalogue(report_options(settings).language)
    for output in planned:
        if output.form:
            check(output.form)
    # in an inbox the next file may make a report
    if any(output.form or takes_pages(output.suffix) for output in planned) or settings.is_on_command_line("inbox"):
        return []
    idle = ", ".join(flag(name) for name in OF_REPORTS if settings.is_on_command_line(name))
    return [f"{idle}: for reports and the Summary of workbooks, and none is made (add -o report.html)"] if idle else []


def report_options(settings: Settings) -> ReportOptions:
    """Return how the reader wants a report: language, zone, links."""
    try:
        zone = ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageError(f"{settings.timezone!r} is not a time zone", hint="write it as in Europe/Berlin") from error
    columns = (column for provider in all_providers() for column in provider.columns_for(provider.OPTIONS()))
    pages = tuple(dict.fromkeys(column.page for column in columns if column.page))
    return ReportOptions(settings.lang, zone, changes_only=settings.changes_only, pages=pages)
