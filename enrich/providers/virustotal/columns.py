"""The columns that VirusTotal fills, each declared once beside how it is read. Knows nothing of HTTP or tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import attrgetter
from typing import Any

from enrich.model import Column, Scalar, Type
from enrich.providers.virustotal.shape import Attributes, Known, Levels, Sandbox, Signature, Stats, Threat, Trusted

Reader = Callable[[Any], Scalar]
Source = tuple[Column, str] | tuple[Column, str, Reader]
"""A column, the attribute that it comes from, and how it is read from that where it is not the value itself."""

GUI = "https://www.virustotal.com/gui/file/"
LAST_DATE = 253_402_300_799
"""The end of the year 9999: what lies beyond is no date."""
LAST_INTEGER = 2**63 - 1
NAMES = 10
"""Names shown of a file's up to hundred."""


def ratio(stats: Stats | None) -> tuple[int, int] | None:
    """Engines that detect and engines that gave a verdict; None where no verdict is known.

    Time-outs, failures and unsupported types are no verdicts. A count that cannot be read spoils the ratio, because
    taking it for 0 could make a malicious file look clean.
    """
    return _counted(stats.malicious, stats.suspicious, stats.undetected, stats.harmless) if stats is not None else None


@lru_cache(maxsize=4096)
def _counted(*counts: int | None) -> tuple[int, int] | None:
    known = [n for n in counts if n is not None and 0 <= n < 100_000]
    if len(known) < len(counts) or not sum(known):
        return None
    return known[0] + known[1], sum(known)


def _detections(stats: Stats) -> Scalar:
    found = ratio(stats)
    return f"{found[0]}/{found[1]}" if found else None


def _malicious(stats: Stats) -> Scalar:
    found = ratio(stats)
    return found[0] if found else None


def _engines(stats: Stats) -> Scalar:
    found = ratio(stats)
    return found[1] if found else None


def _excluded(s: Stats) -> Scalar:
    counts = (s.timeout, s.confirmed_timeout, s.failure, s.type_unsupported, s.type_unsupported_camel)
    return sum(n for n in counts if n is not None and n >= 0)


def _joined(texts: Iterable[str | None] | None, mark: str = ", ", most: int = 50) -> str | None:
    """The texts in a row, each once; None where there is none."""
    if not texts:
        return None
    once = list(dict.fromkeys(filter(None, texts)))
    rest = len(once) - most
    return mark.join(once[:most]) + (f" (+{rest} more)" if rest > 0 else "")


def _threat_categories(threat: Threat) -> Scalar:
    return _joined([c.value for c in threat.popular_threat_category or ()])


def _threat_names(threat: Threat) -> Scalar:
    return _joined([c.value for c in threat.popular_threat_name or ()])


def _signer(signature: Signature) -> Scalar:
    """The first of ``signers`` is the one who signed; its authorities follow."""
    return signature.signers.split(";")[0].strip() if signature.signers else None


def _sandboxes(verdicts: dict[str, Sandbox]) -> Scalar:
    texts = []
    for key, verdict in sorted(verdicts.items()):
        names = _joined(verdict.malware_names, most=5)
        texts.append(
            f"{verdict.sandbox_name or key}: {verdict.category or 'unknown'}" + (f" ({names})" if names else "")
        )
    return _joined(texts, "; ")


def _levels(levels: Levels) -> Scalar:
    order = ("critical", "high", "medium", "low", "info")
    return _joined(f"{name} {count}" for name in order if (count := getattr(levels, name)))


def _known(known: Known) -> Scalar:
    return _joined(known.distributors) or _joined(known.products)


def _trusted(trusted: Trusted) -> Scalar:
    return _joined((trusted.verdict, trusted.organization), " by ")


def _text(name: str, title: str, description: str, *, default: bool = False, width: int = 24) -> Column:
    return Column(name, title, description, Type.TEXT, default, width)


def _date(name: str, title: str, description: str, *, default: bool = False) -> Column:
    return Column(name, title, description, Type.DATE, default, 20)


def _integer(name: str, title: str, description: str, *, default: bool = False) -> Column:
    return Column(name, title, description, Type.INTEGER, default, max(12, len(name) + 3))


STATUS = Column(
    "vt_status", "VT status", "How the lookup ended; never blank beside an indicator", Type.STATUS, width=12
)
CHECKED_AT = _date("vt_checked_at", "VT checked at", "When VirusTotal gave this answer, UTC", default=True)
NOTE = _text(
    "vt_note", "VT note", "Why: what is damaged, contradictory or special about the row", default=True, width=40
)
CHANGE = _text("vt_change", "VT change", "What differs from the list's last run, or from the last answer", width=34)

HEAD: tuple[Source, ...] = (
    (
        Column(
            "vt_detections", "VT detections", "Engines that detect it / engines with a verdict", Type.RATIO, width=13
        ),
        "last_analysis_stats",
        _detections,
    ),
    (
        _integer("vt_malicious", "VT malicious", "Engines that detect it", default=True),
        "last_analysis_stats",
        _malicious,
    ),
    (
        _integer("vt_engines", "VT engines", "Engines that gave a verdict", default=True),
        "last_analysis_stats",
        _engines,
    ),
    (
        _date("vt_first_seen", "VT first seen", "First submission to VirusTotal, UTC", default=True),
        "first_submission_date",
    ),
    (_date("vt_last_analysis", "VT last analysis", "How old the verdict is, UTC", default=True), "last_analysis_date"),
    (
        _text("vt_threat_label", "VT threat label", "What the engines agree to call it", default=True),
        "popular_threat_classification",
        lambda threat: threat.suggested_threat_label,
    ),
    (_text("vt_file_type", "VT file type", "Type of file in words", default=True, width=18), "type_description"),
    (_text("vt_file_name", "VT file name", "The most telling of its names", default=True, width=30), "meaningful_name"),
    (
        _integer("vt_times_submitted", "VT times submitted", "How often it was submitted: prevalence", default=True),
        "times_submitted",
    ),
    (_text("vt_sha256", "VT SHA-256", "The file's SHA-256", default=True, width=66), "sha256"),
    (
        Column("vt_link", "VT link", "The report's page", Type.LINK, width=30),
        "sha256",
        lambda sha256: GUI + sha256,
    ),
)
"""The default columns that an answer fills, in the contract's order."""

MORE: tuple[Source, ...] = (
    (_text("vt_md5", "VT MD5", "The file's MD5", width=34), "md5"),
    (_text("vt_sha1", "VT SHA-1", "The file's SHA-1", width=42), "sha1"),
    (_integer("vt_size", "VT size", "Size in bytes"), "size"),
    (_text("vt_type_tag", "VT type tag", "Type of file as a tag", width=12), "type_tag"),
    (
        _text("vt_names", "VT names", "Names it was submitted under", width=40),
        "names",
        lambda names: _joined(names, "; ", NAMES),
    ),
    (_date("vt_last_submission", "VT last submission", "Last submission, UTC"), "last_submission_date"),
    (_date("vt_first_seen_itw", "VT first seen in the wild", "First seen in the wild, UTC"), "first_seen_itw_date"),
    (_date("vt_last_seen_itw", "VT last seen in the wild", "Last seen in the wild, UTC"), "last_seen_itw_date"),
    (
        _date("vt_creation_date", "VT creation date", "As the file itself says, which can be forged; UTC"),
        "creation_date",
    ),
    (_integer("vt_unique_sources", "VT unique sources", "Submitters that differ"), "unique_sources"),
    (_integer("vt_reputation", "VT reputation", "The community's score; may be negative"), "reputation"),
    (
        _integer("vt_votes_malicious", "VT votes malicious", "Community votes for malicious"),
        "total_votes",
        lambda votes: votes.malicious,
    ),
    (
        _integer("vt_votes_harmless", "VT votes harmless", "Community votes for harmless"),
        "total_votes",
        lambda votes: votes.harmless,
    ),
    (
        _text("vt_threat_categories", "VT threat categories", "Kinds of threat, most votes first"),
        "popular_threat_classification",
        _threat_categories,
    ),
    (
        _text("vt_threat_names", "VT threat names", "Family names, most votes first"),
        "popular_threat_classification",
        _threat_names,
    ),
    (_text("vt_tags", "VT tags", "VirusTotal's tags", width=30), "tags", _joined),
    (_text("vt_signer", "VT signer", "Who signed it, verified or not"), "signature_info", _signer),
    (
        _text("vt_signature_verified", "VT signature", "Whether the signature verifies, in VirusTotal's words"),
        "signature_info",
        lambda signature: signature.verified,
    ),
    (
        _text("vt_sandbox_verdicts", "VT sandbox verdicts", "Each sandbox's verdict", width=40),
        "sandbox_verdicts",
        _sandboxes,
    ),
    (
        _text("vt_yara", "VT YARA rules", "Crowdsourced YARA rules that match", width=40),
        "crowdsourced_yara_results",
        lambda rules: _joined([rule.rule_name for rule in rules]),
    ),
    (_text("vt_sigma", "VT Sigma hits", "Sigma rules that match, by level"), "sigma_analysis_stats", _levels),
    (_text("vt_ids", "VT IDS hits", "Network rules that match, by level"), "crowdsourced_ids_stats", _levels),
    (
        _text("vt_known_distributor", "VT known distributor", "Who distributes it as software"),
        "known_distributors",
        _known,
    ),
    (_text("vt_trusted_verdict", "VT trusted verdict", "Whether a maker vouches for it"), "trusted_verdict", _trusted),
    (
        _integer("vt_excluded_engines", "VT engines without verdict", "Listed engines without a verdict"),
        "last_analysis_stats",
        _excluded,
    ),
    (
        _text("vt_imphash", "VT imphash", "Hash of a Windows program's imports", width=34),
        "pe_info",
        lambda portable: portable.imphash,
    ),
    (_text("vt_vhash", "VT vhash", "VirusTotal's similarity hash", width=30), "vhash"),
    (_text("vt_ssdeep", "VT ssdeep", "Fuzzy hash", width=40), "ssdeep"),
    (_text("vt_tlsh", "VT TLSH", "Fuzzy hash", width=40), "tlsh", lambda tlsh: tlsh if tlsh != "TNULL" else None),
)
"""The further columns of ``--all-columns``."""

_ALL = (*HEAD, *MORE)
_VALUES = attrgetter(*(attribute for _, attribute, *_ in _ALL))
"""All attributes in one step of C, once for each answer that comes in."""
_READERS = tuple(
    (column.name, LAST_DATE if column.type is Type.DATE else None, reader[0] if reader else None)
    for column, _, *reader in _ALL
)


def columns(engines: Iterable[Column] = ()) -> tuple[Column, ...]:
    """All columns, the default ones first; chosen engines stand between, because who chose them wants to see them."""
    return (STATUS, *(c for c, *_ in HEAD), CHECKED_AT, NOTE, *engines, CHANGE, *(c for c, *_ in MORE))


def fields(attributes: Attributes) -> dict[str, Scalar]:
    """What the answer fills: column name -> value; what it does not give is left out."""
    filled: dict[str, Scalar] = {}
    for (name, last_date, reader), value in zip(_READERS, _VALUES(attributes), strict=True):
        if value is None:
            continue
        if reader is not None:
            value = reader(value)  # noqa: PLW2901 - from the attribute's value to the column's
        if value is None or value == "":
            continue
        if type(value) is int and not (abs(value) <= LAST_INTEGER if last_date is None else 0 <= value <= last_date):
            continue
        filled[name] = value
    return filled
