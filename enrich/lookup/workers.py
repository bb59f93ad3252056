"""The async core: targets in, findings into the store, events out. Knows services and stores, nothing of spreadsheets.

Two lookups of one file are never in flight at once: hashes of one algorithm are distinct files, and the algorithms take
turns, the strongest first, so that an answer's other hashes are known before a weaker one is asked.
"""

from __future__ import annotations

import asyncio
from collections import ChainMap, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from itertools import islice
from random import Random
from types import MappingProxyType

from enrich.clock import Clock, utc
from enrich.errors import EnrichError, KeyProblem, OutputError, QuotaSpent, StoreError
from enrich.lookup.aliases import batches_by_strength, propagate, unresolved_aliases
from enrich.lookup.never_sent import NeverSent, NothingWithheld, not_sent
from enrich.lookup.rate_limit import Pace
from enrich.lookup.retry import Attempts, Stop
from enrich.model.event import Event, EventKind, Listener
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.providers import Service
from enrich.stores import Ahead, Claim, Elsewhere, Store

BREAKER = 10
"""Failed lookups in a row, with no answer between them, before the run is stopped: the service is down."""
SECONDS_TO_FINISH = 2.0
"""Seconds that calls in flight get to bring their paid answers home once the run is stopped."""
LOOK_AGAIN = 1.0
"""Seconds between two looks at targets that other processes are asking about."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of lookups came to.

    ``findings`` are the answers of this run; ``missed`` are the targets that got none, each with the reason.
    ``stopped`` says in words why it ended early; ``problem`` is the error behind it where there is one (the key, the
    store).
    """

    findings: dict[Indicator, Finding] = field(default_factory=dict)
    missed: dict[Indicator, Finding] = field(default_factory=dict)
    stopped: str = ""
    problem: EnrichError | None = None


@dataclass(slots=True)
class Workers:
    """One run over many targets with one service, one store and one pace. Used once."""

    service: Service
    store: Store
    pace: Pace
    clock: Clock
    listener: Listener
    _: KW_ONLY
    concurrency: int
    chance: Random
    _attempts: Attempts = field(init=False)
    _never_sent: NeverSent = field(default_factory=NothingWithheld)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _reason: Stop | None = None
    _failures: int = 0
    _findings: dict[Indicator, Finding] = field(default_factory=dict)
    _missed: dict[Indicator, Finding] = field(default_factory=dict)
    _known: Mapping[Indicator, Finding] = field(default_factory=dict)
    _all: ChainMap[Indicator, Finding] = field(default_factory=ChainMap)
    """What is known: the answers of this run before those that were known already."""
    _unresolved: list[Target] = field(default_factory=list)
    _names: frozenset[Indicator] = frozenset()
    _claimed_in_a_row: int = 0
    """Targets that were found claimed by other processes since anything else happened."""

    def __post_init__(self) -> None:
        services = self.service, self.store, self.pace, self.clock, self.listener
        self._attempts = Attempts(*services, self.chance, self._end, self.concurrency)

    def stop(self, reason: str) -> None:
        """End the run: nothing new is asked, what is in flight may take ``SECONDS_TO_FINISH`` to end.

        Safe in a signal handler.
        """
        self._end(Stop(reason))
        self.store.hurry()

    async def run(
        self,
        wanted: Sequence[Target],
        known: Mapping[Indicator, Finding],
        stale: Mapping[Indicator, Finding] = MappingProxyType({}),
        never_sent: NeverSent = NothingWithheld(),  # noqa: B008 - it has no state
    ) -> Outcome:
        """Ask about ``wanted``, in their order as far as the batches of the algorithms allow.

        ``known`` are answers that need no call: a hash whose file is among them is not asked about. ``stale`` are those
        that are to be replaced. An answer that another process stores meanwhile saves the call, where it is newer than
        the one in these two; where neither has one, it may be of any date.
        """
        known = dict(known)
        self._never_sent = never_sent
        self._known, self._all = known, ChainMap(self._findings, known)
        # not through a chain of maps: it asks each of them twice, and a lookup looks five times
        self._attempts.begin(lambda name: self._answer(name) or stale.get(name), never_sent)
        self._names = frozenset(name for target in wanted for name in target.names)
        reach, seconds = await self.pace.forecast(len(wanted))
        self.listener(Event(EventKind.STARTED, total=len(wanted), reach=reach, seconds=seconds, until=self.pace.until))
        for batch in self._batches(wanted):
            if self._reason is None:
                await self._pool(batch)
            for target in batch:
                self._account_for(target)
        await self._attempts.writer.drain()
        stopped, problem = (self._reason.reason, self._reason.problem) if self._reason is not None else ("", None)
        if stopped:
            self.listener(Event(EventKind.STOPPED, text=stopped))
        self.listener(Event(EventKind.ENDED))
        return Outcome(self._findings, self._missed, stopped, problem)

    def _batches(self, wanted: Sequence[Target]) -> Iterator[list[Target]]:
        """Yield one algorithm at a time; at the end the hashes of other files than their rows had said."""
        yield from batches_by_strength(wanted, 16 * self.concurrency)
        while unresolved := self._unresolved:
            self._unresolved = []
            yield from batches_by_strength(unresolved, len(unresolved))

    async def _pool(self, targets: Sequence[Target]) -> None:
        queue = deque(targets)

        def ahead(count: int) -> list[Claim]:
            return [self._attempts.claim_of(target) for target in islice(queue, count)]

        async def work() -> None:
            while queue and not self._stopping.is_set():
                target = queue.popleft()
                if await self._settle(target, ahead):
                    self._claimed_in_a_row = 0
                    continue
                # to the back: by its next turn the other process has its answer, and there is other work until then
                queue.append(target)
                self._claimed_in_a_row += 1
                if self._claimed_in_a_row >= len(queue):
                    await self._wait_for_others(len(queue))

        # Storing far away takes as long as some calls do. Twice the workers keep as many calls in flight as with a near
        # store; ``Attempts`` sees to it that there are never more.
        most = 2 * self.concurrency if self.store.far else self.concurrency
        workers = [asyncio.create_task(work()) for _ in range(min(most, len(targets)))]
        stopping = asyncio.create_task(self._stopping.wait())
        everything = asyncio.gather(*workers)
        try:
            await asyncio.wait((everything, stopping), return_when=asyncio.FIRST_COMPLETED)
            if self._stopping.is_set():
                await self._finish_in_flight(workers)
            else:
                await everything
        finally:
            stopping.cancel()
            for worker in workers:
                worker.cancel()
            await asyncio.gather(everything, stopping, return_exceptions=True)

    async def _wait_for_others(self, count: int) -> None:
        """Wait a while where nothing is left but what other processes ask about at this moment; then look again."""
        if self._claimed_in_a_row == count:
            what = "the one file left" if count == 1 else f"the {count:,} files left"
            text = f"another run is asking about {what}: its answers are taken as they come"
            self.listener(Event(EventKind.WAITING, text=text, until=utc(self.clock.time() + LOOK_AGAIN)))
        await self.clock.sleep(LOOK_AGAIN)

    async def _finish_in_flight(self, workers: list[asyncio.Task[None]]) -> None:
        for worker in workers:
            if worker not in self._attempts.in_flight:
                worker.cancel()
        # a call that was sent is paid for: its answer gets a moment to come home
        if in_flight := [worker for worker in workers if not worker.done()]:
            await asyncio.wait(in_flight, timeout=SECONDS_TO_FINISH)

    async def _settle(self, target: Target, ahead: Ahead) -> bool:
        """Ask about one target to its end; what ends the whole run is remembered and stops the other workers.

        Returns False where another process has it at this moment.
        """
        learned = self._answer(target.ask)
        if learned is not None:  # meanwhile, as another hash of a file that was asked
            self._take(target, learned)
            return True
        try:
            finding = await self._attempts.finding(target, ahead)
        except QuotaSpent as spent:
            self._end(Stop(spent.reason))
        except KeyProblem as problem:
            self._end(Stop(problem.ends_with, problem))
        except (StoreError, OutputError) as problem:  # OutputError: what the audit log cannot take is not sent
            self._end(Stop(str(problem), problem))
        except Stop as stop:
            self._end(stop)
        else:
            if isinstance(finding, Elsewhere):
                return False
            self._take(target, finding)
        return True

    def _answer(self, name: Indicator) -> Finding | None:
        return self._findings.get(name) or self._known.get(name)

    def _take(self, target: Target, finding: Finding) -> None:
        names = target.names
        if finding.status is Status.SKIPPED:
            self._findings |= not_sent([name for name in names if name not in self._all], finding.detail)
            self.listener(Event(EventKind.ANSWERED, finding=finding))
            return
        if not finding.status.is_answer:
            self._missed[target.ask] = finding
            self.listener(Event(EventKind.ANSWERED, finding=finding))
            self._failures += 1
            if self._failures >= BREAKER:
                self._end(Stop(f"{BREAKER} lookups in a row failed, the last with: {finding.detail}"))
            return
        self._failures = 0
        self._never_sent.learn((*names, *finding.aliases))
        self._findings.update(dict.fromkeys(self._names.intersection(finding.aliases), finding))
        self._findings.update(propagate(target, finding, self._all))
        self._unresolved += unresolved_aliases(target, finding, self._all)
        self.listener(Event(EventKind.ANSWERED, finding=finding))

    def _end(self, stop: Stop) -> None:
        if self._reason is None and stop.reason:
            self._reason = stop
        self._stopping.set()
        self._attempts.stop()

    def _account_for(self, target: Target) -> None:
        """Give every target an end: those that nobody came to are pending, with the reason."""
        if target.ask in self._findings or target.ask in self._missed:
            return
        reason = self._reason.reason if self._reason is not None else "not asked"
        self._missed[target.ask] = Finding(target.ask, self.service.origin, Status.PENDING, detail=reason)
