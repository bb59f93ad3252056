"""What is held back from the service: hashes on known-good lists, and those that must never be sent.

A file is held by any one of its hashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Protocol, Self

from msgspec import structs

from enrich.config.parsing import some_path
from enrich.errors import InputError, NotInInput, UsageError
from enrich.exclusions.bloom import BloomFilter, is_filter
from enrich.exclusions.indicator_list import IndicatorList
from enrich.exclusions.row_rules import Rule, RuleUse, Watch
from enrich.formats import ReadOptions, open_document
from enrich.indicators import types
from enrich.indicators.hash import digests as hashes
from enrich.indicators.shared.url_privacy import HOW_TO_SEND
from enrich.model.column import Column
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.model.sighting import Found
from enrich.scan import Placement, scan_sheet

_HEADINGS_SHOWN = 30
BY_ANOTHER = ", by another of its hashes"


class ExclusionWish(Protocol):
    """What the user says of what is never asked: the options of these names."""

    @property
    def never_send(self) -> Sequence[str]: ...
    @property
    def known_good(self) -> Sequence[Path]: ...
    @property
    def send_private_urls(self) -> bool: ...


@dataclass(slots=True)
class Exclusions:
    """All that a run holds back, over all of its inputs. Reasons by packed digest."""

    rules: tuple[Rule, ...] = ()
    never: dict[bytes, str] = field(default_factory=dict)
    good: dict[bytes, str] = field(default_factory=dict)
    filters: list[tuple[BloomFilter, str]] = field(default_factory=list)
    uses: dict[Rule, RuleUse] = field(default_factory=dict)
    """What each rule met in the sheets that were taken so far."""
    headings: dict[str, None] = field(default_factory=dict)
    """Of these sheets."""
    never_named: IndicatorList = field(default_factory=IndicatorList)
    good_named: IndicatorList = field(default_factory=IndicatorList)
    """The same of what is no hash."""
    learned: dict[Indicator, str] = field(default_factory=dict)
    """Further names of what is never sent, by rows and answers."""
    disputed: dict[Indicator, Sequence[Indicator]] = field(default_factory=dict)
    """All names of rows that contradict each other, by each of them."""
    spread: set[Indicator] = field(default_factory=set)
    """The names of what is never sent whose further names were looked for."""
    private_urls: bool = False
    """Whether URLs that carry a person or a secret are sent all the same."""

    @classmethod
    def read(cls, wish: ExclusionWish, stack: ExitStack, ours: Sequence[Sequence[Column]] = ()) -> Self:
        """Read the lists; filters stay open as long as ``stack``. ``UsageError`` for a list that cannot be used.
        ``ours`` are the sets of columns that an earlier run may have appended to one.
        """
        rules = tuple(Rule.of(text) for text in wish.never_send if not names_a_file(text))
        exclusions = cls(rules, private_urls=wish.send_private_urls)
        with _of_option("--never-send"):
            exclusions._read_never(wish.never_send, ours)
        with _of_option("--known-good"):
            exclusions._read_good(wish.known_good, stack, ours)
        return exclusions

    def _read_never(self, texts: Iterable[str], ours: Sequence[Sequence[Column]]) -> None:
        for text in texts:
            if names_a_file(text):
                reason = f"held back: on the list {Path(text).name} (--never-send)"
                for value in listed(some_path(text), ours):
                    _add(value, reason, self.never, self.never_named)

    def _read_good(self, paths: Iterable[Path], stack: ExitStack, ours: Sequence[Sequence[Column]]) -> None:
        for path in paths:
            if is_filter(path):
                opened = stack.enter_context(BloomFilter(path))
                odds = f"{1 / (2 * opened.chance):,.0f}"
                self.filters.append((opened, f"known good by the filter {path.name}, wrong once in {odds}"))
            else:
                for value in listed(path, ours):
                    _add(value, f"on the known-good list {path.name}", self.good, self.good_named)

    def watch(self) -> Watch:
        """For the rows of one sheet."""
        return Watch(self.rules)

    def take(self, placement: Placement, watch: Watch) -> list[str]:
        """Hold back every hash that stands in a row which ``watch`` noted, wherever else it stands.

        Returns what the user should hear: a mark in a row without a hash may be meant for the whole sheet.
        """
        notes = []
        for rule, use in watch.uses.items():
            self.uses.setdefault(rule, RuleUse()).add(use)
        self.headings.update(dict.fromkeys(heading.strip() for heading in placement.headings if heading.strip()))
        for row, words in watch.rows.items():
            sightings = placement.sightings_at(row)
            if row in watch.marked and not sightings:
                notes.append(f"row {row} is marked {words} and holds no hash; a mark holds back its own row alone")
            for sighting in sightings:
                reason = f"held back: in a row with {words} (--never-send)"
                if sighting.found is Found.DAMAGED:
                    continue
                if sighting.kind != hashes.KIND:
                    self.never_named.add(Indicator(sighting.kind, sighting.value), reason)
                elif len(sighting.value) in hashes.ALGORITHMS:
                    self.never.setdefault(bytes.fromhex(sighting.value), reason)
        return notes

    def add(self, other: Exclusions) -> None:
        """Hold back what ``other`` found of the same rules in further inputs."""
        self.never.update(other.never)
        for name, reason in other.never_named.listed():
            self.never_named.add(name, reason)
        self.headings.update(other.headings)
        for rule, use in other.uses.items():
            self.uses.setdefault(rule, RuleUse()).add(use)

    def unmatched(self) -> list[str]:
        """Return a sentence for each rule that no row of all that was taken fits.

        A rule whose column is nowhere fails closed: ``NotInInput``, which names the columns that there are.
        """
        notes = []
        for rule, use in self.uses.items():
            if not use.has_column:
                there = ", ".join(list(self.headings)[:_HEADINGS_SHOWN])
                raise NotInInput(
                    f"--never-send {rule.words}: there is no such column, and no cell with such a mark",
                    hint=f"the columns are: {there}" if there else "the input has no headings",
                )
            if not use.rows:
                seen = ", ".join(use.values) or "nothing"
                notes.append(f"--never-send {rule.words} fits no row: the column holds {seen}")
        return notes

    @property
    def holds_files(self) -> bool:
        """Whether any file is held back."""
        return bool(self.never or self.good or self.filters)

    def findings(self, targets: Iterable[Target]) -> dict[Indicator, Finding]:
        """Return how the held ones of ``targets`` end, all names of each; "never send" outranks "known good"."""
        ended: dict[Indicator, Finding] = {}
        holds_files = self.holds_files
        for target in targets:
            names = target.names
            if target.ask.kind == hashes.KIND and not holds_files:
                continue
            if reason := self._listed(names):
                finding = Finding(target.ask, "", Status.SKIPPED, detail=reason)
            # never to be sent is the stronger wish: both say so, and only one is said
            elif reason := self._known_good(names):
                finding = Finding(target.ask, "", Status.TRIVIAL, detail=reason)
            else:
                continue
            ended.update((name, structs.replace(finding, indicator=name)) for name in names)
        return ended

    def withheld(self, names: Iterable[Indicator]) -> str:
        """Return why an object with these names is never sent; "" where nothing is against it."""
        return next((why for name in names if (why := self._never(name) or self.learned.get(name, ""))), "")

    def learn(self, names: Sequence[Indicator]) -> None:
        """Take ``names`` for one object's, by a row or an answer: where one is held back, all are from now on.

        So are all names of rows that contradict each other over one of them: which row is wrong nobody knows.
        """
        if reason := self.withheld(names):
            reason = f"{reason.removesuffix(BY_ANOTHER)}{BY_ANOTHER}"
            for name in chain(names, *(self.disputed.get(name, ()) for name in names)):
                self.learned.setdefault(name, reason)

    def unlearned(self) -> list[Indicator]:
        """Return the names of what is never sent that are not among ``spread``, and count them as such."""
        listed = (Indicator(hashes.KIND, digest.hex()) for digest in self.never)
        named = (name for name, _ in self.never_named.listed())
        names = [name for name in (*listed, *named, *self.learned) if name not in self.spread]
        self.spread.update(names)
        return names

    def _listed(self, names: Iterable[Indicator]) -> str:
        return next((reason for name in names if (reason := self._never(name))), "")

    def _never(self, name: Indicator) -> str:
        if name.kind == hashes.KIND:
            return self.never.get(bytes.fromhex(name.value), "") if self.never else ""
        if reason := self.never_named.covering(name):
            return reason
        reason = types()[name.kind].withheld(name.value)
        return "" if self.private_urls and reason.endswith(HOW_TO_SEND) else reason

    def _known_good(self, names: Iterable[Indicator]) -> str:
        for name in names:
            # a known-good list of names means just these, not what stands under them
            if name.kind != hashes.KIND:
                return self.good_named.exactly(name)
            if reason := self.good.get(bytes.fromhex(name.value), ""):
                return reason
            # hashlookup holds SHA-1 in upper case; filters of other makers are in lower case
            forms = (name.value.upper().encode(), name.value.encode())
            for opened, reason in self.filters:
                if any(form in opened for form in forms):
                    return reason
        return ""


def _add(value: bytes | Indicator, reason: str, digests: dict[bytes, str], names: IndicatorList) -> None:
    if isinstance(value, Indicator):
        names.add(value, reason)
    else:
        digests[value] = reason


@contextmanager
def _of_option(flag: str) -> Iterator[None]:
    """Blame the option for a list that cannot be read, and not what the user wants looked up."""
    try:
        yield
    except InputError as error:
        raise UsageError(f"{flag}: {error}", hint=error.hint) from error


def names_a_file(text: str) -> bool:
    """Return whether a word of ``--never-send`` is a list and no rule."""
    if "=" not in text:
        return True
    try:
        return some_path(text).is_file()
    except OSError:  # a folder that is shut, a name too long to be one
        return False


def listed(path: Path, ours: Sequence[Sequence[Column]] = ()) -> Iterator[bytes | Indicator]:
    """Yield what stands on a list in any format that can be read: packed hashes, and the values of other kinds.

    Whoever makes such a list names all of it: values count however they are written. ``InputError`` where it holds
    nothing.
    """
    empty = True
    kinds = tuple(types())
    with closing(open_document(path, ReadOptions())) as document:
        for sheet in document.sheets:
            for sighting in scan_sheet(sheet, document.rows(sheet), ours=ours, kinds=kinds):
                counts = sighting.found in (Found.INDICATOR, Found.TRIVIAL)
                if sighting.kind == hashes.KIND and counts:
                    empty = False
                    yield bytes.fromhex(sighting.value)
                # "corp.example" on a list of what never leaves is meant, however it looks to the scan
                elif sighting.kind != hashes.KIND and (counts or sighting.kind in ("network", "domain", "url")):
                    empty = False
                    yield Indicator(sighting.kind, sighting.value)
    if empty:
        raise InputError(f"the list {path} holds no hash", hint="`enrich scan` shows what is seen in it")
