"""What stands on every printed page of a sheet of ours: its title, the TLP mark, the page's number."""

from __future__ import annotations

from enrich.formats.xlsx.sheet.text import markup
from enrich.model.page import Page
from enrich.visible import visible

_LONGEST = 200
"""Characters of a header; all of it, codes and other parts included, may be 255."""


def header_footer(page: Page) -> str:
    """The element ``headerFooter``; the mark stands above and below, as who copies one page may cut the other off."""
    left, mark = _said(page.header), _said(page.mark)
    header = (f"&L{left}" if left else "") + (f"&R{mark}" if mark else "")
    top = f"<oddHeader>{markup(header)}</oddHeader>" if header else ""
    bottom = f"{f'&C{mark}' if mark else ''}&R&P / &N"
    return f"<headerFooter>{top}<oddFooter>{markup(bottom)}</oddFooter></headerFooter>"


def _said(text: str) -> str:
    """A text in which nothing is a code: an ampersand is written twice, and a digit in front is no letters' size."""
    shown = visible(text)[:_LONGEST].replace("&", "&&")
    return f" {shown}" if shown[:1].isdigit() else shown
