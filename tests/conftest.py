"""What every test stands on: a wiped environment, no network but loopback, and the real files where they are."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from enrich.clock import SystemClock
from tests.support.standin_server import KEY, Stand, stand_in

SHARED = Path(__file__).resolve().parents[2] / "shared"
# Every run of the tests tries the same cases, so that what passed passes; ``make fuzz`` tries others. A busy machine is no failure.
settings.register_profile("repeatable", max_examples=40, derandomize=True, deadline=None)
settings.register_profile("random", max_examples=1_000, deadline=None)
settings.load_profile("repeatable")
# jsonschema makes forty parsers from this where it finds it, for checks of addresses that no schema here asks for.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

KEPT = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT"}


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of their own: pytest reads the whole of its own for each that it makes there."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def _wiped_environment(monkeypatch: pytest.MonkeyPatch, _homes: Path) -> None:
    for name in set(os.environ) - KEPT:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", tempfile.mkdtemp(dir=_homes))
    monkeypatch.setenv("PYTHONWARNINGS", "error")


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections to anything but this machine fail the test."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "127.0.0.1"
        if host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test reached out to {host}")
        real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The real files that are kept beside the checkout, not in it."""
    if not (SHARED / "data").is_dir():
        pytest.skip("no shared data beside this checkout")
    return SHARED / "data"


@pytest.fixture(scope="session")
def soffice() -> str:
    """LibreOffice, where it is installed."""
    found = shutil.which("soffice")
    if found is None:
        pytest.skip("LibreOffice is not installed")
    return found


@pytest.fixture
def standing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Stand]]:
    """Starts a stand-in with these options; it knows every hash unless told otherwise."""
    monkeypatch.setenv("VT_API_KEY", KEY)
    with ExitStack() as stack:

        def start(**options: Any) -> Stand:
            return stack.enter_context(stand_in(tmp_path, **options))

        yield start


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command sleeps a hundredth of what it says, where a test needs its servers and not its time."""

    async def sleep(_clock: SystemClock, seconds: float) -> None:
        await asyncio.sleep(seconds / 100)

    monkeypatch.setattr(SystemClock, "sleep", sleep)


@pytest.fixture
def stand(standing: Callable[..., Stand]) -> Stand:
    return standing()
