"""The run's summary as one JSON object, for scripts: the contract of ``--json``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from enrich.result import Result


def summary(result: Result) -> dict[str, Any]:
    """Plain JSON values; times are ISO 8601 in UTC, an unlimited allowance is null."""
    return {
        "version": result.version,
        "started": _iso(result.started),
        "ended": _iso(result.ended),
        "seconds": round((result.ended - result.started).total_seconds(), 3),
        "exit_code": result.exit_code,
        "stand_in": result.service.stand_in,
        "service": result.service.address,
        "stopped": result.stopped,
        "inputs": [
            {
                "path": source.path,
                "sha256": source.sha256,
                "format": source.format,
                "sheets": [asdict(sheet) for sheet in source.sheets],
                "rows": sum(sheet.rows for sheet in source.sheets),
                "indicators": sum(sheet.indicators for sheet in source.sheets),
            }
            for source in result.sources
        ],
        "outputs": [asdict(output) for output in result.outputs],
        **asdict(result.totals),
        "quota": {
            "allowed": asdict(result.quota),
            "used": _used(result),
            "resets": {"day": _iso(next_day(result.ended)), "month": _iso(next_month(result.ended))},
        },
    }


def _used(result: Result) -> dict[str, int | None]:
    """Calls used of the key's allowance; null where the run needed no key and so knows of none."""
    return dict.fromkeys(("day", "month")) if not result.service.key_fingerprint else asdict(result.used)


def _iso(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def next_day(now: datetime) -> datetime:
    """The next 00:00 UTC, when the day's allowance is whole again."""
    return (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def next_month(now: datetime) -> datetime:
    """The first of the next month, 00:00 UTC."""
    return (now.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
