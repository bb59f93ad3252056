"""What happens while the database is away: the same call again on a new connection, and answers kept in a local file.

A restart or a failover takes seconds. Every call may be repeated: storing is the same twice, a booking whose word was
lost frees itself. Where it takes longer, paid answers go into a SQLite file on this machine, and from there into the
database when it is opened the next time.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from threading import RLock
from typing import ParamSpec, TypeVar

from filelock import FileLock
from platformdirs import user_data_path

from enrich.clock import Clock
from enrich.errors import StoreError
from enrich.model.finding import Answer
from enrich.stores.postgresql.address import Address
from enrich.stores.postgresql.connection import PostgresqlDatabase
from enrich.stores.postgresql.refusals import ConnectionLost
from enrich.stores.sql.transfer import Transfer
from enrich.stores.sqlite.connection import SqliteDatabase
from enrich.stores.sqlite.store import SqliteStore

P = ParamSpec("P")
T = TypeVar("T")

REPEAT_SECONDS = 30.0
"""Seconds of an outage for which calls are repeated; after them each fails at once."""
RETRY_EVERY_SECONDS = 10.0
"""Seconds between two tries to reach a database that has been away for longer."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0


class Outages:
    """Repeats calls over an outage of one database. Runs in the thread of the caller."""

    def __init__(self, database: PostgresqlDatabase, on_return: Callable[[], None]) -> None:
        """``on_return`` hears of every new connection: what is remembered of the old one may not be there any more."""
        self._database = database
        self._on_return = on_return
        self._away_since: float | None = None
        self._tried_at = 0.0
        self._refusal: ConnectionLost | None = None
        """Why the newest try to connect failed."""
        self._hurry = database.hurry
        self._turn = RLock()
        """One question at a time: a run asks from its event loop and from a thread beside it."""

    def through(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Return what ``work`` returns. Raises ``ConnectionLost`` where the database is away for ``REPEAT_SECONDS``."""
        with self._turn:
            return self._repeated(work, *args, **named)

    def hurry(self) -> None:
        """Wait out no outage any more, the one that is waited out now included. From any thread."""
        self._hurry.set()

    def _repeated(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        pause = FIRST_PAUSE
        while True:
            try:
                result = work(*args, **named)
            except ConnectionLost as error:
                # inside a transaction half of the work is undone: whoever began it repeats all of it, or nobody does
                if self._database.in_transaction or not self._is_worth_waiting(pause):
                    if self._database.is_open or self._refusal is None:
                        raise
                    raise self._refusal from error  # "the connection is closed" says nothing to anybody
            else:
                if self._database.is_open:  # what asked nobody says nothing
                    self._away_since = None
                return result
            self._hurry.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            self._reconnect()

    def _is_worth_waiting(self, pause: float) -> bool:
        """For ``REPEAT_SECONDS`` of an outage always; after them now and then, so that it is noticed when it ends."""
        now = time.monotonic()
        self._away_since = now if self._away_since is None else self._away_since
        if self._hurry.is_set():
            return False
        return now + pause <= self._away_since + REPEAT_SECONDS or now > self._tried_at + RETRY_EVERY_SECONDS

    def _reconnect(self) -> None:
        try:
            self._database.reconnect()
        except ConnectionLost as error:
            self._refusal = error
            return  # the next try finds the connection closed, and comes here again
        finally:
            self._tried_at = time.monotonic()
        self._refusal = None
        self._on_return()


class Spill:
    """The local file for what a database that stays away cannot take."""

    def __init__(self, address: Address, clock: Clock) -> None:
        self._clock = clock
        name = hashlib.sha256(f"{address.shown} {address.schema}".encode()).hexdigest()[:16]
        self.path: Path = user_data_path("ioc-enrich") / f"waiting-{name}.sqlite"

    def keep(self, answers: Sequence[Answer]) -> None:
        """Keep answers until the database is there again. Durable when it returns."""
        with self._alone(), closing(self._opened()) as store:
            store.put_many(answers)

    def hand_over(self, target: Transfer) -> int:
        """Bring what waits into ``target`` and remove the file. Returns how many answers waited."""
        if not self.path.exists():
            return 0
        count = 0
        with self._alone():
            if self.path.exists():  # another run may have brought it over while this one waited
                with closing(self._opened()) as store:
                    count = target.absorb(store)
            for more in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + more).unlink(missing_ok=True)
            # who waits for the lock finds its file gone and makes a new one; Windows lets no open file go
            with suppress(PermissionError):
                self._lock.unlink(missing_ok=True)
        return count

    def _alone(self) -> FileLock:
        """Another run here must not add to the file between its handing over and its removal."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self._lock)

    @property
    def _lock(self) -> Path:
        return self.path.with_suffix(".lock")

    def _opened(self) -> SqliteStore:
        return SqliteStore(f"sqlite:///{self.path}", SqliteDatabase(self.path), self._clock)

    def error(self, cause: StoreError) -> StoreError:
        """Return what the run is told: it ends, and nothing is lost."""
        said = f"what was paid for waits in {self.path} and goes over when it is there again"
        return StoreError(str(cause), hint=f"{said}; {cause.hint}")
