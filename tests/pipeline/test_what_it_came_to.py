"""What a run came to is the same whether an output lists the indicators, and keeps their places, or none does."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from enrich.standin.synthetic import hashes
from tests.support.standin_server import EMPTY_MD5, Stand

EMPTY = (
    EMPTY_MD5,
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
)


def a_mixed_list(path: Path, seed: int) -> Path:
    """Rows with one to three hashes of one file or of two, some of them again, trivial, damaged or left out."""
    dice = random.Random(seed)
    lines = ["Host,MD5,SHA1,SHA256"]
    for number in range(60):
        names = [name if dice.random() < 0.6 else "" for name in hashes(dice.randrange(25))]
        if dice.random() < 0.1:
            names[dice.randrange(3)] = hashes(100 + number)[0]
        if dice.random() < 0.1:
            names = [name if dice.random() < 0.5 else "" for name in EMPTY]
        if dice.random() < 0.05:
            names[2] = hashes(number)[2][:-1]
        lines.append(",".join([f"ws{number}", *names]))
    path.write_text("\n".join(lines) + "\n")
    return path


def told(stand: Stand, capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[dict[str, object], list[str]]:
    stand.enrich("run", *arguments, "--json", "--malicious-from", 10)
    said = capsys.readouterr()
    summary = json.loads(said.out)
    for name in ("started", "ended", "seconds", "outputs", "quota"):
        del summary[name]
    return summary, [line for line in said.err.splitlines() if not line.startswith(("wrote ", "note: the folder"))]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("offline", [False, True])
@pytest.mark.slow
def test_a_list_counts_the_same_with_a_report_and_without(
    standing: Callable[..., Stand], tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int, *, offline: bool
) -> None:
    stand, sheet = standing(absent_share=0.2), a_mixed_list(tmp_path / "in.csv", seed)
    how = ("--offline",) if offline else ("--budget", 15)
    told(stand, capsys, sheet, "-o", tmp_path / "first.csv", *how)  # from now on both find the same answers
    plain = told(stand, capsys, sheet, "-o", tmp_path / "plain.csv", "--offline")
    listed = told(stand, capsys, sheet, "-o", tmp_path / "o.csv", "-o", tmp_path / "r.json", "--offline")
    assert plain == listed
    assert (tmp_path / "plain.csv").read_bytes() == (tmp_path / "o.csv").read_bytes()
    entries = json.loads((tmp_path / "r.json").read_text())["result"]["entries"]
    assert plain[0]["unique"] == len({entry["file"] for entry in entries}) < len(entries)
