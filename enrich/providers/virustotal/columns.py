"""The columns that VirusTotal fills, each declared once beside how it is read. Knows nothing of HTTP or tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from enrich.model import Column, Scalar, Type
from enrich.providers.virustotal.shape import Attributes, Levels, Stats

Reader = Callable[[Attributes], Scalar]

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


def _detections(a: Attributes) -> Scalar:
    found = ratio(a.last_analysis_stats)
    return f"{found[0]}/{found[1]}" if found else None


def _malicious(a: Attributes) -> Scalar:
    found = ratio(a.last_analysis_stats)
    return found[0] if found else None


def _engines(a: Attributes) -> Scalar:
    found = ratio(a.last_analysis_stats)
    return found[1] if found else None


def _excluded(a: Attributes) -> Scalar:
    s = a.last_analysis_stats
    if s is None:
        return None
    counts = (s.timeout, s.confirmed_timeout, s.failure, s.type_unsupported, s.type_unsupported_camel)
    return sum(n for n in counts if n is not None and n >= 0)


def _joined(texts: Iterable[str | None] | None, mark: str = ", ", most: int = 50) -> str | None:
    """The texts in a row, each once; None where there is none."""
    if not texts:
        return None
    once = list(dict.fromkeys(text for text in texts if text))
    rest = len(once) - most
    return mark.join(once[:most]) + (f" (+{rest} more)" if rest > 0 else "")


def _label(a: Attributes) -> Scalar:
    threat = a.popular_threat_classification
    return threat.suggested_threat_label if threat else None


def _threat_categories(a: Attributes) -> Scalar:
    threat = a.popular_threat_classification
    return _joined(c.value for c in threat.popular_threat_category or ()) if threat else None


def _threat_names(a: Attributes) -> Scalar:
    threat = a.popular_threat_classification
    return _joined(c.value for c in threat.popular_threat_name or ()) if threat else None


def _signer(a: Attributes) -> Scalar:
    """The first of ``signers`` is the one who signed; its authorities follow."""
    signature = a.signature_info
    return signature.signers.split(";")[0].strip() if signature and signature.signers else None


def _sandboxes(a: Attributes) -> Scalar:
    if not a.sandbox_verdicts:
        return None
    texts = []
    for key, verdict in sorted(a.sandbox_verdicts.items()):
        names = _joined(verdict.malware_names, most=5)
        texts.append(
            f"{verdict.sandbox_name or key}: {verdict.category or 'unknown'}" + (f" ({names})" if names else "")
        )
    return _joined(texts, "; ")


def _levels(levels: Levels | None) -> Scalar:
    if levels is None:
        return None
    order = ("critical", "high", "medium", "low", "info")
    return _joined(f"{name} {count}" for name in order if (count := getattr(levels, name)))


def _known(a: Attributes) -> Scalar:
    known = a.known_distributors
    return (_joined(known.distributors) or _joined(known.products)) if known else None


def _trusted(a: Attributes) -> Scalar:
    trusted = a.trusted_verdict
    return _joined((trusted.verdict, trusted.organization), " by ") if trusted else None


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

HEAD: tuple[tuple[Column, Reader], ...] = (
    (
        Column(
            "vt_detections", "VT detections", "Engines that detect it / engines with a verdict", Type.RATIO, width=13
        ),
        _detections,
    ),
    (_integer("vt_malicious", "VT malicious", "Engines that detect it", default=True), _malicious),
    (_integer("vt_engines", "VT engines", "Engines that gave a verdict", default=True), _engines),
    (
        _date("vt_first_seen", "VT first seen", "First submission to VirusTotal, UTC", default=True),
        lambda a: a.first_submission_date,
    ),
    (
        _date("vt_last_analysis", "VT last analysis", "How old the verdict is, UTC", default=True),
        lambda a: a.last_analysis_date,
    ),
    (_text("vt_threat_label", "VT threat label", "What the engines agree to call it", default=True), _label),
    (
        _text("vt_file_type", "VT file type", "Type of file in words", default=True, width=18),
        lambda a: a.type_description,
    ),
    (
        _text("vt_file_name", "VT file name", "The most telling of its names", default=True, width=30),
        lambda a: a.meaningful_name,
    ),
    (
        _integer("vt_times_submitted", "VT times submitted", "How often it was submitted: prevalence", default=True),
        lambda a: a.times_submitted,
    ),
    (_text("vt_sha256", "VT SHA-256", "The file's SHA-256", default=True, width=66), lambda a: a.sha256),
    (
        Column("vt_link", "VT link", "The report's page", Type.LINK, width=30),
        lambda a: GUI + a.sha256 if a.sha256 else None,
    ),
)
"""The default columns that an answer fills, in the contract's order."""

MORE: tuple[tuple[Column, Reader], ...] = (
    (_text("vt_md5", "VT MD5", "The file's MD5", width=34), lambda a: a.md5),
    (_text("vt_sha1", "VT SHA-1", "The file's SHA-1", width=42), lambda a: a.sha1),
    (_integer("vt_size", "VT size", "Size in bytes"), lambda a: a.size),
    (_text("vt_type_tag", "VT type tag", "Type of file as a tag", width=12), lambda a: a.type_tag),
    (_text("vt_names", "VT names", "Names it was submitted under", width=40), lambda a: _joined(a.names, "; ", NAMES)),
    (_date("vt_last_submission", "VT last submission", "Last submission, UTC"), lambda a: a.last_submission_date),
    (
        _date("vt_first_seen_itw", "VT first seen in the wild", "First seen in the wild, UTC"),
        lambda a: a.first_seen_itw_date,
    ),
    (
        _date("vt_last_seen_itw", "VT last seen in the wild", "Last seen in the wild, UTC"),
        lambda a: a.last_seen_itw_date,
    ),
    (
        _date("vt_creation_date", "VT creation date", "As the file itself says, which can be forged; UTC"),
        lambda a: a.creation_date,
    ),
    (_integer("vt_unique_sources", "VT unique sources", "Submitters that differ"), lambda a: a.unique_sources),
    (_integer("vt_reputation", "VT reputation", "The community's score; may be negative"), lambda a: a.reputation),
    (
        _integer("vt_votes_malicious", "VT votes malicious", "Community votes for malicious"),
        lambda a: a.total_votes.malicious if a.total_votes else None,
    ),
    (
        _integer("vt_votes_harmless", "VT votes harmless", "Community votes for harmless"),
        lambda a: a.total_votes.harmless if a.total_votes else None,
    ),
    (_text("vt_threat_categories", "VT threat categories", "Kinds of threat, most votes first"), _threat_categories),
    (_text("vt_threat_names", "VT threat names", "Family names, most votes first"), _threat_names),
    (_text("vt_tags", "VT tags", "VirusTotal's tags", width=30), lambda a: _joined(a.tags)),
    (_text("vt_signer", "VT signer", "Who signed it, verified or not"), _signer),
    (
        _text("vt_signature_verified", "VT signature", "Whether the signature verifies, in VirusTotal's words"),
        lambda a: a.signature_info.verified if a.signature_info else None,
    ),
    (_text("vt_sandbox_verdicts", "VT sandbox verdicts", "Each sandbox's verdict", width=40), _sandboxes),
    (
        _text("vt_yara", "VT YARA rules", "Crowdsourced YARA rules that match", width=40),
        lambda a: _joined(y.rule_name for y in a.crowdsourced_yara_results or ()),
    ),
    (_text("vt_sigma", "VT Sigma hits", "Sigma rules that match, by level"), lambda a: _levels(a.sigma_analysis_stats)),
    (_text("vt_ids", "VT IDS hits", "Network rules that match, by level"), lambda a: _levels(a.crowdsourced_ids_stats)),
    (_text("vt_known_distributor", "VT known distributor", "Who distributes it as software"), _known),
    (_text("vt_trusted_verdict", "VT trusted verdict", "Whether a maker vouches for it"), _trusted),
    (_integer("vt_excluded_engines", "VT engines without verdict", "Listed engines without a verdict"), _excluded),
    (
        _text("vt_imphash", "VT imphash", "Hash of a Windows program's imports", width=34),
        lambda a: a.pe_info.imphash if a.pe_info else None,
    ),
    (_text("vt_vhash", "VT vhash", "VirusTotal's similarity hash", width=30), lambda a: a.vhash),
    (_text("vt_ssdeep", "VT ssdeep", "Fuzzy hash", width=40), lambda a: a.ssdeep),
    (_text("vt_tlsh", "VT TLSH", "Fuzzy hash", width=40), lambda a: a.tlsh if a.tlsh != "TNULL" else None),
)
"""The further columns of ``--all-columns``."""

_READERS = tuple((column.name, column.type is Type.DATE, reader) for column, reader in (*HEAD, *MORE))


def columns(engines: Iterable[Column] = ()) -> tuple[Column, ...]:
    """All columns, the default ones first; chosen engines stand between, because who chose them wants to see them."""
    return (STATUS, *(c for c, _ in HEAD), CHECKED_AT, NOTE, *engines, CHANGE, *(c for c, _ in MORE))


def fields(attributes: Attributes) -> dict[str, Scalar]:
    """What the answer fills: column name -> value; what it does not give is left out."""
    filled: dict[str, Scalar] = {}
    for name, is_date, reader in _READERS:
        value = reader(attributes)
        if value is None or value == "":
            continue
        if type(value) is int and not (0 <= value <= LAST_DATE if is_date else abs(value) <= LAST_INTEGER):
            continue
        filled[name] = value
    return filled
