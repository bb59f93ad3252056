"""Gives a delimited file back with fields appended: every record's bytes stand as they are.

A record is written as its raw bytes, padding up to the width of the table, our fields, and its own line end. Only
columns of ours from an earlier run are replaced in place.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from enrich.formats.delimited.arrow_records import with_fields
from enrich.formats.delimited.records import Batch, EvenBatch, RawRecords
from enrich.formats.delimited.render import Renderer, Tails
from enrich.model.column import Type
from enrich.model.own_cells import fits
from enrich.model.row import Added, Addition

if TYPE_CHECKING:
    import pyarrow as pa

COMMENT_SIGNS = (b"#", b"//")
_CONTENTS_REMEMBERED = 1 << 16


@runtime_checkable
class CellsByContent(Protocol):
    """What ``Addition.cells`` may be able to do besides: rows with the same content have the same cells."""

    def contents(self, first: int, end: int) -> Sequence[Hashable | None]:
        """Return what each row from ``first`` up to ``end`` holds; None for a row that gets no cells."""
        ...

    def of(self, contents: Sequence[Hashable]) -> Sequence[Added]:
        """Return the cells of rows that hold these."""
        ...


@runtime_checkable
class RenderedCells(Protocol):
    """What ``Addition.cells`` may be able to do besides: fields that were rendered before, see ``cell_texts``."""

    def rendered(self, first: int, end: int) -> Sequence[bytes | None]:
        """Return the fields of each row from ``first`` up to ``end``; None for a row that gets no cells."""
        ...

    def column(self, first: int, end: int) -> pa.Array[Any]:
        """Return the same as Arrow has it, which made them."""
        ...


class Appender:
    """Writes records with an addition's fields.

    ``width`` counts the fields of the table as it stands in the file, ``usual`` those of most of its records;
    ``before`` are the records of the file before the first of these.
    """

    def __init__(
        self, addition: Addition, renderer: Renderer, raw: RawRecords, *, width: int, usual: int, before: int = 0
    ) -> None:
        self.raw, self._renderer, self._addition = raw, renderer, addition
        self._delimiter = renderer.delimiter.encode("ascii")
        self._width, self._before = width, before
        self.long: list[int] = []
        """Numbers of the records that are wider than the table: our fields stand further right there."""
        places = [addition.present.get(column.name, -1) for column in addition.columns]
        self._present = [index for index, place in enumerate(places) if place >= 0]
        """Columns that an earlier run wrote: they are replaced where they stand. The others are appended."""
        self._places = [places[index] for index in self._present]
        self._fresh = [index for index, place in enumerate(places) if place < 0]
        self._most = max(usual - 1, *self._places, 0)
        self._kinds = [addition.columns[index].type for index in self._present]
        headings = renderer.headings(addition.headings)
        self._heading = self._joined([headings[index] for index in self._fresh])
        self._rendered = renderer.rows(addition.columns, self._present)
        self._tails = Tails(renderer, addition.columns, self._fresh)
        self._known: dict[Hashable, bytes] = {}
        """The new fields of rows by their content, a delimiter before each."""
        cells = addition.cells
        self._rendered_before = cells if isinstance(cells, RenderedCells) and not self._present else None
        self._header = addition.header_row or 0

    def written(self, batches: Iterable[Batch | EvenBatch]) -> Iterator[bytes]:
        """Yield the file's new bytes behind its prologue, batch by batch."""
        number = self._before
        for batch in batches:
            if isinstance(batch, EvenBatch):
                numbers = range(number + 1, number + 1 + batch.size)
                yield self._at_once(batch, numbers) or self._by_records(*batch.batch, numbers)
            else:
                numbers = range(number + 1, number + 1 + len(batch[0]))
                yield self._by_records(*batch, numbers)
            number += len(numbers)

    def _at_once(self, batch: EvenBatch, numbers: range) -> bytes | None:
        """Return even records with fields that were rendered before; None where one of them is to be looked at."""
        cells = self._rendered_before
        if cells is None or self._header in numbers or batch.width != self._width or self.raw.stray:
            return None
        return with_fields(batch.data, cells.column(numbers.start, numbers.stop))

    def _by_records(self, records: list[bytes], counts: list[int], numbers: range) -> bytes:
        """Return records with their fields."""
        tails = self._tails_of(numbers)
        # A block of records as wide as the table, each with an answer and the same line end: one pass without a look
        # at each.
        end = _plain_lines(records)
        is_wide = counts.count(self._width - 1) == len(counts)
        if not self._present and is_wide and all(tails) and end and not self.raw.stray:
            plain = zip(records, filter(None, tails), strict=True)
            return b"".join([record[: -len(end)] + tail + end for record, tail in plain])
        return b"".join(map(self._record, numbers, records, counts, tails))

    def _tails_of(self, numbers: range) -> list[bytes | None]:
        """Return the fields of the columns that are new for each of these rows; None for one that gets no cells."""
        cells, header = self._addition.cells, self._header
        if isinstance(cells, RenderedCells):
            tails = list(cells.rendered(numbers.start, numbers.stop))
            if header in numbers:
                tails[header - numbers.start] = None
            return tails
        if not isinstance(cells, CellsByContent):
            added = [None if number == header else cells(number) for number in numbers]
            return [None if one is None else tail for one, tail in zip(added, self._tails.of(added), strict=True)]
        contents = list(cells.contents(numbers.start, numbers.stop))
        if header in numbers:
            contents[header - numbers.start] = None
        if len(self._known) > _CONTENTS_REMEMBERED:
            self._known.clear()
        known = self._known
        fresh = list({one: None for one in contents if one is not None and one not in known})
        known.update(zip(fresh, self._tails.of(cells.of(fresh)), strict=True))
        return [None if one is None else known[one] for one in contents]

    def _record(self, number: int, record: bytes, count: int, tail: bytes | None) -> bytes:
        """Return one record with its fields; ``tail`` are those of the columns that are new, None where it gets no
        cells.
        """
        header = self._header
        if number == header:
            return self._extended(number, record, count, self._heading)
        if tail is None:
            if number < header or record.lstrip().startswith(COMMENT_SIGNS):
                return record
            if self._present:
                record = self._emptied(record, count)
            # strict readers want as many fields in every row as the heading has
            return self._extended(number, record, count, self._delimiter * len(self._fresh)) if header else record
        # Behind a quote that is never closed, a quote of ours would close it: our fields would be part of the
        # analyst's.
        opens = self.raw.stray and b'"' in record and self.raw.opens(record)
        added = self._addition.cells(number) if opens or self._present else None
        if added is None:
            return self._extended(number, record, count, tail)
        if opens:
            tail = self._joined(self._bare(added, self._fresh))
        if self._present:
            own = self._bare(added, self._present) if opens else self._rendered(added)
            places = self._places if count <= self._most else self._places_in_long(record, count)
            if places is None:  # behind its own fields, in the order in which they stand in the others
                tail = self._joined([one for _, one in sorted(zip(self._places, own, strict=True))]) + tail
            else:
                record, count = self._replaced(record, places, own)
        return self._extended(number, record, count, tail)

    def _joined(self, fields: list[bytes]) -> bytes:
        return b"".join(self._delimiter + one for one in fields)

    def _emptied(self, record: bytes, count: int) -> bytes:
        """Return a record that gets nothing, without what an earlier run left in it. What cannot be ours stays."""
        places = self._places if count <= self._most else self._places_in_long(record, count)
        if places is None or count < max(places):
            return record
        fields = [record[start:stop] for start, stop in self.raw.spans(record)]
        if not _can_be_ours([fields[place] for place in places], self._kinds):
            return record
        return self._replaced(record, places, [b""] * len(places))[0]

    def _places_in_long(self, record: bytes, count: int) -> list[int] | None:
        """Return where our fields stand in a record that is longer than the others.

        They may be in line with those of other records, or at the record's end. None where neither can be ours: all is
        its own.
        """
        fields = [record[start:stop] for start, stop in self.raw.spans(record)]
        for shift in (0, count - max(self._places)):
            if _can_be_ours([fields[place + shift] for place in self._places], self._kinds):
                return [place + shift for place in self._places]
        return None

    def _bare(self, added: Added, chosen: Iterable[int]) -> list[bytes]:
        """Return the chosen columns' fields without a quote."""
        return [self._renderer.bare(added.values[index], self._addition.columns[index].type) for index in chosen]

    def _extended(self, number: int, record: bytes, count: int, tail: bytes) -> bytes:
        """Return one record with a tail behind it; where there is nothing to append it stays as it is.

        A short record is padded, so that our fields stand under our headings; a long one keeps what it has.
        """
        body, end = without_line_end(record)
        if not tail or not body:
            return record
        if count >= self._width:
            self.long.append(number)
        return body + self._delimiter * (self._width - 1 - count) + tail + end

    def _replaced(self, record: bytes, places: list[int], fields: list[bytes]) -> tuple[bytes, int]:
        """Return one record with the fields at ``places`` replaced, padded where it is short, and its delimiters."""
        spans = self.raw.spans(record)
        body, end = without_line_end(record)
        lacking = max(places) + 1 - len(spans)
        if lacking > 0:
            spans.extend((len(body) + extra, len(body) + extra) for extra in range(1, lacking + 1))
            body += self._delimiter * lacking
        for place, new in sorted(zip(places, fields, strict=True), reverse=True):
            start, stop = spans[place]
            if body[start:stop] != new:
                body = body[:start] + new + body[stop:]
        return body + end, len(spans) - 1


def _can_be_ours(fields: Sequence[bytes], kinds: Sequence[Type]) -> bool:
    """Return whether each field fits its column, and at least one says so: text alone can be anybody's."""
    texts = (field.decode("latin-1").strip('" ') for field in fields)
    found = {fits(kind, text) for text, kind in zip(texts, kinds, strict=True) if text}
    return True in found and False not in found


def _plain_lines(records: list[bytes]) -> bytes:
    """Return the line end of all records where each is one line that holds something, as in most files; else b""."""
    joined = b"".join(records)
    end = b"\r\n" if b"\r" in joined else b"\n"
    lines = joined.count(b"\n") == joined.count(end) == len(records) and joined.endswith(end)
    lines = lines and joined.count(b"\r") in (0, len(records))
    return end if lines and min(map(len, records)) > len(end) else b""


def without_line_end(record: bytes) -> tuple[bytes, bytes]:
    """Return a record without its line end, and the line end: CRLF, LF, CR, or none at the end of the file."""
    for end in (b"\r\n", b"\n", b"\r"):
        if record.endswith(end):
            return record[: -len(end)], end
    return record, b""
