"""One measured figure beside its bar, and the cost of a child process. Knows nothing of what is measured."""

from __future__ import annotations

import compileall
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import enrich as package
from enrich.__main__ import collect_seldom

collect_seldom()  # what runs in this process runs as in the command, ours and theirs
compileall.compile_dir(Path(package.__file__).parent, quiet=1)  # as an installer does, with ours as with theirs


@dataclass(frozen=True)
class Size:
    """How much is measured. ``quick`` proves that it runs, ``full`` takes the sizes of the claims."""

    rows: int
    """Of the CSV whose answers are all stored."""
    stored: int
    asked: int
    calls: int
    """Lookups over HTTP."""
    sheet: int
    """Rows of the workbook."""
    lines: int
    """Rows of the CSV that is given back."""
    rounds: int


QUICK = Size(5_000, 20_000, 5_000, 300, 3_000, 20_000, 1)
USUAL = Size(100_000, 200_000, 100_000, 5_000, 30_000, 100_000, 2)
FULL = Size(100_000, 1_000_000, 100_000, 5_000, 500_000, 1_000_000, 3)


@dataclass(frozen=True)
class Figure:
    """``value`` shall be at most (or at least) ``bar``; ``detail`` tells what it is made of."""

    name: str
    value: float
    bar: float
    detail: str = ""
    at_least: bool = False
    unit: str = "x"

    @property
    def met(self) -> bool:
        return self.value >= self.bar if self.at_least else self.value <= self.bar

    def __str__(self) -> str:
        sign, word = (">=" if self.at_least else "<="), "met" if self.met else "NOT MET"
        shown = f"{self.value:.3g} {self.unit}"
        return f"{self.name:<52} {shown:>12}  bar {sign} {self.bar:g} {self.unit:<8} {word:<8} {self.detail}"


@dataclass(frozen=True)
class Cost:
    """Seconds of processor time, and the most memory that was held."""

    seconds: float
    mebibytes: float


def child(command: Sequence[str], *, cwd: Path | None = None, expect: Iterable[int] = (0,)) -> Cost:
    """Run a process to its end, quietly. An unexpected exit code is an error: a failure would look fast."""
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    with process.stderr:
        said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in expect:
        sys.stderr.write(said.decode(errors="replace"))
        raise RuntimeError(f"exit code {process.returncode} of {command}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


_EPILOGUE = """
with open("/proc/self/status") as _status, open(sys.argv[-1], "w") as _told:
    _told.write(next(line for line in _status if line.startswith("VmHWM")).split()[1])
"""


def python(code: str, *arguments: object) -> Cost:
    """Run a piece of Python in a process of its own, which tells its own peak: the kernel's count for a child begins
    with the memory of its parent.
    """
    with tempfile.NamedTemporaryFile("r") as told:
        cost = child([sys.executable, "-c", "import sys\n" + code + _EPILOGUE, *map(str, arguments), told.name])
        return Cost(cost.seconds, int(told.read()) / 1024)


def enrich(*arguments: object) -> Cost:
    """Run the command."""
    return child([sys.executable, "-m", "enrich", *map(str, arguments)])


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of one piece of work in this process."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def paired(rounds: int, *works: Callable[[], float]) -> list[float]:
    """Each work's median over rounds in which all take turns, so that a busy machine slows all alike."""
    taken = [[work() for work in works] for _ in range(max(1, rounds))]
    return [statistics.median(column) for column in zip(*taken, strict=True)]
