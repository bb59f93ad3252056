"""What the text around a value in its own cell says: label, URL, host, file name, password dump."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from enrich.indicators import SILENT, Reading, Says
from enrich.indicators.hash import credentials
from enrich.indicators.hash.address import in_address, refanged, report_of
from enrich.indicators.hash.digests import LENGTHS, odd
from enrich.indicators.hash.file_names import EXTENSION, FILE_ENDINGS, is_file
from enrich.indicators.hash.labels import heading, label
from enrich.indicators.hash.objects import in_object
from enrich.indicators.hash.syntax import AN_ELEMENT_S_ID, in_syntax
from enrich.indicators.hash.vocabulary import LEFT_OUT, LOGIN


@dataclass(frozen=True, slots=True)
class Context:
    """What a value's own text says of it. ``names``: it is all that a file's name says, but for its ending."""

    reading: Reading = SILENT
    names: bool = False

    @property
    def labelled(self) -> bool:
        """Whether the text says that it is a hash."""
        return self.reading.says in (Says.INDICATOR, Says.SHAPE)


def other(reason: str, *, names: bool = False) -> Context:
    """Return the value is something else; by a label, it is that wherever else it stands."""
    return Context(Reading(Says.OTHER, reason, everywhere=reason in LABELLED), names)


LABELLED = frozenset(reason for _, reason in LEFT_OUT)
BARE = Context()
A_HASH = Context(Reading(Says.SHAPE))
# "sha256:<hash>" and nothing else is also how containers write the name of an image: a heading of names outweighs it
A_DIGEST = Context(Reading(Says.SHAPE, yields=True))
A_FILE = Context(Reading(Says.INDICATOR))
PART_OF_NAME = "part of a file name"
IN_NAME = other(PART_OF_NAME)
IN_HOST = other("part of a host name, not a file's hash")
NAMES_ITS_FILE = other(PART_OF_NAME, names=True)

_TOKEN_START = re.compile(r"(?<!\0)[\s\"'<>|`()\[\]{}]")
"""What no name, path or address goes on over; a NUL before it says that it was escaped, and part of one."""
# "VirusShare_<md5>", "samples/VirusSign_<md5>"; not "MyVirusShare_<md5>"
_NAMES_A_SAMPLE = re.compile(r"(?:^|[\\/])virus ?(?:share|sign|bay|total)[_-]$", re.IGNORECASE)
_FOLDER = re.compile(r"[\\/]")
# "update_<hash>", "C:\Temp\<hash>", "/tmp/<hash>", "report-<hash>"; not "MD5: <hash>", "(<hash>", "a - <hash>"
_NAME_BEFORE = re.compile(r"[\w)][_.\-+~]$|[\w.)]\\$|\\$|(?:^|[\w.~-])/$|[_@%$]$")
"""What goes on from a name into the value: the value is a part of that name."""
# "<hash>_unpacked", "<hash>-v2.", "<hash>\x"; not "<hash> - dropper", "<hash>-", "<hash>/" at the end
_NAME_AFTER = re.compile(r"^(?:[_~]\w|-[0-9A-Za-z_]+[.\-_]|[\\/][\w.])")
"""What goes on from the value into a name or a path."""
_STIX = re.compile(
    # [file:hashes.'SHA-256' = '<hash>'], [app:cert.sha256 = '<hash>'], [file:hashes.MD5 IN ('<hash>'
    r"([a-z][a-z0-9-]+):([\w.'\"\[\]\- ]*?(?:hashes|value|fingerprint|md5|sha-?\d)[\w.'\"\[\]\-]*)"
    r"\s*(?:=|LIKE|IN)\s*\(?['\"\s]*$"
)
"""The left side of a comparison in a STIX pattern: the object, and which of its properties."""
_GOOD_LABEL = re.compile(
    # "MD5: <hash>", "sha-256 (a.exe) = <hash>", "Hash value - <hash>"; not "hash of the page: <hash>"
    r"(?:md[\s_-]?5|sha[\s_-]?-?1|sha[\s_-]?-?(?:2[\s_-])?256|sha2|hash(?:es)?|checksum|digest|хеш|хэш|哈希|ハッシュ|해시"
    r"|x-?checked via vt)"
    r"(?:[\s_-]?(?:sum|hash|value|values|file))?(?:\s*\([^()\n]*\))?[\s\"'`*_]*[:=,\-\u2013>(\s]+[\"'`\s(\[{<*]*$",
    re.IGNORECASE,
)
"""An algorithm or a word for hash right before the value, and nothing but signs between them."""
_DIGEST = re.compile(r"[\s\"']*sha256:")
_SPACES = "".join(filter(str.isspace, map(chr, range(0x3001))))
_PLAIN_BEFORE = f"{_SPACES}\"'`([{{<*=:>|,;#•·-\u2013\u2014"
_ENDS_PHRASE = ";|\n.!?,(){}[]"
_LONGEST_LABEL = 120
_AFTER = re.compile(
    # <hash> (certificate), <hash>: [JA3]
    r"^[\"'`)\]}>]*\s*[-\u2013\u2014:,]?\s*[(\[]\s*([^()\[\]\n]{2,40})[)\]]"
    # <hash> - certificate; a longer sentence behind a dash tells of the file and names nothing
    r"|^\s*[-\u2013\u2014]\s*([A-Za-z][\w .-]{2,30})\s*$"
)
_KEY = re.compile(r"(?<![\w.])(?:[\w-]+[./])*([A-Za-z]\w*)\.([A-Za-z]\w*)$")
_SPACED = re.compile(r"(?<![\w:.-])(?:[a-z][\w-]{0,30}:){2,5}([A-Za-z]\w{0,40})$")
_ALGORITHM = re.compile(r"\s*(?:md-?5|sha-?1|sha-?256|hash)\s*", re.IGNORECASE)
_BRACKET = re.compile(r"[(\[][^()\[\]\n]*[)\]]$")
_BLANK = " \t\ufeff\xa0\"'"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a value stands: what is ``before`` and ``after`` it, and the ``token`` that it ends, addresses refanged."""

    before: str
    after: str
    token: str
    digits: int


def around(text: str, start: int, end: int) -> Context:
    """Return what surrounds the value at ``text[start:end]``: the surest sign first."""
    near, behind = text[max(0, start - 300) : start], text[end : end + 120]
    before, after = (near.replace("\0", ""), behind.replace("\0", "")) if "\0" in text else (near, behind)
    what = odd(text[start:end].lower())
    # nothing but a list's signs stands around it: most values, so that they are asked first
    if what or not (before.strip(_BLANK) or after.strip(_BLANK + ",;")):
        return other(what) if what else BARE
    if credentials.is_secret(text, before, start, end):
        return other(LOGIN)
    # forms are surer than words, which count where no form does, or where a name only begins with it: "MD5: <hash>_x"
    place = Surroundings(before, refanged(after), _token(near), end - start)
    context = next((found for structure in _STRUCTURES if (found := structure(place)) is not None), None)
    if context is None or (context.reading.what == PART_OF_NAME and not _NAME_BEFORE.search(before)):
        named = _named(before, after, text[end : end + 200], text[start:end])
        return named if context is None or named.reading.says in (Says.OTHER, Says.INDICATOR) else context
    return context


def _token(near: str) -> str:
    """Return the run of characters that the value ends, with its NULs for what was escaped taken out."""
    if not near or near[-1].isspace():
        return ""
    near, start = refanged(near), 0
    for match in _TOKEN_START.finditer(near):
        start = match.end()
    return near[start:].replace("\0", "")


def _in_line(place: Surroundings) -> Context | None:
    """Return what the line is that a value stands in: of a rule, a mail, a program's settings, Git, a zone, markup."""
    reason = in_syntax(place.before, place.after, place.digits)
    return other(reason) if reason else None


def _in_address(place: Surroundings) -> Context | None:
    """Return a URL, a host, a mail address, an object that is no file; a page about a file names the file."""
    if "/" in place.token and report_of(place.token):
        return A_FILE
    reason = in_address(place.token, place.after) or in_object(place.token, place.before)
    return other(reason) if reason else None


def _by_name(place: Surroundings) -> Context | None:
    """Return a name that says of itself what its value is: ``VirusShare_<md5>``."""
    return A_FILE if _NAMES_A_SAMPLE.search(place.token) else None


def _in_name(place: Surroundings) -> Context | None:
    """Return the name of a file or a host."""
    token, after = place.token, place.after
    if token == "\\" and after.startswith(" "):  # noqa: S105 - a run of text, no secret
        return None  # GNU's sums mark so a line whose file's name is written with escapes
    is_last = not token or token.endswith(("/", "\\"))
    if extension := EXTENSION.match(after):
        if not is_file(extension, after, in_path=bool(_FOLDER.search(token))):
            return IN_HOST
        return NAMES_ITS_FILE if is_last else IN_NAME
    if not (_NAME_BEFORE.search(token) or _NAME_AFTER.match(after)):
        return None
    return NAMES_ITS_FILE if token and is_last and not _NAME_AFTER.match(after) else IN_NAME


_STRUCTURES: tuple[Callable[[Surroundings], Context | None], ...] = (
    _in_line,
    _in_address,
    _by_name,
    _in_name,
)
"""What a value may be a part of, the surest first: one function each, which says nothing where it is none."""


def _named(before: str, after: str, behind: str, value: str) -> Context:
    """Return what the words right before the value, or in brackets after it, call it."""
    if behind.startswith(("](", "`](")) and (at := behind.find(value)) > 0 and report_of(refanged(behind[2:at])):
        return A_FILE  # the text of a link to its page
    is_pattern = before.endswith(("'", '"', "' ", "(")) and ":" in before
    if is_pattern and (stix := _STIX.search(before)):
        return _of_pattern(stix[1], stix[2])
    lead = before.rstrip(_PLAIN_BEFORE)
    phrase = _phrase(lead)
    reason = label(phrase) or label(_dotted(lead)) or label(_spaced(lead))
    if not reason and lead.endswith((")", "]")):
        reason = label(_last_phrase(_BRACKET.sub("", lead)))  # HMAC-SHA256(a.bin)= <hash>: of a.bin
    if not reason and len(value) == LENGTHS["md5"] and _is_id(phrase):
        reason = AN_ELEMENT_S_ID
    if not reason and (remark := _AFTER.match(after)):
        reason = label(remark[1] or remark[2])
    if reason:
        return other(reason)
    if _DIGEST.fullmatch(before) and not after.strip(_BLANK):
        return A_DIGEST
    return A_HASH if _GOOD_LABEL.search(before[-_LONGEST_LABEL:]) else BARE


def _is_id(phrase: str) -> bool:
    """Return whether a value of 32 digits is called an id, as GUIDs are: ``request_id``; not "sample id"."""
    meaning = heading(phrase.lower())  # IcedID is a family, whose letters would part
    return meaning.id and not (meaning.hash or meaning.generic)


def _of_pattern(kind: str, path: str) -> Context:
    """Return what a STIX pattern compares: ``file:hashes.MD5``, ``app:cert.sha256``."""
    if "_ref" in path or kind in ("file", "artifact"):
        return A_FILE
    named = next((reason for part in reversed(path.split(".")) if (reason := label(part))), "")
    return other(named or label(kind) or f"of a {kind}, not of a file")


def _phrase(lead: str) -> str:
    """Return the words that lead up to the value: back to the last sign that ends a phrase, brackets closed just before
    it ("Certificate (SHA1): ...", "To be signed (TBS) MD5") taken in.
    """
    phrase = _last_phrase(lead)
    rest = lead[: len(lead) - len(phrase)]
    if (not phrase.strip() or _ALGORITHM.fullmatch(phrase)) and rest.endswith((")", "]", "'")):
        opened = max(rest.rfind("("), rest.rfind("["))
        if opened >= 0:
            phrase = f"{_last_phrase(rest[:opened].removesuffix(chr(10)))} {rest[opened + 1 : -1]} {phrase}"
    return phrase.strip()[-100:]


def _dotted(lead: str) -> str:
    """Return the last two parts of a key with dots, as words: ``config.hash``; "" where it is none."""
    key = _KEY.search(lead)
    return f"{key[1]} {key[2]}" if key and not FILE_ENDINGS.fullmatch(key[2]) else ""


def _spaced(lead: str) -> str:
    """Return the last part of a name in spaces of names: ``syft:metadata:gitCommit``; "" where it is none."""
    name = _SPACED.search(lead)
    return name[1] if name else ""


def _last_phrase(text: str) -> str:
    return text[max(map(text.rfind, _ENDS_PHRASE)) + 1 :]
