"""The SQLite store passes the contract, and what a file on a disk adds: processes, kills, damage, permissions."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from enrich.errors import EnrichError, StoreError, UsageError
from enrich.fields import picked_many, strongest
from enrich.model import Answer, Quota, Usage
from enrich.stores import Grant, Store, Wait, _database, open_store
from tests.stores.contract import VT, StoreContract, absent, file, found, put
from tests.virtual import VirtualClock

WRITER = """
import sys
from enrich.clock import SystemClock, utc
from enrich.model import Answer, Finding, Indicator, Quota, Status
from enrich.stores import open_store

store = open_store(sys.argv[1], SystemClock())
for number in range(int(sys.argv[2]), 10**9):
    store.book("k", Quota(10**6, None, None))
    name = Indicator("hash", f"{number:064x}")
    store.put_many([Answer(Finding(name, "virustotal", Status.ABSENT, fetched_at=utc(0)), b"body" * 500)])
    print(number, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "folder" / "store.db"


def opened(path: Path, clock: VirtualClock | None = None) -> Store:
    return open_store(f"sqlite:///{path}", clock or VirtualClock())


class TestSqlite(StoreContract):
    @pytest.fixture
    def store(self, clock: VirtualClock, path: Path) -> Iterator[Store]:
        store = opened(path, clock)
        yield store
        store.close()


def test_nobody_else_may_read_the_store(path: Path) -> None:
    before = os.umask(0)
    try:
        store = opened(path)
        put(store, found(file(1)))
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"store.db": 0o600, "store.db-wal": 0o600, "store.db-shm": 0o600}
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent)} == {0o700}
    store.close()


def test_two_connections_see_each_other(path: Path) -> None:
    clock = VirtualClock()
    one, other = opened(path, clock), opened(path, clock)
    assert not other.changed_elsewhere()
    put(one, found(file(1), 0, 5, vt_new=1))
    assert other.changed_elsewhere()
    assert not other.changed_elsewhere()
    assert other.get_many(VT, [file(1)[0]])[file(1)[0]].fields == {"vt_new": 1}
    assert isinstance(one.book("k", Quota(1, None, None)), Grant)
    assert isinstance(other.book("k", Quota(1, None, None)), Wait)
    one.close()
    other.close()


def test_unlimited_calls_of_two_processes_stay_within_the_day_and_hear_a_cool_down(path: Path) -> None:
    clock = VirtualClock()
    stores = [opened(path, clock) for _ in range(2)]
    quota = Quota(None, 500, None)
    granted = sum(isinstance(stores[turn % 2].book("k", quota), Grant) for turn in range(700))
    assert granted == 500
    stores[0].hold_off("free", clock.time() + 100)
    assert isinstance(stores[1].book("free", Quota(None, None, None)), Wait)
    for store in stores:
        store.close()
    again = opened(path, clock)
    assert again.usage("k") == Usage(500, 500)
    again.close()


def test_leased_calls_obey_another_process_cool_down_however_often_they_are_asked_for(path: Path) -> None:
    clock = VirtualClock()
    one, other = opened(path, clock), opened(path, clock)
    unlimited = Quota(None, None, None)
    assert isinstance(one.book("k", unlimited), Grant)
    other.hold_off("k", clock.time() + 100)
    assert [type(one.book("k", unlimited)) for _ in range(3)] == [Wait] * 3
    one.close()
    other.close()


def test_what_was_leased_and_not_used_is_given_back_on_closing(path: Path) -> None:
    store = opened(path)
    assert isinstance(store.book("k", Quota(None, None, None)), Grant)
    store.close()
    again = opened(path)
    assert again.usage("k") == Usage(1, 1)
    again.close()


def test_a_kill_loses_nothing_that_was_acknowledged(path: Path) -> None:
    told = 0
    for _ in range(3):
        command = [sys.executable, "-c", WRITER, f"sqlite:///{path}", str(told)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            for line in writer.stdout:
                if int(line) >= told + 40:
                    writer.send_signal(signal.SIGKILL)
                    told = int(line) + 1
                    told += sum(1 for _ in writer.stdout)
                    break
    store = opened(path)
    info = store.info()
    assert told >= 120
    assert told <= info.objects == info.bodies <= told + 1
    assert store.usage("k").day >= 0
    store.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def refused(path: Path) -> StoreError:
    """The error on opening or using the store; its file must stay as it was."""
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        store = opened(path)
        try:
            store.info()
            list(store.export())
        finally:
            store.close()
    assert path.read_bytes() == before
    assert caught.value.hint
    assert caught.value.exit_code == 7
    return caught.value


def filled(path: Path) -> None:
    store = opened(path)
    store.put_many([Answer(found(file(number)), b"x" * 3000) for number in range(200)])
    store.close()


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("md5,sha1\n" * 200)
    assert "not a store" in str(refused(path))


@pytest.mark.parametrize("keep", [100, 4096, 20_000, 100_000])
def test_a_truncated_store_is_refused(path: Path, keep: int) -> None:
    filled(path)
    os.truncate(path, keep)
    refused(path)


def test_an_emptied_store_whose_log_remains_is_refused(path: Path) -> None:
    filled(path)
    path.write_bytes(b"")
    path.with_name("store.db-wal").write_bytes(b"log")
    refused(path)
    assert path.with_name("store.db-wal").read_bytes() == b"log"


def test_a_newer_schema_and_another_programs_database_are_refused(path: Path) -> None:
    filled(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert "newer" in str(refused(path))
    other = path.with_name("other.db")
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    assert "another program" in str(refused(other))


def test_a_locked_store_is_an_error_after_a_while_and_nothing_is_lost(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_database, "BUSY_SECONDS", 0.05)
    store = opened(path)
    put(store, found(file(1)))
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        put(store, found(file(2)))
    holder.execute("ROLLBACK")
    holder.close()
    put(store, found(file(3)))
    assert set(store.get_many(VT, [file(number)[0] for number in (1, 2, 3)])) == {file(1)[0], file(3)[0]}
    store.close()


def test_a_full_disk_is_an_error_and_what_was_stored_stays(path: Path) -> None:
    store = opened(path)
    put(store, found(file(1)))
    pages = store._database.rows("PRAGMA page_count")[0][0]  # type: ignore[attr-defined]
    store._database.run(f"PRAGMA max_page_count = {pages + 2}")  # type: ignore[attr-defined]
    with pytest.raises(StoreError, match="disk is full"):
        store.put_many([Answer(found(file(number)), b"x" * 5000) for number in range(2, 50)])
    assert set(store.get_many(VT, [*file(1), *file(2)])) == set(file(1))
    store._database.run("PRAGMA max_page_count = 1000000")  # type: ignore[attr-defined]
    put(store, found(file(2)))
    assert len(store.get_many(VT, [*file(1), *file(2)])) == 6
    store.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_a_clear_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="Permission denied"):
        opened(tmp_path / "store.db")


def test_a_folder_or_a_file_in_the_way_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path, tmp_path / "file" / "store.db"):
        with pytest.raises(StoreError, match="cannot be opened"):
            opened(place)


@pytest.mark.parametrize("url", ["", "store.db", "redis://x", "sqlite:", "sqlite:///", "_database:"])
def test_an_url_that_names_no_store_is_a_usage_error(url: str) -> None:
    with pytest.raises(EnrichError) as caught:
        open_store(url, VirtualClock())
    assert isinstance(caught.value, UsageError)


@pytest.mark.parametrize("texts", ["[1", '["one","two"]', "[1],[2]", " [1", "5", '"ab"', "null"])
def test_an_answer_whose_values_are_damaged_is_said_to_be_when_somebody_looks(path: Path, texts: str) -> None:
    store = opened(path)
    put(store, found(file(1), vt_type="exe"), found(file(2), vt_type="elf"))
    store.close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE objects SET texts = ? WHERE object = 1", (texts,))
        raw.commit()
    store = opened(path)
    known = store.get_many(VT, [file(1)[2], file(2)[2]])
    assert dict(known[file(2)[2]].fields) == {"vt_type": "elf"}
    with pytest.raises(StoreError, match="damaged"):
        dict(known[file(1)[2]].fields)
    with pytest.raises(StoreError, match="damaged"):
        picked_many([finding.fields for finding in known.values()], ("vt_type",))
    store.close()


@pytest.mark.parametrize(
    "text", ["{", "5", "[]", '["virustotal",[["hash",-1]],[],[]]', '["virustotal",[["hash",16]],[],[["vt_x",7,"",""]]]']
)
def test_a_layout_that_is_damaged_is_an_error_in_words(path: Path, text: str) -> None:
    with closing(opened(path)) as store:
        put(store, found(file(1), vt_type="exe"))
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE layouts SET text = ?", (text,))
        raw.commit()
    with closing(opened(path)) as store, pytest.raises(StoreError, match="damaged"):
        store.get_many(VT, file(1))


@pytest.mark.parametrize("status", [-1, 7, "x"])
def test_a_status_that_there_is_not_is_damage(path: Path, status: object) -> None:
    with closing(opened(path)) as store:
        put(store, found(file(1), 0), found(file(1), 2))
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE objects SET status = ?", (status,))
        raw.execute("UPDATE history SET status = ?", (status,))
        raw.commit()
    with closing(opened(path)) as store:
        for look in (store.info, lambda: store.get_many(VT, file(1)), lambda: list(store.export())):
            with pytest.raises(StoreError, match="damaged"):
                look()


@pytest.mark.parametrize("when", ["x", 10**15])
def test_a_time_that_no_calendar_has_is_damage(path: Path, when: object) -> None:
    with closing(opened(path)) as store:
        put(store, found(file(1)))
        put(store, absent(file(2)[2]))
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE objects SET fetched_at = ? WHERE object = 1", (when,))
        raw.commit()
    with closing(opened(path)) as store:
        for look in (store.info, lambda: store.get_many(VT, file(1))):
            with pytest.raises(StoreError, match="damaged"):
                look()


def test_a_link_of_half_a_character_around_a_hash_comes_back(path: Path) -> None:
    link = f"https://x/\ud83d/{file(1)[2].value}"
    with closing(opened(path)) as store:
        put(store, found(file(1), vt_name=link))
    with closing(opened(path)) as store:
        assert store.get_many(VT, file(1))[file(1)[2]].fields == {"vt_name": link}


def test_stored_names_are_what_was_put(path: Path) -> None:
    store = opened(path)
    put(store, found(file(1)))
    (finding,) = store.get_many(VT, [file(1)[0]]).values()
    assert finding.aliases == file(1)
    assert hash(finding.aliases) == hash(tuple(file(1)))
    assert file(1)[1] in finding.aliases
    assert file(2)[1] not in finding.aliases
    assert finding.aliases[0] == file(1)[0]
    assert len(finding.aliases) == len(file(1))
    assert strongest(finding.aliases) == strongest(file(1)) == file(1)[2].value
    store.close()
