"""Native charts: each draws the cells of a page, so that it follows them when they change. openpyxl writes the XML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast
from xml.etree.ElementTree import Element

from openpyxl.chart import BarChart
from openpyxl.chart.chartspace import ChartContainer, ChartSpace
from openpyxl.chart.data_source import AxDataSource, NumData, NumDataSource, NumRef, NumVal, StrData, StrRef, StrVal
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.plotarea import PlotArea
from openpyxl.chart.series import Series, SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.graphic import GraphicFrame, NonVisualGraphicFrame
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.properties import NonVisualDrawingProps
from openpyxl.drawing.relation import ChartRelation
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, SpreadsheetDrawing, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.xml.constants import CHART_NS, DRAWING_NS, REL_NS, SHEET_DRAWING_NS
from openpyxl.xml.functions import tostring

from enrich.formats.xlsx.package.names_of_standard import (
    CHART_TYPE,
    DECLARATION,
    DRAWING_TYPE,
    Spaces,
    relationship_entry,
    relationships_part,
)
from enrich.formats.xlsx.package.workbook import rels_of
from enrich.formats.xlsx.pages.sections import PlacedChart
from enrich.formats.xlsx.sheet.text import sheet_prefix
from enrich.model.cell_reference import letters
from enrich.model.finding import Scalar
from enrich.model.page import Direction
from enrich.model.palette import ACCENT, PALETTE
from enrich.model.verdict import Tone
from enrich.visible import visible

DRAWING_PART, CHART_PART = "xl/drawings/drawing{}.xml", "xl/charts/chart{}.xml"
_INK_COLOUR, _FAINT_COLOUR, _PAPER_COLOUR = "404040", "D9D9D9", "FFFFFF"
_PLAIN_COLOUR = ACCENT[1:].upper()
_FIRST_AXIS = 500_000_001
_LABELS, _NUMBERS = 0, 1
"""The columns that a chart draws: names or years, and how many."""
_CHART_MARGIN = 120_000
"""Drawing units between the table and its chart, a third of a centimetre."""


@dataclass(frozen=True, slots=True)
class ChartPart:
    """A part to write; ``type`` is its content type, "" where the package's default for relationships holds."""

    name: str
    type: str
    data: bytes


def parts(
    placed: Sequence[PlacedChart], page_part: str, sheet: str, main: str, allot: Callable[[str], str]
) -> Iterator[ChartPart]:
    """Yield the parts of a page's charts; ``allot`` gives a free part name of a pattern, ``main`` is the workbook's
    space.
    """
    spaces = Spaces.of(main)
    drawing = allot(DRAWING_PART)
    charts = [allot(CHART_PART) for _ in placed]
    yield ChartPart(rels_of(page_part), "", _relationships(spaces, "drawing", [drawing]))
    yield ChartPart(drawing, DRAWING_TYPE, _written(_drawing(placed), spaces))
    yield ChartPart(rels_of(drawing), "", _relationships(spaces, "chart", charts))
    for number, (part, chart) in enumerate(zip(charts, placed, strict=True)):
        tree = _chart_space(chart, sheet_prefix(sheet), _FIRST_AXIS + 2 * number).to_tree()
        yield ChartPart(part, CHART_TYPE, _written(tree, spaces))


def _relationships(spaces: Spaces, kind: str, targets: Sequence[str]) -> bytes:
    entries = (
        relationship_entry(number, kind, f"/{target}", spaces.office) for number, target in enumerate(targets, 1)
    )
    return relationships_part("".join(entries)).encode()


def _written(tree: Element, spaces: Spaces) -> bytes:
    """Return the part. openpyxl knows the transitional namespaces alone; a strict workbook has others."""
    data = DECLARATION.encode() + cast("bytes", tostring(tree))
    for known, wanted in (
        (SHEET_DRAWING_NS, spaces.sheet),
        (CHART_NS, spaces.chart),
        (DRAWING_NS, spaces.drawing),
        (REL_NS, spaces.office),
    ):
        data = data.replace(f'"{known}"'.encode(), f'"{wanted}"'.encode())
    return data


def _drawing(placed: Sequence[PlacedChart]) -> Element:
    """Return where each chart hangs, and what it shows in words for who cannot see it."""
    anchors = []
    for number, chart in enumerate(placed, 1):
        frame = GraphicFrame()
        shown = NonVisualDrawingProps(id=number + 1, name=f"Chart {number}", descr=_in_words(chart))
        frame.nvGraphicFramePr = NonVisualGraphicFrame(cNvPr=shown)
        frame.graphic.graphicData.chart = ChartRelation(f"rId{number}")
        corner = AnchorMarker(col=chart.left, colOff=_CHART_MARGIN, row=chart.top)
        opposite = AnchorMarker(col=chart.right, row=chart.bottom)
        # between two cells, so that it moves and grows with them
        anchor = TwoCellAnchor(_from=corner, to=opposite)
        anchor.graphicFrame = frame
        anchors.append(anchor)
    tree: Element = SpreadsheetDrawing(twoCellAnchor=anchors).to_tree()
    tree.set("xmlns", SHEET_DRAWING_NS)
    return tree


def _in_words(chart: PlacedChart) -> str:
    numbers = ", ".join(f"{visible(str(row.values[_LABELS]))}: {row.values[_NUMBERS]}" for row in chart.rows)
    return f"{visible(chart.chart.title)}. {numbers}"[:1000]


def _chart_space(placed: PlacedChart, sheet: str, axis: int) -> ChartSpace:
    """Return one chart. ``sheet`` is the sheet's name as ``named`` in formulas; ``axis`` the first of two ids."""
    bars = _bars(placed, sheet)
    _set_axes(bars, axis, lying=placed.chart.direction is Direction.DOWN)
    plot = PlotArea()
    plot.barChart = bars
    container = ChartContainer(plotArea=plot, title=_title(placed), autoTitleDeleted=False)
    container.plotVisOnly = False  # a sheet that was folded or filtered keeps its charts
    space = ChartSpace(chart=container)
    space.roundedCorners = False
    space.spPr = GraphicalProperties(solidFill=_PAPER_COLOUR, ln=LineProperties(noFill=True))
    return space


def _title(placed: PlacedChart) -> Title:
    letters = CharacterProperties(sz=1200, b=True, solidFill=_PLAIN_COLOUR)
    run = RegularTextRun(rPr=letters, t=visible(placed.chart.title))
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=letters), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _bars(placed: PlacedChart, sheet: str) -> BarChart:
    head = placed.top + 1

    def area(column: int) -> str:
        name = letters(column)
        return f"{sheet}${name}${head + 1}:${name}${head + len(placed.rows)}"

    tones = [row.tone for row in placed.rows]
    coloured = any(tone is not Tone.PLAIN for tone in tones)  # the names of a ranking have no verdict
    series = Series(
        tx=SeriesLabel(strRef=_texts(f"{sheet}${letters(_NUMBERS)}${head}", [placed.columns[_NUMBERS].title])),
        spPr=GraphicalProperties(solidFill=_PLAIN_COLOUR),
        invertIfNegative=False,
        dPt=[
            DataPoint(idx=at, invertIfNegative=False, spPr=GraphicalProperties(solidFill=PALETTE[tone].bar[1:].upper()))
            for at, tone in enumerate(tones if coloured else ())
        ],
        dLbls=_labels(),
        cat=AxDataSource(strRef=_texts(area(_LABELS), [str(row.values[_LABELS]) for row in placed.rows])),
        val=NumDataSource(numRef=_numbers(area(_NUMBERS), [row.values[_NUMBERS] for row in placed.rows])),
    )
    bars = BarChart(barDir="bar" if placed.chart.direction is Direction.DOWN else "col", gapWidth=40, ser=[series])
    bars.varyColors = False
    return bars


def _texts(area: str, texts: Sequence[str]) -> StrRef:
    points = [StrVal(idx=at, v=visible(text)) for at, text in enumerate(texts)]
    # A chart keeps a copy of what it draws: previews and viewers that calculate nothing show that.
    return StrRef(f=area, strCache=StrData(ptCount=len(points), pt=points))


def _numbers(area: str, numbers: Sequence[Scalar]) -> NumRef:
    points = [NumVal(idx=at, v=number) for at, number in enumerate(numbers)]
    return NumRef(f=area, numCache=NumData(formatCode="#,##0", ptCount=len(points), pt=points))


def _set_axes(bars: BarChart, first: int, *, lying: bool) -> None:
    """Show the names along one side; the numbers stand at the bars, so that their axis is hidden."""
    # Said of both axes: where a part is silent on whether an axis is deleted, as openpyxl's are, Excel shows none.
    names, numbers = bars.x_axis, bars.y_axis
    names.axId, names.crossAx, numbers.axId, numbers.crossAx = first, first + 1, first + 1, first
    # Lying bars grow upwards from the axis: without this the first row of the table is the lowest bar.
    names.scaling.orientation = "maxMin" if lying else "minMax"
    names.axPos, numbers.axPos = ("l", "t") if lying else ("b", "l")
    names.delete, numbers.delete = False, True
    names.tickLblPos = "low"
    names.tickLblSkip = 1 if lying else None
    names.noMultiLvlLbl = True
    names.graphicalProperties = GraphicalProperties(ln=LineProperties(w=9525, solidFill=_FAINT_COLOUR))
    names.txPr = _letters()
    names.number_format, numbers.number_format = "General", "#,##0"
    numbers.scaling.min = 0
    numbers.majorGridlines = None
    for axis in (names, numbers):
        axis.majorTickMark = axis.minorTickMark = "none"


def _letters() -> RichText:
    letters = CharacterProperties(sz=900, solidFill=_INK_COLOUR)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=letters), endParaRPr=CharacterProperties())])


def _labels() -> DataLabelList:
    return DataLabelList(
        numFmt="#,##0;;",
        spPr=GraphicalProperties(noFill=True),
        txPr=_letters(),
        dLblPos="outEnd",
        showVal=True,
        showLegendKey=False,
        showCatName=False,
        showSerName=False,
        showPercent=False,
        showBubbleSize=False,
    )
