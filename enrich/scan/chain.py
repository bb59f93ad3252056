"""Who owns a value, of any type: the chain of what names it, from near to far. The nearest word decides."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from typing import Protocol

from msgspec import Struct, structs

from enrich.indicators import SILENT, IndicatorType, Link, Match, Reading, Says
from enrich.indicators.hash import labels
from enrich.model.cell_reference import letters
from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan.columns import SheetColumns
from enrich.scan.placement import Classification
from enrich.scan.said_in_record import said_in_record, unnamed_in_table

CHOSEN = "by the user's choice of its column"
AROUND = "{!r} around it"
SHEET = "the sheet's name {!r}"
UNNAMED = "nothing says what the column {heading!r} holds"
_FARTHEST, _REMEMBERED = 12, 10_000
"""Links of one kind that are asked: JSON may be nested by the hundred; decisions that are kept."""
_STEM, _SEPARATORS = re.compile(r"\.[A-Za-z0-9]{1,9}$"), re.compile(r"[_\W]+")


class Owner(Struct, frozen=True):
    """A link of the chain: its words, where they stand, and what they say where that is known already."""

    link: Link
    words: str
    where: str
    reading: Reading | None = None
    parts: int = 0
    """How many parts of the value's own key stand nearer to it: a type may be of a record further out."""


class TitlesAbove(Protocol):
    """The titles above a row, as links of the chain."""

    def links(self, texts: Sequence[str], match: Match, *, says_hash: bool) -> Iterator[Owner]:
        """Return the links that may own a value in such a row, nearest first. ``says_hash``: its heading does."""
        ...

    @property
    def names_files(self) -> str:
        """Where a title stands that asks for hashes or samples: a name below it stands for its file; "" for none."""
        ...

    @property
    def is_near(self) -> bool:
        """Whether the last title has a reason and stands below the headings, and so nearer to the values."""
        ...

    @property
    def state(self) -> Hashable | None:
        """The same as long as ``links`` gives the same for every row; None where each row has its own."""
        ...


class Decision(Struct, frozen=True):
    """What a value is, why, and whether that is weak: nothing but its place in a list speaks for it."""

    found: Found
    reason: str
    weak: bool = False
    everywhere: str = ""
    """What it is said to be wherever else it stands."""
    unnamed: bool = False
    """Whether it is left out for want of a word for it."""

    def classification(self, kind: IndicatorType, match: Match) -> Classification:
        """Return what is kept of it: what is not worth a call is no indicator; what must not be sent is one, and says
        so.
        """
        is_asked = self.found is Found.INDICATOR
        if (is_asked or self.unnamed) and (why := kind.trivial(match.value)):
            return Classification(Found.TRIVIAL, why, kind.KIND)
        reason = (kind.withheld(match.value) if is_asked else "") or self.reason
        doubtful = not (is_asked or match.sure)
        return Classification(self.found, reason, kind.KIND, self.weak, doubtful, self.unnamed)


class Chain:
    """Asks the links of one sheet, of which ``above`` gives the titles."""

    def __init__(self, columns: SheetColumns, above: TitlesAbove, *, sheet: str, file: str) -> None:
        self.columns = columns
        self._above = above
        # the list of whatever an API answers (CrowdStrike's) is no list of a program's resources, nor of references
        parts = [part for part in sheet.split(".") if part] if "." in sheet else [sheet] * bool(sheet)
        self._sheet = parts[parts[:1] == ["resources"] :][::-1]
        # master.key, hashcat.potfile: the ending is a word for what stands in it
        is_said = labels.ends_in(file.rpartition(".")[2])
        self._file = _SEPARATORS.sub(" ", file if is_said else _STEM.sub("", file)).strip()
        self._known: dict[Hashable, Decision] = {}
        """What was decided of values with the same owners."""

    def decide(self, kind: IndicatorType, row: Row, column: int, match: Match) -> Decision:
        """Return what a value is that has its type's shape."""
        # its own digits say so ("0x...", a SHA-512): no word around makes a hash of it
        if match.found is Found.LEFT_OUT:
            return Decision(match.found, match.reason)
        # the user has looked at the column, which no rule of ours has
        if self.columns.chosen is not None:
            return Decision(Found.INDICATOR, CHOSEN)
        neighbours = list(self.neighbours(kind, row.texts, column))
        if (state := self._above.state) is None:
            return self._decide(kind, row, column, match, neighbours)
        of_value = (match.own, match.owners, said_in_record(match.record), match.form, match.names)
        headings = tuple(heading for heading, _ in match.record) if match.in_table else ()
        key = (kind.KIND, column, *of_value, headings, tuple(neighbours), row.owners, self.columns.version, state)
        if (known := self._known.get(key)) is None:
            known = self._decide(kind, row, column, match, neighbours)
            if len(self._known) >= _REMEMBERED:  # under headings that repeat nothing of before comes again
                self._known.clear()
            self._known[key] = known
        return known

    def neighbours(self, kind: IndicatorType, texts: Sequence[str], column: int) -> Iterator[Owner]:
        """Yield what the row says of the value in ``column``: types and notes. With headings, their columns speak;
        without, the next cells and the first do.
        """
        columns = self.columns
        for place in columns.speaking(column):
            if place != column and 0 <= place < len(texts) and (text := texts[place]) and place not in columns.skipped:
                link = Link.TYPE if columns.type_at(place) else Link.NOTE
                reading = kind.reads(text, link)
                if reading.says is not Says.NOTHING:
                    where = f"{text[:40]!r} in column {letters(place)}"
                    yield Owner(link, text, where, reading, columns.parts_within(column, place))

    def heading(self, kind: IndicatorType, column: int) -> Owner:
        """Return what the heading of a column says."""
        seen = self.columns[column]
        reading = kind.reads(seen.last, Link.HEADING) if seen.heading else SILENT
        if seen.path:
            words = f"{seen.path[0]} {seen.last}"
            both, around = kind.reads(words, Link.HEADING), kind.reads(seen.path[0], Link.RECORD)
            if both.names_type and not reading.names_type:
                reading = both  # "question.name", "http.hostname": neither part says it alone
            elif both.everywhere and reading.says is Says.SHAPE and not reading.names_type:
                reading = both  # "process.entity_id": its own part leaves open what it is
            elif reading.names_type and not reading.form and kind.reads(words, Link.RECORD).says is Says.OTHER:
                reading = kind.reads(words, Link.RECORD)  # "event.hash", "query.hash": of a text
            elif Says.OTHER is both.says is around.says and not (both.yields or around.yields):
                reading = both  # "device.external_ip": whose it is outweighs what it is
        # "SHA1" beside "NTLM": by itself it would say hash
        if seen.reason_by_others and not seen.path:
            reading = Reading(Says.OTHER, seen.reason_by_others, everywhere=True)
        if self.columns.is_list and reading.says is Says.OTHER:
            reading = SILENT  # the title of a list, which further titles may overrule
        return Owner(Link.HEADING, seen.last, f"the heading {seen.heading!r}", reading)

    def _decide(
        self, kind: IndicatorType, row: Row, column: int, match: Match, neighbours: Sequence[Owner]
    ) -> Decision:
        shape: tuple[Owner, Reading] | None = None
        # where several columns have headings, one that says nothing of hashes is left out: an id may look so
        unnamed = self.columns.is_table and self.columns[column].is_named
        for named in self._links(kind, row, column, match, neighbours):
            reading = named.reading or _read(kind, named, match.form if shape else "")
            where, is_around = named.where, named.link in (Link.RECORD, Link.SHEET)
            # "Report URL" around a column "URL": the near one says what it is, the far one where it came from; under
            # "Image" the words "evil.exe SHA256=<hash>" say themselves what follows them
            named_so = shape and (shape[1].names_type or (shape[0].link is Link.OWN and not shape[1].yields))
            if reading.says is Says.OTHER and reading.yields and named_so:
                continue
            if reading.says is Says.OTHER:
                why = f"{reading.what}, by {where}" if where else reading.what
                return Decision(Found.LEFT_OUT, why, everywhere=reading.what if reading.everywhere else "")
            if reading.says is Says.NOTHING or (shape is None and is_around and unnamed):
                continue  # what holds a value does not make one of what its own heading leaves unsaid
            if reading.says is Says.INDICATOR:
                weak = is_around and _is_weak(shape[1] if shape else reading, match)
                return Decision(Found.INDICATOR, f"by {where}" if where else "", weak)
            shape = shape or (named, reading)
        if shape is None and unnamed:
            return Decision(Found.LEFT_OUT, UNNAMED.format(heading=self.columns[column].heading), unnamed=True)
        if shape is None and (heading := unnamed_in_table(kind, match)):
            return Decision(Found.LEFT_OUT, UNNAMED.format(heading=heading))
        weak = shape is None or _is_weak(shape[1], match)
        return Decision(Found.INDICATOR, f"by {shape[0].where}" if shape and shape[0].where else "", weak)

    def _links(
        self, kind: IndicatorType, row: Row, column: int, match: Match, neighbours: Sequence[Owner]
    ) -> Iterator[Owner]:
        """Yield all links that may own a value, from near to far."""
        seen, heading = self.columns[column], self.heading(kind, column)
        said = heading.reading or SILENT
        # before its own text, which says "part of a file name": <sha256>.bin under "Sample" is the sample's hash
        if match.names and seen.meaning.names_files and said.form in ("", match.form):
            yield Owner(Link.HEADING, heading.words, heading.where, Reading(Says.INDICATOR))
        if match.names and not self.columns.is_table and self._above.names_files:
            yield Owner(Link.TITLE, "", self._above.names_files, Reading(Says.INDICATOR))
        yield from _in_text(kind, match)
        # the type's own name is of the one thing that the document is about, and an id needs whatever type there is
        near = [one for one in neighbours if said.yields or not one.parts or (one.reading or SILENT).form == kind.KIND]
        takes_types = seen.meaning.generic or seen.meaning.id or seen.meaning.note or not seen.heading
        # the type is of no "host_groups", and tells apart what a list of references is of
        is_other = len(self._sheet) > 1 and kind.reads(self._sheet[0], Link.SHEET).says is Says.OTHER
        if is_other or (self.columns.has_values and said is SILENT and not takes_types):
            near = [one for one in near if (one.reading or SILENT).says is Says.OTHER]
        # "SHA1" alone gives way to a title, where no column is of files
        is_sure = (not seen.meaning.bare or self.columns.has_files) and not self.columns.is_list
        titles = list(self._above.links(row.texts, match, says_hash=seen.meaning.hash and is_sure))
        if self._above.is_near and not said.names_type:
            yield from titles
        yield from _in_row(kind, heading, near, has_values=self.columns.has_values)
        # hash.md5 of "process.parent.hash.md5": from the last part outwards
        for count, part in enumerate(seen.path, 1):
            yield Owner(Link.RECORD, part, heading.where)
            # data.type is of whatever data holds, and farther than what data.pe_info.overlay.md5 calls it
            yield from (named for named in neighbours if named.parts == count and named not in near)
        # what the reader of nested formats knows: what the record's list is called, and who holds that
        if row.owners and len(self._sheet) > 1:
            yield Owner(Link.SHEET, self._sheet[0], SHEET.format(self._sheet[0]))
        yield from (Owner(Link.RECORD, name, f"the record's {name!r}") for name in row.owners)
        yield from titles
        # a table with a column of certificates is called so by its sheet's name, and still has files beside; a list
        # within a document is called by the key that holds it
        is_list = len(self._sheet) > 1 or (self.columns.declared and not self.columns.has_files)
        if is_list or not self.columns.others:
            for part in self._sheet[:_FARTHEST]:
                yield Owner(Link.SHEET, part, SHEET.format(part))
        if self._file and not self.columns.others:
            yield Owner(Link.FILE, self._file, f"the file's name {self._file!r}")


def _in_text(kind: IndicatorType, match: Match) -> Iterator[Owner]:
    """Yield what the value's own text says: its label, the types and notes of a record within it, its names."""
    said = said_in_record(match.record)
    key = match.record[0][0] if match.record else ""
    texts = (key if link is Link.HEADING else words[:40] for link, words in said)
    owners = [Owner(*of, f"{text!r} beside it", kind.reads(of[1], of[0])) for of, text in zip(said, texts, strict=True)]
    near = [one for one in owners[1:] if (one.reading or SILENT).says is not Says.NOTHING]
    around = [Owner(Link.RECORD, name, AROUND.format(name)) for name in match.owners[:_FARTHEST]]
    whose = [structs.replace(one, reading=kind.reads(one.words, one.link)) for one in around[:2]]
    is_list = len(whose) > 1 and (whose[0].reading or SILENT).names_type
    if match.own.names_type or (match.own is SILENT and is_list):
        # {"type": "victim", "ip": ...}, {"host": {"ip": [...]}}: whose it is outweighs what it is
        firm = (one for one in (*whose[is_list:][:1], *near) if not (one.reading or SILENT).yields)
        yield from (one for one in firm if (one.reading or SILENT).says is Says.OTHER)
    if owners and owners[0].words != key:
        yield owners[0]  # its key reads otherwise beside the record's others
    yield Owner(Link.OWN, "", "", match.own)  # who wrote "imphash:" before the value knew what it is
    says = (owners[0].reading or SILENT).says if owners else Says.NOTHING
    if near or says is Says.OTHER or (match.in_table and says is Says.INDICATOR):
        yield from _in_row(kind, owners[0], near, has_values=False)
    yield from around  # "sections": [{"md5": ...}] in a log's line


def _in_row(kind: IndicatorType, heading: Owner, neighbours: Sequence[Owner], *, has_values: bool) -> list[Owner]:
    """Return types and notes, and the heading. An id or a name by its heading is a hash where the row's type says so;
    below a heading that names the type of indicator, what else the row is about does not count.
    """
    said = heading.reading or SILENT
    # "sha256" beside an id speaks of the column of values, where there is one ("ioc_type", "ioc_value")
    overruling = [one for one in neighbours if not (has_values and one.reading and one.reading.says is Says.SHAPE)]
    if said.yields and overruling:
        links = overruling
    elif said.names_type:
        links = [heading, *(named for named in neighbours if not (named.reading or SILENT).yields)]
    else:
        links = [heading, *neighbours]
    return sorted(links, key=lambda named: _rank(kind, named, named.reading or SILENT))


def _rank(kind: IndicatorType, named: Owner, reading: Reading) -> int:
    """Of what a row says the nearest has the lowest: a column of something else; the type's own name, whatever a second
    column of types says; other things; the heading; and what leaves more open.
    """
    # "Type: imphash" under "Hash" is an imphash, "Type: file" under "Thumbprint" stays a thumbprint
    is_other = reading.says is Says.OTHER
    if is_other and (named.link is Link.NOTE or (named.link is Link.TYPE and reading.everywhere)):
        return 0  # "victim", "targeting data" beside the type "domain"
    if named.link is Link.HEADING:
        return 0 if is_other and not reading.yields else 3
    return 1 if reading.form == kind.KIND else 2 if is_other else 4


def _read(kind: IndicatorType, named: Owner, shape: str) -> Reading:
    """Return what a link's words say, alone or together with those that left open whose value it is: "sections md5"."""
    reading = kind.reads(named.words, named.link)
    is_key = named.link in (Link.RECORD, Link.SHEET) and " " not in named.words
    if shape and is_key and reading.says in (Says.NOTHING, Says.SHAPE):
        # "sections" alone names nothing, "sections md5" a part of a program; "x layer" is a record's name
        both = kind.reads(f"{named.words} {shape}", named.link)
        return both if both.says is Says.OTHER else reading
    return reading


def _is_weak(owner: Reading, match: Match) -> bool:
    """Return whether no algorithm is named, neither by the owner nor in the value's own text."""
    return not owner.form and match.own.says is not Says.SHAPE
