"""Pages that a list refers to: articles, rules, reports of services. Told by their addresses' shape.

For what is written plain only: an indicator on such a page (a dead drop on a forum, a payload in a repository) is
defanged, or stands in a column of URLs.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

REFERENCE = "address of an article, a report or a rule, written plain"

_SERVICES = re.compile(
    r"(?:[\w-]+\.)*(?:virustotal\.com|attack\.mitre\.org|cve\.mitre\.org|cve\.org|nvd\.nist\.gov|cisa\.gov|us-cert\.gov|first\.org"
    r"|wikipedia\.org|creativecommons\.org|opensource\.org|apache\.org|w3\.org|schema\.org|schemas\.microsoft\.com|schemas\.openxmlformats\.org|misp-project\.org|oasis-open\.org"
    r"|urlscan\.io|any\.run|tria\.ge|hybrid-analysis\.com|joesandbox\.com|abuse\.ch|shodan\.io|censys\.io|malpedia\.\w+(?:\.\w+)*"
    r"|malpedia\.caad\.fkie\.fraunhofer\.de|otx\.alienvault\.com|threatminer\.org|valhalla\.nextron-systems\.com|osv\.dev|alienvault\.com"
    r"|welivesecurity\.com|securelist\.com|unit42\.paloaltonetworks\.com|linkedin\.com|youtube\.com|youtu\.be|shields\.io"
    r"|exploit-db\.com|talosintelligence\.com|bleepingcomputer\.com|thehackernews\.com|krebsonsecurity\.com)"
)
"""Where lists send their readers, and hardly anybody else's payload can stand."""
# a post by its number, and who writes them
_POSTS = re.compile(
    r"(?:www\.|mobile\.)?(?:twitter\.com|x\.com|mastodon\.\w+|infosec\.exchange)/@?\w+(?:/(?:status/)?\d{10,}|/?$)"
)
# a project, a file or an issue of it; raw.githubusercontent.com and releases serve payloads, too
_REPOSITORY = re.compile(
    r"(?:www\.)?(?:github\.com|gitlab\.com)(?:/[\w.-]+){0,2}/?$|(?:www\.)?github\.com/[\w.-]+/[\w.-]+/(?:(?:blob|tree|issues|pull|wiki|commit|security)(?:/|$)|releases/?$)|github\.com/advisories/"
)
_SECTIONS_WORDS = """
blog blogs news research threat-research threatresearch articles article security-labs labs insights intelligence
reports report resources posts post publications advisory advisories threat-intelligence threats analysis security
bulletins alerts press threat-research-blog media whitepapers content entry story stories details eset-research
"""
_SECTIONS = frozenset(_SECTIONS_WORDS.split())
# the-title-of-a-post.html, below /blog/ or a date
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+){2,}(?:\.html?|\.aspx?|\.pdf)?$", re.IGNORECASE)
# the-title-of-a-long-post, wherever it stands: five words or more
_LONG_SLUG = re.compile(r"[a-z]{2,}(?:-[a-z0-9]+){4,}(?:\.html?|\.pdf)?$", re.IGNORECASE)
_ARTICLE_DATE = re.compile(r"/20[0-3]\d/[01]?\d/")
_OBJECT = re.compile(r"/(?:indicator|malware|report|x-mitre-[\w-]+|intrusion-set)--[0-9a-f-]{36}")
"""An object of STIX on somebody's platform."""
# /CVE-2024-1234, /GHSA-..., /AA24-109A
_ADVISORY = re.compile(r"/(?:cve-\d{4}-\d+|ghsa-[\w-]+|ta\d{2}-\d+\w?|aa\d{2}-\d+\w?)", re.IGNORECASE)


# /2020-12/schema, /provider.schema.json, /spdx-context.jsonld
_SCHEMA = re.compile(r"/(?:[\w.-]*[.-])?schema(?:-[\d.]+)?(?:\.json)?$|\.(?:xsd|dtd|jsonld)$", re.IGNORECASE)
# /licenses/LICENSE-2.0.txt, /LICENSE
_LICENCE = re.compile(r"/(?:un)?licen[cs]es?(?:-[\d.]+)?(?:\.(?:txt|html?|md))?(?:/|$)", re.IGNORECASE)


@lru_cache(maxsize=8192)
def is_reference(url: str) -> bool:
    """Return whether a canonical URL has the address of something to read."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host.replace(".", "").isdigit():
        return False  # nobody's articles stand at an address
    rest = f"{host}{parts.path}"
    if (
        _SERVICES.fullmatch(host)
        or _POSTS.match(rest)
        or _REPOSITORY.match(rest)
        or _ADVISORY.search(parts.path)
        or _OBJECT.search(parts.path)
        or _LICENCE.search(parts.path)
        or _SCHEMA.search(parts.path)
        or host.startswith(("license.", "licenses."))
    ):
        return True
    segments = [segment for segment in parts.path.lower().split("/") if segment]
    if not segments:
        return False
    if _LONG_SLUG.match(segments[-1]):
        return True
    among = any(segment in _SECTIONS for segment in segments[:-1]) or host.split(".")[0] in (
        "blog",
        "blogs",
        "research",
        "labs",
        "news",
        "securitylabs",
    )
    return bool(_SLUG.match(segments[-1])) and (among or bool(_ARTICLE_DATE.search(parts.path)))
