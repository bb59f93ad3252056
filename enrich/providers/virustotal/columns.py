"""The columns that VirusTotal fills, each declared once beside how it is read. Knows nothing of HTTP or tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from enrich.model.column import Column, Type
from enrich.model.finding import Scalar
from enrich.model.verdict import MALICIOUS_FROM
from enrich.providers.virustotal import attributes as read_as
from enrich.providers.virustotal.attributes import LAST_DATE, LAST_INTEGER
from enrich.providers.virustotal.kinds.shared import columns as network
from enrich.providers.virustotal.schema import Attributes
from enrich.providers.virustotal.site import ADDRESS

Reader = Callable[[Any], Scalar]
"""From an attribute's value to the column's; None where that says nothing."""


class ColumnSource(NamedTuple):
    """A column and the attribute that it comes from; "" for those of ``of_engines``, and where no answer fills it."""

    column: Column
    attribute: str = ""
    reader: Reader | None = None
    """How it is read from that, where it is not the value itself."""


def _source(
    kind: Type, name: str, description: str, attribute: str = "", reader: Reader | None = None, **more: Any
) -> ColumnSource:
    """Declare a column of the default set, ``more`` of it as ``column`` has it."""
    return ColumnSource(network.column(kind, name, description, **more), attribute, reader)


_text, _date, _integer = partial(_source, Type.TEXT), partial(_source, Type.DATE), partial(_source, Type.INTEGER)

STATUS = network.column(
    Type.STATUS,
    "status",
    "How the lookup ended: found, not_found, pending, failed, invalid, trivial or skipped; "
    "never blank beside an indicator",
)
VERDICT = network.column(
    Type.VERDICT,
    "verdict",
    f"What the answer says, to filter by: malicious (at least --malicious-from engines, else {MALICIOUS_FROM}), "
    "suspicious (fewer), undetected, no_verdict (known, no engine has judged it), unknown (not found); "
    "empty without an answer",
)
CHECKED_AT = _date("checked_at", "When VirusTotal gave this answer, UTC").column
_THREAT = "popular_threat_classification"
_RULES_MATCH = "Crowdsourced YARA rules that match"
_VERIFIES = "Whether the signature verifies, in VirusTotal's words"
_WHY = "Why: the hash is damaged, hashes contradict each other, which of several the row shows"
NOTE = _text("note", _WHY, width=40).column

HEAD = (
    _source(Type.RATIO, "detections", "Engines that detect it, of those that gave a verdict: 53/72"),
    _integer("malicious", "The first of the two as a number"),
    _integer("engines", "The second; time-outs and engines that cannot read the type do not count"),
    _date("first_seen", "First submission to VirusTotal, UTC", "first_submission_date"),
    _date("last_analysis", "How old the verdict is, UTC", "last_analysis_date"),
    _text("threat_label", "VirusTotal's suggested name", _THREAT, read_as.text("suggested_threat_label")),
    _text("file_type", "The type of the file in words", "type_description", width=18),
    _text("file_name", "The most telling of the names it was submitted under", "meaningful_name", width=30),
    _integer("times_submitted", "How often it was submitted: how common it is", "times_submitted"),
    _text("sha256", "The file's SHA-256, whatever hash was given", "sha256", title="SHA-256", width=66),
    _source(Type.LINK, "link", "The report's page, where there is one", "sha256", read_as.link, page=ADDRESS),
)
"""The default columns that an answer fills, in the contract's order."""

_MORE = (
    _text("change", "What differs from the list's last run, or from the last answer", width=34),
    _text("md5", "The file's MD5", "md5", title="MD5", width=34),
    _text("sha1", "The file's SHA-1", "sha1", title="SHA-1", width=42),
    _integer("size", "Size in bytes", "size"),
    _text("type_tag", "Type of file as a tag", "type_tag", width=12),
    _text("names", "Names it was submitted under", "names", read_as.names, width=40),
    _date("last_submission", "Last submission, UTC", "last_submission_date"),
    _date("first_seen_itw", "First seen in the wild, UTC", "first_seen_itw_date", title="first seen in the wild"),
    _date("last_seen_itw", "Last seen in the wild, UTC", "last_seen_itw_date", title="last seen in the wild"),
    _date("creation_date", "As the file itself says, which can be forged; UTC", "creation_date"),
    _integer("unique_sources", "Submitters that differ", "unique_sources"),
    _integer("reputation", "The community's score; may be negative", "reputation"),
    _integer("votes_malicious", "Community votes for malicious", "total_votes", read_as.votes_malicious),
    _integer("votes_harmless", "Community votes for harmless", "total_votes", read_as.votes_harmless),
    _text("threat_categories", "Kinds of threat, most votes first", _THREAT, read_as.threat_categories),
    _text("threat_names", "Family names, most votes first", _THREAT, read_as.threat_names),
    _text("tags", "VirusTotal's tags", "tags", read_as.joined, width=30),
    _text("signer", "Who signed it, verified or not", "signature_info", read_as.signer),
    _text("signature_verified", _VERIFIES, "signature_info", read_as.text("verified"), title="signature"),
    _text("sandbox_verdicts", "Each sandbox's verdict", "sandbox_verdicts", read_as.sandboxes, width=40),
    _text("yara", _RULES_MATCH, "crowdsourced_yara_results", read_as.yara_rules, title="YARA rules", width=40),
    _text("sigma", "Sigma rules that match, by level", "sigma_analysis_stats", read_as.levels, title="Sigma hits"),
    _text("ids", "Network rules that match, by level", "crowdsourced_ids_stats", read_as.levels, title="IDS hits"),
    _text("known_distributor", "Who distributes it as software", "known_distributors", read_as.known),
    _text("trusted_verdict", "Whether a maker vouches for it", "trusted_verdict", read_as.trusted),
    _integer("excluded_engines", "Listed engines without a verdict", title="engines without verdict"),
    _text("imphash", "Hash of a Windows program's imports", "pe_info", read_as.text("imphash"), width=34),
    _text("vhash", "VirusTotal's similarity hash", "vhash", width=30),
    _text("ssdeep", "Fuzzy hash", "ssdeep", width=40),
    _text("tlsh", "Fuzzy hash", "tlsh", read_as.tlsh, title="TLSH", width=40),
)
MORE = tuple(source._replace(column=replace(source.column, default=False)) for source in _MORE)
"""The further columns of ``--all-columns``."""


def _values_of(sources: Iterable[ColumnSource]) -> Callable[[Attributes], tuple[Any, ...]]:
    """Return what takes the attributes of several columns in one step."""
    return attrgetter(*(source.attribute for source in sources))


def _plain(kind: Type) -> tuple[list[str], Callable[[Attributes], tuple[Any, ...]]]:
    """Return the names of the columns of ``kind`` that are an attribute's value as it is, and what takes these."""
    sources = [one for one in (*HEAD, *MORE) if one.attribute and one.reader is None and one.column.type is kind]
    return [source.column.name for source in sources], _values_of(sources)


(_TEXTS, _texts_of), (_DATES, _dates_of), (_INTEGERS, _integers_of) = map(_plain, (Type.TEXT, Type.DATE, Type.INTEGER))
_every = (*HEAD, *MORE, ColumnSource(network.OWNER, "signature_info", read_as.signer))
_READERS = [(column.name, reader) for column, _, reader in _every if reader is not None]
_read_of = _values_of(source for source in _every if source.reader is not None)


def columns(engines: Iterable[Column] = ()) -> tuple[Column, ...]:
    """Return all columns, default ones first; chosen engines stand between, since who chose them wants to see them."""
    head, more = [source.column for source in HEAD], [source.column for source in MORE]
    return (
        *(STATUS, VERDICT, network.KIND, head[0], *network.WORST_OF_KIND, *head[1:], *network.USUAL, CHECKED_AT, NOTE),
        *(*engines, *more, *network.FURTHER),
    )


def fields(attributes: Attributes) -> dict[str, Scalar]:
    """Return what the answer fills: column name -> value; what it does not give is left out.

    One step for each kind of column: this runs for every answer that comes in.
    """
    dates, integers, stats = _dates_of(attributes), _integers_of(attributes), attributes.last_analysis_stats
    return {
        **(read_as.of_engines(stats) if stats is not None else {}),
        **{name: text for name, text in zip(_TEXTS, _texts_of(attributes), strict=True) if text},
        **{name: at for name, at in zip(_DATES, dates, strict=True) if at is not None and 0 <= at <= LAST_DATE},
        **{name: n for name, n in zip(_INTEGERS, integers, strict=True) if n is not None and abs(n) <= LAST_INTEGER},
        **{
            name: content
            for (name, reader), value in zip(_READERS, _read_of(attributes), strict=True)
            if value is not None and (content := reader(value)) is not None
        },
    }
