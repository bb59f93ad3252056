"""Packages as other programs write them, odd but legal: each comes back whole and valid."""

from __future__ import annotations

import re
import zipfile

import openpyxl
import pytest
from lxml import etree

from enrich.formats import ReadOptions, open_document
from enrich.formats.xlsx.sheet.styles import BLANK_STYLES, MOST_FORMATS, Look, Styles
from enrich.model.page import BarChart, Page, Section
from enrich.model.row import Added

HASH = "a" * 64
ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>SHA256</t></is></c></row>'
    f'<row r="2"><c r="A2" t="inlineStr"><is><t>{HASH}</t></is></c></row>'
)
RELS = "application/vnd.openxmlformats-package.relationships+xml"


def sheet(kit, before="", after="", rows=ROWS):
    return (
        f'<worksheet xmlns="{kit.main}" xmlns:r="{kit.office}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def pages(kit):
    columns, rows = (kit.columns[0], kit.columns[2]), (Added(("found", 12)),)
    chart = Section("Numbers", columns=columns, rows=rows, chart=BarChart("Files"))
    return [Page("VirusTotal", kit.columns, [kit.full]), Page("Summary", sections=(chart,))]


def types(path):
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read("[Content_Types].xml"))
        names = archive.namelist()
    overrides = [e.get("PartName") for e in root.iter("{*}Override")]
    return overrides, {e.get("Extension") for e in root.iter("{*}Default")}, names


def test_a_package_stored_unpacked_is_no_text(kit):
    path = kit.folder / "stored.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in kit.parts(sheet(kit)).items():
            archive.writestr(name, content)
    document = open_document(path, ReadOptions())
    assert document.format == "xlsx"
    assert list(document.sheets) == ["Sheet1"]
    document.close()


@pytest.mark.parametrize("kind", ["sharedStrings", "styles"])
def test_a_part_that_no_relationship_leads_to_is_the_workbook_s_own_by_its_name(kit, kind):
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" s="1"><v>41000</v></c></row>'
    parts = kit.parts(sheet(kit, rows=rows), strings="<si><t>First</t></si>")
    rels = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = "".join(
        piece for piece in re.split(r"(?=<Relationship |</Rel)", rels) if f"/{kind}" not in piece
    )
    path = kit.write(parts)
    given, _ = kit.give(path, {"Sheet1": kit.addition([2])})
    overrides, _, names = types(given)
    assert len(overrides) == len(set(overrides)) == len([name for name in names if f"/{name}" in overrides])
    assert [name for name in names if kind in name] == [f"xl/{kind}.xml"]
    cells = openpyxl.load_workbook(given)["Sheet1"]
    assert [cell.value for cell in cells[1]][:2] == ["First", "vt_status"]
    assert cells["A2"].is_date
    assert kit.texts(given)[1][:2] == ["First", "vt_status"]
    assert kit.texts(given)[2][0] == "2012-04-01"


@pytest.mark.parametrize("content", [b"", b"nothing", b"<html/>"])
def test_an_unrelated_part_that_holds_something_else_is_left_alone(kit, content):
    parts = kit.parts(sheet(kit), strings="")
    rels = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = re.sub(r"<Relationship [^>]*sharedStrings[^>]*>", "", rels)
    parts["xl/sharedStrings.xml"] = content
    given, _ = kit.give(kit.write(parts), {"Sheet1": kit.addition([2])})
    assert kit.texts(given)[1][:2] == ["SHA256", "vt_status"]


def test_an_unrelated_part_keeps_the_name_that_its_package_gives_it(kit):
    parts = kit.parts(sheet(kit), strings="<si><t>First</t></si>")
    rels = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = re.sub(r"<Relationship [^>]*sharedStrings[^>]*>", "", rels)
    types_ = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = types_.replace("/xl/sharedStrings.xml", "/xl/SharedStrings.xml")
    parts["xl/SharedStrings.xml"] = parts.pop("xl/sharedStrings.xml")
    given, _ = kit.give(kit.write(parts), {"Sheet1": kit.addition([2])})
    assert openpyxl.load_workbook(given)["Sheet1"]["B1"].value == "vt_status"


def test_a_binary_workbook_s_type_among_the_defaults_makes_none(kit):
    """SheetJS declares the types of all formats that it can write in each package."""
    parts = kit.parts(sheet(kit))
    declared = (
        '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Override'
    )
    parts["[Content_Types].xml"] = str(parts["[Content_Types].xml"]).replace("<Override", declared, 1)
    assert kit.texts(kit.write(parts))[2] == [HASH]


def test_widths_go_into_an_empty_list_of_them(kit):
    given, _ = kit.give(kit.book(sheet(kit, "<cols/>")), {"Sheet1": kit.addition([2])})
    root = etree.fromstring(kit.part(given, "xl/worksheets/sheet1.xml").encode())
    assert [e.getparent().tag for e in root.iter("{*}col")] == [f"{{{kit.main}}}cols"] * len(kit.columns)


def test_styles_without_any_list_get_them_in_order(kit):
    given, _ = kit.give(kit.book(sheet(kit), styles=f'<styleSheet xmlns="{kit.main}"/>'), {"Sheet1": kit.addition([2])})
    root = etree.fromstring(kit.part(given, "xl/styles.xml").encode())
    found = [etree.QName(e).localname for e in root]
    assert found == ["numFmts", "fonts", "fills", "borders", "cellXfs"]
    assert kit.texts(given)[2][1] == "found"


def test_a_dimension_that_was_too_small_reaches_over_all_our_cells(kit):
    """Programs that write in one go leave ``A1``; readers that trust it would see none of our rows."""
    given, _ = kit.give(kit.book(sheet(kit, '<dimension ref="A1"/>')), {"Sheet1": kit.addition([2])})
    assert '<dimension ref="A1:G2"/>' in kit.part(given, "xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("behind", ["<extLst/>", '<x:more xmlns:x="urn:x"/>', '<extLst ><ext uri="u"/></extLst>'])
@pytest.mark.parametrize("cell", ['<c r="A2"><v>1</v></c>', '<c r="A2" s="1"/>'])
def test_our_cells_stand_before_what_extends_a_row(kit, behind, cell):
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2">{cell}{behind}</row>'
    given, _ = kit.give(kit.book(sheet(kit, rows=rows)), {"Sheet1": kit.addition([2])})
    root = etree.fromstring(kit.part(given, "xl/worksheets/sheet1.xml").encode())
    tags = [etree.QName(e).localname for e in root.findall(".//{*}row")[1]]
    assert tags == ["c"] * 7 + [tags[-1]]
    assert tags[-1] != "c"


def test_a_package_without_a_type_for_relationships_gets_one(kit):
    parts = kit.parts(sheet(kit))
    default = f'<Default Extension="rels" ContentType="{RELS}"/>'
    single = "".join(f'<Override PartName="/{name}" ContentType="{RELS}"/>' for name in parts if name.endswith(".rels"))
    parts["[Content_Types].xml"] = (
        str(parts["[Content_Types].xml"]).replace(default, "").replace("</Types>", f"{single}</Types>")
    )
    given, _ = kit.give(kit.write(parts), {"Sheet1": kit.addition([2])}, pages(kit))
    overrides, defaults, names = types(given)
    assert "rels" in defaults
    assert len(set(overrides)) == len(overrides)
    assert "xl/drawings/_rels/drawing1.xml.rels" in names


def test_what_a_removed_part_left_behind_is_neither_doubled_nor_taken_over(kit):
    parts = kit.parts(sheet(kit))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    left = "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}"/>' for n in (2, 3))
    parts["[Content_Types].xml"] = str(parts["[Content_Types].xml"]).replace("</Types>", f"{left}</Types>")
    parts["xl/worksheets/_rels/sheet2.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{kit.office}/drawing" Target="../drawings/gone.xml"/></Relationships>'
    )
    given, _ = kit.give(kit.write(parts), {"Sheet1": kit.addition([2])}, pages(kit))
    overrides, _, names = types(given)
    assert len(set(overrides)) == len(overrides)
    assert "xl/worksheets/sheet2.xml" not in names
    assert openpyxl.load_workbook(given).sheetnames == ["Sheet1", "VirusTotal", "Summary"]


def test_a_sheet_is_found_by_the_id_of_relationships_alone(kit):
    parts = kit.parts(sheet(kit))
    parts["xl/workbook.xml"] = (
        str(parts["xl/workbook.xml"])
        .replace("<workbook ", '<workbook xmlns:xr="urn:other" ')
        .replace("<sheet ", '<sheet xr:id="{1}" ')
    )
    given, _ = kit.give(kit.write(parts), {"Sheet1": kit.addition([2])}, pages(kit))
    assert openpyxl.load_workbook(given).sheetnames == ["Sheet1", "VirusTotal", "Summary"]


def test_a_format_that_points_past_a_list_s_end_never_comes_to_wear_what_we_append(kit):
    """Programs show such a cell in the first font and no fill; so it stays, and a second run finds what it needs."""
    odd = b'<xf numFmtId="164" fontId="2" fillId="4" borderId="0" xfId="0"/></cellXfs>'
    styles = Styles(BLANK_STYLES.replace(b"</cellXfs>", odd))
    wanted = Look(bold=True, fill="FFFF0000"), Look(ink="FFFF0000", size=20), Look(bold=True)
    found = [styles.derive(base, look) for look in wanted for base in (0, 1)]
    once = styles.result()
    root = etree.fromstring(once)
    fonts, fills = root.find("{*}fonts"), root.find("{*}fills")
    assert len({etree.tostring(font) for font in fonts[:3]}) == 1
    assert [fill[0].get("patternType") for fill in fills[:5]] == ["none", "gray125", "none", "none", "none"]
    assert {e.get("numFmtId") for e in root.iter("{*}numFmt")} == {"165"}
    again = Styles(once)
    assert [again.derive(base, look) for look in wanted for base in (0, 1)] == found
    assert again.result() == once


@pytest.mark.slow
def test_a_workbook_full_of_formats_gets_few_of_ours():
    few = BLANK_STYLES[BLANK_STYLES.index(b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>') :]
    one = few[: few.index(b"</cellXfs>")]
    styles = Styles(BLANK_STYLES.replace(b"</cellXfs>", one * MOST_FORMATS + b"</cellXfs>"))
    looks = Look(bold=True), Look(wrap=True)
    found = {styles.derive(base, wanted) for base in range(1, 500) for wanted in looks}
    assert found == {styles.derive(0, wanted) for wanted in looks}


def test_control_characters_that_xml_forbids_are_read_and_said(kit):
    rows = ROWS.replace(HASH, f"\x01{HASH}")
    document = kit.open(kit.book(sheet(kit, rows=rows)))
    assert [list(row.texts) for row in document.rows("Sheet1")][1] == [f"\x01{HASH}"]
    assert "control characters" in document.warnings[0]
    document.close()


def test_a_part_that_names_a_wrong_encoding_is_written_with_the_right_one(kit):
    given, _ = kit.give(kit.book(f'<?xml version="1.0" encoding="UTF-16"?>{sheet(kit)}'), {"Sheet1": kit.addition([2])})
    assert openpyxl.load_workbook(given)["Sheet1"]["B2"].value == "found"


def test_a_cell_that_stands_twice_hides_neither_text(kit):
    rows = f'<row r="1"><c r="A1" t="str"><v>{HASH}</v></c><c r="A1"><v>7</v></c><c r="C1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    assert kit.texts(kit.book(sheet(kit, rows=rows)))[1] == [f"{HASH} 7", "2", "1"]


def test_a_title_merged_to_the_sheet_s_end_leaves_the_columns_below_it_free(kit):
    title = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"b" * 64}</t></is></c></row>'
    rows = title + ROWS.replace('r="2"', 'r="3"').replace('"A2"', '"A3"').replace('r="1"', 'r="2"').replace("A1", "A2")
    path = kit.book(sheet(kit, rows=rows, after='<mergeCells count="1"><mergeCell ref="A1:XFD1"/></mergeCells>'))
    given, warnings = kit.give(path, {"Sheet1": kit.addition([1, 3], header=2)})
    texts = kit.texts(given)
    assert (texts[1], texts[2][1], texts[3][1]) == (["b" * 64], "vt_status", "found")
    assert "1 row is merged" in warnings[0]
