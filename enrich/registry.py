"""«A module in this folder is an entry»: the one place that lists a package's modules, so that no table is kept.

A module that fails to import stops the run with its own traceback: an entry that silently vanished would be worse.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType


@cache
def entries(package: str) -> dict[str, ModuleType]:
    """The modules of ``package`` by name, in alphabetical order; names with a leading underscore are not entries.

    An underscore at the end only tells a module from one of Python's own and is no part of the entry's name.
    """
    return {name.rstrip("_"): importlib.import_module(f"{package}.{name}") for name in names(package)}


def names(package: str) -> list[str]:
    """The names of the entries without importing them: for ``--help``, which must stay quick."""
    home = importlib.import_module(package)
    return sorted(m.name for m in pkgutil.iter_modules(home.__path__) if not m.name.startswith("_"))
