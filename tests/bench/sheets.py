"""Files read and given back with our columns: a workbook against openpyxl, a CSV against Python's own csv module."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from openpyxl import Workbook

from tests.bench.made import HEADINGS, lines
from tests.bench.measure import Cost, Figure, Size, paired, python

SHARED = """
import sys, time
from pathlib import Path
from enrich.formats import ReadOptions, open_document
from enrich.model.finding import Status
from enrich.model.row import Added, Addition
from enrich.model.verdict import Tone
from enrich.providers.virustotal import OPTIONS, columns_for
from enrich.scan import scan_sheet

columns = tuple(column for column in columns_for(OPTIONS()) if column.default and not column.kinds)
values = ("found", "malicious", "41/72", 41, 72, 1500000000, 1700000000, "trojan.family/other", "Win32 EXE", "invoice.exe", 12,
          "a" * 64, "https://www.virustotal.com/gui/file/" + "a" * 64, 1790000000, None)
assert len(values) == len(columns)
added = [Added(values[:3] + (number,) + values[4:], Tone.MALICIOUS, Status.FOUND) for number in range(8)]
document = open_document(Path(sys.argv[1]), ReadOptions())
sheet = document.sheets[0]
"""
SCAN = SHARED + "scan_sheet(sheet, document.rows(sheet), declared_header=document.header_row(sheet))"
KINDS = (
    SHARED
    + """
began = time.process_time()
scan_sheet(sheet, document.rows(sheet), declared_header=document.header_row(sheet), kinds=sys.argv[3].split(","))
Path(sys.argv[2]).write_text(str(time.process_time() - began))
"""
)
READ = (
    SHARED
    + """
began = time.process_time()
for row in document.rows(sheet):
    pass
"""
)
GIVE = (
    READ
    + """
addition = Addition(columns, tuple(column.name for column in columns), 1, lambda row: added[row % 8])
with open(sys.argv[2], "wb") as target:
    document.give_back(target, {sheet: addition}, ())
if len(sys.argv) > 4:
    Path(sys.argv[3]).write_text(str(time.process_time() - began))
"""
)
GIVE_DIFFERENT = GIVE.replace(
    "addition = ",
    """added = [
    Added(("found", "malicious", f"{n % 70}/72", n % 70, 72, 1500000000 + n * 700, 1700000000 + n * 300, f"trojan.family{n % 400}/other",
           "Win32 EXE", f"invoice{n}.exe", n % 100, f"{n:064x}", f"https://www.virustotal.com/gui/file/{n:064x}",
           1790000000 + n // 50, None), Tone.MALICIOUS, Status.FOUND) for n in range(20_000)]
addition = """,
).replace("row % 8", "row % 20_000")
"""Hardly two rows alike: a workbook's cells are made once for rows that share them."""
OPENPYXL = """
import sys
from openpyxl import load_workbook
load_workbook(sys.argv[1]).save(sys.argv[2])
"""
CSV = """
import csv, sys, time
from pathlib import Path
began = time.process_time()
with open(sys.argv[1], newline="") as source, open(sys.argv[2], "w", newline="") as target:
    writer = csv.writer(target)
    more = ["found", "malicious", "41/72", "41", "72", "2017-07-14T02:40:00Z", "2023-11-14T22:13:20Z", "trojan.family/other",
            "Win32 EXE", "invoice.exe", "12", "a" * 64, "https://www.virustotal.com/gui/file/" + "a" * 64,
            "2026-11-22T12:00:00Z", ""]
    for row in csv.reader(source):
        writer.writerow(row + more)
Path(sys.argv[3]).write_text(str(time.process_time() - began))
"""
NOTHING = "import enrich.formats, enrich.scan, enrich.providers.virustotal"
MOST_EVENTS = 100_000
STRINGS = 64.0
"""MiB that a scan may hold beside the workbook's strings."""


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    table, out = folder / "in.csv", folder / "out"
    table.write_text("".join(lines(size.lines)), encoding="utf-8")
    costs: list[Cost] = []

    def ours(source: Path) -> float:
        costs.append(python(GIVE_DIFFERENT, source, out))
        return costs[-1].seconds

    def within(script: str) -> float:
        """Processor seconds of both passes over the table, without a process's start."""
        costs.append(python(script, table, out, folder / "seconds"))
        return float((folder / "seconds").read_text())

    start = python(NOTHING)
    mine, theirs = paired(size.rounds, partial(within, GIVE), partial(within, CSV))
    detail = f"{size.lines:,} rows: {mine:.2f} s against {theirs:.2f} s, {max(c.mebibytes for c in costs):.0f} MiB"
    yield Figure("CSV read and given back, against csv's own", mine / theirs, 0.6, detail)
    yield _kinds(min(size.lines, MOST_EVENTS), size.rounds, folder)
    costs.clear()
    workbook = folder / "in.xlsx"
    _make(workbook, size.sheet)
    mine, theirs = paired(1, lambda: ours(workbook), lambda: python(OPENPYXL, workbook, out).seconds)
    detail = f"{size.sheet:,} rows: {mine:.1f} s against {theirs:.1f} s"
    yield Figure("xlsx read and given back, against openpyxl", mine / theirs, 1 / 3, detail)
    yield Figure("xlsx given back, memory", costs[-1].mebibytes, 300, unit="MiB")
    strings = size.sheet * 3 * 100 / 2**20
    held = python(SCAN, workbook).mebibytes - start.mebibytes
    detail = f"{size.sheet:,} rows; {strings:.0f} MiB of strings allowed beside"
    yield Figure("xlsx scanned, memory beside its start", held, STRINGS + strings, detail, unit="MiB")


def _kinds(rows: int, rounds: int, folder: Path) -> Figure:
    """Events with an address, a domain, a URL and a hash each: scanned for all kinds, and for hashes alone."""
    table, spent = folder / "events.csv", folder / "seconds"
    events = (
        f"{n},WKS-{n % 900},{1 + n % 9}.{n % 251}.{n % 241}.7,host{n % 20_000}.com,https://host{n % 20_000}.com/a/{n},{n:064x}"
        for n in range(rows)
    )
    table.write_text("\n".join(["time,host,dest_ip,domain,url,sha256", *events]), encoding="utf-8")

    def within(kinds: str) -> float:
        python(KINDS, table, spent, kinds)
        return float(spent.read_text())

    every, hashes = paired(rounds, partial(within, "hash,domain,ip,url"), partial(within, "hash"))
    detail = f"{rows:,} events: {every:.2f} s against {hashes:.2f} s"
    return Figure("CSV scanned for all kinds, against hashes alone", every / hashes, 1.6, detail)


def _make(path: Path, rows: int) -> None:
    """A workbook of eight columns, three of them different in every row."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Hosts")
    sheet.append(HEADINGS.split(","))
    for line in list(lines(rows))[1:]:
        host, user, place, value, number, *rest = line.rstrip("\n").split(",")
        sheet.append([host, user, place, value, int(number), *rest])
    book.save(path)
