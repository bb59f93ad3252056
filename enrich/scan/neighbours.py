"""What stands around a row's values outside their own cell: types and notes beside them, titles above, comments.

Knows rows as texts and remembers the last title; decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from enrich.indicators.hash import credentials
from enrich.indicators.hash.labels import (
    NAMES_ALGORITHM,
    NOTHING,
    Meaning,
    about,
    heading,
    label,
    may_be_whole,
    speaks_of_files,
    whole,
)
from enrich.scan.columns import Columns

_LONGEST = 160
_LONGEST_TYPE = 40
_MOST_WORDS = 8
_FIRST_PHRASE = re.compile(r"^[^;,:(|\n]*?(?=[.](?:\s|$)|\s+[-\u2013\u2014]\s|[;,:(|\n]|$)")
_COMMENT = re.compile(r"\s*(?:#|//|;|--|<!--|rem\s)", re.IGNORECASE)
_COMMENTS = re.compile(rf"^(?:{_COMMENT.pattern})", re.IGNORECASE | re.MULTILINE)
_EXAMPLE = re.compile(
    r"(?<!\w)(?:examples?|e\.g\.|sample (?:entry|line|format)|format|beispiele?|пример\w*|ejemplos?|示例|例)(?!\w)",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[\"'(\[*|\s]*[^\W\d_][^./\\@]+")
"""Words, and no name of a file, a host, a person, no date: the quick look before the closer one."""
_FILE = re.compile(r"\.[A-Za-z0-9]{1,5}\W*$")
_TITLE = re.compile(r"^\s*(?:#|==|--|\*|\[)|[:\uff1a=*#\]-]\s*$")
_RULE = re.compile(r"[\W_]*|\[\w+=.*\]")
"""A line of signs, or of a table's attributes: it opens nothing."""
_TITLE_LENGTH = 70
_START = 200
"""Of a comment, what is looked at for the word that makes it an example."""
_OPENS = re.compile(r".*(?<!print)(?<!prints):")
"""Opens a block of lines that stand deeper in. Of what fingerprints are, a file's or a certificate's, is not said."""
_PAIR = re.compile(r"[\w ()-]+[:=]\s*\S.*")
"""A name and its value: nothing more of it need follow."""
_STATED = re.compile(r"\W*\w+\s*=\s*[\"']")
"""A name that a rule or a script gives a text: it speaks of what it stands in, not of the next line."""
_MARGIN = re.compile(r"[\s*-]*")
_HASH = re.compile("md|sha", re.IGNORECASE)
"""The quick look for the name of an algorithm."""


def beside(columns: Columns, texts: Sequence[str], column: int) -> tuple[str, Meaning]:
    """What the row says of the value in ``column``: why it is no file's hash ("" where nothing says so), and the
    type that it names. With headings, the columns of types and notes speak; without, the next cells and the first do.
    """
    meaning = NOTHING
    for place in columns.speaking((column,)):
        if place == column or not 0 <= place < len(texts) or not columns.speaks(place):
            continue
        reason, kind = said(texts[place], columns.type_at(place))
        if reason:
            return reason, meaning
        if kind.hash and not meaning.hash:
            meaning = kind
    return "", meaning


def types(columns: Columns) -> Sequence[int]:
    """Where the types of the rows' values stand."""
    return [place for place in columns.companions if columns.type_at(place)] if columns.named else [0]


def says_hash(columns: Columns, texts: Sequence[str]) -> bool:
    """Whether the row's type names an algorithm."""
    return any(
        place < len(texts) and NAMES_ALGORITHM.match(texts[place]) and said(texts[place], True)[1].algorithm
        for place in types(columns)
    )


@lru_cache(maxsize=8192)
def said(text: str, is_type: bool) -> tuple[str, Meaning]:
    """What one cell says of its neighbour, by its first phrase: "Certificate thumbprint - used to sign it"."""
    text = text.strip()
    first = _first_phrase(text, is_type)
    if not first:
        return "", NOTHING
    return _objection(text, first, is_type), heading(text) if len(text) <= _LONGEST_TYPE else NOTHING


def objection(text: str, is_type: bool) -> str:
    """The first half of what is said, at a fifth of the cost: why the neighbour is no file's hash, else ""."""
    text = text.strip()
    first = _first_phrase(text, is_type)
    return _objection(text, first, is_type) if first else ""


def any_objection(texts: Iterable[str], is_type: bool) -> bool:
    """Whether any of a column's cells objects to its neighbour: one look at how they begin clears most columns."""
    filled = set(filter(None, texts))
    if not is_type and not may_be_whole("\n".join(filled)):
        return False
    return any(objection(text, is_type) for text in filled)


def _first_phrase(text: str, is_type: bool) -> str:
    """What of a cell speaks of its neighbour; "" where nothing does."""
    if not text or len(text) > _LONGEST:
        return ""
    phrase = _FIRST_PHRASE.match(text)
    first = phrase[0].strip() if phrase else text
    return first if is_type or _WORDS.fullmatch(first) else ""


def _objection(text: str, first: str, is_type: bool) -> str:
    if first.count(" ") >= _MOST_WORDS:
        return ""
    return label(text) if is_type and len(text) <= _LONGEST_TYPE else whole(first)


class Titles:
    """The title or comment that a row stands under. ``heading`` is the only one of a list, which further titles may
    overrule: its reason holds until one says that files follow.
    """

    def __init__(self, heading: str = "") -> None:
        self.reason = heading
        """Why what stands under the last title is no file's hash."""
        self.lasting = bool(heading)
        self.meant = NOTHING
        """What the line right above calls the value."""
        self._by_heading = bool(heading)
        self._depth = 0
        """Signs before the title in its line."""
        self._opens = self._is_pair = False
        self._run = 0
        """Values since the last row without any."""
        self._in_comment = self._shows = False
        self._is_dump = self._below_dump = False
        """Whether this row, and the one before, tells a password's NTLM hash: its SHA-1 stands right below."""

    @property
    def speaks(self) -> bool:
        """Whether what stands above may leave the next value out."""
        return bool(self.reason) or self._below_dump

    def example(self, texts: Sequence[str]) -> bool:
        """Whether the row is a comment that shows an example; to be called for every row that may hold one."""
        first = _first_words(texts)
        self._in_comment = bool(_COMMENT.match(first))
        self._shows = self._in_comment and (
            self._shows or bool(_EXAMPLE.search(" ".join(text[:_START] for text in texts)[:_START]))
        )
        return self._shows

    def above(self, texts: Sequence[str], *, labelled: bool) -> str:
        """Why a value in this row is no file's hash by the title, which a value that names itself overrules unless it
        stands in the title's block. A pair deeper in than the row has ended.
        """
        line = _name_and_value(texts)
        self._is_dump = bool(credentials.NTLM.fullmatch(line))
        if self._below_dump and credentials.ITS_SHA1.fullmatch(line):
            return about("NTLM")
        if not self.reason or not (labelled or self._is_pair):
            return self.reason
        depth = _depth(texts)
        if labelled:
            return self.reason if self._opens and depth > self._depth else ""
        return "" if depth < self._depth else self.reason

    def opens_comment(self, text: str) -> bool:
        """Whether a row that starts so is a comment; or the last one was, and it must be forgotten the long way."""
        return self._in_comment or bool(_COMMENT.match(text))

    def any_comment(self, texts: Iterable[str]) -> bool:
        """Whether one of many rows that start so may be a comment; sure where it says none is."""
        return _COMMENTS.search("\n".join(texts)) is not None

    def clear(self, values: int = 1) -> None:
        """Rows with values came by: a word that is no title held for the first only."""
        self._run += values
        self._below_dump, self._is_dump = self._is_dump, False
        self.meant = NOTHING
        self._forget_brief()

    def gap(self) -> None:
        """Blank rows came by: a word right above them is a title."""
        self.lasting = self.lasting or (bool(self.reason) and not self._run)
        self._below_dump = False

    def pass_by(self, texts: Sequence[str], text: str, stands_out: bool) -> None:
        """A row without values that has one cell: a title, a name, a word on the next line. ``stands_out``: behind
        blank rows, or in a column of its own.
        """
        self._below_dump = False
        text, ends_run = text.strip(), self._run > 1
        self._run, self.meant = 0, heading(text) if _HASH.search(text) else NOTHING
        if len(text) > _TITLE_LENGTH:
            if speaks_of_files(text):
                self._set("", lasting=False)
            self._forget_brief()
            return
        if _RULE.fullmatch(text) or self._is_within(texts, text):
            return
        is_title = stands_out or bool(_TITLE.search(text))
        if _FILE.search(text) or _STATED.match(text) or not (is_title or _WORDS.fullmatch(text)):
            self._forget_brief()
            return
        reason = about(text, title=True)
        if reason or speaks_of_files(text):
            goes_on = self.lasting and bool(self.reason and reason)
            self._set(reason, lasting=is_title or ends_run or goes_on)
            self._depth, self._opens = _depth(texts), bool(_OPENS.fullmatch(text))
            self._is_pair = bool(_PAIR.fullmatch(text))
        elif is_title and not self._by_heading:
            self._set("", lasting=True)
        else:
            self._forget_brief()

    def _is_within(self, texts: Sequence[str], text: str) -> bool:
        """Whether a line names an algorithm, and no value, in the block that the title opened: ``MD5: ''``."""
        if not (self.reason and self._opens and self.meant.bare and _depth(texts) > self._depth):
            return False
        return heading(text.partition(":")[0].strip(" *-")).bare

    def _set(self, reason: str, *, lasting: bool) -> None:
        self.reason, self.lasting, self._by_heading = reason, lasting, False

    def _forget_brief(self) -> None:
        """A word that is no title holds for the very next value only."""
        if not self.lasting:
            self.reason = ""


def _first_words(texts: Sequence[str]) -> str:
    """The first cell that is not blank; it may be a line of megabytes with thousands of values, so none is copied."""
    return next((text for text in texts if text and not text.isspace()), "")


def _name_and_value(texts: Sequence[str]) -> str:
    """A row's line, also where its name and its value have a cell each: ``* NTLM``, and the hash."""
    filled = [text for text in texts if text and not text.isspace()]
    first = filled[0].rstrip(" :") if filled and len(filled[0]) <= _TITLE_LENGTH else ""
    is_pair = len(filled) == 2 and first and ":" not in first and len(filled[1]) <= _TITLE_LENGTH
    return f"{first}: {filled[1]}" if is_pair else filled[0] if filled else ""


def _depth(texts: Sequence[str]) -> int:
    """How many signs stand before the first word of a row, marks of a list and empty cells among them."""
    column = next((index for index, text in enumerate(texts) if text), 0)
    margin = _MARGIN.match(texts[column])
    return column + (margin.end() if margin else 0)
