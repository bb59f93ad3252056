"""The audit log: every request that left the house, one JSON object a line, appended and never rewritten. No key.

A request is written down when it ended, however it ended; only one that was under way when the process was killed is
missing. Each line is one write to the end of the file, so that several processes may share it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from enrich.clock import Clock, iso_milliseconds
from enrich.errors import OutputError


class Audit:
    """Appends to ``path``. It is opened for each line: it may be rotated away at any time."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """``OutputError`` where it cannot be appended to, before anything is sent."""
        self._path = path
        self._clock = clock
        self._append(b"")

    def __call__(self, path: str) -> Callable[[int, str], None]:
        """A request for ``path`` (without the key) goes out now; call what is returned with its status when it ends.

        Status 0 and a reason where no answer came.
        """
        at, began = self._clock.time(), self._clock.monotonic()

        def ended(status: int, reason: str) -> None:
            line = {
                "time": iso_milliseconds(at),
                "method": "GET",
                "path": path,
                "status": status or None,
                "seconds": round(self._clock.monotonic() - began, 3),
            }
            if reason:
                line["error"] = reason
            self._append(json.dumps(line).encode() + b"\n")

        return ended

    def _append(self, line: bytes) -> None:
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
            try:
                if line and os.write(handle, line) != len(line):
                    raise OutputError(f"the audit log {self._path} cannot be written: the disk is full")
            finally:
                os.close(handle)
        except OSError as error:
            raise OutputError(f"the audit log {self._path} cannot be written: {error.strerror}") from error
