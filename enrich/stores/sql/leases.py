"""Calls booked in the ledger several at a time, where no minute limits the key: most bookings then ask no database.

A process that is killed leaves what it had not used of its lease counted though never sent: a few calls too many on the
account, never too few.
"""

from __future__ import annotations

from dataclasses import dataclass

from enrich.clock import Clock, Day

MOST_LEASED = 64
"""Calls of one lease: two rounds of the 32 that are in flight at most. A killed process costs the account no more."""
LEASED_SHARE = 50
"""Of what is left of a day or month, one lease takes at most this part."""
LEASE_SECONDS = 5.0
"""Seconds, after which the ledger is asked again."""


@dataclass(slots=True)
class Lease:
    """Calls of one ``day`` that are booked: ``unused`` may still be sent, ``flying`` are under way."""

    day: Day
    unused: int
    until: float
    """By the monotonic clock: after it the ledger is asked before any is sent."""
    flying: int = 0


Unused = tuple[str, str, int]
"""Account, day (``2026-11-22``) and calls that were booked and not sent."""


class Leases:
    """The leases of this process by account. Whoever asks books what is leased and unbooks what was not used."""

    def __init__(self, clock: Clock, lifetime: float = LEASE_SECONDS) -> None:
        self._clock = clock
        self._lifetime = lifetime
        self._leases: dict[str, Lease] = {}

    def has(self, account: str, day: Day) -> bool:
        """Return whether there is a leased call for this day."""
        lease = self._leases.get(account)
        return (
            lease is not None
            and lease.unused > 0
            and lease.day.number == day.number
            and self._clock.monotonic() < lease.until
        )

    def use(self, account: str) -> int:
        """Use one leased call, that there must be: its permit, negative unlike the ledger's own."""
        lease = self._leases[account]
        lease.unused -= 1
        lease.flying += 1
        return -lease.day.number  # which day it was counted for is all that must be known when it ends

    def size(self, left: int | None) -> int:
        """Return how many calls to lease where so many are left of the day or month; None is unlimited."""
        return MOST_LEASED if left is None else max(1, min(MOST_LEASED, left // LEASED_SHARE))

    def left(self, account: str) -> list[Unused]:
        """Return what the last lease left unused."""
        old = self._leases.get(account)
        return [(account, old.day.name, old.unused)] if old and old.unused else []

    def renew(self, account: str, day: Day, size: int) -> None:
        """Begin a lease in the place of the last one, once the database has it."""
        flying = self.flying(account)
        self._leases[account] = Lease(day, size, self._clock.monotonic() + self._lifetime, flying)

    def settle(self, account: str) -> None:
        if account in self._leases:
            self._leases[account].flying -= 1

    def give_back(self, account: str, permit: int) -> None:
        if account in self._leases:
            lease = self._leases[account]
            lease.flying -= 1
            if permit == -lease.day.number:  # one of yesterday's is counted there and stays so
                lease.unused += 1

    def unused(self, account: str, day: Day) -> int:
        lease = self._leases.get(account)
        return lease.unused if lease and lease.day == day else 0

    def flying(self, account: str) -> int:
        return self._leases[account].flying if account in self._leases else 0

    def suspend(self) -> None:
        """Let nothing leased be used before the ledger was asked again."""
        for lease in self._leases.values():
            lease.until = float("-inf")

    def release(self) -> list[Unused]:
        """End all leases; returns what was not used."""
        leases = [(account, lease.day.name, lease.unused) for account, lease in self._leases.items() if lease.unused]
        self._leases.clear()
        return leases
