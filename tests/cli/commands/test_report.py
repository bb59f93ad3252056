"""A result.json rendered again: from a file or from standard input, and what is said of one that is none."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from enrich.cli.main import main
from tests.support.standin_server import Stand, a_list


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_a_document_on_standard_input_gives_the_same_report(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = tmp_path / "result.json"
    stand.run(a_list(tmp_path / "in.csv", range(3)), "-o", result)
    assert main(["report", str(result), "-o", str(tmp_path / "one.md")]) == 0
    stdin(monkeypatch, result.read_bytes())
    assert main(["report", "-", "-o", str(tmp_path / "two.md")]) == 0
    assert (tmp_path / "one.md").read_bytes() == (tmp_path / "two.md").read_bytes()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "Expecting value"),
        (b'{"schema": ' + b"9" * 5000 + b"}", "a number in it has thousands of digits"),
        (b"\xff\xfe\xfd", "it is not text in UTF-8"),
        (b"[" * 100_000, "it is nested too deeply"),
    ],
)
def test_what_is_no_document_is_told_in_words(
    tmp_path: Path, data: bytes, reason: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin(monkeypatch, data)
    assert main(["report", "-", "-o", str(tmp_path / "x.md")]) == 6
    told = capsys.readouterr().err
    assert f"standard input is not JSON: {reason}" in told
    assert "codec" not in told
