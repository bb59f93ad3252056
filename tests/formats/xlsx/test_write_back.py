"""The analyst's own workbook comes back: only what must know of our cells changes, and a second run refreshes."""

from __future__ import annotations

import openpyxl
import pytest

from enrich.model.page import Page
from enrich.model.row import Added
from enrich.model.verdict import Tone
from tests.formats.xlsx.parts import HEAD, line, packed


def test_untouched_members_keep_their_packed_bytes_and_places(kit):
    parts = kit.parts(HEAD + line(2), line(1), strings="<si><t>theirs</t></si>")
    parts |= {
        "xl/media/image1.png": bytes(range(256)) * 9,
        "docProps/app.xml": "<Properties/>",
        "customXml/item1.xml": "<a/>",
    }
    path = kit.write(parts)
    given, _ = kit.give(path, {"Sheet1": kit.addition([2])})
    before, after = packed(path), packed(given)
    assert list(after) == list(before)
    assert {n for n in before if before[n] != after[n]} == {
        "xl/worksheets/sheet1.xml",
        "xl/styles.xml",
        "xl/sharedStrings.xml",
        "xl/workbook.xml",
    }


def test_nothing_to_add_is_the_same_file(kit):
    path = kit.book(HEAD + line(2))
    given, warnings = kit.give(path, {})
    assert given.read_bytes() == path.read_bytes()
    assert warnings == []


def test_enriching_twice_changes_nothing_more(kit):
    path = kit.book(HEAD + line(2) + line(3, style=1))
    pages = [Page("VirusTotal", kit.columns, [kit.full], ("Intro",)), Page("Summary", (), [], ("All by ioc-enrich 1",))]
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


def test_a_header_row_that_the_sheet_lacks_is_made(kit):
    given, _ = kit.give(kit.book(line(3)), {"Sheet1": kit.addition([3], header=2)})
    assert kit.texts(given)[2][2] == "vt_status"
    assert list(kit.texts(given)) == [2, 3]


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
