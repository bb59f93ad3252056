"""What is known of each column of one sheet: its heading's meaning, and what was seen in it so far."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from enrich.indicators import Link, Says
from enrich.indicators.hash import credentials
from enrich.indicators.hash.labels import NOTHING, Meaning, about, heading
from enrich.indicators.shared.headings import reads as headings_read
from enrich.indicators.shared.own_side import read_together
from enrich.scan.chosen_columns import chosen
from enrich.scan.key_parts import counted, key_parts

_NTLM = re.compile(r"ntlm[ _-]?(?:hash)?|(?:nt|lm)[ _-]?hash", re.IGNORECASE)
# Policy Identity Type beside Policy Identity
_OF_TYPE = re.compile(r"(.*\w)[ _-](?:types?|kinds?|categor(?:y|ies))")
_MOST_HEARD = 64
"""Columns on each side of a value that may say something of it: a record of thousands of keys is read in time."""
_ENOUGH = 3
"""Cells of nothing but a hash that make a column one of hashes; two below each other may be chance in one of names."""


@dataclass(slots=True)
class SheetColumn:
    """One column: how its heading reads, and how many cells held nothing but one hash."""

    heading: str = ""
    meaning: Meaning = NOTHING
    last: str = ""
    """The last part of a key such as ``file.hash.md5``, else the heading."""
    path: tuple[str, ...] = ()
    """The parts before it, the last first."""
    reason_by_others: str = ""
    """Why its values are no file hashes, by what the other columns are."""
    hash_cells: int = 0
    is_named: bool = False
    """It has a heading, and no program has counted it (``Column2``) in the stead of a name."""
    is_git: bool = False
    """It is headed ``sha`` in a table that says nothing of files."""
    first: int = 0
    """The how-manieth row it was when the first of them came."""

    def by_content(self, rows: int) -> bool:
        """Return whether most cells were hashes since the first one came; ``rows`` have gone by in all."""
        # counted from the first one on: above it may stand a page of words
        return self.hash_cells >= _ENOUGH and self.hash_cells * 2 >= rows - self.first + 1


class SheetColumns:
    """The columns of a sheet, by index; grows as rows widen. ``chosen`` are the user's (None: all are scanned)."""

    def __init__(
        self,
        headings: Sequence[str],
        wanted: Iterable[str] = (),
        present: Mapping[str, int] | None = None,
        *,
        declared: bool = False,
        groups: Sequence[str] = (),
    ) -> None:
        self.seen: list[SheetColumn] = []
        self.present = present or {}
        """Where columns of ours stand from an earlier run."""
        self.skipped = frozenset(self.present.values())
        """Those, which say nothing: the user's choice of columns leaves all others to speak."""
        self.companions: tuple[int, ...] = ()
        self._subjects: dict[int, int] = {}
        self.rows = 0
        """Rows that have gone by."""
        self.expecting: tuple[int, ...] = ()
        """Columns in which every cell ought to be a hash: by heading, by content or by the user's word."""
        self.short_lists = frozenset[int]()
        """Columns of hashes and damaged ones alone, too few to tell by what most cells are."""
        self.plain = frozenset[int]()
        """Columns whose hashes nothing but the row around them can make anything else of."""
        self.declared = declared
        """Whether the file itself says which row its headings are in."""
        self.is_list = False
        """Whether the one heading is the title of a list, which further titles may overrule."""
        self.version = 0
        """Counts the rows that named columns."""
        self.is_table = False
        """Whether several columns have a heading: each must then say that hashes may stand below it."""
        self.named = any(text.strip() for text in headings)
        """Whether the sheet has headings."""
        self.others = False
        """Whether a heading says that its column is of something else: what the sheet is called is then of that."""
        self.has_values = False
        """Whether a heading asks for hashes or for values of any type: what a row's type says is of that column."""
        self.has_files = False
        """Whether a heading speaks of files, or of their names."""
        self.chosen = frozenset(chosen(headings, wanted)) if wanted else None
        self.name(headings, groups)

    def name(self, headings: Sequence[str], groups: Sequence[str] = ()) -> None:
        """Take a row of headings, the sheet's or a further table's in it: an empty heading leaves a column as
        it was. ``groups``: the headings right above them, each of which holds up to the next.
        """
        group, by_count = "", counted(headings)
        for index, text in enumerate(headings):
            group = (groups[index] if index < len(groups) else "") or group
            if text.strip():
                column = self[index]
                column.heading, column.is_named = " ".join(text.split()), index not in by_count
                column.meaning = heading(column.heading.lstrip("#;/ "))
                column.reason_by_others = ""
                column.last, column.path = key_parts(column.heading)
                # "Certificate" above "SHA1"; "Host" above "MD5" makes it no hash of a name
                is_other = bool(group) and (about(group) or headings_read(group, Link.RECORD).says is Says.OTHER)
                column.path += (group,) * bool(is_other)
        self.version += 1
        self.is_table = self.chosen is None and sum(bool(column.heading) for column in self.seen) > 1
        self.others = any(column.meaning.reason for column in self.seen)
        self.has_values = any(column.meaning.generic or column.meaning.hash for column in self.seen)
        self.has_files = any(column.meaning.file or column.meaning.name for column in self.seen)
        for path in {column.path for column in self.seen}:
            record = [column for column in self.seen if column.path == path]
            for column, read in zip(record, read_together([column.last for column in record]), strict=True):
                column.last = read
        self._read_sha()
        self._read_by_others()
        self.hear()
        self.look_again()

    def hear(self, types: Iterable[int] = ()) -> None:
        """Learn which columns say something of the values beside them: ``types``, whatever these are called, too."""
        for index in types:
            self[index].meaning = replace(self[index].meaning, type=True)
        self.companions = tuple(
            index
            for index, column in enumerate(self.seen)
            if (column.meaning.type or column.meaning.note or self._labels(index)) and index not in self.skipped
        )
        self._subjects = self._read_subjects()

    def _read_subjects(self) -> dict[int, int]:
        """Return of columns of types which column each is of, where another is called as it without "type"."""
        names = {" ".join(column.heading.casefold().split()): index for index, column in enumerate(self.seen)}
        said = ((place, _OF_TYPE.fullmatch(self.seen[place].heading.casefold())) for place in self.companions)
        return {place: names[match[1]] for place, match in said if match and match[1] in names}

    def _read_sha(self) -> None:
        """Read ``sha`` as Git's word for a commit, unless another column is of files."""
        # "sha, author, date" is Git's log; "sha, file name" are files
        if not (self.has_files or self.has_hashes):
            for column in self.seen:
                column.is_git = column.meaning.sha

    def _read_by_others(self) -> None:
        """Read a column that leaves open what it holds by what the other columns say that the records are of."""
        opens = [column for column in self.seen if column.meaning.generic and not column.meaning.hash]
        # Certificate.serial_number, Certificate.issuer, Certificate.key: a key of whatever all others are of
        others = [self._reason(column) for column in self.seen if not column.meaning.generic]
        if any(column.path for column in self.seen) and others and all(others):
            self._are(opens, others[0])
        if credentials.of_cookies([key_parts(column.heading)[0] for column in self.seen]):
            self._are(opens, about("cookies"))
        if about("commit") in map(self._reason, self.seen):  # Message beside Commit is the commit's, and names others
            self._are((c for c in self.seen if c.last.casefold() in ("message", "subject")), about("commit"))
        # Raw beside DetectorName is the secret that a scanner for secrets found
        if {"raw", "detectorname"} <= {column.last.casefold() for column in self.seen}:
            self._are(opens, about("tokens"))
        hashes = [column for column in self.seen if column.meaning.hash]
        names = {column.heading.casefold() for column in self.seen}
        # LM, NT, SHA1 of one password, as dumps of accounts have them
        has_passwords = {"nt", "lm"} <= names or any(map(_NTLM.fullmatch, names))
        beside_ntlm = has_passwords and all(c.meaning.bare and c.meaning.algorithm == "sha1" for c in hashes)
        headings = [column.heading for column in self.seen if column.heading and not column.meaning.hash]
        of_nobody = not any(c.meaning.role or c.meaning.file or c.meaning.sample for c in hashes)
        if beside_ntlm or (of_nobody and credentials.of_accounts(headings)):
            self._are(hashes, about("NTLM"))
        if all(c.meaning.bare for c in hashes) and credentials.of_certificates(headings):
            self._are(hashes, about("certificates"))

    @staticmethod
    def _are(columns: Iterable[SheetColumn], reason: str) -> None:
        for column in columns:
            column.reason_by_others = reason
            column.meaning = replace(column.meaning, reason=reason, hash=False)

    @staticmethod
    def _reason(column: SheetColumn) -> str:
        return next((reason for part in (column.last, *column.path) if (reason := about(part))), "")

    def _labels(self, index: int) -> bool:
        """Return whether a column may hold the labels of records that are laid out sideways: the first, without a
        heading or as the name of a value.
        """
        if index or len(self.seen) < 2:
            return False
        # Name,Value / Thumbprint,<sha1>: the row's first cell is the label of its second
        return not self.seen[0].heading or [seen.heading.casefold() for seen in self.seen[:2]] == ["name", "value"]

    def of_list(self) -> SheetColumn | None:
        """Return the only column with a heading, which is then the title of a list and may be followed by others."""
        headed = [column for column in self.seen if column.heading]
        return headed[0] if len(headed) == 1 and not self.declared else None

    def __getitem__(self, index: int) -> SheetColumn:
        while index >= len(self.seen):
            self.seen.append(SheetColumn())
        return self.seen[index]

    @property
    def has_hashes(self) -> bool:
        """Whether a heading says that hashes stand below it."""
        return any(column.meaning.hash for column in self.seen)

    @property
    def headings(self) -> list[str]:
        return [column.heading for column in self.seen]

    def scanned(self, index: int) -> bool:
        return index in self.chosen if self.chosen is not None else index not in self.skipped

    def is_heard(self, index: int) -> bool:
        """Return whether what stands there may decide on the hashes beside it: the user's word for a column is the
        last.
        """
        return self.chosen is None and index not in self.skipped and (not self.named or index in self.companions)

    def type_at(self, index: int) -> bool:
        """Return whether a column is one of types (beside values), by its heading."""
        return index < len(self.seen) and self.seen[index].meaning.type

    def parts_within(self, index: int, other: int) -> int:
        """Return how many parts of a column's key are within the record that the ``other`` stands in; 0 where that is
        its own, or none that is around it.
        """
        path, around = self[index].path, self[other].path
        count = len(path) - len(around)
        return count if count > 0 and path[count:] == around else 0

    def one_file(self, columns: Iterable[int]) -> bool:
        """Return whether by their headings the hashes of these columns are of one file."""
        return len({self.seen[index].meaning.role for index in columns if index < len(self.seen)}) <= 1

    def speaking(self, index: int) -> Iterable[int]:
        """Return where a row may say something of the value in a column: in columns of types and notes; without
        headings, in the first cell and beside.
        """
        if self.named:
            # a column of whatever is an indicator hears all of them
            is_open = self[index].meaning.generic or self[index].meaning.hash
            at = bisect_left(self.companions, index)
            near = self.companions[max(0, at - _MOST_HEARD) : at + _MOST_HEARD]
            return [place for place in near if is_open or self._subjects.get(place, index) == index]
        return (0, index - 1, index + 1)

    def stay(self, index: int, rows: Sequence[int], cells: Sequence[int]) -> int:
        """Return at how many of further looks a column is what it is now: ``rows`` have gone by at each, and so many
        more of its ``cells`` hold nothing but a hash.
        """
        seen = self[index]
        if self.chosen is not None or seen.meaning.hash or seen.meaning.reason:
            return len(rows)
        now, before = index in self.expecting, seen.hash_cells
        if not before and cells and cells[-1]:
            return 0  # where the first of them stands is not known here
        for count, (gone_by, more) in enumerate(zip(rows, cells, strict=True)):
            if replace(seen, hash_cells=before + more).by_content(gone_by) != now:
                return count
        return len(rows)

    def count(self, index: int, cells: int = 1) -> None:
        """Count cells that hold nothing but a hash."""
        column = self[index]
        column.hash_cells += cells
        column.first = column.first or self.rows

    def look_again(self) -> None:
        """Draw from what was seen so far; cheap enough every so many rows."""
        known = [(index, column) for index, column in enumerate(self.seen) if self.scanned(index)]
        self.expecting = tuple(i for i, column in known if self._expects(column) or i in self.short_lists)
        self.plain = frozenset(
            i
            for i, c in known
            if self.chosen is not None or not (c.meaning.reason or c.meaning.name or c.meaning.id or c.is_git)
        )

    def _expects(self, column: SheetColumn) -> bool:
        by_content = column.by_content(self.rows) and not column.meaning.reason
        return self.chosen is not None or column.meaning.hash or by_content

    def why(self, index: int) -> str:
        """Return why the values of a column were taken, or left, in words."""
        column = self[index]
        if self.chosen is not None:
            return "chosen by the user"
        if column.meaning.reason:
            return f"left out by its heading: {column.meaning.reason}"
        if column.meaning.hash:
            return "a heading that says hash"
        if self.is_table and column.heading and not column.meaning.spoken:
            return "a heading that does not say what it holds"
        return "cells that are hashes" if column.by_content(self.rows) else "hashes found in its text"
