"""Values of ours as cells: typed, styled, and text that no program turns into a formula, a link or a date."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from enrich.address import letters
from enrich.clock import utc
from enrich.model import Added, Column, Scalar, Tone, Type

from .dates import serial
from .styles import Look, Styles, look
from .text import clipped, markup, visible

_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&*+,;=%-]{1,240}")
"""Addresses that may become links: no quote and no bracket can leave the formula's literal (255 characters)."""


class CellWriter:
    """Writes the cells of one block of columns. ``columns`` says where each stands, from 0; ``looks`` how it looks."""

    def __init__(
        self,
        columns: Sequence[tuple[int, Column]],
        styles: Styles,
        prefix: str,
        *,
        date1904: bool,
        looks: Callable[[Type, Tone], Look] = look,
    ) -> None:
        self.styles = styles
        self.prefix = prefix
        self.date1904 = date1904
        self.looks = looks
        self.clipped = 0
        self.kinds = [column.type for _, column in columns]
        self.letters = [letters(at) for at, _ in columns]
        self._styles: dict[tuple[int, Tone], list[int]] = {}

    def cells(self, row: int, base: int, added: Added) -> list[str]:
        """A row's cells in the order of the columns; ``base`` is the format that ours are derived from."""
        found = self._styles.get((base, added.tone))
        if found is None:
            found = [self.styles.derive(base, self.looks(kind, added.tone)) for kind in self.kinds]
            self._styles[base, added.tone] = found
        return [
            self._cell(f"{name}{row}", style, kind, value)
            for name, style, kind, value in zip(self.letters, found, self.kinds, added.values, strict=True)
        ]

    def texts(self, row: int, styles: Sequence[int], texts: Sequence[str]) -> list[str]:
        """Headings: plain text in the given formats."""
        return [
            self.text(f"{name}{row}", style, text)
            for name, style, text in zip(self.letters, styles, texts, strict=True)
        ]

    def _cell(self, at: str, style: int, kind: Type, value: Scalar) -> str:
        p = self.prefix
        if value is None or value == "":
            return f'<{p}c r="{at}" s="{style}"/>'
        if kind is Type.LINK and isinstance(value, str) and _ADDRESS.fullmatch(value):
            address = markup(value)
            formula = f'<{p}f>HYPERLINK("{address}")</{p}f>'
            return f'<{p}c r="{at}" s="{style}" t="str">{formula}<{p}v>{address}</{p}v></{p}c>'
        if isinstance(value, bool) and kind is Type.BOOLEAN:
            return f'<{p}c r="{at}" s="{style}" t="b"><{p}v>{int(value)}</{p}v></{p}c>'
        if kind is Type.DATE and isinstance(value, (int, float)):
            number = serial(int(value), self.date1904) if math.isfinite(value) else None
            if number is not None:
                return f'<{p}c r="{at}" s="{style}"><{p}v>{number}</{p}v></{p}c>'
            value = _iso(value)
        if kind is Type.INTEGER and isinstance(value, (int, float)) and math.isfinite(value) and abs(value) < 10**15:
            return f'<{p}c r="{at}" s="{style}"><{p}v>{int(value) if value == int(value) else value!r}</{p}v></{p}c>'
        return self.text(at, style, value if isinstance(value, str) else str(value))

    def text(self, at: str, style: int, text: str) -> str:
        """A text cell; hostile characters become visible, and what is too long is cut and counted."""
        p = self.prefix
        text, cut = clipped(visible(text))
        self.clipped += cut
        space = ' xml:space="preserve"' if text[:1] == " " or text[-1:] == " " else ""
        return f'<{p}c r="{at}" s="{style}" t="inlineStr"><{p}is><{p}t{space}>{markup(text)}</{p}t></{p}is></{p}c>'


def _iso(seconds: float) -> str:
    """A moment that no workbook has a date for."""
    try:
        return utc(seconds).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return str(seconds)
