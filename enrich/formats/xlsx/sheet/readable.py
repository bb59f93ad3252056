"""What an analyst's cell format would do to cells of ours: how large its letters are, how dark its ground is."""

from __future__ import annotations

import re
from math import isfinite

from enrich.formats.xlsx.package.xml_edit import Element

_COLOUR = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})")
_DARK_BELOW = 140
"""Of 255, in the brightness that eyes see: blue letters on what is darker are hard to read."""
_LIGHT_OF_THEME, _DARK_OF_THEME = ("0", "2"), ("1", "3")
"""Places of a theme's colours: for grounds, and for letters. Accents follow, which are of middling brightness."""


def size_of(font: Element) -> float:
    """Return a font's size in points; 0 where it says none that can be."""
    size = font.child("sz")
    points = _number(size.attributes.get("val", "")) if size is not None else 0
    return points if 1 <= points <= 409 else 0


def dark(fill: Element) -> bool:
    """Return whether a fill is known to be dark. A colour of the old palette (``indexed``) counts as light."""
    pattern = fill.child("patternFill")
    if pattern is None or pattern.attributes.get("patternType") != "solid":
        return False
    colour = pattern.child("fgColor")
    if colour is None:
        return False
    theme, tint = colour.attributes.get("theme", ""), _number(colour.attributes.get("tint", ""))
    # a tint from -1 to 1 leads from the colour towards black or white
    if theme in _LIGHT_OF_THEME:
        return tint < -0.5
    if theme.isdecimal():
        return tint < (0.6 if theme in _DARK_OF_THEME else 0)
    match = _COLOUR.fullmatch(colour.attributes.get("rgb", ""))
    if match is None:
        return False
    red, green, blue = (int(part, 16) for part in match.groups())
    return 0.299 * red + 0.587 * green + 0.114 * blue < _DARK_BELOW


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0
    return value if isfinite(value) else 0
