"""Values of ours as the text of a field: typed, readable, and harmless in any spreadsheet program.

A CSV has no types, so a program that opens it guesses: what it would take for a formula, a date or a number, and is
none, gets a leading apostrophe; what cannot be seen or would break the line is written as a visible escape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import cast

from msgspec import convert
from msgspec.json import decode, encode

from enrich.formats.delimited.records import Dialect
from enrich.model.column import Column, Type
from enrich.model.finding import Scalar
from enrich.model.row import Added
from enrich.visible import escape, visible

MOST_UNITS = 32767
"""UTF-16 units a cell of a spreadsheet can hold."""
_CUT_MARK = " [cut]"
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _./:()!\-]*[A-Za-z0-9/.)!]|[A-Za-z]")
"""Text in which nothing needs a look but month names. No delimiter and no quote is in it."""
_HASH = re.compile(r"(?=[0-9]*[a-f]+[0-9]*[a-df])[0-9a-f]{32,64}")
"""A hash that cannot pass for a number such as 12e34."""
# What spreadsheet programs take for the beginning of a formula, blanks and NUL before it included: LibreOffice runs
# `=` though it is quoted, Excel takes `+`, `-` and `@` too, East Asian editions full-width signs.
_ACTIVE = re.compile(r"[\s\x00]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]|[ \xa0]*[\t\r\n\x00]")
# What would become a number or a date: 1E5, 007, 12/70, (12), 3%, 10:30 pm. Not 2.0.1-beta, not a hash with letters.
_NUMERAL = re.compile(
    r"\s*[(\[$€£¥]*[\d.,][\d\s.,:/\-]*(?:[eE][+\-]?\d+|[eE])?\s*(?:%|[ap]m?|[TZ][\d:.Z]*)?[)\]]?\s*", re.IGNORECASE
)
# What would become a date: May 5, 5-jan, Sat 2 Mar 2024. Not mayhem, not marker5.
_DATED = re.compile(
    r"(?:[a-z]{3,9},?[\s.\-/]*)?(?:\d{1,4}[\s.\-/,]*)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
    r"[\s.\-/,']*\d{0,4}[\s.\-/,']*[\d:]*",
    re.IGNORECASE,
)
_URLS = re.compile(r"(?:https?://[A-Za-z0-9._~/%=&?#\-]{4,2000}\n)*+")
_HASHES = re.compile(r"(?:(?=[0-9ae]*[bcdf])[0-9a-f]{32,64}\n)*+")
"""A number has no letter but an e, and an a for the morning."""
_PLAINS = re.compile(rf"(?:(?:{_PLAIN.pattern})\n)*+")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[a-z]+")
_MONTHS = frozenset(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
_RATIO = re.compile(r"\s*(\d+)\s*/\s*(\d+)\s*")
_USUAL_DELIMITERS = (",", ";", "\t", "|")
_VALUES_REMEMBERED = 1 << 12
_LONGEST_HARMLESS = 200


def text_field(text: str) -> str:
    """Text that stays text: no formula, no number, no date."""
    if _HASH.fullmatch(text) or (_PLAIN.fullmatch(text) and not _looks_typed(text)):
        return text if len(text) <= MOST_UNITS else _shortened(text)
    marked = _ACTIVE.match(text) or _looks_typed(text)
    shown = visible(text)
    return _shortened("'" + shown if marked else shown)


def _looks_typed(text: str) -> bool:
    """Return whether a program would make a number, a time or a date of it."""
    if len(text) > 64 or not _DIGIT.search(text):
        return False
    if _NUMERAL.fullmatch(text):
        return True
    months = any(word[:3] in _MONTHS for word in _WORD.findall(text.lower()))
    return months and _DATED.fullmatch(text.strip()) is not None


def _shortened(text: str) -> str:
    """At most what a cell holds, cut at a code point, and saying so."""
    if len(text) * 2 <= MOST_UNITS or len(text.encode("utf-16-le", "surrogatepass")) // 2 <= MOST_UNITS:
        return text
    room = (MOST_UNITS - len(_CUT_MARK)) * 2
    return text.encode("utf-16-le", "surrogatepass")[:room].decode("utf-16-le", "ignore") + _CUT_MARK


def ratio_field(value: str) -> str:
    """Return ``53/72`` as it is; ``5/72`` would become May 1972, so it is marked as text."""
    found = _RATIO.fullmatch(value)
    if found is None:
        return text_field(value)
    first, second = int(found[1]), int(found[2])
    # As a month and a year, or a day and a month.
    return f"'{value}" if 1 <= first <= 12 or (first <= 31 and second <= 31) else value


def date_fields(seconds: Sequence[int]) -> list[str]:
    """ISO 8601 with Z, as msgspec writes UTC; a second that no calendar holds stays a number."""
    try:
        fields: list[str] = decode(encode(convert(seconds, list[datetime], strict=False)))
    except ValueError:
        return [date_fields([each])[0] for each in seconds] if len(seconds) > 1 else list(map(str, seconds))
    return fields


def field_of(value: Scalar, kind: Type) -> str:
    """Return one value as the field's text, before any quoting."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return date_fields([value])[0] if kind is Type.DATE else str(value)
    if isinstance(value, float):
        return repr(value)
    return ratio_field(value) if kind is Type.RATIO else text_field(value)


def harmless(texts: Sequence[str], kind: Type) -> bool:
    """Return whether all of ``texts`` may stand as they are, in any encoding and behind a usual delimiter: one look."""
    if max(map(len, texts)) > _LONGEST_HARMLESS:
        return False
    joined = "\n".join(texts) + "\n"
    if joined.count("\n") > len(texts):  # a line break in a text, which would pass for the end of one
        return False
    if kind is Type.LINK:
        return _URLS.fullmatch(joined) is not None
    if kind is not Type.TEXT:
        return False
    # what begins with a letter is no number; it may be a date where it names a month
    if _HASHES.fullmatch(joined):
        return True
    low = joined.lower()
    return _PLAINS.fullmatch(joined) is not None and not any(month in low for month in _MONTHS)


class Renderer:
    """Values as fields of one file, in its dialect and encoding."""

    Field = Callable[[Scalar], str]

    def __init__(self, dialect: Dialect, codec: str) -> None:
        self.delimiter = dialect.delimiter
        self._quotes_all = dialect.quote_all
        self.plain = not dialect.quote_all and dialect.delimiter in _USUAL_DELIMITERS
        """Whether what is harmless stands unquoted."""
        self._codec = codec

    def column(self, kind: Type) -> Field:
        """Return what renders the values of one column. Equal values are rendered once: rows share findings and
        words.
        """

        @lru_cache(maxsize=_VALUES_REMEMBERED, typed=True)  # True is 1 to a dict
        def rendered(value: Scalar) -> str:
            return self.quoted(field_of(value, kind))

        return rendered

    def quoted(self, text: str) -> str:
        """Quoted where the file's dialect needs it."""
        if self._quotes_all or self.delimiter in text or '"' in text or text[:1] == " " or text[-1:] == " ":
            return '"' + text.replace('"', '""') + '"'
        return text

    def bare(self, value: Scalar, kind: Type) -> bytes:
        """Return one value as a field that needs no quotes: what would is written as an escape."""
        text = field_of(value, kind)
        # No quotes can be used here, so what would need them is shown as an escape.
        for character in (self.delimiter, '"'):
            text = text.replace(character, escape(character))
        return self.encoded(text.strip())

    def encoded(self, text: str) -> bytes:
        """In the file's encoding; a character that it lacks becomes an escape."""
        try:
            return text.encode(self._codec)
        except UnicodeEncodeError:
            return "".join(map(self._fitting, text)).encode(self._codec)

    def lines(self, texts: Sequence[str]) -> list[bytes]:
        """Many texts without line breaks, encoded in one go."""
        # All texts at once: a codec's call costs more than a short text.
        encoded = self.encoded("\n".join(texts)).split(b"\n")
        return encoded if len(encoded) == len(texts) else list(map(self.encoded, texts))

    def _fitting(self, character: str) -> str:
        try:
            character.encode(self._codec)
        except UnicodeEncodeError:
            return escape(character)
        return character

    def headings(self, headings: Sequence[str]) -> list[bytes]:
        return [self.encoded(self.quoted(text_field(heading))) for heading in headings]

    def rows(self, columns: Sequence[Column], chosen: Sequence[int]) -> Callable[[Added], list[bytes]]:
        """Return a function that renders the chosen columns of a row, each by itself."""
        renderers = [(index, self.column(columns[index].type)) for index in chosen]
        return lambda added: [self.encoded(rendered(added.values[index])) for index, rendered in renderers]


class Tails:
    """Many rows' chosen fields, a delimiter before each."""

    def __init__(self, renderer: Renderer, columns: Sequence[Column], chosen: Sequence[int]) -> None:
        self._renderer = renderer
        self._columns = [(index, columns[index].type, renderer.column(columns[index].type)) for index in chosen]

    def of(self, rows: Sequence[Added | None]) -> list[bytes]:
        """Return what is appended to each row; nothing for a row without cells."""
        cells = [added.values for added in rows if added is not None]
        if not self._columns or not cells:
            return [b""] * len(rows)
        lines = self.of_columns(list(zip(*cells, strict=True)))
        if len(lines) == len(rows):
            return lines
        rest = iter(lines)
        return [b"" if added is None else next(rest) for added in rows]

    def of_columns(self, columns: Sequence[Sequence[Scalar]]) -> list[bytes]:
        """Return what is appended to rows whose values come column by column: one column at least is chosen."""
        delimiter = self._renderer.delimiter
        fields = [self._texts(columns[index], kind, one) for index, kind, one in self._columns]
        return self._renderer.lines([delimiter + delimiter.join(texts) for texts in zip(*fields, strict=True)])

    def _texts(self, values: Sequence[Scalar], kind: Type, one: Renderer.Field) -> Sequence[str]:
        """Return one column's fields."""
        kinds = set(map(type, values))
        if len(kinds) > 1:
            return list(map(one, values))
        distinct = set(values)
        if len(distinct) * 2 <= len(values):
            known = {value: one(value) for value in distinct}
            return list(map(known.__getitem__, values))
        if self._renderer.plain and kinds == {int}:
            numbers = cast("Sequence[int]", values)
            return date_fields(numbers) if kind is Type.DATE else list(map(str, numbers))
        if self._renderer.plain and kinds == {str} and harmless(texts := cast("Sequence[str]", values), kind):
            return texts
        return list(map(one, values))
