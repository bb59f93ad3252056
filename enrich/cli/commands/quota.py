"""The key's allowance and use: the service's own word beside what this machine has booked. Costs nothing."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from enrich.cli import flags
from enrich.cli.terminal import print_error
from enrich.clock import Clock, iso
from enrich.errors import Refused, ServiceError
from enrich.model.quantities import counted

if TYPE_CHECKING:
    from enrich.config.settings import Settings
    from enrich.lookup.source import Source
    from enrich.model.quota import Allowance, Usage
    from enrich.stores import Store

HELP = "the key's allowance and use"
RANK = 6


def add(parser: argparse.ArgumentParser) -> None:
    flags.add_config(parser)
    flags.add_options(parser, "settings", (*flags.STORE, *flags.SERVICE, "json"))
    flags.add_options_of_sources(parser)


def main(arguments: argparse.Namespace, clock: Clock) -> int:
    from enrich.pipeline.sources import sources_of
    from enrich.stores import open_store

    settings = flags.settings_from(arguments)
    with closing(open_store(settings.store_url, clock)) as store:
        quota = [_quota_of(source, settings, store) for source in sources_of(settings)]
    if settings.json:
        # one source alone stands there by itself, as ever
        plain = {source_quota.source.name: source_quota.plain for source_quota in quota}
        print(json.dumps(quota[0].plain if len(quota) == 1 else plain))
    for source_quota in () if settings.json else quota:
        if len(quota) > 1:
            print(source_quota.source.provider.TITLE)
        print("\n".join(source_quota.lines()))
    sys.stdout.flush()  # before what is said of it elsewhere
    failures = [one.failure for one in quota if one.failure is not None]
    return max((print_error(failure) for failure in failures if not isinstance(failure, Refused)), default=0)


@dataclass(frozen=True, slots=True)
class SourceQuota:
    """What is known of one source's allowance and use."""

    source: Source
    account: str
    place: str
    """Where the key was found."""
    allowance: Allowance | None
    booked: Usage
    held_until: datetime | None = None
    """Until when the service asked to wait, where it did."""
    failure: ServiceError | None = None
    """What kept the service from saying it, where something did."""

    @property
    def plain(self) -> dict[str, Any]:
        said = asdict(self.allowance) if self.allowance is not None else None
        waits_until = iso(self.held_until) if self.held_until is not None else None
        ledger = asdict(self.booked)
        why = self.failure.one_line if self.failure is not None else ""
        return {
            "key_fingerprint": self.account,
            "service": said,
            "silence": why,
            "ledger": ledger,
            "held_until": waits_until,
        }

    def lines(self) -> Iterator[str]:
        allowance, booked = self.allowance, self.booked
        quota = allowance.quota if allowance is not None else self.source.provider.DEFAULT_QUOTA
        day, month = (allowance.used.day, allowance.used.month) if allowance is not None else (None, None)
        yield f"key {self.account} ({self.place})"
        why = f" ({self.failure.one_line})" if self.failure is not None else ""
        yield "the service says:" if allowance is not None else f"the service did not say{why}; assumed:"
        yield f"  a minute  {_limit(quota.per_minute)}"
        yield f"  a day     {_limit(quota.per_day)}{_used(day)}, booked here {booked.day:,}"
        yield f"  a month   {_limit(quota.per_month)}{_used(month)}, booked here {booked.month:,}"
        yield "days and months start at 00:00 UTC"
        if self.held_until is not None:
            until = f"{self.held_until:%Y-%m-%d %H:%M} UTC"
            yield f"the service asked to wait until {until}; `enrich cache clear-holds` lifts it"


def _quota_of(source: Source, settings: Settings, store: Store) -> SourceQuota:
    import asyncio

    from enrich.pipeline.sources import key_for, stated

    key = key_for(source.provider, settings)
    allowance, account, failure = asyncio.run(stated(source.provider, settings, key))
    booked, held_until = store.usage(account), store.info().holds.get(account)
    return SourceQuota(source, account, key.place, allowance, booked, held_until, failure)


def _limit(value: int | None) -> str:
    return "unlimited" if value is None else counted(value, "call")


def _used(calls: int | None) -> str:
    return "" if calls is None else f", used {calls:,}"
