"""Texts of ours among the workbook's shared strings: appended, each once, so that the indices of theirs stay.

Inline strings would be simpler, and every spreadsheet program reads them; but Apple's Numbers and the previews of mail
programs on phones show such cells blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

from enrich.formats.xlsx.package.names_of_standard import DECLARATION, MAIN
from enrich.formats.xlsx.package.xml_edit import ATTRIBUTE
from enrich.formats.xlsx.sheet.shared_strings import SharedStrings
from enrich.formats.xlsx.sheet.text import CELL_LIMIT, escaped_text

MOST_KNOWN = 1 << 16
"""Texts whose index is remembered, some 16 MB of hashes. One that comes again beyond them is entered again, which the
standard allows: the sheets of a million different hashes take no memory for it.
"""
_MOST_IN_MEMORY = 4 << 20
_ENTRIES_AT_ONCE = 1 << 12
"""Entries that are written at once."""
_END_WINDOW = 1 << 16
"""Bytes before the part's end, in which its end tag is looked for."""


class NewStrings:
    """The list of shared strings with more behind it. ``index`` enters a text; ``parts`` gives the whole part."""

    def __init__(self, theirs: SharedStrings | None = None, namespace: str = MAIN) -> None:
        """``theirs`` are the workbook's own; None where it has none, and the list is one in ``namespace``."""
        self.known: dict[str, int] = {}
        self._namespace = namespace
        self._prefix = theirs.prefix if theirs is not None else ""
        self._first = self._next = len(theirs) if theirs is not None else 0
        self._entries: SpooledTemporaryFile[bytes] | None = None
        self._waiting: list[str] = []
        if theirs is not None:
            # an entry with runs, or blanks at its ends, may not be what a cell of ours shows;
            # what an earlier run appended stands last, and is not appended again each night
            for at in range(max(0, self._first - MOST_KNOWN), self._first):
                text = theirs[at]
                if (
                    at not in theirs.rich
                    and text
                    and text.isprintable()
                    and len(text) < CELL_LIMIT
                    and text == text.strip()
                ):
                    self.known.setdefault(text, at)

    @property
    def added(self) -> int:
        """How many texts were entered."""
        return self._next - self._first

    def index(self, text: str) -> int:
        """Return the index of a text, which is entered if it is not known."""
        index = self.known.get(text)
        if index is not None:
            return index
        index, p = self._next, self._prefix
        self._next += 1
        if text.isalnum():  # a hash, or a word
            self._waiting.append(f"<{p}si><{p}t>{text}</{p}t></{p}si>")
        else:
            # Without it programs strip blanks at the ends, as XML's readers may.
            space = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
            self._waiting.append(f"<{p}si><{p}t{space}>{escaped_text(text)}</{p}t></{p}si>")
        if len(self._waiting) >= _ENTRIES_AT_ONCE:
            self._flush()
        if len(self.known) < MOST_KNOWN:
            self.known[text] = index
        return index

    def _flush(self) -> None:
        if not self._waiting:
            return
        if self._entries is None:
            self._entries = SpooledTemporaryFile(max_size=_MOST_IN_MEMORY)  # noqa: SIM115 - until ``close``
        self._entries.write("".join(self._waiting).encode())
        self._waiting.clear()

    def parts(self, theirs: Iterator[bytes] | None) -> Iterator[bytes]:
        """Yield the part in pieces: all of theirs as they are, and ours behind; None where there are none of theirs."""
        if theirs is None:
            yield f'{DECLARATION}<sst xmlns="{self._namespace}" uniqueCount="{self.added}">'.encode()
            yield from self._written()
            yield b"</sst>"
            return
        pending = self._counted(next(theirs, b""))
        for piece in theirs:
            pending += piece
            if len(pending) > 2 * _END_WINDOW:
                yield pending[:-_END_WINDOW]
                pending = pending[-_END_WINDOW:]
        yield from self._closed(pending)

    def _written(self) -> Iterator[bytes]:
        self._flush()
        if self._entries is None:
            return
        self._entries.seek(0)
        while piece := self._entries.read(1 << 18):
            yield piece

    def _counted(self, head: bytes) -> bytes:
        """Return the list's beginning with its counts raised by ours: of texts, and of cells, which is a hint."""
        # Both counts are optional, and wrong in many files: Excel goes by the entries. A reader that allots room by
        # `uniqueCount` would miss ours.
        tag = re.search(rb"<" + re.escape(self._prefix.encode()) + rb"sst[\s/>][^>]*", head)
        if tag is None:
            return head

        def raised(match: re.Match[bytes]) -> bytes:
            number = match[2][1:-1].strip()
            if match[1] not in (b"count", b"uniqueCount") or not number.isdigit():
                return match[0]
            return b'%b="%d"' % (match[1], int(number) + self.added)

        return head[: tag.start()] + ATTRIBUTE.sub(raised, tag[0]) + head[tag.end() :]

    def _closed(self, end: bytes) -> Iterator[bytes]:
        """Yield the part's end with our entries before the end tag, or before an extension list."""
        p = re.escape(self._prefix.encode())
        # An extension list may follow the entries, and nothing may follow it.
        places = list(re.finditer(rb"<" + p + rb"extLst[\s>]|</" + p + rb"sst\s*>", end))
        if places:
            at = places[-2].start() if len(places) > 1 and not places[-2][0].startswith(b"</") else places[-1].start()
            yield end[:at]
            yield from self._written()
            yield end[at:]
            return
        empty = re.search(rb"<(" + p + rb"sst)([^<>]*)/>", end)
        if empty is not None:
            yield end[: empty.start()] + b"<%b%b>" % (empty[1], empty[2])
            yield from self._written()
            yield b"</%b>" % empty[1] + end[empty.end() :]
            return
        yield end

    def close(self) -> None:
        if self._entries is not None:
            self._entries.close()
