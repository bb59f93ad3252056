"""What is said of a target that got no new answer: an older one, with its date, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from enrich.lookup.aliases import propagate
from enrich.lookup.freshness import Triage
from enrich.lookup.workers import Outcome
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator, Target

_NOTHING_ASKED = "not in the store, and nothing was asked (--offline)"


def fill_open(
    findings: dict[Indicator, Finding], targets: Sequence[Target], known: Triage, outcome: Outcome, origin: str
) -> bool:
    """Give every name its end: a stale answer where no new one came, said so; else why there is none.

    Returns whether a stale answer had to serve.
    """
    stopped = outcome.stopped or _NOTHING_ASKED

    def missed(name: Indicator) -> Finding:
        return outcome.missed.get(name) or Finding(name, origin, Status.PENDING, detail=stopped)

    cut_short = False
    for target in targets:
        if not (open_ := [name for name in target.names if name not in findings]):
            continue
        # a weaker hash was asked by itself only where the answer to the strongest one does not speak for it
        why = {name: missed(name if target.ask in findings else target.ask) for name in open_}
        old = {
            name: structs.replace(stale, detail=_dated(stale, why[name].detail))
            for name in open_
            if (stale := known.stale.get(name)) is not None
        }
        cut_short |= bool(old)
        decided = propagate(target, old[target.ask], old) if target.ask in old else old
        for name in open_:
            findings[name] = decided.get(name) or structs.replace(why[name], indicator=name)
    return cut_short


def _dated(stale: Finding, reason: str) -> str:
    when = f"{stale.fetched_at:%Y-%m-%d}" if stale.fetched_at else "an earlier day"
    return "; ".join(part for part in (stale.detail, f"answer of {when}, not asked again: {reason}") if part)
