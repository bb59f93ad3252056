"""A store of an older schema is brought up when it is opened, and nothing of what it holds is lost.

The old stores are made here by SQL of the tests' own, as the versions of then wrote them.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from enrich.errors import StoreError
from enrich.model.finding import Finding, Past, Status
from enrich.model.indicator import Indicator
from enrich.model.quota import Quota, Usage
from enrich.stores import Grant, Wait
from tests.stores.files import opened
from tests.support.stored_answers import DAY, VT, file, found, name, put
from tests.support.virtual_time import START, VirtualClock

OLD = """
CREATE TABLE layouts (layout INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE objects (
    object INTEGER PRIMARY KEY, layout INTEGER NOT NULL, fetched_at INTEGER NOT NULL, status INTEGER NOT NULL,
    malicious INTEGER, engines INTEGER, names BLOB NOT NULL, texts TEXT NOT NULL);
CREATE TABLE identities (
    prefix INTEGER NOT NULL, object INTEGER NOT NULL, PRIMARY KEY (prefix, object)) WITHOUT ROWID;
CREATE TABLE bodies (object INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE history (
    object INTEGER NOT NULL, fetched_at INTEGER NOT NULL, status INTEGER NOT NULL,
    malicious INTEGER NOT NULL, engines INTEGER NOT NULL,
    PRIMARY KEY (object, fetched_at, status, malicious, engines)) WITHOUT ROWID;
CREATE TABLE ticks (
    one INTEGER PRIMARY KEY CHECK (one = 1), steady REAL NOT NULL, wall REAL NOT NULL, monotonic REAL NOT NULL,
    boot TEXT NOT NULL);
CREATE TABLE holds (account TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE counts (
    account TEXT NOT NULL, period TEXT NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (account, period)) WITHOUT ROWID;
CREATE TABLE permits (
    permit INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, day TEXT NOT NULL, hold REAL NOT NULL,
    free_at REAL NOT NULL, settled INTEGER NOT NULL);
CREATE INDEX permits_by_account ON permits (account, free_at);
PRAGMA application_id = 0x494F4345;
"""
SECOND = """
CREATE TABLE fresh (prefix INTEGER NOT NULL, object INTEGER NOT NULL);
CREATE TABLE rolls (name TEXT PRIMARY KEY, at REAL NOT NULL, members BLOB NOT NULL) WITHOUT ROWID;
"""
ODD = Indicator("domain", "exämple.test")
BY_FILE = [
    VT,
    [["hash", 16], ["hash", 20], ["hash", 32]],
    ["vt_file_name", "vt_odd", ""],
    [["vt_sha256", 2, "", ""], ["vt_link", 2, "https://www.virustotal.com/gui/file/", ""], ["vt_detections", -1, "", ""]],
]  # fmt: skip
BY_TEXT = [VT, [["domain", 0], ["hash", 16]], ["vt_a"], []]


def place(name: Indicator) -> int:
    return int.from_bytes(bytes.fromhex(name.value[:16]), "big", signed=True)


def made(path: Path, version: int) -> None:
    """Two objects, one with a history and a body; a list, a day's calls and a cool-down."""
    path.parent.mkdir(parents=True)
    at = int(DAY.timestamp())
    with closing(sqlite3.connect(path)) as old:
        old.executescript(OLD + (SECOND if version == 2 else "") + f"PRAGMA user_version = {version};")
        old.execute("INSERT INTO layouts VALUES (1, ?), (2, ?)", (json.dumps(BY_FILE), json.dumps(BY_TEXT)))
        names = bytes.fromhex("".join(name.value for name in file(1)))
        texts = " " + json.dumps(["a.exe", "half \ud83d, wide \U0001f600, " + str(2**70), "a note"])
        old.execute("INSERT INTO objects VALUES (4, 1, ?, 0, 53, 72, ?, ?)", (at + 86_400, names, texts))
        old.execute("INSERT INTO history VALUES (4, ?, 1, -1, -1)", (at,))
        old.execute("INSERT INTO bodies VALUES (4, ?)", (b"\x1f\x8b body",))
        md5 = file(2)[0]
        row = (at, bytes.fromhex(md5.value), json.dumps([ODD.value, 2**70]))
        old.execute("INSERT INTO objects VALUES (7, 2, ?, 1, NULL, NULL, ?, ?)", row)
        text = -4395366979240492471  # the first eight bytes of BLAKE2b("domain:exämple.test"), as the store writes them
        old.executemany("INSERT INTO identities VALUES (?, 4)", [(place(name),) for name in file(1)])
        fresh = "fresh" if version == 2 else "identities"
        old.executemany(f"INSERT INTO {fresh} VALUES (?, 7)", [(place(md5),), (text,)])
        if version == 2:
            members = array("q", sorted(map(place, file(1)))).tobytes()
            old.execute("INSERT INTO rolls VALUES ('/lists/a.csv', 1793000000.5, ?)", (members,))
        old.execute("INSERT INTO counts VALUES ('k', '2026-11-22', 7), ('k', '2026-11', 70)")
        old.execute("INSERT INTO ticks VALUES (1, 500.0, ?, 1000.0, 'another boot')", (START,))
        old.execute("INSERT INTO holds VALUES ('held', 600.0)")
        old.execute("INSERT INTO permits (account, day, hold, free_at, settled) VALUES ('k', '2026-11-22', 61, 560, 1)")
        old.commit()


@pytest.mark.parametrize("version", [1, 2])
def test_nothing_of_an_older_store_is_lost(path: Path, version: int) -> None:
    made(path, version)
    names, clock = file(1), VirtualClock()
    for _ in range(2):  # opened once, and once more
        with closing(opened(path, clock)) as store:
            fields = {
                "vt_file_name": "a.exe",
                "vt_odd": f"half \ud83d, wide \U0001f600, {2**70}",
                "vt_sha256": names[2].value,
                "vt_link": f"https://www.virustotal.com/gui/file/{names[2].value}",
                "vt_detections": "53/72",
            }
            later = DAY + timedelta(days=1)
            for asked in names:
                expected = Finding(asked, VT, Status.FOUND, fields, "a note", later, names, 53, 72)
                assert store.get_many(VT, [asked]) == {asked: expected}
            other = Finding(ODD, VT, Status.NOT_FOUND, {"vt_a": 2**70}, "", DAY, (ODD, file(2)[0]))
            assert store.get_many(VT, [ODD, file(3)[0]]) == {ODD: other}
            assert store.history(VT, names[:1])[names[0]] == [
                Past(Status.NOT_FOUND, DAY),
                Past(Status.FOUND, later, 53, 72),
            ]
            assert store.bodies(VT, names[:1]) == {names[0]: b"\x1f\x8b body"}
            assert store.usage("k") == Usage(7, 70)
            assert isinstance(store.book("held", Quota(4, None, None)), Wait)
            assert isinstance(store.book("k", Quota(1, None, None)), Wait), "the last minute's call still counts"
            roll = store.recall("/lists/a.csv")
            assert (roll is not None) == (version == 2)
            assert roll is None or roll.lacks([*names, ODD]) == {ODD}
    with closing(opened(path, clock)) as store:
        put(store, found(file(1), 3, 54), found(file(5)))
        assert store.get_many(VT, names)[names[0]].malicious == 54
        assert store.info().objects == 3
        clock.advance(120)
        assert isinstance(store.book("k", Quota(1, None, None)), Grant)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (4,)
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert not tables & {"objects", "layouts", "identities", "fresh", "rolls"}


THIRD = """
ALTER TABLE names RENAME TO short_names;
CREATE TABLE names (prefix INTEGER NOT NULL, finding INTEGER NOT NULL, PRIMARY KEY (prefix, finding)) WITHOUT ROWID;
DROP TABLE short_names;
PRAGMA user_version = 3;
"""
"""What leads back to the third schema: names were found by eight bytes."""


def test_names_that_were_found_by_eight_bytes_are_found_by_four(path: Path) -> None:
    alike = (name("ab" * 16), name("ab" * 4 + "cd" * 16), name("ef" * 32))
    with closing(opened(path)) as store:
        put(store, found(file(1)), found(alike))
    with closing(sqlite3.connect(path)) as old:
        old.executescript(THIRD)
        numbered = [(place(each), number) for number, names in enumerate((file(1), alike), 1) for each in names]
        old.executemany("INSERT INTO names VALUES (?, ?)", numbered)
        old.commit()
    for _ in range(2):
        with closing(opened(path)) as store:
            assert store.get_many(VT, [*file(1), *alike]).keys() == {*file(1), *alike}
            put(store, found(alike, 1))
            assert store.info().objects == 2
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*), min(start) >= -2147483648 FROM names").fetchone() == (5, 1)


@pytest.mark.parametrize("text", ["{", '["virustotal",[["hash",16]],[],[["vt_x",7,"",""]]]', "[]"])
def test_an_older_store_that_is_damaged_is_left_as_it_is(path: Path, text: str) -> None:
    made(path, 2)
    with closing(sqlite3.connect(path)) as old:
        old.execute("UPDATE layouts SET text = ? WHERE layout = 1", (text,))
        old.commit()
        before = list(old.iterdump())
    with pytest.raises(StoreError, match="damaged"):
        opened(path)
    with closing(sqlite3.connect(path)) as old:
        assert list(old.iterdump()) == before
        assert old.execute("PRAGMA user_version").fetchone() == (2,)
