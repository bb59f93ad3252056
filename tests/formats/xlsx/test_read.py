"""Cells of every kind, in every legal way of writing them, read as the text that they mean."""

from __future__ import annotations

import pytest

HEX = "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f"


def test_every_kind_of_cell_becomes_text_as_it_is_stored(kit):
    cells = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>in &amp; line</t></is></c>'
        '<c r="C1"><v>1.23E+31</v></c><c r="D1" t="b"><v>1</v></c><c r="E1" t="e"><v>#N/A</v></c>'
        '<c r="F1" t="str"><f>A1&amp;"x"</f><v>made</v></c><c r="G1"><v>00012</v></c><c r="H1" s="1"/></row>'
    )
    path = kit.book(cells, strings=f"<si><t>{HEX}</t></si>")
    assert kit.texts(path) == {1: [HEX, "in & line", "1.23E+31", "TRUE", "#N/A", "made", "00012"]}


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        ('s="0" t="str"', 't="str" s="0"'),  # Apache POI, Numbers
        (' t="str"', ' t="str" cm="1" vm="2" ph="1"'),
        ('"', "'"),
        ("<v>", '<v xml:space="preserve">'),
        ("><", ">\n  <"),
    ],
    ids=["order", "more attributes", "single quotes", "space", "indented"],
)
def test_rows_as_other_programs_write_them_take_no_full_parser(kit, monkeypatch, written, otherwise):
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" s="0" t="str"><v>{HEX}</v></c><c r="C{n}" s="1"><v>{45292 + n}</v></c></row>'
        for n in (1, 2)
    )
    usual = kit.texts(kit.book(rows))
    assert usual[2] == [HEX, "", "2024-01-03"]
    monkeypatch.delattr("enrich.formats.xlsx.sheet.read.odd_cells")
    assert kit.texts(kit.book(rows.replace(written, otherwise))) == usual


def test_rich_text_is_joined_and_phonetic_guides_are_left_out(kit):
    rich = "<si><r><rPr><b/></rPr><t>275a</t></r><r><t xml:space='preserve'> 021b</t></r><rPh sb='0' eb='1'><t>no</t></rPh></si>"
    path = kit.book(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>'
        '<c r="D1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>',
        strings=rich + "<si/><si><t><![CDATA[a<b]]></t></si>",
    )
    assert kit.texts(path) == {1: ["275a 021b", "", "a<b", "ab"]}


@pytest.mark.parametrize(
    ("written", "meant"),
    [("_x0041_", "A"), ("_x005F_x0041_", "_x0041_"), ("_xD83D__xDE00_", "😀"), ("a&#10;b", "a\nb"), ("a\r\nb", "a\nb")],
)
def test_escapes_mean_what_the_format_says(kit, written, meant):
    path = kit.book(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{written}</t></is></c></row>')
    assert kit.texts(path) == {1: [meant]}


@pytest.mark.parametrize(
    ("style", "stored", "shown"),
    [
        (1, "45292", "2024-01-01"),
        (2, "45292.5", "2024-01-01T12:00:00"),
        (1, "1", "1900-01-01"),
        (1, "61", "1900-03-01"),
        (2, "0.25", "06:00:00"),
        (1, "99999999", "99999999"),
        (0, "45292", "45292"),
        (2, "45292.9999999", "2024-01-02"),
    ],
)
def test_dates_become_iso_text_by_their_number_format(kit, style, stored, shown):
    path = kit.book(f'<row r="1"><c r="A1" s="{style}"><v>{stored}</v></c></row>')
    assert kit.texts(path) == {1: [shown]}


def test_the_1904_system_is_shifted(kit):
    path = kit.book('<row r="1"><c r="A1" s="1"><v>43830</v></c></row>', workbook='<workbookPr date1904="1"/>')
    assert kit.texts(path) == {1: ["2024-01-01"]}


@pytest.mark.parametrize(
    "sheet",
    [
        '<row><c t="inlineStr"><is><t>a</t></is></c><c><v>2</v></c></row><row r="4"><c r="B4"><v>3</v></c></row>',
        "<row r='1'><c r='A1' t='inlineStr'><is><t>a</t></is></c><c r='B1'><v>2</v></c></row><row r='4'><c r='B4'><v>3</v></c></row>",
        (
            '\r\n  <row r="1">\r\n    <c r="A1" t="inlineStr">\r\n <is>\r\n<t>a</t></is></c>\r\n<c r="B1">\r\n<v>2</v>\r\n</c>\r\n'
            '</row >\r\n<row r="2"/><row r="4"><c r="B4"><v>3</v></c></row>\r\n'
        ),
        (
            '<row r="1"><!-- </row> --><c r="A1" t="inlineStr"><is><t><![CDATA[a]]></t></is></c><c r="B1"><v>2</v></c></row>'
            '<!-- <row r="9"/> --><?x </row>?><row r="4" ht="1"><c r="B4"><v>3</v></c><extLst><ext uri="c"><c/></ext></extLst></row>'
        ),
        (
            '<row r="1" x:note="a > b" xmlns:x="u"><c r="A1" x:n=">" t="inlineStr"><is><t>a</t></is></c><c r="B1"><v>2</v></c></row>'
            '<row r="4"><c r="A4" s="1"/><c r="B4"><v>3</v></c></row>'
        ),
    ],
    ids=["no numbers", "single quotes", "pretty printed", "comments and CDATA", "angle bracket in attribute"],
)
def test_odd_but_legal_xml_reads_the_same(kit, sheet):
    assert kit.texts(kit.book(sheet)) == {1: ["a", "2"], 4: ["", "3"]}


def test_prefixed_and_strict_namespaces_read_the_same(kit):
    for space in (kit.main, "http://purl.oclc.org/ooxml/spreadsheetml/main"):
        sheet = (
            f'<x:worksheet xmlns:x="{space}"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>a</x:t>'
            "</x:is></x:c><x:c r='B1'><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>"
        )
        assert kit.texts(kit.book(sheet)) == {1: ["a", "2"]}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1251"])
def test_other_encodings_are_read(kit, encoding):
    named = {"utf-16": "UTF-16", "utf-8-sig": "UTF-16", "cp1251": "windows-1251"}[encoding]
    sheet = (
        f'<?xml version="1.0" encoding="{named}"?><worksheet xmlns="{kit.main}"><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>хэш</t></is></c></row></sheetData></worksheet>'
    )
    parts = kit.parts("")
    parts["xl/worksheets/sheet1.xml"] = sheet.encode(encoding)
    assert kit.texts(kit.write(parts)) == {1: ["хэш"]}


def test_a_used_range_with_nothing_in_it_yields_no_row(kit):
    rows = "".join(f'<row r="{i}"><c r="A{i}" s="1"/></row>' for i in range(2, 2000)) + '<row r="1048576" ht="15"/>'
    path = kit.book('<row r="1"><c r="A1"><v>1</v></c></row>' + rows)
    assert kit.texts(path) == {1: ["1"]}


def test_a_row_longer_than_a_piece_of_the_stream_is_whole(kit):
    long = "x" * 700_000
    path = kit.book(
        f'<row r="1"><c r="A1" t="inlineStr"><is><t>{long}</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
    )
    assert kit.texts(path) == {1: [long], 2: ["1"]}


def test_cells_that_point_at_no_string_are_blank_and_said(kit):
    path = kit.book('<row r="1"><c r="A1" t="s"><v>7</v></c><c r="B1"><v>1</v></c></row>', strings="<si><t>a</t></si>")
    document = kit.open(path)
    assert [list(r.texts) for r in document.rows("Sheet1")] == [["", "1"]]
    assert "1 cell" in document.warnings[0]


def test_member_names_are_found_whatever_their_slashes_and_case(kit):
    parts = kit.parts('<row r="1"><c r="A1"><v>1</v></c></row>')
    renamed = {name.replace("xl/worksheets/", "xl\\Worksheets\\"): content for name, content in parts.items()}
    assert kit.texts(kit.write(renamed)) == {1: ["1"]}
