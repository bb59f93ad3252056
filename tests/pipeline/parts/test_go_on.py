"""A run in parts that was ended anywhere: the same command goes on, nothing is torn, and no call is made twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from enrich.pipeline.parts import dispatch, phases
from enrich.pipeline.parts.jobs import Joining, Scanning, join
from enrich.pipeline.parts.state_folder import NAME
from tests.pipeline.parts.killed_run import SCRIPT, TOP, killed
from tests.pipeline.parts.thread_engine import Threads, cells, dies_over_two
from tests.support.changing_inputs import CONTENTS, WAYS
from tests.support.standin_server import Stand, a_list, rows, sha256


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    folder = tmp_path / "lake"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.csv").write_bytes(CONTENTS["list.csv"](range(2 * number, 2 * number + 4)))
    (folder / "4.tsv").write_bytes(CONTENTS["list.tsv"](range(3)))
    return folder


def contents(folder: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a signal that Windows lacks")
@pytest.mark.parametrize("moment", ["extract", "ask", "join"])
def test_killed_in_any_phase_the_same_command_goes_on_at_no_further_call(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads, moment: str
) -> None:
    """What is killed has workers that are processes; what goes on needs none."""
    del threads
    command = (lake, "--workers", 2, "--out-dir", tmp_path / "out", "--concurrency", 1)
    assert killed(stand, moment, *command) == -signal.SIGKILL
    then = contents(tmp_path / "out")
    assert bool(then) == (moment == "join"), "each part appears when it is whole"
    assert stand.run(*command) == 0
    assert not (tmp_path / "out" / NAME).exists(), "nothing is left over"
    calls = len(stand.asked())
    assert calls - 10 <= (moment == "ask"), "what was under way when it was killed may be asked again, nothing else"
    assert stand.run(*sorted(lake.iterdir()), "--out-dir", tmp_path / "plain") == 0
    plain = contents(tmp_path / "plain")
    assert contents(tmp_path / "out") == plain
    assert then.items() <= plain.items(), "what stood there then is as it should be"
    assert len(stand.asked()) == calls


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a signal that Windows lacks")
def test_workers_end_with_the_process_that_was_killed(stand: Stand, tmp_path: Path, lake: Path) -> None:
    arguments = ["run", lake, "--workers", 2, "--out-dir", tmp_path / "out", *stand.arguments]
    command = [sys.executable, str(SCRIPT), "extract", *map(str, arguments)]
    # the pipe ends when the last process that holds it does: a worker that waits for work would keep it for ever
    ended = subprocess.run(command, check=False, timeout=60, cwd=TOP, stdout=subprocess.PIPE)
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.slow
def test_what_was_done_is_not_done_again(stand: Stand, tmp_path: Path, lake: Path, threads: Threads) -> None:
    out = tmp_path / "out"
    command = (lake, "--workers", 2, "--out-dir", out)
    assert stand.run(*command, "--budget", 3) == 3
    assert stand.run(*command, "--budget", 0) == 3, "the reason that rows are pending is another now"
    assert (out / NAME).is_dir()
    stood = {path.name: path.stat().st_ino for path in out.glob("*.enriched.*")}
    threads.jobs.clear()
    assert stand.run(*command, "--budget", 0) == 3
    assert not [job for job in threads.jobs if isinstance(job, Joining)], "the answers are the same"
    assert {path.name: path.stat().st_ino for path in out.glob("*.enriched.*")} == stood
    (out / "1.enriched.csv").unlink()
    threads.jobs.clear()
    assert stand.run(*command, "--budget", 0) == 3
    assert [job.path.name for job in threads.jobs if isinstance(job, Joining)] == ["1.csv"]
    assert stand.run(*command) == 0
    assert not (out / NAME).exists()
    assert len(stand.asked()) == 10


@pytest.mark.slow
@pytest.mark.parametrize("way", sorted(WAYS))
def test_a_part_that_changed_since_is_done_anew(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads, way: str
) -> None:
    del threads
    out = tmp_path / "out"
    command = (lake, "--workers", 2, "--out-dir", out)
    assert stand.run(*command, "--budget", 9) == 3
    WAYS[way](lake / "1.csv", CONTENTS["list.csv"](range(5, 1, -1)))  # the same rows, turned: size and time may be so
    assert stand.run(*command) == 0
    assert [row[0] for row in cells(out / "1.enriched.csv")] == [sha256(number) for number in range(5, 1, -1)]
    assert all(row[0] == row[2] for row in cells(out / "1.enriched.csv"))


@pytest.mark.slow
def test_a_part_that_changes_between_scan_and_join_is_read_again(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    del threads
    hand_on = phases.dispatch_jobs
    changed = []

    def handed_out(settings: object, function: object, jobs: Mapping[Path, object]) -> object:
        if function is join and not changed:
            changed.append(lake / "0.csv")
            (lake / "0.csv").write_bytes(CONTENTS["list.csv"](range(20, 24)))
        return hand_on(settings, function, jobs)  # type: ignore[arg-type, type-var]

    monkeypatch.setattr(phases, "dispatch_jobs", handed_out)
    assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out") == 0
    assert [row[:3:2] for row in cells(tmp_path / "out" / "0.enriched.csv")] == [
        (sha256(number), sha256(number)) for number in range(20, 24)
    ]


@pytest.mark.slow
def test_a_part_that_kills_its_workers_is_named_and_the_others_stand(
    stand: Stand, tmp_path: Path, lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("1.csv", "3.csv"):
        (lake / name).unlink()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(phases, "join", dies_over_two)
        assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out") == 7
        assert sorted(contents(tmp_path / "out")) == ["0.enriched.csv", "4.enriched.tsv"]
        assert "2.csv" in capsys.readouterr().err
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dispatch, "engine_named", lambda _: Threads())
        assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out") == 0
    assert len(stand.asked()) == 8


def test_a_mark_beside_a_domain_holds_it_back_in_every_part(stand: Stand, tmp_path: Path, threads: Threads) -> None:
    del threads
    lake = tmp_path / "names"
    lake.mkdir()
    (lake / "a.csv").write_text("TLP,Domain\nRED,c2.evil-site.com\nCLEAR,other.evil-site.net\n")
    (lake / "b.csv").write_text("TLP,Domain\nCLEAR,c2.evil-site.com\n")
    options = ("--kinds", "domain", "--never-send", "TLP=RED")
    assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out", *options) == 0
    assert [row["vt_status"] for row in rows(tmp_path / "out" / "b.enriched.csv")] == ["skipped"]
    sent = str(stand.log())
    assert "other.evil-site.net" in sent
    assert "c2.evil-site.com" not in sent


def test_a_part_without_a_hash_is_said_and_is_no_fault(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads, capsys: pytest.CaptureFixture[str]
) -> None:
    (lake / "none.csv").write_text("Host\nws1\n")
    assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out") == 0
    assert "none.csv: no hash was found" in capsys.readouterr().err
    assert "none.enriched.csv" not in contents(tmp_path / "out")
    scanned = [job for job in threads.jobs if isinstance(job, Scanning)]
    assert len(scanned) == 6


def test_a_folder_that_is_another_users_is_not_read(stand: Stand, tmp_path: Path, lake: Path) -> None:
    out = tmp_path / "out"
    (tmp_path / "elsewhere").mkdir()
    out.mkdir()
    (out / NAME).symlink_to(tmp_path / "elsewhere")
    assert stand.run(lake, "--workers", 2, "--out-dir", out) == 7
    a_list(lake / "more.csv", range(2))
    assert stand.asked() == []
