"""ListObjects of one sheet: each that gets cells of ours grows, or it is said why not."""

from __future__ import annotations

import openpyxl

TEXT = '<c r="{0}" t="inlineStr"><is><t>{1}</t></is></c>'


def rows(first, last, *, headed=True):
    lines = [
        f'<row r="{n}">{TEXT.format(f"A{n}", f"pc{n}")}{TEXT.format(f"B{n}", f"{n:064x}")}</row>'
        for n in range(first + headed, last + 1)
    ]
    head = f'<row r="{first}">{TEXT.format(f"A{first}", "Host")}{TEXT.format(f"B{first}", "SHA256")}</row>'
    return "".join([head, *lines] if headed else lines)


def book(kit, content, *tables):
    listed = "".join(f'<tablePart r:id="rId{n}"/>' for n in range(1, len(tables) + 1))
    parts = kit.parts(
        f'<worksheet xmlns="{kit.main}" xmlns:r="{kit.office}"><sheetData>{content}</sheetData>'
        f'<tableParts count="{len(tables)}">{listed}</tableParts></worksheet>'
    )
    rels = ""
    for number, (area, extra, names) in enumerate(tables, 1):
        columns = "".join(f'<tableColumn id="{i}" name="{name}"/>' for i, name in enumerate(names, 1))
        parts[f"xl/tables/table{number}.xml"] = (
            f'<table xmlns="{kit.main}" id="{number}" name="T{number}" displayName="T{number}" ref="{area}"{extra}>'
            f'<tableColumns count="{len(names)}">{columns}</tableColumns></table>'
        )
        rels += f'<Relationship Id="rId{number}" Type="{kit.office}/table" Target="../tables/table{number}.xml"/>'
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = f'<Relationships xmlns="{space}">{rels}</Relationships>'
    return kit.write(parts)


NAMES = ("Host", "SHA256")


def test_tables_below_one_another_all_grow_under_headings_of_their_own(kit):
    tables = ("A1:B4", "", NAMES), ("A7:B12", "", ("Host", "VT_status"))
    path = book(kit, rows(1, 4) + rows(7, 12), *tables)
    wanted = [*range(2, 5), *range(8, 13)]
    given, warnings = kit.give(path, {"Sheet1": kit.addition(wanted, header=7)})
    sheet = openpyxl.load_workbook(given)["Sheet1"]
    assert dict(sheet.tables.items()) == {"T1": "A1:H4", "T2": "A7:H12"}
    assert (sheet["C1"].value, sheet["C7"].value) == ("vt_status", "vt_status (2)")
    assert warnings == []
    present = {column.name: 2 + place for place, column in enumerate(kit.columns)}
    again, _ = kit.give(given, {"Sheet1": kit.addition(wanted, header=7, present=present)})
    assert kit.texts(again) == kit.texts(given)
    assert kit.part(again, "xl/tables/table2.xml") == kit.part(given, "xl/tables/table2.xml")


def test_a_table_that_gets_no_cell_stays_as_it_is(kit):
    path = book(kit, rows(1, 4) + rows(7, 12), ("A1:B4", "", NAMES), ("A7:B12", "", NAMES))
    given, warnings = kit.give(path, {"Sheet1": kit.addition([8, 9], header=7)})
    assert 'ref="A1:B4"' in kit.part(given, "xl/tables/table1.xml")
    assert kit.texts(given)[1] == list(NAMES)
    assert warnings == []


def test_a_table_without_headings_is_said_not_to_grow(kit):
    path = book(kit, rows(2, 5, headed=False), ("A2:B5", ' headerRowCount="0"', NAMES))
    given, warnings = kit.give(path, {"Sheet1": kit.addition([2, 3], header=1)})
    assert "no row of headings" in warnings[0]
    assert 'ref="A2:B5"' in kit.part(given, "xl/tables/table1.xml")


def test_the_narrower_of_two_tables_is_said_not_to_grow(kit):
    wide = rows(7, 9).replace("</row>", f"{TEXT.format('C7', 'More')}</row>", 1)
    path = book(kit, rows(1, 4) + wide, ("A1:B4", "", NAMES), ("A7:C9", "", (*NAMES, "More")))
    given, warnings = kit.give(path, {"Sheet1": kit.addition([2, 3, 8, 9], header=7)})
    assert "'T1'" in warnings[0]
    assert openpyxl.load_workbook(given)["Sheet1"].tables["T2"].ref == "A7:I9"


def test_a_totals_row_bars_nothing_outside_of_its_own_table(kit):
    beside = rows(1, 3).replace("</row>", f"{TEXT.format('E3', 'x')}</row>")
    path = book(kit, beside, ("A1:B3", ' totalsRowCount="1"', NAMES))
    given, warnings = kit.give(path, {"Sheet1": kit.addition([2, 3])})
    assert kit.texts(given)[3][5] == "found"
    assert ["not extended" in warning for warning in warnings] == [True]


def test_our_columns_stand_right_of_a_pivot_table_s_area_be_it_blank_or_not(kit):
    """A pivot table that was never refreshed has no cells; when it is, its own go over what stands there."""
    parts = kit.parts(rows(1, 3))
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        f'<Relationships xmlns="{space}"><Relationship Id="rId1" Type="{kit.office}/pivotTable" '
        'Target="../pivotTables/pivotTable1.xml"/></Relationships>'
    )
    parts["xl/pivotTables/pivotTable1.xml"] = (
        f'<pivotTableDefinition xmlns="{kit.main}"><location ref="B5:E9"/></pivotTableDefinition>'
    )
    given, _ = kit.give(kit.write(parts), {"Sheet1": kit.addition([2])})
    assert kit.texts(given)[2][2:6] == ["", "", "", "found"]
