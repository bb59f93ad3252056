"""Whose domain a document's own machines stand under: where a table's computers are called ws1.client.com, all that is
registered as client.com is the house's, wherever else in the document it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import cast

from enrich.indicators import types
from enrich.indicators.shared.headings import plain
from enrich.model.sighting import Found
from enrich.scan.chain import CHOSEN
from enrich.scan.placement import Placement

OF_HOUSE = "under the domain of the house's own machines, not an indicator"
# "Hostname" may be what a proxy went to; "host.name" of ECS is where its agent runs
_MACHINES = re.compile(
    r"(?:(?:computer|device|machine|endpoint|workstation|dvc|sensor|agent|asset)s?|host(?=\.))"
    r"(?:[ .]?(?:dns |host ?)?names?|[ .]?fqdn)?"
)


def owners_of(placement: Placement) -> set[str]:
    """Return the domains that the machines of one sheet stand under, by the columns that nothing but machines head."""
    headings = [(heading, plain(heading)) for heading in placement.headings]
    places = {
        index
        for index, (heading, words) in enumerate(headings)
        if _MACHINES.fullmatch(words) or _MACHINES.fullmatch(heading.lower())
    }
    if not places:
        return set()
    values, kept = placement.values, {index for index, one in enumerate(placement.table) if one.found is Found.LEFT_OUT}
    owner = _owners()
    named = {
        (placement.table[place].kind, raw)
        for place, column, raw in zip(values.classes, values.columns, values.raws(), strict=True)
        if column in places and place in kept
    }
    return {owner[kind](raw.decode("utf-8", "replace")) for kind, raw in named if kind in owner} - {""}


def under(placement: Placement, owners: set[str]) -> Iterator[tuple[int, str]]:
    """Yield each value of a sheet that would be asked for and is under one of the ``owners``, by its index, and its
    kind. What the user has chosen is not among them.
    """
    owner = _owners()
    asked = {
        index: one.kind
        for index, one in enumerate(placement.table)
        if one.kind in owner and one.found is Found.INDICATOR and one.reason != CHOSEN
    }
    known: dict[tuple[str, bytes], bool] = {}
    for index, place in enumerate(placement.values.classes):
        if (kind := asked.get(place)) is None:
            continue
        key = kind, placement.values.raw(index)
        if key not in known:
            known[key] = owner[kind](key[1].decode("utf-8", "replace")) in owners
        if known[key]:
            yield index, kind


def _owners() -> dict[str, Callable[[str], str]]:
    """Return by kind what says of a value whose it is."""
    offered = ((kind, getattr(member, "owner", None)) for kind, member in types().items())
    return {kind: cast("Callable[[str], str]", owner) for kind, owner in offered if owner is not None}
