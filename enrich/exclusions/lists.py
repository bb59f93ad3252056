"""What is held back from the service: hashes on known-good lists, and those that must never be sent.

Knows the user's lists and what was noted of rows; nothing of services. A file is held by any one of its hashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from msgspec import structs

from enrich.config.parsing import some_path
from enrich.config.settings import Settings
from enrich.errors import InputError, NotInInput, UsageError
from enrich.exclusions.bloom import BloomFilter, is_filter
from enrich.exclusions.row_rules import Rule, RuleUse, Watch
from enrich.formats import ReadOptions, open_document
from enrich.indicators.hash import digests as hashes
from enrich.model.column import Column
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.model.sighting import Found
from enrich.scan import Placement, scan_sheet

_HEADINGS_SHOWN = 30


@dataclass(slots=True)
class Held:
    """All that a run holds back, over all of its inputs. Reasons by packed digest."""

    rules: tuple[Rule, ...] = ()
    never: dict[bytes, str] = field(default_factory=dict)
    good: dict[bytes, str] = field(default_factory=dict)
    filters: list[tuple[BloomFilter, str]] = field(default_factory=list)
    uses: dict[Rule, RuleUse] = field(default_factory=dict)
    """What each rule met in the sheets that were taken so far."""
    headings: dict[str, None] = field(default_factory=dict)
    """Of these sheets."""

    @classmethod
    def from_settings(cls, settings: Settings, stack: ExitStack, ours: Sequence[Sequence[Column]] = ()) -> Self:
        """Read the lists; filters stay open as long as ``stack``. ``UsageError`` for a list that cannot be used.
        ``ours`` are the sets of columns that an earlier run may have appended to one.
        """
        held = cls(tuple(Rule.of(text) for text in settings.never_send if not names_a_file(text)))
        with _of_option("--never-send"):
            held._read_never(settings.never_send, ours)
        with _of_option("--known-good"):
            held._read_good(settings.known_good, stack, ours)
        return held

    def _read_never(self, texts: Iterable[str], ours: Sequence[Sequence[Column]]) -> None:
        for text in texts:
            if names_a_file(text):
                reason = f"held back: on the list {Path(text).name} (--never-send)"
                self.never.update(dict.fromkeys(listed(some_path(text), ours), reason))

    def _read_good(self, paths: Iterable[Path], stack: ExitStack, ours: Sequence[Sequence[Column]]) -> None:
        for path in paths:
            if is_filter(path):
                opened = stack.enter_context(BloomFilter(path))
                odds = f"{1 / (2 * opened.chance):,.0f}"
                self.filters.append((opened, f"known good by the filter {path.name}, wrong once in {odds}"))
            else:
                self.good.update(dict.fromkeys(listed(path, ours), f"on the known-good list {path.name}"))

    def watch(self) -> Watch:
        """For the rows of one sheet."""
        return Watch(self.rules)

    def take(self, placement: Placement, watch: Watch) -> list[str]:
        """Hold back every hash that stands in a row which ``watch`` noted, wherever else it stands.

        Returns what the user should hear: a mark in a row without a hash may be meant for the whole sheet.
        """
        told = []
        for rule, use in watch.uses.items():
            self.uses.setdefault(rule, RuleUse()).add(use)
        self.headings.update(dict.fromkeys(heading.strip() for heading in placement.headings if heading.strip()))
        for row, words in watch.rows.items():
            sightings = placement.sightings_at(row)
            if row in watch.marked and not sightings:
                told.append(f"row {row} is marked {words} and holds no hash; a mark holds back its own row alone")
            for sighting in sightings:
                if len(sighting.value) in hashes.ALGORITHMS and sighting.found is not Found.DAMAGED:
                    reason = f"held back: in a row with {words} (--never-send)"
                    self.never.setdefault(bytes.fromhex(sighting.value), reason)
        return told

    def unmatched(self) -> list[str]:
        """A sentence for each rule that no row of all that was taken fits.

        A rule whose column is nowhere fails closed: ``NotInInput``, which names the columns that there are.
        """
        told = []
        for rule, use in self.uses.items():
            if not use.has_column:
                there = ", ".join(list(self.headings)[:_HEADINGS_SHOWN])
                raise NotInInput(
                    f"--never-send {rule.words}: there is no such column, and no cell with such a mark",
                    hint=f"the columns are: {there}" if there else "the input has no headings",
                )
            if not use.rows:
                seen = ", ".join(use.values) or "nothing"
                told.append(f"--never-send {rule.words} fits no row: the column holds {seen}")
        return told

    def findings(self, targets: Iterable[Target]) -> dict[Indicator, Finding]:
        """How the held ones of ``targets`` end, all names of each; "never send" outranks "known good"."""
        ended: dict[Indicator, Finding] = {}
        if not (self.never or self.good or self.filters):
            return ended
        for target in targets:
            names = (target.ask, *target.others)
            if reason := self.never_sent(names):
                finding = Finding(target.ask, "", Status.SKIPPED, detail=reason)
            elif reason := self._known_good(names):
                finding = Finding(target.ask, "", Status.TRIVIAL, detail=reason)
            else:
                continue
            ended.update((name, structs.replace(finding, indicator=name)) for name in names)
        return ended

    def never_sent(self, names: Iterable[Indicator]) -> str:
        """Why a file with these hashes is never sent; "" where nothing is against it."""
        return next((reason for name in names if (reason := self.never.get(bytes.fromhex(name.value), ""))), "")

    def _known_good(self, names: Iterable[Indicator]) -> str:
        for name in names:
            if reason := self.good.get(bytes.fromhex(name.value), ""):
                return reason
            # hashlookup holds SHA-1 in upper case; filters of other makers are in lower case
            forms = (name.value.upper().encode(), name.value.encode())
            for opened, reason in self.filters:
                if any(form in opened for form in forms):
                    return reason
        return ""


@contextmanager
def _of_option(flag: str) -> Iterator[None]:
    """A list that cannot be read is the option's fault, not one of what the user wants looked up."""
    try:
        yield
    except InputError as error:
        raise UsageError(f"{flag}: {error}", hint=error.hint) from error


def names_a_file(text: str) -> bool:
    """Whether a word of ``--never-send`` is a list and no rule."""
    if "=" not in text:
        return True
    try:
        return some_path(text).is_file()
    except OSError:  # a folder that is shut, a name too long to be one
        return False


def listed(path: Path, ours: Sequence[Sequence[Column]] = ()) -> Iterator[bytes]:
    """The packed hashes of a list in any format that can be read. ``InputError`` where it holds none."""
    empty = True
    with closing(open_document(path, ReadOptions())) as document:
        for sheet in document.sheets:
            hits = (placement := scan_sheet(sheet, document.rows(sheet), ours=ours)).hits
            taken = [verdict.found in (Found.INDICATOR, Found.TRIVIAL) for verdict in placement.table]
            for index, verdict in enumerate(hits.verdicts):
                if taken[verdict] and hits.packed[index]:
                    empty = False
                    yield hits.raw(index)
    if empty:
        raise InputError(f"the list {path} holds no hash", hint="`enrich scan` shows what is seen in it")
