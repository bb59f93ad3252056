"""The back ends that keep answers, their history and the quota ledger, one module each, behind one small interface.

A store's module offers ``open(url: str, clock: Clock) -> Store``; the scheme of the URL names the module. One that
keeps files says which: ``files(url) -> list[Path]``. Every store
passes ``tests/stores/contract.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from enrich import registry
from enrich.clock import Clock
from enrich.errors import UsageError
from enrich.model.answer_columns import AnswerColumns
from enrich.model.finding import Answer, Finding, Past
from enrich.model.indicator import Indicator
from enrich.model.quota import Quota, Usage
from enrich.stores.shared.booking import USUAL_TIMING, Ahead, Claim, Elsewhere, Grant, Timing, Wait
from enrich.stores.shared.info import Info
from enrich.stores.sql.lists import PackedList, Roll
from enrich.stores.sql.records import prefixes

__all__ = [
    "USUAL_TIMING",
    "Ahead",
    "Check",
    "Claim",
    "Elsewhere",
    "Grant",
    "Info",
    "PackedList",
    "Roll",
    "Store",
    "Timing",
    "Wait",
    "ahead_of",
    "files_of",
    "open_store",
    "prefixes",
]


Check = Callable[[Finding], str]


class Store(Protocol):
    """Answers by any of an object's names, and the ledger of calls by account."""

    url: str
    clock: Clock
    """The time that counts for answers, permits and days. A store in one file takes the machine's."""
    far: bool
    """Whether each question crosses a network: then none may be asked on the event loop."""

    def get_many(self, origin: str, indicators: Iterable[Indicator]) -> dict[Indicator, Finding]:
        """Return the newest answer to each indicator that has one, whatever its age, found by any alias.

        A finding's ``indicator`` is the asked one, its ``aliases`` are all known names of the object.
        """
        ...

    def columns_of(self, origin: str, digests: Collection[bytes]) -> list[AnswerColumns]:
        """Return what ``get_many`` would of hashes, by columns, those together that are alike in form.

        Of a hash that needs a closer look nothing is in it: its answer has a detail, answers another of ``digests``
        too, or is one of several.
        """
        ...

    def names_of_objects(self, indicators: Iterable[Indicator]) -> list[Sequence[Indicator]]:
        """Return all names of each object that has one of ``indicators``, whoever answered and whenever."""
        ...

    def put_many(self, answers: Sequence[Answer], *, settled: Iterable[tuple[str, int]] = ()) -> None:
        """Keep answers (found, not found; all else is refused with ValueError). Durable when it returns.

        ``fetched_at`` is kept to the second; where it is None it is now. One transaction, which also settles the calls
        that brought them, ``settled`` (account and permit), and frees the claims on all names of the answers.
        """
        ...

    def bodies(self, origin: str, indicators: Iterable[Indicator]) -> dict[Indicator, bytes]:
        """Return the kept wire bodies, each of the answer that stands."""
        ...

    def history(self, origin: str, indicators: Iterable[Indicator]) -> dict[Indicator, list[Past]]:
        """Return all answers ever given, oldest first."""
        ...

    def book(
        self,
        account: str,
        quota: Quota,
        *,
        claim: Claim | None = None,
        ahead: Ahead | None = None,
        timing: Timing = USUAL_TIMING,
    ) -> Grant | Wait | Elsewhere:
        """Book one call and claim what it is made for, in one atomic step; or say until when to wait, or who has it.

        ``claim`` is what the call is made for. Nobody else is granted one for any of its names before it is freed: by
        ``put_many`` with the answer, by ``settle`` where none came, by ``close``, and, where this process was killed,
        by itself ``timing.longest`` seconds later. Booking again what this process has claimed (another try) is granted
        and prolongs it. The claim is taken first, then the store is searched for an answer since ``claim.since``: none
        can slip between. Without ``claim`` the answer is never ``Elsewhere``.

        ``ahead``: of a key without a limit a minute calls are booked several at a time, and the claims of those that
        come next with them; then most bookings ask no database. For other keys it is not called.

        ``timing`` says how long the call takes its place in the minute.
        """
        ...

    def book_many(
        self, account: str, quota: Quota, claims: Sequence[Claim | None], *, timing: Timing = USUAL_TIMING
    ) -> list[Grant | Wait | Elsewhere]:
        """Return what ``book`` says for several calls of a key with a limit a minute; one question where it is far."""
        ...

    def settle(self, calls: Sequence[tuple[str, int]], *, released: Sequence[Claim] = ()) -> None:
        """Settle the booked ``calls`` (account and permit), which ended: their places are free a minute and a margin
        from now.

        What ``released`` claimed ended without an answer (failed, not sent, given up): others may ask. One transaction.
        """
        ...

    def give_back(self, account: str, permit: int) -> None:
        """Give back a booked call that was never sent: it costs nothing. Once; of no effect on one that is settled."""
        ...

    def usage(self, account: str) -> Usage:
        """Return the calls used in the running UTC day and month."""
        ...

    def correct(self, account: str, used: Usage, *, at: float | None = None) -> None:
        """Take the service's own count; where it is higher than ours, somebody else uses the key.

        ``at`` is the service's own time when it counted (Unix seconds, from the ``Date`` of its answer): it says which
        day the count is of, and when the service's next day begins, however wrong a clock here may be.
        """
        ...

    def hold_off(self, account: str, until: float) -> None:
        """No process may send for this account before ``until`` (Unix seconds): one shared cool-down."""
        ...

    def clear_holds(self) -> int:
        """Lift every cool-down, on the user's word. Returns how many there were."""
        ...

    def remember(self, name: str, indicators: Iterable[Indicator]) -> None:
        """Remember that the list ``name`` was run to its end now and held these; replaces what was remembered of it."""
        ...

    def recall(self, name: str) -> Roll | None:
        """Return when the list ``name`` was last run, and what it held; None where it is not remembered."""
        ...

    def note(self, name: str) -> str:
        """Return the text that was kept under ``name``; "" where none is."""
        ...

    def keep_note(self, name: str, text: str) -> None:
        """Keep a short text for the next run to read; "" drops it. It is no answer: not exported, not pruned."""
        ...

    def hurry(self) -> None:
        """Stop waiting for a database that cannot be reached; answers that were received are still kept.

        Called from any thread, also while another call is under way.
        """
        ...

    def check(self) -> Iterator[tuple[str, str]]:
        """Return what an administrator should know of it: ``ok`` or ``note``, and the words of one line each."""
        ...

    def info(self) -> Info:
        """Return the numbers of what the store holds."""
        ...

    def export(self) -> Iterator[dict[str, Any]]:
        """Return every answer and its history as plain JSON values, one record an object; bodies stay behind."""
        ...

    def merge(self, records: Iterable[dict[str, Any]], *, check: Check | None = None) -> int:
        """Take in exported records; the newer answer and all history survive. Returns how many were new.

        ``check`` says of a finding what in it cannot be true, or ""; such a record, one of another shape and one with a
        date ahead of now stop the merge with their number (``StoreError``); whole batches before it stay.
        """
        ...

    def prune(self, older_than: float, *, bodies_only: bool = False) -> int:
        """Remove what was answered before ``older_than`` (Unix seconds), or its bodies alone. Returns how many."""
        ...

    def close(self) -> None: ...


def ahead_of(store: Store, clock: Clock) -> float:
    """Return by how many seconds the store's clock, which counts, is ahead of ``clock``, this machine's."""
    return store.clock.time() - clock.time() if store.far else 0.0


def files_of(url: str) -> list[Path]:
    """Return the files that the store at ``url`` keeps; none where it keeps none, or nobody knows such a store."""
    scheme = url.partition(":")[0]
    if scheme not in registry.names(__name__):
        return []
    named = getattr(registry.entries(__name__)[scheme], "files", None)
    return list(named(url)) if named is not None else []


def open_store(url: str, clock: Clock) -> Store:
    """Return the store at ``url``, whose scheme names the back end. ``UsageError`` for one that nobody knows."""
    scheme = url.partition(":")[0]
    if scheme not in registry.names(__name__):
        known = ", ".join(registry.names(__name__))
        # the whole address is not repeated: it may hold a password
        raise UsageError(
            f"no store is called {_shown(url)!r}",
            hint=f"known are {known}: sqlite:///path, memory:, postgresql://host/db",
        )
    store: Store = registry.entries(__name__)[scheme].open(url, clock)
    return store


def _shown(url: str) -> str:
    """Return an address that nobody knows, as far as it cannot hold a password."""
    scheme, marks, _ = url.partition("://")
    if marks and scheme.replace("+", "").isalnum():
        return f"{scheme}://..."
    return "..." if "@" in url or "=" in url else url
