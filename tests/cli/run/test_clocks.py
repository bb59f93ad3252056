"""A clock that was wrong once: what was dated by it does not stand for ever."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from enrich.clock import SystemClock, utc
from enrich.model.finding import Answer, Finding, Status
from enrich.model.indicator import Indicator
from enrich.standin.synthetic import facts, hashes
from enrich.stores import open_store
from tests.support.standin_server import Stand, a_list, rows, sha256

YEAR = 366 * 86_400


class Right(SystemClock):
    """The service's own, which is right."""

    def time(self) -> float:
        return time.time()


class Ahead(SystemClock):
    """A machine whose clock is a year ahead."""

    def time(self) -> float:
        return super().time() + YEAR


@pytest.mark.parametrize("more", [[], ["--refresh"]])
def test_what_a_clock_ahead_dated_gives_way_to_the_next_answer(stand: Stand, tmp_path: Path, more: list[str]) -> None:
    sheet = a_list(tmp_path / "in.csv", [1])
    names = tuple(Indicator("hash", value) for value in hashes(1))
    at = utc(time.time() + YEAR)
    wrong = Finding(names[2], stand.origin, Status.FOUND, {"vt_detections": "0/60"}, "", at, names, 0, 60)
    with closing(open_store(f"sqlite:///{stand.store}", Ahead())) as store:
        store.put_many([Answer(wrong)])
    assert stand.run(sheet, *more) == 0
    assert stand.asked() == [sha256(1)]
    right = f"{facts(sha256(1)).malicious}"
    assert rows(tmp_path / "in.enriched.csv")[0]["vt_malicious"] == right
    assert stand.run(sheet) == 0
    assert stand.asked() == [sha256(1)], "the new answer stands"
    assert rows(tmp_path / "in.enriched.csv")[0]["vt_malicious"] == right


def test_a_run_by_such_a_clock_pins_nothing(
    standing: Callable[..., Stand], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand, sheet = standing(clock=Right()), a_list(tmp_path / "in.csv", [1])
    with monkeypatch.context() as patched:
        patched.setattr(SystemClock, "time", lambda _self: time.time() + YEAR)
        assert stand.run(sheet) == 0
    for _ in range(2):
        assert stand.run(sheet) == 0
        checked = datetime.fromisoformat(rows(tmp_path / "in.enriched.csv")[0]["vt_checked_at"])
        assert abs(checked.timestamp() - time.time()) < 300
    assert len(stand.asked()) <= 2, "dated ahead of now it is stale, and the next answer stands"
