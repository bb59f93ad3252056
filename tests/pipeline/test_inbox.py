"""The watched folder: every finished file is taken once, ends where it belongs, and nothing is lost or written over."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from enrich.clock import SystemClock
from enrich.errors import UsageError
from enrich.files.atomic import sha256_of
from enrich.pipeline import inbox as room
from enrich.pipeline.inbox import Inbox
from enrich.pipeline.inputs import InputReader
from enrich.pipeline.outputs import Planned
from enrich.pipeline.write import Writer
from enrich.stores import Store, open_store
from tests.support.changing_inputs import CONTENTS
from tests.support.standin_server import KEY, Stand, a_list, rows, sha256


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "SETTLE", 0.0)


@pytest.fixture
def box(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


@pytest.fixture
def store() -> Iterator[Store]:
    with closing(open_store("memory:", SystemClock())) as opened:
        yield opened


def watched(box: Path) -> Inbox:
    """The inbox as a further process sees it."""
    url = f"sqlite:///{box.parent / 'inbox-store'}"
    return Inbox(box, box.parent / "out", open_store(url, SystemClock()))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def one_pass(stand: Stand, box: Path, *arguments: object) -> int:
    return stand.run("--inbox", box, "--out-dir", box.parent / "out", *arguments)


def test_finished_files_move_to_done_and_bad_ones_to_rejected_with_the_reason(stand: Stand, box: Path) -> None:
    a_list(box / "a.csv", range(3))
    (box / "b.csv").write_text(f"SHA1\n{'ab' * 20}\n")
    (box / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    (box / "words.txt").write_text("no hash in here\n")
    assert one_pass(stand, box) == 6
    assert names(box) == ["done", "rejected"]
    assert names(box / "done") == ["a.csv", "b.csv"]
    assert names(box / "rejected") == ["photo.png", "photo.png.reason.txt", "words.txt", "words.txt.reason.txt"]
    assert "PNG" in (box / "rejected" / "photo.png.reason.txt").read_text()
    assert names(box.parent / "out") == ["a.enriched.csv", "b.enriched.csv"]
    assert [row["vt_status"] for row in rows(box.parent / "out" / "a.enriched.csv")] == ["found"] * 3
    assert one_pass(stand, box) == 0, "an empty inbox is nothing to complain of"


def test_what_is_pending_stays_and_goes_on_into_the_same_output(stand: Stand, box: Path) -> None:
    a_list(box / "a.csv", range(3))
    out = box.parent / "out" / "a.enriched.csv"
    assert one_pass(stand, box, "--budget", 2) == 3
    assert (box / "a.csv").exists()
    assert sorted(row["vt_status"] for row in rows(out)) == ["found", "found", "pending"]
    assert one_pass(stand, box) == 0
    assert [row["vt_status"] for row in rows(out)] == ["found"] * 3
    assert names(box.parent / "out") == ["a.enriched.csv"]
    assert names(box) == ["done"], "no marker is left behind"
    assert len(stand.asked()) == 3


def test_a_name_that_comes_again_is_numbered_and_nothing_is_written_over(stand: Stand, box: Path) -> None:
    for night in range(3):
        a_list(box / "alerts.csv", range(night, night + 1))
        assert one_pass(stand, box) == 0
    assert names(box / "done") == ["alerts-2.csv", "alerts-3.csv", "alerts.csv"]
    assert names(box.parent / "out") == ["alerts-2.enriched.csv", "alerts-3.enriched.csv", "alerts.enriched.csv"]
    for suffix, number in (("", 0), ("-2", 1), ("-3", 2)):
        assert rows(box.parent / "out" / f"alerts{suffix}.enriched.csv")[0]["SHA256"] == sha256(number)
        assert sha256(number) in (box / "done" / f"alerts{suffix}.csv").read_text()


def test_the_same_name_night_by_night_is_the_same_list(stand: Stand, box: Path) -> None:
    a_list(box / "alerts.csv", range(2))
    one_pass(stand, box)
    a_list(box / "alerts.csv", range(3))
    one_pass(stand, box, "--changes-only")
    changes = [row["vt_change"] for row in rows(box.parent / "out" / "alerts-2.enriched.csv")]
    assert changes == ["", "", "new in this list"]


def test_rejected_names_are_numbered_too(stand: Stand, box: Path) -> None:
    for text in ("first", "second"):
        (box / "words.txt").write_text(text)
        assert one_pass(stand, box) == 6
    assert (box / "rejected" / "words.txt").read_text() == "first"
    assert (box / "rejected" / "words-2.txt").read_text() == "second"
    assert (box / "rejected" / "words-2.txt.reason.txt").exists()


def test_a_refused_key_stops_the_pass_and_leaves_every_file(
    stand: Stand, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VT_API_KEY", "wrong")
    a_list(box / "a.csv", range(3))
    a_list(box / "b.csv", range(3))
    assert one_pass(stand, box) == 5
    assert {"a.csv", "b.csv"} <= set(names(box))


def test_a_broken_list_of_ours_rejects_nobodys_file(stand: Stand, box: Path) -> None:
    a_list(box / "a.csv", range(3))
    assert one_pass(stand, box, "--known-good", box.parent / "missing.txt") == 2
    assert "a.csv" in names(box)


def test_files_that_are_not_finished_are_left_alone(box: Path) -> None:
    for name in (".hidden.csv", "~$book.xlsx", "half.csv.part", "load.crdownload", "x.tmp", "back.csv~"):
        (box / name).write_text("x")
    (box / "book.xlsx").write_text("open in Excel")
    (box / "sheet.ods").write_text("open in LibreOffice")
    (box / ".~lock.sheet.ods#").write_text("somebody")
    (box / "new.csv").write_text("")
    (box / "folder").mkdir()
    ready = box / "ready.csv"
    ready.write_text("x")
    old_and_empty = box / "old.csv"
    old_and_empty.write_text("")
    os.utime(old_and_empty, (time.time() - 3600,) * 2)
    found = watched(box).look()
    assert found.finished == [old_and_empty, ready]
    said = {path.name: reason for path, reason in found.waiting}
    assert said["book.xlsx"] == said["sheet.ods"] == "it is open in an office program"
    assert said["half.csv.part"] == "its name says that it is not finished"
    assert said["new.csv"] == "it is empty and was only just made"


@pytest.mark.parametrize("touch", [lambda path: path.write_text("longer than before"), lambda path: path.unlink()])
def test_what_changes_between_two_looks_is_still_being_written(box: Path, touch: Callable[[Path], object]) -> None:
    (box / "growing.csv").write_text("x")
    (box / "still.csv").write_text("x")
    found = watched(box).look(pause=lambda seconds: touch(box / "growing.csv"))
    assert found.finished == [box / "still.csv"]


def test_a_file_that_is_replaced_after_its_run_stays_for_the_next(box: Path) -> None:
    inbox = watched(box)
    path = a_list(box / "a.csv", range(1))
    written = sha256_of(path)
    taken = inbox.take(path)
    a_list(path, range(5))
    assert inbox.done(taken, written) is None
    assert path.exists()
    assert inbox.done(taken, sha256_of(path)) == box / "done" / "a.csv"


def test_a_run_that_was_killed_finds_its_output_again_but_another_file_does_not(box: Path) -> None:
    out = box.parent / "out"
    out.mkdir()
    path = a_list(box / "a.csv", range(1))
    assert watched(box).take(path).stem == "a"
    (out / "a.enriched.csv").write_text("half of the answers")
    assert watched(box).take(path).stem == "a"
    assert watched(box).take(a_list(box / "a.txt", range(2))).stem == "a-2"
    a_list(path, range(9))
    assert watched(box).take(path).stem == "a-3"


def test_what_was_remembered_of_a_file_goes_with_it(box: Path, store: Store) -> None:
    inbox = Inbox(box, box.parent / "out", store)
    path = a_list(box / "a.csv", range(1))
    inbox.take(path)
    note = f"inbox {box}"
    assert store.note(note)
    path.unlink()
    inbox.forget_the_gone()
    assert store.note(note) == ""
    assert names(box) == []


def test_no_file_in_the_folder_says_where_an_output_goes(stand: Stand, box: Path) -> None:
    victim = box.parent / "victim.enriched.csv"
    victim.write_text("theirs")
    path = a_list(box / "a.csv", range(1))
    marker = {"sha256": sha256_of(path), "stem": str(box.parent / "victim")}
    (box / ".a.csv.enrich").write_text(json.dumps(marker))
    os.mkfifo(box / ".b.csv.enrich")
    assert one_pass(stand, box) == 0
    assert victim.read_text() == "theirs"
    assert names(box.parent / "out") == ["a.enriched.csv"]


def test_every_file_ends_somewhere_whatever_it_is(stand: Stand, box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "x" * 250 + ".csv"
    a_list(box / long, range(2))
    os.mkfifo(box / "pipe.csv")
    (box / "link.csv").symlink_to("/etc/hostname")
    (box / "full.csv").write_text(",".join(map(sha256, range(3))) + ",x" * 16_377 + "\n")
    (box / ("y." + "z" * 200)).write_text(f"{sha256(1)}\n")
    a_list(box / "zz.csv", range(3))
    assert one_pass(stand, box) == 6
    assert [name for name in names(box) if name not in ("done", "rejected")] == []
    done, rejected = names(box / "done"), names(box / "rejected")
    assert "zz.csv" in done
    assert any(name.startswith("xxx") for name in done)
    assert {"pipe.csv", "link.csv", "full.csv"} <= set(rejected)
    assert "no spreadsheet program" in (box / "rejected" / "full.csv.reason.txt").read_text()
    assert any(name.startswith("xxx") for name in names(box.parent / "out"))


def test_a_file_without_the_chosen_sheet_stops_no_other(stand: Stand, box: Path) -> None:
    a_list(box / "a.csv", range(1))
    a_list(box / "b.csv", range(1))
    assert one_pass(stand, box, "--sheet", "Alerts") == 6
    assert names(box / "rejected") == ["a.csv", "a.csv.reason.txt", "b.csv", "b.csv.reason.txt"]


def test_a_bug_in_one_file_stops_no_other_and_is_told(
    stand: Stand, box: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    a_list(box / "a.csv", range(1))
    a_list(box / "b.csv", range(2))
    read = InputReader.read

    def broken(self: InputReader, path: Path) -> object:
        if path.name == "a.csv":
            raise ZeroDivisionError("by a hostile file")
        return read(self, path)

    monkeypatch.setattr(InputReader, "read", broken)
    assert one_pass(stand, box) == 1
    assert names(box / "done") == ["b.csv"]
    assert "hostile" in (box / "rejected" / "a.csv.reason.txt").read_text()
    assert "Traceback" in capsys.readouterr().err


def test_an_empty_inbox_and_a_file_that_is_open_are_said(
    stand: Stand, box: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stand.enrich("run", "--inbox", box, "--out-dir", box.parent / "out") == 0
    assert f"no finished file lies in {box}" in capsys.readouterr().err
    a_list(box / "a.csv", range(1))
    (box / ".~lock.a.csv#").write_text("somebody")
    assert stand.enrich("run", "--inbox", box, "--out-dir", box.parent / "out", "--json") == 0
    told = capsys.readouterr()
    assert "open in an office program" in told.err
    assert json.loads(told.out) == {
        "inbox": str(box),
        "files": 0,
        "passed_by": [{"path": str(box / "a.csv"), "reason": "it is open in an office program"}],
    }


def test_folders_that_cannot_be_meant_are_refused(box: Path, store: Store) -> None:
    for folder, out in ((box, None), (box, box), (box / "missing", box.parent)):
        with pytest.raises(UsageError):
            Inbox(folder, out, store)


def test_a_stop_while_an_output_is_written_ends_the_pass_after_it(
    stand: Stand, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_list(box / "a.csv", range(2))
    a_list(box / "b.csv", range(3))
    write = Writer.write

    def interrupted(self: Writer, planned: Sequence[Planned]) -> object:
        os.kill(os.getpid(), signal.SIGTERM)
        return write(self, planned)

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "write", interrupted)
        assert one_pass(stand, box) == 143
    assert {"a.csv", "b.csv"} <= set(names(box))
    assert names(box.parent / "out") == ["a.enriched.csv"]
    assert one_pass(stand, box) == 0
    assert names(box.parent / "out") == ["a.enriched.csv", "b.enriched.csv"]
    assert len(stand.asked()) == 3, "the answers of the stopped pass are stored"


@pytest.mark.parametrize("more", [["-o", "x.csv"], ["--in-place"], ["input.csv"]])
def test_an_inbox_takes_no_other_inputs_or_outputs(stand: Stand, box: Path, more: list[str]) -> None:
    arguments = ["--inbox", box, *more] if more == ["--in-place"] else ["--inbox", box, "--out-dir", box / "o", *more]
    assert stand.run(*arguments) == 2


def test_each_files_summary_is_a_line_of_json(stand: Stand, box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a_list(box / "a.csv", range(2))
    a_list(box / "b.csv", range(3))
    one_pass(stand, box, "--json")
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sorted(line["unique"] for line in told) == [2, 3]


@pytest.mark.skipif(os.name == "nt", reason="needs a limit on the size of files")
@pytest.mark.parametrize("workers", [[], ["--workers", "2"]])
@pytest.mark.slow
def test_outputs_that_find_no_room_end_the_pass_and_leave_every_file(
    stand: Stand, box: Path, tmp_path: Path, workers: list[str]
) -> None:
    for number in range(2):
        a_list(box / f"{number}.csv", range(number, number + 150))
    metrics, resource = tmp_path / "enrich.prom", pytest.importorskip("resource")
    options = ["--store", "memory:", "--virustotal-url", stand.address, "--metrics-file", str(metrics)]
    run = subprocess.run(
        [sys.executable, "-m", "enrich", "run", "--inbox", box, "--out-dir", tmp_path / "out", *options, *workers],
        env={**os.environ, "VT_API_KEY": KEY, "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 7
    assert "cannot be written: File too large" in run.stderr
    assert "Traceback" not in run.stderr
    assert sorted(path.name for path in box.iterdir()) == ["0.csv", "1.csv"]
    assert list((tmp_path / "out").glob("*.csv")) == []
    assert "enrich_run_exit_code 7\n" in metrics.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who writes to a file")
def test_a_file_that_a_program_has_open_to_write_to_it_waits(stand: Stand, box: Path) -> None:
    a_list(box / "a.csv", range(2))
    with (box / "a.csv").open("a") as writer:
        found = watched(box).look()
        assert found.waiting == [(box / "a.csv", "it is still being written")]
        writer.write(f"{sha256(5)}\n")
    assert one_pass(stand, box) == 0
    assert len(rows(box.parent / "out" / "a.enriched.csv")) == 3


def test_a_file_that_is_only_read_by_others_does_not_wait(box: Path) -> None:
    a_list(box / "a.csv", range(2))
    with (box / "a.csv").open():
        assert watched(box).look().finished == [box / "a.csv"]


def test_what_grows_after_it_was_taken_is_taken_again(
    stand: Stand, box: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(room, "is_open_for_writing", lambda _: False)  # as where the system does not tell
    out = box.parent / "out"
    workbook = CONTENTS["list.xlsx"](range(1, 4))
    with (box / "a.csv").open("w") as slow, (box / "b.xlsx").open("wb") as torn:
        slow.write(f"SHA256\n{sha256(0)}\n")
        torn.write(workbook[:900])
        slow.flush()
        torn.flush()
        assert one_pass(stand, box) == 6
        assert names(box / "rejected") == ["b.xlsx", "b.xlsx.reason.txt"]
        slow.write(f"{sha256(2)}\n")
        torn.write(workbook[900:])
    capsys.readouterr()
    assert one_pass(stand, box) == 0
    told = capsys.readouterr().err
    assert "a.csv was written to after it had been taken: it is taken again" in told
    assert [row["SHA256"] for row in rows(out / "a-2.enriched.csv")] == [sha256(0), sha256(2)]
    assert sorted(stand.asked()) == sorted(map(sha256, range(4))), "nothing is paid for twice"
    assert (names(box / "rejected"), names(box / "done")) == ([], ["a.csv", "b.xlsx"])
    assert one_pass(stand, box) == 0
    assert "taken again" not in capsys.readouterr().err


def test_a_file_that_lies_in_done_by_itself_is_left_there(stand: Stand, box: Path) -> None:
    a_list(box / "a.csv", range(2))
    assert one_pass(stand, box) == 0
    other = box / "done" / "other.csv"
    a_list(other, range(2))
    edited = (box / "done" / "a.csv").read_text() + "x\n"
    (box / "done" / "a.csv").unlink()
    (box / "done" / "a.csv").write_text(edited)
    (box / "done" / "a.csv").rename(box / "done" / "moved.csv")
    assert one_pass(stand, box) == 0
    assert names(box / "done") == ["moved.csv", "other.csv"]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder on another file system."""
    device = tmp_path.stat().st_dev
    places = [place for place in map(Path, ("/tmp", "/var/tmp", "/dev/shm")) if place.is_dir()]
    other = next((place for place in places if place.stat().st_dev != device), None)
    if other is None:
        pytest.skip("all is one file system here")
    with tempfile.TemporaryDirectory(prefix="ioc-enrich-test-", dir=other) as folder:
        yield Path(folder)


def test_done_and_rejected_may_lie_on_another_file_system(stand: Stand, box: Path, elsewhere: Path) -> None:
    for name in ("done", "rejected"):
        (elsewhere / name).mkdir()
        (box / name).symlink_to(elsewhere / name)
    a_list(box / "a.csv", range(2))
    os.utime(box / "a.csv", (1e9, 1e9))
    content = (box / "a.csv").read_bytes()
    (box / "b.xlsx").write_bytes(b"PK\3\4 nothing of a workbook")
    (box / "link.csv").symlink_to("a.csv")
    assert one_pass(stand, box) == 6
    assert names(elsewhere / "done") == ["a.csv"]
    assert (elsewhere / "done" / "a.csv").read_bytes() == content
    assert (elsewhere / "done" / "a.csv").stat().st_mtime == 1e9
    assert names(elsewhere / "rejected") == ["b.xlsx", "b.xlsx.reason.txt", "link.csv", "link.csv.reason.txt"]
    assert (elsewhere / "rejected" / "link.csv").is_symlink()
    assert names(box) == ["done", "rejected"]


def test_a_move_to_another_file_system_that_finds_no_room_leaves_the_file_and_no_half_of_it(
    stand: Stand, box: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (elsewhere / "done").mkdir()
    (box / "done").symlink_to(elsewhere / "done")
    a_list(box / "a.csv", range(2))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("enrich.files.atomic.shutil.copyfileobj", full)
    assert one_pass(stand, box) == 7
    assert "No space left on device" in capsys.readouterr().err
    assert (names(box), names(elsewhere / "done")) == (["a.csv", "done"], [])
    monkeypatch.undo()
    monkeypatch.setattr(room, "SETTLE", 0.0)
    assert one_pass(stand, box) == 0
    assert names(elsewhere / "done") == ["a.csv"]
    assert len(stand.asked()) == 2, "nothing is paid for twice"


def test_what_grows_after_it_was_taken_to_another_file_system_is_taken_again(box: Path, elsewhere: Path) -> None:
    (elsewhere / "done").mkdir()
    (box / "done").symlink_to(elsewhere / "done")
    a_list(box / "a.csv", range(2))
    inbox = watched(box)
    (path,) = inbox.look().finished
    assert inbox.done(inbox.take(path), sha256_of(path)) == box / "done" / "a.csv"
    with (elsewhere / "done" / "a.csv").open("a") as writer:
        writer.write(f"{sha256(3)}\n")
    assert inbox.look().again == [box / "a.csv"]
    assert (names(box), names(elsewhere / "done")) == (["a.csv", "done"], [])


@pytest.mark.parametrize(("closed", "code"), [("in", 6), ("out", 7)])
def test_a_folder_that_cannot_be_listed_rejects_nobodys_file(
    stand: Stand, box: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], closed: str, code: int
) -> None:
    (box.parent / "out").mkdir()
    a_list(box / "a.csv", range(2))
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, *more: Path(path).name != closed and access(path, *more))
    assert one_pass(stand, box) == code
    assert "cannot be listed" in capsys.readouterr().err
    assert names(box) == ["a.csv"]
    assert stand.asked() == []


def test_a_file_for_which_the_memory_does_not_suffice_is_rejected_with_that_reason(
    stand: Stand, box: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    a_list(box / "a.csv", range(1))
    a_list(box / "b.csv", range(2))
    read = InputReader.read

    def short(self: InputReader, path: Path) -> object:
        if path.name == "a.csv":
            raise MemoryError
        return read(self, path)

    monkeypatch.setattr(InputReader, "read", short)
    assert one_pass(stand, box) == 6
    assert names(box / "done") == ["b.csv"]
    assert "needs more memory" in (box / "rejected" / "a.csv.reason.txt").read_text()
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.slow
def test_a_full_disk_behind_standard_output_rejects_nobodys_file(stand: Stand, box: Path) -> None:
    a_list(box / "a.csv", range(2))
    command = [sys.executable, "-m", "enrich", "run", "--inbox", box, "--out-dir", box.parent / "out", "--json"]
    environment = {**os.environ, "VT_API_KEY": KEY}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*map(str, command), *stand.arguments],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
    assert done.returncode == 7
    assert "standard output cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert [name for name in names(box) if name not in ("done", "rejected")] == ["a.csv"]
    assert names(box / "rejected") == []
    assert one_pass(stand, box) == 0
    assert len(stand.asked()) == 2, "nothing is paid for twice"


@pytest.mark.parametrize("short_of", [errno.EMFILE, errno.ENOSPC])
def test_what_the_machine_is_short_of_rejects_nobodys_file(
    stand: Stand, box: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], short_of: int
) -> None:
    a_list(box / "a.csv", range(1))

    def short(_: InputReader, path: Path) -> object:
        raise OSError(short_of, os.strerror(short_of), "/usr/lib/python3/some.py")

    monkeypatch.setattr(InputReader, "read", short)
    assert one_pass(stand, box) == 7
    assert os.strerror(short_of) in capsys.readouterr().err
    assert names(box) == ["a.csv"]
