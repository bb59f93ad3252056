"""URLs, hosts, mail addresses and paths of servers around a value, defanged or not: what is part of one belongs to it.

A page about one file, by its hash, names the file. Each kind of address is one pattern here.
"""

from __future__ import annotations

import re

IN_URL = "part of a URL, not a file's hash"
COMMIT = "commit or revision id, not a file's hash"
IN_MAIL = "part of a mail address or id, not a file's hash"

# evil[.]com, evil(dot)com, hxxp[://], user[at]evil.com, evil\.com
_DEFANGED = re.compile(r"\[(\.|:|://|/|dot|at|@)\]|\((\.|dot|at)\)|\{(\.|dot)\}|\\(\.)", re.IGNORECASE)
"""A sign in brackets, or a dot behind a backslash: an address that somebody made harmless is one all the same."""
_SIGNS = {"dot": ".", "at": "@"}
_SERVICES = (
    r"virustotal\.com|(?:urlhaus(?:-api)?|mb-api|bazaar|yaraify|threatfox)\.abuse\.ch|valhalla\.nextron-systems\.com"
    r"|virusbay\.io|yomi\.yoroi\.company|unpac\.me|joesandbox\.com|hybrid-analysis\.com|reverse\.it|any\.run"
    r"|otx\.alienvault\.com|malshare\.com|analyze\.intezer\.com|threatminer\.org|metadefender\.(?:opswat\.)?com"
    r"|kaspersky\.com|valkyrie\.comodo\.com|tria\.ge|triage\.\w+|virusshare\.com|polyswarm\.(?:io|network)"
    r"|filescan\.io|maltiverse\.com|hashlookup\.circl\.lu|pulsedive\.com|threatbook\.\w+|ti\.qianxin\.com"
    r"|manalyzer\.org|labs\.inquest\.net|tip\.neiki\.dev|mwdb\.cert\.pl|koodous\.com|securite\.com|security\.microsoft\.com"
)
"""Hosts with pages about files, and about other things as well."""
_REPORTS = re.compile(
    rf"(?:{_SERVICES})/(?:\S*[/?&#])?"
    # /gui/file/<hash>, /#/search/<hash>, /sample/browse/<hash>, /lookup/sha256/<hash>
    r"(?:(?:files?|samples?|apks|hash(?:es)?|md5|sha1|sha256|downloads?|(?:download|file)-(?:analysis|collection)|search"
    r"|browse|reports?|results?|submissions)[/?]"
    # search?q=<hash>, browse.php?search=sha256:<hash>, submissions/#filehash:<hash>
    r"|(?:query|q|(?:file_?)?hash|sha1|search|resource|ioc|file)[=:](?:(?:md5|sha-?1|sha-?256|hash|ioc|file|file_?hash):)?)$"
    # hosts that have nothing but files
    r"|(?:opentip\.kaspersky\.com|samples\.vx-underground\.org(?:/\S*)?|app\.docguard\.io"
    r"|sandbox\.ti\.qianxin\.com/\S*|virusshare\.com)/$",
    re.IGNORECASE,
)
"""Pages about one file, by its hash: such a URL names the file (it ends where the hash begins)."""

_SCHEME = re.compile(
    # http://, hxxps[:]//, containerd://, magnet:?xt=; not "tcp 443", "git@github.com"
    r"[a-z][a-z0-9+.-]*+\[?:\]?//|(?:h[tx]{2}ps?|ftps?|magnet|urn)\[?:\]?[/?\[x]",
    re.IGNORECASE,
)
"""What opens a URL, whole or defanged (``hxxp[:]//``): whatever follows without a gap is part of it."""
_HOST = re.compile(
    # evil.com/ and what follows, evil.com:8080/, 10.0.0.1/; a query's parameter: ?sid=<hash>, &h=<hash>
    r"(?<![\w-])(?:[\w-]++\.)+[a-z]{2,18}(?::\d+)?[/?#]|(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?/|[?&][\w-]+=[\"']?$|=[^&=]*&$"
    # //cdn.example/<hash>; /show?id=<hash>, whose host stands in another field of a log
    r"|^//[\w.-]+/|^/?[\w./-]*\?[\w-]+=",
    re.IGNORECASE,
)
"""A host and the start of its path, a parameter of a query, a path with one: an address without its scheme."""
# http://evil.com/a,<hash> names a file behind its URL; http://evil.com/?a=b;h=<hash> goes on
_NEXT_VALUE = re.compile(r"[,;](?P<key>[\w-]*[=:]?)$")
"""A list's sign after an address: what follows is another value, unless both stand in one query (``?a=b;h=...``)."""
_COMMIT = re.compile(
    # github.com/a/b/commit/<sha1>, cgit's ?id=<sha1>, /compare/<sha1>...<sha1>; not /releases/<sha1>
    r"/(?:commits?|tree|rev|changeset|zipball|tarball|archive)/$|[?;&](?:h|hb|id|id2|rev|commit)=$|/compare/(?:[0-9a-f]+\.{2,3})?$",
    re.IGNORECASE,
)
"""The address of a change in a repository: what it names there is that everywhere."""
GOES_ON_AS_COMMIT = re.compile(
    # <sha1>..<sha1>, the first of two revisions; <sha1> refs/heads/main; <sha1> Bob <bob@mail.example>
    r"\.{2,3}[0-9a-f]{7,64}(?![0-9a-f])|\s+(?:refs/\w|HEAD\s*$|not-for-merge\s|branch ')|\s[^<>\n]{1,90}<[^<>\s@]+@"
    # <sha1>:path/of/file:rule:12, by which scanners for secrets call what they found
    r"|:[^\s:]+:[a-z][\w-]+:\d+(?!\S)"
)
"""What Git and its tools write behind a revision."""
# <hash>&lang=en; not <hash>&amp;lang, where the text is HTML
_QUERY_GOES_ON = re.compile(r"&(?!\w+;)[\w-]+=")
"""A further parameter behind the value; ``&amp;`` and its like are signs of markup, and none."""


def refanged(text: str) -> str:
    """Return ``evil[.]example`` as ``evil.example``, as it was before somebody made it harmless."""
    if not any(sign in text for sign in "[({\\"):
        return text
    return _DEFANGED.sub(lambda m: _SIGNS.get((sign := m[1] or m[2] or m[3] or m[4]).lower(), sign), text)


def report_of(token: str) -> bool:
    """Return whether ``token`` is the address of a page about one file, up to the hash that it ends in."""
    return _REPORTS.search(token) is not None


def in_address(token: str, after: str) -> str:
    """Of which address a value is a part, as a reason; "" where of none. ``token`` is the run of characters before
    it, ``after`` what follows; both refanged.
    """
    if (following := _NEXT_VALUE.search(token)) and not ("?" in token and following["key"].endswith("=")):
        token = following["key"]
    if token.lower() == "file://":
        return ""  # a file named by nothing but its hash
    if token and (_SCHEME.search(token) or _HOST.search(token)):
        return COMMIT if _COMMIT.search(token) else IN_URL
    if _QUERY_GOES_ON.match(after):
        return IN_URL
    return IN_MAIL if after.startswith("@") else ""
