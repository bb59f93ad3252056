"""The database's errors in our words: what passes by itself, and what to do about each that does not."""

from __future__ import annotations

import psycopg
from psycopg import errors

from enrich.errors import StoreError

NETWORK = "check host, port and network"
_ACCESS = "check ~/.pgpass or PGSERVICE, and what the server's pg_hba.conf lets the role do"
_AUTHORITY = "name the authority that signed the server's certificate: ?sslrootcert=FILE, or ~/.postgresql/root.crt"
REFUSALS = {
    "does not match host name": "give the host by the name that its certificate has, or have one issued for this name",
    "certificate verify failed": _AUTHORITY,
    "root certificate": _AUTHORITY,
    "does not support SSL": "have TLS turned on there (ssl = on); with ?sslmode=disable all on the way read along",
    '" does not exist': "check the names of role and database; README says how they are made",
    "password": _ACCESS,
    "pg_hba": _ACCESS,
    "certificate": "check the certificate and the key that are given to the server",
}
"""What to do, by the words that a connection was refused with; waiting helps with none of these."""
_ROOM = "have more connections allowed there (max_connections, the role's limit), or put a pooler between"
_CROWDED = ("too many", "connection slots")
_HELD_UP = "another session holds it up: try later, or have the role's statement_timeout and lock_timeout raised"
PASSING: dict[type[psycopg.Error], str] = {
    errors.AdminShutdown: NETWORK,
    errors.CrashShutdown: NETWORK,
    errors.CannotConnectNow: "the server starts or stops: try again in a minute",
    errors.DeadlockDetected: _HELD_UP,
    errors.SerializationFailure: _HELD_UP,
    errors.QueryCanceled: _HELD_UP,
    errors.LockNotAvailable: _HELD_UP,
    errors.ReadOnlySqlTransaction: "give the address of the server that takes writes, or have it take them again",
    errors.TooManyConnections: _ROOM,
    errors.IdleInTransactionSessionTimeout: "have idle_in_transaction_session_timeout raised for the role",
}
"""What passes by itself: a restart, a failover, a lock, another transaction; and what to do where it stays."""
_TABLES_GONE = (errors.UndefinedTable, errors.UndefinedFunction, errors.UndefinedColumn, errors.InvalidSchemaName)
_LASTING: tuple[tuple[tuple[type[psycopg.Error], ...], str, str], ...] = (
    ((errors.DiskFull,), "cannot be written", "what was stored before is safe"),
    (
        _TABLES_GONE,
        "was changed under the run",
        "the same command again makes what is missing, or says which version is needed",
    ),
    ((psycopg.Error,), "cannot be used", "`enrich doctor` looks closer"),
)
"""What does not pass: how it is said, and what to do; the last one holds for all."""


class ConnectionLost(StoreError):
    """The database went away, or never was there; the same call may succeed on a new connection."""


class RightsLacking(StoreError):
    """The role may not do what was asked of the database."""


def in_words(error: psycopg.Error, shown: str, schema: str, *, connecting: bool, lost: bool) -> StoreError:
    """Return ``error`` as one of ours. ``lost``: there is no connection any more; ``connecting``: there was none."""
    # the server's own sentence, where it is one: what stands around it speaks of our statements
    reason = " ".join((error.diag.message_primary or str(error)).split()) or type(error).__name__
    if lost:
        return _of_the_way(error, reason, shown, connecting=connecting)
    for kind, hint in PASSING.items():
        if isinstance(error, kind):
            return ConnectionLost(f"{shown} cannot be used: {reason}", hint=hint)
    if isinstance(error, errors.InsufficientPrivilege):
        return RightsLacking(f"{shown}: {reason}", hint=f"grant the role its rights in the schema {schema}")
    for kinds, what, hint in _LASTING:
        if isinstance(error, kinds):
            return StoreError(f"{shown} {what}: {reason}", hint=hint)
    raise AssertionError(error)


def _of_the_way(error: psycopg.Error, reason: str, shown: str, *, connecting: bool) -> StoreError:
    """Return what became of a connection: refused for good, or lost."""
    refused = isinstance(error, errors.InvalidPassword | errors.InvalidAuthorizationSpecification)
    hint = next((hint for words, hint in REFUSALS.items() if words in reason), "")
    if connecting and (refused or hint):
        return StoreError(f"{shown} cannot be used: {reason}", hint=hint or _ACCESS)
    crowded = any(words in reason for words in _CROWDED)
    return ConnectionLost(f"{shown} cannot be reached: {reason}", hint=_ROOM if crowded else NETWORK)
