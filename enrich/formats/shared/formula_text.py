"""The texts that are written in a spreadsheet's formula. No formula is calculated here."""

from __future__ import annotations

import re

LINKS = re.compile(r"\bHYPERLINK\s*\(", re.IGNORECASE)
"""What makes a cell a link, in the notation of every format (they keep functions' English names)."""
_LITERAL = re.compile(r'"((?:[^"]|"")*+)"')
_LITERAL_LINK = re.compile(r"""\s*=?\s*HYPERLINK\s*\(\s*("(?:[^"]|"")*+"\s*(?:[,;]\s*)?){1,2}\)\s*""", re.IGNORECASE)
_CONCATENATE = re.compile(r"\bCONCAT(?:ENATE)?\s*\(", re.IGNORECASE)


def literals(formula: str) -> list[str]:
    """Return the texts in double quotes that say something.

    Texts joined by ``&`` or ``CONCATENATE`` come as one: of a hash that was torn in two, neither half must be read as a
    hash.
    """
    # Functions part their arguments by a comma in the file, by a semicolon in OpenDocument.
    joints = "&,;" if _CONCATENATE.search(formula) else "&"
    found: list[str] = []
    end = -1
    for match in _LITERAL.finditer(formula):
        text = match[1].replace('""', '"')
        between = formula[end : match.start()].strip() if end >= 0 else ""
        if len(between) == 1 and between in joints:
            found[-1] += text
        else:
            found.append(text)
        end = match.end()
    return [text for text in found if any(map(str.isalnum, text))]


def is_literal(formula: str) -> bool:
    """Return whether a formula shows what is written in it, as our own links do: no result of it can be missed."""
    return _LITERAL_LINK.fullmatch(formula) is not None


def without_result(formulas: int, first: str) -> str:
    """Return what is said of so many formulas without a result."""
    return (
        f"{formulas:,} formula{' has' if formulas == 1 else 's have'} no result in the file (the first in {first}): "
        "what stands in the formula is read, what it would show is not; open it in a spreadsheet program and save it"
    )
