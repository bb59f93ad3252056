"""A running stand-in and the way to it, for tests of whole commands; and what such tests read and write."""

from __future__ import annotations

import csv
import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from enrich.cli.main import main
from enrich.cli.standin_thread import in_background
from enrich.standin.options import StandinOptions
from enrich.standin.synthetic import hashes

KEY = "0123456789abcdef" * 4
EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"


class Stand:
    """A stand-in, and a store of the test's own."""

    def __init__(self, address: str, store: Path) -> None:
        self.address = address
        self.store = store

    @property
    def origin(self) -> str:
        """What its answers are kept under."""
        return f"virustotal@{self.address.partition('//')[2]}"

    @property
    def arguments(self) -> list[str]:
        """What leads a command to both."""
        return ["--virustotal-url", self.address, "--store", f"sqlite:///{self.store}"]

    def enrich(self, command: str, *arguments: object) -> int:
        """A command as a user gives it; its exit code."""
        return main([command, *map(str, arguments), *self.arguments])

    def run(self, *arguments: object) -> int:
        """``enrich run``, quietly."""
        return self.enrich("run", *arguments, "-q")

    def _told(self, what: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.address}/_standin/{what}") as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def counts(self) -> dict[str, Any]:
        return self._told("counts")

    def log(self) -> dict[str, Any]:
        return self._told("log")

    def asked(self) -> list[str]:
        """The hashes asked for, in order, each as often as it was asked for."""
        return [request["file"] for request in self.log()["requests"] if request["file"]]


@contextmanager
def stand_in(folder: Path, **options: Any) -> Iterator[Stand]:
    """A stand-in with these options; it knows every hash unless told otherwise. The store lies in ``folder``."""
    with in_background(StandinOptions(**{"synthetic": True, **options})) as address:
        yield Stand(address, folder / "store.sqlite")


def sha256(number: int) -> str:
    """The SHA-256 of a made-up file."""
    return hashes(number)[2]


def a_list(path: Path, numbers: Iterator[int] | range, heading: str = "SHA256") -> Path:
    path.write_text("\n".join([heading, *map(sha256, numbers)]) + "\n")
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
