"""What every test stands on: a wiped environment, no network but loopback, and the real files where they are."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from enrich.__main__ import collect_seldom
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
for name in set(os.environ) - KEPT:
    if not name.startswith("PYTEST_"):
        del os.environ[name]  # once and before any worker starts, so that none of them sees it either
MEMORY = Path("/dev/shm")
"""A file system in memory: a run syncs its store some fifteen times, which takes a disk longer than all else."""
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4 << 30:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

connect_anywhere = socket.socket.connect


def connect(self: socket.socket, address: object) -> None:
    """Connections to anything but this machine fail the test."""
    host = address[0] if isinstance(address, tuple) else "127.0.0.1"
    if host not in ("127.0.0.1", "::1", "localhost"):
        raise AssertionError(f"a test reached out to {host}")
    connect_anywhere(self, address)  # type: ignore[arg-type]


socket.socket.connect = connect  # type: ignore[method-assign]


def pytest_collection_finish() -> None:
    """Thousands of tests and all that they import stay to the end: none of it is looked at for garbage again.

    What is made later is looked at as seldom as the command has it.
    """
    gc.collect()
    gc.freeze()
    collect_seldom()


@pytest.fixture(scope="session")
def _new_folder(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], Path]]:
    """Makes a folder beside all others. pytest's own way reads through its thousands for each that it makes."""
    top, numbers = tmp_path_factory.mktemp("tests", numbered=False), count()

    def new_folder(name: str) -> Path:
        folder = top / f"{next(numbers)}-{re.sub(r'[^a-z0-9]+', '_', name)[:30]}"
        folder.mkdir()
        return folder

    yield new_folder
    if not request.session.testsfailed:
        shutil.rmtree(top, ignore_errors=True)


@pytest.fixture
def tmp_path(_new_folder: Callable[[str], Path], request: pytest.FixtureRequest) -> Path:
    return _new_folder(request.node.name)


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, _new_folder: Callable[[str], Path]) -> None:
    monkeypatch.setenv("HOME", str(_new_folder("home")))
    monkeypatch.setenv("PYTHONWARNINGS", "error")


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
