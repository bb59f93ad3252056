"""Help, usage errors and completion: fitted to the terminal, with the word that was meant."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from enrich import registry
from enrich.cli import commands
from enrich.cli.main import main, parser

HASH = "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f"
DUMMY = '''"""Greet somebody.

And say no more.
"""
HELP = "greet by name"
RANK = 99

def add(parser):
    parser.add_argument("--name-of-whom", metavar="N", help="whom")

def main(arguments, clock):
    print(f"hello {arguments.name_of_whom} at {clock.time():.0f}")
    return 0
'''


@pytest.fixture
def dummy(tmp_path: Path) -> Iterator[str]:
    """A further command: one new file in the folder of the commands."""
    (tmp_path / "greet.py").write_text(DUMMY)
    commands.__path__.append(str(tmp_path))
    registry.entries.cache_clear()
    yield "greet"
    commands.__path__.remove(str(tmp_path))
    registry.entries.cache_clear()


class StoppedClock:
    def time(self) -> float:
        return 1234.0

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing sleeps here")


def test_a_new_file_in_the_folder_is_a_command_in_help_and_completion(
    dummy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "greet by name" in parser().format_help()
    assert main([dummy, "--name-of-whom", "you"], clock=StoppedClock()) == 0
    assert capsys.readouterr().out == "hello you at 1234\n"
    main([dummy, "--help"])
    assert "And say no more." in capsys.readouterr().out
    main([dummy, "--name-of-whim", "you"])
    assert "did you mean --name-of-whom?" in capsys.readouterr().err
    assert main(["completion", "bash"]) == 0
    assert "--name-of-whom" in capsys.readouterr().out


def test_without_a_word_it_shows_its_help_as_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "the main job" in told.err


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_line_of_any_help_is_longer_than_the_terminal(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    every = [[], *([name] for name in commands.commands()), ["cache", "import"], ["cache", "prune"]]
    for words in every:
        assert main([*words, "--help"]) == 0
    assert main(["columns"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 200
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["rnu", "x.csv"], "did you mean `enrich run`?"),
        (["hist"], "did you mean `enrich history`?"),
        (["xyzzy"], "there are run, lookup"),
        ([HASH], "`enrich lookup HASH ...` looks hashes up"),
        (["run", "--budgte", "5", "x"], "did you mean --budget?"),
        (["run", "--outputs=x", "x"], "did you mean --output?"),
        (["run", "--xyzzy", "x"], "`enrich run --help` lists what there is"),
        (["scan", "--budget", "5", "x"], "`enrich scan --help` lists what there is"),
        (["report", "a", "b", "c"], "`enrich report --help` lists what there is"),
    ],
)
def test_a_mistyped_word_is_told_with_the_one_that_was_meant(
    words: list[str], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    told = capsys.readouterr().err
    assert hint in told
    assert told.count("\n") == 2


def test_a_file_in_place_of_a_command_is_told_the_main_job(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "list.csv"
    path.write_text(HASH)
    assert main([str(path)]) == 2
    assert f"`enrich run {path}`" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["run", "--key", HASH, "x"], ["run", f"--apikey={HASH}"], ["quota", HASH]])
def test_a_key_given_as_an_option_is_not_echoed(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    told = capsys.readouterr()
    assert HASH not in told.out + told.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_is_a_script_that_the_shell_takes(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert "known-good" in script
    assert "doctor" in script
    if shell in ("bash", "zsh", "fish") and shutil.which(shell):
        done = subprocess.run([shell, "-n"], input=script.encode(), capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")


def test_bash_completes_commands_options_and_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if not shutil.which("bash"):
        pytest.skip("bash is not installed")
    main(["completion", "bash"])
    (tmp_path / "incident.csv").write_text("x")
    (tmp_path / "complete.bash").write_text(capsys.readouterr().out)
    script = """
        source ./complete.bash
        try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _shtab_enrich; echo "${COMPREPLY[*]}"; }
        try enrich do; try enrich run --budg; try enrich run inc; try enrich run --log-file inc
    """
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["doctor", "--budget", "incident.csv", "incident.csv"]


def test_another_settings_file_is_named_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('max-aeg = "3d"\n')
    assert main(["plan", "x.csv", "--config", str(path)]) == 2
    told = capsys.readouterr().err
    assert f"{path}: unknown setting 'max-aeg'" in told
    assert "did you mean 'max-age'?" in told
    path.write_text("json = true\n")
    (tmp_path / "x.csv").write_text(HASH)
    assert main(["plan", str(tmp_path / "x.csv"), "--config", str(path), "--store", "memory:"]) == 0
    assert capsys.readouterr().out.startswith("{")
    assert main(["plan", "x.csv", "--config", str(tmp_path / "gone.toml")]) == 2
    assert "gone.toml cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["run", "{key}"],
        ["scan", "{key}"],
        ["plan", "{key}"],
        ["report", "{key}", "-o", "out.md"],
        ["run", "in.csv", "--key-file", "{key}"],
        ["run", "in.csv", "--never-send", "{key}"],
        ["run", "in.csv", "-o", "{key}"],
        ["cache", "import", "{key}"],
    ],
)
def test_a_key_in_place_of_a_files_name_is_not_echoed(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text(f"SHA256\n{'ab' * 32}\n")
    key = "0a1b2c3d" * 8
    assert main([word.format(key=key) for word in words]) != 0
    said = capsys.readouterr()
    assert said.err
    assert key not in said.out + said.err
