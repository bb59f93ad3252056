"""The runs in one cell that have, or nearly have, a hash's shape: indicator, look-alike or damaged, by it alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter

from msgspec import structs

from enrich.indicators import SILENT, Match, Reading, Says
from enrich.indicators.hash import torn
from enrich.indicators.hash.context import BARE, Context, around
from enrich.indicators.hash.credentials import A_SETTING
from enrich.indicators.hash.damage import CUT_SHORT, EDGES, OTHER_LENGTHS, fault, length_fault, nearest
from enrich.indicators.hash.digests import ALGORITHMS, LENGTHS, LONGEST, ODD, TITLES, TRIVIAL, unlikely
from enrich.indicators.hash.encoded import digest_of
from enrich.indicators.hash.labels import algorithms_in, label, other_algorithm
from enrich.indicators.hash.line_fields import LineFields
from enrich.indicators.hash.phrases import plain
from enrich.indicators.shared.brackets import Brackets
from enrich.model.sighting import Found

SHA = "sha"
"""The form of what is called SHA and no more: of 40 digits it is what Git calls a commit."""
SHORTEST = 28
"""A text shorter than this holds no hash, whole or nearly whole."""

# 28 to 128: a hash that lost four digits, a SHA-512; O, I, l are let in to be told as damage
_RUN = re.compile(r"(?<![0-9A-Za-z])(?:0[xX])?[0-9A-Fa-fOoIil]{28,128}(?![0-9A-Za-z])")
_SIGNS = b"0123456789ABCDEFabcdefOoIil"
_MARKED = bytes(
    1 if code in _SIGNS else 2 if code == 0 else 3 if code in b" :-" else 4 if code == ord("\\") else 0
    for code in range(256)
)
_LONG = b"\1" * SHORTEST
_PAIRS = b"\1\1\3" * 15
_BYTES = re.compile(
    # 9C-A6-..., 9c:a6:..., 9c a6 ...: one sign throughout, 16 to 32 bytes; not a MAC address, which has 6
    r"(?<![0-9A-Za-z:-])(?:[0-9A-Fa-f]{2}([ :-]))(?:[0-9A-Fa-f]{2}\1){14,30}[0-9A-Fa-f]{2}(?![0-9A-Za-z:-])"
)
"""A digest byte by byte, as .NET, certutil and openssl print one; other ways in ``encoded``."""
# 00000010  4d 5a 90 00 ..., 0000:
_OFFSET = re.compile(r"(?:^|[\r\n])\W{0,4}(?:0x)?[0-9A-Fa-f]{4,16}[:h]?[ \t]{1,4}$")
"""What leads up to a line of a dump of memory: sixteen bytes of it are no digest."""
_HEX = re.compile(r"[0-9A-Fa-f]+")
# 29d29d15d29d29d00029d29d29d29dea0f89a2e5fb09e4d8e099befed92cfa: 30 and 32 digits, no hash by its length
_JARM = re.compile(r"(?:000|[0-9a-f]{2}[a-e]){10}[0-9a-f]{32}", re.IGNORECASE)
"""Ten answers of a server, each a cipher and a version of TLS, and the digest of its extensions."""
_JARM_LENGTH = 62
NOT_WORTH_A_CALL = frozenset(map(bytes.fromhex, TRIVIAL))
SPECIAL = ODD | NOT_WORTH_A_CALL
"""Digests that are of no ordinary file."""
# `<md5>` | `<sha1>`, and [<md5>](https://...) | ...: cells of one table's row, so of one file
_JOINT = re.compile(r"[ \t\xa0|`]+|[`*]*\]\(\w+://[^\s()]+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PREFIXED = "0x address or number (a wallet, a transaction), not a file's hash"
# ESC[31m<hash>ESC[0m: the m would be a letter before the hash
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
"""What a terminal's colours leave in a text; its last letter would be glued to the hash."""
# q=%22<hash>%22, %252F<hash>
_ESCAPE = re.compile(r"%(?:25)?(0[9AD]|2[0278CF]|3[ADF]|5[BD]|7[BCD])", re.IGNORECASE)
"""Signs that stand beside a hash, as a URL writes them: their last digit would be glued to it."""
# <32 digits><br><32 digits>, &#8203;, \\u200b, %C2%AD
_MARKUP = re.compile(
    r"<w?br\s{0,2}/?>|&(?:shy|zwnj|zwj|nbsp|newline|tab|#8203|#173|#0?(?:9|10|13)|#x0?[9ad]|#x200b|#xad);|\\u(?:200[b-d]|00ad|feff)"
    r"|%E2%80%8[B-D]|%C2%AD",
    re.IGNORECASE,
)
"""Breaks and unseen signs as markup, programs and URLs write them: a hash may be torn there."""
# <32 digits>..., [...]<32 digits>, as slides cut a longer one
_ELLIPSIS_AFTER, _ELLIPSIS_BEFORE = (
    re.compile(r"[\[(<]?(?:\.{3,}|\u2026|\.\.(?=[0-9A-Fa-f]))"),
    re.compile(r"(?:\.{3,}|\u2026)[\])>]?$"),
)
# <md5>\n<md5>, <md5>\\r\\n<md5>, <md5>\u000a<md5>: an exporter wrote the break as characters
_WRITTEN_BREAKS = re.compile(
    r"(?:\\{1,2}(?:[nrtv]|u00(?:0[9abdABD]|20|85|[aA]0)|u202[89]|x(?:0[9abdABD]|20)|u\{0?[9adAD]\}|U0{7}[9aAdD])"
    r"|_x00(?:0[9abdABD]|[aA]0)_|`[nrt])++|(?:(?:\\{1,2}|#)01[125]|=0[9AD])++"
)
"""Breaks that an exporter wrote as characters; ``_x000D_`` is a workbook's, ``#012`` of a system's log, ``\\012`` of
shells and databases, ``=0A`` of a mail. Not ``\\f``: a hash may begin with an f.
"""
_OF_BREAKS = ("\\", "_x00", "`", "#01", "=0")
_NUMBERED = ("\\0", "\\\\0", "#", "=")
"""How those begin whose last digits may as well be the first of the hash behind them."""
_DIGITS = re.compile(rf"[0-9A-Fa-f]{{{SHORTEST}}}")
# 0000<sha1>, as Windows' Amcache writes the FileId of a program
_AMCACHE, _AMCACHE_LENGTH = "0000", 44
_FILE_ID = re.compile(r"(?:file[ _]?id|sha-?1|hash)[\"']?\s{0,2}[:=]?\s{0,4}[\"']?$", re.IGNORECASE)
# <md5>C:\Temp\a.exe: a log without a space, whose C would be a 33rd digit
_DRIVE = re.compile(r":\\")


def may_hold(text: str) -> bool:
    """Return whether a run may stand in ``text``: the quick look before the closer one, at any length of text."""
    marked = text.encode("latin-1", "replace").translate(_MARKED)
    return _LONG in marked or b"\2" in marked or _PAIRS in marked


def digest(text: str) -> bytes | None:
    """Return the packed value of a text that is nothing but a hash, and no odd one; else None."""
    if len(text) not in ALGORITHMS:
        return None
    try:
        packed = bytes.fromhex(text)
    except ValueError:
        return None
    if len(packed) * 2 != len(text) or packed in ODD or text.count("0") * 2 >= len(text):
        return None
    return packed


def find(text: str, expected: Reading = SILENT) -> Iterator[Match]:
    """Yield what stands in ``text``, where a hash may be ``expected``, of one algorithm where its ``form``
    names one.
    """
    expects, algorithm = expected.says in (Says.INDICATOR, Says.SHAPE), expected.form
    expects = expects and algorithm != SHA
    text = _cleaned(text)
    some, spans = False, list(torn.in_text(text, LENGTHS.get(algorithm, 0), one=expects))
    for start, end, how in spans:
        some = True
        yield Match(start, end, text[start:end], Found.DAMAGED, how, own=around(text, start, end).reading)
    matches = [match for match in _RUN.finditer(text) if not _within(match, spans)] if len(text) >= SHORTEST else []
    alone = len(matches) == 1 and len(matches[0][0]) == len(text.strip(EDGES))
    alone = alone or (bool(matches) and not _WORD.search(_RUN.sub(" ", text)))
    brackets, fields, end = Brackets(text), LineFields(text), 0
    for match in matches:
        found = _run(text, match, expects=expects, algorithm=algorithm, alone=alone)
        if found is not None:
            some = True
            joined = bool(end and _JOINT.fullmatch(text[end : match.start()]))
            names = found.names and len(matches) == 1
            brackets.go_to(match.start())
            around_it = {"owners": brackets.names, "record": brackets.record}
            yield structs.replace(fields.named(found), **around_it, names=names, joined=joined)
        end = match.end()
    if not some:
        yield from _encoded(text, expects=expects, algorithm=algorithm)


def _within(match: re.Match[str], spans: Sequence[tuple[int, int, str]]) -> bool:
    """Return whether a run is a piece of what is torn. ``spans`` are in order."""
    place = bisect_right(spans, match.start(), key=itemgetter(0)) - 1
    return place >= 0 and match.start() < spans[place][1]


def _cleaned(text: str) -> str:
    """Return the text with what glues signs to a hash made apart; every sign stays in its place, NULs fill the gaps."""
    # else each letter of it stands alone, and nothing is found
    text = text.replace("\0", "") if "\0" in text else text  # UTF-16 that strayed into a file of another encoding
    text = _COLOUR.sub(lambda colour: " " * len(colour[0]), text) if "\x1b" in text else text
    text = _ESCAPE.sub(lambda m: "\0" * (len(m[0]) - 1) + chr(int(m[1], 16)), text) if "%" in text else text
    text = _MARKUP.sub(lambda m: "\n" * len(m[0]), text) if any(sign in text for sign in "<&%\\") else text
    return _WRITTEN_BREAKS.sub(_broken, text) if any(sign in text for sign in _OF_BREAKS) else text


def _broken(written: re.Match[str]) -> str:
    """Return the text with breaks in the place of written ones beside a hash; others stay as they are."""
    text, start, end = written.string, *written.span()
    # C:\new is a path, and its \n no break
    at_digits = _DIGITS.fullmatch(text, max(0, start - SHORTEST), start)
    if not at_digits and (behind := _HEX.match(text, end)):
        # sha256=0a12... is a hash, and its first digits no break
        is_whole = not written[0].startswith(_NUMBERED) or len(behind[0]) in ALGORITHMS
        at_digits = behind if len(behind[0]) >= SHORTEST and is_whole else None
    return "\n" * (end - start) if at_digits else written[0]


def _encoded(text: str, *, expects: bool, algorithm: str) -> Iterator[Match]:
    """Yield a text without a run: digests that are encoded, where something says hash; else damage."""
    some = False
    for match in _BYTES.finditer(text):
        if _OFFSET.search(text[max(0, match.start() - 30) : match.start()]):
            continue
        value = re.sub("[ :-]", "", match[0]).lower()
        own = ALGORITHMS.get(len(value), "")
        context = around(text, match.start(), match.end()) if own else BARE
        asked = algorithm or (_named_before(text, match.start()) if context.labelled else "")
        fits = own and asked in ("", own)
        if context.labelled and not fits:
            some, reason = True, f"{len(value)} characters, a {TITLES[asked]} has {LENGTHS[asked]}"
            yield Match(*match.span(), match[0], Found.DAMAGED, reason, own=context.reading, sure=True)
        if fits and (expects or context.labelled or context.reading.says is Says.OTHER):
            some = True
            yield Match(*match.span(), value, own=context.reading, alone=expects)
    if expects and not some:
        if value := digest_of(text.strip(EDGES), algorithm):
            yield Match(0, len(text), value, alone=True)
        elif reason := fault(text, algorithm):
            yield Match(0, len(text), text.strip(), Found.DAMAGED, reason, alone=True)


def _run(text: str, match: re.Match[str], *, expects: bool, algorithm: str, alone: bool) -> Match | None:
    run, (start, end) = match[0], match.span()
    # the order is that of certainty: a whole hash, 0x before it, another algorithm's length, JARM, then damage
    is_hex = bool(_HEX.fullmatch(run))
    start, end = _unglued(text, start, end, alone=alone) if is_hex else (start, end)
    run = text[start:end]
    if is_hex and len(run) in ALGORITHMS:
        context = around(text, start, end)
        own = context.reading
        if expects and own.what == A_SETTING:
            own = SILENT  # the name says nothing, and the column's heading says hash
        if own is SILENT and algorithm == SHA and len(run) == LENGTHS["sha1"]:
            own = Reading(Says.OTHER, label("commit"), everywhere=True)
        elif own is SILENT and not expects and (what := unlikely(run)):
            own = Reading(Says.OTHER, what)
        form = ALGORITHMS[len(run)]
        if own.says is not Says.OTHER and _is_cut(text, start, end, algorithm):
            return Match(start, end, run, Found.DAMAGED, CUT_SHORT, own=own)
        return Match(start, end, run.lower(), own=own, form=form, names=context.names, alone=alone)
    if run[:2] in ("0x", "0X"):
        return _prefixed(match, algorithm=algorithm if expects else "")
    if is_hex and len(run) in OTHER_LENGTHS:
        return Match(start, end, run.lower(), Found.LEFT_OUT, other_algorithm(OTHER_LENGTHS[len(run)]))
    if len(run) == _JARM_LENGTH and _JARM.fullmatch(run):
        return Match(start, end, run.lower(), Found.LEFT_OUT, label("JARM"))
    return _damaged(text, match, is_hex=is_hex, expects=expects, algorithm=algorithm)


def _unglued(text: str, start: int, end: int, *, alone: bool) -> tuple[int, int]:
    """Return where a hash begins and ends in a run of hex digits: without the letter of a drive whose path follows it,
    without the zeros that Windows puts before a program's. Its other ids begin so, too, which a text may name.
    """
    if end - start - 1 in ALGORITHMS and text[end - 1].isalpha() and _DRIVE.match(text, end):
        return start, end - 1
    is_file = alone or _FILE_ID.search(text, max(0, start - 20), start)
    if end - start == _AMCACHE_LENGTH and text.startswith(_AMCACHE, start) and is_file:
        return start + len(_AMCACHE), end
    return start, end


def _is_cut(text: str, start: int, end: int, algorithm: str) -> bool:
    """Return whether an ellipsis says that a run of a weaker hash's length is what is left of a stronger one."""
    before, after = _ELLIPSIS_BEFORE.search(text, max(0, start - 4), start), _ELLIPSIS_AFTER.match(text, end)
    if end - start == LONGEST or not (before or after):
        return False
    named = algorithms_in(plain(text[max(0, start - 24) : start])) or (algorithm,) * bool(algorithm)
    # "<md5>..." that nothing calls another hash may end a line; <32 digits>[...]<8 digits> goes on
    goes_on = before or (after and text[after.end() : after.end() + 1].strip())
    return ALGORITHMS[end - start] not in named if named else bool(goes_on)


def _prefixed(match: re.Match[str], *, algorithm: str) -> Match | None:
    """Return a database writes a hash so in the column of its algorithm; anywhere else it is a wallet or a number."""
    value = match[0][2:].lower()
    if len(value) not in ALGORITHMS or not _HEX.fullmatch(value):
        return None
    if ALGORITHMS[len(value)] == algorithm:
        return Match(*match.span(), value, alone=True)
    return Match(*match.span(), match[0].lower(), Found.LEFT_OUT, _PREFIXED)


def _named_before(text: str, start: int) -> str:
    """Return the one algorithm that is named right before a value; "" where none is, or several."""
    named = algorithms_in(plain(text[max(0, start - 24) : start]))
    return named[0] if len(named) == 1 else ""


def _damaged(text: str, match: re.Match[str], *, is_hex: bool, expects: bool, algorithm: str) -> Match | None:
    run = match[0]
    context: Context = around(text, match.start(), match.end())
    if context.reading.says is Says.OTHER:
        return None
    if context.labelled and not algorithm:
        algorithm = _named_before(text, match.start())
    meant = expects or context.labelled
    near = meant or nearest(len(run)) is not None
    reason = length_fault(run, algorithm) if is_hex and near else "" if is_hex else fault(run, algorithm)
    return Match(*match.span(), run, Found.DAMAGED, reason, own=context.reading, sure=meant) if reason else None
