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
        if target.ask not in findings:
            stale, why = known.stale.get(target.ask), missed(target.ask)
            if stale is not None:
                cut_short = True
                ended = structs.replace(stale, detail=_dated(stale, why.detail))
                findings |= propagate(target, ended, known.stale)
            else:
                findings[target.ask] = why
                for other in target.others:
                    if other in findings:
                        continue
                    old = known.stale.get(other)
                    cut_short |= old is not None
                    of_other = structs.replace(old, detail=_dated(old, why.detail)) if old is not None else why
                    findings[other] = structs.replace(of_other, indicator=other)
        for other in target.others:  # of another file than the row says, and nothing came for that one
            if other not in findings:
                findings[other] = missed(other)
    return cut_short


def _dated(stale: Finding, reason: str) -> str:
    when = f"{stale.fetched_at:%Y-%m-%d}" if stale.fetched_at else "an earlier day"
    return "; ".join(part for part in (stale.detail, f"answer of {when}, not asked again: {reason}") if part)
