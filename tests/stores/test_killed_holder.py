"""What a process claimed that was killed is free at once for others on its machine, whatever the store."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from enrich.clock import SystemClock
from enrich.model.quota import Quota
from enrich.stores import Claim, Elsewhere, Grant, open_store
from enrich.stores.shared import holder
from enrich.stores.shared.holder import is_gone, new_holder
from tests.support import postgresql_server
from tests.support.stored_answers import VT, file

HOLDER = """
import sys, time
from enrich.clock import SystemClock
from enrich.model.indicator import Indicator
from enrich.model.quota import Quota
from enrich.stores import Claim, open_store

store = open_store(sys.argv[1], SystemClock())
names = tuple(Indicator("hash", value) for value in sys.argv[2:])
print(type(store.book("k", Quota(100, None, None), claim=Claim("virustotal", names))).__name__, flush=True)
time.sleep(600)
"""
QUOTA = Quota(100, None, None)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    pytest.importorskip("psycopg")
    if not postgresql_server.is_installed():
        pytest.skip("PostgreSQL is not installed")
    with postgresql_server.server() as server:
        yield server.url("killed")


def test_a_claim_is_waited_for_while_its_holder_runs_and_not_once_it_was_killed(url: str) -> None:
    claim = Claim(VT, file(1))
    command = [sys.executable, "-c", HOLDER, url, *(name.value for name in claim.names)]
    with closing(open_store(url, SystemClock())) as store:
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "Grant\n"
            assert isinstance(store.book("k", QUOTA, claim=claim), Elsewhere)
            assert isinstance(store.book("k", QUOTA, claim=claim), Elsewhere)
            other.kill()
        answers = [store.book("k", QUOTA, claim=claim) for _ in range(2)]
        assert isinstance(answers[-1], Grant), "at the second look at the latest"


@pytest.mark.parametrize("missing", ["BOOT_ID", "PROCESS_NAMESPACE"])
def test_where_a_process_cannot_be_told_from_another_machines_its_claim_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """A machine without /proc: its name and a process id may be those of a container beside it, which is at work."""
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    monkeypatch.setattr(os, "getpid", lambda: ended.pid)
    gone = new_holder()
    assert is_gone(gone)
    monkeypatch.setattr(holder, missing, tmp_path / "nothing")
    assert not is_gone(gone)
    assert not is_gone(new_holder())
