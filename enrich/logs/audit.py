"""The audit log: every request that left the house, one JSON object a line, appended and never rewritten. No key.

A request is written down when it ended, however it ended; only one that was under way when the process was killed is
missing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from enrich.clock import Clock, iso_milliseconds
from enrich.logs.json_lines import JsonLinesFile
from enrich.model.sent_request import SentRequest


class Audit:
    """Appends a line for each request to ``path``."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """``OutputError`` where it cannot be appended to, before anything is sent."""
        self._lines = JsonLinesFile(path, "the audit log")
        self._clock = clock

    def __call__(self, request: SentRequest) -> Callable[[int, str], None]:
        """Note that ``request`` (without the key) goes out now; call what is returned with its status when it ends.

        Status 0 and a reason where no answer came.
        """
        at, began = self._clock.time(), self._clock.monotonic()

        def ended(status: int, reason: str) -> None:
            line = {
                "time": iso_milliseconds(at),
                "method": request.method,
                "host": request.host,
                "path": request.path,
                **({"body": request.body} if request.body else {}),
                "status": status or None,
                "seconds": round(self._clock.monotonic() - began, 3),
            }
            if reason:
                line["error"] = reason
            self._lines.append(line)

        return ended
