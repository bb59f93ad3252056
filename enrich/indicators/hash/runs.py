"""The runs in one cell that have, or nearly have, a hash's shape: indicator, look-alike or damaged, by the cell alone.

Knows a cell's text and what its place expects, and nothing of other cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from enrich.indicators.hash import credentials
from enrich.indicators.hash.context import BARE, PLACEHOLDERS, Context, around
from enrich.indicators.hash.damage import EDGES, GAPS, OTHER_LENGTHS, fault, length_fault, nearest
from enrich.indicators.hash.digests import ALGORITHMS, LENGTHS
from enrich.indicators.hash.labels import algorithms_in, label, other_algorithm
from enrich.indicators.hash.phrases import plain
from enrich.model.sighting import Found

SHORTEST = 28
"""A text shorter than this holds no hash, whole or nearly whole."""

_RUN = re.compile(r"(?<![0-9A-Za-z])(?:0[xX])?[0-9A-Fa-fOoIil]{28,128}(?![0-9A-Za-z])")
_SIGNS = b"0123456789ABCDEFabcdefOoIil"
_MARKED = bytes(1 if code in _SIGNS else 2 if code == 0 else 0 for code in range(256))
_LONG = b"\1" * SHORTEST
_ODD = frozenset(map(bytes.fromhex, (*PLACEHOLDERS, *credentials.NT_EMPTY)))
"""Of a hash's shape, and never a file's."""
_HEX = re.compile(r"[0-9A-Fa-f]+")
_JARM = re.compile(r"(?:000|[0-9a-f]{2}[a-e]){10}[0-9a-f]{32}", re.IGNORECASE)
"""Ten answers of a server, each a cipher and a version of TLS, and the digest of its extensions."""
_JARM_LENGTH = 62
_JOINT = re.compile(r"[ \t\xa0|`]+|[`*]*\]\(\w+://[^\s()]+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PREFIXED = "0x address or number (a wallet, a transaction), not a file's hash"
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
"""What a terminal's colours leave in a text; its last letter would be glued to the hash."""
_ESCAPE = re.compile(r"%(2[0278CF]|3[ADF]|5[BD]|7[BCD])", re.IGNORECASE)
"""Signs that stand beside a hash, as a URL writes them: their last digit would be glued to it."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: ``value`` is canonical for an indicator, the text as it stands for a damaged value.

    ``context`` is what the cell says around it; ``sure`` is False for a damaged value that only its column can
    confirm; ``alone`` where the cell holds nothing but hashes and their names, ``only`` where there is no second run;
    ``joined`` where nothing but the signs of a table, or the beginning of its link, part it from the run before.
    ``start`` and ``end`` say where it stands in the text.
    """

    found: Found
    value: str
    reason: str = ""
    context: Context = BARE
    sure: bool = True
    alone: bool = True
    only: bool = True
    joined: bool = False
    start: int = 0
    end: int = 0


def may_hold(text: str) -> bool:
    """Whether a run may stand in ``text``: the quick look before the closer one, at any length of text."""
    marked = text.encode("latin-1", "replace").translate(_MARKED)
    return _LONG in marked or b"\2" in marked


def digest(text: str) -> bytes | None:
    """The packed value of a text that is nothing but a hash, and an ordinary one; else None."""
    if len(text) not in ALGORITHMS:
        return None
    try:
        packed = bytes.fromhex(text)
    except ValueError:
        return None
    return packed if len(packed) * 2 == len(text) and packed not in _ODD else None


def runs(text: str, *, expects: bool = False, algorithm: str = "") -> Iterator[Run]:
    """What stands in ``text``. ``expects``: a hash belongs there, of ``algorithm`` where one is named."""
    text = text.replace("\0", "") if "\0" in text else text  # UTF-16 that strayed into a file of another encoding
    text = _COLOUR.sub(lambda colour: " " * len(colour[0]), text) if "\x1b" in text else text
    # NULs keep every sign in its place; whoever looks at what stands around a value takes them out
    text = _ESCAPE.sub(lambda escape: f"\0\0{chr(int(escape[1], 16))}", text) if "%" in text else text
    if expects and _torn(text, algorithm):
        yield Run(Found.DAMAGED, text.strip(), fault(text, algorithm), end=len(text))
        return
    some = False
    matches = list(_RUN.finditer(text)) if len(text) >= SHORTEST else []
    alone = len(matches) == 1 and len(matches[0][0]) == len(text.strip(EDGES))
    alone = alone or (bool(matches) and not _WORD.search(_RUN.sub(" ", text)))
    end = 0
    for match in matches:
        run = _run(text, match, expects=expects, algorithm=algorithm, alone=alone, only=len(matches) == 1)
        if run is not None:
            some = True
            joined = bool(end and _JOINT.fullmatch(text[end : match.start()]))
            yield replace(run, joined=joined, start=match.start(), end=match.end())
        end = match.end()
    if expects and not some and (reason := fault(text, algorithm)):
        yield Run(Found.DAMAGED, text.strip(), reason, end=len(text))


def _torn(text: str, algorithm: str) -> bool:
    """Whether a gap tears apart what would be a hash of ``algorithm``; a part may have another hash's length.

    Where any algorithm will do, only if no reading as several hashes is left.
    """
    inner = text.strip(EDGES)
    longest = LENGTHS[algorithm] if algorithm else max(ALGORITHMS)
    parts = GAPS.split(inner)
    if len(inner) > longest + 8 or len(parts) < 2:
        return False
    lengths = set(map(len, parts))
    whole = "".join(parts)
    fits = len(whole) == longest if algorithm else len(whole) in ALGORITHMS and not lengths <= ALGORITHMS.keys()
    return fits and bool(_HEX.fullmatch(whole)) and len(parts) < len(whole) // 2


def _run(text: str, match: re.Match[str], *, expects: bool, algorithm: str, alone: bool, only: bool) -> Run | None:
    run = match[0]
    is_hex = bool(_HEX.fullmatch(run))
    if is_hex and len(run) in ALGORITHMS:
        context = around(text, match.start(), match.end())
        return Run(Found.INDICATOR, run.lower(), context=context, alone=alone, only=only)
    if run[:2] in ("0x", "0X"):
        return _prefixed(run, algorithm=algorithm if expects else "")
    if is_hex and len(run) in OTHER_LENGTHS:
        return Run(Found.LEFT_OUT, run.lower(), other_algorithm(OTHER_LENGTHS[len(run)]))
    if len(run) == _JARM_LENGTH and _JARM.fullmatch(run):
        return Run(Found.LEFT_OUT, run.lower(), label("JARM"))
    return _damaged(text, match, is_hex=is_hex, expects=expects, algorithm=algorithm)


def _prefixed(run: str, *, algorithm: str) -> Run | None:
    """A database writes a hash so in the column of its algorithm; anywhere else it is a wallet or a number."""
    value = run[2:].lower()
    if len(value) not in ALGORITHMS or not _HEX.fullmatch(value):
        return None
    if ALGORITHMS[len(value)] == algorithm:
        return Run(Found.INDICATOR, value)
    return Run(Found.LEFT_OUT, run.lower(), _PREFIXED)


def _damaged(text: str, match: re.Match[str], *, is_hex: bool, expects: bool, algorithm: str) -> Run | None:
    run = match[0]
    context = around(text, match.start(), match.end())
    if context.reason:
        return None
    if context.labelled and not algorithm:
        named = algorithms_in(plain(text[max(0, match.start() - 24) : match.start()]))
        algorithm = named[0] if len(named) == 1 else ""
    meant = expects or context.labelled
    near = meant or nearest(len(run)) is not None
    reason = length_fault(run, algorithm) if is_hex and near else "" if is_hex else fault(run, algorithm)
    return Run(Found.DAMAGED, run, reason, context, sure=meant) if reason else None
