"""A new workbook from any document's rows."""

from __future__ import annotations

import io

import openpyxl
import pytest

from enrich.formats import create_document
from enrich.formats.xlsx import create
from enrich.model.page import Page
from enrich.model.row import Row


def made(kit, tables, pages=()):
    target = io.BytesIO()
    warnings = create(target, tables, pages)
    path = kit.folder / "made.xlsx"
    path.write_bytes(target.getvalue())
    return path, warnings


def test_rows_stay_text_and_our_cells_stand_beside_them_typed(kit):
    rows = [Row(1, ["Host", "MD5"]), Row(3, ["=1+1", "007", "1E5"]), Row(4, ["a\nb\x01", "_x0041_"])]
    path, warnings = made(
        kit, [("Incident: 1/2", rows, kit.addition([3]))], [Page("VirusTotal", kit.columns, [kit.full])]
    )
    assert warnings == []
    texts = kit.texts(path, "Incident_ 1_2")
    assert texts[1] == ["Host", "MD5", "", *(c.name for c in kit.columns)]
    assert texts[3] == ["=1+1", "007", "1E5", "found", "12/70", "12", "2023-11-14T22:13:20", "invoice.exe", kit.link]
    assert texts[4] == ["a\nb\x01", "_x0041_"]
    book = openpyxl.load_workbook(path, data_only=True)
    assert book.sheetnames == ["Incident_ 1_2", "VirusTotal"]
    sheet = book.worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:I4"
    assert sheet["A3"].data_type in ("s", "inlineStr")
    assert sheet["G3"].is_date
    assert sheet["D1"].font.b


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [
        (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
        (".xlsm", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    ],
)
def test_a_new_workbook_says_that_it_is_what_its_suffix_says(kit, suffix, kind):
    """Excel refuses one that does not."""
    path = kit.folder / f"made{suffix}"
    with path.open("wb") as target:
        create_document(suffix, target, [("", [Row(1, ["a" * 64])], kit.addition([1], header=None))], [])
    assert f'PartName="/xl/workbook.xml" ContentType="{kind}"' in kit.part(path, "[Content_Types].xml")


def test_a_long_list_comes_out_row_for_row(kit):
    rows = [Row(number, [f"row {number}"]) for number in range(1, 1001)]
    path, _ = made(kit, [("T", iter(rows), kit.addition([1], header=None))])
    texts = kit.texts(path, "T")
    assert [texts[row.number][0] for row in rows] == [row.texts[0] for row in rows]


def test_names_of_sheets_are_made_unlike_and_fit(kit):
    path, _ = made(
        kit, [(n, [Row(1, ["x"])], kit.addition([1], header=None)) for n in ("a" * 40, "A" * 40, "", "History")]
    )
    names = openpyxl.load_workbook(path).sheetnames
    assert len({n.casefold() for n in names}) == 4
    assert max(map(len, names)) <= 31
    assert "History" not in names


def test_rows_past_the_last_one_of_a_sheet_are_counted(kit):
    path, warnings = made(kit, [("T", [Row(1, ["x"]), Row(1_048_577, ["y"])], kit.addition([1], header=None))])
    assert kit.texts(path, "T")[1][0] == "x"
    assert "1 rows or cells lie outside" in warnings[0]


def test_the_same_rows_give_the_same_bytes(kit):
    def once():
        target = io.BytesIO()
        create(target, [("T", [Row(1, ["h"]), Row(2, ["x"])], kit.addition([2]))], [])
        return target.getvalue()

    assert once() == once()


def test_a_table_without_rows_is_an_empty_sheet(kit):
    path, _ = made(kit, [("T", [], kit.addition([], header=None))])
    assert kit.texts(path, "T") == {}


def test_a_text_of_ours_that_the_rows_hold_is_stored_once(kit):
    rows = [Row(1, ["name"]), Row(2, ["invoice.exe"])]
    path, _ = made(kit, [("Sheet1", rows, kit.addition([2]))])
    assert kit.texts(path)[2].count("invoice.exe") == 2
    assert kit.part(path, "xl/sharedStrings.xml").count("invoice.exe") == 1
