"""What the words above, beside and before a value say of it: the reading of the vocabulary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from enrich.indicators.hash.phrases import plain, subjects
from enrich.indicators.hash.vocabulary import (
    ADDRESSES,
    ALGORITHM,
    CARRIERS,
    FILES,
    FIRM,
    GENERIC,
    HASH,
    IDS,
    LEFT_OUT,
    NAMES,
    NOT_A_SECRET,
    NOTES,
    OPEN,
    OTHER_ALGORITHMS,
    PLAIN,
    QUALIFIERS,
    TYPES,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a heading, a label or a type says of the values that it names."""

    reason: str = ""
    """Why they are no file hashes; "" where nothing says so."""
    hash: bool = False
    """A file's hash is meant."""
    algorithm: str = ""
    """The one algorithm that is named, "" where none or several are."""
    name: bool = False
    """Names, paths: a hash in them is part of a name."""
    address: bool = False
    id: bool = False
    type: bool = False
    """It heads the types of a table of type and value."""
    note: bool = False
    file: bool = False
    """It speaks of files."""
    generic: bool = False
    """Whatever is an indicator may stand there."""
    sample: bool = False
    """It speaks of malware."""
    sha: bool = False
    """It says SHA and no more."""
    role: str = ""
    """What is left when the words for hash are taken away ("payload", "parent"): whose hash it is."""

    @property
    def bare(self) -> bool:
        """Whether an algorithm is named and not whose hash it is."""
        return self.hash and bool(self.algorithm) and not self.role

    @property
    def names_files(self) -> bool:
        """Whether a name below it stands for its file: it asks for a hash, or for samples."""
        return self.hash or (self.file and self.sample)

    @property
    def spoken(self) -> bool:
        """Whether anything is known of it."""
        ours = (self.reason, self.hash, self.name, self.address, self.id, self.type, self.note, self.file, self.generic)
        return any(ours)


NOTHING = Meaning()
LONGEST_HEADING = 80


def _words(pattern: str) -> str:
    """Bounded as words; scripts written without spaces bound themselves."""
    return rf"(?<![a-z0-9\u0430-\u044f\u0451])(?:{pattern})(?![a-z0-9\u0430-\u044f\u0451])"


_ANY_LEFT_OUT = re.compile(_words("|".join(pattern for pattern, _ in LEFT_OUT)))
_OTHER = re.compile(_words(OTHER_ALGORITHMS))
# "md5", "sha 1", "sha2 256"; not "sha 512" and not "md 50"
_ALGORITHM = re.compile(rf"(?<![a-z0-9])(?:{ALGORITHM})(?![0-9])")
NAMES_ALGORITHM = re.compile(r"[\w \-]{0,20}?(?:md ?-?5|sha ?-?[12])", re.IGNORECASE)
"""A quick look: the start of a type that names an algorithm."""
_HASH = re.compile(_words(HASH))
_FILES = re.compile(_words(FILES))
# "sha", "commit shas": a word that files and commits share
_SHA = re.compile(r"(?:.* )?shas?(?: values?)?")
_SAMPLE = re.compile(_words("samples?|malwares?|specimens?|payloads?|muestras?|образц\\w*|样本"))
# "process.hash": of the file that runs, so that the hash is one to look up
_CARRIERS = re.compile(_words(CARRIERS))
_GENERIC = re.compile(rf"{_words(GENERIC)}|{_words(OPEN)}(?: \d+)?$")
_NAMES = re.compile(rf"(?:{NAMES})(?: \(.*\))?")
_ADDRESSES = re.compile(_words(ADDRESSES))
_IDS = re.compile(IDS)
_SEPARATORS = re.compile(r"[\W_]+")
_SHORT_HEAD = 3
_OF_ACCOUNTS = re.compile(
    r"(?:user|login|admin|administrator|account|member|customer|client|mail|root|wifi|auth|session|access|site"
    r"|website|host|server|database|domain|machine|master|private|public|product|licen[cs]e)s?"
)
"""What may be written in one with a secret's word (jwtSecret, userPass): a short word, or whose it is."""
# "certificate used", "mutex names found": what may follow the word that decides
_FILLERS = (
    r"(?: (?:values?|data|hash(?:es)?|md5|sha ?1|sha ?256|numbers?|nos?|names?|ids?|(?:black|block)?lists?|used"
    r"|strings?|is|was|are|ist|lautet|sind|war|est|sont|es|son|era|é|è|enc|of|the|found"
    r"|created|named|called|identifier|hex|in|to|with|for|observed|seen|extracted|detected|hosts?))*"
)
# 密钥为<hash>, ミューテックス名: scripts without spaces
_GLUED = "(?:[名值][称稱]?|[为為是は])*"
# "Passwort des Archivs ist", "clé de chiffrement", "password for the archive": what it is stands first
_OF_WHAT = (
    r"(?: (?:hash(?:es)?|values?|digests?|checksums?))?"
    r" (?:de|del|des|du|da|do|dos|di|della|der|vom|von|zum|f[uü]r|pour|para|for|of|to|от|для) (.{1,40})"
)
# ... of the phrase: "steals credentials for banking", "with the key of the victim" tell what a file does
_ARTICLE = r"(?:(?:the|an?|its|their|this|der|die|das|la|le|les|el|il|lo|[oa]) )?"
_CLEAR = "|".join(pattern for pattern, _ in FIRM + PLAIN)
_BEGINNING = re.compile(rf"^ ?(?:{_CLEAR}|{OTHER_ALGORITHMS}|{QUALIFIERS}){_FILLERS}(?: |$)", re.MULTILINE)
_SEPARATORS_IN_LINE = re.compile(r"(?:[^\w\n]|_)+")
_ENDING_OTHER = re.compile(_words(OTHER_ALGORITHMS) + _FILLERS.replace("md5|sha ?1|sha ?256|", "") + "$")
_ALGORITHMS = ("md5", "sha1", "sha256")
# what is taken away to see whose hash it is: of "Parent file SHA256" is left "parent"
_OWN = re.compile(
    r"(?<![a-z])(?:md5|sha ?1|sha ?256|sha2|sha|md|hash(?:es)?|checksums?|digests?|files?|sums?|values?"
    r"|associated|ioc|iocs"
    r"|indicators?|data|the|of|for|in|s|and|or|all|lower|upper|hex|malware|samples?|type|info|linked|related|vt"
    r"|virustotal)"
    r"(?![a-z])|\d+"
)


@lru_cache(maxsize=4096)
def heading(text: str) -> Meaning:
    """Return what a column's heading, or a cell of a column of types, says of the values under or beside it."""
    if not text or len(text) > LONGEST_HEADING:
        return NOTHING
    words = plain(text)
    algorithms = algorithms_in(words)
    reason = about(text)
    is_hash = bool(algorithms) or bool(_HASH.search(words))
    name = not algorithms and bool(_NAMES.fullmatch(words))
    return Meaning(
        reason="" if name else reason,
        hash=is_hash and not reason and not name,
        algorithm=algorithms[0] if len(algorithms) == 1 else "",
        name=name,
        address=not is_hash and bool(_ADDRESSES.search(words)),
        id=bool(_IDS.fullmatch(words)),
        type=not algorithms and bool(TYPES.search(words)),
        note=not algorithms and bool(NOTES.search(words)),
        file=not reason and bool(_FILES.search(words)),
        generic=bool(_GENERIC.search(words)),
        sample=_SAMPLE.search(words) is not None,
        sha=_SHA.fullmatch(words) is not None,
        role=_SEPARATORS.sub(" ", _OWN.sub(" ", words)).strip() if is_hash else "",
    )


def may_name_hash(text: str) -> bool:
    """Return whether ``heading`` may take a text for a word for a hash: quick, and sure where it says no."""
    words = plain(text)
    return _HASH.search(words) is not None or _ALGORITHM.search(words) is not None


def algorithms_in(words: str) -> tuple[str, ...]:
    """Return the algorithms that plain words name."""
    found = {name for m in _ALGORITHM.finditer(words) for name, hit in zip(_ALGORITHMS, m.groups(), strict=True) if hit}
    return tuple(sorted(found))


@lru_cache(maxsize=4096)
def about(text: str) -> str:
    """Return why the values under a heading or a title are no file hashes, "" where it does not say so."""
    for words in subjects(text):
        if reason := _named_by(words):
            return reason
        if (other := _OTHER.search(words)) and not algorithms_in(plain(text)):
            return other_algorithm(other.group())
    return ""


@lru_cache(maxsize=256)
def ends_in(text: str) -> str:
    """Return the same for the name of a file, which is made of many words: only what it ends in counts."""
    words = plain(text)
    if not _ANY_LEFT_OUT.search(words) or not subjects(text):
        return ""
    endings = ((reason, _ending(pattern).search(words)) for pattern, reason in LEFT_OUT)
    return next((reason for reason, said in endings if said and not _is_name(text, words[said.start() :])), "")


def _is_name(text: str, ending: str) -> bool:
    """Return whether an ending is the last part of a name that is written in one: menuPass, WarmCookie; not userPass,
    jwtSecret, SessionTokens.
    """
    last = plain(text.rsplit(maxsplit=1)[-1]) if text.split() else ""
    head = last.removesuffix(ending).strip() if last.endswith(ending) else ""
    is_plural = ending.endswith("s") and not ending.endswith("ss")
    return len(head) > _SHORT_HEAD and not is_plural and _OF_ACCOUNTS.fullmatch(head) is None


def carries_files(text: str) -> bool:
    """Return whether what a record is called has a file of its own, whose hash then stands in it: a process, an
    example.
    """
    words = plain(text)
    return _CARRIERS.search(words) is not None and not label(_CARRIERS.sub(" ", words))  # not "Token examples"


@lru_cache(maxsize=4096)
def speaks_of_files(text: str) -> bool:
    """Return whether a title, or a sentence above values, says that files or their hashes follow."""
    words = plain(text[:400])
    said = bool(_FILES.search(words) or _HASH.search(words) or algorithms_in(words))
    return said and not about(text) and (len(text) <= LONGEST_HEADING or not _ANY_LEFT_OUT.search(words))


def _named_by(words: str) -> str:
    """Return the reason that a subject's words give: by their end, or by a word that has no other meaning."""
    if not _ANY_LEFT_OUT.search(words):
        return ""
    return _called(words) or next((reason for pattern, reason in FIRM if _bounded(pattern).search(words)), "")


def _called(words: str) -> str:
    """Return the reason by the word that a phrase ends in, or that stands before what it is of; "" where neither is
    in the tables. Whose hash it is may follow, too: "certificate of the loader, MD5".
    """
    if by_end := next((reason for pattern, reason in LEFT_OUT if _ending(pattern).search(words)), ""):
        return by_end
    found = ((reason, _leading(pattern).search(words)) for pattern, reason in LEFT_OUT)
    return next((why for why, of in found if of and not (_HASH.search(of[1]) or _ALGORITHM.search(of[1]))), "")


# These are compiled when a text first holds one of the words: most lists hold none, and a start is to be short.


@cache
def _ending(pattern: str) -> re.Pattern[str]:
    return re.compile(_words(pattern) + _GLUED + _FILLERS + "$")


@cache
def _leading(pattern: str) -> re.Pattern[str]:
    return re.compile(f"^{_ARTICLE}(?:(?:{QUALIFIERS}) )*" + _words(pattern) + _OF_WHAT + "$")


@cache
def _bounded(pattern: str) -> re.Pattern[str]:
    return re.compile(_words(pattern))


@cache
def _only_labels() -> re.Pattern[str]:
    # "SSL Public Key MD5", and not "Steals passwords": every word is a label or tells one apart
    return re.compile(rf"(?:(?:{_CLEAR}|{OTHER_ALGORITHMS}|{QUALIFIERS}){_FILLERS}(?: |$))+")


def other_algorithm(name: str) -> str:
    """Return the reason where a hash is of an algorithm that files are not asked for by."""
    return f"{name.upper()}: files are looked up by MD5, SHA-1 and SHA-256 only"


@lru_cache(maxsize=8192)
def only_label(text: str) -> str:
    """Return why a value is no file's hash where ``text`` says nothing else: stricter than ``label``, for free text
    beside it ("Certificate thumbprint", "SSL Public Key MD5", and not "Steals passwords").
    """
    words = _SEPARATORS.sub(" ", text[:200]).strip().lower()
    return label(words) if _BEGINNING.match(words) and _only_labels().fullmatch(words) else ""


def may_be_only_label(lines: str) -> bool:
    """Return whether ``whole`` may find something in a line, or in how a line begins; sure where it says no."""
    return _BEGINNING.search(_SEPARATORS_IN_LINE.sub(" ", lines).lower()) is not None


@lru_cache(maxsize=8192)
def label(text: str) -> str:
    """Return why a value that ``text`` leads up to, or stands for, is no file's hash: only where the phrase ends in
    such a word, so that "Password stealer" or "signed with a stolen certificate, dropper" say nothing. Else "".
    """
    words = NOT_A_SECRET.sub(" ", plain(text[-160:]))[-120:]
    if _ANY_LEFT_OUT.search(words) and (reason := _called(words)):
        return reason
    other = _ENDING_OTHER.search(words)
    if other and not algorithms_in(words[other.start() :]):
        named = _OTHER.search(other.group())
        return other_algorithm(named.group() if named else other.group())
    return ""
