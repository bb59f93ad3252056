"""What changed: the answers of this run against those that stood when the same list was last run. No network.

A list is known by its host and path, or by the name that the user gives it. Of a list that was not run before, a new
answer is compared with the one that it replaced.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from enrich.files.paths import path_text
from enrich.indicators.hash import digests as hashes
from enrich.model.finding import Finding, Past, Status
from enrich.model.indicator import Indicator
from enrich.model.ratio import ratio
from enrich.model.sighting import Found
from enrich.pipeline.inputs import Intake
from enrich.stores import Roll, Store

NEW = "new in this list"
KNOWN = "became known"
UNDETECTED = "no longer detected"
UNKNOWN = "no longer known"
NAMED = "list "
"""Before a name that the user gave: no host is called so."""

Lists = Mapping[str, Iterable[Indicator]]
"""What each list holds, by its name; read anew each time."""


def lists(
    intake: Intake,
    name: str = "",
    kinds: Sequence[str] = (hashes.KIND,),
    host: str | None = None,
    findings: Mapping[Indicator, Finding] = MappingProxyType({}),
) -> Lists:
    """Return what each input holds of each of ``kinds``, by the name that it is remembered under. Standard input has
    none but the user's ``name``.

    In a store that several machines share, one path is another list on each ``host`` (default: this machine). Names
    that ``findings`` are about are taken from there, and not made a second time: there may be a million.
    """
    listed: dict[str, Iterable[Indicator]] = {}
    for item in intake.inputs:
        if (item.path is None and not name) or not item.placements:  # it was lost on the way
            continue
        found: dict[str, dict[Indicator, None]] = {kind: {} for kind in kinds}
        for placement in item.placements.values():
            asked = [entry.kind if entry.found is Found.INDICATOR else "" for entry in placement.table]
            for number, raw in zip(placement.values.classes, placement.values.raws(), strict=True):
                if (kind := asked[number]) in found:
                    one = Indicator(kind, raw.hex() if kind == hashes.KIND else raw.decode())
                    finding = findings.get(one)
                    found[kind][finding.indicator if finding is not None and finding.indicator == one else one] = None
        of_input = remembered_as(item.path, name, len(intake.inputs), host)
        listed |= {list_of(of_input, kind): members for kind, members in found.items()}
    return listed


def list_of(name: str, kind: str) -> str:
    """Return what the indicators of one kind of a list are remembered under.

    Each kind is a list by itself: of a kind that was not asked about before, nothing is new. Files stand under the
    list's own name, as earlier versions kept them.
    """
    return name if kind == hashes.KIND else f"{name} ({kind})"


def remembered_as(path: Path | None, name: str, inputs: int, host: str | None = None) -> str:
    """Return what one of several ``inputs`` is remembered under: the user's ``name``, else its host and path."""
    if path is not None and not name:
        return f"{socket.gethostname() if host is None else host}:{path_text(path.resolve())}"
    return f"{NAMED}{name}" if inputs == 1 or path is None else f"{NAMED}{name}/{path.name}"


def _recalled(store: Store, name: str) -> Roll | None:
    """Return what is remembered of a list; versions before the team store knew it by its path without the host."""
    roll = store.recall(name)
    return roll if roll is not None or name.startswith(NAMED) else store.recall(name.partition(":")[2])


def changes(
    lists_: Lists, findings: Mapping[Indicator, Finding], store: Store, origin: str, began: datetime
) -> dict[Indicator, str]:
    """Return what changed, in words, by indicator; those that did not are left out."""
    new, since = news(lists_, findings, store, began)
    return in_words(new, since, findings, store, origin)


def in_words(
    new: Iterable[Indicator],
    since: Mapping[Indicator, datetime | None],
    findings: Mapping[Indicator, Finding],
    store: Store,
    origin: str,
) -> dict[Indicator, str]:
    """Return the ``news`` in words, by indicator."""
    past = store.history(origin, since)
    changed = {name: text for name, at in since.items() if (text := _change(past.get(name, ()), findings[name], at))}
    # what is excluded or still open is no news of a list
    changed.update((name, NEW) for name in new if name in findings and findings[name].status.is_answer)
    # a row that gives a weaker hash shows the file's answer, whose name is the strongest one
    for name in list(changed):
        if (finding := findings.get(name)) is not None:
            changed.setdefault(finding.indicator, changed[name])
    return changed


def news(
    lists_: Lists, findings: Mapping[Indicator, Finding], store: Store, began: datetime
) -> tuple[Iterable[Indicator], dict[Indicator, datetime | None]]:
    """Return the indicators that are new in a list, and those with an answer since their list's last run: when that
    ended.

    None is the time of a list that was not run before: an answer of this run counts.
    """
    new: dict[Indicator, None] = {}
    since: dict[Indicator, datetime | None] = {}
    for name, indicators in lists_.items():
        roll = _recalled(store, name)
        new.update(dict.fromkeys(roll.lacks(indicators) if roll is not None else ()))
        at = roll.at if roll is not None else None
        last = _last(at, began)
        for indicator in indicators if findings else ():  # of parts, reading them is most of the cost
            if (finding := findings.get(indicator)) is not None and is_since(last, finding):
                since.setdefault(indicator, at)
    for indicator in new:
        since.pop(indicator, None)
    return new, since


def oldest_run(lists_: Lists, store: Store, began: datetime) -> datetime:
    """Return when the list that was not run for the longest time was last run: no older answer is a change."""
    rolls = [_recalled(store, name) for name in lists_]
    return min((_last(roll.at if roll is not None else None, began) for roll in rolls), default=began)


def _last(at: datetime | None, began: datetime) -> datetime:
    """Answers after this are news to a list that was last run ``at``."""
    # stores keep whole seconds: an answer of this run may seem to be from just before it
    return (began if at is None else at).replace(microsecond=0) - timedelta(microseconds=at is None)


def _change(past: Sequence[Past], finding: Finding, at: datetime | None) -> str:
    """Return ``finding`` against the answer that stood ``at`` the last run; of a list without one, if any did."""
    before = next((answer for answer in reversed(past) if _stood(answer, finding, at)), None)
    return compared(before, finding) if before else ""  # a first answer is no change


def is_since(last: datetime, finding: Finding) -> bool:
    """Return whether a finding is an answer that was given after ``last``."""
    return finding.fetched_at is not None and finding.fetched_at > last and finding.status.is_answer


def _stood(answer: Past, finding: Finding, at: datetime | None) -> bool:
    """Return whether ``answer`` is another than ``finding``, and was there ``at`` the last run, in whole seconds."""
    assert finding.fetched_at is not None
    when = finding.fetched_at.replace(microsecond=0)
    if answer == Past(finding.status, when, finding.malicious, finding.engines):
        return False
    return answer.fetched_at <= when and (at is None or answer.fetched_at <= at)


def compared(before: Past, now: Finding) -> str:
    """Return the change in words; "" where there is none: the number of engines alone varies daily."""
    day = f"{before.fetched_at:%Y-%m-%d}"
    if before.status is Status.NOT_FOUND:
        return KNOWN if now.status is Status.FOUND else ""
    if now.status is Status.NOT_FOUND:
        return f"{UNKNOWN} ({ratio_of(before)} on {day})"
    if before.malicious == now.malicious:
        return ""
    if before.malicious and now.malicious == 0:
        return f"{UNDETECTED} ({ratio_of(before)} on {day})"
    return f"{ratio_of(before)} on {day} -> {ratio_of(now)}"


def ratio_of(answer: Past | Finding) -> str:
    """Return ``53/72``, or why there is none."""
    if answer.status is Status.NOT_FOUND:
        return "not known"
    return ratio(answer.malicious, answer.engines, none="no verdict")


def remember(lists_: Lists, store: Store) -> None:
    """Keep the lists, so that the next run is compared with this one."""
    for name, indicators in lists_.items():
        store.remember(name, indicators)


def story(past: Iterable[Past]) -> list[str]:
    """Return the answers over time, one line each: ``2026-11-03 12:00:00 UTC  0/72``."""
    return [f"{answer.fetched_at:%Y-%m-%d %H:%M:%S} UTC  {ratio_of(answer)}" for answer in past]
