"""STIX 2.1 by the official library: what a platform can match and a person can trace.

Of every indicator with an answer there is an observable and a dated note with what the service said; of what engines
detect, a ``malware-analysis``; of what is malicious, an ``indicator`` with its pattern. All objects are ours and say so
(``created_by_ref``, ``authors``); the verdict's source stands in the references. Identifiers follow from what is said,
so the same result gives the same bundle and a platform that imports it twice keeps one copy.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any, BinaryIO

from enrich.extras import library
from enrich.locale import catalogue
from enrich.model.finding import Status
from enrich.model.ratio import ratio
from enrich.model.result import Entry, Result
from enrich.model.verdict import Tone
from enrich.reports.shared import safe_text, statistics, stix_objects
from enrich.reports.shared.options import ReportOptions
from enrich.reports.shared.sentences import banner_of
from enrich.reports.shared.sources import Sources
from enrich.reports.shared.stix_objects import identifier, optional
from enrich.reports.shared.tones import WORDS
from enrich.version import __version__

SUFFIXES = (".stix",)
HELP = "other tools: STIX 2.1 observables with dated notes, and indicators with patterns for what is malicious"
NEEDS = ("stix2",)

LONGEST_NAME = 250
"""Characters of a file's name."""
RESULTS = {Tone.MALICIOUS: "malicious", Tone.SUSPICIOUS: "suspicious"}
"""Words of the standard's ``malware-result-ov``. What no engine detects gets a note alone: it has no word for that."""


def render(result: Result, target: BinaryIO, options: ReportOptions) -> None:
    """Write one bundle. Only what has an answer is in it: what was not asked is no observation."""
    parts = _ResultObjects(result, options)
    objects: dict[str, Any] = {each.id: each for each in parts.frame()}
    for entry in result.entries:
        if entry.finding.status in (Status.FOUND, Status.NOT_FOUND) and entry.finding.fetched_at is not None:
            objects |= {each.id: each for each in parts.of(entry)}
    bundle = parts.stix2.Bundle(
        objects=list(objects.values()),
        id=identifier("bundle", *sorted(objects), result.ended.isoformat()),
        allow_custom=False,
    )
    target.write(bundle.serialize(indent=1, ensure_ascii=True).encode("ascii"))


class _ResultObjects:
    """What one result says, as objects of the standard."""

    def __init__(self, result: Result, options: ReportOptions) -> None:
        self.stix2 = library("stix2", "STIX")
        self.result, self.zone, self.language = result, options.timezone, options.language
        self.pages = options.pages
        self.say = catalogue(options.language).gettext
        self.banner = banner_of(result, catalogue(options.language))
        self.names = statistics.Names.of(result)
        self.author = safe_text.shown(result.filing.author) or "ioc-enrich"
        self.service_name = safe_text.shown(result.service.title)
        self.us = stix_objects.author(self.stix2, self.author, person=bool(result.filing.author))
        self.services = [stix_objects.service(self.stix2, service) for service in result.services]
        self.sources = Sources(result, catalogue(options.language))
        self.marking = stix_objects.marking(self.stix2, result.filing.tlp)
        self.marks = optional(object_marking_refs=[self.marking.id] if self.marking else [])

    def frame(self) -> Iterator[Any]:
        """Yield who says it, who was asked, and how it may be shared."""
        yield self.us
        yield from self.services
        if self.marking is not None:
            yield self.marking

    def of(self, entry: Entry) -> Iterator[Any]:
        """Yield the observable, and what the service says of it."""
        finding = entry.finding
        assert finding.fetched_at is not None
        seen = self._observable(entry)
        content = self._content(entry)
        about = [seen.id]
        ours = {
            "created": finding.fetched_at,
            "modified": finding.fetched_at,
            "created_by_ref": self.us.id,
            **self.marks,
            **optional(external_references=self._references(entry)),
        }
        said = (
            seen.id,
            self.us.id,
            self.services[0].id,
            finding.fetched_at.isoformat(),
            content,
            self.result.filing.tlp,
        )
        yield seen
        # The standard's malware-analysis is of files alone: of domains, IPs and URLs the note says what was found.
        if finding.tone in RESULTS and finding.status.is_answer and finding.indicator.kind == "hash":
            analysis = self.stix2.MalwareAnalysis(
                id=identifier("malware-analysis", *said),
                product=self.result.service.name,
                result=RESULTS[finding.tone],
                result_name=ratio(finding.malicious, finding.engines),
                sample_ref=seen.id,
                **ours,
                **optional(
                    analysis_ended=safe_text.time_of(statistics.number_of(entry, self.names.last_analysis), UTC),
                    labels=self._labels(),
                ),
            )
            yield analysis
            about.append(analysis.id)
        if entry.tone is Tone.MALICIOUS:
            indicator = self._indicator(entry, seen, content, ours, said)
            yield indicator
            about.append(indicator.id)
        yield self.stix2.Note(
            id=identifier("note", *said),
            abstract=content.partition("\n")[0],
            content=content,
            authors=[self.author],
            object_refs=about,
            lang=self.language,
            **ours,
        )

    def _observable(self, entry: Entry) -> Any:
        finding = entry.finding
        if finding.indicator.kind != "hash":
            return stix_objects.observable(self.stix2, finding.indicator, self.marks)
        name = safe_text.shown(statistics.text_of(entry, self.names.file_name), LONGEST_NAME)
        size = statistics.number_of(entry, self.names.size)
        return self.stix2.File(hashes=self._hashes(entry), **self.marks, **optional(name=name, size=size))

    def _indicator(self, entry: Entry, seen: Any, content: str, ours: dict[str, Any], said: tuple[str, ...]) -> Any:
        """Return what a platform matches: valid from the day that the service first saw it, or else judged it."""
        finding = entry.finding
        label = safe_text.shown(statistics.text_of(entry, self.names.threat_label))
        name = safe_text.shown(statistics.text_of(entry, self.names.file_name), LONGEST_NAME)
        first = safe_text.time_of(statistics.number_of(entry, self.names.first_seen), UTC)
        share = (finding.malicious or 0) / finding.engines if finding.engines else 0
        return self.stix2.Indicator(
            id=identifier("indicator", *said),
            name=" · ".join(filter(None, (label, name))) or finding.indicator.value,
            description=content,
            indicator_types=["malicious-activity"],
            pattern=stix_objects.pattern(finding.indicator, self._hashes(entry) if seen.type == "file" else {}),
            pattern_type="stix",
            valid_from=first or finding.fetched_at,
            # The share of engines that detect it is the only number that the service gives for how sure it is.
            confidence=min(100, round(100 * share)),
            lang=self.language,
            **ours,
            **optional(labels=self._labels()),
        )

    def _labels(self) -> list[str]:
        return ["stand-in"] if self.result.service.stand_in else []

    def _hashes(self, entry: Entry) -> dict[str, str]:
        finding = entry.finding
        sha256 = statistics.text_of(entry, self.names.sha256)
        return stix_objects.hashes([finding.indicator.value, *(alias.value for alias in finding.aliases), sha256])

    def _content(self, entry: Entry) -> str:
        """Return what the service says, with its date, in a few lines."""
        finding, say, service = entry.finding, self.say, self.service_name
        assert finding.fetched_at is not None
        on = f"{safe_text.moment(finding.fetched_at, self.zone)} {safe_text.zone_name(self.zone, finding.fetched_at)}"
        if finding.status is Status.NOT_FOUND:
            lines = [say("Unknown to {service} on {date}. Unknown is not clean.").format(service=service, date=on)]
        elif finding.malicious is None or finding.engines is None:
            first = say("Known to {service} on {date}, and judged by no engine.")
            lines = [first.format(service=service, date=on)]
        else:
            first = say("{verdict}: {n} of {engines} engines detect it, said {service} on {date}.")
            counts = {"n": finding.malicious, "engines": finding.engines}
            lines = [first.format(verdict=say(WORDS[finding.tone]), service=service, date=on, **counts)]
        label = safe_text.shown(statistics.text_of(entry, self.names.threat_label))
        analysed = safe_text.day(statistics.number_of(entry, self.names.last_analysis), self.zone)
        seen = safe_text.day(statistics.number_of(entry, self.names.first_seen), self.zone)
        lines += [say("Threat label: {label}").format(label=label)] if label else []
        lines += [say("First seen there: {date}").format(date=seen)] if seen else []
        lines += [say("Last analysis: {date}").format(date=analysed)] if analysed else []
        lines += self.sources.said(entry).split("; ") if entry.further else []
        lines.append(say("Asked by ioc-enrich {version}.").format(version=__version__))
        lines += [self.banner] if self.banner else []
        return "\n".join(lines)

    def _references(self, entry: Entry) -> list[Any]:
        """Return where the verdict comes from, and the case that it was asked for."""
        link = statistics.text_of(entry, self.names.link)
        page = safe_text.page(link, self.pages) if entry.finding.status is Status.FOUND else ""
        case = safe_text.shown(self.result.filing.case)
        references = [self.stix2.ExternalReference(source_name=self.service_name, url=page)] if page else []
        references += [self.stix2.ExternalReference(source_name="case", external_id=case)] if case else []
        return references
