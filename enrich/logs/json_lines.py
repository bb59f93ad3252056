"""The one writer of JSON lines: each line is one write to the end of the file, which several processes may share.

The file is opened for each line, so that it may be rotated away at any time. What cannot be seen stands as JSON's own
escapes: a log is looked at in a terminal.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from enrich.errors import OutputError
from enrich.visible import visible_json


class JsonLinesFile:
    """Appends JSON objects to a file that its owner alone may read. ``what`` names it in messages ("the audit log")."""

    def __init__(self, path: Path, what: str) -> None:
        """``OutputError`` where it cannot be appended to: found out before anything is done that it should tell of."""
        self._path = path
        self._what = what
        self._write(b"")

    def append(self, line: Mapping[str, Any]) -> None:
        """Append one object. ``OutputError`` where that fails, or only a part of it could be written."""
        text = json.dumps(line, ensure_ascii=False, default=str)
        self._write(visible_json(text).encode("utf-8", "replace") + b"\n")

    def _write(self, line: bytes) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        try:
            handle = os.open(self._path, flags, 0o600)  # logs name every value
            try:
                # One write to a file opened for appending: the system puts it behind what other processes wrote, in
                # one piece.
                if line and os.write(handle, line) != len(line):
                    raise OutputError(f"{self._what} {self._path} cannot be written: the disk is full")
            finally:
                os.close(handle)
        except OSError as error:
            raise OutputError(f"{self._what} {self._path} cannot be written: {error.strerror}") from error
