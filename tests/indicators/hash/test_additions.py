"""A label more is one line of the vocabulary, a structure more one function: tried on a copy of the package."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.made_sheets import md5, sha256
from tests.support.package_copy import command, copied_to

LABEL = '    (r"frobni(?:ts?|que)", "frobnit: a made-up thing, not a file\'s hash"),\n'
STRUCTURE = """

def _in_ticket(place: Place) -> Context | None:
    return other("number of a ticket") if place.before.endswith("TICKET ") else None


_STRUCTURES = (_in_ticket, *_STRUCTURES)
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return copied_to(tmp_path)


def scanned(package: Path, inputs: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Status and reason of each value that ``enrich scan`` lists of each input, by the copy."""
    for name, text in inputs.items():
        (package.parent / name).write_text(text)
    listed = list(csv.DictReader(io.StringIO(command(package, "scan", *inputs).stdout)))
    return {name: [(row["status"], row["reason"]) for row in listed if row["input"] == name] for name in inputs}


@pytest.mark.slow
def test_a_new_label_is_one_line_and_is_read_wherever_a_value_is_named(package: Path) -> None:
    inputs = {
        "label.txt": f"Frobnit: {md5(1)}\n",
        "heading.csv": f"file,Frobnique\na.exe,{md5(1)}\n",
        "type.csv": f"type,value\nfrobnit,{md5(1)}\nmd5,{md5(2)}\n",
        "title.txt": f"## Frobnits\n{sha256(1)}\n",
        "record.json": f'{{"frobnit": {{"md5": "{md5(1)}"}}}}\n',
    }
    before = [values[0] for values in scanned(package, inputs).values()]
    assert not any("made-up" in reason for _, reason in before)
    assert {status for status, _ in before} >= {"indicator"}
    vocabulary = package / "indicators" / "hash" / "vocabulary.py"
    start, sign, rest = vocabulary.read_text().partition("PLAIN: tuple[tuple[str, str], ...] = (\n")
    vocabulary.write_text(start + sign + LABEL + rest)
    for name, values in scanned(package, inputs).items():
        status, reason = values[0]
        assert (status, reason.startswith("frobnit: a made-up thing")) == ("left_out", True), name


@pytest.mark.slow
def test_a_new_structure_is_one_function(package: Path) -> None:
    inputs = {"list.txt": f"closed with TICKET {md5(1)} today\nMD5: {md5(2)}\n"}
    assert [status for status, _ in scanned(package, inputs)["list.txt"]] == ["indicator", "indicator"]
    with (package / "indicators" / "hash" / "context.py").open("a") as module:
        module.write(STRUCTURE)
    assert scanned(package, inputs)["list.txt"] == [("left_out", "number of a ticket"), ("indicator", "")]
