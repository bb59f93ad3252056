"""The log for machines: what happened in a run, one JSON object a line, appended. Never holds the key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from enrich.clock import Clock, iso_milliseconds
from enrich.errors import OutputError
from enrich.logs.json_lines import JsonLinesFile
from enrich.model.event import Event, EventKind

_LEVELS = {EventKind.RETRYING: "warning", EventKind.WAITING: "warning", EventKind.STOPPED: "warning"}


class Logbook:
    """Hears events and is told of the run's beginning and end. A log that cannot be written stops no run."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """``OutputError`` where it cannot be appended to."""
        self._clock = clock
        self.trouble = ""
        """Why it could not be written any more; "" where all is well."""
        self._lines = JsonLinesFile(path, "the log")

    def __call__(self, event: Event) -> None:
        if event.kind is EventKind.PACED:  # each call waits for its turn: that is no news
            return
        facts: dict[str, Any] = {}
        if event.text:
            facts["text"] = event.text
        if event.kind is EventKind.STARTED:
            facts |= {"lookups": event.total, "in_this_run": event.reach, "seconds": round(event.seconds, 1)}
        if event.finding is not None:
            finding = event.finding
            facts |= {"value": finding.indicator.value, "status": finding.status.value}
            facts |= {"malicious": finding.malicious, "engines": finding.engines}
            facts |= {"detail": finding.detail} if finding.detail else {}
        if event.until is not None:
            facts["until"] = iso_milliseconds(event.until.timestamp())
        failed = event.finding is not None and not event.finding.status.is_answer
        self.note(event.kind.value, "warning" if failed else _LEVELS.get(event.kind, "info"), **facts)

    def note(self, event: str, level: str = "info", **facts: Any) -> None:
        """Write one line."""
        if self.trouble:
            return
        line = {"time": iso_milliseconds(self._clock.time()), "level": level, "event": event, **facts}
        try:
            self._lines.append(line)
        except OutputError as error:
            self.trouble = str(error)
