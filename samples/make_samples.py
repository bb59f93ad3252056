"""Makes the sample inputs beside it, byte for byte the same each time: ``python samples/make_samples.py [FOLDER]``.

The story is invented; the hashes are those of ``standin.jsonl`` and a few that name no file in the world.
"""  # noqa: INP001

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import sys
import tomllib
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).resolve().parent
SAVED = datetime(2026, 11, 19, 16, 42, 10)  # noqa: DTZ001 - workbooks know no time zone
EMPTY = {name: hashlib.new(name, b"").hexdigest() for name in ("md5", "sha1", "sha256")}
FACE, NAVY = "Calibri", "1F3864"
THIN = Border(bottom=Side(style="thin", color="BFBFBF"))
STORY = tomllib.loads((HERE / "story.toml").read_text(encoding="utf-8"))
Cell = str | int | float | datetime | None


class Hashes:
    """Looks hashes up by the first eight digits of a file's SHA-256: ``{sha1:e26ce9a4}``.

    ``empty`` names the empty file; ``new:...`` a file that nobody has.
    """

    def __init__(self) -> None:
        lines = (HERE / "standin.jsonl").read_text(encoding="utf-8").splitlines()
        self.files = {facts["sha256"][:8]: facts for facts in map(json.loads, lines) if "sha256" in facts}

    def of(self, kind: str, name: str) -> str:
        if name == "empty":
            return EMPTY[kind]
        if name.startswith("new"):
            return hashlib.new(kind, f"ioc-enrich sample, {name}".encode()).hexdigest()
        return str(self.files[name][kind])

    def fill(self, text: str) -> str:
        """Return the text with its hashes; ``:upper``, ``:short`` (a digit lost) and ``:oh`` (letter O for zero) alter
        one.
        """
        return re.sub(r"\{(md5|sha1|sha256):([\w-]+)(?::(\w+))?\}", self._put, text)

    def _put(self, match: re.Match[str]) -> str:
        value = self.of(match[1], match[2])
        alter = {"upper": value.upper(), "short": value[:-1], "oh": value.replace("0", "O", 1)}
        return alter.get(match[3] or "", value)

    def row(self, cells: Sequence[Cell]) -> list[Cell]:
        return [self.fill(cell) if isinstance(cell, str) else cell for cell in cells]

    def size(self, name: str) -> int | None:
        return self.files[name]["size"] if name in self.files else None


def heading(sheet: Worksheet, row: int, titles: Sequence[str], widths: Sequence[int]) -> None:
    for column, (title, width) in enumerate(zip(titles, widths, strict=True), start=1):
        cell = sheet.cell(row, column, title)
        cell.font = Font(name=FACE, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=NAVY)
        cell.alignment = Alignment(vertical="center")
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = sheet.cell(row + 1, 1)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def title(sheet: Worksheet, text: str, below: str, columns: int) -> None:
    """Write a merged title row, and a line in grey below it."""
    sheet.cell(1, 1, text).font = Font(name=FACE, bold=True, size=15, color=NAVY)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=columns)
    sheet.row_dimensions[1].height = 24
    sheet.cell(2, 1, below).font = Font(name=FACE, italic=True, color="808080")


def write(sheet: Worksheet, start: int, rows: Sequence[Sequence[Cell]], mono: Sequence[int] = ()) -> None:
    """Write rows from ``start`` on; columns in ``mono`` hold hashes."""
    for number, cells in enumerate(rows, start=start):
        lines = 1
        for column, value in enumerate(cells, start=1):
            cell = sheet.cell(number, column, value or None)
            cell.border = THIN
            cell.alignment = Alignment(vertical="top", wrap_text=column not in mono)
            if isinstance(value, datetime):
                cell.number_format = "yyyy-mm-dd hh:mm"
                cell.alignment = Alignment(vertical="top", horizontal="left")
            if column in mono:
                cell.font = Font(name="Consolas", size=9)
            if isinstance(value, str) and column not in mono:
                lines = max(lines, -(-len(value) // int(sheet.column_dimensions[cell.column_letter].width)))
        sheet.row_dimensions[number].height = 15 * lines


def timeline(book: Workbook, hashes: Hashes) -> None:
    sheet = book.create_sheet("Timeline")
    title(sheet, "IR-2026-031  Timeline", "All times UTC. Defanged on purpose: please keep it that way.", 6)
    heading(sheet, 4, ("Time (UTC)", "Host", "User", "What happened", "Source", "By"), (17, 14, 13, 92, 16, 6))
    write(sheet, 5, [hashes.row(row) for row in STORY["timeline"]])


def triage(book: Workbook, hashes: Hashes) -> None:
    sheet = book.create_sheet("Triage")
    titles = ("#", "Host", "Path", "MD5", "SHA-1", "SHA-256", "Size", "Collected", "Verdict", "Notes")
    heading(sheet, 1, titles, (5, 14, 46, 35, 43, 67, 11, 17, 12, 60))
    rows = []
    for number, (name, host, path, when, verdict, note) in enumerate(STORY["triage"], start=1):
        kinds = [f"{{{kind}:{name}}}" for kind in ("md5", "sha1", "sha256")]
        if ":" in name:
            kinds = [None, None, f"{{sha256:{name}}}"]
        rows.append(hashes.row([number, host, path, *kinds, hashes.size(name.split(":")[0]), when, verdict, note]))
    write(sheet, 2, rows, mono=(4, 5, 6))
    last = len(rows) + 1
    for cell in sheet[f"G2:G{last}"]:
        cell[0].number_format = "#,##0"
    table = Table(displayName="Triage", ref=f"A1:J{last}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight9", showRowStripes=True)
    sheet.add_table(table)
    for word, colour in (("malicious", "F8CBAD"), ("suspicious", "FFE699"), ("clean", "C6E0B4")):
        rule = CellIsRule(operator="equal", formula=[f'"{word}"'], fill=PatternFill("solid", bgColor=colour))
        sheet.conditional_formatting.add(f"I2:I{last}", rule)
    sheet["F2"].comment = Comment("Pulled from memory too, same hash. Unpacked payload is in the evidence share.", "JM")


def edr(book: Workbook, hashes: Hashes) -> None:
    sheet = book.create_sheet("EDR hashes")
    heading(sheet, 1, ("Host", "First seen", "Process", "SHA256", "Hosts", "Comment"), (14, 17, 34, 70, 7, 46))
    write(sheet, 2, [hashes.row(row) for row in STORY["edr"]], mono=(4,))
    sheet.auto_filter.ref = f"A1:F{len(STORY['edr']) + 1}"


def partner(book: Workbook, hashes: Hashes) -> None:
    sheet = book.create_sheet("Partner list")
    title(sheet, "From the sector ISAC, 17 Nov", "Handle by TLP. RED rows must not leave the team.", 5)
    heading(sheet, 4, ("Type", "Indicator", "TLP", "Received", "Comment"), (9, 67, 8, 17, 60))
    write(sheet, 5, [hashes.row(row) for row in STORY["partner"]], mono=(2,))
    for row in range(5, 5 + len(STORY["partner"])):
        if sheet.cell(row, 3).value == "RED":
            sheet.cell(row, 3).fill = PatternFill("solid", fgColor="FF9999")
    sheet.cell(6 + len(STORY["partner"]), 1, "end of list").font = Font(name=FACE, italic=True, color="808080")


def workbook(hashes: Hashes) -> bytes:
    """Return the incident workbook, with its save time and its zip's times fixed."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for build in (timeline, triage, edr, partner):
        build(book, hashes)
    book.active = 1
    book.properties.creator = "J. Mora"
    book.properties.title = "IR-2026-031"
    book.properties.created = SAVED
    saved = io.BytesIO()
    book.save(saved)
    return settled(saved.getvalue())


def settled(package: bytes) -> bytes:
    """Return the same package without the moment it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename == "docProps/core.xml":
                stamp = SAVED.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            new.writestr(zipfile.ZipInfo(member.filename, SAVED.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def export(hashes: Hashes) -> bytes:
    """Return a CSV as Excel saves it where the comma is the decimal sign: byte order mark, semicolons, CRLF."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(("Host", "User", "Pfad", "SHA256", "Größe (MB)", "Zuletzt gesehen", "Bemerkung"))
    for host, user, path, name, when, note in STORY["export"]:
        size = hashes.size(name.split(":")[0])
        megabytes = "" if size is None else f"{size / 1e6:.2f}".replace(".", ",")
        writer.writerow(hashes.row((host, user, path, f"{{sha256:{name}}}", megabytes, when, note)))
    return text.getvalue().encode("utf-8-sig")


def network(hashes: Hashes) -> bytes:
    """Return a CSV as a script writes it: what a proxy and a name server saw, with indicators of every kind in one
    column.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("Seen (UTC)", "Host", "User", "Type", "Indicator", "Requests", "Comment"))
    writer.writerows(hashes.row(row) for row in STORY["network"])
    return text.getvalue().encode()


def main(folder: Path) -> None:
    hashes = Hashes()
    (folder / "incident.xlsx").write_bytes(workbook(hashes))
    (folder / "edr-export.csv").write_bytes(export(hashes))
    (folder / "proxy-dns.csv").write_bytes(network(hashes))
    (folder / "report-iocs.txt").write_bytes(hashes.fill(STORY["report"]).encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
