"""Which row holds the headings: the first that names its columns and holds no data. A heading is never an indicator."""

from __future__ import annotations

import re
from collections.abc import Sequence

from enrich.indicators import Link
from enrich.indicators.hash import digests as hashes
from enrich.indicators.hash.damage import fault
from enrich.indicators.hash.labels import heading
from enrich.indicators.hash.runs import digest
from enrich.indicators.shared import false_friends
from enrich.indicators.shared.headings import reads as headings_read
from enrich.indicators.shared.suffixes import registrable
from enrich.indicators.shared.vocabulary import ASSET
from enrich.model.row import Row
from enrich.scan import grouped_headings, previous_run

_FIELDS = re.compile(r"#fields(?::\s*|$)", re.IGNORECASE)
"""Opens the row in which a log names its columns: a cell to the right of them in Zeek's and W3C's (IIS), in the first
one's cell where commas part them (Exchange).
"""
# reports begin with a page of title, author and legend; beyond that a row of words is a row of words
LOOK = 40
"""Rows that are looked at for headings."""

_DATA = re.compile(
    # a URL, a mail address, a path, an IP address, a defanged dot, a host or file, a long run of hex, "label: address"
    r"(?:\w+://|hxxps?:|[\w.+-]+@[\w-]+\.|[a-z]:\\|\\\w+\\|/\w+/\w)|^\\|^\d{1,3}(?:\[?\.\]?\d{1,3}){3}|\[\.\]"
    r"|^[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|info|biz|ru|cn|xyz|top|io|exe|dll|docx?|xlsx?|zip|js|vbs|txt|pdf"
    r"|lnk|bin)$"
    r"|^[0-9a-f]{24,}|[:=(] {0,2}\d{1,3}(?:\[?\.\]?\d{1,3}){3}(?![\d.])",
    re.IGNORECASE,
)
# 1,024, $5.20, 12:30, 2024-05-01T10:00:00Z: no heading, though a year may be one of several
_NUMBER = re.compile(r"[-+$€]?[\d.,:/ %-]+(?:[TZ][\d:.Z+-]*)?(?: ?[AP]M)?", re.IGNORECASE)
_DATE = re.compile(
    # 2024-05-01 10:00, 01.05.24, 1 May 2024, May 1, 2024, May 2024
    r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[ T][\d:.Z+-]+)?(?: ?[AP]M)?|\d{1,2}[-. ][a-z]{3,9}[-. ]\d{2,4}"
    r"|[a-z]{3,9}[-. ]\d{1,2}(?:,? ?\d{2,4})?|[a-z]{3,9}[-. ]\d{2,4}",
    re.IGNORECASE,
)
_COMMON = re.compile(
    # words that head columns of any table of an incident, whatever language its tool speaks
    r"(?<![a-z])(?:type|value|data|date|time|name|ioc|indicators?|description|notes?|comments?|source|urls?"
    r"|domains?|ip|ips"
    r"|ip address|family|malware|threat|status|size|category|version|product|vendor|title|link|first|last|seen"
    r"|tags?|actor"
    r"|campaign|country|port|uuid|id|count|detections?|score|confidence|severity|filename|host|email|reference"
    r"|total|level"
    r"|дата|имя|тип|описание|datum|fecha|nombre|tipo|typ|名称|类型|日期|제목|링크)(?![a-z])",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"\s*(?:#|//|;)")
# a comment, a line of signs under a title: no name of a column
_RULE = re.compile(r"#|//|--|==|\*\*")
_STATEMENT = re.compile(
    r"import\s+\S|(?i:insert|create|select|update|copy)\s+[\w`\"]+\s|<[!?/\w]|[\w.$\s]+=[\s\w\"']|.*[{;]\s*$"
)
"""A line that a program reads: of a rule, of a script, of markup (``import "hash"`` heads no column of hashes)."""
_TYPE = re.compile(
    r"(?:md-?5|sha-?1|sha-?256|hash|ip(?:v[46])?|ip[ -_]address|domain|host(?:name)?|url|uri|e-?mail|file(?:name|path)?"
    r"|mutex|cve|asn|registry)(?:[ _-](?:name|path|address|value|key|hash|port|md-?5|sha-?(?:1|256)))*",
    re.IGNORECASE,
)
"""A word for a type, and no name that begins with one: HOST-17 is a machine."""
_LETTER = re.compile(r"[^\W\d_]")
_MOST = 120
SHORT = 40
_LONG = 200
"""Of a longer cell the start tells what it is."""


def find(rows: Sequence[Row], ours: frozenset[str] = frozenset()) -> int | None:
    """Return the number of the row that holds the headings; None where there is none among ``rows``. ``ours`` are the
    names of columns that an earlier run may have appended.
    """
    seen_data = False
    if named := next((row.number for row in rows[:LOOK] if names_fields(row.texts)), None):
        return named
    for index, row in enumerate(rows[:LOOK]):
        cells = [text.strip() for text in row.texts if text.strip()]
        # a heading is never an indicator, and nothing below data is the sheet's heading
        if any(hashes.hold(cell) for cell in cells):
            return None
        following = rows[index + 1 : LOOK]
        if not cells:
            continue
        if not following:
            # a list that holds nothing yet
            bare = len(cells) > 1 and not any(_is_data(cell, alone=False) for cell in cells)
            return row.number if bare and all(_is_known(cell, ours) for cell in cells) else None
        if _is_heading(cells, row, following, ours) and not (len(cells) == 1 and seen_data):
            return following[0].number if grouped_headings.stands_above(row, following[0]) else row.number
        if any(_DATA.search(cell[:_LONG]) for cell in cells):
            if len(cells) > 1:
                return None
            seen_data = True
    return None


def names_fields(texts: Sequence[str]) -> bool:
    """Return whether a row says of itself that it holds the names of a log's columns."""
    return len(texts) > 1 and _FIELDS.match(texts[0]) is not None


def names_in(row: Row | None) -> tuple[str, ...]:
    """Return the headings of a row, in the columns that they are of; a hash is none, whatever row the file declares."""
    texts = tuple("" if digest(text.strip()) else text for text in row.texts) if row is not None else ()
    opened = _FIELDS.match(texts[0]) if texts else None
    if opened is None:
        return texts
    first = texts[0][opened.end() :]
    return (first, *texts[1:]) if first else texts[1:]


def _is_heading(cells: Sequence[str], row: Row, following: Sequence[Row], ours: frozenset[str]) -> bool:
    """Return whether a row with these non-empty cells names the columns of the rows that follow."""
    is_data = any(_is_data(cell, alone=len(cells) < 3) for cell in cells) or _types_of_values(row, following)
    is_data = is_data or (len(cells) == 2 and _TYPE.fullmatch(cells[0]) is not None and _is_host(cells[1]))
    # in a row of one or two cells a damaged hash is seen as data: it would be lost as a heading
    if is_data or _in_comment(cells[0], row, following[0]):
        return False
    # days head columns where hashes stand below each: a list by day
    if all(_DATE.fullmatch(cell) for cell in cells):
        return _over_hashes(row, following)
    numbers = sum(bool(_NUMBER.fullmatch(cell)) for cell in cells)
    if len(cells) == 1:
        return not numbers and _single(cells[0], row, following)
    # a year or two among the headings is usual, a row of numbers is data
    return numbers * 2 <= len(cells) and _names_table(cells, row, following, ours)


def _names_table(cells: Sequence[str], row: Row, following: Sequence[Row], ours: frozenset[str]) -> bool:
    """Return whether several words name the columns of a table: by words that we know, or by what stands below them."""
    known = sum(_is_known(cell, ours) for cell in cells)
    # half of the words known, or two: "Endpoint, MD5, Zone, Owner" has one and a column that proves it
    if known * 2 >= len(cells) or known >= 2 or _hash_over_hash(row, following[0]):
        return _names_of_columns(cells, following, ours)
    # no word is known, yet each of the next rows has nothing but a hash under one of them
    if row.number == 1 and len(set(cells)) == len(cells) and _over_column_of_hashes(row, following):
        return True
    width = sum(bool(text.strip()) for text in following[0].texts)
    return (
        len(cells) >= 3
        and len(set(cells)) == len(cells)
        and width >= 2
        and row.number == 1
        and _differs(row, following)
    )


def _types_of_values(row: Row, following: Sequence[Row]) -> bool:
    """Return whether a cell names the type of its neighbour, as the cells below it do: a table of types and values
    without headings.
    """
    below = [other.texts for other in following[:4]]
    return any(
        _TYPE.fullmatch(text.strip())
        and sum(column < len(texts) and _TYPE.fullmatch(texts[column].strip()) is not None for texts in below) >= 2
        for column, text in enumerate(row.texts)
    )


def _over_column_of_hashes(row: Row, following: Sequence[Row]) -> bool:
    """Return whether words of any kind stand over a column in which each of the next rows has nothing but a hash."""
    under = [other.texts for other in following[:3]]
    return len(under) > 1 and any(
        _LETTER.search(text) and all(column < len(texts) and digest(texts[column].strip()) for texts in under)
        for column, text in enumerate(row.texts)
    )


def _in_comment(cell: str, row: Row, following: Row) -> bool:
    """Return whether a row is one of headings: a heading may open with a comment's sign, but stands right above the
    data then.
    """
    if not _COMMENT.match(cell):
        return False
    return following.number != row.number + 1 or bool(_COMMENT.match(following.texts[0]))


def _is_data(cell: str, *, alone: bool) -> bool:
    return len(cell) > _MOST or bool(_DATA.search(cell)) or (alone and bool(fault(cell)))


def names_of_table(row: Row, above: Row | None, headings: Sequence[str], *, below_gap: bool) -> Sequence[str]:
    """Return the headings of a further table that a row opens, as the row itself or as the rule that Markdown draws
    below them (``--- | :---: | ---``); () where it opens none. ``above`` is the last row without any value.
    """
    cells = [text.strip() for text in row.texts if text and not text.isspace()]
    if above is not None and above.number + 1 == row.number and len(cells) > 1 and not "".join(cells).strip(":-="):
        return names_in(above)
    is_opened = opens_table(row.texts, headings, below_gap=below_gap) or names_fields(row.texts)
    return names_in(row) if is_opened else ()


def opens_table(texts: Sequence[str], headings: Sequence[str], *, below_gap: bool) -> bool:
    """Return whether a row holds the headings of a further table, by words of our tables only: below a gap or a title,
    or where it repeats one of the ``headings`` that the sheet has.
    """
    cells = [text for text in texts if text and not text.isspace()]
    if any(len(cell) > SHORT or _DATA.search(cell) or _is_host(cell) for cell in cells):
        return False
    meanings = [heading(cell.strip()) for cell in cells]
    spoken = sum(meaning.spoken for meaning in meanings) * 2
    if spoken < len(cells) or (spoken == len(cells) and not any(meaning.hash for meaning in meanings)):
        return False
    return below_gap or any(
        known and text.strip().casefold() == known.casefold() for text, known in zip(texts, headings, strict=False)
    )


def _is_host(cell: str) -> bool:
    """Return whether a cell names a host: in "domain, evil.pw, C2" each has a word of ours, and it is data."""
    name = cell.strip("*. ")
    return "." in name and registrable(name.lower()) != "" and not false_friends.domain(name, "", "")


def _is_known(cell: str, ours: frozenset[str]) -> bool:
    words = cell.lstrip("#;/ \"'").strip()
    meaning = heading(words)
    is_machine = " " not in words and headings_read(words, Link.HEADING).what == ASSET  # DeviceName; not "Our machines"
    return is_machine or meaning.spoken or bool(_COMMON.search(words)) or previous_run.name_in(words) in ours


def _names_of_columns(cells: Sequence[str], following: Sequence[Row], ours: frozenset[str]) -> bool:
    """Return whether a record is laid out sideways: it has an attribute's name and its value in every row, and so no
    row of headings.
    """
    if len(cells) != 2 or not following:
        return True
    firsts = [row.texts[0].strip() for row in following[:4] if row.texts]
    sideways = _is_known(cells[0], ours) and not _is_known(cells[1], ours)
    # Type: file / MD5: <hash> / Size: 3 below each other, with a first row that is such a pair, too
    return not (sideways and sum(heading(text).spoken for text in firsts) >= 2)


def _single(cell: str, row: Row, following: Sequence[Row]) -> bool:
    """Return whether one cell is a heading: it says hash right above one, or names the values of a list that has no
    gaps.
    """
    # several headings in a line are of a table in a text
    if _RULE.match(cell) or _STATEMENT.match(cell) or not _LETTER.search(cell) or "|" in cell or "  " in cell:
        return False
    meaning = heading(cell)
    if meaning.hash:
        column = next(index for index, text in enumerate(row.texts) if text.strip())
        below = following[0].texts
        return column < len(below) and hashes.hold(below[column])
    numbers = [other.number for other in following]
    if cell.endswith(":") or numbers != list(range(row.number + 1, row.number + 1 + len(numbers))):
        return False
    return meaning.name or bool(meaning.reason) or bool(_COMMON.fullmatch(cell)) or _over_hashes(row, following)


def _hash_over_hash(row: Row, below: Row) -> bool:
    """Return whether a word for hash stands right above one."""
    return below.number == row.number + 1 and any(
        len(text) <= SHORT and heading(text.strip()).hash and hashes.hold(value)
        for text, value in zip(row.texts, below.texts, strict=False)
    )


def _over_hashes(row: Row, following: Sequence[Row]) -> bool:
    """Return whether under each cell of ``row`` the next rows hold a hash."""
    columns = [column for column, text in enumerate(row.texts) if text.strip()]
    if following[0].number != row.number + 1:
        return False
    under = [other.texts for other in following[:3]]
    if not any(column < len(under[0]) and hashes.hold(under[0][column]) for column in columns):
        return False
    return all(any(column < len(texts) and hashes.hold(texts[column]) for texts in under) for column in columns)


def _differs(row: Row, following: Sequence[Row]) -> bool:
    """Return whether the rows below do not look like it: one of their cells is data or a number where it has a word."""
    for other in following[:3]:
        for above, below in zip(row.texts, other.texts, strict=False):
            text = below.strip()
            if (
                above.strip()
                and text
                and (_NUMBER.fullmatch(text) or _DATA.search(text[:_LONG]) or _DATE.fullmatch(text))
            ):
                return True
    return False
