"""Check what a run needs: key, way out, store, service, versions; one line each, with what to do."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from enrich.cli import flags
from enrich.clock import Clock
from enrich.config.settings import Settings
from enrich.errors import EnrichError
from enrich.model.quantities import counted
from enrich.version import __version__

if TYPE_CHECKING:
    from enrich.providers import Provider

HELP = "check key, proxy, store, service and versions"
RANK = 10
PACKAGES = ("aiohttp", "aiolimiter", "msgspec", "openpyxl", "pandas", "python-calamine")

CheckResult = tuple[str, str]
"""``ok``, or ``note`` for what works and wants a look, and the line's words."""
Check = Callable[[Settings, Clock], Iterator[CheckResult]]


def add(parser: argparse.ArgumentParser) -> None:
    flags.add_config(parser)
    flags.add_options(parser, "settings", flags.STORE + flags.SERVICE)
    flags.add_options_of_sources(parser)


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
        print_words(f"wrong {name:9} {error.one_line}")
        return error.exit_code
    return 0


def _versions(_: Settings, _clock: Clock) -> Iterator[CheckResult]:
    from importlib.metadata import PackageNotFoundError, version

    def one(package: str) -> str:
        try:
            return f"{package} {version(package)}"
        except PackageNotFoundError:
            return f"{package} missing"

    yield "ok", f"ioc-enrich {__version__}, Python {platform.python_version()}, {', '.join(map(one, PACKAGES))}"


def _extras(_: Settings, _clock: Clock) -> Iterator[CheckResult]:
    from enrich.extras import how_to_install, missing
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


def _kinds(_: Settings, _clock: Clock) -> Iterator[CheckResult]:
    from enrich.indicators import types
    from enrich.model.indicator import kind_order

    every = sorted(types().values(), key=lambda kind: kind_order(kind.KIND))
    looked_up = " ".join(kind.KIND for kind in every if kind.LOOKED_UP)
    never = " ".join(kind.KIND for kind in every if not kind.LOOKED_UP)
    yield "ok", f"{looked_up} can be looked up" + (f", {never} are found and never sent" if never else "")


def _formats(_: Settings, _clock: Clock) -> Iterator[CheckResult]:
    from enrich.formats import suffixes_read, suffixes_written

    yield "ok", f"{' '.join(suffixes_read())} are read, {' '.join(suffixes_written())} written"


def _reports(_: Settings, _clock: Clock) -> Iterator[CheckResult]:
    from enrich.reports import forms

    yield "ok", f"{' '.join(sorted(forms()))} are reports"


def _sources(_: Settings, _clock: Clock) -> Iterator[CheckResult]:
    from enrich.providers import all_providers

    yield "ok", f"{' '.join(provider.NAME for provider in all_providers())} can be asked"


def _stores(_: Settings, _clock: Clock) -> Iterator[CheckResult]:
    from enrich import registry

    yield "ok", f"{' '.join(registry.names('enrich.stores'))} can keep the answers"


def _engines(_: Settings, _clock: Clock) -> Iterator[CheckResult]:
    from enrich.extras import how_to_install, missing
    from enrich.pipeline.engines import engines

    ready = {name: missing(engine.NEEDS) for name, engine in engines().items()}
    yield (
        "ok",
        f"{' '.join(name for name, lacking in ready.items() if not lacking)} can share the parts of a large input",
    )
    for name, lacking in ready.items():
        if lacking:
            yield "note", f"without {name}: {how_to_install(*lacking)}"


def _providers(settings: Settings) -> Iterator[tuple[Provider, str]]:
    """Yield each source that a run would ask, and what its lines begin with: nothing where it is the only one."""
    from enrich.providers import providers_named

    asked = providers_named(settings.source)
    for provider in asked:
        yield provider, f"{provider.TITLE}: " if len(asked) > 1 else ""


def _key(settings: Settings, _clock: Clock) -> Iterator[CheckResult]:
    from enrich.pipeline.sources import key_for

    for provider, who in _providers(settings):
        if provider.KEY_PLACES is None:
            yield "ok", f"{who}no key is needed"
            continue
        try:
            key = key_for(provider, settings)
        except EnrichError as error:
            raise type(error)(f"{who}{error}", hint=error.hint) from error
        yield "ok", f"{who}from the {key.place}"
        if key.is_open_to_others:
            yield "note", f"other users of this machine may read {key.file}: chmod 600 {key.file}"


def _proxy(settings: Settings, _clock: Clock) -> Iterator[CheckResult]:
    from enrich.pipeline.sources import proxy_for

    for provider, who in _providers(settings):
        proxy = proxy_for(provider, settings)
        yield "ok", f"{who}{proxy.shown} ({proxy.place})"


def _certificates(settings: Settings, _clock: Clock) -> Iterator[CheckResult]:
    from enrich.pipeline.sources import authorities_for
    from enrich.providers.shared.certificates import trust

    authorities = authorities_for(settings)
    trust(authorities.path, authorities.place)
    yield "ok", authorities.place if authorities.path is None else f"{authorities.path} ({authorities.place})"


def _store(settings: Settings, clock: Clock) -> Iterator[CheckResult]:
    from enrich.stores import open_store

    with closing(open_store(settings.store_url, clock)) as store:
        info = store.info()
        yield "ok", f"{info.url}: {counted(info.objects, 'answer')}, {info.size / 1e6:,.1f} MB"
        yield from store.check()


def _service(settings: Settings, _clock: Clock) -> Iterator[CheckResult]:
    for provider, who in _providers(settings):
        yield "ok", f"{who}{_answers(provider, settings)}"


def _answers(provider: Provider, settings: Settings) -> str:
    """Return what the service says to the one question that costs nothing, in words."""
    import asyncio

    from enrich.errors import KeyProblem, ServiceError
    from enrich.pipeline.sources import facts_of, key_for, stated

    address = facts_of(provider, settings).address
    if not provider.STATES_QUOTA:
        return f"{address} is not asked here: every question to it is a lookup"
    try:
        key = key_for(provider, settings)
    except KeyProblem as problem:
        raise KeyProblem("not asked, for want of a key") from problem

    allowance, _, failure = asyncio.run(stated(provider, settings, key))
    if failure is not None:
        raise failure
    if allowance is None:
        raise ServiceError(
            f"{address} answers, but not what the key allows", hint="name it with --per-minute and --per-day"
        )
    quota, used = allowance.quota, allowance.used
    allowed = "no limit" if quota.per_day is None else f"{quota.per_day:,} allowed"
    return f"{address} answers; {counted(used.day, 'call')} used today, {allowed}"


CHECKS: dict[str, Check] = {
    "versions": _versions,
    "extras": _extras,
    "kinds": _kinds,
    "formats": _formats,
    "reports": _reports,
    "engines": _engines,
    "sources": _sources,
    "stores": _stores,
    "key": _key,
    "proxy": _proxy,
    "trust": _certificates,
    "store": _store,
    "service": _service,
}
