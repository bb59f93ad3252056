"""How dumps of logins look: hashes of passwords and keys of accounts, which are secrets and no file's hashes."""

from __future__ import annotations

import re
from collections.abc import Collection

from enrich.indicators.hash.cracker_formats import is_field
from enrich.indicators.hash.digests import LENGTHS
from enrich.indicators.hash.file_names import FILE_ENDINGS
from enrich.indicators.hash.labels import carries_files, heading, label
from enrich.indicators.hash.phrases import plain

FOR_HASHES = "(?:hash|md5|sha|ioc|indicator|sample|malware|bad|file|target)"
"""What is in the names of variables that hold hashes of files."""
_PWDUMP = re.compile(
    # user::DOMAIN:1122334455667788:<nt proof>:..., user:500:<lm>:<nt>:::
    # max:1001:<nt>
    r"(?:^|\n)[^\s:.\\/]{1,64}:\d{3,6}:[0-9a-f]{32}(?:\s|$)"
    r"|::[^:\s]*:[0-9a-f]{16}:[0-9a-f]{32}|(?:^|[\s;|])[^\s:]*:\d*:[0-9a-f*]*:?[0-9a-f]{32}:::?|:\d+:[0-9a-f]{32}:[0-9a-f]{32}"
    # CORP\WS1$:<lm>:<nt>:::
    r"|:[0-9a-f]{32}:[0-9a-f]{32}:::"
    # admin:<md5>:19000:0:99999:7::: of a file of accounts
    r"|(?:^|\s)[^\s:]+:[0-9a-f]{32}(?::\d*){3,}:"
    # max;CONTOSO;<nt>;enabled
    r"|(?:^|\n)[\w.$-]{1,64}([;|])[A-Z][A-Z0-9-]{1,14}\1[0-9a-f]{32}\1(?:enabled|disabled|locked)",
    re.IGNORECASE,
)
"""Lines of pwdump, secretsdump and NetNTLM captures: fields with signs between."""
_TOLD = re.compile(r"(?<!\w)(?:pass[ -]the[ -]hash|krbtgt|ntds)(?!\w|\.dit)", re.IGNORECASE)
"""What is told of a password's hash on the line that it stands in, before or behind it."""
_CRACKED = re.compile(r"\W*(?:(?:was|is|got|has been) )?cracked(?!\w)", re.IGNORECASE)
"""What is told of one right behind it."""
_KEY_TYPE = re.compile(
    # aes256-cts-hmac-sha1-96:<key>, rc4_hmac_nt (23): <key>
    r"(?<!\w)(?:aes\d{3}[_-](?:cts[_-])?hmac[\w-]*|(?:rc4|arcfour)[_-]hmac\w*)\s*(?:\(\d+\)\s*)?[:=]?\s*$",
    re.IGNORECASE,
)
"""Kerberos keys, as dumps of a domain's accounts name them."""
_DUMP = re.compile(
    # NTLM : <hash>; m/u: <sha1>/<sha1> of cached logons
    r"(?:^|\n)\s*(?:ntlm|nt|lm)\s*(?:-\s*\d+\s*)?:\s*$|(?<!\w)m/u\s*:\s*(?:[0-9a-f]{40}\s*/\s*)?$"
    # NTLM: <hash>   SHA1: <hash>; -hashes <lm>:<nt>, as tools are told
    r"|(?<!\w)ntl?m?\s*:\s*[0-9a-f]{32}\W+sha1\s*:\s*$|\s-hashes?\s+(?:[0-9a-f]{32})?:$"
    # Authorization: Basic <hash>; curl -u admin:<md5>
    r"|(?<!\w)authorization[\"']?\s*[:=]\s*[\"']?(?:\w+\s+)?$"
    r"|aad3b435b51404eeaad3b435b51404ee[\s:;,|\"]{1,9}$"
    # ConvertTo-SecureString "<hex>"
    r"|convertto-securestring\s+(?:-string\s+)?[\"']?$"
    # Challenge="...",Response="<md5>" of SIP
    r"|challenge=\"[^\n]{0,160}(?:response|hash)=\"$"
    # /rc4:<key> of Rubeus, /krbtgt: of mimikatz, -hashes <lm>:<nt>, -H <nt>; CORP\max:<nt>
    r"|\s/(?:rc4|aes(?:128|256)|des|pth|krbtgt|(?:old|new)?ntlm):$|\s-hashes\s+$|(?-i:\s-H)\s+$"
    # hashcat -m 0 <md5>
    r"|(?<!\w)(?:hashcat|john)(?:\.exe)?\s+-[^\n]*$"
    r"|(?<!\w)invoke-(?:smb|wmi|thehash)\w*\s[^\n]*-hash\s+$|(?<![\w\\:])[\w.-]{1,63}\\[\w.$-]{1,64}:$|\s(?:-u|--user)\s+[^\s:]*:$",
    re.IGNORECASE,
)
"""What leads up to a secret in what mimikatz, secretsdump and their like print or are told."""
# m.meier@example.com:<hash>, with any sign that such lists part fields by
_LOGIN = re.compile(r"(?:[\w.+-]+@[\w-]+\.[\w.-]+)\s*[:;|,]\s*$")
"""A mail address, and a sign that parts it from the hash of its password."""
_SETTING = re.compile(
    # STRIPE=<md5>, export APP_KEY="<sha256>", signing.seed=<sha256>; not win32.emotet=<md5>, libfoo.so.1=<md5>
    r"(?:(?:^|\n)\s*(?:export\s+|set\s+)?([A-Z][A-Z0-9_]+|[a-z][a-z_-]*(?:\.[a-z_-]+)+)\s?=\s?"
    # GET /login 200 sess=<md5>, X-Mailer-User: <md5>; not Qakbot=<md5>, Emotet=<md5>
    rf"|(?<=\S[\s,;|])(?!\w*{FOR_HASHES})([a-z][\w.-]*|[A-Z][A-Z0-9_]+)=|(?:^|\n)(X-[\w-]+):\s?"
    # $k = '<md5>', not $h = '<md5>'; "Name": "<md5>", a line of a record
    rf"|(?<!\w)\$(?!\w*{FOR_HASHES}|h\d*\W)(\w+)\s?=\s?|\\?[\"']([A-Za-z_][\w .-]{{0,40}})\\?[\"']\s?:\s?\\?)[\"']?$"
)
"""What sets a variable of a program's environment, or a property of it, a field of a log's line or of a record."""
A_SETTING = "value of a setting that says nothing of a file"
"""The reason by which a heading of hashes knows that it may overrule it."""
# (1,'bob','bob@mail.example','<md5>'), INSERT INTO t VALUES (...; not (reported by bob@mail.example) <md5>
_TUPLE = re.compile(
    r"\s*(?:insert\s[^(]{1,400}(?:\([^()]*\)\s*values\s*)?\(.{0,200}?|\(\s*(?:\d+|null|['\"])[^()]{0,200}?['\"])"
    r"([\w.+-]{1,64}+@[\w-]{1,64}\.[\w.-]{2,64})",
    re.IGNORECASE,
)
"""A record of a database's dump that holds a mail address."""
# INSERT INTO `users` (`id`, `pass`) VALUES
_INSERT = re.compile(
    r"\s*insert\s+into\s+(?:[`\"\[]?\w+[`\"\]]?\.)?[`\"\[]?(?P<table>\w+)[`\"\]]?\s*"
    r"(?:\((?P<columns>[^()]{1,2000})\))?\s*values",
    re.IGNORECASE,
)
"""Records of a table, its columns named or not."""
# INSERT INTO members (id, pass) VALUES, COPY public.users (id, pass) FROM stdin;
_STATEMENT = re.compile(
    r"\s*(?:insert\s+into|copy)\s[^()]{1,100}\((?P<columns>[^()]{1,300})\)\s*(?:values|from\s+stdin\s*;?)\s*",
    re.IGNORECASE,
)
"""A statement of SQL that names the columns of the records in the lines below it."""
_LONGEST_TUPLE = 2_000
# * NTLM: <hash>, and in the next line * SHA1: <hash>, as mimikatz prints them
NTLM = re.compile(
    r"\W*(?:(?:ntl?m?|lm)\s*:\s*[0-9a-f]{32}|(?:master)?key\s*:\s*(?:[0-9a-f]{128}|[0-9a-f]{64}))\W*", re.IGNORECASE
)
ITS_SHA1 = re.compile(r"\W*sha1\s*:\s*[0-9a-f]{40}\W*", re.IGNORECASE)
"""Lines of a dump: a password's NT hash or a key, and its SHA-1, which stands right below."""

_HEX = "(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})"
_CRACKED_HASH = rf"(?:[\w ]{{1,20}}:\s)?{_HEX}:"
_WITH_SIGNS = r"(?=\S*[!#$%&*+;<=>?@^`{|}~])"
"""Signs that are in salts and passwords, and hardly in paths."""
_LINE = re.compile(
    # john.doe:<md5>:<salt of 32 digits>, too
    rf"\s*(?:(?P<user>[^\s:;,\"'<>(){{}}\[\]\\/|=]{{1,64}})"
    # max:Private Area:<md5> of a web server's digest passwords
    rf"(?:\s?:\s?(?:{_HEX}|[0-9a-f]{{32}}:[0-9a-f]{{32}})|:\w+(?: \w+){{1,5}}:[0-9a-f]{{32}})"
    rf"|{_CRACKED_HASH}(?:(?P<salt>[^\s:\\/]{{1,40}}):)?(?P<password>[^\s:\\/]{{1,40}}|{_WITH_SIGNS}\S{{1,60}}))\s*",
    re.IGNORECASE,
)
"""A line of a dump: a user and the hash of the password (``john.doe:5f4d..``), or a cracked hash, its salt where it has
one, and the password (``5f4d..:pass``).
"""
_LONGEST_LINE = 140
# what a table of accounts calls its columns, besides the hash: "username", "E-Mail", "salt", "last_login"
_USER = re.compile(
    r"(?:user|log ?in|account|member)s?(?: ?(?:names?|ids?|log ?ins?))?|customers? ?(?:names?|ids?|log ?ins?)"
    r"|(?:e ?)?mails?(?: address)?"
)
# wp_users, phpbb_members
_OF_USERS = re.compile(rf"(?:\w+ ){{0,3}}(?:{_USER.pattern}|customers?|clients?)")
_SALT = re.compile(r"(?:password |hash )?salts?")
_CUSTOMER = re.compile(r"customers?")
_OF_PERSON = re.compile(
    r"ids?|uids?|customers?|(?:first|last|full|display|real|nick)? ?names?|phones?|mobile|roles?|groups?|active"
    r"|enabled|verified|banned|cracked|rids?|sids?|status|domains?(?: ?names?)?"
    r"|is \w+|country|city|address|birth\w*|dob|gender|lang\w*|avatar|ip(?: address)?"
    r"|(?:created|registered|registration|updated|joined|last ?log ?in|last ?seen)(?: (?:at|on|date|ip|time))?"
)


def of_accounts(headings: Collection[str]) -> bool:
    """Return whether a table whose columns besides its hashes are headed so is one of accounts: the hashes are of
    passwords then, whether their own heading says so or not. A single column on a file or a machine makes it a list of
    what users ran.
    """
    words = [plain(heading) for heading in headings]
    # a lone "SALT" beside the hashes may be the name of a campaign, a lone "Customer" where a file was seen
    beside = len(words) > 1 and any(_SALT.fullmatch(word) or _CUSTOMER.fullmatch(word) for word in words)
    of_account = beside or any(map(_USER.fullmatch, words))
    return of_account and all(any(form.fullmatch(word) for form in (_USER, _SALT, _OF_PERSON)) for word in words)


def names_columns(line: str) -> list[str]:
    """Return the columns that a statement of SQL names for the lines below it, in order; [] where it is none. In a
    table of accounts a hash is a password's.
    """
    statement = _STATEMENT.fullmatch(line)
    if statement is None:
        return []
    names = [name.strip(' \t`"[]') for name in statement["columns"].split(",")]
    others = [name for name in names if not heading(name).hash]
    return [f"password {name}" if heading(name).hash else name for name in names] if of_accounts(others) else names


# not issuer, serial number, valid from: tables of signed files have these as well
_OF_CERTIFICATE = re.compile(
    r"common name|ca|self signed|not valid (?:before|after)|(?:key|signing) (?:algorithm|usage|strength)"
    r"|(?:subject|authority) key id"
)


def of_certificates(headings: Collection[str]) -> bool:
    """Return whether a table whose columns besides its hashes are headed so is one of certificates: osquery's."""
    return sum(_OF_CERTIFICATE.fullmatch(plain(heading)) is not None for heading in headings) > 2


_OF_COOKIE = re.compile(r"(?:is )?http ?only(?: raw)?|host ?(?:key|only)|same ?site(?: raw)?")


def of_cookies(headings: Collection[str]) -> bool:
    """Return whether a table with such headings is one of a browser's cookies, whose values are secrets."""
    words = [plain(heading) for heading in headings]
    return not {"name", "name raw"}.isdisjoint(words) and any(map(_OF_COOKIE.fullmatch, words))


def login(text: str, *, of_malware: bool = False) -> str:
    """Return whose login a whole line may be, or which password: "" where it is none. One line proves nothing: names of
    files and families stand before their hashes, too, as they do in a list ``of_malware``. A word behind a hash is a
    password in any list.
    """
    if record := _TUPLE.match(text):
        return record[1].casefold()
    line = _LINE.fullmatch(text) if len(text) <= _LONGEST_LINE else None
    if line is None:
        return ""
    if of_malware and line["user"]:
        return ""
    name = line["user"] or line["password"]
    # "invoice.exe: <hash>" is a file's; "john.doe:<hash>" is a person's, though both have a dot
    is_file = FILE_ENDINGS.fullmatch(name.rpartition(".")[2]) is not None and "." in name
    meaning = heading(name)
    is_word = meaning.hash or meaning.file or meaning.generic or label(name)
    if "@" not in name and (is_file or is_word):
        return ""
    return name.casefold()


_BEHIND_HASH = re.compile(rf"\s*{_CRACKED_HASH}\S{{1,80}}\s*", re.IGNORECASE)


def may_be_login(text: str) -> bool:
    """Return whether a whole line is a hash and whatever: in a list of logins the hash of a password and its salt."""
    return len(text) <= _LONGEST_LINE and _BEHIND_HASH.fullmatch(text) is not None


# <md5>:Summer2026, <md5>:p@ssw0rd!; not <md5>:Emotet, <md5>:APT28
_PASSWORD = re.compile(r"[a-z]{3,20}(?:19|20)\d\d[!?.*#]?|\S*[!@#$%^&*]\S*")


def looks_like_password(name: str) -> bool:
    """Return whether what ``login`` gives can hardly be anything but a password: a word and a year, or with signs."""
    return _PASSWORD.fullmatch(name) is not None


def in_setting(before: str) -> str:
    """Return why what follows is no file's hash, where it is the value of a variable whose name says nothing of one."""
    if not before.endswith(("=", "= ", '"', "'", ":", ": ")) or not (setting := _SETTING.search(before)):
        return ""
    # an attribute in markup is of its element, a key of the record that is around it
    if (setting[2] and "<" in before.rpartition(">")[2]) or (setting[5] and "{" in before):
        return ""
    name = next(filter(None, setting.groups()))
    _, dot, ending = name.rpartition(".")
    named = heading(name)
    counted = heading(name.rstrip("0123456789"))
    # "Emotet": "<md5>": of a record whose title stands in a line above
    is_open = bool(setting[5]) and not named.spoken
    # SHA256=<hash>, SAMPLE=<md5>, HASH1=<md5>, DROPPER=<md5>, trojan.generic=<md5>, evil.exe=<md5>; not DD_APP=<md5>
    names_files = (
        is_open
        or carries_files(name)
        or any(
            of.names_files or of.generic or of.sha or (of.file and not (setting[1] and "_" in name))
            for of in (named, counted)
        )
    )
    if names_files or (dot and FILE_ENDINGS.fullmatch(ending)):
        return ""
    return named.reason or A_SETTING


def is_secret(text: str, before: str, start: int, end: int) -> bool:
    """Return whether ``text[start:end]`` is a secret by the line that it stands in; ``before`` is what leads up
    to it.
    """
    if any(sign in before for sign in ":$*-/;") and (
        _PWDUMP.search(text[max(0, start - 80) : end + 40])
        or ("@" in before and _LOGIN.search(before))
        or _DUMP.search(before)
    ):
        return True
    if end - start == LENGTHS["md5"] and _tells_of_password(before, text[end : end + _LONGEST_LINE]):
        return True
    if "(" in before and _INSERT.match(text) and _inserted_secret(text, start):
        return True
    if is_field(text, start, end):
        return True
    return "hmac" in before.lower() and _KEY_TYPE.search(before) is not None


def _tells_of_password(before: str, after: str) -> bool:
    """Return whether the line around a value tells of a password."""
    line = before.rpartition("\n")[2], after.partition("\n")[0]
    return any(map(_TOLD.search, line)) or _CRACKED.match(after) is not None


def _inserted_secret(text: str, start: int) -> bool:
    """Return whether a value of SQL's INSERT goes into a column of secrets, or a table of users whose columns nobody
    names.
    """
    insert = _INSERT.match(text)
    if insert is None or start < insert.end():
        return False
    if insert["columns"] is None:
        words = plain(insert["table"])
        return _OF_USERS.fullmatch(words) is not None or bool(label(words))
    columns, record = insert["columns"].split(","), text[max(insert.end(), start - _LONGEST_TUPLE) : start]
    place = record[record.rfind("(") + 1 :].count(",")  # too many where a text of the record has some, too
    return place < len(columns) and bool(label(columns[place]))
