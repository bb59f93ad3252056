"""Our cells: typed, harmless, and in the looks of their neighbours."""

from __future__ import annotations

import openpyxl
import pytest
from lxml import etree

from enrich.model.row import Added
from enrich.model.verdict import Tone
from tests.formats.xlsx.parts import HEAD, line


def test_cells_are_typed_and_stand_right_of_everything(kit):
    path = kit.book(HEAD + line(2) + line(3))
    given, _ = kit.give(path, {"Sheet1": kit.addition([2])})
    sheet = openpyxl.load_workbook(given, data_only=True)["Sheet1"]
    assert [c.value for c in sheet[1]][:3] == ["Host", "MD5", "vt_status"]
    values = [c.value for c in sheet[2]]
    assert values[2:5] == ["found", "12/70", 12]
    assert values[5].isoformat(timespec="seconds") == "2023-11-14T22:13:20"
    assert values[6:] == ["invoice.exe", kit.link]
    assert [sheet.cell(2, c).number_format for c in (3, 4, 6, 7)] == ["@", "@", r"yyyy\-mm\-dd\ hh:mm", "@"]
    assert sheet["C2"].quotePrefix
    assert sheet["C2"].fill.fgColor.rgb == "FFFFC7CE"
    assert [c.value for c in sheet[3]][2:] == [None] * 6
    assert sheet["C1"].font.b
    assert sheet["C1"].font.color.rgb == "FFFFFFFF"
    assert openpyxl.load_workbook(given)["Sheet1"]["H2"].value == f'=HYPERLINK("{kit.link}")'


def test_a_cell_without_a_value_wears_no_colour(kit):
    path = kit.book(HEAD + line(2))
    added = Added(("not_found", None, None, None, None, None), Tone.UNKNOWN)
    given, _ = kit.give(path, {"Sheet1": kit.addition([2], added=added)})
    status, ratio = openpyxl.load_workbook(given)["Sheet1"][2][2:4]
    assert (status.fill.fgColor.rgb, ratio.fill.fill_type, ratio.number_format) == ("FFFFEB9C", None, "@")


def test_a_date_is_shifted_in_the_1904_system(kit):
    path = kit.book(HEAD + line(2), workbook='<workbookPr date1904="1"/>')
    given, _ = kit.give(path, {"Sheet1": kit.addition([2])})
    assert openpyxl.load_workbook(given)["Sheet1"]["F2"].value.isoformat(timespec="seconds") == "2023-11-14T22:13:20"


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "+1", "-1", "1/2", "1e5", "007", "http://x.example", "TRUE", "_x0041_", "a & <b>"]
)
def test_hostile_text_stays_text(kit, text):
    path = kit.book(HEAD + line(2))
    added = Added(("found", "5/72", 1, None, text, None))
    given, _ = kit.give(path, {"Sheet1": kit.addition([2], added=added)})
    cell = openpyxl.load_workbook(given)["Sheet1"]["G2"]
    assert (cell.data_type, cell.number_format, cell.quotePrefix) in (("s", "@", True), ("inlineStr", "@", True))
    assert kit.texts(given)[2][6] == text
    assert cell.hyperlink is None


def test_control_characters_and_bidi_overrides_become_visible(kit):
    path = kit.book(HEAD + line(2))
    added = Added(("found", None, None, None, "a\x00b\u202ecod.exe\r\nc\ud800\ufffe", 'https://x.example/"&A1&"'))
    given, _ = kit.give(path, {"Sheet1": kit.addition([2], added=added)})
    assert kit.texts(given)[2][6:] == [r"a\x00b\u202ecod.exe\r\nc\ud800\ufffe", 'https://x.example/"&A1&"']
    assert "<f>" not in kit.part(given, "xl/worksheets/sheet1.xml")


def test_text_over_the_limit_is_cut_at_a_code_point_and_said(kit):
    path = kit.book(HEAD + line(2))
    given, warnings = kit.give(
        path, {"Sheet1": kit.addition([2], added=Added(("found", None, None, None, "😀" * 20_000, None)))}
    )
    assert kit.texts(given)[2][6] == "😀" * 16_383
    assert warnings == ["Sheet1: 1 cell was cut at 32,767 characters"]


@pytest.mark.parametrize("attributes", ['t="s" s="3"', 's="3" t="s"', "t='s' s='3'", 'cm="1" s="3" vm="2"', ' s="3" '])
def test_headings_wear_the_looks_of_the_cell_beside_in_whatever_order_its_attributes_stand(kit, attributes):
    rows = f'<row r="1"><c r="A1"><v>1</v></c><c r="B1" {attributes}><v>0</v></c></row>' + line(2)
    given, _ = kit.give(kit.book(rows, strings="<si><t>MD5</t></si>"), {"Sheet1": kit.addition([2])})
    root = etree.fromstring(kit.part(given, "xl/worksheets/sheet1.xml").encode())
    assert {c.get("s") for c in root.find(".//{*}row")[2:]} == {"3"}


def test_blank_styled_cells_give_way_and_an_extension_list_stays_last(kit):
    rows = HEAD + (
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>7</v></c><c r="C2" s="1"/><c r="D2" s="1"></c><c r="Z2" s="1"/></row>'
        '<row r="3"><c r="A3"><v>1</v></c><extLst><ext uri="u"><c r="no"/></ext></extLst></row><row r="4"/>'
    )
    given, _ = kit.give(kit.book(rows), {"Sheet1": kit.addition([2, 3, 4])})
    root = etree.fromstring(kit.part(given, "xl/worksheets/sheet1.xml").encode())
    rows = [[c.get("r") for c in row.findall("{*}c")] for row in root.iter("{*}row")]
    ours = [[f"{name}{n}" for name in "CDEFGH"] for n in (2, 3, 4)]
    assert rows[1:] == [["A2", "B2", *ours[0], "Z2"], ["A3", *ours[1]], ours[2]]
    assert [e.tag.rpartition("}")[2] for e in root.findall(".//{*}row")[2]][-1] == "extLst"


def test_a_workbook_without_styles_gets_some(kit):
    given, _ = kit.give(kit.book(line(1).replace(' s="0"', "") + line(2), styles=None), {"Sheet1": kit.addition([2])})
    sheet = openpyxl.load_workbook(given)["Sheet1"]
    assert sheet["C2"].number_format == "@"
    assert sheet["F2"].is_date
