"""A server off this machine is believed by its certificate alone, and a refusal says what to do."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from enrich.clock import SystemClock
from enrich.errors import StoreError
from enrich.stores import open_store
from tests.support import postgresql_server
from tests.support.postgresql_server import Server

pytest.importorskip("psycopg")
pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(not postgresql_server.is_installed(), reason="PostgreSQL is not installed"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed"),
]
HOST = "db.team.test"


def openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def authority(folder: Path, name: str) -> Path:
    """The certificate of a new authority; its key lies beside it."""
    certificate = folder / f"{name}.crt"
    openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 2, "-subj", f"/CN={name}"),
        *("-keyout", folder / f"{name}.key", "-out", certificate),
    )
    return certificate


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The one that signed the server's certificate, and one that did not."""
    folder = tmp_path_factory.mktemp("authorities")
    return authority(folder, "ours"), authority(folder, "another")


@pytest.fixture(scope="module")
def plain() -> Iterator[Server]:
    with postgresql_server.server() as there:
        yield there


@pytest.fixture(scope="module")
def server(authorities: tuple[Path, Path]) -> Iterator[Server]:
    """A server with a certificate for ``HOST``."""
    ours = authorities[0]
    with postgresql_server.server() as there:
        key, request, signed = (there.folder / f"server.{end}" for end in ("key", "csr", "crt"))
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={HOST}", "-keyout", key, "-out", request)
        sign = ("x509", "-req", "-in", request, "-CA", ours, "-CAkey", ours.with_suffix(".key"), "-CAcreateserial")
        openssl(*sign, "-days", 2, "-out", signed)
        key.chmod(0o600)
        if os.geteuid() == 0:
            account = pwd.getpwnam(postgresql_server.USER)
            for path in (key, signed):
                os.chown(path, account.pw_uid, account.pw_gid)
        with (there.folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write(f"ssl = on\nssl_cert_file = '{signed}'\nssl_key_file = '{key}'\n")
        there.control("-w", "restart")
        yield there


def url(server: Server, host: str, root: Path) -> str:
    """``host`` stands for a name that leads to this machine."""
    return f"postgresql://postgres@{host}:{server.port}/postgres?schema=tls&hostaddr=127.0.0.1&sslrootcert={root}"


def test_a_certificate_for_this_host_by_a_known_authority_is_believed(
    server: Server, authorities: tuple[Path, Path]
) -> None:
    with closing(open_store(url(server, HOST, authorities[0]), SystemClock())) as store:
        assert any("with TLS" in text for mark, text in store.check() if mark == "ok")


def test_a_certificate_for_another_host_is_refused(server: Server, authorities: tuple[Path, Path]) -> None:
    with pytest.raises(StoreError, match="does not match host name") as caught:
        open_store(url(server, "other.team.test", authorities[0]), SystemClock())
    assert "by the name that its certificate has" in caught.value.hint


def test_a_certificate_by_an_unknown_authority_is_refused(server: Server, authorities: tuple[Path, Path]) -> None:
    with pytest.raises(StoreError, match="certificate verify failed") as caught:
        open_store(url(server, HOST, authorities[1]), SystemClock())
    assert "sslrootcert=FILE" in caught.value.hint


def test_the_file_of_authorities_must_be_there(server: Server, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist") as caught:
        open_store(url(server, HOST, tmp_path / "none.crt"), SystemClock())
    assert "sslrootcert=FILE" in caught.value.hint


def test_a_server_without_tls_is_refused_off_this_machine(plain: Server, authorities: tuple[Path, Path]) -> None:
    with pytest.raises(StoreError, match="does not support SSL") as caught:
        open_store(url(plain, HOST, authorities[0]), SystemClock())
    assert "ssl = on" in caught.value.hint
