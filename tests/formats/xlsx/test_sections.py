"""A page of several tables comes with charts that Excel draws from its cells, and leaves nothing behind when replaced."""

from __future__ import annotations

import posixpath
import subprocess
import zipfile

import openpyxl
import pytest
from lxml import etree

from enrich.model.column import Column, Type
from enrich.model.page import BarChart, Direction, Page, Section
from enrich.model.row import Added
from enrich.model.verdict import Tone
from tests.formats.xlsx.element_order import misplaced
from tests.formats.xlsx.parts import HEAD, line, packed

NAMES = (Column("name", "Name", "", Type.STATUS, width=30), Column("number", "Files", "", Type.INTEGER, width=8))
ROWS = (Added(("bad", 3), Tone.MALICIOUS), Added(("good", 40), Tone.UNDETECTED), Added(("<&>", 0), Tone.PLAIN))
BARS = Section("Counts", ("A sentence.",), NAMES, ROWS, BarChart("By <kind>"), lead=True)
YEARS = Section("Years", (), NAMES, ROWS[:2], BarChart("By year", Direction.ACROSS))
FACTS = Section("Facts", rows=(Added(("Term", "v" * 200)),), wide=True)
ORDERS = {
    "barChart": "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId",
    "ser": "idx order tx spPr invertIfNegative pictureOptions dPt dLbls trendline errBars cat val shape",
    "dPt": "idx invertIfNegative marker bubble3D explosion spPr pictureOptions",
    "dLbls": "dLbl delete numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize",
    "catAx": "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos "
    "spPr txPr crossAx crosses crossesAt auto lblAlgn lblOffset tickLblSkip tickMarkSkip noMultiLvlLbl",
    "valAx": "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos "
    "spPr txPr crossAx crosses crossesAt crossBetween majorUnit minorUnit dispUnits",
    "scaling": "logBase orientation max min",
    "chart": "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly dispBlanksAs",
    "chartSpace": "date1904 lang roundedCorners style clrMapOvr pivotSource protection chart spPr txPr externalData printSettings",
    "title": "tx layout overlay spPr txPr",
    "twoCellAnchor": "from to sp grpSp graphicFrame cxnSp pic contentPart clientData",
}


def summary(*sections: Section, title: str = "Summary") -> Page:
    return Page(title, intro=("Banner of ioc-enrich 1",), sections=iter(sections))


def charts_of(path, sheet="Summary"):
    """What openpyxl, which resolves every relationship and content type, sees of the charts."""
    return openpyxl.load_workbook(path)[sheet]._charts


def dangling(path) -> list[str]:
    """Relationships that lead nowhere, and parts without a content type or that nothing leads to."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        types = etree.fromstring(archive.read("[Content_Types].xml"))
        typed = [e.get("PartName").lstrip("/") for e in types if e.get("PartName")]
        led, wrong = set(), [name for name in typed if name not in names or typed.count(name) > 1]
        for rels in (name for name in names if name.endswith(".rels")):
            folder = posixpath.dirname(posixpath.dirname(rels))
            for e in etree.fromstring(archive.read(rels)):
                target = e.get("Target")
                whole = (
                    target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                )
                led.add(whole)
                wrong += [] if whole in names else [f"{rels}: {target}"]
        lost = {name for name in names if not name.endswith(".rels")} - led - {"[Content_Types].xml"}
        owners = {
            posixpath.join(posixpath.dirname(posixpath.dirname(n)), posixpath.basename(n)[:-5])
            for n in names
            if n.endswith(".rels")
        }
        wrong += sorted(lost | (owners - names - {""}))
        return wrong + [
            name
            for name in names
            if name.startswith(("xl/charts", "xl/drawings")) and not name.endswith(".rels") and name not in typed
        ]


def test_charts_draw_the_cells_and_wear_the_verdicts(kit):
    given, warnings = kit.give(kit.book(HEAD + line(2)), {}, [summary(BARS, YEARS, FACTS)])
    assert warnings == []
    bars, years = charts_of(given)
    sheet = openpyxl.load_workbook(given)["Summary"]
    series = bars.ser[0]
    for area, wanted in ((series.cat.strRef.f, ["bad", "good", "<&>"]), (series.val.numRef.f, [3, 40, 0])):
        name, _, cells = area.rpartition("!")
        assert name == "'Summary'"
        assert [cell.value for (cell,) in sheet[cells.replace("$", "")]] == wanted
    assert [int(point.v) for point in series.val.numRef.numCache.pt] == [3, 40, 0]
    assert [point.spPr.solidFill.srgbClr for point in series.dPt] == ["C00000", "548235", "7F7F7F"]
    assert (bars.barDir, years.barDir) == ("bar", "col")
    assert sheet[series.tx.strRef.f.rpartition("!")[2].replace("$", "")].value == "Files"
    assert dangling(given) == []


def test_sections_stand_below_one_another_and_no_chart_covers_the_next(kit):
    given, _ = kit.give(kit.book(HEAD + line(2)), {}, [summary(BARS, YEARS, FACTS)])
    sheet = openpyxl.load_workbook(given)["Summary"]
    first = {cell.value: cell.row for (cell,) in sheet["A1:A60"] if cell.value}
    assert list(first)[:4] == ["Banner of ioc-enrich 1", "Counts", "A sentence.", "Name"]
    bars, years = sheet._charts
    assert bars.anchor.to.row < first["Years"]
    assert years.anchor.to.row < first["Facts"]
    assert f"B{first['Term']}" not in sheet.merged_cells or sheet[f"B{first['Term']}"].value == "v" * 200
    assert sheet.row_dimensions[first["Term"]].height > 15


def test_parts_keep_the_schema_s_order(kit):
    given, _ = kit.give(kit.book(HEAD + line(2)), {}, [summary(BARS, *[YEARS] * 9, FACTS)])
    with zipfile.ZipFile(given) as archive:
        assert misplaced(archive.read("xl/worksheets/sheet2.xml")) == []
        sheet = etree.fromstring(archive.read("xl/worksheets/sheet2.xml"))
        assert sheet.find("{*}rowBreaks") is not None
        for name in (n for n in archive.namelist() if n.startswith(("xl/charts/c", "xl/drawings/d"))):
            for element in etree.fromstring(archive.read(name)).iter("{*}*"):
                order = ORDERS.get(etree.QName(element).localname, "").split()
                children = [etree.QName(child).localname for child in element]
                if order and children:
                    places = [order.index(child) for child in children]
                    assert places == sorted(places), (name, element.tag, children)


def test_all_else_keeps_its_bytes_and_a_second_run_gives_the_same_file(kit):
    path = kit.book(HEAD + line(2), xl__charts__chart1_dot_xml="<theirs/>", xl__drawings__drawing1_dot_xml="<theirs/>")
    first, _ = kit.give(path, {}, [summary(BARS, YEARS)])
    before, after = packed(path), packed(first)
    known = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/styles.xml"}
    assert {name for name in before if before[name] != after[name]} == known
    again, _ = kit.give(first, {}, [summary(BARS, YEARS)])
    assert again.read_bytes() == first.read_bytes()


def test_fewer_charts_leave_nothing_of_the_former_ones(kit):
    path = kit.book(HEAD + line(2))
    many, _ = kit.give(path, {}, [summary(BARS, YEARS, YEARS)])
    one, _ = kit.give(many, {}, [summary(YEARS)])
    none, _ = kit.give(one, {}, [summary(FACTS)])
    for given, count in ((many, 3), (one, 1), (none, 0)):
        assert len(charts_of(given)) == count
        assert sum("xl/charts/" in name for name in packed(given)) == count
        assert dangling(given) == []
    assert not any("drawing" in name for name in packed(none))


def test_a_drawing_that_another_sheet_uses_too_stays(kit):
    given, _ = kit.give(kit.book(HEAD + line(2)), {}, [summary(BARS)])
    with zipfile.ZipFile(given) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = parts["xl/worksheets/_rels/sheet2.xml.rels"]
    shared = kit.write(parts)
    again, _ = kit.give(shared, {}, [summary(FACTS)])
    assert packed(again)["xl/charts/chart1.xml"] == packed(shared)["xl/charts/chart1.xml"]
    assert dangling(again) == []


def test_a_page_that_was_a_table_loses_its_filter_s_name(kit):
    given, _ = kit.give(kit.book(HEAD + line(2)), {}, [Page("Summary", kit.columns, [kit.full])])
    assert "_FilterDatabase" in kit.part(given, "xl/workbook.xml")
    again, _ = kit.give(given, {}, [summary(BARS)])
    assert "_FilterDatabase" not in kit.part(again, "xl/workbook.xml")
    assert len(charts_of(again)) == 1


@pytest.mark.parametrize("name", ['Bob\'s "file" & <co>', "=1+1", "\u202egpj.exe", "a\x00b"])
def test_hostile_names_are_text_in_a_chart(kit, name):
    section = Section(name, (name,), NAMES, (Added((name, 1), Tone.UNKNOWN),), BarChart(name))
    given, _ = kit.give(kit.book(HEAD + line(2)), {}, [summary(section, title="Bob's page")])
    (chart,) = charts_of(given, "Bob's page")
    assert chart.ser[0].cat.strRef.f.startswith("'Bob''s page'!")
    cached = chart.ser[0].cat.strRef.strCache.pt[0].v
    assert (
        cached
        == openpyxl.load_workbook(given)["Bob's page"][
            chart.ser[0].cat.strRef.f.split("!")[1].split(":")[0].replace("$", "")
        ].value
    )
    assert "\u202e" not in cached


def test_a_strict_workbook_gets_strict_charts(kit):
    strict = "http://purl.oclc.org/ooxml"
    parts = {
        name: content.replace(kit.main, f"{strict}/spreadsheetml/main").replace(
            kit.office, f"{strict}/officeDocument/relationships"
        )
        for name, content in kit.parts(HEAD + line(2)).items()
    }
    given, _ = kit.give(kit.write(parts), {}, [summary(BARS)])
    for name in ("xl/charts/chart1.xml", "xl/drawings/drawing1.xml", "xl/worksheets/sheet2.xml"):
        assert "schemas.openxmlformats.org" not in kit.part(given, name)


@pytest.mark.libreoffice
def test_libreoffice_opens_it_and_keeps_the_charts(kit, soffice, tmp_path):
    given, _ = kit.give(kit.book(HEAD + line(2)), {}, [summary(BARS, YEARS, FACTS)])
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(given)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    saved = tmp_path / "out" / given.name
    seen = [etree.fromstring(kit.part(saved, f"xl/charts/chart{number}.xml").encode()) for number in (1, 2)]
    values = [[v.text for v in chart.iterfind(".//{*}val//{*}v")] for chart in seen]
    assert values == [["3", "40", "0"], ["3", "40"]]
    again, _ = kit.give(saved, {}, [summary(FACTS)])
    assert openpyxl.load_workbook(again).sheetnames == ["Sheet1", "Summary"]
    assert charts_of(again) == []
    assert dangling(again) == []
