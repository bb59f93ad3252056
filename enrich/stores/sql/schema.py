"""The tables of a store, for every SQL database: ``{integer}``, ``{bytes}`` and so on stand for its own words."""

from __future__ import annotations

VERSION = 3
"""Raised with every change of a table; each back end brings older stores up to it."""

ANSWERS = """
CREATE TABLE shapes (shape {integer} PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE findings (
    finding {integer} PRIMARY KEY, origin TEXT NOT NULL, shape {integer} NOT NULL, fetched_at {integer} NOT NULL,
    status {integer} NOT NULL, malicious {integer}, engines {integer}, names {bytes} NOT NULL, fields {bytes} NOT NULL)
"""
"""A finding is one object with the answer that stands; ``fetched_at`` in Unix seconds."""
NAMES = """
CREATE TABLE names (prefix {integer} NOT NULL, finding {integer} NOT NULL, PRIMARY KEY (prefix, finding)){sorted};
CREATE TABLE bodies (finding {integer} PRIMARY KEY, body {bytes} NOT NULL);
CREATE TABLE history (
    finding {integer} NOT NULL, fetched_at {integer} NOT NULL, status {integer} NOT NULL,
    malicious {integer} NOT NULL, engines {integer} NOT NULL,
    PRIMARY KEY (finding, fetched_at, status, malicious, engines)){sorted};
CREATE TABLE lists (name TEXT PRIMARY KEY, at {real} NOT NULL, members {bytes} NOT NULL){sorted}
"""
"""``prefix``: the first eight bytes of a hash; ``members``: the sorted prefixes of a list that was run."""
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
