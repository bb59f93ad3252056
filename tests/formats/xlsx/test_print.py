"""An enriched sheet prints readably, and one click folds our columns; what a sheet says of its printing stays."""

from __future__ import annotations

import subprocess

import openpyxl
import pytest

from enrich.formats.xlsx.create import create
from enrich.model.column import Column
from enrich.model.page import Page
from enrich.model.row import Added, Addition, Row
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


PLAIN = HEAD + line(2)
WIDE = tuple(Column(f"vt_{at}", f"C{at}", "", width=30) for at in range(20))


def wide_book(kit, sheet=PLAIN, key=1, columns=WIDE):
    line_of_ours = Added(("x",) * len(columns))
    addition = Addition(columns, tuple(c.name for c in columns), 1, {2: line_of_ours}.get, key=key)
    path, _ = kit.give(kit.book(sheet), {"Sheet1": addition}, [Page("VirusTotal", columns, [line_of_ours])])
    return path


def layout(sheet):
    setup, fitting = sheet.page_setup, sheet.sheet_properties.pageSetUpPr
    is_fitted = fitting is not None and bool(fitting.fitToPage)
    return setup.orientation, setup.scale, setup.pageOrder, is_fitted, sheet.print_title_cols, sheet.print_title_rows


def test_what_is_too_wide_to_be_read_on_one_page_takes_several_with_the_indicators_on_each(kit):
    book = openpyxl.load_workbook(wide_book(kit))
    across = ("landscape", 60, "overThenDown", False)
    assert layout(book["Sheet1"]) == (*across, "$B:$B", "$1:$1")
    assert layout(book["VirusTotal"]) == (*across, "$A:$A", "$1:$1")


@pytest.mark.parametrize("is_hidden", [True, False])
def test_a_hidden_column_takes_no_room_on_paper(kit, is_hidden):
    columns = tuple(Column(f"vt_{at}", "C", "", width=6) for at in range(12))
    wide = f'<cols><col min="3" max="3" width="200" hidden="{int(is_hidden)}" customWidth="1"/></cols>'
    cells = PLAIN.replace("</row>", '<c r="C2"><v>1</v></c></row>').replace("C2", "C1", 1)
    book = openpyxl.load_workbook(wide_book(kit, around(kit, cells, before=wide), columns=columns))
    assert layout(book["Sheet1"])[3] is is_hidden


@pytest.mark.parametrize(("width", "key", "repeated"), [(68, 1, "$B:$B"), (150, 1, None), (9, None, None)])
def test_a_column_of_indicators_that_fills_half_the_page_is_not_repeated(kit, width, key, repeated):
    sheet = around(kit, HEAD + line(2), before=f'<cols><col min="2" max="2" width="{width}" customWidth="1"/></cols>')
    assert layout(openpyxl.load_workbook(wide_book(kit, sheet, key))["Sheet1"])[4] == repeated


def test_a_new_workbook_and_a_list_that_grows_wide_are_printed_so_too(kit):
    out = kit.folder / "new.xlsx"
    addition = Addition(WIDE, tuple(c.name for c in WIDE), 1, {2: Added(("x",) * 20)}.get, key=1)
    with out.open("wb") as target:
        tables = [("It's", [Row(1, ["Host", "MD5"]), Row(2, ["a", "b"])], addition)]
        create(target, tables, [Page("VirusTotal", kit.columns, [kit.full])])
    book = openpyxl.load_workbook(out)
    assert layout(book["It's"])[3:] == (False, "$B:$B", "$1:$1")
    assert layout(book["VirusTotal"])[3:] == (True, None, "$1:$1")
    again, _ = kit.give(out, {}, [Page("VirusTotal", WIDE, [Added(("found",) * 20)], ("Intro",))])
    assert layout(openpyxl.load_workbook(again)["VirusTotal"])[3:] == (False, "$A:$A", "$3:$3")
    back, _ = kit.give(again, {}, [Page("VirusTotal", kit.columns, [kit.full])])
    assert layout(openpyxl.load_workbook(back)["VirusTotal"])[3:] == (True, None, "$1:$1")


@pytest.mark.libreoffice
def test_libreoffice_prints_every_page_with_the_indicators(kit, soffice, tmp_path):
    path = wide_book(kit)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / f"{path.stem}.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    pages = [page for page in text.split("\f") if "vt_" in page]
    assert len(pages) >= 3
    assert all("MD5" in page for page in pages)
