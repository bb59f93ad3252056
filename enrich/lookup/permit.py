"""One call's permit: a context that is open while the call is under way."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from enrich.errors import NotSent
from enrich.stores import Ahead, Claim, Elsewhere, Grant


class Issuer(Protocol):
    """Who issues permits, and takes them back."""

    account: str

    async def take(self, claim: Claim | None, ahead: Ahead | None) -> Grant | Elsewhere: ...
    def settle(self, permit: int) -> None: ...
    def give_back(self, permit: int) -> None: ...


@dataclass(slots=True)
class Permit:
    """One call's permit, held while the context is open. Leaving it says that the call ended.

    Where ``elsewhere`` is set there is none, and no call may be made: another process makes it, or has its answer.
    """

    issuer: Issuer
    claim: Claim | None
    ahead: Ahead | None
    elsewhere: Elsewhere | None = None
    _number: int = 0
    _unsent: bool = False
    _handed_over: bool = False

    def not_sent(self) -> None:
        """Give the permit back whole: the call was not made after all."""
        self._unsent = True

    def hand_over(self) -> tuple[str, int]:
        """For ``Store.put_many(settled=...)``: whoever stores the answer settles the call with it, in one step."""
        self._handed_over = True
        return self.issuer.account, self._number

    async def __aenter__(self) -> Self:
        answer = await self.issuer.take(self.claim, self.ahead)
        if isinstance(answer, Elsewhere):
            self.elsewhere = answer
        else:
            self._number = answer.permit
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.elsewhere is not None:
            return
        if self._unsent or isinstance(error, NotSent):
            self.issuer.give_back(self._number)
        elif not self._handed_over:  # an answer, or none: what broke on the way may have been counted
            self.issuer.settle(self._number)
