"""Many inputs in parts: what comes out is what a plain run gives, look-ups stay in one process, failures stay apart."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from enrich.config.settings import Settings
from enrich.model.indicator import Indicator, Target
from enrich.pipeline import engines
from enrich.pipeline.engines import engine_named
from enrich.pipeline.parts.jobs import Joining, Scanning, extract
from enrich.pipeline.parts.public_settings import public
from enrich.pipeline.parts.serialized import encoded
from enrich.pipeline.parts.state_folder import PartFolder
from enrich.registry import entries
from enrich.scan import merged_targets
from tests.pipeline.parts.thread_engine import Threads, cells
from tests.support.changing_inputs import CONTENTS
from tests.support.standin_server import Stand, rows, sha256


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Three parts that share files, in three formats."""
    folder = tmp_path / "lake"
    folder.mkdir()
    (folder / "a.csv").write_bytes(CONTENTS["list.csv"](range(6)))
    (folder / "b.csv.gz").write_bytes(gzip.compress(CONTENTS["list.csv"](range(4, 9)), mtime=0))
    (folder / "c.xlsx").write_bytes(CONTENTS["list.xlsx"](range(3, 5)))
    return folder


def test_the_parts_are_those_of_a_plain_run_at_one_call_a_file(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads
) -> None:
    assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out") == 0
    assert len(stand.asked()) == 9, "each file once, whichever parts it stands in"
    assert stand.run(*sorted(lake.iterdir()), "--out-dir", tmp_path / "plain") == 0
    assert sorted(os.listdir(tmp_path / "out")) == sorted(os.listdir(tmp_path / "plain"))
    for name in ("a.enriched.csv", "b.enriched.csv.gz"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "plain" / name).read_bytes()
    assert threads.jobs


@pytest.mark.slow
def test_processes_give_the_bytes_of_a_plain_run(stand: Stand, tmp_path: Path, lake: Path) -> None:
    (lake / "c.xlsx").unlink()
    assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out") == 0
    assert stand.run(*sorted(lake.iterdir()), "--out-dir", tmp_path / "plain") == 0
    for name in ("a.enriched.csv", "b.enriched.csv.gz"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "plain" / name).read_bytes()
    assert len(stand.asked()) == 9
    assert all(row[1] == "found" and row[0] == row[2] for row in cells(tmp_path / "out" / "a.enriched.csv"))


def test_what_is_pending_says_why_in_every_part_and_the_same_command_goes_on(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads
) -> None:
    del threads
    (lake / "c.xlsx").unlink()
    out = tmp_path / "out"
    assert stand.run(lake, "--workers", 2, "--out-dir", out, "--budget", 4) == 3
    table = rows(out / "a.enriched.csv")
    assert {row["vt_status"] for row in table} == {"found", "pending"}
    assert all("budget" in row["vt_note"] for row in table if row["vt_status"] == "pending")
    assert stand.run(lake, "--workers", 2, "--out-dir", out) == 0
    assert len(stand.asked()) == 9


def test_workers_hold_no_key_no_store_and_no_way_out(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads
) -> None:
    key = tmp_path / "key"
    key.write_text("k" * 64)
    options = ("--key-file", key, "--proxy", "none", "--audit", tmp_path / "audit")
    assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out", *options) == 0
    assert {type(job) for job in threads.jobs} == {Scanning, Joining}
    told = [job.settings for job in threads.jobs if isinstance(job, Scanning | Joining)]
    assert all(one.offline and one.key_file is None and one.audit is None and one.proxy is None for one in told)
    assert all(str(stand.store) not in repr(job) for job in threads.jobs)


def test_a_mark_in_one_part_holds_its_file_back_in_all(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads
) -> None:
    del threads
    (lake / "c.xlsx").unlink()
    (lake / "d.csv").write_text(f"TLP,SHA256\nRED,{sha256(5)}\n")
    assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out", "--never-send", "TLP=RED") == 0
    held = {row["SHA256"]: row["vt_status"] for row in rows(tmp_path / "out" / "a.enriched.csv")}
    assert held[sha256(5)] == "skipped"
    assert sha256(5) not in stand.asked()
    other = Stand(stand.address, tmp_path / "other.sqlite")
    for wrong in (("--never-send", "TPL=RED"), ("--column", "Nope")):
        assert other.run(lake, "--workers", 2, "--out-dir", tmp_path / "none", *wrong) == 2


def test_a_worker_that_dies_is_replaced_and_no_call_is_spent_for_it(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads
) -> None:
    threads.dying = 2
    assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out") == 0
    assert len(stand.asked()) == 9
    threads.dying = 99
    assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "again") == 7


def test_a_part_that_cannot_be_read_stops_no_other(stand: Stand, tmp_path: Path, lake: Path, threads: Threads) -> None:
    del threads
    (lake / "photo.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out") == 6
    assert sorted(os.listdir(tmp_path / "out")) == ["a.enriched.csv", "b.enriched.csv.gz", "c.enriched.xlsx"]


def test_the_table_of_answers_is_made_over_all_parts(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads
) -> None:
    del threads
    assert stand.run(lake, "--workers", 2, "-o", tmp_path / "answers.csv", "--only-answers") == 0
    found = {row["indicator"]: row["cells"] for row in rows(tmp_path / "answers.csv")}
    assert sorted(found) == sorted(map(sha256, range(9)))
    assert found[sha256(4)] == "3"


def test_what_is_left_out_of_a_folder_is_said_as_a_plain_run_says_it(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads, capsys: pytest.CaptureFixture[str]
) -> None:
    del threads
    (lake / "~$c.xlsx").write_bytes(b"\x05analyst")
    (lake / "a.enriched.csv").write_bytes((lake / "a.csv").read_bytes())
    told = []
    for given, more in (([lake], ("--workers", 2)), (sorted(lake.iterdir()), ())):
        assert stand.run(*given, *more, "--out-dir", tmp_path / "out") == 0
        told.append([line for line in capsys.readouterr().err.splitlines() if "~$c" in line or "left out, as" in line])
    assert told[0] == told[1]
    assert len(told[0]) == 2


def test_nothing_stays_behind_where_no_part_holds_a_hash(stand: Stand, tmp_path: Path, threads: Threads) -> None:
    del threads
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "a.csv").write_text("Host,User\nws1,me\n")
    assert stand.run(tmp_path / "lake", "--workers", 2, "--out-dir", tmp_path / "out") == 6
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    "more",
    [("--in-place",), (), ("--engine", "dask"), ("--engine", "none")],
)
def test_what_parts_cannot_do_is_a_usage_error(stand: Stand, lake: Path, more: tuple[str, ...]) -> None:
    arguments = more if "--engine" not in more else (*more, "--out-dir", "out")
    assert stand.run(lake, "--workers", 2, *arguments) == 2
    assert stand.asked() == []


def test_what_a_scan_hands_back_does_not_grow_with_what_it_found(tmp_path: Path) -> None:
    """A run holds that of each part: what a thousand parts have in common would be there a thousand times."""
    sizes = []
    for count in (10, 1000):
        part, folder = tmp_path / "part.csv", PartFolder(tmp_path)
        part.write_bytes(CONTENTS["list.csv"](range(count)))
        found = extract(Scanning(public(Settings()), part, folder))
        assert [target.ask.value for target in folder.targets_of(part).targets()] == [
            sha256(number) for number in range(count)
        ]
        sizes.append(len(encoded(found)))
    assert sizes[1] < sizes[0] + 50


def test_an_engine_is_one_module_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "dummy.py").write_text("def executor(settings):\n    raise NotImplementedError\n")
    engines.__path__.append(str(tmp_path))
    entries.cache_clear()
    try:
        assert hasattr(engine_named("dummy"), "executor")
    finally:
        engines.__path__.remove(str(tmp_path))
        entries.cache_clear()


def test_targets_of_parts_come_to_what_one_table_would() -> None:
    md5, one, two = (Indicator("hash", letter * size) for letter, size in (("a", 32), ("b", 64), ("c", 64)))
    linked = [Target(one, (md5,), 2)]
    assert merged_targets([[Target(md5, (), 3)], linked]) == [Target(one, (md5,), 5)]
    contradicting = merged_targets([linked, [Target(two, (md5,), 1)]])
    assert sorted(target.ask.value for target in contradicting) == sorted(name.value for name in (md5, one, two))
    assert all(not target.others for target in contradicting)
