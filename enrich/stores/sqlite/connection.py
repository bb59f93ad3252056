"""One SQLite file: opened safely, its transactions, its errors in our words. Knows nothing of findings."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from enrich.errors import StoreError
from enrich.files.network_share import share_type
from enrich.stores.sql.schema import VERSION
from enrich.stores.sqlite import migration

APPLICATION = 0x494F4345
"""``IOCE`` in the file's header: tells our stores from anybody else's SQLite files."""
HEADER_BYTES, APPLICATION_AT = 100, 68
"""Bytes of a database's header, and where in it the application's mark stands."""
BUSY_SECONDS = 15.0
"""Longest wait for another process's transaction; ours last milliseconds."""
LOG_PAGES = 4000
"""Pages of 4 KiB that the log grows to before it goes into the file: what many commits wrote again goes there once."""
RESERVED_BYTES = 8 << 20
"""Room on the disk, below which no call is booked: the answers to those under way find place in it."""
RECLAIMED_PAGES = 2000
"""Pages of 4 KiB that are given back to the file system in one transaction."""

TROUBLE_IN_WORDS = {
    sqlite3.SQLITE_BUSY: ("is locked by another program", "wait for the other run to end, or find who holds the file"),
    sqlite3.SQLITE_LOCKED: ("is locked", "wait for the other run to end"),
    sqlite3.SQLITE_FULL: ("cannot be written: the disk is full", "free some space; what was stored before is safe"),
    sqlite3.SQLITE_READONLY: ("is read-only", "check the permissions of the file and its folder, or choose --store"),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "check the path and the permissions, or choose another --store"),
    sqlite3.SQLITE_IOERR: ("cannot be read or written", "check the disk; what was stored before is kept"),
    sqlite3.SQLITE_NOTADB: ("is not a store of enrich", "choose another --store; the file is left as it is"),
    sqlite3.SQLITE_CORRUPT: ("is damaged", "move it away and restore a copy; it is left as it is"),
}

_UNDECODABLE = "Could not decode to UTF-8"
"""What Python's module says of a text in a table that is none; no error of SQLite's, and without its number."""


class SqliteDatabase:
    """Fulfils ``Database``. One connection: for one thread; other processes open their own."""

    def __init__(self, path: Path | None) -> None:
        """Open or create the file at ``path``; None keeps everything in memory."""
        self._shown = "the store in memory" if path is None else f"the store {path}"
        self._path = path
        self._file: tuple[int, int] | None = None
        if path is not None:
            self._prepare(path)
        try:
            # isolation_level None: transactions begin where we say, with the write lock, and not at the first write
            self._connection = sqlite3.connect(
                path if path is not None else ":memory:", timeout=BUSY_SECONDS, isolation_level=None
            )
        except sqlite3.Error as error:
            raise self._in_words(error) from error
        try:
            self._set_up()
            if path is not None:
                self._file = self._identity(path)
                _make_private(path)
        except BaseException:
            self._connection.close()
            raise

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        try:
            return self._connection.execute(*_statement(sql, values)).fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise self._in_words(error) from error

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        self.insert(sql, values)

    def insert(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one statement; the number of the row that it inserted, if it did."""
        try:
            return self._connection.execute(*_statement(sql, values)).lastrowid or 0
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise self._in_words(error) from error

    def run_many(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        try:
            self._connection.executemany(sql, values)
        except sqlite3.Error as error:
            raise self._in_words(error) from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Run the block in one transaction that holds the write lock from its start: all of it happens, or nothing."""
        self._check_still_there()
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # a full disk may have rolled back already
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Several reads of one and the same state."""
        self.run("BEGIN")
        try:
            yield
        finally:
            if self._connection.in_transaction:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")

    def check_room(self) -> None:
        """Raise where the disk is so nearly full that the answer to a call might not be kept: it is paid for then."""
        if self._path is None:
            return
        with suppress(OSError):
            free = shutil.disk_usage(self._path.parent).free
            if free < RESERVED_BYTES:
                raise StoreError(
                    f"{self._shown}: the disk is nearly full, {free >> 10:,} KiB are free",
                    hint=f"free some space, {RESERVED_BYTES >> 20} MiB at least; nothing is asked before",
                )

    def data_version(self) -> int:
        """Return a number that changes whenever another connection wrote."""
        return int(self.rows("PRAGMA data_version")[0][0])

    def size(self) -> int:
        """Return the database's size in bytes, without its log."""
        return int(self.rows("PRAGMA page_count")[0][0] * self.rows("PRAGMA page_size")[0][0])

    def reclaim(self) -> None:
        before, free = float("inf"), self._free_pages()
        while 0 < free < before:  # a little at a time: others wait for the lock no longer than for any other write
            self.rows(f"PRAGMA incremental_vacuum({RECLAIMED_PAGES})")
            before, free = free, self._free_pages()

    def _free_pages(self) -> int:
        return int(self.rows("PRAGMA freelist_count")[0][0])

    def close(self) -> None:
        try:
            self._connection.close()
        except sqlite3.Error as error:
            raise self._in_words(error) from error

    def _check_still_there(self) -> None:
        """Raise where the file was deleted or replaced: what is written into it is lost to all who open it later."""
        if self._path is not None and self._file is not None and self._identity(self._path) != self._file:
            raise StoreError(
                f"{self._shown} was removed or replaced while it was in use",
                hint="nothing more is asked, since no answer could be kept; put the file back, or run again",
            )

    def _identity(self, path: Path) -> tuple[int, int] | None:
        try:
            facts = path.stat()
        except OSError:
            return None
        return facts.st_dev, facts.st_ino

    def _prepare(self, path: Path) -> None:
        """Make a new file with mode 0600 before SQLite sees it; SQLite gives -wal and -shm the same mode.

        What is there already is only looked at: what is no store of ours must not change, not even in its mode.
        """
        try:
            _make_folder(path.parent)
            if share := share_type(path.parent):
                hint = "keep it on a local disk; for several machines there is --store postgresql://HOST/DATABASE"
                raise StoreError(
                    f"{self._shown} would lie on a network share ({share}): no lock holds there", hint=hint
                )
            try:
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600))
            except FileExistsError:
                self._check_regular(path)
            wal = path.with_name(path.name + "-wal")
            # SQLite would take an empty file for a new one and delete the log that may hold all that is left
            emptied = path.stat().st_size == 0 and wal.exists() and wal.stat().st_size > 0
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            hint = "check the path and the permissions, or choose another --store"
            raise StoreError(f"{self._shown} cannot be opened: {reason}", hint=hint) from error
        if emptied:
            hint = TROUBLE_IN_WORDS[sqlite3.SQLITE_CORRUPT][1]
            raise StoreError(f"{self._shown} is damaged: it is empty, and its write-ahead log is not", hint=hint)

    def _check_regular(self, path: Path) -> None:
        """Refuse a device, a pipe or a socket unopened; of a database its own mark is read, past SQLite."""
        if not stat.S_ISREG(path.stat().st_mode):
            hint = "choose another --store; it is left as it is"
            raise StoreError(f"{self._shown} cannot be opened: it is no regular file", hint=hint)
        with path.open("rb") as file:
            header = file.read(HEADER_BYTES)
        # SQLite would put a -shm file of the reader's beside it, which keeps the store's own user out
        if not os.access(path, os.W_OK):
            what, hint = TROUBLE_IN_WORDS[sqlite3.SQLITE_READONLY]
            raise StoreError(f"{self._shown} {what}", hint=hint)
        application = int.from_bytes(header[APPLICATION_AT : APPLICATION_AT + 4], "big")
        if header.startswith(b"SQLite format 3\0") and application not in (0, APPLICATION):
            raise self._foreign()

    def _set_up(self) -> None:
        self.run("PRAGMA cache_size = -32000")  # KiB: the upper levels of every index of some ten million answers
        if self._is_new():
            self.run("PRAGMA auto_vacuum = INCREMENTAL")  # of effect before the first table alone
        self.run("PRAGMA journal_mode = WAL")  # who reads a million answers holds up no booking
        self.run("PRAGMA synchronous = FULL")  # each commit is synced: a paid answer survives a power cut
        self.run(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
        with self.writing():  # two processes may come first
            if self._is_new():
                migration.create(self)
                self.run(f"PRAGMA application_id = {APPLICATION}")
            elif self._version() != VERSION:
                migration.bring_up(self, self._version())
            if self._version() != VERSION:
                self.run(f"PRAGMA user_version = {VERSION}")

    def _is_new(self) -> bool:
        """Return whether nothing is in the file yet; raises where it holds what is not ours to touch."""
        application = self.rows("PRAGMA application_id")[0][0]
        version = self._version()
        tables = self.rows("SELECT count(*) FROM sqlite_master")[0][0]
        if (application, version, tables) == (0, 0, 0):
            return True
        if application != APPLICATION:
            raise self._foreign()
        if version > VERSION:
            raise StoreError(
                f"{self._shown} was written by a newer enrich (schema {version}, this one knows {VERSION})",
                hint="update enrich, or choose another --store",
            )
        return False

    def _foreign(self) -> StoreError:
        hint = "choose another --store; the file is left as it is"
        return StoreError(f"{self._shown} is another program's database", hint=hint)

    def _version(self) -> int:
        return int(self.rows("PRAGMA user_version")[0][0])

    def _in_words(self, error: sqlite3.Error | UnicodeDecodeError) -> StoreError:
        """SQLite's error in our words; text that is no UTF-8, in its messages too, comes of a damaged file."""
        is_torn = isinstance(error, UnicodeDecodeError) or str(error).startswith(_UNDECODABLE)
        torn = sqlite3.SQLITE_CORRUPT if is_torn else 0
        code = torn or getattr(error, "sqlite_errorcode", 0) & 0xFF
        what, hint = TROUBLE_IN_WORDS.get(
            code, (f"cannot be used: {error}", "this may be a bug; `enrich doctor` looks closer")
        )
        return StoreError(f"{self._shown} {what}", hint=hint)


def _statement(sql: str, values: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """In SQLite's words: ``json_each`` is its way to take any number of values at once."""
    if "EACH(?)" not in sql:
        return sql, values
    each = [msgspec.json.encode(value).decode() if isinstance(value, list) else value for value in values]
    return sql.replace("EACH(?)", "json_each(?)"), each


def _make_private(path: Path) -> None:
    """Nobody else may read the store, whatever mode it had."""
    for each in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        with suppress(OSError):
            mode = stat.S_IMODE(each.stat().st_mode)
            if mode & 0o077:
                each.chmod(mode & ~0o077)


def _make_folder(folder: Path) -> None:
    """Make the folder and its missing parents, each with mode 0700."""
    for missing in reversed([folder, *folder.parents]):
        if not missing.exists():
            missing.mkdir(mode=0o700, exist_ok=True)
