"""The analyst's own workbook comes back: only what must know of our cells changes, and that is right."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from lxml import etree

from enrich.model import Added, Tone
from enrich.page import Page

HEAD = '<row r="1" spans="1:2"><c r="A1" s="3" t="inlineStr"><is><t>Host</t></is></c><c r="B1" s="3" t="inlineStr"><is><t>MD5</t></is></c></row>'


def line(row, *, style=0):
    return f'<row r="{row}" spans="1:2"><c r="A{row}" s="{style}"><v>{row}</v></c><c r="B{row}"><v>7</v></c></row>'


def around(kit, rows, before="", after=""):
    return (
        f'<worksheet xmlns="{kit.main}" xmlns:r="{kit.office}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def table(kit, area, columns, extra="", inside=""):
    names = "".join(f'<tableColumn id="{i}" name="{n}"/>' for i, n in enumerate(columns, 1))
    return (
        f'<table xmlns="{kit.main}" id="1" name="T" displayName="T" ref="{area}"{extra}><autoFilter ref="{area}"/>'
        f'<tableColumns count="{len(columns)}">{names}</tableColumns>{inside}</table>'
    )


def with_table(kit, rows, part):
    sheet = around(kit, rows, after='<tableParts count="1"><tablePart r:id="rId1"/></tableParts>')
    parts = kit.parts(sheet)
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{kit.office}/table" Target="../tables/table1.xml"/></Relationships>'
    )
    parts["xl/tables/table1.xml"] = part
    return kit.write(parts)


def packed(path):
    """Each member's bytes as they lie in the archive, in order."""
    found = {}
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        for member in archive.infolist():
            file.seek(member.header_offset + 26)
            name, extra = (int.from_bytes(file.read(2), "little") for _ in range(2))
            file.seek(name + extra, io.SEEK_CUR)
            found[member.filename] = file.read(member.compress_size)
    return found


def test_untouched_members_keep_their_packed_bytes_and_places(kit):
    parts = kit.parts(HEAD + line(2), line(1))
    parts |= {
        "xl/media/image1.png": bytes(range(256)) * 9,
        "docProps/app.xml": "<Properties/>",
        "customXml/item1.xml": "<a/>",
    }
    path = kit.write(parts)
    given, _ = kit.give(path, {"Sheet1": kit.addition([2])})
    before, after = packed(path), packed(given)
    assert list(after) == list(before)
    assert {n for n in before if before[n] != after[n]} == {"xl/worksheets/sheet1.xml", "xl/styles.xml"}


def test_nothing_to_add_is_the_same_file(kit):
    path = kit.book(HEAD + line(2))
    given, warnings = kit.give(path, {})
    assert given.read_bytes() == path.read_bytes()
    assert warnings == []


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


def test_enriching_twice_changes_nothing_more(kit):
    path = kit.book(HEAD + line(2) + line(3, style=1))
    pages = [Page("VirusTotal", kit.columns, [kit.full], ("Intro",)), Page("Summary", (), [], ("All",))]
    given, _ = kit.give(path, {"Sheet1": kit.addition([2, 3])}, pages)
    present = {c.name: at for at, c in enumerate(kit.columns, 2)}
    again, _ = kit.give(given, {"Sheet1": kit.addition([2, 3], present=present)}, pages)
    assert again.read_bytes() == given.read_bytes()
    assert kit.open(again).sheets == ["Sheet1"]


def test_a_refresh_replaces_our_cells_alone_and_empties_what_has_no_answer(kit):
    path = kit.book(HEAD + line(2) + line(3))
    given, _ = kit.give(path, {"Sheet1": kit.addition([2, 3])})
    present = {c.name: at for at, c in enumerate(kit.columns, 2)}
    news = Added(("not_found", None, None, None, None, None), Tone.UNKNOWN)
    again, _ = kit.give(given, {"Sheet1": kit.addition([3], added=news, present=present)})
    assert kit.texts(again) == {1: ["Host", "MD5", *present], 2: ["2", "7"], 3: ["3", "7", "not_found"]}
    assert openpyxl.load_workbook(again)["Sheet1"]["C3"].fill.fgColor.rgb == "FFFFEB9C"


@pytest.mark.parametrize("content", ['t="inlineStr"></c>', 't="inlineStr"><is><t/></is></c>', 's="3"/>', 's="3"></c>'])
def test_a_refresh_leaves_blank_cells_in_rows_that_get_nothing(kit, content):
    blank = f'<row r="3"><c r="A3"><v>1</v></c><c r="C3" {content}</row>'
    path = kit.book(HEAD + line(2) + blank)
    present = {c.name: at for at, c in enumerate(kit.columns, 2)}
    once, _ = kit.give(path, {"Sheet1": kit.addition([2])})
    again, _ = kit.give(once, {"Sheet1": kit.addition([2], present=present)})
    assert blank in kit.part(again, "xl/worksheets/sheet1.xml")
    assert kit.part(again, "xl/worksheets/sheet1.xml") == kit.part(once, "xl/worksheets/sheet1.xml")


def test_a_refresh_takes_lost_formulas_out_of_the_order_of_calculation(kit):
    parts = kit.parts(HEAD + line(2) + line(3))
    parts["xl/calcChain.xml"] = f'<calcChain xmlns="{kit.main}"><c r="H2" i="1"/><c r="B3"/><c r="H3"/></calcChain>'
    rels = str(parts["xl/_rels/workbook.xml.rels"])
    parts["xl/_rels/workbook.xml.rels"] = rels.replace(
        "</Relationships>",
        f'<Relationship Id="rId9" Type="{kit.office}/calcChain" Target="calcChain.xml"/></Relationships>',
    )
    present = {c.name: at for at, c in enumerate(kit.columns, 2)}
    given, _ = kit.give(kit.write(parts), {"Sheet1": kit.addition([2], present=present)})
    assert '<c r="B3" i="1"/></calcChain>' in kit.part(given, "xl/calcChain.xml")
    parts["xl/calcChain.xml"] = f'<calcChain xmlns="{kit.main}"><c r="H2" i="1"/></calcChain>'
    given, _ = kit.give(kit.write(parts), {"Sheet1": kit.addition([2], present=present)})
    assert "xl/calcChain.xml" not in packed(given)
    assert "calcChain" not in kit.part(given, "xl/_rels/workbook.xml.rels")


def test_a_table_grows_with_its_filter_and_unique_names_but_without_its_totals(kit):
    rows = HEAD + line(2) + line(3)
    path = with_table(
        kit,
        rows,
        table(kit, "A1:B3", ["Host", "VT_Status"], ' totalsRowCount="1"').replace(
            '<autoFilter ref="A1:B3"', '<autoFilter ref="A1:B2"'
        ),
    )
    assert kit.open(path).header_row("Sheet1") == 1
    given, warnings = kit.give(path, {"Sheet1": kit.addition([2, 3])})
    part = kit.part(given, "xl/tables/table1.xml")
    assert 'ref="A1:H3"' in part
    assert '<autoFilter ref="A1:H2"/>' in part
    assert '<tableColumns count="8">' in part
    assert '<tableColumn id="3" name="vt_status (2)"/>' in part
    assert kit.texts(given)[1][2] == "vt_status (2)"
    assert kit.texts(given)[3] == ["3", "7"]
    assert "1 row is the totals" in warnings[0]
    assert openpyxl.load_workbook(given)["Sheet1"].tables["T"].ref == "A1:H3"


@pytest.mark.parametrize(
    ("area", "extra", "why"),
    [
        ("A1:B3", ' tableType="queryTable"', "filled by a query"),
        ("A1:A3", "", "stands right of"),
        ("A1:B3", ' tableType="xml"', "XML map"),
    ],
)
def test_a_table_that_cannot_grow_stays_and_is_said(kit, area, extra, why):
    path = with_table(kit, HEAD + line(2), table(kit, area, ["Host", "MD5"], extra))
    given, warnings = kit.give(path, {"Sheet1": kit.addition([2])})
    assert packed(given)["xl/tables/table1.xml"] == packed(path)["xl/tables/table1.xml"]
    assert why in warnings[0]
    assert kit.texts(given)[2][2] == "found"


def test_the_sheets_own_filter_grows_with_its_hidden_name(kit):
    names = '<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">Sheet1!$A$1:$B$3</definedName></definedNames>'
    sheet = around(kit, HEAD + line(2) + line(3), '<dimension ref="A1:B3"/>', '<autoFilter ref="A1:B3"/>')
    given, _ = kit.give(kit.book(sheet, names=names), {"Sheet1": kit.addition([2])})
    part = kit.part(given, "xl/worksheets/sheet1.xml")
    assert '<autoFilter ref="A1:H3"/>' in part
    assert '<dimension ref="A1:H3"/>' in part
    assert 'spans="1:8"' in part
    assert "Sheet1!$A$1:$H$3<" in kit.part(given, "xl/workbook.xml")


@pytest.mark.parametrize(
    ("before", "after", "merged", "said"),
    [
        ("A1:D3", "A1:H3", "", False),
        ("A1:Z3", "A1:Z3", "", False),
        ("A2:B3", "A2:B3", "", False),
        ("A1:B3", "A1:B3", '<mergeCells><mergeCell ref="A5:D5"/></mergeCells>', True),
    ],
)
def test_a_filter_never_ends_among_our_columns_and_one_that_ends_before_them_is_said(kit, before, after, merged, said):
    sheet = around(kit, HEAD + line(2) + line(3), after=f'<autoFilter ref="{before}"/>{merged}')
    given, warnings = kit.give(kit.book(sheet), {"Sheet1": kit.addition([2])})
    assert f'<autoFilter ref="{after}"/>' in kit.part(given, "xl/worksheets/sheet1.xml")
    assert ["filter, which was not extended" in warning for warning in warnings] == [True] * said


def test_widths_are_split_and_ours_are_shown(kit):
    cols = '<cols><col min="1" max="4" width="5"/><col min="5" max="16384" width="9" hidden="1" style="2"/></cols>'
    given, _ = kit.give(kit.book(around(kit, HEAD + line(2), cols)), {"Sheet1": kit.addition([2])})
    root = etree.fromstring(kit.part(given, "xl/worksheets/sheet1.xml").encode())
    found = [(int(c.get("min")), int(c.get("max")), c.get("hidden")) for c in root.iter("{*}col")]
    assert found == [(1, 2, None), *[(n, n, None) for n in range(3, 9)], (9, 16384, "1")]
    assert [c.get("style") for c in root.iter("{*}col")] == [None] * 3 + ["2"] * 5


def test_merged_cells_and_charts_push_our_columns_to_the_right(kit):
    merged = around(kit, HEAD + line(2), after='<mergeCells count="1"><mergeCell ref="A5:D5"/></mergeCells>')
    given, _ = kit.give(kit.book(merged), {"Sheet1": kit.addition([2])})
    assert kit.texts(given)[2] == ["2", "7", "", "", *kit.texts(given)[2][4:]]
    assert kit.texts(given)[2][4] == "found"
    parts = kit.parts(around(kit, HEAD + line(2), after='<drawing r:id="rId1"/>'))
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        f'<Relationships><Relationship Id="rId1" Type="{kit.office}/drawing" Target="../drawings/d.xml"/></Relationships>'
    )
    parts["xl/drawings/d.xml"] = (
        "<wsDr><twoCellAnchor><from><col>3</col></from><to><col>5</col><colOff>9</colOff></to></twoCellAnchor></wsDr>"
    )
    given, warnings = kit.give(kit.write(parts), {"Sheet1": kit.addition([2])})
    assert kit.texts(given)[2][6] == "found"
    assert "begin at G" in warnings[0]


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


def test_a_header_row_that_the_sheet_lacks_is_made(kit):
    given, _ = kit.give(kit.book(line(3)), {"Sheet1": kit.addition([3], header=2)})
    assert kit.texts(given)[2][2] == "vt_status"
    assert list(kit.texts(given)) == [2, 3]


def test_a_workbook_without_styles_gets_some(kit):
    given, _ = kit.give(kit.book(line(1).replace(' s="0"', "") + line(2), styles=None), {"Sheet1": kit.addition([2])})
    sheet = openpyxl.load_workbook(given)["Sheet1"]
    assert sheet["C2"].number_format == "@"
    assert sheet["F2"].is_date


def test_a_page_stands_beside_an_analysts_sheet_of_that_name(kit):
    parts = kit.parts(HEAD + line(2), line(1))
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace('name="Sheet2"', 'name="virustotal"')
    page = Page("VirusTotal", kit.columns, [kit.full], ("Made of 1 file", "Second line"))
    given, _ = kit.give(kit.write(parts), {"Sheet1": kit.addition([2])}, [page])
    book = openpyxl.load_workbook(given, data_only=True)
    assert book.sheetnames == ["Sheet1", "virustotal", "VirusTotal (2)"]
    ours = book["VirusTotal (2)"]
    assert [c.value for c in ours[4]] == [c.title for c in kit.columns]
    assert ours["A5"].value == "found"
    assert ours.freeze_panes == "A5"
    assert ours.auto_filter.ref == "A4:F5"
    assert kit.open(given).sheets == ["Sheet1", "virustotal"]


def test_prefixes_of_the_part_are_taken_over(kit):
    sheet = (
        f'<x:worksheet xmlns:x="{kit.main}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    given, _ = kit.give(kit.book(sheet), {"Sheet1": kit.addition([1], header=None)})
    assert openpyxl.load_workbook(given)["Sheet1"]["B1"].value == "found"
    assert "<c " not in kit.part(given, "xl/worksheets/sheet1.xml")


def test_a_sheet_in_utf16_comes_back_in_utf8(kit):
    parts = kit.parts(HEAD + line(2))
    text = '<?xml version="1.0" encoding="UTF-16"?>' + str(parts["xl/worksheets/sheet1.xml"]).replace("Host", "хост")
    parts["xl/worksheets/sheet1.xml"] = text.encode("utf-16")
    given, _ = kit.give(kit.write(parts), {"Sheet1": kit.addition([2])})
    assert kit.texts(given)[1][:3] == ["хост", "MD5", "vt_status"]
    assert kit.part(given, "xl/worksheets/sheet1.xml").startswith('<?xml version="1.0" encoding="UTF-8"?>')


def test_the_mark_of_a_deleted_page_does_not_stand_twice(kit):
    names = '<definedNames><definedName name="_ioc_enrich.Our_list" hidden="1">#REF!$A$1</definedName></definedNames>'
    given, _ = kit.give(kit.book(HEAD + line(2), names=names), {}, [Page("Our list", kit.columns, [kit.full])])
    assert kit.part(given, "xl/workbook.xml").count("_ioc_enrich.Our_list") == 1
    assert kit.open(given).sheets == ["Sheet1"]
