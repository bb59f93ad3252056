"""What the text around a value in its own cell says: label, URL, host, file name, password dump, comment.

Knows the cell's text and nothing of rows, columns or headings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from enrich.indicators.hash import credentials
from enrich.indicators.hash.digests import ALGORITHMS, LENGTHS
from enrich.indicators.hash.file_names import EXTENSION, is_file, is_host
from enrich.indicators.hash.labels import label
from enrich.indicators.hash.look_alikes import LOGIN


@dataclass(frozen=True, slots=True)
class Context:
    """``reason``: why the value is no file's hash, "" where nothing says so. ``part``: of a file name, so that the
    sheet's other hashes decide. ``labelled``: the text says that it is a hash.
    """

    reason: str = ""
    part: bool = False
    labelled: bool = False


BARE = Context()
LABELLED = Context(labelled=True)
IN_NAME = Context("part of a file name", part=True)

_REPORTS = re.compile(
    r"virustotal\.com/(?:gui/|[a-z]{2}(?:-[a-z]{2})?/|#/|old-browsers/|intelligence/)*(?:file|search|download)(?:/|\?query=|\?hash="
    r"|-analysis/)*"
    r"|virustotal\.com/(?:gui/|ui/|api/v\d/)?files?/"
    r"|virustotal\.com/vtapi/v2/file/\w+\?(?:apikey=\w*&)?resource="
    r"|(?:urlhaus(?:-api)?|mb-api)\.abuse\.ch/(?:v1/download/|downloads?/|browse\.php\?search=)"
    r"|valhalla\.nextron-systems\.com/info/file/|samples\.vx-underground\.org/(?:\S*/)?|virusbay\.io/sample/browse/"
    r"|yomi\.yoroi\.company/(?:submissions|report)/|unpac\.me/results\?hash=|joesandbox\.com/analysis/search\?q="
    r"|virustotal\.com/latest-report\.html\?resource="
    r"|bazaar\.abuse\.ch/(?:sample|download|browse\.php\?search=\w*:)/?"
    r"|hybrid-analysis\.com/(?:sample|search\?query=|file-collection)/?|reverse\.it/sample/"
    r"|otx\.alienvault\.com/(?:browse/global/)?indicators?/file/"
    r"|malshare\.com/(?:sample\.php\?action=detail&hash=)|analyze\.intezer\.com/files/"
    r"|threatminer\.org/sample\.php\?q=|metadefender\.(?:opswat\.com|com)/results/(?:file|hash)/"
    r"|opentip\.kaspersky\.com/|joesandbox\.com/(?:search\?q=)|valkyrie\.comodo\.com/get_info\?sha1="
    r"|(?:tria\.ge|triage\.\w+)/s\?q=|virusshare\.com/(?:file\?|hashes/)?|polyswarm\.(?:io"
    r"|network)/scan/results/file/"
    r"|yaraify\.abuse\.ch/(?:sample|scan)/|threatfox\.abuse\.ch/browse\.php\?search=ioc:"
    r"|filescan\.io/search-result\?query="
    r"|maltiverse\.com/sample/|hashlookup\.circl\.lu/lookup/(?:md5|sha1|sha256)/|pulsedive\.com/indicator/\?ioc="
    r"|unpac\.me/results/|kaspersky\.com/[\w/]*(?:lookup|search)\?query=|x\.threatbook\.\w+/report/file/"
    r"|ti\.qianxin\.com/\S*file\S*/|s\.threatbook\.\w+/report/file/|sandbox\.ti\.qianxin\.com/\S*/"
    r"|manalyzer\.org/report/"
    r"|labs\.inquest\.net/dfi/sha256/|tip\.neiki\.dev/file/|any\.run/report/|mwdb\.cert\.pl/(?:file|sample)/"
    r"|koodous\.com/apks/|app\.docguard\.io/|securite\.com/file/",
    re.IGNORECASE,
)
"""Pages about one file, by its hash: such a URL names the file (it ends where the hash begins)."""

_TOKEN_START = re.compile(r"[\s\"'<>|`()\[\]{}]|[,;](?=[\w-]*[=:]?$)")
_TOKEN_END = re.compile(r"[\s\"'<>|`()\[\]{},;]")
_DEFANGED = re.compile(r"\[(\.|:|://|dot|at)\]|\((\.|dot)\)|\{\.\}|\\\.", re.IGNORECASE)
_SCHEME = re.compile(
    r"(?:h[tx]{2}ps?|ftps?|sftp|wss?|ipfs|tcp|udp|git|ssh|magnet|urn)(?:\[?:\]?)[/?\[x]", re.IGNORECASE
)
_ROOTS = (
    "home|tmp|usr|var|opt|data|root|mnt|users|etc|bin|dev|storage|sdcard|private|library|applications|volumes|media"
)
_HOST = re.compile(
    r"(?:[\w-]+\.)+[a-z]{2,18}(?::\d+)?[/?#]|(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?/|[?&][\w-]+=$|=[^&=]*&$"
    r"|^//[\w.-]+/",
    re.IGNORECASE,
)
_PATH = re.compile(rf"^/(?!(?:{_ROOTS})/)[\w.-]+/", re.IGNORECASE)
"""A path of a server's rather than of a disk's, unless it ends in a file of no web server's."""
_PAGES = re.compile(
    r"\.(?:php\d?|aspx?|jspx?|html?|cgi|pl|do|action|cfm|js|json|xml|css|png|gif|jpe?g|ico|svg)$", re.IGNORECASE
)
_TAG = re.compile(r"(?:md-?5|sha-?1|sha-?256|hash)[-_]", re.IGNORECASE)
_OBJECTS = (
    (re.compile(r"(?:HKLM|HKCU|HKCR|HKU|HKCC|HKEY_\w+)\\", re.IGNORECASE), "part of a registry key, not a file's hash"),
    (re.compile(r"(?:Global|Local|Sessions?\\\d+|\\?BaseNamedObjects)\\", re.IGNORECASE), "mutex name"),
    (re.compile(r"[\w./:-]+@sha256:$", re.IGNORECASE), "digest of a container's image, not a file's hash"),
    (re.compile(r"\\+[.?\w]*\\pipe\\", re.IGNORECASE), "name of a pipe, not a file's hash"),
    (re.compile(r".*\\NativeImages_", re.IGNORECASE), "name of a folder of compiled .NET code, not a file's hash"),
    (re.compile(r"[\w.-]+(?:/[\w.-]+)+@$"), "commit or revision id, not a file's hash"),
    (
        re.compile(r"arn:[\w-]+:|urn:(?!\w*(?:md5|sha|hash|file))[\w-]+:|(?:.*[/,])?cn=$", re.IGNORECASE),
        "identifier of a resource, not a file's hash",
    ),
    (re.compile(r"(?:a\d{1,3}|proctitle)=$"), "a command's words in hex, not a file's hash"),
)
"""What opens the names of objects that are no files."""
_ELEMENT = re.compile(
    r"<(?!\w*(?:file|sample|malware|hash))\w[\w:.-]*\s(?:[^<>]*\s)?"
    r"(?!\w*(?:file|sample|malware|hash|md5|sha))[\w:]*(?:id|idref|ref|guid)=[\"']$",
    re.IGNORECASE,
)
_ELEMENT_ID = Context("identifier of an element, not a file's hash")
"""Of 32 digits, as a GUID has: a longer one is what the element is about."""
_SYNTAX = (
    (
        re.compile(r"hash\.(?:md5|sha1|sha256)\((?!\s*0\s*,\s*filesize\b)[^=]*\)\s*==\s*[\"']$"),
        "hash of a part of a program",
    ),
    (
        re.compile(
            r"(?:(?:^|\n)\s+|\0[^\0]*)(?<!\w)\$(?!\w*(?:hash|md5|sha|ioc|indicator|sample|malware|bad|file|target))\w*"
            r"\s*=\s*[\"']\s*$|(?<!\w)\$\w*\s*=\s*\{\s*$",
            re.IGNORECASE,
        ),
        "text or bytes that a rule looks for, not a file's hash",
    ),
    (re.compile(r"^(?:<{7}|\|{7}|>{7}) $"), "commit or revision id, not a file's hash"),
)
"""What leads up to a value in languages of machines: markup, rules, marks of a merge.

A script sets a variable as a rule sets a text: that stands further in, or has a word behind it that only rules know,
for which a NUL is put in front.
"""
_MODIFIED = re.compile(r"[\"']\s+(?:ascii|wide|nocase|fullword|private|xor|base64)(?!\w)")
_COOKIE = re.compile(r"(?:^|[\s\"'])(?:set-)?cookie2?:\s[^\n]*=$", re.IGNORECASE)
_ENDS = ("'", '"', "{", "{ ", "> ", "< ", "| ")
"""The quick look before the closer one."""
_FOLDER = re.compile(r"[\\/]")
_IN_REPOSITORY = re.compile(
    r"(?:/(?:blob|raw)/|raw\.githubusercontent\.com/[\w.-]+/[\w.-]+/)(?!gist|[0-9a-f]{40}/?$)[\w.-]+/(?:\S*/)?$",
    re.IGNORECASE,
)
"""The address of a file of a repository, up to its name."""
_QUERY_GOES_ON = re.compile(r"&(?!\w+;)[\w-]+=")
_FILE_AND_HASH = re.compile(r"[\w)\]-]\.\w{1,10}\|$")
"""``name.ext|``: a name and its hash in one value, as MISP writes them."""
_NAME_BEFORE = re.compile(r"[\w)][_.\-+~]$|[\w.)]\\$|\\$|(?:^|[\w.~-])/$|[_@%$]$")
_NAME_AFTER = re.compile(r"^(?:[_~]\w|-[0-9A-Za-z_]+[.\-_]|[\\/][\w.])")
_STIX = re.compile(
    r"([a-z][a-z0-9-]+):[\w.'\"\[\]\- ]*?(?:hashes|value|fingerprint)[\w.'\"\[\]\-]*\s*(?:=|LIKE|IN)\s*\(?['\"\s]*$"
)
_GOOD_LABEL = re.compile(
    r"(?:md[\s_-]?5|sha[\s_-]?-?1|sha[\s_-]?-?(?:2[\s_-])?256|sha2|hash(?:es)?|checksum|digest|хеш|хэш|哈希|ハッシュ|해시"
    r"|x-?checked via vt)"
    r"(?:[\s_-]?(?:sum|hash|value|values|file))?(?:\s*\([^()\n]*\))?[\s\"'`*_]*[:=,\-\u2013>(\s]+[\"'`\s(\[{<*]*$",
    re.IGNORECASE,
)
_SPACES = "".join(filter(str.isspace, map(chr, range(0x3001))))
_PLAIN_BEFORE = f"{_SPACES}\"'`([{{<*=:>|,;#•·-\u2013\u2014"
_ENDS_PHRASE = ";|\n.!?,(){}[]"
_LONGEST_LABEL = 120
_AFTER = re.compile(
    r"^[\"'`)\]}>]*\s*[-\u2013\u2014:,]?\s*[(\[]\s*([^()\[\]\n]{2,40})[)\]]"
    r"|^\s*[-\u2013\u2014]\s*([A-Za-z][\w .-]{2,30})\s*$"
)
PLACEHOLDERS = frozenset(digit * digits for digit in "0123456789abcdef" for digits in ALGORITHMS)
"""What stands where somebody has no hash to give: nobody has ever seen a file of such a one."""

_BLANK = " \t\ufeff\xa0\"'"
_IN_URL = Context("part of a URL, not a file's hash")
_IN_HOST = Context("part of a host name, not a file's hash")
_PASSWORD = Context(LOGIN)
_IN_COOKIE = Context(label("cookie"))
_BOUNDARY = Context(label("boundary"))
_IN_ADDRESS = Context("part of a mail address or id, not a file's hash")
_ODD = dict.fromkeys(PLACEHOLDERS, Context("placeholder, one digit only")) | dict.fromkeys(
    credentials.NT_EMPTY, _PASSWORD
)


def around(text: str, start: int, end: int) -> Context:
    """What surrounds the value at ``text[start:end]``: the surest sign first."""
    before, after = text[max(0, start - 300) : start].replace("\0", ""), text[end : end + 60].replace("\0", "")
    odd = _ODD.get(text[start:end].lower())
    if odd is not None or not (before.strip(_BLANK) or after.strip(_BLANK + ",;")):
        return odd or BARE
    token = "" if not before or before[-1].isspace() else _refanged(before)
    if credentials.told(text, before, start, end):
        return _PASSWORD
    context = _by_syntax(before, after, end - start) or _in_token(token, after)
    if context is None or (context.part and not _NAME_BEFORE.search(token)):
        named = _named(before, after)
        return named if context is None or named.reason else context
    return context


def _by_syntax(before: str, after: str, digits: int) -> Context | None:
    if before == "--" and digits == LENGTHS["md5"] and not after.strip("- \r\n"):
        return _BOUNDARY  # the line that parts a mail
    if "ookie" in before and _COOKIE.search(before):
        return _IN_COOKIE
    if not before.endswith(_ENDS):
        return None
    if digits == LENGTHS["md5"] and _ELEMENT.search(before):
        return _ELEMENT_ID
    before = f"\0{before}" if _MODIFIED.match(after) else before
    return next((Context(reason) for pattern, reason in _SYNTAX if pattern.search(before)), None)


def _refanged(text: str) -> str:
    return _DEFANGED.sub(
        lambda m: {"dot": ".", "at": "@"}.get((m[1] or m[2] or ".").lower(), m[1] or m[2] or "."), text
    )


def _last(pattern: re.Pattern[str], text: str) -> int:
    position = 0
    for match in pattern.finditer(text):
        position = match.end()
    return position


def _in_token(before: str, after: str) -> Context | None:
    """Whether the value is part of a URL, a host name or a file name: the run of characters that it stands in."""
    token = before[_last(_TOKEN_START, before) :]
    if "/" in token and (report := _last(_REPORTS, token)) and report == len(token):
        return LABELLED
    if other := _of_other(token, after):
        return other
    extension = EXTENSION.match(after)
    if extension or after.startswith("[.]"):
        return IN_NAME if extension and is_file(extension, after, in_path=bool(_FOLDER.search(token))) else _IN_HOST
    if is_host(after):
        return _IN_HOST
    if _TAG.fullmatch(token):
        return LABELLED
    return IN_NAME if _NAME_BEFORE.search(token) or _NAME_AFTER.match(after) else None


def _of_other(token: str, after: str) -> Context | None:
    """What else than a file's hash the beginning of its token makes of the value: an address, an object's name."""
    if token and (_SCHEME.search(token) or _HOST.search(token) or (_PATH.match(token) and not _ends_path(after))):
        return IN_NAME if _IN_REPOSITORY.search(token) and _ends_path(after) else _IN_URL
    if _QUERY_GOES_ON.match(after):
        return _IN_URL
    if after.startswith("@"):
        return _IN_ADDRESS
    reason = next((reason for pattern, reason in _OBJECTS if pattern.match(token)), "")
    return Context(reason) if reason else None


def _ends_path(after: str) -> bool:
    """Whether a path ends in the value, or in a file that is named by it and is no page."""
    name = _TOKEN_END.split(after, maxsplit=1)[0]
    return name == "" or bool(EXTENSION.fullmatch(name) and not _PAGES.search(name))


def _named(before: str, after: str) -> Context:
    """What the words right before the value, or in brackets after it, call it."""
    is_pattern = any(word in before for word in ("hashes", "value", "fingerprint"))
    if is_pattern and (stix := _STIX.search(before)) and stix[1] not in ("file", "artifact") and "_ref" not in stix[0]:
        return Context(label(stix[1]) or f"of a {stix[1]}, not of a file")
    lead = before.rstrip(_PLAIN_BEFORE)
    phrase = "" if _FILE_AND_HASH.search(before) else _phrase(lead)
    if phrase and (reason := label(phrase)):
        return Context(reason)
    if (behind := _AFTER.match(after)) and (reason := label(behind[1] or behind[2])):
        return Context(reason)
    return LABELLED if _GOOD_LABEL.search(before[-_LONGEST_LABEL:]) else BARE


def _phrase(lead: str) -> str:
    """The words that lead up to the value: back to the last sign that ends a phrase, brackets closed just before it
    ("Certificate (SHA1): ...") taken in.
    """
    phrase = _last_phrase(lead)
    if not phrase.strip() and lead.endswith((")", "]", "'")):
        opened = max(lead.rfind("("), lead.rfind("["))
        if opened >= 0:
            phrase = f"{_last_phrase(lead[:opened].removesuffix(chr(10)))} {lead[opened + 1 : -1]}"
    return phrase.strip()[-100:]


def _last_phrase(text: str) -> str:
    return text[max(map(text.rfind, _ENDS_PHRASE)) + 1 :]
