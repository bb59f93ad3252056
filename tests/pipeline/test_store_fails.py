"""A store that fails once the answers are there costs none of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from enrich.errors import StoreError
from enrich.registry import entries
from tests.support.standin_server import Stand, a_list, rows


@pytest.mark.parametrize("method", ["usage", "recall", "remember", "history"])
def test_outputs_are_written_though_the_store_fails_after_the_lookups(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], method: str
) -> None:
    sqlite = entries("enrich.stores")["sqlite"]
    opened = sqlite.open

    def failing(*arguments: object, **options: object) -> object:
        store = opened(*arguments, **options)

        kept, right = store.put_many, getattr(store, method)

        def put_many(*put: object, **how: object) -> object:
            done = kept(*put, **how)
            store.fails = True
            return done

        def fail(*asked: object) -> object:
            if getattr(store, "fails", False):
                raise StoreError("the disk is gone")
            return right(*asked)

        monkeypatch.setattr(store, "put_many", put_many)
        monkeypatch.setattr(store, method, fail)
        return store

    monkeypatch.setattr(sqlite, "open", failing)
    target = tmp_path / "out.csv"
    code = stand.run(a_list(tmp_path / "in.csv", range(3)), "-o", target)
    assert [row["vt_status"] for row in rows(target)] == ["found"] * 3
    assert code == 7
    assert "the disk is gone" in capsys.readouterr().err


def test_a_store_that_is_deleted_in_mid_run_ends_it_with_what_was_paid_for(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sqlite = entries("enrich.stores")["sqlite"]
    opened = sqlite.open

    def deleted(*arguments: object, **options: object) -> object:
        store = opened(*arguments, **options)
        kept = store.put_many

        def put_many(*put: object, **how: object) -> object:
            done = kept(*put, **how)
            stand.store.unlink(missing_ok=True)
            return done

        monkeypatch.setattr(store, "put_many", put_many)
        return store

    monkeypatch.setattr(sqlite, "open", deleted)
    assert stand.run(a_list(tmp_path / "in.csv", range(40)), "--concurrency", 1) == 7
    assert "removed or replaced" in capsys.readouterr().err
    statuses = [row["vt_status"] for row in rows(tmp_path / "in.enriched.csv")]
    assert statuses.count("found") == len(stand.asked()) < 40
