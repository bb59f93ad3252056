"""The styles part: how its cell formats show numbers, and formats of ours derived from the analyst's, appended.

An existing format is never changed; one that we derived in an earlier run is found again and used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count

from enrich.formats.xlsx.package.names_of_standard import DECLARATION, MAIN
from enrich.formats.xlsx.package.xml_edit import Edits, Element, parse
from enrich.formats.xlsx.sheet.dates import Shown, shown_as
from enrich.formats.xlsx.sheet.readable import dark, size_of
from enrich.model.column import Type
from enrich.model.palette import PALETTE
from enrich.model.verdict import Tone

STYLES_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors",
    "extLst",
)  # fmt: skip
_FONT_ORDER = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name", "family",
    "charset", "scheme",
)  # fmt: skip
MOST_DERIVED = 4_000
"""Formats that we add at most: one for each look on each format of the cells beside. Programs grow slow with more."""
MOST_FORMATS = 65_000
"""Formats that a workbook may have for more to be added: Excel opens it with 65,490 at most."""
_DATE_CODE = "yyyy\\-mm\\-dd\\ hh:mm"
_NUMBER_FORMATS = {
    **dict.fromkeys((Type.TEXT, Type.RATIO, Type.STATUS, Type.VERDICT), 49),
    Type.LINK: 0,
    Type.INTEGER: 3,
    Type.BOOLEAN: 0,
}
COLOURED_TYPES = {Type.STATUS, Type.VERDICT, Type.RATIO}
"""The cells that wear the verdict's colour; a whole row in colour would drown what it says."""
_LINK_INK = "FF0563C1"

BLANK_STYLES = (
    f'{DECLARATION}<styleSheet xmlns="{MAIN}">'.encode()
    + b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    b'</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    b'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)

# Excel takes the first two fills for none and for a grey dotted one, whatever the part says of them: a list of ours
# begins with these two.
_FIRST_ITEMS = {
    "fonts": b'<font><sz val="11"/><name val="Calibri"/></font>',
    "fills": b'<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>',
    "borders": b"<border><left/><right/><top/><bottom/><diagonal/></border>",
    "cellXfs": b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',
}
"""What stands first in a list that a writer left out, and that the formats of ours need."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a cell of ours looks like beyond its base. ``ink`` and ``fill`` are ARGB; empty keeps the base's."""

    number_format: int = -1
    """-1 stands for our date format, whose number is the workbook's business."""
    fill: str = ""
    ink: str = ""
    bold: bool = False
    underline: bool = False
    literal: bool = False
    """Text that no program may take for anything else, when edited too."""
    size: int = 0
    wrap: bool = False
    right: bool = False
    """On the right side, a little off the text that follows."""


def look(kind: Type, tone: Tone) -> Look:
    colours = PALETTE[tone] if kind in COLOURED_TYPES and tone is not Tone.PLAIN else None
    link = kind is Type.LINK
    return Look(
        number_format=_NUMBER_FORMATS.get(kind, -1),
        fill=argb(colours.ground) if colours else "",
        ink=_LINK_INK if link else argb(colours.ink) if colours else "",
        underline=link,
        literal=kind in (Type.TEXT, Type.RATIO, Type.STATUS, Type.VERDICT),
    )


def argb(colour: str) -> str:
    """Return the colour ``#rrggbb`` as the part writes it, opaque."""
    return f"FF{colour[1:].upper()}"


class _Collection:
    """One of the part's lists (fonts, fills ...): what it holds as bytes, and what is to be appended.

    ``referred`` are places that formats point at. Where the list ends before one, programs show the first item, so
    copies of that stand before what we append: else the analyst's cells would wear ours.
    """

    def __init__(self, data: bytes, root: Element, name: str, referred: Iterable[int] = ()) -> None:
        self.items = root.all(name)[0].children
        # a hostile part may point at the billionth font: beyond what we append, no such place can be met
        near = [at for at in referred if at < len(self.items) + 2 * MOST_DERIVED]
        lacking = max(near, default=-1) + 1 - len(self.items)
        self._filler = [data[e.start : e.end] for e in self.items[:1]] * lacking
        self.known: dict[bytes, int] = {}
        for index, e in enumerate(self.items):
            self.known.setdefault(data[e.start : e.end], index)
        self.added: list[bytes] = []

    def index(self, item: bytes) -> int:
        found = self.known.get(item)
        if found is None:
            self.added = self.added or self._filler
            found = self.known[item] = len(self.items) + len(self.added)
            self.added.append(item)
        return found


class Styles:
    """The workbook's styles; ``derive`` gives a format's index, ``result`` the part with what was derived."""

    def __init__(self, data: bytes) -> None:
        self.original = data
        self.data = data = _completed(data)
        self.root = parse(data)
        self.prefix = self.root.prefix
        lists = [e for name in ("cellStyleXfs", "cellXfs") for e in self.root.all(name)]
        xfs = [_xf(e) for each in lists for e in each.children]
        self._lists = {
            "fonts": _Collection(data, self.root, "fonts", [e.number("fontId") for e in xfs]),
            "fills": _Collection(data, self.root, "fills", [e.number("fillId") for e in xfs]),
            "cellXfs": _Collection(data, self.root, "cellXfs"),
        }
        self._formats = {
            e.number("numFmtId"): e.attributes.get("formatCode", "") for e in self.root.all("numFmts", "numFmt")
        }
        self._date_format = next((n for n, code in self._formats.items() if code == _DATE_CODE), 0)
        self._date_added = False
        self._numbers = {e.number("numFmtId") for e in xfs}
        """Formats that are worn, defined or not: an undefined one shows numbers plainly, and shall go on doing so."""
        self._derived: dict[tuple[int, Look], int] = {}

    def shown(self) -> list[Shown]:
        """Return how each cell format shows a number."""
        numbers = [_xf(e).number("numFmtId") for e in self._lists["cellXfs"].items]
        return [shown_as(n, self._formats.get(n)) for n in numbers]

    def derive(self, base: int, wanted: Look) -> int:
        """Return the index of a format that is ``base`` with that look."""
        # A cell names its format by place in this list, so ours are appended; the analyst's cells keep theirs.
        found = self._derived.get((base, wanted))
        if found is None:
            formats = self._lists["cellXfs"]
            if base and (len(self._derived) > MOST_DERIVED or len(formats.items) + len(formats.added) > MOST_FORMATS):
                return self.derive(0, wanted)
            found = self._derived[base, wanted] = self._lists["cellXfs"].index(self._format(base, wanted))
        return found

    def lying(self, base: int) -> int:
        """Return the format for headings of ours beside one in ``base``: this very one, unless it turns its text.

        Our columns are wide, and the row as high as the analyst's words ask for: turned, ours would be cut.
        """
        element = self._xf_at(base)
        alignment = element.child("alignment")
        if alignment is None or not alignment.number("textRotation"):
            return base
        written = self.data[element.start : element.end]
        flat = re.sub(rb"""(\stextRotation\s*=\s*)("\d+"|'\d+')""", rb'\1"0"', written)
        return self._lists["cellXfs"].index(flat)

    def enlargement(self, base: int) -> float:
        """Return how many times as large as the workbook's usual letters, which widths count in, ``base``'s are."""
        fonts = self._lists["fonts"].items
        at = self._xf_at(base).number("fontId")
        usual, size = (size_of(fonts[place]) if place < len(fonts) else 0 for place in (0, at))
        return max(size / usual, 1) if usual else 1

    def _xf_at(self, base: int) -> Element:
        items = self._lists["cellXfs"].items
        return _xf(items[base]) if base < len(items) else Element("xf", {}, 0, 0)

    def _format(self, base: int, wanted: Look) -> bytes:
        element = self._xf_at(base)
        font, fill = element.number("fontId"), element.number("fillId")
        fills = self._lists["fills"].items
        if wanted.underline and fill < len(fills) and dark(fills[fill]):
            wanted = replace(wanted, ink="")  # the analyst's own ink is readable there
        if wanted.ink or wanted.bold or wanted.size or wanted.underline:
            font = self._font(font, wanted)
        if wanted.fill:
            fill = self._fill(wanted.fill)
        number_format = self._dates() if wanted.number_format < 0 else wanted.number_format
        attributes = {
            "numFmtId": number_format, "fontId": font, "fillId": fill, "borderId": element.number("borderId"),
            "xfId": element.number("xfId"), **({"quotePrefix": 1} if wanted.literal else {}), "applyNumberFormat": 1,
            "applyFont": 1, "applyFill": 1, "applyBorder": 1,
        }  # fmt: skip
        # quotePrefix beside the format "@" keeps text text when a person edits the cell, too
        alignment, base_protection = self._alignment(element, wanted), element.child("protection")
        protection = b"" if base_protection is None else self.data[base_protection.start : base_protection.end]
        attributes |= {"applyAlignment": 1} if alignment else {}
        attributes |= {"applyProtection": 1} if protection else {}
        tag = f"{self.prefix}xf"
        start = f"<{tag} " + " ".join(f'{name}="{value}"' for name, value in attributes.items())
        inside = alignment + protection
        return (start + ">").encode() + inside + f"</{tag}>".encode() if inside else (start + "/>").encode()

    def _alignment(self, element: Element, wanted: Look) -> bytes:
        """Only how the base's cells sit in the height of their row: numbers and text keep to their own sides."""
        base = element.child("alignment")
        vertical = base.attributes.get("vertical", "") if base is not None else ""
        vertical = vertical or ("top" if wanted.wrap else "")
        # a date beside text on its right would touch it
        written = ' horizontal="left" indent="1"' if wanted.number_format < 0 else ""
        written += ' horizontal="right" indent="1"' if wanted.right else ""
        written += f' vertical="{vertical}"' if vertical.isalpha() else ""
        written += ' wrapText="1"' if wanted.wrap else ""
        return f"<{self.prefix}alignment{written}/>".encode() if written else b""

    def _font(self, base: int, wanted: Look) -> int:
        """Return the base's font in our ink: its own could be white on the dark fill that ours replaces."""
        fonts, p = self._lists["fonts"], self.prefix
        parts: dict[str, bytes] = {}
        for child in fonts.items[base if base < len(fonts.items) else 0].children:
            parts.setdefault(child.local, self.data[child.start : child.end])
        if wanted.ink:
            parts["color"] = f'<{p}color rgb="{wanted.ink}"/>'.encode()
        if wanted.underline:
            parts["u"] = f"<{p}u/>".encode()
        if wanted.bold:
            parts["b"] = f"<{p}b/>".encode()
        if wanted.size:
            parts["sz"] = f'<{p}sz val="{wanted.size}"/>'.encode()
        # the standard lets a font's children come in any order; Excel takes only this one
        inside = b"".join(parts[name] for name in _FONT_ORDER if name in parts)
        return fonts.index(f"<{p}font>".encode() + inside + f"</{p}font>".encode())

    def _fill(self, color: str) -> int:
        p = self.prefix
        return self._lists["fills"].index(
            f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{color}"/><{p}bgColor indexed="64"/>'
            f"</{p}patternFill></{p}fill>".encode()
        )

    def _dates(self) -> int:
        if not self._date_format:
            used = self._formats.keys() | self._numbers
            # the numbers below 164 are built in, whatever a part says of them
            self._date_format = next(number for number in count(164) if number not in used)
            self._date_added = True
        return self._date_format

    def result(self) -> bytes:
        """Return the part with all that was derived; the very same bytes where nothing was."""
        edits = Edits(self.data)
        if self._date_added:
            p = self.prefix
            # A format of numbers is known by its id, not by its place.
            item = f'<{p}numFmt numFmtId="{self._date_format}" formatCode="{_DATE_CODE}"/>'.encode()
            self._extend(edits, "numFmts", [item])
        for name, collection in self._lists.items():
            if collection.added:
                self._extend(edits, name, collection.added)
        return edits.apply()

    def _extend(self, edits: Edits, name: str, added: list[bytes]) -> None:
        element = self.root.child(name)
        if element is not None:
            edits.set(element, "count", str(len(element.children) + len(added)))
        edits.extend(self.root, STYLES_ORDER, name, b"".join(added), f' count="{len(added)}"')


def _completed(data: bytes) -> bytes:
    """Return the part with all lists that formats refer to."""
    root, edits = parse(data), Edits(data)
    for name, items in _FIRST_ITEMS.items():
        element = root.child(name)
        if element is None or not element.children:
            edits.extend(root, STYLES_ORDER, name, re.sub(rb"<(/?)", rb"<\1" + root.prefix.encode(), items))
    return edits.apply()


def _xf(element: Element) -> Element:
    """Return the format in a place of the list: programs may wrap one in alternatives."""
    # `mc:AlternateContent` holds a choice for newer programs and a fallback; both count as one format.
    while element.local != "xf" and element.children:
        element = element.children[-1]
    return element
