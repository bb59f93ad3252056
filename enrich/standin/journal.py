"""What the stand-in has seen: every request, and the counts that tests assert on. Holds fingerprints, never keys."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """One request. ``time`` is its arrival, Unix seconds; ``status`` is 0 where no answer was sent whole."""

    time: float
    method: str
    path: str
    """Without the key, where the key is the user's id."""
    key: str
    """The key's fingerprint; "" without a key."""
    status: int
    file: str = ""
    """The hash that was asked about, lower case."""
    attempt: int = 0
    """The how-manieth request for this hash it was, from 1."""
    fault: str = ""
    refused: str = ""
    """The allowance that had run out: ``minute``, ``day`` or ``month``."""
    charged: bool = False


@dataclass(slots=True)
class Journal:
    """All requests in the order they were answered, and running counts."""

    requests: list[ReceivedRequest] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    """Requests by hash, refused and failed ones included."""
    answered: Counter[str] = field(default_factory=Counter)
    """Good answers (200 and 404 of the service's own) by hash: more than one is a call wasted."""
    refusals: int = 0
    """Requests over the quota (429 of the quota's own, not of a fault)."""
    charged: int = 0
    """Calls that cost quota."""
    violations: int = 0
    """Requests that no client of ours may send: anything but GET."""
    strays: list[dict[str, str]] = field(default_factory=list)
    """Requests that followed a redirect to the other host; ``x-apikey`` tells whether the key came along."""

    def note(self, request: ReceivedRequest) -> None:
        self.requests.append(request)
        self.refusals += bool(request.refused)
        self.charged += request.charged
        if request.file and not request.fault and not request.refused and request.status in (200, 404):
            self.answered[request.file] += 1

    @property
    def leaked(self) -> bool:
        """Whether a key was ever sent to the other host."""
        return any(stray["x-apikey"] for stray in self.strays)

    def counts(self) -> dict[str, Any]:
        """Return the counters as plain JSON values."""
        return {
            "requests": len(self.requests),
            "charged": self.charged,
            "refusals": self.refusals,
            "violations": self.violations,
            "strays": len(self.strays),
            "leaked": self.leaked,
            "files": len(self.asked),
            "answered": len(self.answered),
            "answered_again": self.answered.total() - len(self.answered),
            "faults": dict(Counter(request.fault for request in self.requests if request.fault)),
            "statuses": {str(status): n for status, n in Counter(r.status for r in self.requests).items()},
        }

    def document(self) -> dict[str, Any]:
        """Return counts and every request, as ``GET /_standin/log`` gives them."""
        return {
            "counts": self.counts(),
            "asked": dict(self.asked),
            "answered": dict(self.answered),
            "strays": self.strays,
            "requests": [asdict(request) for request in self.requests],
        }


@lru_cache(maxsize=1024)
def fingerprint(key: str) -> str:
    """Return a name for a key that does not tell it."""
    return hashlib.sha256(key.encode()).hexdigest()[:12] if key else ""
