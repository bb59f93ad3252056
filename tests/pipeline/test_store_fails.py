"""A store that fails once the answers are there costs none of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from enrich.errors import StoreError
from enrich.registry import entries
from tests.standin_server import Stand, a_list, rows


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
