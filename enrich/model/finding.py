"""What is known of an indicator: a finding, the answer that it came in, and earlier answers.

All times are UTC and aware. Values that come by the million are ``msgspec.Struct``: made, compared and hashed in C, at
a fifth of a frozen dataclass's cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from msgspec import Struct

from enrich.model.indicator import Indicator
from enrich.model.status import Status
from enrich.model.verdict import Tone, Verdict, rank_of, tone_of

__all__ = ["Answer", "Finding", "Past", "Scalar", "Status"]

Scalar = str | int | float | bool | None
"""What a field of a finding may hold; JSON's own scalars. Dates are integer Unix seconds, UTC."""


class Finding(Struct, frozen=True, gc=False):
    """What is known of one indicator: an answer, or why there is none.

    ``origin`` is who gave it: the provider's name, or ``NAME@HOST`` where another host answered in its place.
    In ``result.json`` it is still called ``provider``.
    ``fields`` is keyed by column name; a field that the service did not give is left out.
    ``aliases`` are further names of the same object (a file's other hashes), the asked one included. Out of a store
    ``fields`` and ``aliases`` come packed, and behave as what they stand for.
    ``fetched_at`` is when the service gave the answer; None where it was not asked.
    """

    indicator: Indicator
    origin: str = msgspec.field(name="provider")
    status: Status
    fields: Mapping[str, Scalar] = msgspec.field(default_factory=dict)
    detail: str = ""
    fetched_at: datetime | None = None
    aliases: tuple[Indicator, ...] = ()
    malicious: int | None = None
    engines: int | None = None
    """Detection ratio: ``malicious`` of ``engines`` that gave a verdict; None where there is no ratio."""
    verdict: Verdict = Verdict.NONE
    """What the answer says, as its provider judges it; stores keep the counts, and a run judges anew."""

    @property
    def tone(self) -> Tone:
        """The colour it wears."""
        return tone_of(self.status, self.verdict)

    @property
    def badness(self) -> tuple[int, float]:
        """Sorts findings from best to worst: by verdict, then by the share of engines that detect it."""
        share = self.malicious / (self.engines or self.malicious) if self.malicious else 0.0
        return rank_of(self.status, self.verdict), share


class Answer(Struct, frozen=True, gc=False):
    """A finding with the body it was read from, exactly as it came over the wire (gzip or plain)."""

    finding: Finding
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Past:
    """One earlier answer about an object."""

    status: Status
    fetched_at: datetime
    malicious: int | None = None
    engines: int | None = None
