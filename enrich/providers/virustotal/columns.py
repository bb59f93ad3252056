"""The columns that VirusTotal fills, each declared once beside how it is read. Knows nothing of HTTP or tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from enrich.model.column import Column, Type
from enrich.model.finding import Scalar
from enrich.model.verdict import MALICIOUS_FROM
from enrich.providers.virustotal import attributes as attributes_
from enrich.providers.virustotal.attributes import LAST_DATE, LAST_INTEGER
from enrich.providers.virustotal.kinds.shared import columns as network
from enrich.providers.virustotal.schema import Attributes
from enrich.providers.virustotal.site import ADDRESS

Reader = Callable[[Any], Scalar]
"""From an attribute's value to the column's; None where that says nothing."""
Source = tuple[Column] | tuple[Column, str] | tuple[Column, str, Reader]
"""A column, the attribute that it comes from, and how it is read from that where it is not the value itself. A column
that stands alone is one of those of ``of_engines``."""


def _text(name: str, title: str, description: str, *, default: bool = False, width: int = 24) -> Column:
    return Column(name, title, description, Type.TEXT, default, width)


def _date(name: str, title: str, description: str, *, default: bool = False) -> Column:
    return Column(name, title, description, Type.DATE, default, 20)


def _integer(name: str, title: str, description: str, *, default: bool = False) -> Column:
    return Column(name, title, description, Type.INTEGER, default, max(12, len(name) + 3))


STATUS = Column(
    "vt_status",
    "VT status",
    "How the lookup ended: found, not_found, pending, failed, invalid, trivial or skipped; "
    "never blank beside an indicator",
    Type.STATUS,
    width=12,
)
VERDICT = Column(
    "vt_verdict",
    "VT verdict",
    f"What the answer says, to filter by: malicious (at least --malicious-from engines, else {MALICIOUS_FROM}), "
    "suspicious (fewer), undetected, no_verdict (known, no engine has judged it), unknown (not found); "
    "empty without an answer",
    Type.VERDICT,
    width=12,
)
CHECKED_AT = _date("vt_checked_at", "VT checked at", "When VirusTotal gave this answer, UTC", default=True)
NOTE = _text(
    "vt_note",
    "VT note",
    "Why: the hash is damaged, hashes contradict each other, which of several the row shows",
    default=True,
    width=40,
)
CHANGE = _text("vt_change", "VT change", "What differs from the list's last run, or from the last answer", width=34)

HEAD: tuple[Source, ...] = (
    (
        Column(
            "vt_detections",
            "VT detections",
            "Engines that detect it, of those that gave a verdict: 53/72",
            Type.RATIO,
            width=13,
        ),
    ),
    (_integer("vt_malicious", "VT malicious", "The first of the two as a number", default=True),),
    (
        _integer(
            "vt_engines",
            "VT engines",
            "The second; time-outs and engines that cannot read the type do not count",
            default=True,
        ),
    ),
    (
        _date("vt_first_seen", "VT first seen", "First submission to VirusTotal, UTC", default=True),
        "first_submission_date",
    ),
    (_date("vt_last_analysis", "VT last analysis", "How old the verdict is, UTC", default=True), "last_analysis_date"),
    (
        _text("vt_threat_label", "VT threat label", "VirusTotal's suggested name", default=True),
        "popular_threat_classification",
        attributes_.text("suggested_threat_label"),
    ),
    (
        _text("vt_file_type", "VT file type", "The type of the file in words", default=True, width=18),
        "type_description",
    ),
    (
        _text(
            "vt_file_name",
            "VT file name",
            "The most telling of the names it was submitted under",
            default=True,
            width=30,
        ),
        "meaningful_name",
    ),
    (
        _integer(
            "vt_times_submitted", "VT times submitted", "How often it was submitted: how common it is", default=True
        ),
        "times_submitted",
    ),
    (_text("vt_sha256", "VT SHA-256", "The file's SHA-256, whatever hash was given", default=True, width=66), "sha256"),
    (
        Column("vt_link", "VT link", "The report's page, where there is one", Type.LINK, width=30, page=ADDRESS),
        "sha256",
        attributes_.link,
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
        attributes_.names,
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
        attributes_.votes_malicious,
    ),
    (
        _integer("vt_votes_harmless", "VT votes harmless", "Community votes for harmless"),
        "total_votes",
        attributes_.votes_harmless,
    ),
    (
        _text("vt_threat_categories", "VT threat categories", "Kinds of threat, most votes first"),
        "popular_threat_classification",
        attributes_.threat_categories,
    ),
    (
        _text("vt_threat_names", "VT threat names", "Family names, most votes first"),
        "popular_threat_classification",
        attributes_.threat_names,
    ),
    (_text("vt_tags", "VT tags", "VirusTotal's tags", width=30), "tags", attributes_.joined),
    (_text("vt_signer", "VT signer", "Who signed it, verified or not"), "signature_info", attributes_.signer),
    (
        _text("vt_signature_verified", "VT signature", "Whether the signature verifies, in VirusTotal's words"),
        "signature_info",
        attributes_.text("verified"),
    ),
    (
        _text("vt_sandbox_verdicts", "VT sandbox verdicts", "Each sandbox's verdict", width=40),
        "sandbox_verdicts",
        attributes_.sandboxes,
    ),
    (
        _text("vt_yara", "VT YARA rules", "Crowdsourced YARA rules that match", width=40),
        "crowdsourced_yara_results",
        attributes_.yara_rules,
    ),
    (
        _text("vt_sigma", "VT Sigma hits", "Sigma rules that match, by level"),
        "sigma_analysis_stats",
        attributes_.levels,
    ),
    (
        _text("vt_ids", "VT IDS hits", "Network rules that match, by level"),
        "crowdsourced_ids_stats",
        attributes_.levels,
    ),
    (
        _text("vt_known_distributor", "VT known distributor", "Who distributes it as software"),
        "known_distributors",
        attributes_.known,
    ),
    (
        _text("vt_trusted_verdict", "VT trusted verdict", "Whether a maker vouches for it"),
        "trusted_verdict",
        attributes_.trusted,
    ),
    (_integer("vt_excluded_engines", "VT engines without verdict", "Listed engines without a verdict"),),
    (
        _text("vt_imphash", "VT imphash", "Hash of a Windows program's imports", width=34),
        "pe_info",
        attributes_.text("imphash"),
    ),
    (_text("vt_vhash", "VT vhash", "VirusTotal's similarity hash", width=30), "vhash"),
    (_text("vt_ssdeep", "VT ssdeep", "Fuzzy hash", width=40), "ssdeep"),
    (_text("vt_tlsh", "VT TLSH", "Fuzzy hash", width=40), "tlsh", attributes_.tlsh),
)
"""The further columns of ``--all-columns``."""


def _values_of(sources: Iterable[Source]) -> Callable[[Attributes], tuple[Any, ...]]:
    """Return what takes the attributes of several columns in one step."""
    return attrgetter(*(source[1] for source in sources if len(source) > 1))


def _plain(kind: Type) -> tuple[list[str], Callable[[Attributes], tuple[Any, ...]]]:
    """Return the names of the columns of ``kind`` that are an attribute's value as it is, and what takes these."""
    sources = [source for source in (*HEAD, *MORE) if len(source) == 2 and source[0].type is kind]
    return [column.name for column, *_ in sources], _values_of(sources)


(_TEXTS, _texts_of), (_DATES, _dates_of), (_INTEGERS, _integers_of) = map(_plain, (Type.TEXT, Type.DATE, Type.INTEGER))
_sources = [
    *(source for source in (*HEAD, *MORE) if len(source) == 3),
    (network.OWNER, "signature_info", attributes_.signer),
]
_READERS, _read_of = [(column.name, reader) for column, _, reader in _sources], _values_of(_sources)


def columns(engines: Iterable[Column] = ()) -> tuple[Column, ...]:
    """Return all columns, the default ones first; chosen engines stand between, because who chose them wants to see
    them.
    """
    return (
        *(STATUS, VERDICT, network.KIND),
        *(HEAD[0][0], *network.WORST_OF_KIND),
        *(c for c, *_ in HEAD[1:]),
        *network.USUAL,
        *(CHECKED_AT, NOTE),
        *engines,
        CHANGE,
        *(c for c, *_ in MORE),
        *network.FURTHER,
    )


def fields(attributes: Attributes) -> dict[str, Scalar]:
    """Return what the answer fills: column name -> value; what it does not give is left out.

    One step for each kind of column: this runs for every answer that comes in.
    """
    dates, integers, stats = _dates_of(attributes), _integers_of(attributes), attributes.last_analysis_stats
    return {
        **(attributes_.of_engines(stats) if stats is not None else {}),
        **{name: text for name, text in zip(_TEXTS, _texts_of(attributes), strict=True) if text},
        **{name: at for name, at in zip(_DATES, dates, strict=True) if at is not None and 0 <= at <= LAST_DATE},
        **{name: n for name, n in zip(_INTEGERS, integers, strict=True) if n is not None and abs(n) <= LAST_INTEGER},
        **{
            name: content
            for (name, reader), value in zip(_READERS, _read_of(attributes), strict=True)
            if value is not None and (content := reader(value)) is not None
        },
    }
