"""Every stop leaves complete outputs and loses no paid answer; the same command goes on. Real processes, real signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from enrich.cli.main import main
from enrich.files.atomic import Staged
from enrich.pipeline.inputs import InputReader
from enrich.standin.options import Fault, Faults, Latency
from enrich.standin.synthetic import facts
from tests.support.standin_server import KEY, Stand, a_list, rows, sha256

FILES = 40


Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def started() -> Iterator[Start]:
    """Starts a run as a process of its own; none outlives its test."""
    running = []

    def start(stand: Stand, sheet: Path, *arguments: object) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "enrich", "run", sheet, *arguments, "-q", *stand.arguments]
        environment = {**os.environ, "VT_API_KEY": KEY}
        running.append(subprocess.Popen(list(map(str, command)), env=environment, stderr=subprocess.PIPE))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def asked_at_least(stand: Stand, count: int) -> None:
    """Returns once so many hashes were asked for."""
    for _ in range(600):
        if sum(stand.log()["asked"].values()) >= count:  # those without an answer included
            return
        time.sleep(0.05)
    raise AssertionError(f"only {stand.log()['asked']} were asked for")


def ended(process: subprocess.Popen[bytes]) -> tuple[int, float]:
    """Its exit code, and the seconds it took to end."""
    began = time.monotonic()
    _, words = process.communicate(timeout=30)
    assert b"Traceback" not in words, words.decode()
    return process.returncode, time.monotonic() - began


@pytest.fixture
def slow(standing: Callable[..., Stand]) -> Stand:
    """Some 20 answers a second with two in flight."""
    return standing(latency=Latency(way_out=0.1))


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_within_five_seconds_with_the_outputs_written(
    slow: Stand, tmp_path: Path, started: Start, number: int, code: int
) -> None:
    sheet = a_list(tmp_path / "in.csv", range(FILES))
    process = started(slow, sheet, "--concurrency", 2)
    asked_at_least(slow, 8)
    process.send_signal(number)
    returned, seconds = ended(process)
    assert returned == code
    assert seconds < 5
    table = rows(tmp_path / "in.enriched.csv")
    statuses = [row["vt_status"] for row in table]
    assert len(table) == FILES
    assert set(statuses) == {"found", "pending"}
    paid = len(slow.asked())
    assert statuses.count("found") == paid, "what was paid for is in the output"
    assert slow.run(sheet) == 0
    assert [row["vt_status"] for row in rows(tmp_path / "in.enriched.csv")] == ["found"] * FILES
    assert len(slow.asked()) == FILES, "the second run asks only what is missing"


@pytest.mark.slow
def test_a_signal_while_waiting_for_the_rate_ends_at_once(
    standing: Callable[..., Stand], tmp_path: Path, started: Start
) -> None:
    stand = standing(per_minute=4)
    sheet = a_list(tmp_path / "in.csv", range(20))
    process = started(stand, sheet)
    asked_at_least(stand, 4)
    time.sleep(0.3)
    process.terminate()
    returned, seconds = ended(process)
    assert (returned, seconds < 5) == (143, True)
    assert sum(row["vt_status"] == "found" for row in rows(tmp_path / "in.enriched.csv")) == 4


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
@pytest.mark.slow
def test_a_signal_while_standard_input_is_awaited_ends_at_once(
    slow: Stand, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    command = [sys.executable, "-m", "enrich", "run", "-", "-o", str(tmp_path / "out.csv"), *slow.arguments]
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary)}
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    while not list(temporary.glob("ioc-enrich-*/stdin")):
        time.sleep(0.02)
    time.sleep(0.1)
    process.send_signal(number)
    assert process.wait(5) == code
    process.communicate()
    assert not list(temporary.iterdir()), "what came from standard input is gone with the command"


@pytest.mark.slow
def test_a_signal_does_not_wait_for_a_call_that_hangs(
    standing: Callable[..., Stand], tmp_path: Path, started: Start
) -> None:
    stand = standing(faults=Faults(script={sha256(0): (Fault.HANG,)}))
    process = started(stand, a_list(tmp_path / "in.csv", range(3)))
    asked_at_least(stand, 3)
    process.terminate()
    returned, seconds = ended(process)
    assert (returned, seconds < 5) == (143, True)
    assert [row["vt_status"] for row in rows(tmp_path / "in.enriched.csv")] == ["pending", "found", "found"]


@pytest.mark.slow
def test_a_killed_run_loses_no_answer_that_was_stored(slow: Stand, tmp_path: Path, started: Start) -> None:
    sheet, in_flight = a_list(tmp_path / "in.csv", range(FILES)), 2
    for wanted in (10, 30):
        process = started(slow, sheet, "--concurrency", in_flight)
        asked_at_least(slow, wanted)
        process.kill()
        process.wait()
        assert not (tmp_path / "in.enriched.csv").exists(), "half an output is never seen"
    assert slow.run(sheet) == 0
    assert len(slow.asked()) <= FILES + 2 * in_flight, "more than what was in flight at the kills"
    table = rows(tmp_path / "in.enriched.csv")
    assert [row["vt_status"] for row in table] == ["found"] * FILES
    assert [row["vt_malicious"] for row in table] == [str(facts(sha256(number)).malicious) for number in range(FILES)]


@pytest.mark.slow
def test_a_second_run_on_the_same_output_says_so(
    slow: Stand, tmp_path: Path, started: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = a_list(tmp_path / "in.csv", range(FILES))
    process = started(slow, sheet, "--concurrency", 2)
    asked_at_least(slow, 4)
    assert slow.run(sheet) == 7
    assert "another run is at work on" in capsys.readouterr().err
    process.terminate()
    assert ended(process)[0] == 143


def test_what_failed_is_asked_again_by_the_next_run_and_nothing_else(
    standing: Callable[..., Stand], tmp_path: Path, hurried: None
) -> None:
    stand = standing(faults=Faults(script={sha256(1): (Fault.PROXY_404,) * 4}))
    sheet = a_list(tmp_path / "in.csv", range(3))
    first = stand.run(sheet)
    statuses = [row["vt_status"] for row in rows(tmp_path / "in.enriched.csv")]
    assert (first, statuses) == (4, ["found", "failed", "found"])
    before = len(stand.asked())
    assert stand.run(sheet) in (0, 4)
    assert set(stand.asked()[before:]) == {sha256(1)}


def test_two_stores_are_merged_and_keep_the_newer_answer_and_all_history(
    standing: Callable[..., Stand], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine, theirs = standing(), standing()
    theirs.store = tmp_path / "theirs.sqlite"
    mine.run(a_list(tmp_path / "a.csv", range(3)))
    theirs.run(a_list(tmp_path / "b.csv", range(2, 5)))
    capsys.readouterr()
    moved = tmp_path / "moved.jsonl"
    assert main(["cache", "export", str(moved), "--store", f"sqlite:///{theirs.store}"]) == 0
    assert len(moved.read_text().splitlines()) == 3
    assert all(json.loads(line)["provider"] == theirs.origin for line in moved.read_text().splitlines())
    moved.write_text(moved.read_text().replace(theirs.origin, mine.origin))  # one service, asked from two machines
    for new in ("2", "0"):
        assert main(["cache", "import", str(moved), "--store", f"sqlite:///{mine.store}"]) == 0
        assert capsys.readouterr().err.startswith(("3 " if new == "2" else "0 ", f"{new} "))
    before = mine.asked()
    assert mine.run(a_list(tmp_path / "all.csv", range(5))) == 0
    assert mine.asked() == before, "the merged store has every answer"


@pytest.mark.slow
def test_a_signal_while_the_first_question_hangs_ends_at_once(
    standing: Callable[..., Stand], tmp_path: Path, started: Start
) -> None:
    stand = standing(latency=Latency(way_out=30.0))
    process = started(stand, a_list(tmp_path / "in.csv", range(3)))
    while not stand.log()["requests"] and process.poll() is None:
        time.sleep(0.05)
    process.terminate()
    returned, seconds = ended(process)
    assert (returned, seconds < 5) == (143, True)
    assert [row["vt_status"] for row in rows(tmp_path / "in.enriched.csv")] == ["pending"] * 3


def test_what_takes_too_long_to_write_leaves_the_earlier_outputs_whole(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet, output = a_list(tmp_path / "in.csv", range(3)), tmp_path / "in.enriched.csv"
    assert stand.run(sheet, "-o", output, "-o", tmp_path / "r.md") == 0
    before = output.read_bytes(), (tmp_path / "r.md").read_bytes()
    stage = Staged.finish

    def slow(self: Staged) -> str:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGALRM)  # what the timer sends, some seconds later
        return stage(self)

    monkeypatch.setattr(Staged, "finish", slow)
    a_list(sheet, range(9))
    assert stand.run(sheet, "-o", output, "-o", tmp_path / "r.md", "--log-file", tmp_path / "log") == 143
    assert (output.read_bytes(), (tmp_path / "r.md").read_bytes()) == before
    assert not list(tmp_path.glob(".enrich-*"))
    assert "run the same command again" in capsys.readouterr().err
    monkeypatch.setattr(Staged, "finish", stage)
    assert stand.run(sheet, "-o", output) == 0
    assert len(stand.asked()) == 9, "the answers of the run that was stopped are stored"


def test_a_signal_while_the_input_is_read_ends_at_once(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = a_list(tmp_path / "in.csv", range(3))
    read = InputReader.read

    def signalled(self: InputReader, path: Path) -> object:
        os.kill(os.getpid(), signal.SIGTERM)
        return read(self, path)

    monkeypatch.setattr(InputReader, "read", signalled)
    assert stand.run(sheet) == 143
    assert not (tmp_path / "in.enriched.csv").exists()
    assert stand.asked() == []
