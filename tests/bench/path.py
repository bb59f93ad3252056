"""The whole path, a CSV of stored hashes in and the same with 15 columns out, against the least that pandas can do."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench.made import fill, lines
from tests.bench.measure import Figure, Size, child, enrich, paired, python

PANDAS = """
import sys
import pandas as pd
source, target = sys.argv[1:]
frame = pd.read_csv(source, dtype=str, keep_default_na=False)
words = ("found", "malicious", "41/72", "41", "72", "2017-07-14T02:40:00Z", "2023-11-14T22:13:20Z", "trojan.family/other",
         "Win32 EXE", "invoice.exe", "12", "sha256", "https://www.virustotal.com/gui/file/", "2026-11-22T12:00:00Z", "")
known = {value: words for value in frame["SHA256"]}
for place in range(len(words)):
    frame[f"vt_{place}"] = frame["SHA256"].map(lambda value, place=place: known[value][place])
frame.to_csv(target, index=False)
"""
RUN = """
from enrich.__main__ import entry
arguments, sys.argv = sys.argv, sys.argv[:-1]
try:
    entry()
except SystemExit as end:
    assert end.code in (0, 3), end
sys.argv = arguments
"""
A_MILLION = 1_000_000
MODULES = "import sys; from enrich.cli.main import main; main(['--help']); assert not {'pandas', 'aiohttp'} & set(sys.modules)"


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    os.environ["VT_API_KEY"] = "benchmark"
    source, store = folder / "in.csv", folder / "path.sqlite"
    source.write_text("".join(lines(size.rows)), encoding="utf-8")
    fill(store, size.rows)
    target, interpreter = folder / "out.csv", sys.executable

    def ours() -> float:
        target.unlink(missing_ok=True)
        cost = enrich("run", source, "-o", target, "--store", f"sqlite:///{store}", "--quiet")
        memory.append(cost.mebibytes)
        return cost.seconds

    memory: list[float] = []
    theirs = lambda: child([interpreter, "-c", PANDAS, os.fspath(source), os.fspath(folder / "pandas.csv")]).seconds  # noqa: E731
    mine, bare = paired(size.rounds + 1, ours, theirs)
    detail = f"{size.rows:,} rows: {mine:.2f} s against {bare:.2f} s of processor time, {max(memory):.0f} MiB"
    yield Figure("stored answers, CSV to CSV, against bare pandas", mine / bare, 2.0, detail)
    yield _memory(size.stored, folder)
    helped, nothing = paired(
        2 * size.rounds + 1, lambda: enrich("--help").seconds, lambda: child([interpreter, "-c", ""]).seconds
    )
    child([interpreter, "-c", MODULES])
    yield Figure("enrich --help", helped, 0.3, f"of which Python's own start {nothing:.2f} s", unit="s")


def _memory(count: int, folder: Path) -> Figure:
    """Return what a run over a million different hashes holds, all of them answered, by runs over ``count`` and over
    half of them: what the second half takes, each further row takes.
    """
    half, held = (_held(rows, folder) for rows in (count // 2, count))
    whole = max(held, held + (held - half) / (count - count // 2) * (A_MILLION - count))
    detail = f"{half:.0f} and {held:.0f} MiB for {count // 2:,} and {count:,} rows"
    return Figure("memory of a million hashes", whole, 1024, detail, unit="MiB")


def _held(rows: int, folder: Path) -> float:
    """Return the MiB that a run over so many different hashes takes."""
    source, store = folder / f"many-{rows}.csv", folder / f"many-{rows}.sqlite"
    source.write_text("".join(lines(rows)), encoding="utf-8")
    fill(store, rows)
    arguments = ("-o", folder / "many-out.csv", "--store", f"sqlite:///{store}", "--offline", "--quiet")
    return python(RUN, "run", source, *arguments).mebibytes
