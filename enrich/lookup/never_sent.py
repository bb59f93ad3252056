"""What is never sent, as the asking sees it: names, and that several of them are one object's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator


class NeverSent(Protocol):
    """What the user holds back."""

    def withheld(self, names: Iterable[Indicator]) -> str:
        """Return why an object with these names is never sent; "" where nothing is against it."""
        ...

    def learn(self, names: Sequence[Indicator]) -> None:
        """Take ``names`` for one object's, by a row or an answer: where one is held back, all are from now on.

        A row that gives a name of such an object is held back whole, also where another row contradicts it.
        """
        ...


class NothingWithheld:
    """Fulfils ``NeverSent`` where the user holds nothing back."""

    def withheld(self, names: Iterable[Indicator]) -> str:  # noqa: ARG002 - of any
        return ""

    def learn(self, names: Sequence[Indicator]) -> None:
        """Do nothing: there is nothing that could be another of these names."""


def not_sent(names: Iterable[Indicator], reason: str) -> dict[Indicator, Finding]:
    return {name: Finding(name, "", Status.SKIPPED, detail=reason) for name in names}
