"""What looks like a domain or an address and is a file, a package, a version or a malware's name.

Each rule was met in a published list or in an extractor's output. They hold for text that is written plain: what
somebody defanged is meant as an address, whatever it looks like.
"""

from __future__ import annotations

import re

from enrich.indicators.shared.refang import FILE_SUFFIXES
from enrich.indicators.shared.vocabulary import ASSET

FILE_NAME = "looks like a file's name"
PACKAGE = "looks like the name of a package or of a program's part"
DETECTION = "looks like the name that an engine gives to malware"
VERSION = "looks like a version number"
IN_PATH = "part of a path"
CODE = "part of a program's text"
IN_FILE_NAME = "part of a file's name"
NAMED = "looks like the name of an image or of an account"
KEY = "looks like the key of a record"
SENTENCE = "the end of a sentence and the beginning of the next"

_FILES = """
exe dll sys pdf doc docx docm xls xlsx xlsm ppt pptx rtf zip rar 7z gz tar iso img lnk msi bat cmd ps1 vbs vbe js jse
wsf hta jar apk elf dylib dmg deb rpm php asp aspx jsp html htm txt csv json xml log ini cfg dat bin tmp png jpg jpeg
gif bmp svg ico css scr cpl ocx drv inf reg mp3 mp4 avi chm one eml msg pdb cab crt pem swf so ex_ dl_
"""
_FILE_LABELS = frozenset(_FILES.split())
# com.google.android, org.apache.commons, io.netty: the widest part first
_PACKAGES = frozenset(("com", "org", "net", "io", "edu", "gov", "java", "javax", "kotlin", "androidx"))
"""First parts of names that are written from the widest part on, as programs and packages are."""
# system.io, socket.io, asp.net, document.domain, this.id: what programs write with a dot
_CODE_WORDS = """
system microsoft windows mscorlib newtonsoft wscript scripting shell adodb win32 document window self this console
process module exports math object json string array date request response node socket asp vb app data
"""
_FIRST_IN_CODE = frozenset(_CODE_WORDS.split())
_CODE_SUFFIXES = frozenset(("io", "net", "in", "is", "id", "it", "to", "as", "at", "do", "ms", "name", "js", "so"))
"""Short suffixes that are words of programs, too; the long ones (``security``, ``services``) nearly all are."""
_FIELD_WORDS = """
account action agent alert as azure client cloud command container destination device dll dns effective egress event
file flow geo group host ingress instance kibana kubernetes log logon network observer orchestrator organization
original package parent persistence process product registry resource rule server service source target threat tls url
user vulnerability winlog
"""
_FIELDS = frozenset(_FIELD_WORDS.split())
"""Of what Elastic's schema makes the names of fields: ``host.name``, ``cloud.account.id``, ``process.parent.name``."""
_COMMON = frozenset(("com", "net", "org", "info", "biz", "ru", "cn", "xyz", "top", "de", "uk", "br", "fr"))
_DETECTIONS = re.compile(
    # Trojan.Win32.Agent, Win32/Korplug.TC, HEUR:Backdoor.Linux
    r"(?:not-a-virus|trojan\w*|backdoor|worm|virus|adware|riskware|ransom\w*|hacktool|exploit|downloader|dropper|pu[ap]"
    r"|heur\w*|gen|generic|malware|spyware|rootkit|bootkit|win(?:32|64|16|nt)?|w32|w64|msil|android\w*|linux|unix|osx"
    r"|macos|js|vbs|vba|html|php|bat|powershell|[owx]97m|swf|java|python|autoit|nsis|bv|troj|tr|bds|mal|atk|tool|trj"
    r"|deepscan|variant|uds|pdf|doc|rtf|lnk|suspicious|artemis|agent)",
    re.IGNORECASE,
)
_TITLE_CASE = re.compile(r"[A-Z][a-z]+")
_BEFORE_VERSION = re.compile(
    # Chrome/135.0.0.0, version 1.2.3.4, OID 1.3.6.1.4.1, ping -n 2 1.2.3.4, pkg@1.2.3.4, >= 1.2.3.4
    r"(?:(?<![a-z])(?:version|vers?|v|build|release|rev(?:ision)?|firmware|driver|chrome|firefox|safari|edge?|opr|opera"
    # ... not HIER_DIRECT/1.2.3.4, as Squid says where it went
    r"|msie|rv|trident|applewebkit|gecko|curl|wget|python|java|php|node|npm|sdk|patch|hotfix|upgrad\w+ to|updat\w+ to"
    r"|prior to|earlier than|older than|before|oid|ping(?: -\w+ \d+)?"
    # numbers of a document's parts: CIS benchmark section 2.3.1.5, cis: ["2.3.1.5"]
    r"|sections?|chapters?|clauses?|paragraphs?|appendix|benchmark|cis(?:_\w+)?|\u00a7)[.\s:=/\"'(\[]*"
    r"|(?<!_direct)(?<!_parent)(?<=\w)/|[<>=~]=\s*|[~^@])$",
    re.IGNORECASE,
)
_AFTER_VERSION = re.compile(
    # 1.2.3.4-beta, 1.2.3.4.exe, 1.2.3.4 and earlier
    r"(?:[-_+][a-z]|\.(?:exe|dll|zip|msi|jar|tar|gz)\b|\s*(?:and|or) (?:earlier|later|below)"
    r"|\s+(?:build|release|beta|alpha|rc\d?|(?:\(L\d\) )?ensure)\b)",
    re.IGNORECASE,
)
_FILE_AFTER = re.compile(
    r"[)\]}'\"]?[._-]?[\w-]{0,20}\.(?:" + "|".join(sorted(_FILE_LABELS)) + r")(?![\w.])", re.IGNORECASE
)
# console.log(, location.href = ", app::run; not "evil.com (seen in May)"
_CODE_AFTER = re.compile(r"(?:\((?!\s)|\s?={1,2}\s?[\"'$({\[]|\+=|::|->)")
_DATABASE = re.compile(
    r"\.(?:rds|cache|redshift|docdb|neptune|memorydb|es)\.amazonaws\.com(?:\.cn)?$|\.database\.(?:windows\.net|azure\.com)$"
    r"|\.(?:redis\.cache\.windows|kusto\.windows|documents\.azure|vault\.azure)\.\w+$",
    re.IGNORECASE,
)
"""What a cloud calls the databases and vaults of its customers: nobody's malware is served or controlled from there."""
# health.amazonaws.com, as CloudTrail says who called; a customer's host there has more parts
_CLOUD_PART = re.compile(r"[\w-]+\.amazonaws\.com", re.IGNORECASE)
_OPEN_BRACES = re.compile(r"(?:\{\{|[%$]\{)[^{}]*$")
_IN_TERRAFORM = re.compile(
    r"(?:data\.)?[a-z][a-z0-9]*_[a-z0-9_]+\.[\w-]+(?:\.\w+)*\.(?:name|id|zone|host|network|group|properties)"
)
# # 2.2.14.1 WBEM_DATAPACKET_OBJECT: a part of a document, in a comment
_SECTION, _COMMENT, _ITS_TITLE = (
    re.compile(r"[1-9](?:\.1?\d){3}"),
    re.compile(r"\s*(?:#|//|;|--)+\s*"),
    re.compile(r"\s+[A-Z]\w+"),
)
# Win32/Korplug.TC, not /path/to/evil.tc
_DETECTION_BEFORE = re.compile(r"(?:^|[\s|\"'`,])[A-Za-z0-9_-]{2,14}/$")


def domain(text: str, before: str, after: str) -> str:
    """Return why ``text``, written plain as ``name.suffix``, is no domain: the reason in words; "" where it may be one.

    ``before`` and ``after`` are what stands around it on its line.
    """
    # name = google_compute_disk.this.name, of Terraform
    if _IN_TERRAFORM.fullmatch(text) and before.rstrip(" ").endswith(("=", "[", "(", ",")):
        return CODE
    if "_at_" in text:  # max_at_vendor.example
        return NAMED
    labels = text.split(".")
    # [tool.black] of TOML; not [evil.com.br]
    if before.strip() in ("[", "[[") and after.strip() in ("]", "]]") and _COMMON.isdisjoint(map(str.lower, labels)):
        return KEY
    reason = _by_neighbours(before, after) or _by_parts(labels) or _of_cloud(text, after)
    return reason or (PACKAGE if "_" in labels[-2] else "")  # no registry takes it: ADW_PULSOFT.SM


def _of_cloud(text: str, after: str) -> str:
    # s3.amazonaws.com/bucket/a.exe is a URL
    if _CLOUD_PART.fullmatch(text) and not after.startswith("/"):
        return PACKAGE
    return ASSET if is_database(text) else ""


def is_database(host: str) -> bool:
    """Return whether a host is a database that a cloud keeps for a customer."""
    return _DATABASE.search(host) is not None


def _by_neighbours(before: str, after: str) -> str:
    # evil.com.pdf, {CheatHappens.com}.exe
    if _FILE_AFTER.match(after):
        return IN_FILE_NAME
    if after.startswith("\\") or (before.endswith(("\\", "/")) and not before.endswith(("//", "\\\\"))):
        return DETECTION if _DETECTION_BEFORE.search(before) else IN_PATH
    # $name, {{ page.name }}, {{(a.data || b.name)}}, ${host.name}
    in_code = before.endswith(("$", "%", "@", "#", "&", "${")) or _OPEN_BRACES.search(before) is not None
    if in_code or _CODE_AFTER.match(after):
        return CODE
    return ""


def _by_parts(labels: list[str]) -> str:
    low = [label.lower() for label in labels]
    # "Agent.TC" is a detection, "agent.tc" may be a domain
    titled = labels[0][:1].isupper() and labels[1][:1].isupper()
    if _DETECTIONS.fullmatch(low[0]) and titled and not all(map(str.isupper, labels)):
        return DETECTION
    # "system.evil.com" is a host, "System.Net.Http" and "asp.net" are not
    in_code = low[0] in _FIRST_IN_CODE and (len(low) == 2 or titled)
    if low[0] in _PACKAGES or (in_code and (low[-1] in _CODE_SUFFIXES or len(low[-1]) > 4)):
        return PACKAGE
    if low[-1] in ("name", "id", "pid", "target", "group", "zone", "properties") and _FIELDS.issuperset(low[:-1]):
        return PACKAGE
    if low[-1] in FILE_SUFFIXES or any(label in _FILE_LABELS and len(label) > 2 for label in low[1:-1]):
        return FILE_NAME
    return _by_capitals(labels)


def _by_capitals(labels: list[str]) -> str:
    """Return whether capitals stand as in ``Socket.IO``, ``end.Next``: nobody writes a host's name so, unless all of
    it.
    """
    last, rest = labels[-1], labels[:-1]
    if last.islower():
        mixed = any(label[1:] != label[1:].lower() for label in rest)
        return PACKAGE if len(labels) > 2 and mixed and last not in _COMMON and rest[-1][:1].isupper() else ""
    # EVIL.COM: some tools write all names in capitals
    if all(label.upper() == label for label in labels):
        return ""
    if all(map(_TITLE_CASE.fullmatch, labels)):
        return "" if last.lower() in _COMMON else PACKAGE
    # "...the end.Next sentence"
    return SENTENCE if _TITLE_CASE.fullmatch(last) and len(labels) == 2 else PACKAGE


def address(text: str, before: str, after: str) -> str:
    """Return why ``text``, four numbers written plain, is no IP address; "" where it may be one."""
    # 1.1.2.3.4 has five numbers, v-1.2.3.4 is a version
    touched = before.endswith((".", "-")) and before[-2:-1].isalnum()
    if touched or text.startswith("1.3.6.1") or _BEFORE_VERSION.search(before[-30:]) or _AFTER_VERSION.match(after):
        return VERSION
    if _SECTION.fullmatch(text) and _COMMENT.fullmatch(before) and _ITS_TITLE.match(after):
        return VERSION
    # 135.0.0.0, 10.2.1.0: no host has the number of its network; 10.2.1.0/24 is that network
    return VERSION if text.endswith(".0") and not after.startswith("/") else ""
