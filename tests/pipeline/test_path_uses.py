"""No file that a command reads or writes is used for two things, whatever names lead to it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest

from enrich import enrich_frame
from enrich.cli.main import main
from enrich.errors import UsageError
from enrich.pipeline.path_uses import PathUse, check_uses
from enrich.providers.virustotal import KEY_PLACES
from tests.support.standin_server import KEY, Stand, a_list, sha256

READS = {"--known-good": "good.txt", "--never-send": "never.txt", "--key-file": "key", "--ca-bundle": "ca.pem"}
WRITES = {
    "--log-file": "run.log",
    "--audit": "audit.log",
    "--metrics-file": "enrich.prom",
    "-o": "out.csv",
    "--store": "store",
}


def _symlink(path: Path, other: Path) -> Path:
    other.symlink_to(path)
    return other


def _hard_link(path: Path, other: Path) -> Path:
    os.link(path, other)
    return other


def _detour(path: Path, other: Path) -> Path:
    (other.parent / "detour").mkdir()
    return other.parent / "detour" / ".." / path.name


NAMES: dict[str, Callable[[Path, Path], Path]] = {
    "same": lambda path, _: path,
    "symlink": _symlink,
    "hard link": _hard_link,
    "detour": _detour,
}


def value(flag: str, path: Path) -> str:
    return f"sqlite:///{path}" if flag == "--store" else str(path)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("flag", WRITES)
@pytest.mark.parametrize("read", [*READS, "input"])
def test_what_is_read_is_never_written_over(
    tmp_path: Path, flag: str, read: str, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VT_API_KEY", KEY)
    source = a_list(tmp_path / "in.csv", range(3))
    target = source
    more: list[str] = []
    if read != "input":
        target = a_list(tmp_path / READS[read], range(3))
        more = [read, str(target)]
    before = target.read_bytes()
    other = NAMES[name](target, tmp_path / f"other{'.csv' if flag == '-o' else ''}")
    assert main(["run", str(source), *more, flag, value(flag, other)]) == 2
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix in (".log", ".prom")) == []
    assert "written over" in capsys.readouterr().err


@pytest.mark.parametrize("flag", WRITES)
def test_the_configuration_is_never_written_over(tmp_path: Path, flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    source, config = a_list(tmp_path / "in.csv", range(3)), tmp_path / "own.csv"
    config.write_text("budget = 3\n")
    assert main(["run", str(source), "--config", str(config), flag, value(flag, config)]) == 2
    assert config.read_text() == "budget = 3\n"
    assert "written over" in capsys.readouterr().err


@pytest.mark.parametrize("read", ["--store", *READS])
def test_the_audit_log_of_a_lookup_by_hand_is_never_one_of_its_files(
    stand: Stand, tmp_path: Path, read: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stand.run(a_list(tmp_path / "in.csv", range(3))) == 0
    target = stand.store if read == "--store" else a_list(tmp_path / READS[read], range(3))
    more = [] if read == "--store" else [read, target]
    before = target.read_bytes()
    assert stand.enrich("lookup", sha256(1), *more, "--audit", target) == 2
    assert target.read_bytes() == before
    assert "written over" in capsys.readouterr().err
    options = {"store": f"sqlite:///{target}"} if read == "--store" else {read[2:].replace("-", "_"): str(target)}
    with pytest.raises(UsageError, match="written over"):
        enrich_frame([sha256(1)], audit=str(target), offline=True, **options)
    assert target.read_bytes() == before


@pytest.mark.parametrize(("one", "two"), list(combinations(WRITES, 2)))
def test_two_things_are_never_written_into_one_file(tmp_path: Path, one: str, two: str) -> None:
    source = a_list(tmp_path / "in.csv", range(3))
    place = tmp_path / "new" / ("x.csv" if "-o" in (one, two) else "x")
    assert main(["run", str(source), one, value(one, place), two, value(two, place)]) == 2
    assert not place.exists()


def test_the_output_that_is_made_by_itself_counts_too(stand: Stand, tmp_path: Path) -> None:
    source = a_list(tmp_path / "in.csv", range(3))
    assert stand.run(source, "--audit", tmp_path / "in.enriched.csv") == 2


def test_an_export_never_ends_in_the_store_and_a_report_never_in_its_result(stand: Stand, tmp_path: Path) -> None:
    source = a_list(tmp_path / "in.csv", range(3))
    result = tmp_path / "result.json"
    assert stand.run(source, "-o", result) == 0
    kept = stand.store.read_bytes()
    store = f"sqlite:///{stand.store}"
    for place in (stand.store, stand.store.with_name(stand.store.name + "-wal")):
        assert main(["cache", "export", str(place), "--store", store]) == 2
    assert stand.store.read_bytes()[:100] == kept[:100]
    assert main(["report", str(result), "-o", str(result)]) == 2
    assert json.loads(result.read_text())


@pytest.mark.parametrize(
    "what", ["the configuration", "the key file (--key-file)", "the key file", "a list (--known-good)"]
)
def test_an_export_ends_in_nothing_that_the_user_keeps(
    tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config, key, good = tmp_path / "own.toml", tmp_path / "key", a_list(tmp_path / "good.txt", range(3))
    home = Path.home() / KEY_PLACES.file
    home.parent.mkdir(parents=True, exist_ok=True)
    for path in (key, home):
        path.write_text(KEY)
    config.write_text(f"key-file = '{key}'\nknown-good = ['{good}']\n")
    target = {"the configuration": config, "the key file (--key-file)": key, "the key file": home}.get(what, good)
    before = target.read_bytes()
    assert main(["cache", "export", str(target), "--config", str(config), "--store", "memory:"]) == 2
    assert target.read_bytes() == before
    assert what in capsys.readouterr().err


def test_a_log_in_the_inbox_would_be_taken_for_an_input(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    log = tmp_path / "in" / "run.log"
    assert main(["run", "--inbox", str(tmp_path / "in"), "--out-dir", str(tmp_path), "--log-file", str(log)]) == 2
    assert not log.exists()


def test_reading_one_file_twice_and_writing_to_nowhere_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.touch()
    nowhere = Path(os.devnull)
    check_uses([PathUse("an input", path), PathUse("a list", path)])
    check_uses([PathUse("the log", nowhere, writes=True), PathUse("an output", nowhere, writes=True)])


def test_where_case_is_not_told_apart_two_names_are_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "samefile", lambda _self, _other: True)
    with pytest.raises(UsageError):
        check_uses([PathUse("a", tmp_path / "Out.csv", writes=True), PathUse("b", tmp_path / "out.CSV", writes=True)])


@pytest.mark.parametrize("name", ["~notes.csv", "~nobody-at-all/notes.csv", "~$notes.csv.csv"])
def test_a_name_that_begins_with_a_tilde_is_the_name_of_a_file(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).parent.mkdir(exist_ok=True)
    a_list(Path(name), range(3))
    code = stand.run(name)
    if name.startswith("~$"):
        assert code == 6
        assert "lock file" in capsys.readouterr().err
    else:
        assert code == 0


@pytest.mark.parametrize("given", [["*.csv"], ["a.csv", "~$a.csv"], ["~$a.csv", "a.csv"]])
def test_excels_lock_files_are_passed_over_with_a_word(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    a_list(Path("a.csv"), range(3))
    Path("~$a.csv").write_bytes(b"\x05alice" + bytes(150))
    assert stand.run(*given) == 0
    assert "~$a.csv: passed over" in capsys.readouterr().err


def test_a_store_under_a_home_that_nobody_has_is_a_usage_error(tmp_path: Path) -> None:
    source = a_list(tmp_path / "in.csv", range(3))
    assert main(["run", str(source), "--offline", "--store", "sqlite:///~nobody-at-all/store.sqlite"]) == 2
