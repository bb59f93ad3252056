"""What a stand-in can be told: one frozen value."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from enrich.clock import Clock, SystemClock


class Window(StrEnum):
    """How calls per minute are counted. VirusTotal does not say which; a client must please both."""

    SLIDING = "sliding"
    FIXED = "fixed"
    BOTH = "both"


class Fault(StrEnum):
    """One way to give no usable answer. Each has been seen of VirusTotal, of proxies before it, or of networks."""

    INTERNAL_500 = "500"
    BAD_GATEWAY_502 = "502"
    TRANSIENT_503 = "503"
    RETRY_LATER_503 = "503-retry-after"
    DEADLINE_504 = "504"
    DEPENDENCY_424 = "424"
    QUOTA_429 = "429"
    QUOTA_429_SECONDS = "429-seconds"
    QUOTA_429_DATE = "429-date"
    TOO_MANY_429 = "429-too-many"
    EDGE_429 = "429-edge"
    RESET = "reset"
    HALF_BODY = "half-body"
    TRUNCATED_GZIP = "truncated-gzip"
    HTML_200 = "html-200"
    EMPTY_200 = "empty-200"
    HANG = "hang"
    DRIP = "drip"
    BOMB = "bomb"
    REDIRECT = "redirect"
    OTHER_FILE = "other-file"
    PROXY_404 = "proxy-404"


@dataclass(frozen=True, slots=True)
class Faults:
    """Which requests for files go wrong, and how. The same seed, hash and attempt always end alike, whatever the order.

    ``script`` names the fault of a hash's first, second ... request (None: a good answer) and goes before ``rate``.
    """

    rate: float = 0.0
    """Share of requests that go wrong, 0 to 1."""
    kinds: tuple[Fault, ...] = tuple(Fault)
    attempts: int | None = None
    """Only a hash's first so many requests go wrong, so that a client that tries once more always gets through."""
    script: Mapping[str, Sequence[Fault | None]] = field(default_factory=dict)
    seed: int = 1
    retry_after: float = 2.0
    """Seconds, for the faults that say when to come back; whole seconds on the wire."""
    hang: float = 300.0
    """Seconds until a hanging or dripping connection is dropped."""
    bomb: int = 256 << 20
    """Bytes that the gzip bomb inflates to, in whole MiB."""
    other_sources: Fault | None = None
    """The fault that every question to a source beside VirusTotal meets: ``html-200``, else a 429."""
    quota_question: Fault | None = None
    """The fault that every question about the quota meets; these are never met by ``rate``."""

    def pick(self, value: str, attempt: int) -> Fault | None:
        """Return the fault of request number ``attempt`` (from 1) for the lower-case hash ``value``."""
        script = self.script.get(value)
        if script is not None:
            return script[attempt - 1] if attempt <= len(script) else None
        if self.rate <= 0 or not self.kinds or (self.attempts is not None and attempt > self.attempts):
            return None
        dice = hashlib.blake2b(f"{self.seed}:{value}:{attempt}".encode(), digest_size=16).digest()
        if int.from_bytes(dice[:8]) >= self.rate * 2**64:
            return None
        return self.kinds[int.from_bytes(dice[8:]) % len(self.kinds)]

    @classmethod
    def from_json(cls, posted: Mapping[str, Any]) -> Faults:
        """As posted to ``/_standin/faults``: the same names; raises ValueError or TypeError on anything else."""
        wanted = dict(posted)
        if "kinds" in wanted:
            wanted["kinds"] = tuple(Fault(kind) for kind in wanted["kinds"])
        if "script" in wanted:
            wanted["script"] = {
                value.lower(): tuple(Fault(kind) if kind else None for kind in kinds)
                for value, kinds in wanted["script"].items()
            }
        wanted |= {name: Fault(wanted[name]) for name in ("quota_question", "other_sources") if wanted.get(name)}
        return cls(**wanted)


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds on the way. What is spent on the way in passes before the request is counted."""

    way_in: float = 0.0
    way_in_jitter: float = 0.0
    """Up to so much more, evenly spread."""
    way_out: float = 0.0
    way_out_jitter: float = 0.0
    seed: int = 1


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """The quota of the group that all keys belong to; None is unlimited."""

    per_day: int | None = None
    per_month: int | None = None
    used_day: int = 0
    used_month: int = 0
    name: str = "stand-in-group"


@dataclass(frozen=True, slots=True)
class StandinOptions:
    """One stand-in. The default has no limits and no faults and answers from ``samples/standin.jsonl``.

    ``StandinOptions(per_minute=4, per_day=500, per_month=15500)`` is a public key.
    """

    dataset: Path | None = None
    """JSON lines as in ``samples/standin.jsonl``; None: that file."""
    synthetic: bool = False
    """Every other hash is known too, by a report of some 40 KB that is made from the hash."""
    dense: bool = False
    """The ``synthetic`` reports say twice as much without being longer: they are not indented."""
    known_good_share: float = 0.0
    """The share of ``synthetic`` files that the imitated hashlookup knows as parts of an operating system."""
    absent_share: float = 0.0
    """The share of ``synthetic`` hashes that are unknown all the same, always the same ones."""

    keys: frozenset[str] = frozenset()
    """The keys let in. None named: any but ``wrong``, ``inactive`` and ``forbidden``, which are what they say."""
    per_minute: int | None = None
    per_day: int | None = None
    per_month: int | None = None
    used_day: int = 0
    used_month: int = 0
    """Spent already when the stand-in starts, of each key."""
    group: OptionGroup | None = None
    window: Window = Window.SLIDING
    minute_seconds: float = 60.0
    """Length of the "minute", so that tests need not wait for a real one."""
    absent_counted: bool = True
    """Whether "not found" costs a call. VirusTotal's list of free calls does not name it."""
    free_counted: bool = False
    """Whether questions about the quota count towards the minute."""

    latency: Latency = Latency()
    faults: Faults = Faults()

    host: str = "127.0.0.1"
    """Loopback only; anything else is refused."""
    port: int = 0
    """0: a free one."""
    clock: Clock = field(default_factory=SystemClock)
