"""A sheet is ours by mark and content together: a hidden name alone makes no evidence pass for it."""

from __future__ import annotations

import subprocess
from datetime import datetime

import openpyxl
import pytest
from openpyxl.comments import Comment

from enrich.formats.shared.page_content import is_page
from enrich.model.column import Column, Type
from enrich.model.page import Page, Section
from enrich.model.row import Added, Row
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


def section_page(note="One file is malicious."):
    method = Section(
        "Method", rows=(Added(("Tool", "ioc-enrich 1.2.0")), Added(("Made", "2026-11-30 at 12:00"))), wide=True
    )
    lead = Section(
        "1 of 2 files is malicious", (note, "hidden \u200b sign"), (Column("w", "What", ""),), (Added(("x",)),)
    )
    return Page("Summary", sections=(lead, method), intro=("stand-in",))


def both(kit, note="One file is malicious."):
    return [Page("VirusTotal", kit.columns, [kit.full, kit.full], ("Intro",)), section_page(note)]


def test_pages_of_ours_that_nobody_touched_are_made_anew_in_their_places(kit):
    first, _ = kit.give(kit.book(HEAD + line(2)), {}, both(kit))
    openpyxl.load_workbook(first).save(kit.folder / "saved.xlsx")
    for path in (first, kit.folder / "saved.xlsx"):
        again, warnings = kit.give(path, {}, both(kit, "Other words."))
        assert warnings == []
        assert openpyxl.load_workbook(again).sheetnames == ["Sheet1", "VirusTotal", "Summary"]
        third, warnings = kit.give(again, {}, both(kit))
        assert (openpyxl.load_workbook(third).sheetnames, warnings) == (["Sheet1", "VirusTotal", "Summary"], [])


def test_numbers_of_every_type_are_ours_when_they_are_read_again(kit):
    columns = [Column(f"c{at}", f"C{at}", "", kind) for at, kind in enumerate([Type.STATUS, *Type])]
    values = (5, -3, 0, 2.0, 2.5, 1_700_000_000, 1_700_006_400, "007", "5/72", "", None)
    rows = [Added(("found", *[value] * len(Type))) for value in values]
    rows += [Added(tuple(v if c.type is Type.BOOLEAN else "found" for c in columns)) for v in (True, False)]
    rows += [Added(tuple(v if c.type is Type.INTEGER else "found" for c in columns)) for v in (10**15, 10**16, -1)]
    pages = [
        Page("VirusTotal", columns, rows, ("Intro",)),
        Page("Summary", sections=(Section("All", (), tuple(columns), tuple(rows)), section_page().sections[1])),
    ]
    first, _ = kit.give(kit.book(HEAD + line(2)), {}, pages)
    openpyxl.load_workbook(first).save(kit.folder / "saved.xlsx")
    for path in (first, kit.folder / "saved.xlsx"):
        again, warnings = kit.give(path, {}, pages)
        assert warnings == []
        assert openpyxl.load_workbook(again).sheetnames == ["Sheet1", "VirusTotal", "Summary"]


@pytest.mark.libreoffice
def test_saved_by_libreoffice_they_are_still_ours(kit, soffice, tmp_path):
    first, _ = kit.give(kit.book(HEAD + line(2)), {}, both(kit))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(first)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    again, warnings = kit.give(tmp_path / "out" / first.name, {}, both(kit, "Other words."))
    assert (openpyxl.load_workbook(again).sheetnames, warnings) == (["Sheet1", "VirusTotal", "Summary"], [])


def inserted(book):
    book["VirusTotal"].insert_cols(2)
    book["VirusTotal"]["B4"] = "INC-1"


def between(book):
    book["VirusTotal"].insert_rows(5)
    book["VirusTotal"]["B5"] = "check these: Anna"


EDITS = {
    "a word on the summary": ("Summary", lambda book: book["Summary"].cell(40, 1, "Anna: ws1 is isolated")),
    "a word over one of ours": ("Summary", lambda book: book["Summary"].cell(2, 1, "All of it is harmless")),
    "a word in a blank cell of the list": ("VirusTotal", lambda book: book["VirusTotal"].cell(2, 3, "seen by Anna")),
    "a column inserted in the list": ("VirusTotal", inserted),
    "a number on the summary": ("Summary", lambda book: book["Summary"].cell(40, 2, 17)),
    "a number in a blank cell of the list": ("VirusTotal", lambda book: book["VirusTotal"].cell(2, 3, 17)),
    "a number over one of ours": ("VirusTotal", lambda book: book["VirusTotal"].cell(4, 3, 0)),
    "a ratio over one of ours": ("VirusTotal", lambda book: book["VirusTotal"].cell(4, 2, "0/70")),
    "one of our numbers taken away": ("VirusTotal", lambda book: setattr(book["VirusTotal"]["C4"], "value", None)),
    "a date above the list": ("VirusTotal", lambda book: book["VirusTotal"].cell(2, 5, datetime(2026, 11, 30, 9, 5))),
    "a remark below the list": ("VirusTotal", lambda book: book["VirusTotal"].cell(9, 1, "Seen by Anna, 30.11.2026.")),
    "a date below the list": ("VirusTotal", lambda book: book["VirusTotal"].cell(9, 1, datetime(2026, 11, 30, 9, 5))),
    "a remark between its lines": ("VirusTotal", between),
    "a date taken away": ("VirusTotal", lambda book: setattr(book["VirusTotal"]["D4"], "value", None)),
    "a comment": ("Summary", lambda book: setattr(book["Summary"]["A2"], "comment", Comment("is it?", "Anna"))),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_page_of_ours_on_which_somebody_wrote_is_kept_beside_the_new_one(kit, name):
    sheet, edit = EDITS[name]
    first, _ = kit.give(kit.book(HEAD + line(2)), {}, both(kit))
    book = openpyxl.load_workbook(first)
    edit(book)
    book.save(kit.folder / "edited.xlsx")
    wanted = [[cell.value for cell in row] for row in book[sheet].iter_rows()]
    again, warnings = kit.give(kit.folder / "edited.xlsx", {}, both(kit, "Other words."))
    assert len(warnings) == 1
    assert warnings[0].startswith(f"{sheet}: this sheet of ours was made anew as '{sheet} (2)'")
    given = openpyxl.load_workbook(again)
    assert given.sheetnames == ["Sheet1", "VirusTotal", "Summary", f"{sheet} (2)"]
    assert [[cell.value for cell in row] for row in given[sheet].iter_rows()] == wanted
    third, warnings = kit.give(again, {}, both(kit))
    assert warnings == []
    assert openpyxl.load_workbook(third).sheetnames == given.sheetnames
    assert kit.open(third).sheets == ["Sheet1"]


HEADINGS = Row(3, ["Indicator", "Where", "Cells", "Status"])


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([Row(1, ["banner"]), HEADINGS, Row(4, ["a" * 64, "B2", "1", "found"])], True),
        ([HEADINGS, Row(4, ["a" * 64, "in.csv · B2; c.xlsx · S!B3 (+ 3)", "7"])], True),
        ([HEADINGS, Row(4, ["a", "B2", "1", "found"]), Row(5, ["b" * 32, "host", "x", ""])], False),
        ([HEADINGS, Row(4, ["a", "B2", "1", "found"]), Row(5, ["seen on 30.11.2026 at 12:30: all of it"])], True),
        ([HEADINGS, Row(4, ["a", "B2", "1", "found"]), Row(5, ["seen on evil.example"])], False),
        ([HEADINGS, Row(4, ["a", "B2", "1", "found"]), Row(5, ["seen on evil[.]example"])], False),
        ([HEADINGS, Row(4, ["a", "B2", "1", "found"]), Row(5, ["seen on evil (dot) example"])], False),
        ([HEADINGS, Row(4, ["a", "B2", "1", "found"]), Row(5, ["seen on 198.51.100.7"])], False),
        ([HEADINGS, Row(4, ["a", "B2", "1", "found"]), Row(5, ["seen on 2001:db8::1"])], False),
        ([HEADINGS, Row(4, ["a", "B2", "1", "found"]), *(Row(n, ["remark"]) for n in range(5, 90))], False),
        ([Row(1, ["host", "md5", "n"]), Row(2, ["ws1", "a" * 32, "3"])], False),
        ([Row(1, ["Method"]), Row(2, ["Tool", "ioc-enrich 1.2.0"])], True),
        ([Row(n, ["a" * 64]) for n in range(1, 5000)] + [Row(5000, ["ioc-enrich 1"])], False),
        ([], False),
    ],
)
def test_content_tells_a_page_of_ours(rows, expected):
    assert is_page(rows) is expected
