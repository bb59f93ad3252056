"""Text in and out of a worksheet's XML: entities, ``_xHHHH_`` escapes and references."""

from __future__ import annotations

import re
from html import escape as _html

from enrich.formats.xlsx.package.xml_edit import Element
from enrich.model.cell_reference import cell_name, column_of
from enrich.model.quantities import counted

CELL_LIMIT = 32_767
"""UTF-16 units that a cell may hold."""
MAX_COLUMNS, MAX_ROWS = 16_384, 1_048_576

_ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
# The format's own escape for characters that XML cannot hold (ECMA-376 part 1, ST_Xstring): `_x000D_` is a CR, and a
# literal `_x000D_` is written `_x005F_x000D_`.
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\\ud800-\\udfff]")
_CONTROL = re.compile("[\\x00-\\x08\\x0b-\\x1f\\ufffe\\uffff\\ud800-\\udfff]")
_MARKUP = re.compile(r"[&<>]|_x[0-9A-Fa-f]{4}_")


def unescaped(raw: bytes) -> str:
    """Character data as it stands in the XML -> the text that it means."""
    text = raw.decode("utf-8", "replace")
    # An XML parser would have made one line feed of each line end.
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in text:
        text = _ENTITY.sub(_entity, text)
    if "_x" in text:
        text = _ESCAPE.sub(_character, text)
    return text if text.isascii() else _paired(text)


def _entity(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def _paired(text: str) -> str:
    """Escaped halves of one character put together; a half alone becomes the replacement character."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def string_in(element: Element) -> str:
    """Return the text of a string, over its runs; not that of phonetic guides (``rPh``), which say it once more."""
    texts = []
    for child in element.children:
        match child.local:
            case "t":
                texts.append(child.text)
            case "rPh":
                pass
            case _:
                texts.append(string_in(child))
    return "".join(texts)


def escaped_text(text: str) -> str:
    """Another file's text as character data: it stays what it is, control characters in the format's own escape."""
    plain = markup(text)
    return plain if plain.isprintable() else _CONTROL.sub(lambda m: f"_x{ord(m[0]):04X}_", plain)


def clipped(text: str) -> tuple[str, bool]:
    """Return the text cut to what a cell holds, at a code point, and whether it was cut."""
    if len(text) <= CELL_LIMIT // 2:
        return text, False
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= CELL_LIMIT * 2:
        return text, False
    return units[: CELL_LIMIT * 2].decode("utf-16-le", "ignore"), True


def cut_words(cells: int) -> str:
    """Return what is said of so many cells that ``clipped`` has cut."""
    return f"{counted(cells, 'cell was', 'cells were')} cut at {CELL_LIMIT:,} characters"


def markup(text: str) -> str:
    """Text without control characters as character data; what looks like an ``_xHHHH_`` escape stays literal."""
    if not _MARKUP.search(text):
        return text
    return _html(_ESCAPE.sub(lambda m: f"_x005F_{m[0][1:]}", text), quote=False)


def quoted(text: str) -> str:
    """Text as the content of a double-quoted attribute."""
    return _html(text, quote=True).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")


def sheet_prefix(sheet: str) -> str:
    """Return a sheet's name as formulas put it before a place: ``'It''s'!``."""
    return "'" + sheet.replace("'", "''") + "'!"


class _Columns(dict[bytes, int]):
    def __missing__(self, name: bytes) -> int:
        self[name] = column_of(name.decode())
        return self[name]


COLUMNS = _Columns()
"""A column's letters -> its number from 0."""

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


def area(reference: str) -> tuple[int, int, int, int] | None:
    """Return the corners of ``B2:D9``: first column, first row, last column, last row (columns from 0, rows from 1)."""
    match = _REFERENCE.fullmatch(reference.strip().upper())
    if match is None:
        return None
    left, top = COLUMNS[match[1].encode()], int(match[2])
    if match[3] is None:
        return left, top, left, top
    return left, top, COLUMNS[match[3].encode()], int(match[4])


def area_of(element: Element | None, attribute: str = "ref") -> tuple[int, int, int, int] | None:
    """Return the area that an attribute of an element names; None where it names none, or there is no element."""
    return area(element.attributes.get(attribute, "")) if element is not None else None


def reference(left: int, top: int, right: int, bottom: int) -> str:
    return f"{cell_name(top, left)}:{cell_name(bottom, right)}"
