"""An enriched sheet prints readably, and one click folds our columns; what a sheet says of its printing stays."""

from __future__ import annotations

import openpyxl
import pytest

from enrich.formats.xlsx.create import create
from enrich.model.page import Page
from enrich.model.row import Row
from tests.formats.xlsx.parts import HEAD, around, line

GROUPED = '<cols><col min="2" max="2" width="9" outlineLevel="1"/></cols>'


def given_back(kit, sheet, **options):
    path, _ = kit.give(kit.book(sheet, **options), {"Sheet1": kit.addition([2])})
    return openpyxl.load_workbook(path)["Sheet1"]


@pytest.mark.parametrize(
    "before", ["", "<sheetPr/>", "<sheetPr><pageSetUpPr/></sheetPr>", '<sheetFormatPr defaultRowHeight="12"/>']
)
@pytest.mark.parametrize("after", ["", '<pageMargins left="1" right="1" top="1" bottom="1" header="1" footer="1"/>'])
def test_a_sheet_without_print_settings_is_fitted_to_the_paper_with_its_header_on_each_page(kit, before, after):
    sheet = given_back(kit, around(kit, HEAD + line(2), before=before, after=after))
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '<pageSetup orientation="portrait"/>'),
        ('<sheetPr><pageSetUpPr fitToPage="0"/></sheetPr>', ""),
        ("", '<rowBreaks count="1"><brk id="1"/></rowBreaks>'),
    ],
)
def test_a_sheet_that_says_how_it_is_printed_keeps_that(kit, before, after):
    sheet = given_back(kit, around(kit, HEAD + line(2), before=before, after=after))
    assert sheet.page_setup.orientation != "landscape"
    assert sheet.print_title_rows is None


def test_rows_that_the_analyst_repeats_stay(kit):
    names = '<definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">Sheet1!$A:$A</definedName></definedNames>'
    path, _ = kit.give(kit.book(HEAD + line(2), names=names), {"Sheet1": kit.addition([2])})
    assert kit.part(path, "xl/workbook.xml").count("_xlnm.Print_Titles") == 1


def test_our_columns_are_one_group(kit):
    sheet = given_back(kit, HEAD + line(2))
    levels = {name: (column.min, column.max, column.outlineLevel) for name, column in sheet.column_dimensions.items()}
    ours = [range(low, high + 1) for low, high, level in levels.values() if level == 1]
    assert sorted(at for each in ours for at in each) == list(range(3, 9))
    assert sheet.sheet_format.outlineLevelCol == 1


def test_beside_a_group_of_the_analysts_they_stand_in_none(kit):
    sheet = given_back(kit, around(kit, HEAD + line(2), before=GROUPED))
    assert sheet.column_dimensions["C"].outlineLevel == 0
    assert sheet.column_dimensions["B"].outlineLevel == 1


def test_a_list_of_ours_and_a_new_workbook_repeat_their_headings(kit):
    page = Page("VirusTotal", kit.columns, [kit.full], ("Intro",))
    out = kit.folder / "new.xlsx"
    with out.open("wb") as target:
        create(target, [("One", [Row(1, ["Host", "MD5"]), Row(2, ["a", "b"])], kit.addition([2]))], [page])
    book = openpyxl.load_workbook(out)
    assert book["One"].print_title_rows == "$1:$1"
    assert book["VirusTotal"].print_title_rows == "$3:$3"
    longer = Page("VirusTotal", kit.columns, [kit.full], ("Intro", "Another"))
    again, _ = kit.give(out, {}, [longer])
    assert openpyxl.load_workbook(again)["VirusTotal"].print_title_rows == "$4:$4"
