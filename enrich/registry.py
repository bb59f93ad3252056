"""A module in this folder is an entry: the one place that lists a package's modules, so that no table is kept.

A module that fails to import stops the run with its own traceback: an entry that silently vanished would be worse.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from functools import cache
from types import ModuleType

NOT_MEMBERS = frozenset({"shared", "sql"})
"""Folders of what a family's members share; ``sql`` is that of the stores on a SQL database."""


@cache
def entries(package: str) -> dict[str, ModuleType]:
    """Return the modules of ``package`` by name, in alphabetical order.

    An underscore at the end only tells a module from one of Python's own and is no part of the entry's name.
    """
    return {name.rstrip("_"): importlib.import_module(f"{package}.{name}") for name in _modules(package)}


def names(package: str) -> list[str]:
    """Return the names of the entries without importing them, nor the package: for ``--help``, which must stay
    quick.
    """
    return [name.rstrip("_") for name in _modules(package)]


def _modules(package: str) -> list[str]:
    home = importlib.util.find_spec(package)
    folders = home.submodule_search_locations if home is not None else None
    return sorted(found.name for found in pkgutil.iter_modules(folders or ()) if found.name not in NOT_MEMBERS)
