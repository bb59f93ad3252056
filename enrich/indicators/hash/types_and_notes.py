"""What a cell beside a value says of it as a hash: a type, or a note of which the first phrase counts."""

from __future__ import annotations

import re
from functools import lru_cache

from enrich.indicators import SILENT, Reading, Says
from enrich.indicators.hash.address import COMMIT
from enrich.indicators.hash.labels import heading, label, may_be_only_label, may_name_hash, only_label

_LONGEST = 160
_LONGEST_TYPE = 40
_MOST_WORDS = 8
# "Certificate thumbprint - used to sign it" says the part before the dash, "v1.2 dropper" all of it
_FIRST_PHRASE = re.compile(r"^[^;,:(|\n]*?(?=[.](?:\s|$)|\s+[-\u2013\u2014]\s|[;,:(|\n]|$)")
# "Type: SSL certificate", as a line of fields has it
_NAMED_TYPE = re.compile(r"^[ \t]*(?:\w+ )?(?:type|kind|category|object)[ \t]*[:=][ \t]*", re.IGNORECASE | re.MULTILINE)
_WORDS = re.compile(r"[\"'(\[*|\s]*[^\W\d_][^./\\@]+")
"""Words, and no name of a file, a host, a person, no date: the quick look before the closer one."""
_A_FILE = re.compile(
    r"(?:files?|samples?|malwares?|malware[ _-]?samples?|stix ?file|file[ _-]?hash(?:es)?)", re.IGNORECASE
)
# "Registry value | HKLM\... | <md5>": the md5 is that of the program that set it
_OBJECT = re.compile(r"(?<![a-z])(?:registry|reg|mutex|mutant|service|task|process)", re.IGNORECASE)
"""What a file makes or runs on a machine: a record of one has the hash of that file."""

# YARA beside the id of a rule, in OTX' pulses
_RULE = re.compile(r"(?:yara|sigma|snort|suricata)(?:[ _-]?(?:rules?|ids?))?", re.IGNORECASE)
A_RULE = "id of a rule, not a file's hash"
# a column "Tree" may be of anything; {"type": "tree", "sha": ...} is Git's
_GIT_OBJECT = re.compile(r"(?:git[ _-])?(?:blob|tree)s?", re.IGNORECASE)
_REF = re.compile(r"(?:refs/\w|(?:FETCH_)?HEAD$|not-for-merge$|branch ')", re.MULTILINE)
"""What Git writes beside a revision."""
_OF_REFS = ("refs/", "HEAD", "not-for-merge", "branch '")
"""Of which one stands in each of these."""


def may_speak(lines: str) -> bool:
    """Return whether ``reads`` may find something in one of these lines of free text: quick, and sure where it
    says no.
    """
    names_type = (":" in lines or "=" in lines) and _NAMED_TYPE.search(lines)
    return (
        bool(names_type) or any(map(lines.__contains__, _OF_REFS)) or may_name_hash(lines) or may_be_only_label(lines)
    )


def named_type(field: str) -> Reading:
    """Return what a field says that calls itself a type: "Type: SSL certificate"."""
    named = _NAMED_TYPE.match(field)
    return reads(field[named.end() :], is_type=True) if named else SILENT


@lru_cache(maxsize=8192)
def reads(text: str, is_type: bool) -> Reading:
    """Return what one cell says of its neighbour, by its first phrase: "Certificate thumbprint - used to sign it"."""
    named, text = named_type(text), text.strip()
    if not text or len(text) > _LONGEST or named is not SILENT:
        return named
    is_rule = is_type and _RULE.fullmatch(text)
    if is_rule or _REF.match(text) or (is_type and _GIT_OBJECT.fullmatch(text)):
        return Reading(Says.OTHER, A_RULE, yields=True) if is_rule else Reading(Says.OTHER, COMMIT, everywhere=True)
    phrase = _FIRST_PHRASE.match(text)
    first = phrase[0].strip() if phrase else text
    if not first or not (is_type or _WORDS.fullmatch(first)):
        return SILENT
    short = len(text) <= _LONGEST_TYPE
    if first.count(" ") < _MOST_WORDS and (what := label(text) if is_type and short else only_label(first)):
        return Reading(Says.OTHER, what, yields=is_type and _OBJECT.search(first) is not None)
    if short and may_name_hash(text) and (meaning := heading(text)).hash:
        return Reading(Says.SHAPE, form=meaning.algorithm)
    return Reading(Says.INDICATOR) if is_type and _A_FILE.fullmatch(text) else SILENT
