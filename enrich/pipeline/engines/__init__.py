"""Who reads and joins the parts of a large input, one module each: processes of this machine, or a cluster.

Look-ups are never handed out: the key's pace is the limit, and one process keeps it.
"""

from __future__ import annotations

from concurrent.futures import Executor
from contextlib import AbstractContextManager
from typing import Protocol, cast

from enrich.config.settings import Settings
from enrich.errors import UsageError
from enrich.registry import entries


class Engine(Protocol):
    """What a module of this folder offers. Nothing else lists it: ``--engine NAME``, its help and ``doctor`` follow."""

    @property
    def NEEDS(self) -> tuple[str, ...]:  # noqa: N802 - a constant of the module
        """The modules of an extra that it cannot do without."""
        ...

    def executor(self, settings: Settings) -> AbstractContextManager[Executor]:
        """Return a standard executor for functions and jobs that can be pickled. Left by an error, it ends what still
        runs.

        ``UsageError`` where ``settings`` do not say what it needs, or a library is not here.
        """
        ...


def engines() -> dict[str, Engine]:
    return cast("dict[str, Engine]", entries(__name__))


def engine_named(name: str) -> Engine:
    """Return the engine called ``name``. ``UsageError`` where there is none."""
    known = engines()
    if name not in known:
        raise UsageError(f"no engine is called {name!r}", hint=f"known: {' '.join(known)}")
    return known[name]
