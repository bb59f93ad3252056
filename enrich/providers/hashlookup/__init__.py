"""CIRCL hashlookup: files that distributions, packages and operating systems are made of. No key; a gate, no verdict.

"Known" is not "good": it holds sets of malicious files too, and says so in ``KnownMalicious`` and, for some records, in
``hashlookup:trust`` from 0 to 100. The scale is known at second hand, records may lack it, and a record without it
spares nobody a call. Tools that are signed and abused (PsExec, drivers) are among the known ones: they stay visible.
Recorded: the service's own examples; hashes come in upper case, numbers as text, ``ProductCode`` in two shapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from enrich.config.parsing import count, option
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.quota import UNMETERED
from enrich.model.verdict import Verdict
from enrich.providers.shared.declared import ColumnMaker
from enrich.providers.shared.defaults import columns_always, decode
from enrich.providers.shared.interface import Access, Route, Service

NAME, TITLE, PREFIX = "hashlookup", "CIRCL hashlookup", "hl"
ADDRESS = "https://hashlookup.circl.lu"
KINDS = ("hash",)
GATE = True
STATES_QUOTA = False
DEFAULT_QUOTA = UNMETERED
KEY_PLACES = None
_MANY = r'\{{"hashes":\["[0-9a-f]{{{0}}}"(?:,"[0-9a-f]{{{0}}}")*\]\}}'
ROUTES = (
    Route("GET", r"/lookup/(?:md5/[0-9a-f]{32}|sha1/[0-9a-f]{40}|sha256/[0-9a-f]{64})", meaning="a file by its hash"),
    Route("POST", "/bulk/md5", _MANY.format(32), "files by their MD5s"),
    Route("POST", "/bulk/sha1", _MANY.format(40), "files by their SHA-1s"),
)
TRUSTED_FROM = 60


@dataclass(frozen=True, slots=True)
class HashlookupOptions:
    """From which trust on a known file is not asked about further."""

    known_good_trust: int = option(
        TRUSTED_FROM, f"ask no further about a file that it trusts so much, of 100 (default {TRUSTED_FROM})", count,
        metavar="N",
    )  # fmt: skip
    ask_known: bool = option(False, "ask the other sources about known files all the same")


OPTIONS = HashlookupOptions
_COLUMNS = ColumnMaker(PREFIX, "HL")
DECLARED = _COLUMNS.column_set(
    TITLE,
    _COLUMNS.text("name", "name", "The file's name where it is known from", width=30),
    _COLUMNS.text("product", "product", "What it is a part of", width=30),
    _COLUMNS.integer("trust", "trust", "How sure it is that the file is good, of 100; empty where it does not say"),
    _COLUMNS.text("malicious", "malicious", "Sets of malicious files that hold it", width=20),
    _COLUMNS.text("source", "source", "The set that it is known from", width=20),
)


def make(access: Access) -> Service:
    """Return the service itself; the HTTP library is loaded here, where something will be asked."""
    from enrich.providers.hashlookup.client import Hashlookup  # noqa: PLC0415

    return Hashlookup(access, name=NAME, own=ADDRESS, routes=ROUTES)


def preferred(names: Sequence[Indicator]) -> Indicator | None:
    """Return the SHA-1, else the MD5, which are asked about many at once; else the SHA-256."""
    by_length = {len(name.value): name for name in names if name.kind in KINDS}
    return by_length.get(40) or by_length.get(32) or by_length.get(64)


def verdict(finding: Finding, malicious_from: int) -> Verdict:  # noqa: ARG001 - as every provider has it
    """Return no verdict: it says what a file is, not what to think of it."""
    return Verdict.NONE


def spares(finding: Finding, options: HashlookupOptions) -> str:
    """Return why nobody else need be asked: trusted enough, and in no set of malicious files; "" where they must."""
    trust = finding.fields.get("hl_trust")
    if options.ask_known or finding.status is not Status.FOUND or finding.fields.get("hl_malicious"):
        return ""
    if not isinstance(trust, int) or trust < options.known_good_trust:
        return ""
    what = finding.fields.get("hl_product") or finding.fields.get("hl_name") or "a file that it knows"
    return f"known good by {TITLE}: {what} (trust {trust} of 100)"


columns_for = columns_always(DECLARED)
__all__ = ["columns_for", "decode"]
