"""A sheet is ours by mark and content together: a hidden name alone makes no evidence pass for it."""

from __future__ import annotations

import openpyxl
import pytest

from enrich.formats.shared.page_content import is_page
from enrich.model.page import Page
from enrich.model.row import Row
from tests.formats.xlsx.parts import HEAD, line

NAME = '<definedNames><definedName name="_ioc_enrich.VirusTotal" hidden="1">Sheet2!$A$1</definedName></definedNames>'


def test_marked_evidence_is_read_kept_and_told_and_our_sheet_gets_a_place_of_its_own(kit):
    path = kit.book(HEAD + line(2), HEAD + line(2), names=NAME)
    document = kit.open(path)
    assert document.sheets == ["Sheet1", "Sheet2"]
    assert "Sheet2: it bears the hidden mark" in document.warnings[0]
    given, _ = kit.give(path, {}, [Page("VirusTotal", kit.columns, [kit.full])])
    book = openpyxl.load_workbook(given)
    assert book.sheetnames == ["Sheet1", "Sheet2", "VirusTotal"]
    assert book["Sheet2"]["B1"].value == "MD5"
    assert book.defined_names["_ioc_enrich.VirusTotal"].attr_text == "'VirusTotal'!$A$1"
    assert kit.open(given).sheets == ["Sheet1", "Sheet2"]


def test_what_somebody_wrote_right_of_a_list_of_ours_is_said_not_to_be_kept(kit):
    page = Page("VirusTotal", kit.columns, [kit.full], ("Intro",))
    first, warnings = kit.give(kit.book(HEAD + line(2)), {}, [page])
    assert warnings == []
    book = openpyxl.load_workbook(first)
    for place, text in (("H3", "Ticket"), ("H4", "INC-1")):
        book["VirusTotal"][place] = text
    book.save(kit.folder / "edited.xlsx")
    again, warnings = kit.give(kit.folder / "edited.xlsx", {}, [page])
    assert ["VirusTotal: this sheet of ours was made anew" in warning for warning in warnings] == [True]
    assert "(up to column H)" in warnings[0]
    assert kit.give(again, {}, [page])[1] == []


HEADINGS = Row(3, ["Indicator", "Where", "Cells", "Status"])


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([Row(1, ["banner"]), HEADINGS, Row(4, ["a" * 64, "B2", "1", "found"])], True),
        ([HEADINGS, Row(4, ["a" * 64, "in.csv · B2; c.xlsx · S!B3 (+ 3)", "7"])], True),
        ([HEADINGS, Row(4, ["a", "B2", "1", "found"]), Row(5, ["b", "host", "x", ""])], False),
        ([Row(1, ["host", "md5", "n"]), Row(2, ["ws1", "a" * 32, "3"])], False),
        ([Row(1, ["Method"]), Row(2, ["Tool", "ioc-enrich 1.2.0"])], True),
        ([Row(n, ["a" * 64]) for n in range(1, 5000)] + [Row(5000, ["ioc-enrich 1"])], False),
        ([], False),
    ],
)
def test_content_tells_a_page_of_ours(rows, expected):
    assert is_page(rows) is expected
