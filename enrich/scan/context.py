"""What the text around a value in its own cell says: label, URL, host, file name, password dump, comment.

Knows the cell's text and nothing of rows, columns or headings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from enrich.kinds.hash import ALGORITHMS, LENGTHS
from enrich.scan import logins
from enrich.scan.vocabulary import LOGIN
from enrich.scan.words import label


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
_ENDS = ("'", '"', "{", "{ ", "> ", "< ", "| ")
"""The quick look before the closer one."""
_NAME_BEFORE = re.compile(r"[\w)][_.\-+~]$|[\w.)]\\$|\\$|(?:^|[\w.~-])/$|[_@%$]$")
_NAME_AFTER = re.compile(r"^(?:[_~]\w|-[0-9A-Za-z_]+[.\-_]|[\\/][\w.])")
_EXTENSION = re.compile(
    r"^(?:\.[0-9a-z_~-]{1,63})*\.(?P<last>[a-z][0-9a-z_~]{0,10}|7z|00\d|mp[34])(?![\w.]*\w\()", re.IGNORECASE
)
_GOES_ON = re.compile(r"[\w-]|\.\w")
_FILES = re.compile(
    r"(?:exe|dll|sys|drv|ocx|cpl|scr|pif|com|bat|cmd|ps1|psm1|vbs?|vbe|jse?|wsf|hta|lnk|url|msi|msp|jar|class"
    r"|apk|dex|ipa|elf"
    r"|so|dylib|dmg|pkg|app|deb|rpm|sh|py|pyc|pl|rb|php\d?|aspx?|jspx?|cer|crt|cfm|docx?|docm|dot[xm]?"
    r"|xls[xmb]?|xlt|ppt[xms]?"
    r"|pps[xm]?|rtf|pdf|odt|ods|odp|eml|msg|chm|hwpx?|one|pub|iso|img|vhdx?|zip|rar|7z|gz|tgz|tar|xz|bz2|cab"
    r"|ace|arj|lzh|bin"
    r"|dat|data|tmp|temp|bak|old|log|txt|csv|json|xml|html?|mhtml?|swf|vir|virus|virobj|sample|malware|malz|mal"
    r"|mlw|infected"
    r"|danger|quarantined?|out|file|fil|dump|mem|raw|unk|unknown|none|ex_|dl_|png|jpe?g|gif|bmp|ico|svg|mp[34]"
    r"|avi|wav|ttf|enc"
    r"|00\d|part\d?|x|o|macho|exe_|dll_|bin_|upx|unpacked|config|cfg|ini|db|sqlite|reg|inf|wim|partial)",
    re.IGNORECASE,
)
_DOMAINS = re.compile(
    r"com|net|org|info|biz|name|pro|edu|gov|mil|int|arpa|onion|bit|example|test|local(?:host)?|lan|internal|invalid|home"
    r"|corp|xyz|top|club|online|site|website|store|shop|space|tech|app|dev|cloud|live|life|link|click|icu|vip|work|win|men"
    r"|bid|loan|date|download|stream|trade|party|review|science|racing|webcam|accountant|cricket|faith|fun|today|world"
    r"|agency|digital|email|group|host|hosting|media|news|one|press|pub|run|services|social|solutions|studio|support"
    r"|systems|team|tools|wiki|zone|asia|cat|mobi|travel|jobs|tel|xxx|art|bar|best|blog|buzz|cam|cash|casa|center|chat"
    r"|city|codes|company|cyou|design|directory|email|expert|finance|fit|games?|gdn|global|guru|help|ink|kim|land|lol"
    r"|market|marketing|money|monster|moe|network|ninja|ooo|page|party|photos?|pics|pink|plus|quest|red|rest|rocks|sbs"
    r"|school|sexy|skin|surf|sale|tax|taxi|tips|trade|uno|ventures|video|vision|wang|watch|wtf|yoga|beauty|bond|cfd|hair"
    r"|makeup|autos|boats|homes|motorcycles|yachts|mom|lat|bet|bio|black|blue|cafe|care|church|coffee|college|cool",
    re.IGNORECASE,
)
"""Endings of hosts' names with more than two letters."""
_STIX = re.compile(
    r"([a-z][a-z0-9-]+):[\w.'\"\[\]\- ]*?(?:hashes|value|fingerprint)[\w.'\"\[\]\-]*\s*(?:=|LIKE|IN)\s*\(?['\"\s]*$"
)
_GOOD_LABEL = re.compile(
    r"(?:md[\s_-]?5|sha[\s_-]?-?1|sha[\s_-]?-?(?:2[\s_-])?256|sha2|hash(?:es)?|checksum|digest|хеш|хэш|哈希|ハッシュ|해시"
    r"|x-?checked via vt)"
    r"(?:[\s_-]?(?:sum|hash|value|values|file))?(?:\s*\([^()\n]*\))?[\s\"'`*_]*[:=,\-\u2013>(\s]+[\"'`\s(\[{<*]*$",
    re.IGNORECASE,
)
_PLAIN_BEFORE = re.compile(r"[\s\"'`(\[{<*=:>|,;#•·\-\u2013\u2014]*$")
_PHRASE = re.compile(r"[^;|\n.!?,(){}\[\]]*$")
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
_IN_ADDRESS = Context("part of a mail address or id, not a file's hash")
_ODD = dict.fromkeys(PLACEHOLDERS, Context("placeholder, one digit only")) | dict.fromkeys(logins.NT_EMPTY, _PASSWORD)


def around(text: str, start: int, end: int) -> Context:
    """What surrounds the value at ``text[start:end]``: the surest sign first."""
    before, after = text[max(0, start - 300) : start], text[end : end + 60]
    odd = _ODD.get(text[start:end].lower())
    if odd is not None or not (before.strip(_BLANK) or after.strip(_BLANK + ",;")):
        return odd or BARE
    token = "" if not before or before[-1].isspace() else _refanged(before)
    if logins.told(text, before, start, end):
        return _PASSWORD
    context = _by_syntax(before, after, end - start) or _in_token(token, after)
    if context is None or (context.part and not _NAME_BEFORE.search(token)):
        named = _named(before, after)
        return named if context is None or named.reason else context
    return context


def _by_syntax(before: str, after: str, digits: int) -> Context | None:
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
    if token and (report := _last(_REPORTS, token)) and report == len(token):
        return LABELLED
    if other := _of_other(token, after):
        return other
    extension = _EXTENSION.match(after)
    if extension or after.startswith("[.]"):
        return IN_NAME if extension and _is_file(extension, after) else _IN_HOST
    if _TAG.fullmatch(token):
        return LABELLED
    return IN_NAME if _NAME_BEFORE.search(token) or _NAME_AFTER.match(after) else None


def _of_other(token: str, after: str) -> Context | None:
    """What else than a file's hash the beginning of its token makes of the value: an address, an object's name."""
    if token and (_SCHEME.search(token) or _HOST.search(token) or (_PATH.match(token) and not _ends_path(after))):
        return _IN_URL
    if after.startswith("@"):
        return _IN_ADDRESS
    reason = next((reason for pattern, reason in _OBJECTS if pattern.match(token)), "")
    return Context(reason) if reason else None


def _ends_path(after: str) -> bool:
    """Whether a path ends in the value, or in a file that is named by it and is no page."""
    name = _TOKEN_END.split(after, maxsplit=1)[0]
    return name == "" or bool(_EXTENSION.fullmatch(name) and not _PAGES.search(name))


def _is_file(extension: re.Match[str], after: str) -> bool:
    """Whether a name ends like a file's: a lone ending that no host's name has will do."""
    if after[extension.end() :].startswith("/"):
        return False
    first, last = extension[0].split(".")[1], extension["last"]
    lone = first == last and not _GOES_ON.match(after[extension.end() :])
    is_domain = len(last) == 2 or bool(_DOMAINS.fullmatch(last))
    if _FILES.fullmatch(last):
        return lone or not is_domain or bool(_FILES.fullmatch(first))
    return lone and not is_domain


def _named(before: str, after: str) -> Context:
    """What the words right before the value, or in brackets after it, call it."""
    if (stix := _STIX.search(before)) and stix[1] not in ("file", "artifact") and "_ref" not in stix[0]:
        return Context(label(stix[1]) or f"of a {stix[1]}, not of a file")
    lead = _PLAIN_BEFORE.sub("", before)
    phrase = _phrase(lead)
    if phrase and (reason := label(phrase)):
        return Context(reason)
    if (behind := _AFTER.match(after)) and (reason := label(behind[1] or behind[2])):
        return Context(reason)
    return LABELLED if _GOOD_LABEL.search(before) else BARE


def _phrase(lead: str) -> str:
    """The words that lead up to the value: back to the last sign that ends a phrase, brackets closed just before it
    ("Certificate (SHA1): ...") taken in.
    """
    found = _PHRASE.search(lead)
    phrase = found[0] if found else ""
    if not phrase.strip() and lead.endswith((")", "]", "'")):
        opened = max(lead.rfind("("), lead.rfind("["))
        if opened >= 0:
            ahead = _PHRASE.search(lead[:opened])
            phrase = f"{ahead[0] if ahead else ''} {lead[opened + 1 : -1]}"
    return phrase.strip()[-100:]
