"""The tables of a SQLite store: made anew, or brought up from an older schema without loss.

Up to schema 2 a row had its hashes one behind the other and all other values as a JSON list, and a *layout*, kept once,
said what they are. A field that followed from a name (``vt_sha256`` is one, ``vt_link`` holds one) was not in the row.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from enrich.clock import utc
from enrich.model.finding import Finding, Scalar
from enrich.model.indicator import Indicator
from enrich.model.packed_names import damaged
from enrich.stores.sql import schema
from enrich.stores.sql.database import Database
from enrich.stores.sql.part import Shapes
from enrich.stores.sql.records import DETAIL, pack, status_of

SQLITE_WORDS = {
    "integer": "INTEGER",
    "short": "INTEGER",
    "tiny": "INTEGER",
    "real": "REAL",
    "bytes": "BLOB",
    "serial": "INTEGER PRIMARY KEY AUTOINCREMENT",
    "sorted": " WITHOUT ROWID",
}
TICKS = """CREATE TABLE ticks (
    one INTEGER PRIMARY KEY CHECK (one = 1), steady REAL NOT NULL, wall REAL NOT NULL, monotonic REAL NOT NULL,
    boot TEXT NOT NULL)"""
"""Anchors the scale that permits and claims are timed on."""
OLD_RATIO = -1
"""Instead of a name's place: the field was the detection ratio."""
OBJECTS_AT_ONCE = 1000

OldLayout = tuple[str, tuple[tuple[str, int], ...], tuple[str, ...], tuple[tuple[str, int, str, str], ...]]
"""Provider; kind and bytes of each name (0: it is a text); fields in the row; fields that follow, each with the place
of its name, the text before it and the text after it."""


def create(database: Database) -> None:
    for text in (schema.ANSWERS, schema.NAMES, schema.LEDGER, schema.CLAIMS, schema.NOTES, schema.MACHINES, TICKS):
        for statement in _own(text):
            database.run(statement)


def bring_up(database: Database, version: int) -> None:
    """From schema ``version`` to the present one, inside the caller's transaction: all of it, or nothing."""
    if version < 3:
        _bring_up_answers(database, version)
    # The first four bytes of a name's prefix find it as well as all eight did. OR IGNORE: two names of one object may
    # begin alike. Rows of answers stay as they are: what is written from now on is shorter, and both are read.
    database.run("ALTER TABLE names RENAME TO long_names")
    database.run(_own(schema.NAMES)[0])
    database.run("INSERT OR IGNORE INTO names (start, finding) SELECT prefix >> 32, finding FROM long_names")
    database.run("DROP TABLE long_names")


def _bring_up_answers(database: Database, version: int) -> None:
    """To schema 3: each answer in a row of its own form."""
    if version < 2:  # these came with the second; some of the first have one of them
        database.run("CREATE TABLE fresh (prefix INTEGER NOT NULL, object INTEGER NOT NULL)")
        database.run(
            "CREATE TABLE IF NOT EXISTS rolls (name TEXT PRIMARY KEY, at REAL NOT NULL, members BLOB NOT NULL)"
            " WITHOUT ROWID"
        )
    database.run("INSERT OR IGNORE INTO identities SELECT prefix, object FROM fresh")
    database.run("DROP TABLE fresh")
    database.run("ALTER TABLE identities RENAME TO names")
    database.run("ALTER TABLE rolls RENAME TO lists")
    for table in ("names", "bodies", "history"):
        database.run(f"ALTER TABLE {table} RENAME COLUMN object TO finding")
    database.run("DROP TABLE IF EXISTS claims")
    for text in (schema.ANSWERS, schema.CLAIMS, schema.NOTES, schema.MACHINES):
        for statement in _own(text):
            database.run(statement)
    _rewrite_answers(database)
    database.run("DROP TABLE objects")
    database.run("DROP TABLE layouts")


def _own(text: str) -> list[str]:
    return schema.statements(text, SQLITE_WORDS)


def _rewrite_answers(database: Database) -> None:
    shapes, last = Shapes(database), 0
    layouts = {number: _layout(text) for number, text in database.rows("SELECT layout, text FROM layouts")}
    sql = (
        "SELECT object, layout, fetched_at, status, malicious, engines, names, texts FROM objects WHERE object > ?"
        " ORDER BY object LIMIT ?"
    )
    insert = (
        "INSERT INTO findings (finding, origin, shape, fetched_at, status, malicious, engines, names, fields)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )
    while rows := database.rows(sql, (last, OBJECTS_AT_ONCE)):
        page = []
        for number, layout, at, status, malicious, engines, names, texts in rows:
            finding = _finding(layouts.get(layout), (at, status, malicious, engines), names, texts)
            shape, packed, fields = pack(finding, finding.aliases)
            origin, kept = finding.origin, shapes.number(shape)
            page.append((number, origin, kept, at, status, malicious, engines, packed, fields))
        database.run_many(insert, page)
        last = rows[-1][0]


def _layout(text: str) -> OldLayout:
    try:
        layout: OldLayout = msgspec.convert(json.loads(text), OldLayout)
    except (ValueError, RecursionError) as error:
        raise damaged() from error
    return layout


def _finding(layout: OldLayout | None, said: Sequence[Any], packed: bytes, texts: str) -> Finding:
    """Return the finding in one old row; ``said``: when, status, and the counts."""
    if layout is None:
        raise damaged()
    try:
        provider, kinds, stored, derived = layout
        values: list[Scalar] = json.loads(texts)
        digits, left = packed.hex(), iter(values)
        names, at = list[Indicator](), 0
        for kind, size in kinds:
            names.append(Indicator(kind, digits[at : at + 2 * size] if size else str(next(left))))
            at += 2 * size
        fields: dict[str, Scalar] = dict(zip(stored, left, strict=True))
        when, status, malicious, engines = said
        for field, place, before, after in derived:
            source = f"{malicious}/{engines}" if place == OLD_RATIO else names[place].value
            fields[field] = f"{before}{source}{after}"
        detail = str(fields.pop(DETAIL, ""))
        about = names[0]
        return Finding(
            about, provider, status_of(status), fields, detail, utc(when), tuple(names), malicious, engines
        )  # fmt: skip
    except (ValueError, TypeError, LookupError, AttributeError, StopIteration, OverflowError, OSError) as error:
        raise damaged() from error
