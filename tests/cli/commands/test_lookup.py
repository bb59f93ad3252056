"""Values by hand: a table for a person, CSV or JSON for a program, from the same store and at the same pace."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable

import pytest

from enrich.cli.main import main
from enrich.standin.synthetic import facts, hashes
from tests.support.made_sheets import sha256
from tests.support.standin_server import EMPTY_MD5, Stand

ONE, TWO = hashes(1)[2], hashes(2)[2]
Captured = pytest.CaptureFixture[str]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_in_a_pipe_it_is_csv_with_the_columns_of_a_run(stand: Stand, capsys: Captured) -> None:
    assert stand.enrich("lookup", ONE, f"sha256:{TWO.upper()}", EMPTY_MD5, ONE, "-q") == 0
    told = capsys.readouterr()
    lines = list(csv.DictReader(io.StringIO(told.out)))
    assert [(line["value"], line["vt_status"]) for line in lines] == [
        (ONE, "found"),
        (TWO, "found"),
        (EMPTY_MD5, "trivial"),
    ]
    assert lines[0]["vt_malicious"] == str(facts(ONE).malicious)
    assert list(lines[0])[:4] == ["value", "vt_status", "vt_verdict", "vt_detections"]
    assert "stand-in" in told.err
    assert stand.asked() == [ONE, TWO]


def test_values_are_as_a_program_joins_them_and_what_is_none_runs_nowhere(stand: Stand, capsys: Captured) -> None:
    like_a_number = "4907" * 5 + "e" + "39" * 5 + "7"  # a program would make 4.9E+39 of it
    given = ["45.155.205.233", "2001:4860:4860::8888", like_a_number, "HXXP://evil[.]com/x", "=1+1", "1/2"]
    stand.enrich("lookup", *given, "-q", "--columns", "status")
    told = [line["value"] for line in csv.DictReader(io.StringIO(capsys.readouterr().out))]
    assert told == [*given[:3], "http://evil.com/x", "'=1+1", "'1/2"]


def test_json_holds_the_same_as_plain_values(stand: Stand, capsys: Captured) -> None:
    assert stand.enrich("lookup", ONE, "--json", "-q", "--columns", "status,first_seen,malicious") == 0
    (line,) = json.loads(capsys.readouterr().out)
    assert line["value"] == ONE
    assert line["vt_malicious"] == facts(ONE).malicious
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["vt_first_seen"])


def test_an_answer_is_stored_and_not_paid_twice(stand: Stand, capsys: Captured) -> None:
    stand.enrich("lookup", ONE, "-q")
    stand.enrich("lookup", ONE, "-q")
    assert stand.asked() == [ONE]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_standard_input_is_read_as_any_text(
    stand: Stand, capsys: Captured, monkeypatch: pytest.MonkeyPatch, arguments: list[str], encoding: str
) -> None:
    text = f"The dropper – seen on Monday\n  SHA-256: {ONE}\nand {TWO}, too\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode(encoding))))
    assert stand.enrich("lookup", *arguments) == 0
    told = capsys.readouterr()
    assert [line["value"] for line in csv.DictReader(io.StringIO(told.out))] == [ONE, TWO]
    assert "1 line without an indicator" in told.err


def test_what_is_no_hash_is_told_with_the_reason_and_the_others_go_on(stand: Stand, capsys: Captured) -> None:
    assert stand.enrich("lookup", ONE, "-q", ONE[:-1], "word") == 6
    told = capsys.readouterr()
    assert ONE in told.out
    assert "63 hexadecimal digits, and not" in told.err
    assert "word: no indicator stands in it" in told.err


def test_nothing_to_look_up_is_an_error_and_a_terminal_is_not_waited_for(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["lookup", "word"]) == 6
    assert "enrich run FILE" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", Terminal())
    assert main(["lookup"]) == 2
    assert "no value was given" in capsys.readouterr().err


def test_a_value_behind_an_option_counts(stand: Stand, capsys: Captured) -> None:
    assert stand.enrich("lookup", ONE, "-q", TWO) == 0
    assert TWO in capsys.readouterr().out


@pytest.mark.parametrize("width", [40, 80, 140])
def test_on_a_terminal_it_is_a_table_that_fits(stand: Stand, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    out = Terminal()
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setenv("COLUMNS", str(width))
    assert stand.enrich("lookup", ONE, EMPTY_MD5) == 0
    assert stand.enrich("lookup", ONE, "--all-columns") == 0
    lines = re.sub(r"\x1b\[[\d;]*m", "", out.getvalue()).splitlines()
    # beside its column's name, a hash or an address is not broken: it is there to be copied
    assert all(len(line) <= width or len(line.split()) == 2 for line in lines)
    assert lines[0].startswith("value")
    assert re.match(rf"{ONE[:6]}.*  malicious", lines[1])
    assert any("the empty file" in line for line in lines)
    assert any(line.split()[:1] == ["sha256"] for line in lines)
    if width == 140:
        assert ONE in lines[1]


def test_the_gate_and_the_quota_end_it_as_they_end_a_run(standing: Callable[..., Stand], capsys: Captured) -> None:
    stand = standing()
    assert stand.enrich("lookup", ONE, "-q", "--fail-on", "malicious") == (10 if facts(ONE).malicious >= 5 else 0)
    assert stand.enrich("lookup", TWO, "-q", "--budget", "0") == 3
    assert "pending" in capsys.readouterr().out
    assert stand.enrich("lookup", TWO, "-q", "--offline") == 3


def test_what_is_never_sent_is_not_sent_by_hand_either(stand: Stand, tmp_path, capsys: Captured) -> None:
    (tmp_path / "never.txt").write_text(ONE)
    assert stand.enrich("lookup", ONE, "-q", "--never-send", tmp_path / "never.txt") == 0
    assert "skipped" in capsys.readouterr().out
    assert not stand.asked()


def test_a_pipe_gets_a_line_for_each_value_that_was_given(
    stand: Stand, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"sha256\n{ONE}\n{ONE[:-4]}\ngarbage\nevil-c2.com\n=cmd\nand a line of words\n{TWO}\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert stand.enrich("lookup") == 6, "two of them are none: as where they are given as arguments"
    told = capsys.readouterr()
    lines = list(csv.DictReader(io.StringIO(told.out)))
    assert [(line["value"], line["vt_status"]) for line in lines] == [
        (ONE, "found"),
        (ONE[:-4], "invalid"),
        ("garbage", "invalid"),
        ("evil-c2.com", "skipped"),
        ("'=cmd", "invalid"),
        (TWO, "found"),
    ]
    assert lines[3]["vt_note"] == "only --kinds domain looks it up"
    assert all(line["vt_note"] for line in lines[1:5])
    assert "not looked up: evil-c2.com: only --kinds domain looks it up" in told.err
    assert "1 line without an indicator" in told.err
    assert stand.asked() == [ONE, TWO]


def test_what_is_given_by_hand_is_looked_up_whatever_its_kind_and_what_is_piped_by_kinds(
    stand: Stand, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stand.enrich("lookup", "evil-c2.com") == 0
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"evil-c2.com\nwords alone\n")))
    assert stand.enrich("lookup", "--kinds", "all") == 0
    assert "1 line without an indicator" in capsys.readouterr().err
    assert stand.enrich("lookup", "evil-c2.com", "--kinds", "hash") == 6


def test_by_hand_the_name_of_a_file_that_is_its_hash_means_the_hash(stand: Stand, capsys: Captured) -> None:
    assert stand.enrich("lookup", f"{ONE}.exe", "--json", "-q") == 0
    assert [line["value"] for line in json.loads(capsys.readouterr().out)] == [ONE]
    assert stand.enrich("lookup", f"report-{ONE}.exe", f"$NT${ONE[:32]}", "--json", "-q") == 6


@pytest.mark.parametrize("good", [1, 3])
def test_a_damaged_value_is_told_and_counts_among_any_number_of_good_ones(
    stand: Stand, capsys: Captured, good: int
) -> None:
    values = [sha256(number) for number in range(good)]
    assert stand.enrich("lookup", *values, f"{ONE[:-1]}g", "--json", "-q") == 6
    told = capsys.readouterr()
    assert [line["vt_status"] for line in json.loads(told.out)] == ["found"] * good + ["invalid"]
    assert f"not looked up: {ONE[:-1]}g: 'g' is no hex digit (character 64)" in told.err


@pytest.mark.parametrize("first", ["nonsense", f"{ONE[:-1]}g"])
def test_a_first_value_that_is_no_indicator_has_its_line_and_is_no_heading(
    stand: Stand, capsys: Captured, first: str
) -> None:
    assert stand.enrich("lookup", first, ONE, "--json", "-q") == 6
    told = capsys.readouterr()
    assert [(line["value"], line["vt_status"]) for line in json.loads(told.out)] == [(first, "invalid"), (ONE, "found")]
    assert f"not looked up: {first}: " in told.err


@pytest.mark.parametrize("word", ["sha256", "MD5", "hash", "IOC", "value", "domain"])
def test_by_hand_no_word_is_a_heading(stand: Stand, capsys: Captured, word: str) -> None:
    assert stand.enrich("lookup", word, ONE, "--json", "-q") == 6
    told = capsys.readouterr()
    assert [(line["value"], line["vt_status"]) for line in json.loads(told.out)] == [(word, "invalid"), (ONE, "found")]
    assert f"not looked up: {word}: no indicator stands in it" in told.err


def test_on_standard_input_a_heading_is_one_and_no_mistake(
    stand: Stand, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"sha256\n{ONE}\n".encode())))
    assert stand.enrich("lookup", "--json", "-q") == 0
    assert [line["value"] for line in json.loads(capsys.readouterr().out)] == [ONE]


@pytest.mark.parametrize("way", ["arguments", "standard input"])
@pytest.mark.parametrize(
    ("more", "code"),
    [("word", 6), (ONE[:-1], 6), (f"{ONE[:-1]}g", 6), ("someone@mail-host.com", 6), ("evil-c2.com", 0), (EMPTY_MD5, 0)],
)
def test_the_exit_code_is_the_same_however_values_come(
    stand: Stand, capsys: Captured, monkeypatch: pytest.MonkeyPatch, way: str, more: str, code: int
) -> None:
    given = [ONE, more]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("\n".join(given).encode())))
    assert stand.enrich("lookup", *(given if way == "arguments" else []), "--kinds", "hash", "--json", "-q") == code
    lines = json.loads(capsys.readouterr().out)
    assert [line["value"] for line in lines] == given
    assert lines[1]["vt_status"] == ("invalid" if code else "trivial" if more == EMPTY_MD5 else "skipped")


@pytest.mark.parametrize("way", ["arguments", "standard input"])
@pytest.mark.parametrize("given", [["nonsense"], ["nonsense", ONE[:-1]]])
def test_where_nothing_is_to_be_looked_up_a_program_gets_its_lines_all_the_same(
    stand: Stand, capsys: Captured, monkeypatch: pytest.MonkeyPatch, way: str, given: list[str]
) -> None:
    for form in ("--json", ""):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("\n".join(given).encode())))
        options = [form] if form else []
        assert stand.enrich("lookup", *(given if way == "arguments" else []), *options, "-q") == 6
        told = capsys.readouterr()
        lines = json.loads(told.out) if form else list(csv.DictReader(io.StringIO(told.out)))
        assert [(line["value"], line["vt_status"]) for line in lines] == [(value, "invalid") for value in given]
        assert "was given" in told.err
    assert stand.asked() == []
