"""The optional libraries: which of them are missing, and the command that brings them.

The command names the libraries themselves, each of which an index has: this program may have come from a clone alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.util import find_spec

PACKAGES = {"vl_convert": "vl-convert-python", "aiohttp_socks": "aiohttp-socks"}
"""Packages whose name is not that of their module."""


def missing(modules: Iterable[str]) -> list[str]:
    """Return the ``modules`` that are not installed."""
    return [module for module in modules if find_spec(module) is None]


def how_to_install(*modules: str) -> str:
    """Return the command that brings ``modules`` to where this program is installed."""
    packages = " ".join(PACKAGES.get(module, module.partition(".")[0].lower()) for module in modules)
    return f"pipx inject ioc-enrich {packages}" if "pipx" in sys.prefix else f"pip install {packages}"
