"""A key, a stand-in that knows every hash, and a table of a few rows: what tests of whole commands stand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from enrich.standin.synthetic import hashes
from tests.support.standin_server import EMPTY_MD5, KEY, Stand, stand_in


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("VT_API_KEY", KEY)
    return KEY


@pytest.fixture
def stand(tmp_path: Path, key: str) -> Iterator[Stand]:
    with stand_in(tmp_path) as there:
        yield there


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Three files in four rows, an empty file's hash, a damaged one, and words."""
    one, two, three = hashes(1), hashes(2), hashes(3)
    path = tmp_path / "incident.csv"
    path.write_text(
        "Host,MD5,SHA256,Note\n"
        f"ws1,{one[0]},{one[2]},same file twice in a row\n"
        f"ws2,{one[0].upper()},,by md5 alone\n"
        f"ws3,,{two[2]},N/A\n"
        f"ws4,{EMPTY_MD5},,007\n"
        f"ws5,,{three[2][:-1]},cut\n"
        "ws6,,,nothing\n"
    )
    return path
