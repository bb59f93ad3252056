"""Workbooks made by hand, part by part, so that a test can write any XML that is legal or hostile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from enrich.formats import ReadOptions
from enrich.formats.xlsx import read
from enrich.formats.xlsx.write_back import XlsxDocument
from enrich.model.column import Column, Type
from enrich.model.page import Page
from enrich.model.row import Added, Addition
from enrich.model.verdict import Tone

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="170" formatCode="dd.mm.yyyy hh:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="10"/><name val="Arial"/></font><font><b/><sz val="10"/><color rgb="FFFFFFFF"/>'
    '<name val="Arial"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="14" fontId="0" fillId="0" borderId="0"'
    ' xfId="0"/><xf numFmtId="170" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0"'
    ' borderId="0" xfId="0"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
COLUMNS = (
    Column("vt_status", "Status", "", Type.STATUS),
    Column("vt_detections", "Detections", "", Type.RATIO),
    Column("vt_malicious", "Malicious", "", Type.INTEGER),
    Column("vt_first_seen", "First seen", "", Type.DATE),
    Column("vt_file_name", "File name", "", Type.TEXT, width=30),
    Column("vt_link", "Report", "", Type.LINK),
)
LINK = "https://www.virustotal.com/gui/file/" + "a" * 64
FULL = Added(("found", "12/70", 12, 1_700_000_000, "invoice.exe", LINK), Tone.MALICIOUS)


class Kit:
    """What the tests build with."""

    columns, link, full, main, office = COLUMNS, LINK, FULL, MAIN, OFFICE

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        self.opened: list[XlsxDocument] = []

    def parts(
        self,
        *sheets: str,
        strings: str | None = None,
        styles: str | None = STYLES,
        workbook: str = "",
        names: str = "",
        **more: str | bytes,
    ) -> dict[str, str | bytes]:
        """A package's parts. A sheet is the content of its ``sheetData``, or a whole part if it begins with ``<?xml``
        or holds ``<worksheet``; ``more`` are further parts, ``/`` written as ``__`` and ``.`` as ``_dot_``.
        """
        kinds = [("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1)]
        kinds += [("styles", "styles.xml")] if styles is not None else []
        kinds += [("sharedStrings", "sharedStrings.xml")] if strings is not None else []
        rels = "".join(
            f'<Relationship Id="rId{i}" Type="{OFFICE}/{k}" Target="{p}"/>' for i, (k, p) in enumerate(kinds, 1)
        )
        overrides = "".join(f'<Override PartName="/xl/{p}" ContentType="{TYPE}.{k}+xml"/>' for k, p in kinds)
        listed = "".join(f'<sheet name="Sheet{i}" sheetId="{i}" r:id="rId{i}"/>' for i in range(1, len(sheets) + 1))
        parts: dict[str, str | bytes] = {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
            f'"application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>{overrides}'
            "</Types>",
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{workbook}<sheets>{listed}</sheets>{names}'
            "</workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{rels}</Relationships>',
        }
        for i, sheet in enumerate(sheets, 1):
            whole = "<worksheet" in sheet or "worksheet " in sheet
            body = (
                sheet
                if whole
                else f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheetData>{sheet}</sheetData></worksheet>'
            )
            parts[f"xl/worksheets/sheet{i}.xml"] = body
        if styles is not None:
            parts["xl/styles.xml"] = styles
        if strings is not None:
            parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
        parts |= {name.replace("__", "/").replace("_dot_", "."): content for name, content in more.items()}
        return parts

    def write(self, parts: dict[str, str | bytes], name: str = "") -> Path:
        self.count += 1
        path = self.folder / (name or f"book{self.count}.xlsx")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, content in parts.items():
                archive.writestr(part, content)
        return path

    def book(self, *sheets: str, **options: str | bytes) -> Path:
        return self.write(self.parts(*sheets, **options))  # type: ignore[arg-type]

    def open(self, path: Path, limit: int = 1 << 30) -> XlsxDocument:
        self.opened.append(read(path, ReadOptions(limit=limit)))
        return self.opened[-1]

    def texts(self, path: Path, sheet: str = "Sheet1") -> dict[int, list[str]]:
        document = self.open(path)
        try:
            return {row.number: list(row.texts) for row in document.rows(sheet)}
        finally:
            document.close()

    def addition(
        self, rows: Sequence[int], header: int | None = 1, added: Added = FULL, present: dict[str, int] | None = None
    ) -> Addition:
        wanted = set(rows)
        headings = tuple(c.name for c in COLUMNS)
        return Addition(COLUMNS, headings, header, lambda n: added if n in wanted else None, present or {})

    def give(self, path: Path, additions: dict[str, Addition], pages: Sequence[Page] = ()) -> tuple[Path, list[str]]:
        document = self.open(path)
        out = io.BytesIO()
        try:
            warnings = document.give_back(out, additions, pages)
        finally:
            document.close()
        self.count += 1
        target = self.folder / f"given{self.count}.xlsx"
        target.write_bytes(out.getvalue())
        return target, warnings

    def part(self, path: Path, name: str) -> str:
        with zipfile.ZipFile(path) as archive:
            return archive.read(name).decode()


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    kit = Kit(tmp_path)
    yield kit
    for document in kit.opened:
        document.close()


@pytest.fixture(scope="session")
def kits(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Kit]:
    """For property tests, which run many examples in one test."""
    return lambda: Kit(tmp_path_factory.mktemp("kit"))
