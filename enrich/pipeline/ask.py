"""Every source of a run asked about the targets: gates first, the others side by side behind them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from enrich.clock import Clock
from enrich.errors import EnrichError, KeyProblem, SourceLeftOut
from enrich.exclusions.lists import Exclusions
from enrich.indicators import strength
from enrich.indicators.hash.digests import LONGEST
from enrich.lookup.resolve import SourceAnswers, resolve, unasked
from enrich.lookup.source import Source
from enrich.model.column import Column
from enrich.model.event import Listener
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.model.quantities import counted
from enrich.model.result import ServiceFacts
from enrich.pipeline.side_by_side import SideBySide
from enrich.pipeline.sources import leading_source
from enrich.signals import Interrupt
from enrich.stores import Store

SILENT = "no answer holds a verdict of {}: check the name, or ask again with --refresh"


@dataclass(frozen=True, slots=True)
class Resolution:
    """What all sources of a run say of the targets, by source, in the order of their columns."""

    answers: tuple[SourceAnswers, ...]
    columns: tuple[Column, ...]
    files: dict[Indicator, str] = field(default_factory=dict)
    """Which file each indicator is of that has not its own value for that: the same name for all hashes of one."""
    changes: dict[Indicator, str] = field(default_factory=dict)
    """What differs from the list's last run, in words."""
    lead: SourceAnswers = field(init=False)
    """Of the leading source: totals, quota and the words of reports are about that one."""

    def __post_init__(self) -> None:
        lead = leading_source([each.source for each in self.answers])
        object.__setattr__(self, "lead", next(each for each in self.answers if each.source is lead))

    @property
    def further(self) -> list[SourceAnswers]:
        return [each for each in self.answers if each is not self.lead]

    @property
    def services(self) -> tuple[ServiceFacts, ...]:
        """Who answered and what it cost, the leading one first."""
        return tuple(each.facts for each in (self.lead, *self.further))

    @property
    def problem(self) -> EnrichError | None:
        """The error that ended the asking. A key that only some of several sources lack is none: see ``left_out``."""
        problems = [each.problem for each in self.answers if each.problem is not None]
        fatal = [problem for problem in problems if not isinstance(problem, KeyProblem)]
        return next(iter(fatal or (problems if len(problems) == len(self.answers) else ())), None)

    @property
    def left_out(self) -> SourceLeftOut | None:
        """The error of the sources whose keys are missing or were refused, while others went on."""
        titles: dict[str, list[str]] = {}
        hints = list[str]()
        for each in self.answers:
            if isinstance(each.problem, KeyProblem) and self.problem is None:
                titles.setdefault(str(each.problem), []).append(each.source.provider.TITLE)
                hints.append(each.problem.hint)
        if not titles:
            return None
        words = (
            f"{', '.join(names)} {'were' if len(names) > 1 else 'was'} left out: {reason}"
            for reason, names in titles.items()
        )
        return SourceLeftOut("; ".join(words), hint=next(filter(None, hints), ""))

    @property
    def stopped(self) -> str:
        """Why the asking ended early, in words, for each source where there are several; "" where it did not."""
        several = len(self.answers) > 1
        return "; ".join(
            f"{service.title}: {service.stopped}" if several else service.stopped
            for service in self.services
            if service.stopped
        )

    @property
    def cut_short(self) -> bool:
        """Whether something that was wanted did not get a new answer."""
        return any(each.cut_short for each in self.answers)

    @property
    def notes(self) -> list[str]:
        """What the user should hear of single sources."""
        return [note for each in self.answers for note in _notes(each, self.problem)]


def _with(answers: SourceAnswers, more: dict[Indicator, Finding]) -> SourceAnswers:
    return replace(answers, findings=answers.findings | more) if more else answers


def _notes(answers: SourceAnswers, fatal: EnrichError | None) -> Iterator[str]:
    """Yield what the user should hear of one source; the ``fatal`` problem and what is left out are told elsewhere."""
    title = answers.source.provider.TITLE
    if silent := ", ".join(answers.silent_columns):
        yield SILENT.format(silent)
    is_told = fatal is None and isinstance(answers.problem, KeyProblem)
    if answers.problem is not None and answers.problem is not fatal and not is_told:
        yield f"{title} was left out: {answers.problem.one_line}"
    if count := answers.facts.spared:
        yield f"{title} spared the sources behind it the calls for {counted(count, 'file')}"


async def ask(  # noqa: PLR0913 - the seam between both sides
    targets: Sequence[Target],
    sources: Sequence[Source],
    columns: Sequence[Column],
    store: Store,
    clock: Clock,
    listener: Listener,
    interrupt: Interrupt,
    *,
    exclusions: Exclusions | None = None,
    earlier: Resolution | None = None,
    asking: bool = True,
) -> Resolution:
    """Return the answers of all ``sources``; what ``exclusions`` hold back is not asked about.

    ``earlier`` is what this very run asked for an input that was then found changed: nothing of it is asked again.
    Not ``asking``: the answers say what a call would be made for.

    A key is looked for only where something must be asked. Raises ``KeyProblem`` where the only source finds none; of
    several the others go on, and ``left_out`` tells of it.
    """
    exclusions = exclusions or Exclusions()
    ended = withheld_findings(targets, exclusions, store)
    open_ = [target for target in targets if target.ask not in ended]
    before = {each.source.name: each for each in earlier.answers} if earlier is not None else {}
    side_by_side = SideBySide(listener)

    async def answers_of(source: Source, asked: Sequence[Target]) -> SourceAnswers:
        try:
            return await resolve(
                asked,
                source,
                store,
                clock,
                side_by_side.of(source.provider.TITLE if len(sources) > 1 else ""),
                on_stop=interrupt.calling,
                never_sent=exclusions,
                earlier=before.get(source.name),
                asking=asking,
            )
        except KeyProblem as problem:
            if len(sources) == 1:
                raise
            return unasked(asked, source, str(problem), problem)

    answered: dict[str, SourceAnswers] = {}
    spared: dict[Indicator, Finding] = {}
    # Gates first and one after the other: each spares the next ones, and the paid one, what it knows as harmless.
    for gate in (source for source in sources if source.provider.GATE):
        answers = await answers_of(gate, open_)
        passed = {} if len(sources) == 1 else _spared(open_, answers)
        count = sum(target.ask in passed and target.ask not in spared for target in open_)
        answered[gate.name] = replace(answers, facts=replace(answers.facts, spared=count))
        spared |= passed
    behind = [source for source in sources if not source.provider.GATE]
    left = [target for target in open_ if target.ask not in spared]
    for answers in answered.values():
        # A gate may tell that two names of the list are one object: the sources behind it are asked once.
        left = merged(left, answers.findings)
    for answers in await asyncio.gather(*(answers_of(source, left) for source in behind)):
        answered[answers.source.name] = _with(answers, spared)
    said = Resolution(tuple(_with(answered[source.name], ended) for source in sources), tuple(columns))
    return replace(said, files=file_by_name(targets, said))


def withheld_findings(targets: Sequence[Target], exclusions: Exclusions, store: Store) -> dict[Indicator, Finding]:
    """Return how those of ``targets`` end that ``exclusions`` hold back.

    These learn all further names of what is never sent: from one name to the next by rows and by stored answers,
    whoever gave them. Rows that contradict each other tell so too: with an MD5 beside two SHA-256 of which one is
    held back, the MD5 may be that file's, and the other SHA-256 stands in a row about it. None of them is asked.
    """
    names, rows = exclusions.unlearned(), list[Sequence[Indicator]]()
    if exclusions.spread:
        disputes = {target.disputed for target in targets} - {()}
        exclusions.disputed.update((name, dispute) for dispute in disputes for name in dispute)
        rows = [target.names for target in targets if target.others or target.disputed]
    while True:
        known = store.names_of_objects(names) if names else []
        for names_of_one in (*known, *(row for row in rows if not exclusions.spread.isdisjoint(row))):
            exclusions.learn(names_of_one)
        if not (names := exclusions.unlearned()):
            break
    return exclusions.findings(targets)


def _spared(targets: Sequence[Target], gate: SourceAnswers) -> dict[Indicator, Finding]:
    """Return what the sources behind ``gate`` are not asked about, each name with the reason as a trivial one's.

    A row may give hashes of different files for one: each of them must be spared, or none is.
    """
    provider, options = gate.source.provider, gate.source.options
    spared: dict[Indicator, Finding] = {}
    for target in targets:
        names = target.names
        reasons = [provider.spares(gate.findings[name], options) for name in names]
        if all(reasons):
            spared.update((name, Finding(name, "", Status.TRIVIAL, detail=reasons[0])) for name in names)
    return spared


def merged(targets: Sequence[Target], findings: Mapping[Indicator, Finding]) -> list[Target]:
    """Return ``targets`` with those as one that an answer shows to be one object: it is asked about once.

    The strongest name is asked by, in the place of the first of them.
    """
    groups: dict[Indicator, list[Target]] = {}
    for target in targets:
        finding = findings[target.ask]
        known = finding.aliases if finding.status is Status.FOUND else ()
        owner = max((target.ask, *known), key=strength)
        groups.setdefault(owner, []).append(target)
    return [_one_of(group) for group in groups.values()]


def _one_of(group: Sequence[Target]) -> Target:
    if len(group) == 1:
        return group[0]
    names = dict.fromkeys(name for target in group for name in target.names)
    ask, *others = sorted(names, key=strength, reverse=True)
    return Target(ask, tuple(others), sum(target.weight for target in group))


def file_by_name(targets: Sequence[Target], said: Resolution) -> dict[Indicator, str]:
    """Return which file each name is of that is not called by its own value: by a service's word where one knows the
    file, the leading one's before all; else by the strongest hash that the sheets give.
    """
    known = said.lead.findings
    files = _files(targets, known)
    for findings in (each.findings for each in said.further):
        for name in (name for target in targets for name in target.names):
            finding = findings[name]
            if finding.status is Status.FOUND and finding.aliases and known[name].status is not Status.FOUND:
                files[name] = max((alias.value for alias in finding.aliases), key=len)
    return files


def _files(targets: Sequence[Target], findings: Mapping[Indicator, Finding]) -> dict[Indicator, str]:
    """Return the same by what one source says alone."""
    files: dict[Indicator, str] = {}
    found = Status.FOUND
    for target in targets:
        if not target.others and len(target.ask.value) == LONGEST:  # there is no other name that could be the file's
            continue
        asked = findings[target.ask]
        for name in target.names:
            finding = findings[name]
            if finding.status is found and finding.aliases:
                if len(name.value) != LONGEST:
                    files[name] = max((alias.value for alias in finding.aliases), key=len)
            elif name is not target.ask and (asked.status is not found or name in asked.aliases):
                # where the service knows the strongest hash's file and this is none of its hashes, it is another's
                files[name] = target.ask.value
    return files
