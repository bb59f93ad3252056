"""What lies around the rows knows of our columns: tables, filters, widths; or keeps them at a distance."""

from __future__ import annotations

import openpyxl
import pytest
from lxml import etree

from tests.formats.xlsx.parts import HEAD, around, line, packed, table, with_table


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


@pytest.mark.parametrize(
    ("first", "last", "beside"),
    [(0, 1, True), (1, 30, True), (2, 30, False), (9, 30, False)],
)
def test_a_chart_pushes_our_columns_only_where_it_shares_rows_with_the_data(kit, first, last, beside):
    parts = kit.parts(around(kit, HEAD + line(2), after='<drawing r:id="rId1"/>'))
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        f'<Relationships><Relationship Id="rId1" Type="{kit.office}/drawing" Target="../drawings/d.xml"/></Relationships>'
    )
    parts["xl/drawings/d.xml"] = (
        f"<wsDr><twoCellAnchor><from><col>0</col><row>{first}</row></from>"
        f"<to><col>9</col><colOff>9</colOff><row>{last}</row></to></twoCellAnchor></wsDr>"
    )
    given, warnings = kit.give(kit.write(parts), {"Sheet1": kit.addition([2])})
    assert kit.texts(given)[2].index("found") == (10 if beside else 2)
    assert bool(warnings) == beside
