"""What hangs on a cell without standing in it is read as a text of that cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from enrich.formats.shared.formula_text import literals
from tests.formats.xlsx.parts import around

HASH = "152aa229ca7bfa20c5cfaba0e1971e1db76d2f4f62b8ef6ef3a7f1843afb7824"
ADDRESS = f"https://www.virustotal.com/gui/file/{HASH}/detection"


def attached(kit, path):
    document = kit.open(path)
    return {row.number: row.attached for row in document.rows(document.sheets[0]) if row.attached}


@pytest.fixture
def made(tmp_path):
    """A workbook made by openpyxl: ``fill`` gets its sheet."""

    def make(fill):
        book = Workbook()
        fill(book.active)
        book.save(tmp_path / "made.xlsx")
        return tmp_path / "made.xlsx"

    return make


def test_a_hyperlinks_target_is_a_text_of_its_cell(kit, made):
    def fill(sheet):
        sheet.append(["host", "report"])
        sheet.append(["a", "VT"])
        sheet["B2"].hyperlink = ADDRESS

    assert attached(kit, made(fill)) == {2: ((1, ADDRESS),)}


def test_a_link_over_several_rows_is_put_to_each_and_its_tip_is_read(kit):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in (1, 2, 3, 4))
    links = '<hyperlinks><hyperlink ref="A2:A3" r:id="rId9" tooltip="see x"/><hyperlink ref="A4" location="A1"/></hyperlinks>'
    parts = kit.parts(around(kit, rows, after=links))
    relation = f'<Relationship Id="rId9" Type="{kit.office}/hyperlink" Target="{ADDRESS}" TargetMode="External"/>'
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = f"<Relationships>{relation}</Relationships>"
    texts = ((0, ADDRESS), (0, "see x"))
    assert attached(kit, kit.write(parts)) == {2: texts, 3: texts}


def test_an_address_that_the_cell_shows_is_not_said_twice(kit, made):
    def fill(sheet):
        sheet.append(["https://example.com"])
        sheet["A1"].hyperlink = "https://example.com/"

    assert attached(kit, made(fill)) == {}


def test_a_comment_is_a_text_of_its_cell_even_where_no_cell_is(kit, made):
    def fill(sheet):
        sheet.append(["host"])
        sheet.append(["a"])
        sheet["A2"].comment = Comment(f"sample {HASH}", "me")
        sheet["C5"].comment = Comment(HASH, "me")

    path = made(fill)
    assert attached(kit, path) == {2: ((0, f"sample {HASH}"),), 5: ((2, HASH),)}
    target, _ = kit.give(path, {"Sheet": kit.addition([2, 5])})
    sheet = load_workbook(target)["Sheet"]
    assert [sheet["D2"].value, sheet["D3"].value, sheet["D5"].value] == ["found", None, "found"]
    assert sheet["C5"].comment.text == HASH


def test_a_threads_own_words_are_read_and_not_the_note_that_stands_in_for_them(kit):
    parts = kit.parts('<row r="1"><c r="A1"><v>1</v></c></row>')
    kinds = (("comments", "comments1"), ("threadedComment", "threaded1"))
    relations = "".join(f'<Relationship Id="{k}" Type="x/{k}" Target="/xl/{part}.xml"/>' for k, part in kinds)
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = f"<Relationships>{relations}</Relationships>"
    note = "[Threaded comment] Learn more: https://go.microsoft.com/fwlink/?linkid=870924 Comment: it is bad"
    parts["xl/comments1.xml"] = (
        f'<comments xmlns="{kit.main}"><commentList><comment ref="A1"><text><r><t>{note}</t></r></text></comment>'
        '<comment ref="B1"><text><t>plain</t></text></comment></commentList></comments>'
    )
    parts["xl/threaded1.xml"] = (
        '<ThreadedComments><threadedComment ref="A1"><text>it is bad</text></threadedComment></ThreadedComments>'
    )
    assert attached(kit, kit.write(parts)) == {1: ((0, "it is bad"), (1, "plain"))}


def cell(formula, rest=""):
    return f'<row r="1"><c r="A1"{" t=" + chr(34) + "str" + chr(34) if rest else ""}>{formula}{rest}</c></row>'


@pytest.mark.parametrize(
    ("formula", "shown", "expected"),
    [
        (f'HYPERLINK("{ADDRESS}","VT")', "VT", (ADDRESS,)),
        (f'hyperlink("https://x/{HASH[:30]}"&amp;"{HASH[30:]}";"VT")', "VT", (f"https://x/{HASH}",)),
        (f'HYPERLINK("{ADDRESS}")', ADDRESS, ()),
        (f'IF(A2="{HASH}","bad","good")', "good", ()),
        (f'LOWER("{HASH}")', "", (HASH,)),
        (f'CONCATENATE("{HASH[:32]}","{HASH[32:]}")', "", (HASH,)),
        ("LOWER(B7)", "", ()),
    ],
)
def test_a_formula_that_links_or_has_no_result_gives_the_texts_in_it(kit, formula, shown, expected):
    path = kit.book(cell(f"<f>{formula}</f>", f"<v>{shown}</v>" if shown else ""))
    assert attached(kit, path) == ({1: tuple((0, text) for text in expected)} if expected else {})


def test_a_shared_formula_is_read_for_each_of_its_cells(kit):
    rows = (
        f'<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="3">"{HASH}"</f></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="3"/></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="3"/><!-- not plain --></c></row>'
    )
    assert attached(kit, kit.book(rows)) == dict.fromkeys((1, 2, 3), ((0, HASH),))


def test_formulas_without_a_result_are_told_by_row_and_counted(kit):
    rows = (
        '<row r="1"><c r="A1" t="str"><f>""</f><v></v></c></row>'
        '<row r="2"><c r="B2"><f>LOWER(Z1)</f><v></v></c></row>'
        '<row r="3"><c r="A3"><f>1-1</f><v>0</v></c><c r="B3"><f>Z2</f></c></row>'
    )
    document = kit.open(kit.book(rows))
    assert {row.number: row.uncalculated for row in document.rows("Sheet1")} == {2: (1,), 3: (1,)}
    assert "2 formulas have no result in the file (the first in B2)" in document.warnings[0]


@pytest.mark.parametrize(
    ("formula", "known"),
    [
        (f'HYPERLINK("https://vt.example/{HASH}")', True),
        (f'HYPERLINK( "https://vt.example/{HASH}" , "open ""it""" )', True),
        (f'HYPERLINK("https://vt.example/{HASH}",A1)', False),
        (f'HYPERLINK("https://vt.example/"&amp;A1&amp;"{HASH}")', False),
        (f'HYPERLINK("https://vt.example/{HASH}")&amp;A1', False),
    ],
)
def test_a_link_of_texts_alone_lacks_no_result(kit, formula, known):
    document = kit.open(kit.book(f'<row r="1"><c r="A1"><f>{formula}</f><v></v></c></row>'))
    [row] = document.rows("Sheet1")
    assert row.uncalculated == (() if known else (0,))
    assert any(HASH in text for _, text in row.attached)
    assert any("no result" in warning for warning in document.warnings) is not known


def test_the_zeros_that_xlsxwriter_writes_for_results_are_none(kit):
    rows = f'<row r="1"><c r="A1"><f>LOWER("{HASH}")</f><v>0</v></c></row>'
    parts = kit.parts(rows, names='<calcPr calcId="124519" fullCalcOnLoad="1"/>')
    row = next(kit.open(kit.write(parts)).rows("Sheet1"))
    assert row.attached == ((0, HASH),)
    assert row.uncalculated == (0,)


def test_what_a_merged_cell_holds_is_a_text_of_each_row_below(kit, made):
    def fill(sheet):
        for line in (["title"], ["host", "md5"], ["a", HASH], ["b"], [None, None, "c"], ["d", "x"]):
            sheet.append(line)
        for area in ("A1:C1", "B3:B5"):
            sheet.merge_cells(area)

    assert attached(kit, made(fill)) == {4: ((1, HASH),), 5: ((1, HASH),)}


def test_merged_columns_over_all_rows_stay_bounded(kit, monkeypatch):
    monkeypatch.setattr("enrich.formats.shared.attachments.MOST_COVERED", 10)
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>1</v></c></row>' for n in range(1, 30))
    merged = '<mergeCells><mergeCell ref="A1:A1048576"/></mergeCells>'
    document = kit.open(kit.book(around(kit, rows, after=merged)))
    assert sum(len(row.attached) for row in document.rows("Sheet1")) == 10
    assert any("18 cells are covered by merged ones" in warning for warning in document.warnings)


def test_a_closing_tag_in_a_comment_is_not_the_rows_end(kit):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><!-- </sheetData> --><row r="2"><c r="A2"><v>2</v></c></row>'
    links = '<hyperlinks><hyperlink ref="A2" r:id="rId1"/></hyperlinks>'
    parts = kit.parts(around(kit, rows, after=links))
    relation = f'<Relationship Id="rId1" Type="{kit.office}/hyperlink" Target="{ADDRESS}" TargetMode="External"/>'
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = f"<Relationships>{relation}</Relationships>"
    assert attached(kit, kit.write(parts)) == {2: ((0, ADDRESS),)}


@given(some.lists(some.text(some.sampled_from('ab" &,'), max_size=5), min_size=1, max_size=4))
def test_texts_joined_in_a_formula_come_out_as_one(texts):
    written = "&".join('"' + text.replace('"', '""') + '"' for text in texts)
    whole = "".join(texts)
    assert literals(f"={written}") == ([whole] if any(map(str.isalnum, whole)) else [])


@pytest.mark.parametrize("cell", ["C1", "E5"])
def test_a_comments_column_stands_in_its_rows_texts_where_no_cell_does(kit, made, cell):
    def fill(sheet):
        sheet.append(["Case", "what was seen"])
        sheet[cell].comment = Comment("dropper", "analyst")

    document = kit.open(made(fill))
    column, number = ord(cell[0]) - ord("A"), int(cell[1])
    row = next(row for row in document.rows(document.sheets[0]) if row.number == number)
    assert row.attached == ((column, "dropper"),)
    assert row.texts[column:] == [""]
