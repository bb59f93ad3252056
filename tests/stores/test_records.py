"""Names and fields come back as they were put, whoever wrote them, and whatever was undone in between."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrich.errors import StoreError
from enrich.model.finding import Answer, Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.quota import Quota
from enrich.stores import Store, open_store
from enrich.stores.sql import transfer
from enrich.stores.sql.objects import StoredObject
from enrich.stores.sql.read import ReadPart
from enrich.stores.sqlite import connection
from enrich.stores.sqlite.connection import SqliteDatabase
from tests.stores.files import opened
from tests.support.stored_answers import DAY, VT, file, found, name, put
from tests.support.virtual_time import VirtualClock


def known(store: Store, numbers: set[int]) -> set[int]:
    """The files among ``numbers`` that the store knows by each of their names."""
    names = {each: number for number in numbers for each in file(number)}
    hits = store.get_many(VT, names)
    return {number for number in numbers if all(each in hits for each in file(number))}


def put_in_vain(store: Store, finding: Finding) -> None:
    """Put an answer on a disk that has no room for its body, which comes last."""
    run_many = SqliteDatabase.run_many

    def full(database: SqliteDatabase, sql: str, values: Iterable[Sequence[object]]) -> None:
        if "bodies" in sql:
            raise StoreError("the disk is full")
        run_many(database, sql, values)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(StoreError):
        patch.setattr(SqliteDatabase, "run_many", full)
        store.put_many([Answer(finding, b"body")])


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 12), min_size=1, max_size=4)), max_size=12))
def test_two_processes_find_each_others_files(
    tmp_path_factory: pytest.TempPathFactory, writes: list[tuple[bool, set[int]]]
) -> None:
    path = tmp_path_factory.mktemp("store") / "store.db"
    told: set[int] = set()
    with closing(opened(path)) as one, closing(opened(path)) as other:
        for first, numbers in writes:
            put(one if first else other, *[found(file(number)) for number in numbers])
            told |= numbers
            assert known(one, set(range(13))) == known(other, set(range(13))) == told
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM names").fetchone() == (3 * len(told),)


def test_what_was_undone_is_not_known(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "store.db")) as store:
        put(store, found(file(1)))
        put_in_vain(store, found(file(2)))
        assert known(store, {1, 2, 3}) == {1}
        put(store, found(file(3)))  # gets the number that the lost one would have had
        assert known(store, {1, 2, 3}) == {1, 3}
        assert store.get_many(VT, file(2)) == {}


def test_pruned_names_are_in_no_table(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with closing(opened(path)) as store:
        put(store, found(file(1), 0), found(file(2), 2))
        assert store.prune(DAY.timestamp() + 86_400) == 1
        assert known(store, {1, 2}) == {2}
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM names").fetchone() == (3,)


@pytest.mark.parametrize("bodies_only", [True, False])
def test_pruning_much_holds_the_lock_for_a_little_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, bodies_only: bool
) -> None:
    """Else the runs beside it would wait for the lock longer than they may, and end."""
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.1)
    monkeypatch.setattr(transfer, "OBJECTS_AT_ONCE", 2)
    monkeypatch.setattr(connection, "RECLAIMED_PAGES", 3)
    writing, booked = SqliteDatabase.writing, list[object]()

    @contextmanager
    def between(database: SqliteDatabase) -> Iterator[None]:
        if database is store.database:  # type: ignore[attr-defined]
            monkeypatch.setattr(SqliteDatabase, "writing", writing)
            booked.append(other.book("k", Quota(100, None, None)))
            monkeypatch.setattr(SqliteDatabase, "writing", between)
        with writing(database):
            yield

    path = tmp_path / "store.db"
    with closing(opened(path)) as store, closing(opened(path)) as other:
        store.put_many([Answer(found(file(number)), b"x" * 9000) for number in range(7)])
        monkeypatch.setattr(SqliteDatabase, "writing", between)
        assert store.prune(2e9, bodies_only=bodies_only) == 7
        assert len(booked) >= 4, "the other run had its turn between pages of two"
        assert store.info().body_size == 0
        monkeypatch.setattr(SqliteDatabase, "writing", writing)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA freelist_count").fetchone() == (0,)


def test_an_answer_that_comes_while_its_older_one_is_pruned_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.1)
    look, stored = ReadPart.older, list[StoredObject]()

    def looked(reading: ReadPart, than: int, limit: int) -> list[StoredObject]:
        page = look(reading, than, limit)
        if page:
            with suppress(StoreError):  # the other process waits until what was looked up is removed as well
                put(other, found(file(1), 3))
                stored.extend(page)
        return page

    with closing(opened(tmp_path / "store.db")) as store, closing(opened(tmp_path / "store.db")) as other:
        put(store, found(file(1), 0))
        monkeypatch.setattr(ReadPart, "older", looked)
        store.prune(DAY.timestamp() + 86_400)
        if not stored:
            put(other, found(file(1), 3))
        assert known(store, {1}) == known(other, {1}) == {1}


def test_a_file_whose_hashes_begin_alike_is_one_file(tmp_path: Path) -> None:
    names = (name("ab" * 16), name("ab" * 20), name("ab" * 32))
    with closing(opened(tmp_path / "store.db")) as store:
        put(store, found(names), found(file(1)))
        assert set(store.get_many(VT, names)) == set(names)
        assert known(store, {1}) == {1}


def test_a_name_that_differs_in_case_alone_is_kept_as_it_is() -> None:
    with closing(open_store("memory:", VirtualClock())) as store:
        odd = tuple(name(each.value.upper()) for each in file(2))
        put(store, found(file(1)))
        put(store, found(odd))
        assert store.get_many(VT, odd)[odd[0]].aliases == odd


contents = st.one_of(
    st.none(),
    st.integers(-(2**70), 2**70),
    st.text(max_size=4),
    st.sampled_from(["md5", "link", "ends", "odd end", "ratio"]),
)


@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), contents), max_size=3),
            st.sampled_from(["hash", "text", "upper", "odd"]),
            st.sampled_from(["", "a detail"]),
            st.booleans(),
        ),
        max_size=8,
    )
)
def test_findings_alike_or_not_come_back_as_they_were_put(
    rows: list[tuple[list[tuple[str, object]], str, str, bool]],
) -> None:
    findings = []
    for number, (fields, shape, detail, rated) in enumerate(rows):
        md5, _, sha256 = file(number)
        other = {"hash": sha256, "text": Indicator("domain", f"{number}.example"), "upper": name(sha256.value.upper())}
        names = (md5, other.get(shape, name(f"{number:017x}")))
        follows = {"md5": md5.value, "link": f"https://x/{names[1].value}/y", "ratio": "5/72"}
        follows |= {"ends": f"https://x/{names[1].value}", "odd end": f"half \ud83d {md5.value}"}
        told = {field: follows.get(value, value) if isinstance(value, str) else value for field, value in fields}
        counts = (5, 72) if rated else (None, None)
        findings.append(Finding(md5, VT, Status.FOUND, told, detail, DAY, names, *counts))  # type: ignore[arg-type]
    with closing(open_store("memory:", VirtualClock())) as store:
        for finding in findings:
            put(store, finding)
        for finding in findings:
            kept = store.get_many(VT, finding.aliases)
            for asked in finding.aliases:
                assert kept[asked].fields == {k: v for k, v in finding.fields.items() if v is not None}
                assert (kept[asked].aliases, kept[asked].detail) == (finding.aliases, finding.detail)
                assert len(kept[asked].aliases) == len(finding.aliases)
                assert all(alias in kept[asked].aliases for alias in finding.aliases)
                assert Indicator("url", finding.indicator.value) not in kept[asked].aliases
                assert (kept[asked].aliases[0], kept[asked].aliases[:1]) == (finding.aliases[0], finding.aliases[:1])
                assert {kept[asked].aliases: 1} == {tuple(finding.aliases): 1}


def test_what_a_field_repeats_of_its_objects_names_is_kept_once(tmp_path: Path) -> None:
    """A report's hashes and the link to it are half of what it says."""
    sha256 = file(1)[2].value
    own, others = ({"vt_link": f"https://example.test/{value}"} for value in (sha256, file(2)[2].value))
    with closing(opened(tmp_path / "store.db")) as store:
        put(store, found(file(1), **own), found(file(3), **others))
        assert {name: finding.fields for name, finding in store.get_many(VT, [file(1)[0], file(3)[0]]).items()} == {
            file(1)[0]: own,
            file(3)[0]: others,
        }
    with closing(sqlite3.connect(tmp_path / "store.db")) as database:
        lengths = [length for (length,) in database.execute("SELECT length(fields) FROM findings ORDER BY finding")]
    assert lengths[1] - lengths[0] >= 60
