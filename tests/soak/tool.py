"""The tool as a user runs it, in a process of its own; a list for it, and whether what it wrote is whole and right."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from enrich.standin import synthetic
from tests.soak.standin import Standing
from tests.support.standin_server import KEY, rows

PATIENCE = 180.0
"""Seconds that no run here may take, however busy the machine is."""


def asked(number: int) -> str:
    """The hash in row ``number``: the three algorithms take turns."""
    return synthetic.hashes(number)[number % 3]


def table(path: Path, count: int) -> Path:
    """A list of so many files."""
    path.write_text("Host,Hash,Note\n" + "".join(f"ws{n},{asked(n)},note {n}\n" for n in range(count)))
    return path


@dataclass(frozen=True, slots=True)
class Job:
    """One list, its outputs and its store, in one folder."""

    stand: Standing
    folder: Path
    count: int
    options: tuple[str, ...] = ()
    store: Path | None = None
    outputs: tuple[Path, ...] = ()
    absent_share: float = 0.0
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def input(self) -> Path:
        return self.folder / "list.csv"

    @property
    def output(self) -> Path:
        return self.outputs[0] if self.outputs else self.folder / "list.enriched.csv"

    @property
    def store_path(self) -> Path:
        return self.store or self.folder / "store.sqlite"

    def command(self, *more: str) -> list[str]:
        if not self.input.exists():
            table(self.input, self.count)
        outputs = [part for path in self.outputs for part in ("-o", str(path))]
        place = ["--virustotal-url", self.stand.address, "--store", f"sqlite:///{self.store_path}"]
        return [sys.executable, "-m", "enrich", "run", str(self.input), *outputs, *place, *self.options, *more]

    def start(self, *more: str, **how: Any) -> subprocess.Popen[str]:
        environment = {**os.environ, "VT_API_KEY": KEY, "HOME": str(self.folder), **self.environment}
        told = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True, "env": environment, **how}
        return subprocess.Popen(self.command(*more), **told)

    def run(self, *more: str, **how: Any) -> Ended:
        return ended(self.start(*more, **how))


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    words: str
    seconds: float

    def problems(self, codes: Sequence[int]) -> Iterator[str]:
        """What speaks against it: another exit code, a traceback, no sentence where something went wrong."""
        if self.code not in codes:
            yield f"exit {self.code} and not {'/'.join(map(str, codes))}: {self.words[-300:]!r}"
        if "Traceback" in self.words:
            yield f"a traceback: {self.words[-400:]!r}"
        if self.code in (5, 6, 7) and "enrich: " not in self.words:
            yield f"no sentence: {self.words[-300:]!r}"
        if KEY in self.words:
            yield "the key is shown"


def ended(process: subprocess.Popen[str]) -> Ended:
    began = time.monotonic()
    try:
        _, words = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        _, words = process.communicate()
        return Ended(-99, f"hung for {PATIENCE:.0f} s: {words}", PATIENCE)
    return Ended(process.returncode, words or "", time.monotonic() - began)


def wrong_rows(
    path: Path, count: int, *, statuses: Sequence[str] = ("found",), absent_share: float = 0.0
) -> Iterator[str]:
    """What is not complete, valid and right in an enriched list: each row in its place with an answer that is true."""
    if path.suffix == ".xlsx":
        yield from _broken_package(path)
        return
    found = rows(path)
    if len(found) != count:
        yield f"{path.name} has {len(found)} rows of {count}"
    for number, row in enumerate(found):
        if (row["Host"], row["Hash"], row["Note"]) != (f"ws{number}", asked(number), f"note {number}"):
            yield f"row {number} is not the input's"
        elif problem := wrong(asked(number), row["vt_status"], row["vt_sha256"], row["vt_malicious"], absent_share):
            yield f"row {number}: {problem}"
        elif row["vt_status"] not in (*statuses, "found"):
            yield f"row {number} is {row['vt_status']}: {row['vt_note']}"


def wrong(value: str, status: str, sha256: str, malicious: str, absent_share: float) -> str:
    """What is not true of an answer; "" where all is."""
    absent = synthetic.absent(value, absent_share)
    if status == "not_found":
        return "" if absent else "not_found, and the service knows it"
    if status != "found":
        return ""
    facts = synthetic.facts(value)
    if absent or (sha256, malicious) != (facts.sha256, str(facts.malicious)):
        return f"a wrong answer: {sha256} {malicious}"
    return ""


def _broken_package(path: Path) -> Iterator[str]:
    try:
        with zipfile.ZipFile(path) as package:
            if package.testzip() is not None or "[Content_Types].xml" not in package.namelist():
                yield f"{path.name} is damaged"
    except zipfile.BadZipFile:
        yield f"{path.name} is no package"
