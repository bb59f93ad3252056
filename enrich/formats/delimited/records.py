"""Records of a delimited text: where each begins and ends, and its fields; for the pass that writes, as raw bytes.

Both passes over a file cut it by this one set of rules, so that a row number means the same record in each:

- a quoted field may hold delimiters and line ends, provided that its closing quote stands before a delimiter or an end;
- a quote that is never closed so, or stands inside a field, is a plain character: it cannot swallow the records below;
- CR, LF and CRLF each end a line.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, zip_longest
from typing import TYPE_CHECKING

from enrich.files.encoding import Encoding
from enrich.files.lines import lines_of
from enrich.formats.delimited.even_lines import EvenCut, EvenLines

if TYPE_CHECKING:
    from _csv import Reader  # the type has no public name before Python 3.13

MOST_BLOCKS_OF_A_RECORD = 32
"""A record may run on over this many blocks; a quote still open then is a stray one."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written. ``skip_spaces``: quotes stand behind ``delimiter`` and a space."""

    delimiter: str = ","
    skip_spaces: bool = False
    quote_all: bool = False


Field = tuple[str, int, int, bool]
"""A field: its value, where its text begins and ends, whether it holds a stray quote."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Some records: their fields, how many lines each takes (None: one each) and how much text is left over."""

    records: list[list[str]]
    spans: list[int] | None
    left: int = 0
    stray: bool = False
    """Whether a quote had to be taken as a plain character."""

    @property
    def size(self) -> int:
        """How many records they are."""
        return len(self.records)

    @property
    def widths(self) -> Counter[int]:
        """How many of them have so many fields."""
        return Counter(map(len, self.records))

    @property
    def columns(self) -> list[tuple[str, ...]]:
        """Their fields, column by column; "" where a record has none."""
        return list(zip_longest(*self.records, fillvalue=""))


class Cutter:
    """Cuts blocks of whole lines. ``mark``: the byte order mark as the text shows it inside (joined files);
    ``is_large``: they are of a large file.
    """

    def __init__(self, dialect: Dialect, mark: str = "\ufeff", *, is_large: bool = False) -> None:
        self._delimiter = dialect.delimiter
        self._skip = dialect.skip_spaces
        self._mark = mark
        self._even = EvenLines(dialect.delimiter, is_large=is_large)
        delimiter = re.escape(dialect.delimiter)
        spaces = " *+" if dialect.skip_spaces else ""
        # Well formed: `"a, ""b"""` up to a delimiter or a line's end.
        self._quoted = re.compile(rf'{spaces}"([^"]*+(?:""[^"]*+)*+)"(?={delimiter}|\r|\n|\Z)')
        # Opened, and the text ends: more of it may close the quote.
        self._open = re.compile(rf'{spaces}"[^"]*+(?:""[^"]*+)*+\Z')
        # Closed within its line, with something behind the quote: `"C:\\a" -x`, as consoles print command lines.
        self._lenient = re.compile(rf'{spaces}"([^"\r\n]*+(?:""[^"\r\n]*+)*+)"([^{delimiter}\r\n]*+)')
        # All else: `5" disk`, and a quote that nothing closes. Such a one must not swallow the rows below, as csv's
        # does.
        self._plain = re.compile(rf"[^{delimiter}\r\n]*+")

    def cut(self, text: str, *, more: bool) -> Cut | EvenCut:
        """Return the records of a block. ``more``: text may follow, so a record still open at the end is left over."""
        marked = bool(self._mark) and self._mark in text
        if not marked and (even := self._even.cut(text)) is not None:
            return even
        if '"' not in text and not marked:
            return Cut([line.split(self._delimiter) for line in _bare_lines(text)], None)
        lines = lines_of(text)
        clean = [line.removeprefix(self._mark) for line in lines] if marked else lines
        try:
            records = list(self._strict(clean, 0))
        except csv.Error:
            records = []
        # As many records as lines: no quoted field ran over a line's end.
        if len(records) == len(lines):
            return Cut(records, None)
        return self._careful(text, lines, clean, more=more)

    def _strict(self, lines: list[str], start: int) -> Reader:
        """Read what is well formed, and raise ``csv.Error`` where something is not."""
        source = map(lines.__getitem__, range(start, len(lines)))
        return csv.reader(source, delimiter=self._delimiter, skipinitialspace=self._skip, strict=True)

    def _careful(self, text: str, lines: list[str], clean: list[str], *, more: bool) -> Cut:
        """Record by record: the strict reader as far as it goes, our own rules where it stops."""
        starts = [0, *accumulate(map(len, lines))]
        records: list[list[str]] = []
        spans: list[int] = []
        at, stray = 0, False
        while at < len(lines):
            at = self._well_formed(clean, at, records, spans)
            if at == len(lines):
                break
            own = self._own(text, starts[at], more=more)
            if own is None:
                return Cut(records, spans, len(text) - starts[at], stray)
            fields, end, odd = own
            stray |= odd
            first = at
            while starts[at] < end:
                at += 1
            records.append(fields)
            spans.append(at - first)
        return Cut(records, spans, 0, stray)

    def _well_formed(self, clean: list[str], at: int, records: list[list[str]], spans: list[int]) -> int:
        """Read on strictly, and return the line at which a record begins that is not well formed."""
        reader, done = self._strict(clean, at), 0
        try:
            for fields in reader:
                records.append(fields)
                spans.append(reader.line_num - done)
                done = reader.line_num
        except csv.Error:
            pass
        return at + done

    def _own(self, text: str, start: int, *, more: bool) -> tuple[list[str], int, bool] | None:
        """Return one record from ``start``: its fields, where it ends (behind its line end), whether a quote was stray.

        None where it is still open at the end of the text and more may follow.
        """
        fields: list[str] = []
        stray = False
        for field in self._fields(text, start, more=more):
            if field is None:
                return None
            value, _, end, odd = field
            fields.append(value)
            stray |= odd
        if text.startswith("\r\n", end):
            return fields, end + 2, stray
        return fields, min(end + 1, len(text)), stray

    def _fields(self, text: str, start: int, *, more: bool) -> Iterator[Field | None]:
        """Yield a record's fields; None where one is still open at the end of the text and more may follow."""
        at = start + len(self._mark) if self._mark and text.startswith(self._mark, start) else start
        while True:
            if quoted := self._quoted.match(text, at):
                yield quoted[1].replace('""', '"'), at, quoted.end(), False
                end = quoted.end()
            elif more and self._open.match(text, at):
                yield None
                return
            elif lenient := self._lenient.match(text, at):
                yield lenient[1].replace('""', '"') + lenient[2], at, lenient.end(), False
                end = lenient.end()
            else:
                plain = self._plain.match(text, at)
                assert plain is not None  # it matches the empty text
                end = plain.end()
                yield plain[0], at, end, plain[0].lstrip(" ").startswith('"')
            if not text.startswith(self._delimiter, end):
                return
            at = end + 1

    def spans_of(self, record: str) -> list[tuple[int, int]]:
        """Return where each field of one whole record stands in its text."""
        return [(field[1], field[2]) for field in self._fields(record, 0, more=False) if field is not None]

    def stray_in(self, record: str) -> bool:
        """Return whether one whole record holds a quote that had to be taken as a plain character."""
        return any(field[3] for field in self._fields(record, 0, more=False) if field is not None)


def _bare_lines(text: str) -> list[str]:
    """Return lines without their ends, the quick way where all line ends are of one kind."""
    if "\r" in text:
        if text.count("\r") == text.count("\r\n"):
            text = text.replace("\r\n", "\n")
        else:
            return [line.rstrip("\r\n") for line in lines_of(text)]
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


Batch = tuple[list[bytes], list[int]]
"""Raw records, line ends included, and how many delimiters part the fields of each."""


@dataclass(frozen=True, slots=True)
class EvenBatch:
    """Raw records of which each is a line of ``width`` fields. Nothing is cut before somebody looks."""

    data: bytes
    width: int
    size: int
    """How many records they are."""

    @property
    def batch(self) -> Batch:
        """The same record by record."""
        return self.data.splitlines(keepends=True), [self.width - 1] * self.size


_DOUBLE_BYTE = re.compile(rb"[\x81-\xfe][\x40-\xfe]")
_MARK_AS_LATIN1 = "\xef\xbb\xbf"
"""The UTF-8 byte order mark as Latin-1 shows it."""


class RawRecords:
    """Blocks of bytes as raw records, cut by the same rules as the first pass, which sees text."""

    def __init__(self, dialect: Dialect, encoding: Encoding, *, stray: bool = False, is_large: bool = False) -> None:
        self._delimiter = dialect.delimiter.encode("ascii")
        # In GBK, Big5 and Shift-JIS a character's second byte may be `|` or another ASCII sign from `@` on.
        self._masked = encoding.multibyte and dialect.delimiter >= "@"
        self._mark = _MARK_AS_LATIN1 if encoding.codec == "utf-8" else ""
        self._cutter = Cutter(dialect, self._mark, is_large=is_large)
        self._even = EvenLines(dialect.delimiter, is_large=True) if is_large and not self._masked else None
        self.stray = stray
        """Whether a quote had to be taken as a plain character so far."""

    def batches(self, blocks: Iterable[bytes]) -> Iterator[Batch | EvenBatch]:
        """Yield the records of blocks, batch by batch; of a large file those of an even block together, each of which
        is a line.
        """
        unfinished, carried, mark = b"", 0, self._mark.encode("latin-1")
        for block in blocks:
            if self._even is not None and not unfinished and not (mark and mark in block):
                even = self._even.cut_bytes(block)
                if even is not None:
                    yield EvenBatch(block, even.width, even.size)
                    continue
            # Most blocks hold no quote at all: each line is a record, and bytes need not become text.
            if not unfinished and not self._masked and b'"' not in block:
                lines, delimiter = block.splitlines(keepends=True), self._delimiter
                yield lines, [line.count(delimiter) for line in lines]
                continue
            # A quote that is open for 32 blocks (4 MB) is no field: to hold more would hold a whole file.
            batch, unfinished = self._cut(unfinished + block, more=carried < MOST_BLOCKS_OF_A_RECORD)
            carried = carried + 1 if unfinished else 0
            yield batch
        if unfinished:
            yield self._cut(unfinished, more=False)[0]

    def spans(self, record: bytes) -> list[tuple[int, int]]:
        """Return where each field of one record stands in its bytes."""
        return self._cutter.spans_of(self._view(record))

    def opens(self, record: bytes) -> bool:
        """Return whether one of a record's quotes is never closed."""
        return self._cutter.stray_in(self._view(record))

    def _view(self, raw: bytes) -> str:
        """Return the bytes as characters of one byte each, none of which only looks like a delimiter."""
        return (_DOUBLE_BYTE.sub(b"xx", raw) if self._masked else raw).decode("latin-1")

    def _cut(self, raw: bytes, *, more: bool) -> tuple[Batch, bytes]:
        cut = self._cutter.cut(self._view(raw), more=more)
        self.stray |= cut.stray
        end = len(raw) - cut.left
        lines = raw[:end].splitlines(keepends=True)
        if isinstance(cut, EvenCut):
            return EvenBatch(raw, cut.width, cut.size).batch, b""
        counts = [len(fields) - 1 if fields else 0 for fields in cut.records]
        if cut.spans is None:
            return (lines, counts), raw[end:]
        records, at = [], 0
        for span in cut.spans:
            records.append(lines[at] if span == 1 else b"".join(lines[at : at + span]))
            at += span
        return (records, counts), raw[end:]
