"""Answers about made-up files, and a look at what is stored of one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import md5, sha1, sha256

from enrich.model.finding import Answer, Finding, Status
from enrich.model.indicator import Indicator
from enrich.stores import Store

VT = "virustotal"


DAY = datetime(2026, 11, 1, tzinfo=UTC)


def name(value: str) -> Indicator:
    return Indicator("hash", value)


def file(number: int) -> tuple[Indicator, Indicator, Indicator]:
    """The three hashes of one file."""
    data = str(number).encode()
    return name(md5(data).hexdigest()), name(sha1(data).hexdigest()), name(sha256(data).hexdigest())


def found(names: tuple[Indicator, ...], day: int = 0, malicious: int = 53, **fields: object) -> Finding:
    return Finding(
        names[-1],
        VT,
        Status.FOUND,
        fields,
        "",
        DAY + timedelta(days=day),
        names,
        malicious,
        72,  # type: ignore[arg-type]
    )


def absent(asked: Indicator, day: int = 0) -> Finding:
    return Finding(asked, VT, Status.NOT_FOUND, {}, "", DAY + timedelta(days=day), (asked,))


def put(store: Store, *findings: Finding) -> None:
    store.put_many([Answer(finding) for finding in findings])


def status(store: Store, asked: Indicator) -> Status | None:
    finding = store.get_many(VT, [asked]).get(asked)
    return finding.status if finding else None
