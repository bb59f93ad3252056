"""How programs that crack passwords write what they crack: many fields in one run of characters, none of them a file's
hash.
"""

from __future__ import annotations

import re

from enrich.indicators.hash.digests import ALGORITHMS, LENGTHS

_REACH = 4_000
"""Characters on each side in which a run of fields is looked for."""
_RUN = re.compile(r"[^\s\"'<>()\[\]{},;|]*")
# $pdf$4*4*128*..., report.docx:$office$*2013*..., $krb5tgs$23$*...; not \\server\c$\temp$\...
_NAMED = re.compile(r"(?:^|[:=])\$\w[\w-]{0,60}\$", re.IGNORECASE)
_SIGNS = (":", "*")
_SIGN = re.compile(r"[:*]")
_STARRED = re.compile(r"[^*:]\*[^*:]")
_HEX = re.compile(r"[0-9a-f]{12,}", re.IGNORECASE)
_DIGESTS = {*ALGORITHMS, 56, 70, 96, 128}
"""Digits of what may stand beside a file's hash: SHA-224, TLSH, SHA-384 and SHA-512 are its digests, too."""


def is_field(text: str, start: int, end: int) -> bool:
    """Return whether ``text[start:end]`` is a field of what such a program reads: of a run that begins with the name of
    its format (``$pdf$4*4*...``), of one with an address or a secret in hex (``<md5>:<mac>:<mac>:...``), or MySQL's
    ``*<SHA1>``.
    """
    near = text[max(0, start - _REACH) : start]
    if "$" not in near and near[-1:] not in _SIGNS and text[end : end + 1] not in _SIGNS:
        return False
    before, behind = _RUN.match(near[::-1]), _RUN.match(text, end, end + _REACH)
    lead, rest = before[0][::-1] if before else "", behind[0] if behind else ""
    value = text[start:end]
    # *<SHA1>, root:*<SHA1>; not *<SHA1>*, in Markdown
    if len(value) == LENGTHS["sha1"] and value.isupper() and lead[-2:] in ("*", ":*") and rest[:1] != "*":
        return True
    return ("$" in lead and _NAMED.search(lead) is not None) or _has_secret(lead, value, rest)


def _has_secret(lead: str, value: str, rest: str) -> bool:
    """Return whether a field beside a value is hex of no digest's length, or several have one length: one file's hashes
    may be written so, too, and have a length each.
    """
    beside = (*_SIGN.split(lead)[:-1], *_SIGN.split(rest)[1:])
    lengths = [len(field) for field in beside if _HEX.fullmatch(field) and not field.isdecimal()]
    if any(length not in _DIGESTS for length in lengths):
        return True
    many = len(lengths) > 1 or (len(lengths) > 0 and _STARRED.search(f"{lead}{value}{rest}") is not None)
    return many and len({*lengths, len(value)}) <= len(lengths)
