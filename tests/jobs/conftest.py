"""A stand-in, a store and a list of hashes: what every test of long and scheduled jobs needs."""

from __future__ import annotations

import csv
import json
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from enrich.cli import main
from enrich.commands._stand_in import in_background
from enrich.standin.options import Options
from enrich.standin.synthetic import hashes

KEY = "0123456789abcdef" * 4


class Stand:
    """A running stand-in and the way to it."""

    def __init__(self, address: str, store: Path) -> None:
        self.address = address
        self.store = store

    @property
    def arguments(self) -> list[str]:
        return ["--virustotal-url", self.address, "--store", f"sqlite:///{self.store}"]

    def enrich(self, command: str, *arguments: object) -> int:
        return main([command, *map(str, arguments), *self.arguments])

    def run(self, *arguments: object) -> int:
        return self.enrich("run", *arguments, "-q")

    def log(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.address}/_standin/log") as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def asked(self) -> list[str]:
        """The hashes asked for, in order."""
        return [request["file"] for request in self.log()["requests"] if request["file"]]


@pytest.fixture
def standing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Stand]]:
    """Starts a stand-in with these options; it knows every hash unless told otherwise."""
    monkeypatch.setenv("VT_API_KEY", KEY)
    with ExitStack() as stack:

        def start(**options: Any) -> Stand:
            address = stack.enter_context(in_background(Options(**{"synthetic": True, **options})))
            return Stand(address, tmp_path / "store.sqlite")

        yield start


@pytest.fixture
def stand(standing: Callable[..., Stand]) -> Stand:
    return standing()


def sha256(number: int) -> str:
    """The SHA-256 of a made-up file."""
    return hashes(number)[2]


def a_list(path: Path, numbers: Iterator[int] | range, heading: str = "SHA256") -> Path:
    path.write_text("\n".join([heading, *map(sha256, numbers)]) + "\n")
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
