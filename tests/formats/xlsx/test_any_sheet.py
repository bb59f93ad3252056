"""Whatever legal sheet comes in: without our cells the sheet that goes out is the one that came in."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LETTERS = "ABCDEFGHIJ"
GAPS = st.sampled_from(["", "", "", "\n  ", "\r\n\t", "<!-- </row> </sheetData> -->", "<?pi </row>?>"])
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8
)


@st.composite
def cells(draw, prefix, row):
    """A row's cells: any kind, in any columns ascending, with or without references and odd attributes."""
    columns = sorted(draw(st.sets(st.integers(0, 9), max_size=6)))
    referenced = draw(st.booleans()) or columns != list(range(len(columns)))
    out = []
    for column in columns:
        quote = draw(st.sampled_from("\"'"))
        reference = f" r={quote}{LETTERS[column]}{row}{quote}" if referenced else ""
        style = draw(st.sampled_from(["", ' s="1"', " s = '3'"]))
        odd = draw(st.sampled_from(["", "", "", ' vm="1"', ' cm = "2"', ' x:a="1 > 0"']))
        p, gap = prefix, draw(GAPS)
        text = draw(TEXTS)
        body, kind = draw(
            st.sampled_from(
                [
                    ("", ""),
                    (f"<{p}v>{column}.5</{p}v>", ""),
                    (f"<{p}v>1</{p}v>", ' t="b"'),
                    (f"<{p}is><{p}t>{escape(text)}</{p}t></{p}is>", ' t="inlineStr"'),
                    (f"<{p}is><{p}r><{p}t><![CDATA[a]]></{p}t></{p}r></{p}is>", ' t="inlineStr"'),
                    (f"<{p}f>1&lt;2</{p}f><{p}v>0</{p}v>", ' t="b"'),
                    (f'<{p}f t="shared" si="0"/><{p}v>{escape(text)}</{p}v>', ' t="str"'),
                ]
            )
        )
        inside = f">{gap}{body}</{p}c>" if body or gap else draw(st.sampled_from(["/>", f"></{p}c>", " />"]))
        out.append(f"<{p}c{reference}{style}{kind}{odd}{inside}{draw(GAPS)}")
    return "".join(out)


@st.composite
def sheets(draw):
    prefix = draw(st.sampled_from(["", "", "m:", "main.ns:"]))
    space = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    number, rows, filled = 0, [], []
    numbered = draw(st.booleans())
    for _ in range(draw(st.integers(1, 6))):
        number += draw(st.integers(1, 3)) if numbered else 1
        content = draw(cells(prefix, number))
        written = (
            draw(st.sampled_from([f' r="{number}"', f" r='{number}'", f' spans="1:3" r="{number}"']))
            if numbered
            else ""
        )
        written += draw(st.sampled_from(["", ' ht="15" customHeight="1"', " x:n='>'"]))
        end = f"></{prefix}row{draw(st.sampled_from(['', ' ']))}>" if not content else f">{content}</{prefix}row>"
        rows.append(
            draw(GAPS) + f"<{prefix}row{written}" + (draw(st.sampled_from([end, "/>"])) if not content else end)
        )
        filled.append(number)
    before = draw(
        st.sampled_from(
            [
                "",
                f'<{prefix}dimension ref="A1:C3"/>',
                f'<{prefix}cols><{prefix}col min="2" max="20" width="9"/></{prefix}cols>',
            ]
        )
    )
    after = draw(
        st.sampled_from(["", f'<{prefix}mergeCells count="1"><{prefix}mergeCell ref="A1:B1"/></{prefix}mergeCells>'])
    )
    sheet = (
        f'<{prefix}worksheet {space}="{MAIN}" xmlns:x={quoteattr("urn:x")}>{before}<{prefix}sheetData>{"".join(rows)}'
        f"{draw(GAPS)}</{prefix}sheetData>{after}</{prefix}worksheet>"
    )
    return sheet, filled


def without_ours(xml, ours):
    """Canonical rows without the cells in our columns and without blank ones that stood there."""
    root = etree.fromstring(xml.encode())
    for row in root.iter("{*}row"):
        row.attrib.pop("spans", None)
        at = -1
        for cell in list(row.findall("{*}c")):
            name = re.match("[A-Z]*", cell.get("r", ""))[0]
            at = openpyxl.utils.column_index_from_string(name) - 1 if name else at + 1
            if at in ours:
                remove(row, cell)
    data = root.find("{*}sheetData")
    return etree.tostring(data, method="c14n")


def remove(row, cell):
    """Takes a cell out and leaves the text behind it."""
    previous = cell.getprevious()
    if previous is None:
        row.text = (row.text or "") + (cell.tail or "")
    else:
        previous.tail = (previous.tail or "") + (cell.tail or "")
    row.remove(cell)


@pytest.mark.slow
@settings(suppress_health_check=list(HealthCheck))
@given(sheets(), st.data())
def test_the_sheet_without_our_cells_is_the_sheet_that_came_in(kits, sheet, data):
    xml, rows = sheet
    kit = kits()
    wanted = data.draw(st.sets(st.sampled_from(rows)))
    header = data.draw(st.sampled_from([None, rows[0]]))
    path = kit.book(xml)
    before = kit.texts(path)
    target, _ = kit.give(path, {"Sheet1": kit.addition(wanted, header=header)})
    after, given_xml = kit.texts(target), kit.part(target, "xl/worksheets/sheet1.xml")
    places = [texts.index("found") for n, texts in after.items() if n in wanted and n != header and "found" in texts]
    start = places[0] if places else max([len(t) for t in before.values()] + [0])
    headed = after.get(header, []) if header else []
    start = headed.index("vt_status") if "vt_status" in headed else start
    ours = set(range(start, start + 6))
    assert set(places) <= {start}
    for number, texts in after.items():
        assert [t for t in texts[:start] if t] == [t for t in before.get(number, []) if t]
        gets = number in wanted or number == header
        assert bool(texts[start:]) == gets
    assert without_ours(given_xml, ours) == without_ours(xml, ours)
    ascending(given_xml)
    for document in kit.opened:
        document.close()


def ascending(xml):
    """Every row's references go up, none twice."""
    for row in etree.fromstring(xml.encode()).iter("{*}row"):
        found = [re.match("[A-Z]+", c.get("r"))[0] for c in row.findall("{*}c") if c.get("r")]
        numbers = [openpyxl.utils.column_index_from_string(n) for n in found]
        assert numbers == sorted(set(numbers))
