"""The key's allowance and use: the service's own word beside what this machine has booked. Costs nothing."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from dataclasses import asdict

from enrich.cli import flags
from enrich.cli.quantities import counted
from enrich.clock import Clock

HELP = "the key's allowance and use"
RANK = 6


def add(parser: argparse.ArgumentParser) -> None:
    flags.add_config(parser)
    flags.add_options(parser, "settings", (*flags.STORE, *flags.SERVICE, "json"))


def main(arguments: argparse.Namespace, clock: Clock) -> int:
    import asyncio

    from enrich.model.quota import Allowance
    from enrich.providers.shared.open import key_for, provider, reached
    from enrich.stores import open_store

    settings = flags.settings_from(arguments)
    key = key_for(settings)

    async def question() -> tuple[Allowance | None, str]:
        async with reached(settings, key) as service:
            return await service.allowance(), service.account

    allowance, account = asyncio.run(question())
    with closing(open_store(settings.store_url, clock)) as store:
        booked = store.usage(account)
    if settings.json:
        said = asdict(allowance) if allowance is not None else None
        print(json.dumps({"key_fingerprint": account, "service": said, "ledger": asdict(booked)}))
        return 0
    quota = allowance.quota if allowance is not None else provider().DEFAULT_QUOTA
    day, month = (allowance.used.day, allowance.used.month) if allowance is not None else (None, None)
    print(f"key {account} ({key.source})")
    print("the service says:" if allowance is not None else "the service did not say; assumed:")
    print(f"  a minute  {_limit(quota.per_minute)}")
    print(f"  a day     {_limit(quota.per_day)}{_used(day)}, booked here {booked.day:,}")
    print(f"  a month   {_limit(quota.per_month)}{_used(month)}, booked here {booked.month:,}")
    print("days and months start at 00:00 UTC")
    return 0


def _limit(value: int | None) -> str:
    return "unlimited" if value is None else counted(value, "call")


def _used(calls: int | None) -> str:
    return "" if calls is None else f", used {calls:,}"
