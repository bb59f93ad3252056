"""Looks that ours take over from the cells beside, and where taking them over would make ours unreadable."""

from __future__ import annotations

import openpyxl
import pytest

from tests.formats.xlsx.conftest import STYLES
from tests.formats.xlsx.parts import HEAD, line

LINK_BLUE = "FF0563C1"


ROWS = HEAD + line(2).replace('r="B2"', 'r="B2" s="4"')


def given_back(kit, *, font="", fill="", alignment="", rows=ROWS):
    """A workbook whose cell format 4 is made of these, given back; its sheet as openpyxl reads it."""
    styles = STYLES.replace("</fonts>", f"{font}</fonts>" if font else "</fonts>")
    styles = styles.replace("</fills>", f"{fill}</fills>" if fill else "</fills>")
    xf = f'<xf numFmtId="0" fontId="{2 if font else 0}" fillId="{2 if fill else 0}" borderId="0" xfId="0"'
    styles = styles.replace("</cellXfs>", f"{xf}>{alignment}</xf></cellXfs>")
    given, _ = kit.give(kit.book(rows, styles=styles), {"Sheet1": kit.addition([2])})
    return openpyxl.load_workbook(given)["Sheet1"]


@pytest.mark.parametrize("rotation", ["90", "255", "45"])
def test_our_headings_lie_flat_beside_rotated_ones_and_look_like_them_else(kit, rotation):
    rows = HEAD.replace('s="3"', 's="4"') + line(2)
    alignment = f'<alignment horizontal="center" vertical="center" textRotation="{rotation}" wrapText="1"/>'
    sheet = given_back(kit, font='<font><b/><sz val="12"/><name val="Arial"/></font>', alignment=alignment, rows=rows)
    assert sheet["B1"].alignment.textRotation == int(rotation)
    for cell in sheet[1][2:8]:
        assert (cell.alignment.textRotation, cell.alignment.vertical, cell.alignment.wrapText) == (0, "center", True)
        assert (cell.font.b, cell.font.sz) == (True, 12)


@pytest.mark.parametrize(("size", "larger"), [("10", 1), ("28", 2.8), ("20.5", 2.05), ("6", 1), ("409", 40.9)])
def test_our_columns_are_as_wide_as_the_letters_beside_ask_for(kit, size, larger):
    usual = given_back(kit)
    sheet = given_back(kit, font=f'<font><sz val="{size}"/><name val="Arial"/></font>')
    for name in "CDEFGH":
        wanted = usual.column_dimensions[name].width
        width = sheet.column_dimensions[name].width
        assert wanted <= width <= 255
        if name == "G":  # a text of 30 digits, whose heading is shorter
            assert width == pytest.approx(min(30 * larger + 0.71, 255), abs=0.01)


def test_columns_show_headings_of_large_letters_whole(kit):
    font = '<font><b/><sz val="20"/><name val="Arial"/></font>'
    sheet = given_back(kit, font=font, rows=HEAD.replace('s="3"', 's="4"') + line(2))
    assert sheet.column_dimensions["F"].width >= 2 * (len("vt_first_seen") + 3)


@pytest.mark.parametrize(
    ("fill", "own"),
    [
        ('<fgColor rgb="FF222222"/>', True),
        ('<fgColor rgb="FF1F4E78"/>', True),
        ('<fgColor theme="1"/>', True),
        ('<fgColor theme="3" tint="-0.25"/>', True),
        ('<fgColor theme="0" tint="-0.75"/>', True),
        ('<fgColor rgb="FFEEEEEE"/>', False),
        ('<fgColor rgb="FFDDEBF7"/>', False),
        ('<fgColor theme="0" tint="-0.15"/>', False),
        ('<fgColor theme="4" tint="0.8"/>', False),
        ("", False),
    ],
)
def test_a_link_is_blue_unless_its_ground_is_dark(kit, fill, own):
    font = '<font><sz val="10"/><color rgb="FFDDDDDD"/><name val="Arial"/></font>'
    pattern = f'<fill><patternFill patternType="solid">{fill}</patternFill></fill>' if fill else ""
    link = given_back(kit, font=font, fill=pattern)["H2"]
    assert link.font.u == "single"
    assert link.font.color.rgb == ("FFDDDDDD" if own else LINK_BLUE)


@pytest.mark.parametrize("colour", ['theme="oops" tint="none"', 'rgb="zz"', 'theme="1" tint="nan"', 'indexed="64"', ""])
@pytest.mark.parametrize("size", ["huge", "nan", "inf", "-3", "0"])
def test_colours_and_sizes_that_are_none_do_no_harm(kit, colour, size):
    styles = STYLES.replace("</fonts>", f'<font><sz val="{size}"/></font></fonts>')
    fill = f'<fill><patternFill patternType="solid"><fgColor {colour}/></patternFill></fill>'
    styles = styles.replace("</fills>", f"{fill}</fills>")
    styles = styles.replace("</cellXfs>", '<xf numFmtId="0" fontId="2" fillId="2" borderId="0" xfId="0"/></cellXfs>')
    given, _ = kit.give(kit.book(ROWS, styles=styles), {"Sheet1": kit.addition([2])})
    assert kit.texts(given)[2][2] == "found"
    assert 'width="30.7109375"' in kit.part(given, "xl/worksheets/sheet1.xml")
