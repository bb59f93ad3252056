"""Changed parts keep the element order of ECMA-376 (transitional): programs call any other order damage."""

from __future__ import annotations

import zipfile

from lxml import etree

from enrich.model.page import Page
from tests.formats.xlsx.element_order import misplaced


def styles_in_range(path) -> bool:
    with zipfile.ZipFile(path) as archive:
        styles = etree.fromstring(archive.read("xl/styles.xml"))
        last = len(styles.find("{*}cellXfs"))
        sheets = [n for n in archive.namelist() if "worksheets/sheet" in n and n.endswith(".xml")]
        used = [int(c.get("s", 0)) for n in sheets for c in etree.fromstring(archive.read(n)).iter("{*}c")]
        fonts, fills = len(styles.find("{*}fonts")), len(styles.find("{*}fills"))
        formats = styles.find("{*}cellXfs")
    return max(used) < last and all(int(x.get("fontId")) < fonts and int(x.get("fillId")) < fills for x in formats)


def test_all_parts_that_change_are_in_order(kit):
    sheet = (
        f'<worksheet xmlns="{kit.main}"><sheetPr/><sheetViews><sheetView workbookViewId="0"/></sheetViews><sheetFormatPr '
        'defaultRowHeight="15"/><sheetData><row r="1"><c r="A1" s="3"><v>1</v></c></row><row r="2"><c r="A2" s="1"><v>1</v>'
        '</c></row></sheetData><autoFilter ref="A1:A2"/><pageMargins left="1" right="1" top="1" bottom="1" header="1" '
        'footer="1"/></worksheet>'
    )
    parts = kit.parts(
        sheet, workbook="<workbookPr/><bookViews><workbookView/></bookViews>", names='<calcPr calcId="1"/>'
    )
    pages = [Page("VirusTotal", kit.columns, [kit.full], ("Intro",)), Page("Summary", (), [], ("Words",))]
    for styles in (parts["xl/styles.xml"], f'<styleSheet xmlns="{kit.main}"><dxfs count="0"/></styleSheet>'):
        given, _ = kit.give(kit.write(parts | {"xl/styles.xml": styles}), {"Sheet1": kit.addition([2])}, pages)
        with zipfile.ZipFile(given) as archive:
            assert archive.testzip() is None
            names = [n for n in archive.namelist() if n.startswith("xl/") and n.endswith(".xml")]
            assert len(names) == 6
            for name in names:
                assert misplaced(archive.read(name)) == [], name
        assert styles_in_range(given)


def test_the_checker_sees_what_is_wrong():
    space = 'xmlns="urn:x"'
    assert misplaced(f"<worksheet {space}><sheetData/><cols/></worksheet>".encode())
    assert misplaced(f'<styleSheet {space}><fonts count="2"><font/></fonts></styleSheet>'.encode())
    assert not misplaced(f"<worksheet {space}><cols/><sheetData/></worksheet>".encode())
