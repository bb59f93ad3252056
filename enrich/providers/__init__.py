"""The lookup services, one file or folder each. A provider knows its service and nothing of spreadsheets or stores.

A member is a module of this folder that offers what :class:`Provider` names. Nothing else lists it: ``--source``, its
flags, its table in ``enrich.toml``, its columns, ``doctor``, ``quota``, ``plan``, audit and custody follow from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import Field, fields
from typing import Any, Protocol, cast

from enrich.errors import UsageError
from enrich.model.column import Column
from enrich.model.finding import Finding
from enrich.model.indicator import Indicator
from enrich.model.quota import Quota
from enrich.model.verdict import Verdict
from enrich.providers.shared.api_key import KeyPlaces
from enrich.providers.shared.interface import Access, Route, Service, Unread
from enrich.providers.shared.options import common_options
from enrich.registry import entries, names

__all__ = [
    "Access",
    "Provider",
    "Route",
    "Service",
    "Unread",
    "all_providers",
    "options_of_sources",
    "provider_named",
    "provider_options",
    "providers_named",
]


class Provider(Protocol):
    """What a module of this folder offers. All but ``make`` is to be had without a key and without the HTTP library."""

    NAME: str
    """Machine name, as stored and as ``--source`` takes it; the name of the module."""
    TITLE: str
    """For people: "VirusTotal"."""
    PREFIX: str
    """Of its columns: ``vt``."""
    ADDRESS: str
    """The service's own address, ``https://host``: who answers elsewhere is not the service."""
    KINDS: tuple[str, ...]
    """The types of indicator that it answers."""
    GATE: bool
    """Whether it is asked before the others, and what ``spares`` says of an indicator spares them the call."""
    DEFAULT_QUOTA: Quota
    """What holds where the service does not say."""
    KEY_PLACES: KeyPlaces | None
    """Where its key may lie; None for a service that takes none."""
    STATES_QUOTA: bool
    """Whether the service says, for nothing, what a key allows: the one question that ``doctor`` may ask."""
    ROUTES: tuple[Route, ...]
    """All that may be sent to it. Whatever else it is asked to send, the HTTP room refuses."""
    OPTIONS: type
    """A frozen dataclass of its own options, each made with ``config.parsing.option`` and with a default."""

    def make(self, access: Access) -> Service:
        """Return the service itself. ``KeyProblem`` for what can be no key, ``UsageError`` for an unsafe address."""
        ...

    def columns_for(self, options: Any) -> tuple[Column, ...]:
        """Return all columns under ``options`` (an ``OPTIONS``), those of the default set first."""
        ...

    def preferred(self, names: Sequence[Indicator]) -> Indicator | None:
        """Return by which of an object's ``names`` (the strongest first) it is asked; None where it knows none."""
        ...

    def verdict(self, finding: Finding, malicious_from: int) -> Verdict:
        """Return what an answer of this service says, by its status, counts and fields; ``NONE`` where it is none.

        Asked for every finding of a run, stored ones included: the store keeps counts, not what was made of them.
        """
        ...

    def spares(self, finding: Finding, options: Any) -> str:
        """Return why the sources behind this one need not be asked about what ``finding`` knows; "" where they must.

        Only asked of a ``GATE``.
        """
        ...

    def decode(self, body: bytes, finding: Finding, options: Any) -> Finding:
        """Return a stored answer read anew from its kept body, for columns that were not asked for when it came."""
        ...


def provider_named(name: str) -> Provider:
    """Return the provider of this name; ``UsageError``, which lists them, where there is none."""
    if name not in (known := names(__name__)):
        raise UsageError(f"no source is called {name!r}", hint=f"there are {', '.join(known)}")
    return cast("Provider", entries(__name__)[name])


def providers_named(sources: Iterable[str]) -> list[Provider]:
    """Return the providers of these names in order, each once; a text may hold several. ``UsageError`` for none."""
    named = [name.strip() for text in sources for name in text.split(",") if name.strip()]
    if not named:
        raise UsageError("no source is named", hint=f"there are {', '.join(names(__name__))}")
    return [provider_named(name) for name in dict.fromkeys(named)]


def all_providers() -> list[Provider]:
    return list(cast("dict[str, Provider]", entries(__name__)).values())


def options_of_sources() -> tuple[Field[Any], ...]:
    """Return the options of all providers: those that each has, and its own."""
    return tuple(item for provider in all_providers() for item in provider_options(provider))


def provider_options(provider: Provider) -> tuple[Field[Any], ...]:
    """Return the options of one provider: where its service is, its key's file and its limits, and its own."""
    common = common_options(provider.NAME, provider.TITLE, has_key=provider.KEY_PLACES is not None)
    return (*common, *fields(provider.OPTIONS))
