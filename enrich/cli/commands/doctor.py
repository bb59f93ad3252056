"""Check what a run needs: key, way out, store, service, versions; one line each, with what to do."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable, Iterator
from contextlib import closing

from enrich.cli import flags
from enrich.cli.quantities import counted
from enrich.clock import Clock
from enrich.config.settings import Settings
from enrich.errors import EnrichError
from enrich.version import __version__

HELP = "check key, proxy, store, service and versions"
RANK = 10
PACKAGES = ("aiohttp", "aiolimiter", "msgspec", "openpyxl", "pandas", "python-calamine")

Finding = tuple[str, str]
"""``ok``, or ``note`` for what works and wants a look, and the line's words."""
Check = Callable[[Settings, Clock], Iterator[Finding]]


def add(parser: argparse.ArgumentParser) -> None:
    flags.add_config(parser)
    flags.add_options(parser, "settings", flags.STORE + flags.SERVICE)


def main(arguments: argparse.Namespace, clock: Clock) -> int:
    settings = flags.settings_from(arguments)
    code = 0
    for name, check in CHECKS.items():
        code = max(code, _print_check(name, check, settings, clock))
    return code


def _print_check(name: str, check: Check, settings: Settings, clock: Clock) -> int:
    """Print what ``check`` finds; return the exit code of what is wrong, else 0."""
    from enrich.cli.terminal import print_words

    try:
        for mark, text in check(settings, clock):
            print_words(f"{mark:5} {name:9} {text}")
    except EnrichError as error:
        print_words(f"wrong {name:9} {error.told}")
        return error.exit_code
    return 0


def _versions(_: Settings, _clock: Clock) -> Iterator[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    def one(package: str) -> str:
        try:
            return f"{package} {version(package)}"
        except PackageNotFoundError:
            return f"{package} missing"

    yield "ok", f"ioc-enrich {__version__}, Python {platform.python_version()}, {', '.join(map(one, PACKAGES))}"


def _extras(_: Settings, _clock: Clock) -> Iterator[Finding]:
    from enrich.config.extras import how_to_install, missing
    from enrich.registry import entries
    from enrich.reports import lacking

    wanted = {f"{name} reports": lacking(name) for name in entries("enrich.reports")}
    wanted |= {"reports in other languages": missing(["babel"]), "SOCKS proxies": missing(["aiohttp_socks"])}
    wanted |= {"a key in the system keyring": missing(["keyring"])}
    without = {what: modules for what, modules in wanted.items() if modules}
    if not without:
        yield "ok", "all optional libraries are there"
    for what, modules in without.items():
        yield "note", f"without {what}: {how_to_install(*modules)}"


def _formats(_: Settings, _clock: Clock) -> Iterator[Finding]:
    from enrich.formats import suffixes_read, suffixes_written

    yield "ok", f"{' '.join(suffixes_read())} are read, {' '.join(suffixes_written())} written"


def _reports(_: Settings, _clock: Clock) -> Iterator[Finding]:
    from enrich.reports import forms

    yield "ok", f"{' '.join(sorted(forms()))} are reports"


def _key(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    from enrich.providers.shared.open import key_for

    key = key_for(settings)
    yield "ok", f"from the {key.source}"
    if key.is_open_to_others:
        yield "note", f"other users of this machine may read {key.file}: chmod 600 {key.file}"


def _proxy(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    from enrich.providers.shared.open import proxy_for

    proxy = proxy_for(settings)
    yield "ok", f"{proxy.shown} ({proxy.source})"


def _certificates(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    from enrich.providers.shared.certificates import trust
    from enrich.providers.shared.open import authorities_for

    authorities = authorities_for(settings)
    trust(authorities.path, authorities.source)
    yield "ok", authorities.source if authorities.path is None else f"{authorities.path} ({authorities.source})"


def _store(settings: Settings, clock: Clock) -> Iterator[Finding]:
    from enrich.stores import open_store

    with closing(open_store(settings.store_url, clock)) as store:
        info = store.info()
        yield "ok", f"{info.url}: {counted(info.objects, 'answer')}, {info.size / 1e6:,.1f} MB"
        yield from store.check()


def _service(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    import asyncio

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
    yield "ok", f"{address} answers; {counted(used.day, 'call')} used today, {allowed}"


CHECKS: dict[str, Check] = {
    "versions": _versions,
    "extras": _extras,
    "formats": _formats,
    "reports": _reports,
    "key": _key,
    "proxy": _proxy,
    "trust": _certificates,
    "store": _store,
    "service": _service,
}
