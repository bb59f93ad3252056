"""The async core: targets in, findings into the store, events out. Knows services and stores, nothing of spreadsheets.

Two lookups of one file are never in flight at once: hashes of one algorithm are distinct files, and the algorithms take
turns, the strongest first, so that an answer's other hashes are known before a weaker one is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from enrich.clock import Clock
from enrich.errors import EnrichError, KeyProblem, OutputError, QuotaSpent, StoreError
from enrich.lookup.freshness import left_over, spread, turns
from enrich.lookup.rate_limit import Pace
from enrich.lookup.retry import Stop, Tries
from enrich.model.event import Event, EventKind, Listener
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.providers import Service
from enrich.stores import Store

BREAKER = 10
"""Failed lookups in a row, with no answer between them, before the run is stopped: the service is down."""
GRACE = 2.0
"""Seconds that calls in flight get to bring their paid answers home once the run is stopped."""


@dataclass(slots=True)
class Outcome:
    """What a run of lookups came to.

    ``stopped`` says in words why it ended early; ``problem`` is the error behind it where there is one (the key, the
    store). ``missed`` are the targets that got no answer, each with the reason.
    """

    findings: dict[Indicator, Finding]
    stopped: str = ""
    problem: EnrichError | None = None
    missed: dict[Indicator, Finding] = field(default_factory=dict)


class Lookup:
    """One run over many targets with one service, one store and one pace."""

    def __init__(
        self,
        service: Service,
        store: Store,
        pace: Pace,
        clock: Clock,
        hear: Listener,
        *,
        concurrency: int,
        chance: Random,
    ) -> None:
        self._service = service
        self._pace = pace
        self._hear = hear
        self._concurrency = concurrency
        self._chance = chance
        self._tries = Tries(service, store, pace, clock, hear, chance, self._end)
        self._stopping = asyncio.Event()
        self._reason: Stop | None = None
        self._failures = 0
        self._outcome = Outcome({})
        self._more: list[Target] = []
        self._named: set[Indicator] = set()

    def stop(self, reason: str) -> None:
        """End the run: nothing new is asked, what is in flight has ``GRACE`` to come home. Safe in a signal handler."""
        self._end(Stop(reason))

    async def run(self, wanted: Sequence[Target], known: dict[Indicator, Finding]) -> Outcome:
        """Ask about ``wanted``, in their order as far as the turns of the algorithms allow.

        ``known`` are the answers that need no call; the outcome's findings are those and the new ones.
        """
        self._outcome = Outcome(known)
        self._named = {name for target in wanted for name in (target.ask, *target.others)}
        reach = self._pace.reach(len(wanted))
        began = Event(EventKind.STARTED, total=len(wanted), reach=reach, seconds=self._pace.seconds_for(reach))
        self._hear(began)
        for round_ in self._rounds(wanted):
            if self._reason is None:
                await self._pool(round_)
            for target in round_:
                self._account_for(target)
        if self._reason is not None:
            self._outcome.stopped, self._outcome.problem = self._reason.reason, self._reason.problem
            self._hear(Event(EventKind.STOPPED, text=self._reason.reason))
        self._hear(Event(EventKind.ENDED))
        return self._outcome

    def _rounds(self, wanted: Sequence[Target]) -> Iterator[list[Target]]:
        """One algorithm at a time; at the end the hashes that turned out to be of other files than their row said."""
        yield from turns(wanted, 16 * self._concurrency)
        while self._more:
            more, self._more = self._more, []
            yield from turns(more, len(more))

    async def _pool(self, targets: list[Target]) -> None:
        queue = targets[::-1]

        async def work() -> None:
            while queue and not self._stopping.is_set():
                await self._settle(self._next(queue))

        workers = [asyncio.create_task(work()) for _ in range(min(self._concurrency, len(targets)))]
        stopping = asyncio.create_task(self._stopping.wait())
        everything = asyncio.gather(*workers)
        try:
            await asyncio.wait((everything, stopping), return_when=asyncio.FIRST_COMPLETED)
            if self._stopping.is_set():
                await self._bring_home(workers)
            else:
                await everything
        finally:
            stopping.cancel()
            for worker in workers:
                worker.cancel()
            await asyncio.gather(everything, stopping, return_exceptions=True)

    def _next(self, queue: list[Target]) -> Target:
        """The last, as ``queue`` is turned round; any of them where another process is at work: two that go through the
        same list in step would ask for each file at the same moment, and pay twice.
        """
        if self._tries.company:
            at = self._chance.randrange(len(queue))
            queue[at], queue[-1] = queue[-1], queue[at]
        return queue.pop()

    async def _bring_home(self, workers: list[asyncio.Task[None]]) -> None:
        for worker in workers:
            if worker not in self._tries.in_flight:
                worker.cancel()
        if flying := [worker for worker in workers if not worker.done()]:
            await asyncio.wait(flying, timeout=GRACE)

    async def _settle(self, target: Target) -> None:
        """One target to its end; what ends the whole run is remembered and stops the other workers."""
        if target.ask in self._outcome.findings:  # learned meanwhile, as another hash of a file that was asked
            self._take(target, self._outcome.findings[target.ask])
            return
        try:
            finding = await self._tries.finding(target.ask)
        except QuotaSpent as spent:
            self._end(Stop(spent.reason))
        except KeyProblem as problem:
            self._end(Stop(f"the service refused the key: {problem}", problem))
        except StoreError as problem:
            self._end(Stop(str(problem), problem))
        except OutputError as problem:  # the audit log: what cannot be written down is not sent
            self._end(Stop(str(problem), problem))
        except Stop as stop:
            self._end(stop)
        else:
            self._take(target, finding)

    def _take(self, target: Target, finding: Finding) -> None:
        if not finding.status.is_answer:
            self._outcome.missed[target.ask] = finding
            self._hear(Event(EventKind.ANSWERED, finding=finding))
            self._failures += 1
            if self._failures >= BREAKER:
                self._end(Stop(f"{BREAKER} lookups in a row failed, the last with: {finding.detail}"))
            return
        self._failures = 0
        self._outcome.findings.update(dict.fromkeys(self._named.intersection(finding.aliases), finding))
        spread(target, finding, self._outcome.findings, self._outcome.findings)
        self._more.extend(left_over(target, finding, self._outcome.findings))
        self._hear(Event(EventKind.ANSWERED, finding=finding))

    def _end(self, stop: Stop) -> None:
        if self._reason is None and stop.reason:
            self._reason = stop
        self._stopping.set()
        self._tries.stop()

    def _account_for(self, target: Target) -> None:
        """Every target ends somewhere: those that nobody came to are pending, with the reason."""
        if target.ask in self._outcome.findings or target.ask in self._outcome.missed:
            return
        reason = self._reason.reason if self._reason is not None else "not asked"
        self._outcome.missed[target.ask] = Finding(target.ask, self._service.name, Status.PENDING, detail=reason)
