"""A copy of the package, for tests that change it, and its command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import enrich


def copied_to(folder: Path) -> Path:
    """The copy. Its bytecode comes along: most modules stay as they are, and need not be compiled."""
    return Path(shutil.copytree(Path(enrich.__file__).parent, folder / "enrich"))


def command(package: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``enrich`` by the copy, in the folder that it lies in."""
    return subprocess.run(
        [sys.executable, "-c", "from enrich.__main__ import entry; entry()", *arguments],
        cwd=package.parent,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
