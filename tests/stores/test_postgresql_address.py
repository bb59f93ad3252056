"""Where a team store is: reached safely off this machine, and no password is taken or repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from enrich.clock import SystemClock
from enrich.errors import StoreError, UsageError
from enrich.stores import open_store
from enrich.stores.postgresql import address
from tests.support import postgresql_server

pytest.importorskip("psycopg")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://db/ioc", {"dbname": "ioc", "host": "db", "sslmode": "verify-full", "sslrootcert": "system"}),
        ("postgresql://ann@db:6432/ioc", {"user": "ann", "port": "6432", "sslmode": "verify-full"}),
        ("postgresql://a,b:5433/ioc", {"host": "a,b", "port": ",5433", "sslmode": "verify-full"}),
        ("postgresql://127.0.0.1/ioc", {"host": "127.0.0.1", "sslmode": None}),
        ("postgresql://[::1]:5433/ioc", {"host": "::1", "port": "5433", "sslmode": None}),
        ("postgresql://localhost/ioc", {"sslmode": None}),
        ("postgresql:///ioc?host=/run/postgresql", {"host": "/run/postgresql", "sslmode": None}),
        ("postgresql://a,127.0.0.1/ioc", {"sslmode": "verify-full"}),
        ("postgresql://db/ioc?sslmode=require", {"sslmode": "require", "sslrootcert": None}),
        ("postgresql://db/ioc?schema=blue", {"schema": None}),
    ],
)
def test_off_this_machine_the_servers_certificate_is_checked(
    url: str, expected: dict[str, str | None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    given = address.parsed(url).parameters
    assert {name: given.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:secret@db/ioc",
        "postgresql://db/ioc?password=secret",
        "postgresql://db/ioc?PASSWORD=secret",
        "postgresql://ann:@db/ioc",
        "postgresql://ann%3Asecret@db/ioc",
        *(f"postgresql://ann:secret{sign}@db/ioc" for sign in "/?#@:%"),
    ],
)
def test_a_password_in_the_address_is_refused_with_the_way_that_is_right(url: str) -> None:
    with pytest.raises(UsageError, match="no password") as caught:
        open_store(url, SystemClock())
    assert "PGPASSFILE" in caught.value.hint
    assert "--store" not in str(caught.value), "it may come from the environment or a file"
    assert "secret" not in caught.value.one_line


@pytest.mark.parametrize(
    "url",
    [
        "postgres://ann:secret@db/ioc",
        "POSTGRESQL://ann:secret@db/ioc",
        "postgresql+psycopg://ann:secret@db/ioc",
        "postgresql://ann:[secret@db/ioc",
        "host=db password=secret",
    ],
)
def test_an_address_that_nobody_knows_is_not_repeated_with_its_password(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_store(url, SystemClock())
    assert "secret" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("url", ["postgresql://db", "postgresql://db/ioc?schema=a;b", "postgresql://db:x/ioc"])
def test_an_address_that_is_none_is_a_usage_error(url: str) -> None:
    with pytest.raises(UsageError):
        open_store(url, SystemClock())


def test_a_server_that_is_not_there_is_told_in_words() -> None:
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        open_store(f"postgresql://127.0.0.1:{postgresql_server.free_port()}/ioc", SystemClock())
    assert caught.value.exit_code == 7
