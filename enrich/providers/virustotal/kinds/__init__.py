"""What VirusTotal knows beside files: one module a kind of indicator, with its route, its report and its columns.

A member is a module of this folder that offers what :class:`ReportKind` names; the routes that may be sent, the kinds
that the provider answers and the columns follow from it. Shapes and traps were read from recorded bodies of 2019 to
2026: nearly every attribute may be missing, or null.
"""

from __future__ import annotations

from typing import Any, Protocol, cast

from enrich.model.finding import Scalar
from enrich.registry import entries, names


class ReportKind(Protocol):
    """One kind of object and its report."""

    KIND: str
    """As indicators have it."""
    TYPE: str
    """As the service calls it in ``data.type``."""
    PATHS: str
    """A regular expression for all paths that ``path`` gives: what may be sent."""
    MEANING: str
    """What is asked, for people."""
    PAGE: str
    """Its page for people, up to the service's own id of the object."""
    SHAPE: type[Any]
    """The part of its attributes that is read."""

    @staticmethod
    def path(value: str) -> str:
        """Return the path that a canonical value is asked by."""
        ...

    @staticmethod
    def named(value: str, identity: str, attributes: Any) -> tuple[str, ...]:
        """Return the object's names, the asked one first; none where the answer is about another object."""
        ...

    @staticmethod
    def fields(identity: str, attributes: Any) -> dict[str, Scalar]:
        """Return what the answer fills beyond the counts: column name -> value or None."""
        ...


def kinds() -> dict[str, ReportKind]:
    """Return the members by their ``KIND``."""
    return {name: cast("ReportKind", member) for name, member in entries(__name__).items()}


def kind_names() -> list[str]:
    """Return what the members are called, without importing them."""
    return names(__name__)
