"""One file more in ``indicators`` is one kind more: found, listed, counted, refused where it cannot be looked up."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path

import pytest

from tests.support import echo_provider
from tests.support.package_copy import command, copied_to
from tests.support.standin_server import rows

ECHO = Path(echo_provider.__file__).read_text()
CVE = '''"""CVE ids."""

import re

from enrich.indicators import SILENT, Match, Reading, Says

KIND, TITLE, LOOKED_UP = "cve", "CVE ids", True
_ID = re.compile(r"CVE-\\\\d{4}-\\\\d{4,7}", re.IGNORECASE)


def may_hold(text):
    return "CVE-" in text


def find(text, expected=SILENT):
    return [Match(m.start(), m.end(), m[0].upper()) for m in _ID.finditer(text)]


def reads(words, link):
    return Reading(Says.SHAPE) if "indicator" in words.lower() else SILENT


def trivial(value):
    return ""


def withheld(value):
    return ""


def identity(value):
    return value


def strength(value):
    return 0
'''


@pytest.mark.slow
def test_a_toy_kind_is_one_new_file(tmp_path: Path) -> None:
    package = copied_to(tmp_path)
    (package / "indicators" / "cve.py").write_text(CVE.replace("\\\\", "\\"))
    given = tmp_path / "list.txt"
    given.write_text("44d88612fea8a8f36de82e1278abb02f\nused by them: CVE-2024-12345\n")

    run = partial(command, package)
    assert ",cve,CVE-2024-12345,indicator," in run("scan", str(given)).stdout
    assert "1 cve; --kinds cve looks it up too" in run("plan", str(given), "--offline", "--store", "memory:").stdout
    assert "cve" in run("plan", str(given), "--kinds", "x").stderr
    asked = run("plan", str(given), "--kinds", "hash,cve", "--offline", "--store", "memory:").stdout
    assert "1 cve" in asked
    assert "cve" in run("run", "--kinds", "none-such", str(given)).stderr


@pytest.mark.slow
def test_help_and_doctor_name_it(tmp_path: Path) -> None:
    package = copied_to(tmp_path)
    (package / "indicators" / "cve.py").write_text(CVE.replace("\\\\", "\\"))
    for name in ("run", "plan", "scan", "lookup"):
        assert "\n  cve: CVE ids\n" in command(package, name, "--help").stdout
    doctor = command(package, "doctor", "--store", "memory:", "--proxy", "http://127.0.0.1:9").stdout
    assert re.search(r"^ok +kinds +hash cve domain .* can be looked up", doctor, re.MULTILINE)


@pytest.mark.slow
def test_a_whole_job_asks_a_source_that_answers_about_it(tmp_path: Path) -> None:
    package = copied_to(tmp_path)
    (package / "indicators" / "cve.py").write_text(CVE.replace("\\\\", "\\"))
    echo = ECHO.replace('("hash",)', '("hash", "cve")').replace("[0-9a-f]{32,64}", "[0-9a-fCVE-]{13,64}")
    (package / "providers" / "echo.py").write_text(echo)
    given = tmp_path / "list.csv"
    given.write_text("Host,Indicator\nws1,CVE-2024-12345\nws2,44d88612fea8a8f36de82e1278abb02e\nws3,\n")
    arguments = ["run", str(given), "--source", "echo", "--kinds", "hash,cve", "--store", "memory:"]
    outputs = ["-o", "out.csv", "-o", "result.json"]
    ran = command(package, *arguments, *outputs, ECHO_KEY="a-key-for-echo-0123456789")
    assert ran.returncode == 0, ran.stderr
    assert [row["ec_status"] for row in rows(tmp_path / "out.csv")] == ["not_found", "found", ""]
    (entry,) = [
        one["finding"]
        for one in json.loads((tmp_path / "result.json").read_text())["result"]["entries"]
        if one["finding"]["indicator"]["kind"] == "cve"
    ]
    assert (entry["status"], entry["verdict"]) == ("not_found", "unknown")
