"""What stands on the command line does something, or the command says that it would not."""

from __future__ import annotations

from pathlib import Path

import pytest

from enrich.cli.main import main
from tests.support.changing_inputs import CONTENTS
from tests.support.standin_server import Stand, a_list

ONE_FILE_AND_PARTS = [
    pytest.param((), id="one file"),
    pytest.param(("--workers", "1", "--out-dir", "out"), id="parts", marks=pytest.mark.slow),
]

IDLE = {
    "an engine that is none": (["--engine", "foo"], "no engine is called 'foo'"),
    "an engine without parts": (["--engine", "dask"], "--engine needs --out-dir"),
    "a scheduler without a cluster": (
        ["--scheduler", "tcp://host:8786"],
        "--scheduler is for the workers of a cluster",
    ),
    "private URLs where no URLs are asked": (["--send-private-urls"], "--send-private-urls is for URLs"),
    "engines of a source that is not asked": (
        ["--source", "hashlookup", "--engines", "A"],
        "--engines is for VirusTotal",
    ),
    "trust in a source that is not asked": (["--known-good-trust", "80"], "--known-good-trust is for CIRCL hashlookup"),
    "known files of a source that is not asked": (["--ask-known"], "--ask-known is for CIRCL hashlookup"),
    "trust that spares no call": (
        ["--source", "hashlookup,virustotal", "--ask-known", "--known-good-trust", "80"],
        "--known-good-trust does nothing beside --ask-known",
    ),
    "some columns and all": (["--columns", "vt_status", "--all-columns"], "--columns and --all-columns"),
    "words and silence": (["-q", "-v"], "--quiet and --verbose"),
    "a pace where nothing is asked": (["--offline", "--per-minute", "4"], "--per-minute does nothing beside --offline"),
    "an allowance where nothing is asked": (["--offline", "--per-day", "4"], "--per-day does nothing beside --offline"),
    "a budget where nothing is asked": (["--offline", "--budget", "9"], "--budget does nothing beside --offline"),
    "a reserve where nothing is asked": (["--offline", "--reserve", "9"], "--reserve does nothing beside --offline"),
    "an end where nothing is asked": (["--offline", "--until", "23:59"], "--until does nothing beside --offline"),
    "a wait where nothing is asked": (["--offline", "--wait"], "--wait does nothing beside --offline"),
    "an order where nothing is asked": (["--offline", "--order", "sheet"], "--order does nothing beside --offline"),
    "calls at once where none is made": (
        ["--offline", "--concurrency", "2"],
        "--concurrency does nothing beside --offline",
    ),
    "a form that no output takes": (
        ["-o", "out.csv", "-o", "out.html", "--format", "stix"],
        "no output takes the --format",
    ),
    "a form without an output": (["--format", "stix"], "no output takes the --format stix"),
    "a place of its own in place": (["--in-place", "-o", "other.csv"], "--in-place names the output itself"),
    "a folder in place": (["--in-place", "--out-dir", "out"], "--in-place and --out-dir"),
}


@pytest.mark.parametrize("name", IDLE)
def test_an_option_that_would_do_nothing_is_refused(
    name: str, stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    options, words = IDLE[name]
    table = a_list(tmp_path / "in.csv", range(1))
    before = table.read_bytes()
    assert stand.enrich("run", "in.csv", *options) == 2
    assert words in capsys.readouterr().err
    assert stand.asked() == []
    assert {path.name for path in tmp_path.iterdir()} == {"in.csv"}
    assert table.read_bytes() == before


@pytest.mark.parametrize("parts", ONE_FILE_AND_PARTS)
def test_what_reports_alone_heed_is_said_where_none_is_made(
    stand: Stand,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    parts: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    a_list(tmp_path / "in.csv", range(1))
    assert (
        stand.enrich("run", "in.csv", "--tlp", "RED", "--title", "Case 7", "--timezone", "Europe/Berlin", *parts) == 0
    )
    assert "--timezone, --title, --tlp: for reports" in capsys.readouterr().err


@pytest.mark.parametrize("parts", ONE_FILE_AND_PARTS)
def test_an_encoding_is_said_to_do_nothing_where_no_input_is_a_text(
    stand: Stand,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    parts: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.xlsx").write_bytes(CONTENTS["list.xlsx"](range(1)))
    assert stand.run("in.xlsx", "--encoding", "cp1252", *parts) == 0
    assert "--encoding: for texts, and no input is one" in capsys.readouterr().err
    a_list(tmp_path / "in.csv", range(1))
    for texts in (["in.csv"], ["in.csv", "in.xlsx"]):
        assert stand.run(*texts, "--encoding", "cp1252", *(parts or ("--out-dir", "out"))) == 0
        assert "--encoding" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [
        ("--offline", "--max-age", "3d"),
        ("--kinds", "hash,url", "--send-private-urls"),
        ("--source", "hashlookup,virustotal", "--known-good-trust", "80", "--offline"),
        ("-o", "out.xlsx", "--tlp", "RED", "--title", "Case 7", "--timezone", "Europe/Berlin", "--group-by", "SHA256"),
        ("--out-dir", "out", "-o", "out.md", "--tlp", "RED"),
        ("--in-place", "-o", "out.json", "--format", "json"),
        ("-o", "-", "--format", "tsv"),
    ],
    ids=str,
)
def test_an_option_with_what_it_needs_is_taken(
    options: tuple[str, ...], stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    a_list(tmp_path / "in.csv", range(1))
    assert stand.run("in.csv", *options) in (0, 3)


def test_in_place_and_a_report_go_together(stand: Stand, tmp_path: Path) -> None:
    table = a_list(tmp_path / "in.csv", range(1))
    assert stand.run(table, "--in-place", "-o", tmp_path / "report.md") == 0
    assert "vt_status" in table.read_text("utf-8")
    assert "VirusTotal" in (tmp_path / "report.md").read_text("utf-8")


@pytest.mark.parametrize(
    "file", ['scheduler = "tcp://host:8786"\ntlp = "RED"', "ask-known = true\nsend-private-urls = true"]
)
def test_what_waits_in_the_file_for_other_runs_is_no_error(file: str, stand: Stand, tmp_path: Path) -> None:
    config = tmp_path / "enrich.toml"
    config.write_text(file)
    assert stand.run(a_list(tmp_path / "in.csv", range(1)), "--config", config) == 0


def test_a_pace_of_the_file_waits_for_runs_that_ask(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "enrich.toml"
    config.write_text('encoding = "cp1252"\nper-minute = 4\nbudget = 9\n')
    (tmp_path / "in.xlsx").write_bytes(CONTENTS["list.xlsx"](range(1)))
    assert stand.run(tmp_path / "in.xlsx", "--config", config, "--offline") == 3
    assert "--encoding" not in capsys.readouterr().err


def test_a_flag_overrules_its_opposite_in_the_file(stand: Stand, tmp_path: Path) -> None:
    config = tmp_path / "enrich.toml"
    config.write_text(f'all-columns = true\nout-dir = "{(tmp_path / "out").as_posix()}"\nquiet = true\n')
    table = a_list(tmp_path / "in.csv", range(1))
    assert stand.enrich("run", table, "--config", config, "--columns", "vt_status", "--in-place", "-v") == 0
    assert table.read_text("utf-8").splitlines()[0] == "SHA256,vt_status"
    assert not (tmp_path / "out").exists()


def test_a_value_given_by_hand_may_be_a_private_url(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    assert stand.enrich("lookup", "http://evil.example/?token=abcdef", "--send-private-urls") == 0
    assert stand.enrich("lookup", "a" * 64, "--source", "hashlookup", "--engines", "Microsoft") == 2
    assert "--engines is for VirusTotal" in capsys.readouterr().err


def test_a_report_made_later_takes_a_form_only_where_the_suffix_does_not_tell(stand: Stand, tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    assert stand.run(a_list(tmp_path / "in.csv", range(1)), "-o", result) == 0
    arguments = ["report", str(result), "--format", "stix", "-o"]
    assert main([*arguments, str(tmp_path / "x.md")]) == 2
    assert not (tmp_path / "x.md").exists()
    assert main([*arguments, str(tmp_path / "x.json")]) == 0


EMPTY = [
    "--fail-on",
    "--source",
    "--columns",
    "--engines",
    "--never-send",
    "--known-good",
    "--sheet",
    "--out-dir",
    "--proxy",
]


@pytest.mark.parametrize(
    ("option", "value"),
    [(option, value) for option in EMPTY for value in ("", " ")] + [(option, ",") for option in EMPTY[:4]],
)
def test_an_empty_value_of_a_flag_is_refused(
    option: str, value: str, stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stand.run(a_list(tmp_path / "in.csv", range(1)), f"{option}={value}") == 2
    told = capsys.readouterr().err
    assert any(words in told for words in ("it is empty", "names nothing", "no source is named"))
    assert stand.asked() == []


def test_a_title_may_be_empty(stand: Stand, tmp_path: Path) -> None:
    table = a_list(tmp_path / "in.csv", range(1))
    assert stand.run(table, "-o", tmp_path / "out.md", "--title=", "--case=", "--list=") == 0


def test_how_a_minute_is_counted_means_nothing_without_a_limit(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["standin", "--window", "fixed"]) == 2
    assert "--per-minute" in capsys.readouterr().err
