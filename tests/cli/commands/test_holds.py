"""A wait of hours that the service asked for: said by plan and quota, an end to plain runs, lifted by a command."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest

from enrich.cli.main import main
from enrich.clock import SystemClock
from enrich.providers.shared.origin import account_of
from enrich.stores import open_store
from tests.support.standin_server import KEY, Stand, a_list, rows


def test_it_is_said_where_one_looks_and_a_command_lifts_it(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = a_list(tmp_path / "in.csv", range(3))
    with closing(open_store(f"sqlite:///{stand.store}", SystemClock())) as store:
        store.hold_off(account_of(stand.origin, KEY), time.time() + 6 * 3600)
    for command in (["plan", sheet], ["quota"]):
        assert stand.enrich(*command) == 0
        assert "the service asked to wait until" in capsys.readouterr().out
    assert stand.enrich("run", sheet) == 3
    assert "the service asked to wait until" in capsys.readouterr().err
    assert stand.asked() == []
    assert main(["cache", "clear-holds", "--store", f"sqlite:///{stand.store}"]) == 0
    assert stand.run(sheet) == 0
    assert [row["vt_status"] for row in rows(tmp_path / "in.enriched.csv")] == ["found"] * 3
