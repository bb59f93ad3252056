"""The one way to write where something stands: ``incident.xlsx · Hosts!B12, B14, C2; Notes!A7``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from enrich.model.cell_reference import cell_name
from enrich.model.result import Place


def place_text(place: Place, names: Sequence[str] = (), shown: Callable[[str], str] = str) -> str:
    """Return one place. Several inputs are told by their ``names``; ``shown`` makes a sheet's name safe."""
    cell = cell_name(place.row, place.column)
    spot = f"{shown(place.sheet)}!{cell}" if place.sheet else cell
    return f"{names[place.source]} · {spot}" if len(names) > 1 and place.source < len(names) else spot


def places_text(
    places: Sequence[Place], names: Sequence[str] = (), shown: Callable[[str], str] = str, longest: int = 0
) -> str:
    """Return every place, each input and sheet named once. Beyond ``longest`` characters the number of further cells
    stands in brackets: ``B12, B14 (+ 20,000)``; 0 is without end.
    """
    text = ""
    for count, part in enumerate(_parts(places, names, shown)):
        if longest and text and len(text) + len(part) > longest:
            return f"{text} (+ {len(dict.fromkeys(places)) - count:,})"
        text += part
    return text


def _parts(places: Sequence[Place], names: Sequence[str], shown: Callable[[str], str]) -> Iterator[str]:
    """Yield the text of one cell after the other, with what parts it from the one before."""
    start = ""
    for _, group in groupby(dict.fromkeys(places), lambda place: (place.source, place.sheet)):
        first, *others = group
        yield start + place_text(first, names, shown)
        yield from (f", {cell_name(place.row, place.column)}" for place in others)
        start = "; "
