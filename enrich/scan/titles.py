"""What stands above a row and may own its values: the last title, the lines that it stands deeper in than, comments.

``Titles`` are read as hashes need it, where a line may be of the very next one only; ``Sections`` are any type's.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence

from enrich.indicators import Link, Match, Reading, Says
from enrich.indicators.hash import credentials
from enrich.indicators.hash.labels import NOTHING, about, heading, speaks_of_files
from enrich.indicators.shared.headings import reads
from enrich.scan.chain import Owner

EXAMPLE = "an example in a comment"
# # of scripts and lists, // and ; of programs, -- of SQL, <!-- of markup, rem of batch files
_COMMENT = re.compile(r"\s*(?:#|//|;|--|<!--|rem\s)", re.IGNORECASE)
# "# Examples:", "; format: md5,sha1"; not "# Emotet sample <md5>": signature-base opens with three of such
_EXAMPLE = re.compile(
    r"(?<!\w)(?:examples?|e\.g\.|sample (?:entry|line|format)|format|beispiele?|пример\w*|ejemplos?|示例|例)(?!\w)",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[\"'(\[*|\s]*[^\W\d_][^./\\@]+")
# "# Files", "== Files", "[Files]", "Files:"; not "Files were dropped in C:\Temp"
_TITLE = re.compile(r"^\s*(?:#|==|--|\*|\[)|[:\uff1a=*#\]-]\s*$")
_RULE = re.compile(r"[\W_]*|\[\w+=.*\]")
"""A line of signs, or of a table's attributes: it opens nothing."""
# mutex: MC_MICRO_%c, Serial number: 00a1: a line that has its own value speaks of no other's; not "Certificates: SHA1",
# "NTLM hashes: DC01", whose values follow
_VALUE = re.compile(r"[^:]{0,39}[^s:]\s?:\s+(?P<value>(?=.*[\d%\\_]|.*\S\.\S)\S.*)")
_OF_SEVERAL = re.compile(r"s\s*$|hash\s*$")
"""The label of several values, or of hashes: what stands behind it names no value of its own."""
_MARKS = "#*=-:[] "
"""What a title is set in."""
# a longer line is a sentence: it may end what a title said, and begins nothing
_TITLE_LENGTH = 70
_START = 200
"""Of a line, what is looked at for the word that makes a comment an example."""
_MARGIN = re.compile(r"[\s*#-]*")
_OPENER = re.compile(
    # "certificates:", <Certificate Name="x">, "sections": [, Certificate; possessive, so that a long line is linear
    r"[\s*#-]*+(?:<(?P<tag>[\w:.-]+)(?:\s[^<>]*+)?+>?"
    r"|[\"']?(?P<words>[A-Za-z][^:={}\[\]()\"'<>]{0,60}?)[\"']?)\s*+(?P<sign>[:=]?+\s*+[{\[(|>-]?+)\s*+"
)
"""A line that may have others stand deeper in: a name with a colon or a bracket, an element, words alone."""
_HASH = re.compile("md|sha", re.IGNORECASE)
"""The quick look for the name of an algorithm."""
_DEEPEST = 40
_LONGEST_SECTION = 120
# # one, ## two, == one: as Markdown and AsciiDoc count
_MARKED = re.compile(r"\s*([#=]{1,6})[ \t=]*\s*(?=\S)")
# #W <domain> = whitelisted
_LEGEND = re.compile(r"[\w>\"')]\s*=\s*[\w<\"'(]")
"""What says what a sign means, and no title."""
_SIGNS = "#= :\t"
_INNERMOST = 9
_UNMARKED = 10
"""Depths of titles: of one in capitals or with a colon, and of a few words that stand apart."""
_PHRASE = re.compile(r"[^\W\d_][\w'&()-]*(?: [\w'&()-]+){0,5}")


class Outline:
    """The lines that the last one stands deeper in than, by their margins: of YAML, JSON, markup, indented reports."""

    def __init__(self) -> None:
        self._open: list[tuple[int, int, str]] = []

    def enter(self, number: int, text: str, depth: int) -> None:
        """Enter a line without a value; one that opens nothing ends what stands as deep or deeper."""
        self.leave(depth)
        opener = _OPENER.fullmatch(text)
        if opener is not None and len(self._open) < _DEEPEST:
            self._open.append((depth, number, (opener["tag"] or opener["words"]).strip()))

    def leave(self, depth: int) -> None:
        """Leave what stands deeper than a line that came by."""
        # a line less deep ends what it does not stand in, whatever it says itself
        while self._open and self._open[-1][0] >= depth:
            self._open.pop()

    def above(self, depth: int) -> Iterator[tuple[str, int]]:
        """Yield the names of what a line at ``depth`` stands in and the rows that they stand in, the nearest first."""
        for opened, number, words in reversed(self._open):
            if opened < depth:
                yield words, number

    def __bool__(self) -> bool:
        return bool(self._open)


class Sections:
    """The titles above a row of a list or a text, from the outermost on. ``heading`` is the one of a list."""

    names_files = ""
    is_near = False

    def __init__(self, heading: str = "", row: int = 0) -> None:
        self._open: list[tuple[int, int, str]] = [(_INNERMOST, row, heading)] if heading else []
        self.state: Hashable = tuple(self._open)

    @staticmethod
    def title(texts: Sequence[str], *, apart: bool = False) -> str:
        """Return the only text of a row where it looks like a title, or is a few words ``apart``; else ""."""
        if len(texts) - texts.count("") != 1:
            return ""
        text = "".join(texts).strip()
        if len(text) > _LONGEST_SECTION or _LEGEND.search(text):
            return ""
        is_title = _MARKED.match(text) or text.endswith(":") or (text.isupper() and len(text) > 3)
        return text if (is_title or (apart and _PHRASE.fullmatch(text))) and text.strip(_SIGNS) else ""

    def open(self, number: int, title: str, *, of_table: bool = False) -> None:
        """Put the rows that follow under this title; one ``of_table`` without a mark ends all those before."""
        marked = _MARKED.match(title)
        words = 1 if of_table else _INNERMOST if title.endswith(":") or title.isupper() else _UNMARKED
        depth = len(marked[1]) if marked else words
        self._open = [*(other for other in self._open if other[0] < depth), (depth, number, title.strip(_SIGNS))]
        self.state = tuple(self._open)

    def links(self, texts: Sequence[str], match: Match, *, says_hash: bool) -> Iterator[Owner]:  # noqa: ARG002 - a chain's
        """Yield the titles, nearest first. That of the whole text says no more than a file's name would."""
        for depth, number, words in reversed(self._open):
            # "# Threat report" above all, or words without a mark: what the text is, and not whose each value is
            # ... unless they ask for values: "Qakbot C2s", apart
            is_farthest = depth == 1 or (depth == _UNMARKED and reads(words, Link.TITLE).says is not Says.INDICATOR)
            yield Owner(Link.FILE if is_farthest else Link.TITLE, words, f"the title {words!r} in row {number}")


class Titles:
    """The title or comment that a row stands under. ``heading`` is the only one of a list, which further titles may
    overrule: its reason holds until one says that files follow.
    """

    def __init__(self, heading: str = "", row: int = 0) -> None:
        self.reason = _about_title(heading) if heading else ""
        """Why what stands under the last title is no file's hash."""
        self.where = f"the title {heading!r} in row {row}"
        self.lasting = bool(self.reason)
        """Whether it is one by a mark or a gap: a word alone holds up to the next line without a value."""
        self.meant = NOTHING
        """What the line right above calls the value."""
        self.names_files = ""
        """Where the last title stands, if it asks for hashes or samples: a name below it stands for its file."""
        self._below_headings = False
        self.outline = Outline()
        if heading:
            self.outline.enter(row, heading, 0)
        self._by_heading = self.lasting
        self._shows = False
        """Whether the comment that this row is in gives examples."""
        self._is_dump = self._below_dump = False
        """Whether this row, and the one before, tells a password's NTLM hash: its SHA-1 stands right below."""
        self._last_comment = -1
        self._before = (self.reason, self.where, self.lasting, self._by_heading, self.names_files)
        """What stood above before the last row without values."""

    @property
    def is_quiet(self) -> bool:
        """Whether nothing above has a say in the next value."""
        return not (self.reason or self._below_dump or self.outline or self._shows)

    @property
    def is_near(self) -> bool:
        """Whether the last title has a reason and stands below the headings, and so nearer to the values."""
        return self._below_headings and bool(self.reason)

    @property
    def state(self) -> Hashable | None:
        """The same for all rows that nothing above speaks of."""
        return self.names_files if self.is_quiet else None

    def links(self, texts: Sequence[str], match: Match, *, says_hash: bool) -> Iterator[Owner]:
        """Yield what the row stands deeper in than, then the last title."""
        for words, number in self.outline.above(depth_of(texts)) if self.outline else ():
            yield Owner(Link.RECORD, words, f"the title {words!r} in row {number}")
        if self._shows:
            yield Owner(Link.TITLE, "", "", Reading(Says.OTHER, EXAMPLE))
        if not says_hash:
            reason, where = self._last(texts, labelled=match.own.says is Says.SHAPE)
            if reason:
                yield Owner(Link.TITLE, "", where, Reading(Says.OTHER, reason, everywhere=True))

    def _last(self, texts: Sequence[str], *, labelled: bool) -> tuple[str, str]:
        """Return why a value in this row is no file's hash by what stands above, and what that is. A value that names
        itself overrules a title.
        """
        if self._below_dump and credentials.ITS_SHA1.fullmatch(_name_and_value(texts)):
            return about("NTLM"), "the secret in the row above"
        return ("", "") if labelled else (self.reason, self.where)

    def see(self, texts: Sequence[str]) -> None:
        """Look at a row before its values are decided on: it may show examples or hold a password's hash."""
        self._shows = is_comment(texts) and (self._shows or has_example(texts))
        self._is_dump = bool(credentials.NTLM.fullmatch(_name_and_value(texts)))

    def clear(self) -> None:
        """Forget what held for the first value only, once rows with values came by."""
        self._below_dump, self._is_dump = self._is_dump, False
        self.meant = NOTHING

    def headings(self) -> None:
        """Headings came by: they are nearer than any title before them."""
        self._below_headings = False

    def gap(self) -> None:
        """Blank rows came by."""
        self._below_dump = False

    def pass_by(self, number: int, texts: Sequence[str], text: str, apart: bool) -> None:
        """Take a row without values that has one cell: a title, a name, a word on the next ones. ``apart``: behind
        blank rows.
        """
        self._below_dump = False
        self._before = (self.reason, self.where, self.lasting, self._by_heading, self.names_files)
        self.outline.enter(number, text, depth_of(texts))
        text = text.strip()
        self.meant = heading(text) if _HASH.search(text) else NOTHING
        if _RULE.fullmatch(text):
            return
        is_title, is_sentence = apart or bool(_TITLE.search(text)), len(text) > _TITLE_LENGTH
        if is_sentence or not (is_title or _WORDS.fullmatch(text)):
            if not self.lasting or (is_sentence and speaks_of_files(text)):
                self._set("", "", lasting=False)
            return
        goes_on_comment = self._last_comment == number - 1 and bool(_COMMENT.match(text))
        self._last_comment = number if _COMMENT.match(text) else -1
        reason = _about_title(text)
        if reason or speaks_of_files(text):
            # # Certificates of the actor / # SHA1: still of certificates
            if not reason and self.reason and goes_on_comment and self.meant.hash:
                return  # names an algorithm only, in a comment whose first line says whose hashes they are
            where = f"the title {text[:40]!r} in row {number}"
            self._set(reason, where, lasting=is_title)
            meaning = heading(text.strip(_MARKS)) if is_title and not reason else NOTHING
            self.names_files = where if meaning.names_files else ""
        elif is_title and not self._by_heading and not (goes_on_comment and self.reason):
            self._set("", "", lasting=True)
        elif not self.lasting:
            self.reason = ""

    def undo(self) -> None:
        """Take back the last row without values: the rule below it says that it holds the headings of a table."""
        self.reason, self.where, self.lasting, self._by_heading, self.names_files = self._before
        self.meant = NOTHING

    def _set(self, reason: str, where: str, *, lasting: bool) -> None:
        self._below_headings = lasting
        self.reason, self.where, self.lasting, self._by_heading = reason, where, lasting, False
        self.names_files = ""


def _about_title(text: str) -> str:
    """Return why what stands below a title is no file's hash; "" where the title does not say so."""
    said = _VALUE.fullmatch(text)
    if said and not heading(said["value"]).spoken:
        return about(said["value"])
    label = text.partition(":")[0]
    return about(text) or (about(label) if _OF_SEVERAL.search(label) else "")  # NTLM hashes: DC01


def _first_words(texts: Sequence[str]) -> str:
    """Return the first cell that is not blank; it may be a line of megabytes with thousands of values, so none is
    copied.
    """
    return next((text for text in texts if text and not text.isspace()), "")


def _name_and_value(texts: Sequence[str]) -> str:
    """Return a row's line, also where its name and its value have a cell each: ``* NTLM``, and the hash."""
    filled = [text for text in texts if text and not text.isspace()]
    first = filled[0].rstrip(" :") if filled and len(filled[0]) <= _TITLE_LENGTH else ""
    is_pair = len(filled) == 2 and first and ":" not in first and len(filled[1]) <= _TITLE_LENGTH
    return f"{first}: {filled[1]}" if is_pair else filled[0] if filled else ""


def is_comment(texts: Sequence[str]) -> bool:
    """Return whether a row begins with the sign of a comment."""
    first = texts[0] if texts and texts[0] and not texts[0].isspace() else _first_words(texts)
    return not (first[:1].isalnum() and first[:1] not in "rR") and _COMMENT.match(first) is not None


def has_example(texts: Sequence[str]) -> bool:
    """Return whether a row's first words speak of an example: in a comment its values are none to be asked for."""
    return _EXAMPLE.search(" ".join(text[:_START] for text in texts[:_START])[:_START]) is not None


def depth_of(texts: Sequence[str]) -> int:
    """Return how many signs stand before the first word of a row, marks of a list and empty cells among them."""
    column = next((index for index, text in enumerate(texts) if text), 0)
    margin = _MARGIN.match(texts[column])
    return column + (margin.end() if margin else 0)
