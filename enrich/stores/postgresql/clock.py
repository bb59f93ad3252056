"""The database's clock counts, for all machines that share it; a machine's own monotonic clock carries it on."""

from __future__ import annotations

from collections.abc import Callable

from enrich.clock import Clock

TIME_QUESTIONS = 5
"""Questions for the time: the quickest one's answer is the most exact."""
OFFSET_HOLDS_SECONDS = 3600.0
"""Seconds after which the time is asked for again: two clocks drift by some milliseconds in so long."""
SUSPENDED_SECONDS = 1.0
"""Seconds that a machine's wall clock may run away from its monotonic one; more is a suspended or a set machine."""


class DatabaseClock:
    """Fulfils ``Clock`` with the database's time. ``ask`` gives it in Unix seconds, by a round trip."""

    def __init__(self, machine: Clock, ask: Callable[[], float]) -> None:
        self._machine = machine
        self._ask = ask
        self._offset = self.round_trip = self._measured_at = self._gap = 0.0
        self._measure()

    @property
    def ahead(self) -> float:
        return self.time() - self._machine.time()

    def renew(self) -> None:
        """Ask again where this machine's clock may not have carried the time on: it slept, or it is long ago."""
        asleep = abs(self._machine.time() - self._machine.monotonic() - self._gap) > SUSPENDED_SECONDS
        if asleep or self._machine.monotonic() - self._measured_at > OFFSET_HOLDS_SECONDS:
            self._measure()

    def time(self) -> float:
        return self._machine.monotonic() + self._offset

    def monotonic(self) -> float:
        return self._machine.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._machine.sleep(seconds)

    def _measure(self) -> None:
        best = float("inf")
        for _ in range(TIME_QUESTIONS):
            before = self._machine.monotonic()
            there = self._ask()
            after = self._machine.monotonic()
            # the database read its clock somewhere between; half a round trip is the most that this can be off
            if after - before < best:
                best = self.round_trip = after - before
                self._offset = there - (before + after) / 2
        self._measured_at = self._machine.monotonic()
        self._gap = self._machine.time() - self._measured_at


class Witness:
    """What the database last said of its scale of time, carried on by this machine: a step of its clock shows."""

    def __init__(self, machine: Clock) -> None:
        self._machine = machine
        self._last: tuple[float, float, float] | None = None

    def hear(self, scale: float) -> None:
        """Take what the database said just now: its scale is at ``scale``."""
        self._last = scale, self._machine.monotonic(), self._machine.time()

    def word(self) -> float | None:
        """Return where the scale must be by now; None where this machine was suspended, or its clock set."""
        if self._last is None:
            return None
        # A machine that slept: its monotonic clock stood still while the database's went on, and taken at its word it
        # would hold every place for as long as it slept. Its wall clock, set right on waking, gives it away.
        scale, monotonic, wall = self._last
        elapsed = self._machine.monotonic() - monotonic
        if abs(self._machine.time() - wall - elapsed) > SUSPENDED_SECONDS:
            return None
        return scale + elapsed
