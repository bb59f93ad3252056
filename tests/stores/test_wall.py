"""A store is one new file: named by its scheme, used in a run, looked at by doctor, named where a scheme is mistyped."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import enrich.stores
from enrich.cli.main import main
from enrich.registry import entries
from tests.stores.contract import StoreContract
from tests.support.standin_server import EMPTY_MD5, KEY, stand_in
from tests.support.virtual_time import VirtualClock

DUMMY = '''
"""A store that forgets, the smallest there is: it borrows what the stores on a SQL database share."""

from enrich.clock import Clock
from enrich.stores import memory
from enrich.stores.sqlite.store import SqliteStore


def open(url: str, clock: Clock) -> SqliteStore:
    store = memory.open("memory:", clock)
    store.url = url
    return store
'''


@pytest.fixture(autouse=True)
def dummy(tmp_path: Path) -> Iterator[None]:
    """A folder of further stores with one file in it."""
    folder = tmp_path / "further"
    folder.mkdir()
    (folder / "dummy.py").write_text(DUMMY)
    enrich.stores.__path__.append(str(folder))
    entries.cache_clear()
    yield
    enrich.stores.__path__.remove(str(folder))
    entries.cache_clear()
    sys.modules.pop("enrich.stores.dummy", None)


class TestDummy(StoreContract):
    @pytest.fixture
    def store(self, clock: VirtualClock) -> Iterator[enrich.stores.Store]:
        store = enrich.stores.open_store("dummy://", clock)
        yield store
        store.close()


def test_a_run_keeps_its_answers_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VT_API_KEY", KEY)
    path = tmp_path / "hosts.csv"
    path.write_text(f"host,md5\nws1,{EMPTY_MD5}\n")
    with stand_in(tmp_path) as stand:
        assert main(["run", str(path), "--store", "dummy://x", "--virustotal-url", stand.address]) == 0
    assert (tmp_path / "hosts.enriched.csv").exists()


def test_doctor_lists_it_whichever_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", "--store", "memory:", "--proxy", "http://127.0.0.1:9"])
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("ok    stores ")]
    assert " dummy " in line


def test_doctor_looks_at_it_and_a_mistyped_scheme_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", "--store", "dummy://x", "--virustotal-url", "http://127.0.0.1:9"])
    assert "dummy://x: 0 answers" in capsys.readouterr().out
    assert main(["cache", "info", "--store", "dummmy://x"]) == 2
    assert "dummy" in capsys.readouterr().err
