"""From a report's attributes to the values of columns; None where an attribute says nothing. Knows no columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from msgspec import Struct

from enrich.model.finding import Scalar
from enrich.model.ratio import ratio
from enrich.providers.virustotal.schema import Known, Levels, Sandbox, Signature, Stats, Threat, Trusted, Votes, Yara
from enrich.providers.virustotal.site import ADDRESS

FILE_PAGE = f"{ADDRESS}/gui/file/"
"""The report's page for people, up to the SHA-256."""
LAST_INTEGER = 2**63 - 1
LAST_DATE = 253_402_300_799
"""The end of the year 9999: what lies beyond is no date."""
NAMES = 10
"""Names shown of a file's up to hundred."""


def detections(stats: Stats) -> tuple[int, int] | None:
    """Engines that detect and engines that gave a verdict; None where no verdict is known.

    Time-outs, failures and unsupported types are no verdicts. A count that cannot be read spoils the ratio, because
    taking it for 0 could make a malicious file look clean.
    """
    known = _counts(stats)
    if known is None or not sum(known):
        return None
    return known[0] + known[1], sum(known)


def are_readable(stats: Stats) -> bool:
    """Return whether all counts of verdicts are there and can be counts."""
    return _counts(stats) is not None


def _counts(stats: Stats) -> tuple[int, ...] | None:
    counts = (stats.malicious, stats.suspicious, stats.undetected, stats.harmless)
    known = tuple(n for n in counts if n is not None and 0 <= n < 100_000)
    return known if len(known) == len(counts) else None


@lru_cache(maxsize=4096)
def of_engines(s: Stats) -> Mapping[str, Scalar]:
    """Return the columns that the counts of engines fill. Few counts are new."""
    counts = (s.timeout, s.confirmed_timeout, s.failure, s.type_unsupported, s.type_unsupported_camel)
    excluded = {"vt_excluded_engines": sum(n for n in counts if n is not None and 0 <= n < 100_000)}
    if (found := detections(s)) is None:
        return excluded
    malicious, engines = found
    return {"vt_detections": ratio(malicious, engines), "vt_malicious": malicious, "vt_engines": engines, **excluded}


def joined(texts: Iterable[str | None] | None, mark: str = ", ", most: int = 50) -> str | None:
    """Return the texts in a row, each once; None where there is none."""
    once = dict.fromkeys(filter(None, texts or ()))
    if len(once) <= most:
        return mark.join(once) or None
    return f"{mark.join(list(once)[:most])} (+{len(once) - most} more)"


def text(name: str) -> Callable[[Struct], Scalar]:
    """Return what reads the text ``name`` of an attribute."""
    return lambda part: getattr(part, name) or None


def threat_categories(threat: Threat) -> Scalar:
    return joined([each.value for each in threat.popular_threat_category or ()])


def threat_names(threat: Threat) -> Scalar:
    return joined([each.value for each in threat.popular_threat_name or ()])


def signer(signature: Signature) -> Scalar:
    """Return the first of ``signers`` is the one who signed; its authorities follow."""
    return signature.signers.split(";")[0].strip() or None if signature.signers else None


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


def tlsh(digest: str) -> Scalar:
    """Return the TLSH; ``TNULL`` stands for a file that is too small for one."""
    return digest if digest and digest != "TNULL" else None


def names(several: list[str]) -> Scalar:
    return joined(several, "; ", NAMES)


def link(sha256: str) -> Scalar:
    return FILE_PAGE + sha256
