"""What a heading or a title is about: "Samples signed with a stolen certificate" is about samples."""

from __future__ import annotations

import re
from collections.abc import Iterator

from enrich.indicators.hash.vocabulary import ALGORITHM, FILES, HASH, NOT_A_SECRET

# FileHash -> File Hash, MD5Sum -> MD5 Sum, SHAHash -> SHA Hash; not IOCs -> IO Cs
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=\d)(?=[A-Z][a-z])|(?<=[A-Z]{2})(?=[A-Z](?!s(?![a-z]))[a-z])")
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
# 文件MD5值 -> 文件 MD5 值
_SCRIPTS = re.compile(rf"(?<=[{_IDEOGRAPHS}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[{_IDEOGRAPHS}])")
"""Where Latin words touch a script that is written without spaces."""
_SEPARATORS = re.compile(r"[\W_]+")
# "SHA-1 (certificate)"
_REMARK = re.compile(r"\s*[(\[{]([^()\[\]{}]*)[)\]}]")
# "Hash / Mutex / Domain": a column of indicators of any kind, though one of its words names a look-alike
_ALTERNATIVES = re.compile(r"[/,|;&+]|\s(?:and|or|und|oder|y|et|и|или)\s", re.IGNORECASE)
# samples | signed with a stolen certificate; hashes | of certificates, where the object decides
_MODIFIER = re.compile(
    r"(?:^| )(?:(?P<object>of|for)|(?:signed|protected|grouped|sorted|covered) (?:with|by|using)|with|by|using|sharing"
    r"|that|which|whose|containing|contain|having|via|per|from|in|on|to|against|before|after|posing|replacing|dumping"
    r"|stealing|abusing|carrying|embedding)(?= |$)"
)
"""Begins what only tells files apart; after ``of`` and ``for`` a hash's own object follows."""
_HASHES = rf"(?:(?:{ALGORITHM}|{HASH}|lists?|values?|the|all|known|and|or)(?: |$))+"
_ONLY_HASHES = re.compile(_HASHES)
_ENDS_IN_FILES = re.compile(
    rf"(?:^| )(?:{FILES})(?: {_HASHES})?(?: (?:related|linked|tied|found|seen|observed|associated|dropped|used))?$"
)
_OPEN_TO_ALL = re.compile(
    rf"(?:(?:{FILES}|{HASH}|file ?names?|iocs?|indicators?|observables?|domains?|ips?|ip addresse?s?|urls?)(?: |$))+"
)


def plain(text: str) -> str:
    """Lower-case words with single spaces: ``FileHash-MD5`` -> ``file hash md5``."""
    spaced = _CAMEL.sub(" ", text.replace("IoC", "ioc")) if not text.islower() else text
    spaced = spaced if spaced.isascii() else _SCRIPTS.sub(" ", spaced)
    return _SEPARATORS.sub(" ", spaced).strip().lower()


def subjects(text: str) -> list[str]:
    """Return what a phrase may be about, as plain words, the surest first; none where that is files or their hashes, or
    whatever a list of indicators may hold.

    A remark in brackets counts where nothing but a word for hash stands before it: "SHA-1 (certificate)".
    """
    parts = _ALTERNATIVES.split(text)
    if len(parts) > 1 and any(_is_open(part, first=not index) for index, part in enumerate(parts)):
        return []
    main = plain(_REMARK.sub(" ", text))
    if main and not _ONLY_HASHES.fullmatch(main):
        return list(_heads(main))
    remark = " ".join(map(plain, _REMARK.findall(text)))
    return [] if _MODIFIER.match(remark) else list(_heads(remark))


def _is_open(part: str, *, first: bool) -> bool:
    """Return whether one of several alternatives stands for files: "Hash / Mutex / Domain"."""
    words = plain(part)
    return bool(_OPEN_TO_ALL.fullmatch(words)) or (first and bool(_ONLY_HASHES.fullmatch(words)))


def _heads(words: str) -> Iterator[str]:
    """Yield the parts between what modifies, up to the first that is files: "hashes of files signed with a certificate"
    has none before that.
    """
    rest = NOT_A_SECRET.sub(" ", words).strip()
    while rest:
        found = _MODIFIER.search(rest)
        head = rest[: found.start()] if found else rest
        if _ENDS_IN_FILES.search(head):
            return
        if head and not _ONLY_HASHES.fullmatch(head):
            yield head
        elif head and found and not found["object"]:
            return
        rest = rest[found.end() :].strip() if found else ""
