"""The run's summary as one JSON object, for scripts: the contract of ``--json``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from enrich.clock import Day, iso, utc
from enrich.model.result import Result


def summary(result: Result) -> dict[str, Any]:
    """Plain JSON values; times are ISO 8601 in UTC, an unlimited allowance is null."""
    return {
        "version": result.version,
        "started": iso(result.started),
        "ended": iso(result.ended),
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
            "resets": resets(result.ended),
        },
    }


def _used(result: Result) -> dict[str, int | None]:
    """Calls used of the key's allowance; null where the run needed no key and so knows of none."""
    return dict.fromkeys(("day", "month")) if not result.service.key_fingerprint else asdict(result.used)


def resets(now: datetime) -> dict[str, str]:
    """When the day's and the month's allowance are whole again."""
    day = Day.at(now.timestamp())
    return {"day": iso(utc(day.ends)), "month": iso(utc(day.month_ends))}
