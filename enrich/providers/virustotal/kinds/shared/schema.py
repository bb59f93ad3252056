"""The shapes that several kinds of report share. Every field may be absent."""

from __future__ import annotations

from msgspec import Struct

from enrich.providers.virustotal.schema import Problem, Stats, Votes


class Head(Struct, gc=False):
    """``data`` without its attributes."""

    id: str | None = None
    type: str | None = None


class HeadReport(Struct, gc=False):
    """Any body, as far as what it is about."""

    data: Head | None = None
    error: Problem | None = None


class CommonAttributes(Struct, gc=False):
    """What all kinds have. Dates are integer Unix seconds, UTC; ``last_analysis_date`` is younger than most bodies of
    domains and addresses, and missing there.
    """

    last_analysis_stats: Stats | None = None
    last_analysis_date: int | None = None
    reputation: int | None = None
    total_votes: Votes | None = None
    tags: list[str] | None = None


class Rank(Struct, gc=False):
    """A place in one list of popular sites."""

    rank: int | None = None


class DnsRecord(Struct, gc=False):
    """One record of the last look-up; ``value`` may be empty."""

    type: str | None = None
    value: str | None = None
