"""Small files that would make long work: the work is bounded, and where it cannot be done a sentence says so."""

from __future__ import annotations

import pytest

from enrich.errors import InputError
from enrich.formats.shared.attachments import Attachments
from enrich.formats.xlsx.package import archive, xml_edit
from enrich.formats.xlsx.package.xml_edit import MOST_ELEMENTS
from enrich.formats.xlsx.sheet.layout import rows_of
from enrich.model.row import Row
from tests.formats.xlsx.parts import around, table, with_table

HASH = "a" * 64
ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>SHA256</t></is></c></row>'
    f'<row r="2"><c r="A2" t="inlineStr"><is><t>{HASH}</t></is></c></row>'
)
TOO_MANY = "<x/>" * (MOST_ELEMENTS + 1)


def refused(kit, path, *words):
    with pytest.raises(InputError) as caught:
        kit.texts(path)
    assert all(word in str(caught.value) for word in words)


def test_more_elements_behind_the_rows_than_any_sheet_has_are_refused(kit):
    refused(kit, kit.book(around(kit, ROWS, after=f"<extLst>{TOO_MANY}</extLst>")), "Sheet1", "elements")


def test_they_are_counted_before_any_is_made(monkeypatch):
    monkeypatch.setattr(xml_edit, "Element", None)
    with pytest.raises(xml_edit.MarkupError, match="elements"):
        xml_edit.parse(f"<a>{TOO_MANY}</a>".encode())


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
def test_so_are_those_of_every_part_that_is_read_into_elements(kit, part):
    parts = kit.parts(ROWS)
    text = str(parts[part])
    parts[part] = text[: text.rindex("</")] + TOO_MANY + text[text.rindex("</") :]
    refused(kit, kit.write(parts), part, "elements")


def test_so_are_those_of_a_table(kit):
    path = with_table(kit, ROWS, table(kit, "A1:A2", ["SHA256"], inside=TOO_MANY))
    with pytest.raises(InputError, match="table1"):
        kit.open(path).header_row("Sheet1")


def test_elements_are_counted_over_all_parts(kit, monkeypatch):
    path = kit.book(*[around(kit, ROWS, after="<extLst>" + "<x/>" * 500 + "</extLst>")] * 3)
    monkeypatch.setattr(archive, "MOST_ELEMENTS_IN_ALL", 1_200)
    document = kit.open(path)
    assert list(document.rows("Sheet1")) == list(document.rows("Sheet1"))  # a part counts once
    list(document.rows("Sheet2"))
    with pytest.raises(InputError, match="around the rows"):
        list(document.rows("Sheet3"))


def test_attributes_are_counted_too(monkeypatch):
    monkeypatch.setattr(xml_edit, "MOST_ATTRIBUTES", 3)
    xml_edit.parse(b'<a b="1" c="2" d="3"/>')
    with pytest.raises(xml_edit.MarkupError, match="attributes"):
        xml_edit.parse(b'<a b="1" c="2" d="3" e="4"/>')


def test_an_element_s_text_is_whole_though_others_stand_in_it():
    root = xml_edit.parse(b"<a>one<b>two</b>three<b/>four</a>")
    assert (root.text, [child.text for child in root.children]) == ("onethreefour", ["two", ""])


def test_many_areas_over_the_whole_sheet_give_cells_of_used_rows_once(kit):
    merged = '<mergeCells><mergeCell ref="A3:XFD1048576"/>' + '<mergeCell ref="A2:XFD1048576"/>' * 20_000
    path = kit.book(around(kit, ROWS, after=merged + "</mergeCells>"))
    given, warnings = kit.give(path, {"Sheet1": kit.addition([2])})
    assert kit.texts(given)[2] == [HASH]
    assert any("1 row is merged to the end" in warning for warning in warnings)


def test_rows_of_areas_are_joined_and_end_with_the_last_used_one():
    assert rows_of([range(5, 9), range(2, 4), range(7, 2_000_000), range(8, 1 << 60)], 10) == {2, 3, 5, 6, 7, 8, 9, 10}
    assert rows_of([range(5, 9)], 3) == set()
    assert rows_of([], 3) == set()


def test_a_table_whose_totals_are_more_rows_than_it_has_takes_none_before_it(kit):
    part = table(kit, "A1:A2", ["SHA256"], extra=' totalsRowCount="999999999"')
    given, _ = kit.give(with_table(kit, ROWS, part), {"Sheet1": kit.addition([2])})
    assert kit.texts(given)[2] == [HASH]  # its only row is one of totals


def test_what_merged_cells_cover_ends_with_each_area(monkeypatch):
    monkeypatch.setattr("enrich.formats.shared.attachments.MOST_COVERED", 3)
    areas = [(0, 1, 0, 3), (1, 1, 1, 5)]
    attachments = Attachments(merged=areas)
    rows = list(attachments.put([Row(1, ["x", "y"]), *(Row(n, []) for n in range(2, 8))]))
    assert [row.attached for row in rows[:4]] == [(), ((0, "x"), (1, "y")), ((0, "x"), (1, "y")), ()]
    assert attachments.left_out == 2  # rows 4 and 5 of the longer one
