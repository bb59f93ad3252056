"""Files that are none of ours, damaged, locked or full: told in words, and left as they are."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from enrich.errors import StoreError
from enrich.model.finding import Answer
from enrich.model.packed_fields import plain_fields
from enrich.model.quota import Quota
from enrich.stores import Grant
from enrich.stores.sqlite import connection as connection_
from tests.stores.files import opened
from tests.support.stored_answers import VT, absent, file, found, put


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
    monkeypatch.setattr(connection_, "BUSY_SECONDS", 0.05)
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
    pages = store.database.rows("PRAGMA page_count")[0][0]  # type: ignore[attr-defined]
    store.database.run(f"PRAGMA max_page_count = {pages + 2}")  # type: ignore[attr-defined]
    with pytest.raises(StoreError, match="disk is full") as caught:
        store.put_many([Answer(found(file(number)), b"x" * 5000) for number in range(2, 50)])
    assert "in the outputs of this run alone" in caught.value.hint
    assert set(store.get_many(VT, [*file(1), *file(2)])) == set(file(1))
    store.database.run("PRAGMA max_page_count = 1000000")  # type: ignore[attr-defined]
    put(store, found(file(2)))
    assert len(store.get_many(VT, [*file(1), *file(2)])) == 6
    store.close()


@pytest.mark.parametrize("quota", [Quota(None, None, None), Quota(4, None, None)])
def test_no_call_is_booked_whose_answer_may_find_the_disk_full(
    path: Path, monkeypatch: pytest.MonkeyPatch, quota: Quota
) -> None:
    with closing(opened(path)) as store:
        granted = store.book("key", quota)
        assert isinstance(granted, Grant)
        monkeypatch.setattr(connection_, "RESERVED_BYTES", 1 << 60)
        with pytest.raises(StoreError, match="nearly full") as caught:
            for _ in range(100):  # what was leased before is used up
                store.book("key", quota)
        assert "nothing is asked before" in caught.value.hint
        store.put_many([Answer(found(file(1)))], settled=[("key", granted.permit)])
        assert store.get_many(VT, file(1)).keys() == set(file(1))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_a_clear_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="Permission denied"):
        opened(tmp_path / "store.db")


def test_a_store_that_another_user_alone_may_write_is_left_without_a_trace(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(path).close()
    path.chmod(0o444)
    if os.geteuid() == 0:  # who may write anywhere
        monkeypatch.setattr(os, "access", lambda place, mode: not (place == path and mode == os.W_OK))
    with pytest.raises(StoreError, match="is read-only") as caught:
        opened(path)
    assert "choose --store" in caught.value.hint
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_or_a_file_in_the_way_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path, tmp_path / "file" / "store.db"):
        with pytest.raises(StoreError, match="cannot be opened"):
            opened(place)


@pytest.mark.parametrize(
    "fields", [b"", b"\x91", b"\x91\xc1", b"\x92\x01\x02", b"\x91\xd4\x09a", b"\x05", "text", None]
)
def test_an_answer_whose_values_are_damaged_is_said_to_be_when_somebody_looks(path: Path, fields: object) -> None:
    store = opened(path)
    put(store, found(file(1), vt_type="exe"), found(file(2), vt_type="elf"))
    store.close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE findings SET fields = coalesce(?, 5) WHERE finding = 1", (fields,))
        raw.commit()
    with closing(opened(path)) as store:
        known = store.get_many(VT, [file(2)[2]])
        assert known[file(2)[2]].fields == {"vt_type": "elf"}
        with pytest.raises(StoreError, match="damaged"):
            plain_fields(store.get_many(VT, [file(1)[2]])[file(1)[2]].fields)
        with pytest.raises(StoreError, match="damaged"):
            list(store.export())


def test_a_text_that_cannot_be_decoded_is_said_to_be_damage(path: Path) -> None:
    store = opened(path)
    put(store, found(file(1), vt_type="exe"))
    store.close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE findings SET origin = CAST(x'7669ff3f' AS TEXT)")
        raw.commit()
    with pytest.raises(StoreError, match="is damaged"), closing(opened(path)) as store:
        list(store.export())


@pytest.mark.parametrize("text", ["{", "5", "[]", '["hash",["vt_type"]]', '[["hash"],["vt_type"]]', '[["hash"]]'])
def test_a_shape_that_is_damaged_is_an_error_in_words(path: Path, text: str) -> None:
    with closing(opened(path)) as store:
        put(store, found(file(1), vt_type="exe"))
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE shapes SET text = ?", (text,))
        raw.commit()
    with closing(opened(path)) as store, pytest.raises(StoreError, match="damaged"):
        store.get_many(VT, file(1))


@pytest.mark.parametrize("hashes", [7, 0.5, "x", b"", b"\x93\x01\x02\x03", b"\x91\xc4\x01a"])
def test_hashes_that_are_no_bytes_are_damage(path: Path, hashes: object) -> None:
    with closing(opened(path)) as store:
        put(store, found(file(1)))
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE findings SET names = ?", (hashes,))
        raw.commit()
    with closing(opened(path)) as store:
        for look in (lambda: store.get_many(VT, file(1)), lambda: list(store.export())):
            with pytest.raises(StoreError, match="damaged"):
                look()


@pytest.mark.parametrize("status", [-1, 7, "x"])
def test_a_status_that_there_is_not_is_damage(path: Path, status: object) -> None:
    with closing(opened(path)) as store:
        put(store, found(file(1), 0), found(file(1), 2))
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE findings SET status = ?", (status,))
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
        raw.execute("UPDATE findings SET fetched_at = ? WHERE finding = 1", (when,))
        raw.commit()
    with closing(opened(path)) as store:
        for look in (store.info, lambda: store.get_many(VT, file(1))):
            with pytest.raises(StoreError, match="damaged"):
                look()


LEDGER = [
    *(("machines", column) for column in ("host", "seen")),
    *(("holds", column) for column in ("account", "until")),
    ("counts", "used"),
    *(("permits", column) for column in ("day", "hold", "free_at", "settled")),
    *(("ticks", column) for column in ("steady", "wall", "monotonic", "boot")),
    *(("lists", column) for column in ("at", "members")),
    *(("bodies", "body"), ("notes", "text")),
]


@pytest.mark.parametrize(("table", "column"), LEDGER)
@pytest.mark.parametrize("value", ["x", b"\xff\xfe", 1e300, 10**18])
def test_whatever_is_damaged_beside_the_answers_is_an_error_in_words(
    path: Path, table: str, column: str, value: object
) -> None:
    with closing(opened(path)) as store:
        put(store, found(file(1)))
        store.remember("list", file(1))
        store.keep_note("note", "text")
        granted = store.book("key", Quota(4, 100, None))
        assert isinstance(granted, Grant)
        store.hold_off("other", 60.0)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(f"UPDATE {table} SET {column} = ?", (value,))
        assert raw.execute("SELECT changes()").fetchone() != (0,) or table in ("holds", "bodies")
        raw.commit()
    said: list[StoreError] = []
    try:
        with closing(opened(path)) as store:
            looks = (
                lambda: store.settle([("key", granted.permit)]),
                store.info,
                lambda: list(store.check()),
                lambda: store.usage("key"),
                lambda: store.book("key", Quota(4, 100, None)),
                lambda: store.book("other", Quota(1, 100, None)),
                lambda: store.recall("list"),
                lambda: store.note("note"),
                lambda: store.bodies(VT, file(1)),
            )
            for look in looks:
                try:
                    look()
                except StoreError as error:
                    said.append(error)
    except StoreError as error:  # at the opening
        said.append(error)
    assert all("damaged" in str(error) for error in said)
