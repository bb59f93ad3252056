"""A label more is one line of the vocabulary, a structure more one function: tried on a copy of the package."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import enrich
from tests.support.made_sheets import md5, sha256

LABEL = '    (r"frobni(?:ts?|que)", "frobnit: a made-up thing, not a file\'s hash"),\n'
STRUCTURE = """

def _in_ticket(place: Place) -> Context | None:
    return other("number of a ticket") if place.before.endswith("TICKET ") else None


_STRUCTURES = (_in_ticket, *_STRUCTURES)
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return Path(
        shutil.copytree(Path(enrich.__file__).parent, tmp_path / "enrich", ignore=shutil.ignore_patterns("__pycache__"))
    )


def told(package: Path, name: str, text: str) -> list[tuple[str, str]]:
    """Status and reason of each value that ``enrich scan`` lists, by the copy."""
    (package.parent / name).write_text(text)
    code = "from enrich.__main__ import entry; entry()"
    command = [sys.executable, "-c", code, "scan", name]
    ran = subprocess.run(command, cwd=package.parent, capture_output=True, text=True, check=False)
    return [(row["status"], row["reason"]) for row in csv.DictReader(io.StringIO(ran.stdout))]


def test_a_new_label_is_one_line_and_is_read_wherever_a_value_is_named(package: Path) -> None:
    inputs = {
        "label.txt": f"Frobnit: {md5(1)}\n",
        "heading.csv": f"file,Frobnique\na.exe,{md5(1)}\n",
        "type.csv": f"type,value\nfrobnit,{md5(1)}\nmd5,{md5(2)}\n",
        "title.txt": f"## Frobnits\n{sha256(1)}\n",
        "record.json": f'{{"frobnit": {{"md5": "{md5(1)}"}}}}\n',
    }
    before = {name: told(package, name, text)[0] for name, text in inputs.items()}
    assert not any("made-up" in reason for _, reason in before.values())
    assert {status for status, _ in before.values()} >= {"indicator"}
    vocabulary = package / "indicators" / "hash" / "vocabulary.py"
    start, sign, rest = vocabulary.read_text().partition("PLAIN: tuple[tuple[str, str], ...] = (\n")
    vocabulary.write_text(start + sign + LABEL + rest)
    for name, text in inputs.items():
        status, reason = told(package, name, text)[0]
        assert (status, reason.startswith("frobnit: a made-up thing")) == ("left_out", True), name


def test_a_new_structure_is_one_function(package: Path) -> None:
    text = f"closed with TICKET {md5(1)} today\nMD5: {md5(2)}\n"
    assert [status for status, _ in told(package, "list.txt", text)] == ["indicator", "indicator"]
    with (package / "indicators" / "hash" / "context.py").open("a") as module:
        module.write(STRUCTURE)
    assert told(package, "list.txt", text) == [("left_out", "number of a ticket"), ("indicator", "")]
