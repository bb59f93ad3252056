"""Which hashes one answer speaks for, and in which order a file's hashes are asked about. No network, no store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, groupby

from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator, Target

STRONGEST_DIGITS = 64
"""Digits of the strongest hash."""


def propagate(target: Target, answer: Finding, known: Mapping[Indicator, Finding]) -> dict[Indicator, Finding]:
    """Return the finding of every hash of ``target`` that ``answer`` decides; ``known`` holds what else is known.

    A file that is not known under its strongest hash is not known under a weaker one that the sheet says is the same
    file's, unless the store knows better. A found file whose report holds another md5 than the row's does not speak
    for that md5: the row contradicts itself.
    """
    decided = {target.ask: answer}
    for other in target.others:
        if other in answer.aliases:
            decided[other] = answer
        elif other in known:
            decided[other] = known[other]
        elif answer.status is Status.NOT_FOUND:
            decided[other] = Finding(
                other,
                answer.origin,
                Status.NOT_FOUND,
                detail=f"asked as {target.ask.value}",
                fetched_at=answer.fetched_at,
            )
    return decided


def unresolved_aliases(target: Target, answer: Finding, known: Mapping[Indicator, Finding]) -> list[Target]:
    """Return the weaker hashes that ``answer`` does not speak for: another file's, to be asked in their own right."""
    if not target.others or answer.status is not Status.FOUND:
        return []
    return [
        Target(other, weight=target.weight)
        for other in target.others
        if other not in answer.aliases and other not in known
    ]


def batches_by_strength(wanted: Sequence[Target], size: int) -> Iterator[list[Target]]:
    """Give runs of targets with hashes of one length, strongest first within each ``size`` of the given order.

    Small enough that a run that is cut short has spent its calls by the given order; large enough that waiting for the
    last of one batch costs nothing that shows.
    """
    chunks = (sorted(wanted[i : i + size], key=_strength, reverse=True) for i in range(0, len(wanted), size))
    for _, batch in groupby(chain.from_iterable(chunks), key=_strength):
        yield list(batch)


def _strength(target: Target) -> int:
    """Return how strong a name is: the longer a hash the stronger; what has no other names goes with the strongest."""
    return len(target.ask.value) if target.others or target.ask.kind == "hash" else STRONGEST_DIGITS
