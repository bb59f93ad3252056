"""The stand-in in a process of its own, and what it has seen. ``python -m tests.soak.standin OPTIONS`` serves it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from enrich.standin.options import Faults, Latency, StandinOptions, Window
from enrich.standin.server import serve_forever


@dataclass(frozen=True, slots=True)
class Standing:
    """A stand-in that runs."""

    address: str

    def counts(self) -> dict[str, Any]:
        return self._get("counts")

    def log(self) -> dict[str, Any]:
        """Counts, and every request."""
        return self._get("log")

    def _get(self, name: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.address}/_standin/{name}", timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
        return found


@contextmanager
def standing(**options: Any) -> Iterator[Standing]:
    """Serves until the block ends. ``options`` are those of the stand-in, as plain JSON values."""
    command = [sys.executable, "-m", "tests.soak.standin", json.dumps(options)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Standing(process.stdout.readline().strip())
        finally:
            process.kill()


def _serve(given: dict[str, Any]) -> None:
    told = dict(given, synthetic=True)
    told["latency"] = Latency(**told.get("latency", {}))
    told["faults"] = Faults.from_json(told.get("faults", {}))
    told["window"] = Window(told.get("window", "sliding"))
    asyncio.run(serve_forever(StandinOptions(**told), lambda address: print(address, flush=True)))


if __name__ == "__main__":
    _serve(json.loads(sys.argv[1]))
