"""The one palette: what a verdict looks like in a cell, on a page, on paper, in a chart and in plain text.

Inks pass WCAG AA (4.5 to 1) on white and on their own ground; bars pass 3 to 1 on white. Words stand beside every
colour, so none of them carries a meaning alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from enrich.model.verdict import Tone


@dataclass(frozen=True, slots=True)
class Colours:
    """Colours as ``#rrggbb``. ``sign`` is a character for where there is no colour."""

    ink: str
    ground: str
    bar: str
    dark_ink: str
    """On a dark screen, as letters and as bars."""
    dark_ground: str
    sign: str
    terminal: str = ""
    """A style that terminals and ``rich`` know by name: the reader's own colours."""


PALETTE = {
    Tone.MALICIOUS: Colours("#9c0006", "#ffc7ce", "#c00000", "#ff8a80", "#3b1d1b", "🔴", "bold red"),
    Tone.SUSPICIOUS: Colours("#833c0b", "#fcd5b4", "#c55a11", "#ffb26b", "#38270f", "🟠", "yellow"),
    Tone.UNKNOWN: Colours("#6b5000", "#ffeb9c", "#a67c00", "#e6c84f", "#332c0d", "🟡", "yellow"),
    Tone.NO_VERDICT: Colours("#1f4e79", "#ddebf7", "#2e75b6", "#8db8f0", "#1b2a3b", "🔵", "cyan"),
    Tone.UNDETECTED: Colours("#006100", "#c6efce", "#548235", "#7ecb9c", "#16301f", "🟢", "green"),
    Tone.OPEN: Colours("#404040", "#e7e6e6", "#7f7f7f", "#b0b6c1", "#2a2d33", "⚪", "magenta"),
    Tone.PLAIN: Colours("#404040", "#f2f2f2", "#7f7f7f", "#b0b6c1", "#2a2d33", "⚪"),
}
INK, SOFT, FAINT = "#1d1f23", "#555b66", "#d9d6cf"
"""Letters, letters of less weight, and lines."""
ACCENT, BAR = "#1f3a5f", "#5b7aa3"
"""Headings and links; bars of what has no verdict."""
BANNER = Colours("#6b5000", "#fff4ce", "#a67c00", "#e6c84f", "#332c0d", "⚠")
"""What stands above everything: that a stand-in answered."""
