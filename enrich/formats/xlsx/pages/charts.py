"""Native charts: their parts in DrawingML, each drawing the cells of a page, so that it follows them when they change.

Element orders are those of ECMA-376, dml-chart and dml-spreadsheetDrawing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from enrich.formats.xlsx.package.names_of_standard import (
    CHART_TYPE,
    DECLARATION,
    DRAWING_TYPE,
    Spaces,
    relationship,
    relationships,
)
from enrich.formats.xlsx.package.workbook import rels_of
from enrich.formats.xlsx.pages.sections import Placed
from enrich.formats.xlsx.sheet.text import markup, named, quoted
from enrich.model.page import Direction
from enrich.model.palette import ACCENT, PALETTE
from enrich.model.verdict import Tone
from enrich.visible import visible

DRAWING_PART, CHART_PART = "xl/drawings/drawing{}.xml", "xl/charts/chart{}.xml"
_INK, _FAINT = "404040", "D9D9D9"
_PLAIN = ACCENT[1:].upper()
_FIRST_AXIS = 500_000_001


@dataclass(frozen=True, slots=True)
class Part:
    """A part to write; ``type`` is its content type, "" where the package's default for relationships holds."""

    name: str
    type: str
    data: bytes


def parts(
    placed: Sequence[Placed], page_part: str, sheet: str, main: str, allot: Callable[[str], str]
) -> Iterator[Part]:
    """The parts of a page's charts; ``allot`` gives a free part name of a pattern, ``main`` is the workbook's space."""
    spaces = Spaces.of(main)
    drawing = allot(DRAWING_PART)
    charts = [allot(CHART_PART) for _ in placed]
    yield Part(rels_of(page_part), "", _relationships(spaces, "drawing", [drawing]))
    yield Part(drawing, DRAWING_TYPE, _drawing(placed, spaces))
    yield Part(rels_of(drawing), "", _relationships(spaces, "chart", charts))
    for number, (part, chart) in enumerate(zip(charts, placed, strict=True)):
        yield Part(part, CHART_TYPE, _Drawn(chart, named(sheet), _FIRST_AXIS + 2 * number).part(spaces))


def _relationships(spaces: Spaces, kind: str, targets: Sequence[str]) -> bytes:
    entries = (relationship(number, kind, f"/{target}", spaces.office) for number, target in enumerate(targets, 1))
    return relationships("".join(entries)).encode()


def _drawing(placed: Sequence[Placed], spaces: Spaces) -> bytes:
    anchors = "".join(_anchor(number, chart, spaces) for number, chart in enumerate(placed, 1))
    space = f'xmlns:xdr="{spaces.sheet}" xmlns:a="{spaces.drawing}"'
    return f"{DECLARATION}<xdr:wsDr {space}>{anchors}</xdr:wsDr>".encode()


def _anchor(number: int, placed: Placed, spaces: Spaces) -> str:
    """Where a chart hangs, and what it shows in words for who cannot see it."""
    title = visible(placed.chart.title)
    numbers = ", ".join(f"{visible(text)}: {n}" for text, n in zip(placed.texts, placed.numbers, strict=True))
    told = f'id="{number + 1}" name="{quoted(f"Chart {number}")}" descr="{quoted(f"{title}. {numbers}"[:1000])}"'
    data = f'<c:chart xmlns:c="{spaces.chart}" xmlns:r="{spaces.office}" r:id="rId{number}"/>'  # the drawing's own link
    return (
        f"<xdr:twoCellAnchor>{_corner('from', placed.left, placed.top, 120_000)}"
        f"{_corner('to', placed.right, placed.bottom, 0)}"
        f'<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr {told}/><xdr:cNvGraphicFramePr/>'
        f'</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>'
        f'<a:graphic><a:graphicData uri="{spaces.chart}">{data}</a:graphicData></a:graphic></xdr:graphicFrame>'
        f"<xdr:clientData/></xdr:twoCellAnchor>"
    )


def _corner(name: str, column: int, row: int, offset: int) -> str:
    places = f"<xdr:col>{column}</xdr:col><xdr:colOff>{offset}</xdr:colOff><xdr:row>{row}</xdr:row>"
    return f"<xdr:{name}>{places}<xdr:rowOff>0</xdr:rowOff></xdr:{name}>"


@dataclass(frozen=True, slots=True)
class _Drawn:
    """One chart. ``sheet`` is the sheet's name as ``named`` in formulas; ``axis`` the first of two ids."""

    placed: Placed
    sheet: str
    axis: int

    def part(self, spaces: Spaces) -> bytes:
        space = f'xmlns:c="{spaces.chart}" xmlns:a="{spaces.drawing}" xmlns:r="{spaces.office}"'
        plot = f"<c:plotArea><c:layout/>{self._bars()}{self._axes()}</c:plotArea>"
        chart = (
            f'<c:chart>{self._title()}<c:autoTitleDeleted val="0"/>{plot}'
            '<c:plotVisOnly val="0"/><c:dispBlanksAs val="gap"/></c:chart>'
        )
        frame = '<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr>'
        return f'{DECLARATION}<c:chartSpace {space}><c:roundedCorners val="0"/>{chart}{frame}</c:chartSpace>'.encode()

    def _title(self) -> str:
        run = f'sz="1200" b="1"><a:solidFill><a:srgbClr val="{_PLAIN}"/></a:solidFill>'
        title = markup(visible(self.placed.chart.title))
        text = f"<a:p><a:pPr><a:defRPr {run}</a:defRPr></a:pPr><a:r><a:rPr {run}</a:rPr><a:t>{title}</a:t></a:r></a:p>"
        return f'<c:title><c:tx><c:rich><a:bodyPr/>{text}</c:rich></c:tx><c:overlay val="0"/></c:title>'

    def _bars(self) -> str:
        lying = self.placed.chart.direction is Direction.DOWN
        points = "".join(
            f'<c:dPt><c:idx val="{at}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>'
            f"{_fill(PALETTE[tone].bar[1:].upper())}</c:dPt>"
            for at, tone in enumerate(self.placed.tones)
            if tone is not Tone.PLAIN
        )
        series = (
            f'<c:ser><c:idx val="0"/><c:order val="0"/><c:tx>{self._texts(self.placed.name, (self.placed.heading,))}'
            f'</c:tx>{_fill(_PLAIN)}<c:invertIfNegative val="0"/>{points}{_labels()}'
            f"<c:cat>{self._texts(self.placed.labels, self.placed.texts)}</c:cat>"
            f"<c:val>{self._numbers()}</c:val></c:ser>"
        )
        return (
            f'<c:barChart><c:barDir val="{"bar" if lying else "col"}"/><c:grouping val="clustered"/>'
            f'<c:varyColors val="0"/>{series}<c:gapWidth val="40"/>'
            f'<c:axId val="{self.axis}"/><c:axId val="{self.axis + 1}"/></c:barChart>'
        )

    def _texts(self, area: str, texts: Sequence[str]) -> str:
        points = "".join(f'<c:pt idx="{at}"><c:v>{markup(visible(text))}</c:v></c:pt>' for at, text in enumerate(texts))
        cached = f'<c:strCache><c:ptCount val="{len(texts)}"/>{points}</c:strCache>'
        return f"<c:strRef><c:f>{markup(self.sheet)}{area}</c:f>{cached}</c:strRef>"

    def _numbers(self) -> str:
        numbers = self.placed.numbers
        points = "".join(f'<c:pt idx="{at}"><c:v>{number}</c:v></c:pt>' for at, number in enumerate(numbers))
        cached = f'<c:formatCode>#,##0</c:formatCode><c:ptCount val="{len(numbers)}"/>{points}'
        area = f"{markup(self.sheet)}{self.placed.values}"
        return f"<c:numRef><c:f>{area}</c:f><c:numCache>{cached}</c:numCache></c:numRef>"

    def _axes(self) -> str:
        """Names along one side; the numbers stand at the bars, so that their axis is hidden."""
        lying = self.placed.chart.direction is Direction.DOWN
        order = "maxMin" if lying else "minMax"
        every = '<c:tickLblSkip val="1"/>' if lying else ""
        line = f'<c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="{_FAINT}"/></a:solidFill></a:ln></c:spPr>'
        ticks = '<c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        names = (
            f'<c:catAx><c:axId val="{self.axis}"/><c:scaling><c:orientation val="{order}"/></c:scaling>'
            f'<c:delete val="0"/><c:axPos val="{"l" if lying else "b"}"/><c:numFmt formatCode="General" '
            f'sourceLinked="0"/>{ticks}<c:tickLblPos val="low"/>{line}{_letters()}<c:crossAx val="{self.axis + 1}"/>'
            '<c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>'
            f'{every}<c:noMultiLvlLbl val="1"/></c:catAx>'
        )
        numbers = (
            f'<c:valAx><c:axId val="{self.axis + 1}"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/>'
            f'</c:scaling><c:delete val="1"/><c:axPos val="{"t" if lying else "l"}"/><c:numFmt formatCode="#,##0" '
            f'sourceLinked="0"/>{ticks}<c:tickLblPos val="nextTo"/><c:crossAx val="{self.axis}"/>'
            '<c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>'
        )
        return names + numbers


def _fill(color: str) -> str:
    return f'<c:spPr><a:solidFill><a:srgbClr val="{color}"/></a:solidFill></c:spPr>'


def _letters() -> str:
    ink = f'<a:solidFill><a:srgbClr val="{_INK}"/></a:solidFill>'
    return f'<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="900">{ink}</a:defRPr></a:pPr><a:endParaRPr/></a:p></c:txPr>'


def _labels() -> str:
    shown = "".join(
        f'<c:{what} val="{int(what == "showVal")}"/>'
        for what in ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")
    )
    number = '<c:numFmt formatCode="#,##0;;" sourceLinked="0"/>'
    return f'<c:dLbls>{number}<c:spPr><a:noFill/></c:spPr>{_letters()}<c:dLblPos val="outEnd"/>{shown}</c:dLbls>'
