"""Gives a delimited file back with fields appended: every record's bytes stand as they are.

A record is written as its raw bytes, padding up to the width of the table, our fields, and its own line end. Only
columns of ours from an earlier run are replaced in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from enrich.formats.delimited.fast_fields import Tails
from enrich.formats.delimited.raw_records import Batch, RawRecords
from enrich.formats.delimited.render import Renderer
from enrich.model.column import Type
from enrich.model.own_cells import fits
from enrich.model.row import Added, Addition

COMMENT_SIGNS = (b"#", b"//")


@dataclass(slots=True)
class Appender:
    """Writes records with an addition's fields. ``width`` counts the fields of the table as it stands in the file,
    ``usual`` those of most of its records.
    """

    addition: Addition
    renderer: Renderer
    raw: RawRecords
    delimiter: bytes
    width: int
    usual: int
    before: int = 0
    """Records of the file before the first of these."""
    long: list[int] = field(default_factory=list)
    """Numbers of the records that are wider than the table: our fields stand further right there."""

    def written(self, batches: Iterable[Batch]) -> Iterator[bytes]:
        """Return the file's new bytes behind its prologue, batch by batch."""
        present = {
            index: self.addition.present[column.name]
            for index, column in enumerate(self.addition.columns)
            if column.name in self.addition.present
        }
        if present:
            return self._refreshed(batches, present)
        return self._appended(batches)

    def _appended(self, batches: Iterable[Batch]) -> Iterator[bytes]:
        cells, header, full = self.addition.cells, self.addition.header_row or 0, self.width - 1
        tails = Tails(self.renderer, self.addition.columns, range(len(self.addition.columns)))
        heading = self._joined(self.renderer.headings(self.addition.headings))
        blank = self.delimiter * len(self.addition.columns)
        number = self.before
        for records, counts in batches:
            out: list[bytes] = []
            numbers = range(number + 1, number + 1 + len(records))
            added = tails.of([None if number == header else cells(number) for number in numbers])
            # A block of records as wide as the table, each with an answer and a line feed: one pass without a look at
            # each.
            if counts.count(full) == len(counts) and all(added) and _plain_lines(records) and not self.raw.stray:
                yield b"".join([record[:-1] + tail + b"\n" for record, tail in zip(records, added, strict=True)])
                number = numbers[-1]
                continue
            for number, record, count, own in zip(numbers, records, counts, added, strict=True):
                tail = own
                if number == header:
                    tail = heading
                elif not own and header and number > header and not record.lstrip().startswith(COMMENT_SIGNS):
                    tail = blank  # strict readers want as many fields in every row as the heading has
                body, end = without_line_end(record)
                if not tail or not body:
                    out.append(record)
                    continue
                # Behind a quote that is never closed, a quote of ours would close it: our fields would be part of the
                # analyst's.
                if own and self._opens(record) and (values := cells(number)) is not None:
                    tail = self._joined(self._bare(values, range(len(self.addition.columns))))
                if count != full:
                    # A short record is padded, so that our fields stand under our headings; a long one keeps what it
                    # has.
                    body += self.delimiter * (full - count)
                    if count > full:
                        self.long.append(number)
                out.extend((body, tail, end))
            yield b"".join(out)

    def _joined(self, fields: list[bytes]) -> bytes:
        return b"".join(self.delimiter + one for one in fields)

    def _refreshed(self, batches: Iterable[Batch], present: dict[int, int]) -> Iterator[bytes]:
        """Fields of an earlier run are replaced where they stand; columns that are new are appended."""
        addition, renderer = self.addition, self.renderer
        fresh = [index for index in range(len(addition.columns)) if index not in present]
        heading = self._joined([renderer.headings(addition.headings)[index] for index in fresh])
        old, new = renderer.rows(addition.columns, tuple(present)), renderer.rows(addition.columns, fresh)
        standing = list(present.values())
        most = max(self.usual - 1, *standing)
        header, number = addition.header_row or 0, self.before
        for records, counts in batches:
            out: list[bytes] = []
            for record, count in zip(records, counts, strict=True):
                number += 1
                if number == header:
                    out.append(self._extended(number, record, count, heading))
                    continue
                added = addition.cells(number) if number > header else None
                places = standing if count <= most else self._far(record, count, present)
                if added is None:
                    out.append(self._emptied(record, count, places, present) if number > header else record)
                    continue
                if self._opens(record):
                    own, more = self._bare(added, present), self._bare(added, fresh)
                else:
                    own, more = old(added), new(added)
                if places is None:  # behind its own fields, in the order in which they stand in the others
                    own = [one for _, one in sorted(zip(standing, own, strict=True))]
                    out.append(self._extended(number, record, count, self._joined(own + more)))
                    continue
                replaced, width = self._replaced(record, places, own)
                out.append(self._extended(number, replaced, width - 1, self._joined(more)))
            yield b"".join(out)

    def _emptied(self, record: bytes, count: int, places: list[int] | None, present: Iterable[int]) -> bytes:
        """Return a record that gets nothing, without what an earlier run left in it. What cannot be ours stays."""
        if places is None or count < max(places) or record.lstrip().startswith(COMMENT_SIGNS):
            return record
        fields = [record[start:stop] for start, stop in self.raw.spans(record)]
        if not _can_be_ours([fields[place] for place in places], self._kinds(present)):
            return record
        return self._replaced(record, places, [b""] * len(places))[0]

    def _kinds(self, present: Iterable[int]) -> list[Type]:
        return [self.addition.columns[index].type for index in present]

    def _far(self, record: bytes, count: int, present: dict[int, int]) -> list[int] | None:
        """Return where fields of ours stand in a record that is longer than the others: in line with theirs, or at its
        end.

        None where neither can be ours, but its own.
        """
        places = list(present.values())
        kinds = self._kinds(present)
        fields = [record[start:stop] for start, stop in self.raw.spans(record)]
        for shift in (0, count - max(places)):
            if _can_be_ours([fields[place + shift] for place in places], kinds):
                return [place + shift for place in places]
        return None

    def _opens(self, record: bytes) -> bool:
        """Return whether a quote in a record is never closed, so that one of ours would close it."""
        return self.raw.stray and b'"' in record and self.raw.opens(record)

    def _bare(self, added: Added, chosen: Iterable[int]) -> list[bytes]:
        """Return the chosen columns' fields without a quote."""
        return [self.renderer.bare(added.values[index], self.addition.columns[index].type) for index in chosen]

    def _extended(self, number: int, record: bytes, count: int, tail: bytes) -> bytes:
        """Return one record with a tail behind it; where there is nothing to append it stays as it is."""
        body, end = without_line_end(record)
        if not tail or not body:
            return record
        if count >= self.width:
            self.long.append(number)
        return body + self.delimiter * (self.width - 1 - count) + tail + end

    def _replaced(self, record: bytes, places: list[int], fields: list[bytes]) -> tuple[bytes, int]:
        """Return one record with the fields at ``places`` replaced, padded where it is too short; and its width."""
        spans = self.raw.spans(record)
        body, end = without_line_end(record)
        lacking = max(places) + 1 - len(spans)
        if lacking > 0:
            spans.extend((len(body) + extra, len(body) + extra) for extra in range(1, lacking + 1))
            body += self.delimiter * lacking
        for place, new in sorted(zip(places, fields, strict=True), reverse=True):
            start, stop = spans[place]
            if body[start:stop] != new:
                body = body[:start] + new + body[stop:]
        return body + end, len(spans)


def _can_be_ours(fields: Sequence[bytes], kinds: Sequence[Type]) -> bool:
    """Return whether each field fits its column, and at least one says so: text alone can be anybody's."""
    texts = (field.decode("latin-1").strip('" ') for field in fields)
    found = {fits(kind, text) for text, kind in zip(texts, kinds, strict=True) if text}
    return True in found and False not in found


def _plain_lines(records: list[bytes]) -> bool:
    """Return whether each record is one line that holds something and ends in a line feed alone: most files are so."""
    joined = b"".join(records)
    lines = joined.count(b"\n") == len(records) and joined.endswith(b"\n") and b"\r" not in joined
    return lines and min(map(len, records)) > 1


def without_line_end(record: bytes) -> tuple[bytes, bytes]:
    """Return a record without the line end that closes it, and that: CRLF, LF, CR, or none at the end of the file."""
    for end in (b"\r\n", b"\n", b"\r"):
        if record.endswith(end):
            return record[: -len(end)], end
    return record, b""
