"""Finds the delimiter that a text is written with by how evenly it cuts the records.

``csv.Sniffer`` looks at characters around quotes and at letter frequencies; lists of indicators need the records.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePath

from enrich.formats.delimited.records import Cutter, Dialect
from enrich.model.own_cells import STATUS_WORDS

DELIMITERS = (",", ";", "\t", "|")
"""The delimiters that are looked for; at equal evenness the first wins."""
SPACE = " "
"""Parts the fields of logs alone."""
EVEN_ENOUGH = {",": 0.9, ";": 0.85, "\t": 0.8, "|": 0.8}
"""The share of even records that makes a table of a file whose name does not say so; prose has commas."""
_SEPARATOR_LINE = re.compile(r'"?sep=([\t -!#-~])"?[ \t]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
"""The line `sep=;` that Excel writes, and swallows when it reads. Its delimiter is ASCII."""
# #Fields: date time s-ip; Exchange's has commas: #Fields: date-time,client-ip; Zeek's tabs: #fields, ts, uid
_FIELDS = re.compile(r"#fields(?:: ?|[\t,;|])(?=\S)(.*\S)\s*", re.IGNORECASE)
"""The line in which a log names its fields: what parts these parts its rows."""
_OUR_FIELDS = re.compile(rf"([,;\t|])\"?(?:{'|'.join(sorted(STATUS_WORDS))})\"?\1\"?(?:'?\d+/\d+\"?)?\1")
"""A status of an earlier run, and beside it a ratio or nothing: what parts these parts the file."""
_RULE_CELL = r"[ \t]*(?:-{3,}|:-+:?|-+:)[ \t]*"
_MARKDOWN_RULE = re.compile(rf"^[ \t]*\|?(?:{_RULE_CELL}\|)+(?:{_RULE_CELL})?\r?$", re.MULTILINE)
_FILTERS = re.compile(r"(?:^(?:@@)?\|\|[^|^\n]*\^[^|\n]*\n){3}", re.MULTILINE)
"""Rules of an ad blocker (||evil.com^), whose bars part nothing."""
_TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".psv")
_MOST_RECORDS = 2000


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well one delimiter fits: ``even`` is the share of records of the commonest width above one."""

    dialect: Dialect
    even: float
    width: int
    heads: bool
    """Whether the first record that holds the delimiter has that width."""
    records: int


def separator_line(text: str) -> str:
    """Return the ``sep=;`` line with its line end; "" where there is none."""
    found = _SEPARATOR_LINE.match(text)
    return found[0] if found else ""


def named_a_table(name: str) -> bool:
    return _suffix_of(name) in _TABLE_SUFFIXES


def _suffix_of(name: str) -> str:
    """Return a name's ending in lower case, ``.gz`` taken off."""
    return PurePath(name.lower().removesuffix(".gz")).suffix


def weigh(text: str, dialect: Dialect) -> Evidence:
    """Cuts a sample with one dialect and looks at the widths."""
    cut = Cutter(dialect).cut(text, more=True)
    widths = [len(record) for record in cut.records[:_MOST_RECORDS] if not _is_aside(record)]
    wide = Counter(width for width in widths if width > 1)
    if not wide:
        return Evidence(dialect, 0.0, 1, heads=False, records=len(widths))
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    first = next(width for width in widths if width > 1)
    # A delimiter that is one gives most records the same number of fields. Letter counts (as `csv.Sniffer` weighs
    # them) call `e` or a space one in a list of hashes.
    even = count / len(widths)
    return Evidence(dialect, even * (0.6 if cut.stray else 1.0), width, heads=first == width, records=len(widths))


def _is_aside(record: list[str]) -> bool:
    """Blank lines, comments and merge-conflict marks say nothing about the delimiter."""
    first = record[0].lstrip() if record else ""
    return not any(record) or first.startswith(("#", "//", "<<<<<<<", "=======", ">>>>>>>"))


def candidates(text: str) -> list[Evidence]:
    """Return all delimiters that occur, best first."""
    # Fields of an earlier run are parted as the file's own are, whatever else stands there: notes of ours hold
    # commas.
    earlier = _OUR_FIELDS.search(text)
    found = []
    for delimiter in DELIMITERS:
        if delimiter not in text or (delimiter == "|" and _FILTERS.search(text)):
            continue
        # `a, "b, c"` as people write it: csv would take that quote for a plain character, and cut the field in two.
        spaced = f'{delimiter} "' in text and f'{delimiter}"' not in text
        found.append(weigh(text, Dialect(delimiter, skip_spaces=spaced)))
    known = earlier[1] if earlier is not None else ""
    return sorted(found, key=lambda one: (one.dialect.delimiter == known, _rank(one)), reverse=True)


def _rank(evidence: Evidence) -> tuple[float, bool, int, int]:
    """Evenness in steps of a twentieth, then a fitting header, then width."""
    order = -DELIMITERS.index(evidence.dialect.delimiter)
    return round(evidence.even * 20) + (1.5 if evidence.heads else 0), evidence.heads, evidence.width, order


def dialect_of(text: str, name: str = "") -> Dialect:
    """Return the dialect of a text that is a table; one column where no delimiter fits."""
    said = _SEPARATOR_LINE.match(text)
    if said:
        return _quoting(text[said.end() :], Dialect(said[1]))
    if delimiter := _parts_fields(text):
        return Dialect(SPACE) if delimiter == SPACE else _quoting(text, Dialect(delimiter))
    ranked = [evidence for evidence in candidates(text) if evidence.even > 0]
    if _suffix_of(name) in (".tsv", ".tab"):
        # A name that ends in .tsv speaks for tabs even in a file that has more commas, in command lines say.
        tabbed = [evidence for evidence in ranked if evidence.dialect.delimiter == "\t" and evidence.even > 0.3]
        ranked = tabbed or ranked or [Evidence(Dialect("\t"), 0, 1, heads=False, records=0)]
    return _quoting(text, ranked[0].dialect if ranked else Dialect())


def _parts_fields(text: str) -> str:
    """Return what parts the fields that are named in the comments which a text opens with; "" where none are, and where
    the line below has fewer: who quotes such a line further down tells of a log.
    """
    delimiter, fields = "", 0
    for line in filter(str.strip, text.splitlines()):
        if not line.startswith("#"):
            return delimiter if 0 < fields <= len(_fields(line, delimiter)) else ""
        if named := _FIELDS.fullmatch(line):
            delimiter = next((sign for sign in (*DELIMITERS, SPACE) if sign in named[1]), "")
            fields = len(_fields(named[1], delimiter)) if delimiter else 0
    return delimiter


def _fields(line: str, delimiter: str) -> list[str]:
    return line.split() if delimiter == SPACE else line.split(delimiter or None)


def is_table(text: str) -> bool:
    """Return whether the text is evidently a table, whatever it is called: prose and plain lists are not."""
    if separator_line(text) or _parts_fields(text):
        return True
    ranked = candidates(text)
    if not ranked:
        return False
    best = ranked[0]
    return best.even >= EVEN_ENOUGH[best.dialect.delimiter] and best.records >= 2 and best.even * best.records >= 2


def takes_fields(text: str, dialect: Dialect) -> bool:
    """Return whether fields at the ends of lines leave a table what it is: not one of Markdown, with a rule below its
    headings, and not a log whose fields are named in a comment.
    """
    return dialect.delimiter != SPACE and not (dialect.delimiter == "|" and _MARKDOWN_RULE.search(text))


def _quoting(text: str, dialect: Dialect) -> Dialect:
    """Return whether the file quotes each of its fields, so that ours look like them."""
    delimiter = re.escape(dialect.delimiter)
    fields = re.compile(rf'(?:^|(?<={delimiter}))(?:"(?:[^"]|"")*"(?={delimiter}|$)|[^{delimiter}"\n]+)', re.MULTILINE)
    sample = [match for match in fields.findall(text[:20000].replace("\r", "\n")) if match.strip()]
    quoted = sum(match.startswith('"') for match in sample)
    # A twentieth may be bare: numbers, and fields that hold nothing.
    quote_all = len(sample) >= 2 and quoted >= 0.95 * len(sample)
    return Dialect(dialect.delimiter, dialect.skip_spaces, quote_all)
