"""The heavy libraries of the extra ``report``: imported when first needed, missed with a hint."""

from __future__ import annotations

import importlib
from types import ModuleType

from enrich.errors import UsageError
from enrich.extras import how_to_install


def library(name: str, what: str) -> ModuleType:
    """Return the module ``name``, or a ``UsageError`` that says how to install it. ``what`` it is needed for."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise UsageError(f"{name} is needed for {what}", hint=how_to_install(name)) from error
