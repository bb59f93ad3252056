"""Check what a run needs: key, store, service, quota, versions; one line each, with what to do."""

from __future__ import annotations

import argparse
import asyncio
import platform
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version

from enrich.cli import flags
from enrich.config.settings import Settings
from enrich.errors import EnrichError
from enrich.version import __version__

HELP = "check key, store, reachability, quota and versions"
RANK = 10
PACKAGES = ("aiohttp", "aiolimiter", "msgspec", "openpyxl", "pandas", "python-calamine")


def add(parser: argparse.ArgumentParser) -> None:
    flags.add_options(parser, "settings", flags.STORE + flags.SERVICE)


def main(arguments: argparse.Namespace) -> int:
    settings = flags.settings_from(arguments)
    code = 0
    for name, check in (("versions", _versions), ("key", _key), ("store", _store), ("service", _service)):
        code = max(code, _line(name, check, settings))
    return code


def _line(name: str, check: Callable[[Settings], Iterator[str]], settings: Settings) -> int:
    try:
        for text in check(settings):
            print(f"ok    {name:9} {text}")
    except EnrichError as error:
        print(f"wrong {name:9} {error.told}")
        return error.exit_code
    return 0


def _versions(_: Settings) -> Iterator[str]:
    def one(package: str) -> str:
        try:
            return f"{package} {version(package)}"
        except PackageNotFoundError:
            return f"{package} missing"

    yield f"ioc-enrich {__version__}, Python {platform.python_version()}, {', '.join(map(one, PACKAGES))}"


def _key(settings: Settings) -> Iterator[str]:
    from enrich.providers.shared.open import key_for

    yield f"from {key_for(settings).source}"


def _store(settings: Settings) -> Iterator[str]:
    from enrich.clock import SystemClock
    from enrich.stores import open_store

    with closing(open_store(settings.store_url, SystemClock())) as store:
        info = store.info()
        yield f"{info.url}: {info.objects:,} answers, {info.size / 1e6:,.1f} MB"


def _service(settings: Settings) -> Iterator[str]:
    from enrich.errors import KeyProblem, ServiceError
    from enrich.model.quota import Allowance
    from enrich.providers.shared.open import key_for, provider, reached

    try:
        key = key_for(settings)
    except KeyProblem as problem:
        raise KeyProblem("not asked, for want of a key") from problem

    async def question() -> Allowance | None:
        async with reached(settings, key) as service:
            return await service.stated_allowance()

    address = provider().facts(settings.virustotal_url).address
    allowance = asyncio.run(question())
    if allowance is None:
        raise ServiceError(
            f"{address} answers, but not what the key allows", hint="name it with --per-minute and --per-day"
        )
    quota, used = allowance.quota, allowance.used
    allowed = "no limit" if quota.per_day is None else f"{quota.per_day:,} allowed"
    yield f"{address} answers; {used.day:,} calls used today, {allowed}"
