"""The tables of a store, for every SQL database: ``{integer}``, ``{bytes}`` and so on stand for its own words.

Integers: ``{integer}`` of 64 bits, ``{short}`` of 32, ``{tiny}`` of 16, where the database tells them apart.
"""

from __future__ import annotations

VERSION = 4
"""Raised with every change of a table; each back end brings older stores up to it."""

ANSWERS = """
CREATE TABLE shapes (shape {short} PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE findings (
    finding {short} PRIMARY KEY, shape {short} NOT NULL, fetched_at {integer} NOT NULL, malicious {short},
    engines {short}, status {tiny} NOT NULL, origin TEXT NOT NULL, names {bytes} NOT NULL, fields {bytes} NOT NULL)
"""
"""A finding is one object with the answer that stands; ``fetched_at`` in Unix seconds. Columns of one width stand
together: PostgreSQL fills up what would lie across."""
NAMES = """
CREATE TABLE names (start {short} NOT NULL, finding {short} NOT NULL, PRIMARY KEY (start, finding)){sorted};
CREATE TABLE bodies (finding {short} PRIMARY KEY, body {bytes} NOT NULL);
CREATE TABLE history (
    finding {short} NOT NULL, fetched_at {integer} NOT NULL, status {tiny} NOT NULL,
    malicious {short} NOT NULL, engines {short} NOT NULL,
    PRIMARY KEY (finding, fetched_at, status, malicious, engines)){sorted};
CREATE TABLE lists (name TEXT PRIMARY KEY, at {real} NOT NULL, members {bytes} NOT NULL){sorted}
"""
"""``start``: the first four bytes of a name's prefix, which is the first eight of a hash; ``members``: the sorted
prefixes of a list that was run."""
LEDGER = """
CREATE TABLE holds (account TEXT PRIMARY KEY, until {real} NOT NULL){sorted};
CREATE TABLE counts (
    account TEXT NOT NULL, period TEXT NOT NULL, used {integer} NOT NULL, PRIMARY KEY (account, period)){sorted};
CREATE TABLE permits (
    permit {serial}, account TEXT NOT NULL, day TEXT NOT NULL, hold {real} NOT NULL, free_at {real} NOT NULL,
    settled {integer} NOT NULL);
CREATE INDEX permits_by_account ON permits (account, free_at)
"""
"""``period``: a day or month (``2026-11-22``, ``2026-11``); ``day`` of a permit: the days that it is counted for.
Times that permits, holds and claims end are seconds on the store's own scale."""
CLAIMS = """
CREATE TABLE claims (
    origin TEXT NOT NULL, prefix {integer} NOT NULL, holder {integer} NOT NULL, until {real} NOT NULL,
    PRIMARY KEY (prefix, origin)){sorted}
"""
NOTES = """
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, text TEXT NOT NULL)
"""
MACHINES = """
CREATE TABLE machines (machine TEXT PRIMARY KEY, host TEXT NOT NULL, seen {real} NOT NULL){sorted}
"""
"""Who uses the store: a file that two machines use is two ledgers of one key."""


def statements(text: str, words: dict[str, str]) -> list[str]:
    """Return the statements of one of the texts above in a database's own words."""
    return [statement.strip() for statement in text.format(**words).split(";\n")]
