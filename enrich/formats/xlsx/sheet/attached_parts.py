"""A worksheet's hyperlinks, comments and merged cells: what stands behind its rows, and in parts of their own."""

from __future__ import annotations

from collections.abc import Iterator

from enrich.formats.shared.attachments import AttachedText, Attachments
from enrich.formats.xlsx.package.archive import Package
from enrich.formats.xlsx.package.workbook import Relationship, Sheet, parsed_part, related_parts, relationships
from enrich.formats.xlsx.package.xml_edit import Element
from enrich.formats.xlsx.sheet.text import area_of, string_in
from enrich.model.row import Area

MOST_LINKED = 1_000_000
"""Cells that links are put to. One link can be that of a whole column."""


def attachments(package: Package, sheet: Sheet, root: Element, merged: list[Area]) -> Attachments:
    """Return what hangs on the sheet's cells. ``root`` is the worksheet without its rows."""
    related = relationships(package, sheet.part)
    return Attachments([*_hyperlinks(root, related), *_comments(package, related)], merged)


def _hyperlinks(root: Element, related: dict[str, Relationship]) -> Iterator[AttachedText]:
    """Targets outside of the workbook, and the tips that are shown with a link."""
    left = MOST_LINKED
    for element in root.all("hyperlinks", "hyperlink"):
        bounds = area_of(element)
        if bounds is None:
            continue
        column, top, _, bottom = bounds
        # "r:id" by whatever prefix; an internal link has none, and leads to a cell that is read anyway
        name = next((value for key, value in element.attributes.items() if key.endswith(":id")), "")
        link, place = related.get(name), element.attributes.get("location", "")
        target = link.target + (f"#{place}" if place else "") if link is not None and link.external else ""
        tip = element.attributes.get("tooltip", "")
        texts = [target] * bool(target) + [tip] * bool(tip and tip not in target)
        if not texts:
            continue
        bottom = min(bottom, top + max(left, 0))
        left -= bottom - top + 1
        yield from ((row, column, text) for row in range(top, bottom + 1) for text in texts)


def _comments(package: Package, related: dict[str, Relationship]) -> Iterator[AttachedText]:
    """Yield the comments; of a thread its own texts.

    The note that stands in for a thread is left out: it holds a sentence of the program's, with an address of its own.
    """
    # Excel keeps a thread twice: as it is (`threadedComments`, since 2018), and as an ordinary note for older
    # programs.
    threaded: set[str] = set()
    for part in related_parts(package, related, "threadedComment"):
        for element in parsed_part(package, part)[1].all("threadedComment"):
            threaded.add(element.attributes.get("ref", ""))
            yield from _placed(element, "".join(text.text for text in element.all("text")))
    for part in related_parts(package, related, "comments"):
        for element in parsed_part(package, part)[1].all("commentList", "comment"):
            if element.attributes.get("ref", "") not in threaded:
                yield from _placed(element, "".join(map(string_in, element.all("text"))))


def _placed(element: Element, text: str) -> Iterator[AttachedText]:
    bounds = area_of(element)
    if bounds is not None and text.strip():
        yield bounds[1], bounds[0], text
