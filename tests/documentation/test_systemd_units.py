"""The units and the crontab line of the README: they load, and the commands in them are ones that we have."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from enrich.cli import flags
from enrich.cli.main import parser
from enrich.exit_codes import GATE, PENDING

README = Path(__file__).resolve().parents[2] / "README.md"
BINARY = "/opt/ioc-enrich/bin/enrich"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def units() -> dict[str, str]:
    """The unit files by name."""
    named = {match[1]: block for block in blocks("ini") if (match := re.match(r"# /etc/systemd/system/(\S+)", block))}
    assert sorted(named) == ["ioc-enrich.service", "ioc-enrich.timer"]
    return named


def read(unit: str) -> configparser.ConfigParser:
    found = configparser.ConfigParser(interpolation=None)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read_string(units()[unit])
    return found


def understood(command: str) -> None:
    """Fails on a flag or a combination that we do not have."""
    program, *arguments = shlex.split(command)
    assert program == BINARY
    settings = flags.settings_from(parser().parse_args(arguments))
    assert settings.inbox == Path("/srv/ioc/in")
    assert settings.out_dir == Path("/srv/ioc/out")


def test_the_service_runs_a_command_that_we_have() -> None:
    service = read("ioc-enrich.service")["Service"]
    understood(service["ExecStart"])
    assert set(service["SuccessExitStatus"].split()) == {str(PENDING), str(GATE)}
    assert float(service["TimeoutStopSec"]) > 5


def test_the_crontab_line_runs_a_command_that_we_have() -> None:
    (line,) = blocks("crontab")
    assert "%" not in line, "cron takes it for a line break"
    *times, rest = line.strip().split(maxsplit=5)
    assert all(re.fullmatch(r"[\d*/,-]+", field) for field in times)
    understood(rest)
    settings = flags.settings_from(parser().parse_args(shlex.split(rest)[1:]))
    readme = README.read_text(encoding="utf-8")
    assert f"/dev/null {settings.key_file}" in readme, "the key file is one that the commands above make"
    home = "/var/lib/ioc-enrich"
    assert f"useradd -r -m -d {home} ioc-enrich" in readme
    assert settings.store == f"sqlite:///{home}/answers.sqlite", "in a folder that this user may write"
    assert settings.log_file == Path(home, "log.jsonl")


def test_systemd_has_nothing_to_say_against_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed")
    for name, text in units().items():
        (tmp_path / name).write_text(text.replace(BINARY, "/bin/true"))
    paths = [str(tmp_path / name) for name in units()]
    done = subprocess.run(
        [analyze, "verify", "--man=no", *paths], capture_output=True, text=True, check=False, timeout=60
    )
    ours = [line for line in done.stderr.splitlines() if "ioc-enrich" in line]
    assert (done.returncode, ours) == (0, []), done.stderr
