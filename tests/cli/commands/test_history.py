"""``enrich history`` takes an indicator of any kind as it is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from enrich.cli.main import main
from tests.support.standin_server import Stand


def test_each_kind_has_a_history(stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "list.csv"
    path.write_text("value\nlogin[.]example.com\n8.8.8.8\nhttp://a.example.com/x\n")
    assert stand.run(path, "--kinds", "all", "-o", tmp_path / "out.csv") == 0
    capsys.readouterr()
    asked = ["login[.]example[.]com", "8.8.8.8", "hxxp://A.example.com:80/x#y", "9.9.9.9"]

    assert main(["history", *asked, "--json", "--store", f"sqlite:///{stand.store}"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [len(one["answers"]) for one in told] == [1, 1, 1, 0]
    assert main(["history", "nothing at all", "--store", f"sqlite:///{stand.store}"]) == 2
