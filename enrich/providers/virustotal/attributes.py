"""From a report's attributes to the values of columns; None where an attribute says nothing. Knows no columns."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from enrich.model.finding import Scalar
from enrich.providers.virustotal.schema import (
    Known,
    Levels,
    Portable,
    Sandbox,
    Signature,
    Stats,
    Threat,
    Trusted,
    Votes,
    Yara,
)
from enrich.providers.virustotal.site import ADDRESS

FILE_PAGE = f"{ADDRESS}/gui/file/"
"""The report's page for people, up to the SHA-256."""
LAST_INTEGER = 2**63 - 1
LAST_DATE = 253_402_300_799
"""The end of the year 9999: what lies beyond is no date."""
NAMES = 10
"""Names shown of a file's up to hundred."""

_once_for_all = lru_cache(maxsize=4096)
"""For what is read of the counts of engines: few of them are new."""


@_once_for_all
def ratio(stats: Stats) -> tuple[int, int] | None:
    """Engines that detect and engines that gave a verdict; None where no verdict is known.

    Time-outs, failures and unsupported types are no verdicts. A count that cannot be read spoils the ratio, because
    taking it for 0 could make a malicious file look clean.
    """
    counts = (stats.malicious, stats.suspicious, stats.undetected, stats.harmless)
    known = [n for n in counts if n is not None and 0 <= n < 100_000]
    if len(known) < len(counts) or not sum(known):
        return None
    return known[0] + known[1], sum(known)


@_once_for_all
def detections(stats: Stats) -> Scalar:
    found = ratio(stats)
    return f"{found[0]}/{found[1]}" if found else None


@_once_for_all
def malicious(stats: Stats) -> Scalar:
    found = ratio(stats)
    return found[0] if found else None


@_once_for_all
def engines(stats: Stats) -> Scalar:
    found = ratio(stats)
    return found[1] if found else None


@_once_for_all
def excluded(s: Stats) -> Scalar:
    counts = (s.timeout, s.confirmed_timeout, s.failure, s.type_unsupported, s.type_unsupported_camel)
    return sum(n for n in counts if n is not None and 0 <= n < 100_000)


def joined(texts: Iterable[str | None] | None, mark: str = ", ", most: int = 50) -> str | None:
    """Return the texts in a row, each once; None where there is none."""
    once = dict.fromkeys(filter(None, texts or ()))
    if len(once) <= most:
        return mark.join(once) or None
    return f"{mark.join(list(once)[:most])} (+{len(once) - most} more)"


def threat_label(threat: Threat) -> Scalar:
    return threat.suggested_threat_label or None


def threat_categories(threat: Threat) -> Scalar:
    return joined([each.value for each in threat.popular_threat_category or ()])


def threat_names(threat: Threat) -> Scalar:
    return joined([each.value for each in threat.popular_threat_name or ()])


def signer(signature: Signature) -> Scalar:
    """Return the first of ``signers`` is the one who signed; its authorities follow."""
    return signature.signers.split(";")[0].strip() or None if signature.signers else None


def signature_word(signature: Signature) -> Scalar:
    """Return whether it verifies, in the service's words."""
    return signature.verified or None


def sandboxes(verdicts: dict[str, Sandbox]) -> Scalar:
    texts = []
    for key, verdict in sorted(verdicts.items()):
        names = joined(verdict.malware_names, most=5)
        texts.append(
            f"{verdict.sandbox_name or key}: {verdict.category or 'unknown'}" + (f" ({names})" if names else "")
        )
    return joined(texts, "; ")


def yara_rules(rules: list[Yara]) -> Scalar:
    return joined([rule.rule_name for rule in rules])


def levels(levels: Levels) -> Scalar:
    order = ("critical", "high", "medium", "low", "info")
    return joined(f"{name} {count}" for name in order if (count := getattr(levels, name)))


def known(known: Known) -> Scalar:
    return joined(known.distributors) or joined(known.products)


def trusted(trusted: Trusted) -> Scalar:
    return joined((trusted.verdict, trusted.organization), " by ")


def votes_malicious(votes: Votes) -> Scalar:
    return _integer(votes.malicious)


def votes_harmless(votes: Votes) -> Scalar:
    return _integer(votes.harmless)


def _integer(count: int | None) -> Scalar:
    return count if count is not None and abs(count) <= LAST_INTEGER else None


def imphash(portable: Portable) -> Scalar:
    return portable.imphash or None


def tlsh(digest: str) -> Scalar:
    """Return the TLSH; ``TNULL`` stands for a file that is too small for one."""
    return digest if digest and digest != "TNULL" else None


def names(several: list[str]) -> Scalar:
    return joined(several, "; ", NAMES)


def link(sha256: str) -> Scalar:
    """Return the report's page."""
    return FILE_PAGE + sha256
