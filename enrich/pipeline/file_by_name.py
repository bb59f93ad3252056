"""Which file each name of a list is of: several hashes may be of one file, and a row may give those of two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from enrich.indicators.hash.digests import LONGEST
from enrich.lookup.resolve import SourceAnswers
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator, Target


def file_by_name(
    targets: Sequence[Target], answers: Sequence[SourceAnswers], lead: SourceAnswers
) -> dict[Indicator, str]:
    """Return which file each name is of that is not called by its own value: by a service's word where one knows the
    file, the leading one's before all; else by the strongest hash that the sheets give.
    """
    files = _files(targets, lead.findings)
    for each in answers:
        if each is not lead:
            _add_files(files, targets, each.findings, lead.findings)
    return files


def _add_files(
    files: dict[Indicator, str],
    targets: Sequence[Target],
    findings: Mapping[Indicator, Finding],
    known: Mapping[Indicator, Finding],
) -> None:
    """Name the files that the leading source does not know by what another one says."""
    for target in targets:
        for name in (target.ask, *target.others):
            finding = findings[name]
            if finding.status is Status.FOUND and finding.aliases and known[name].status is not Status.FOUND:
                files[name] = max((alias.value for alias in finding.aliases), key=len)


def _files(targets: Sequence[Target], findings: Mapping[Indicator, Finding]) -> dict[Indicator, str]:
    """Return the same by what one source says alone."""
    files: dict[Indicator, str] = {}
    found = Status.FOUND
    for target in targets:
        if not target.others and len(target.ask.value) == LONGEST:  # there is no other name that could be the file's
            continue
        asked = findings[target.ask]
        for name in (target.ask, *target.others):
            finding = findings[name]
            if finding.status is found and finding.aliases:
                if len(name.value) != LONGEST:
                    files[name] = max((alias.value for alias in finding.aliases), key=len)
            elif name is not target.ask and (asked.status is not found or name in asked.aliases):
                # where the service knows the strongest hash's file and this is none of its hashes, it is another's
                files[name] = target.ask.value
    return files
