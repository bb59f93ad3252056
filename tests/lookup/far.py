"""What tests of a store across a network look up, and a service that counts what it is asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from random import Random

from enrich.clock import Clock, SystemClock, utc
from enrich.errors import Throttled
from enrich.model.finding import Answer, Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.model.quota import Allowance, Quota, Usage
from enrich.providers import Unread

CHANCE = Random(1)


def targets(count: int) -> list[Target]:
    return [Target(Indicator("hash", sha256(str(number).encode()).hexdigest())) for number in range(count)]


class Counting:
    """A service that answers at once, and counts what it is asked."""

    name = origin = "virustotal"
    account = "key"
    default_quota = Quota(4, 500, 15_500)

    def __init__(self, *, refuses: int = 0, clock: Clock | None = None) -> None:
        """``refuses``: how many calls it refuses at first. ``clock`` is what it dates its answers by."""
        self.asked: Counter[str] = Counter()
        self._refuses = refuses
        self._clock = clock or SystemClock()
        self._moment, self._then = 0, lambda: None

    def at(self, count: int, then: Callable[[], None]) -> None:
        """Do something when so many calls were made."""
        self._moment, self._then = count, then

    async def fetch(self, indicator: Indicator) -> Unread:
        await asyncio.sleep(0.01)
        if self._refuses:
            self._refuses -= 1
            raise Throttled("slower")
        self.asked[indicator.value] += 1
        if self.asked.total() == self._moment:
            self._then()
        at = utc(self._clock.time())
        finding = Finding(indicator, self.name, Status.FOUND, {"vt_malicious": 1}, "", at, (indicator,), 1, 2)
        return lambda: Answer(finding)

    async def allowance(self) -> Allowance | None:
        return Allowance(Quota(None, None, None), Usage(1, 1), at=self._clock.time())

    async def stated_allowance(self) -> Allowance | None:
        return None

    async def close(self) -> None: ...
