"""The optional libraries: which of them are missing, the command that brings them, and their import when first needed.

The command names the libraries themselves, each of which an index has: this program may have come from a clone alone.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from types import ModuleType

from enrich.errors import UsageError

PACKAGES = {"vl_convert": "vl-convert-python", "aiohttp_socks": "aiohttp-socks"}
"""Packages whose name is not that of their module."""


def missing(modules: Iterable[str]) -> list[str]:
    """Return the ``modules`` that are not installed."""
    return [module for module in modules if find_spec(module) is None]


def how_to_install(*modules: str) -> str:
    """Return the command that brings ``modules`` to where this program is installed."""
    packages = " ".join(PACKAGES.get(module, module.partition(".")[0].lower()) for module in modules)
    return f"pipx inject ioc-enrich {packages}" if "pipx" in sys.prefix else f"pip install {packages}"


def library(name: str, what: str) -> ModuleType:
    """Return the module ``name``, or a ``UsageError`` that says how to install it. ``what`` it is needed for."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise UsageError(f"{name} is needed for {what}", hint=how_to_install(name)) from error
