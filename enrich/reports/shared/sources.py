"""What each of several sources says of an indicator, in the reader's words. Disagreement is shown, never averaged."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from gettext import NullTranslations

from enrich.locale import translated
from enrich.model.column import Type
from enrich.model.finding import Finding, Scalar, Status
from enrich.model.result import Entry, Result
from enrich.model.verdict import Tone
from enrich.reports.shared import safe_text
from enrich.reports.shared.tones import WORDS

MOST_FACTS = 3
"""Of what another source says besides its verdict."""
_NO_FACTS = ("note", "link", "status", "verdict")
_SILENT = (Tone.UNKNOWN, Tone.NO_VERDICT, Tone.UNDETECTED)
_GRAVE = (Tone.MALICIOUS, Tone.SUSPICIOUS)


class Sources:
    """The sources behind the leading one, and how a reader is told of them."""

    def __init__(self, result: Result, say: NullTranslations) -> None:
        self._services = result.services[1:]
        self._say = say
        self._facts = [
            [column.name for column in result.columns if _is_fact(column.name, column.type, service.prefix)]
            for service in self._services
        ]

    def said(self, entry: Entry) -> str:
        """Return ``MalwareBazaar: malicious · Emotet``, for each further source that answered or failed to; else ""."""
        opinions, known = [], set(entry.finding.fields.values())
        for service, facts, finding in zip(self._services, self._facts, entry.further, strict=False):
            if finding.status.is_answer or finding.status in (Status.FAILED, Status.PENDING):
                opinions.append(f"{safe_text.shown(service.title)}: {self._words(finding, facts, known)}")
        return "; ".join(opinions)

    def _words(self, finding: Finding, facts: Iterable[str], known: Collection[Scalar]) -> str:
        """Return the verdict and what is said besides it, without what is ``known`` of the leading source."""
        said = (finding.fields.get(name) for name in facts)
        values = [str(value) for value in said if value not in (None, "") and value not in known]
        detail = [translated(finding.detail, self._say)] if finding.detail and not finding.status.is_answer else []
        word = self._say.gettext(WORDS[finding.tone]).lower()
        return " · ".join([word, *(safe_text.shown(text, 80) for text in [*values[:MOST_FACTS], *detail])])


def disagreeing(entries: Iterable[Entry]) -> list[Entry]:
    """Return what the leading source finds nothing against, or does not know, and another source calls malicious."""
    return [
        entry
        for entry in entries
        if entry.finding.tone in _SILENT and any(finding.tone in _GRAVE for finding in entry.further)
    ]


def _is_fact(name: str, kind: Type, prefix: str) -> bool:
    """Return whether a column holds what a source says, and not how it was asked."""
    return bool(prefix) and kind is Type.TEXT and name.startswith(f"{prefix}_") and not name.endswith(_NO_FACTS)
