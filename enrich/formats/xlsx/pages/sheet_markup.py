"""What stands around the rows of a sheet that we write: widths, frozen headings, filter, print layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from enrich.formats.xlsx.package.names_of_standard import DECLARATION, MAIN, Spaces
from enrich.formats.xlsx.sheet.paper import FITTED, Paper
from enrich.formats.xlsx.sheet.text import markup
from enrich.model.page import Page
from enrich.visible import visible

_LONGEST_HEADER = 200
"""Characters of a printed header; all of it, codes and other parts included, may be 255."""


def sheet_head(
    widths: Mapping[int, float],
    *,
    frozen: int = 0,
    gridlines: bool = False,
    namespace: str = MAIN,
    with_drawing: bool = False,
    paper: Paper | None = FITTED,
) -> bytes:
    """Return a worksheet up to its first row.

    Args:
        widths: Characters by column, from 0. Programs measure with the font's digits and add a margin.
        frozen: The row of headings that stays in sight; 0 for none.
        gridlines: Whether the lines between cells are shown.
        namespace: The workbook's own, transitional or strict.
        with_drawing: Whether the tail leads to a drawing, by a prefix that must be declared here.
        paper: How it is printed, for the tail as well; None where somebody else says so.

    """
    office = f' xmlns:r="{Spaces.of(namespace).office}"' if with_drawing else ""
    shown = "" if gridlines else ' showGridLines="0"'
    view = f'<sheetView{shown} workbookViewId="0"'
    if frozen:
        top = f'topLeftCell="A{frozen + 1}" activePane="bottomLeft" state="frozen"'
        view += f'><pane ySplit="{frozen}" {top}/><selection pane="bottomLeft"/></sheetView>'
    else:
        view += "/>"
    cols = "".join(
        f'<col min="{at + 1}" max="{at + 1}" width="{width}" customWidth="1"/>' for at, width in sorted(widths.items())
    )
    fitting = paper.fitting() if paper is not None else ""
    return (
        f'{DECLARATION}<worksheet xmlns="{namespace}"{office}>{f"<sheetPr>{fitting}</sheetPr>" if fitting else ""}'
        f'<sheetViews>{view}</sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f"{f'<cols>{cols}</cols>' if cols else ''}<sheetData>"
    ).encode()


def sheet_tail(
    page: Page | None = None,
    *,
    filtered: str = "",
    merged: Sequence[str] = (),
    breaks: Sequence[int] = (),
    text_area: str = "",
    with_drawing: bool = False,
    paper: Paper | None = FITTED,
) -> bytes:
    """Return a worksheet behind its last row, in the schema's order.

    Args:
        page: Whose words stand on each printed page; None for a sheet of the analyst's rows.
        filtered: The filter's area.
        merged: The areas of merged cells.
        breaks: The rows behind which a printed page ends.
        text_area: Where numbers are meant to be text, so that programs do not mark them as a mistake.
        with_drawing: Whether the sheet has charts, by its first relationship.
        paper: How it is printed; None where somebody else says so.

    """
    # In any other order Excel calls the sheet damaged (ECMA-376 part 1, CT_Worksheet is a sequence).
    parts = ["</sheetData>"]
    if filtered:
        parts.append(f'<autoFilter ref="{filtered}"/>')
    if merged:
        cells = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
        parts.append(f'<mergeCells count="{len(merged)}">{cells}</mergeCells>')
    if page is not None:
        parts.append('<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>')
    if paper is not None:
        parts.append(paper.setup())
    if page is not None:
        parts.append(_header_footer(page))
    if breaks:
        rows = "".join(f'<brk id="{row}" max="16383" man="1"/>' for row in breaks)
        parts.append(f'<rowBreaks count="{len(breaks)}" manualBreakCount="{len(breaks)}">{rows}</rowBreaks>')
    if text_area:
        parts.append(f'<ignoredErrors><ignoredError sqref="{text_area}" numberStoredAsText="1"/></ignoredErrors>')
    if with_drawing:
        parts.append('<drawing r:id="rId1"/>')
    return "".join([*parts, "</worksheet>"]).encode()


def _header_footer(page: Page) -> str:
    """Return what every printed page says; the mark stands above and below, as who copies a page may cut the
    other off.
    """
    # `&L` and `&R` begin the left and the right part, `&P` and `&N` are page and number of pages: a file name with an
    # ampersand would be a code.
    left, mark = _without_codes(page.header), _without_codes(page.mark)
    header = (f"&L{left}" if left else "") + (f"&R{mark}" if mark else "")
    top = f"<oddHeader>{markup(header)}</oddHeader>" if header else ""
    bottom = f"{f'&C{mark}' if mark else ''}&R&P / &N"
    return f"<headerFooter>{top}<oddFooter>{markup(bottom)}</oddFooter></headerFooter>"


def _without_codes(text: str) -> str:
    """Return a text in which nothing is a code of a printed header.

    An ampersand is written twice; a blank keeps a digit in front from being taken for the size of letters.
    """
    shown = visible(text)[:_LONGEST_HEADER].replace("&", "&&")
    return f" {shown}" if shown[:1].isdigit() else shown
