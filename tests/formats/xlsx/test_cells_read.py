"""Blank cells that formulas read stay blank: our columns begin beyond them."""

from __future__ import annotations

import time

import pytest

from tests.formats.xlsx.parts import HEAD, around, line

RULE = '<conditionalFormatting sqref="A2:B9"><cfRule type="expression" priority="1"><formula>{}</formula></cfRule></conditionalFormatting>'
LIST = '<dataValidations count="1"><dataValidation type="list" sqref="A2"><formula1>{}</formula1></dataValidation></dataValidations>'


def first_column(kit, path):
    """Where ours begin (from 0), and what is said of it."""
    given, warnings = kit.give(path, {"Sheet1": kit.addition([2, 3])})
    return kit.texts(given)[1].index("vt_status"), warnings


def other_sheet(formula):
    return f'<row r="1"><c r="A1"><f>{formula}</f><v>0</v></c></row>'


@pytest.mark.parametrize(
    ("formula", "begins"),
    [
        ("Sheet1!C2", 3),
        ("SUM(Sheet1!$D$2:$E$9)", 5),
        ("Sheet1!C2+Sheet1!E2", 5),
        ("COUNTIF('sheet1'!F:F,&quot;done&quot;)", 6),
        ("Sheet1!C2&amp;Sheet1!Z2", 3),  # ours end left of Z
        ("VLOOKUP(A2,Sheet1!A:Z,2,0)", 2),  # begins among what is used: it reads the list
        ("SUM(Sheet1!2:2)", 2),
        ("C2+D2", 2),  # of its own sheet
        ("[1]Sheet1!C2+'[2]Sheet1'!D2", 2),  # of other files
        ("T[C2]+LOG10(Sheet1!A2)+C2D", 2),
        ("&quot;Sheet1!C2&quot;&amp;Sheet1!A2", 2),
    ],
)
def test_what_a_formula_of_any_sheet_reads_stays_blank(kit, formula, begins):
    found, warnings = first_column(kit, kit.book(HEAD + line(2) + line(3), other_sheet(formula)))
    assert found == begins
    assert any("right of cells that formulas read" in w for w in warnings) == (begins > 2)


def test_formulas_that_differ_in_a_digit_of_their_sheet_are_two(kit):
    rows = '<row r="1"><c r="A1"><f>Sheet2!C2</f><v>0</v></c><c r="B1"><f>Sheet1!C2</f><v>0</v></c></row>'
    assert first_column(kit, kit.book(HEAD + line(2), rows))[0] == 3


def test_a_formula_that_was_filled_to_the_right_reads_further_columns(kit):
    shared = '<row r="1"><c r="A1"><f t="shared" ref="A1:C1" si="0">Sheet1!D2</f><v>0</v></c></row>'
    assert first_column(kit, kit.book(HEAD + line(2), shared))[0] == 6
    array = '<row r="1"><c r="A1"><f t="array" ref="A1:C1">Sheet1!D2</f><v>0</v></c></row>'
    assert first_column(kit, kit.book(HEAD + line(2), array))[0] == 4


@pytest.mark.parametrize("written", [RULE, LIST])
def test_rules_beside_the_rows_count_as_formulas(kit, written):
    sheet = around(kit, HEAD + line(2), after=written.format("LEN($C2)&gt;0"))
    assert first_column(kit, kit.book(sheet))[0] == 3


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("Done", 3),
        ("_xlnm.Criteria", 3),
        ("_xlnm.Print_Area", 2),
        ("_xlnm.Print_Titles", 2),
        ("_xlnm._FilterDatabase", 2),
    ],
)
def test_a_defined_name_counts_as_a_formula_unless_it_says_what_is_printed_or_filtered(kit, name, begins):
    place = f'<definedName name="{name}" localSheetId="0">Sheet1!$C$2:$C$9</definedName>'
    names = f"<definedNames>{place}</definedNames>"
    assert first_column(kit, kit.book(HEAD + line(2), names=names))[0] == begins


def test_cells_too_far_to_the_right_are_filled_and_that_is_said(kit):
    found, warnings = first_column(kit, kit.book(HEAD + line(2), other_sheet("SUM(Sheet1!C2:DD2)")))
    assert found == 2
    assert "Sheet1: formulas read cells that the new columns fill" in warnings


def test_columns_of_an_earlier_run_stay_where_they_are_though_formulas_read_them(kit):
    path = kit.book(HEAD + line(2), other_sheet("COUNTIF(Sheet1!E:E,&quot;&gt;0&quot;)"))
    given, _ = kit.give(path, {"Sheet1": kit.addition([2])})
    assert kit.texts(given)[1].index("vt_status") == 5
    present = {c.name: i for i, c in enumerate(kit.columns, 5)}
    again, warnings = kit.give(given, {"Sheet1": kit.addition([2], present=present)})
    assert kit.texts(again)[1] == kit.texts(given)[1]
    assert not warnings


def test_a_formula_of_nothing_but_quotes_takes_no_long_time(kit):
    start = time.perf_counter()
    first_column(kit, kit.book(HEAD + line(2), other_sheet("'" * 300_000 + "A" * 300_000 + "$A" * 100_000)))
    assert time.perf_counter() - start < 10
