"""Defanged text made whole again: ``hxxps[:]//evil[.]example`` as a reader means it.

Undone in two steps, because that something *was* defanged is what tells an indicator from a reference: ``mark`` puts a
private sign for each defanged one, ``plain`` turns those into the signs they stand for. Forms and how often lists use
them were counted over 240 published lists; every expression here is linear.
"""

from __future__ import annotations

import re

DOT, COLON, AT, SLASH = "\ue000", "\ue001", "\ue002", "\ue003"
"""Of Unicode's private use area: no text of a list means anything by them."""
MARKS = f"{DOT}{COLON}{AT}{SLASH}"

# install.sh, main.py, details.zip, README.md: all are domains that people can buy
FILE_SUFFIXES = ("zip", "mov", "sh", "py", "rs", "md", "ps", "so", "cab", "dot")
"""Endings of names that are top-level domains as well, and that lists hold as files more often than as domains."""
_PLAIN = {ord(DOT): ".", ord(COLON): ":", ord(AT): "@", ord(SLASH): "/"}
_WIDE_DOTS = {0x3002: ".", 0xFF0E: ".", 0xFF61: "."}
"""Full stops of East Asian scripts, which browsers take for a dot in a host's name."""
_CLEARED = dict.fromkeys(map(ord, MARKS), 0xFFFD)
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD))
_BRACKETED = re.compile(
    # [.], (.), {.}, <.>, [dot], (d0t), [ . ], [точка]; [://], [:]; [/]; [at], (@)
    r"[\[({<]\s{0,2}(?:(?P<dot>\.|dot|d0t|punto|punkt|точка|点)|(?P<scheme>:/{0,2})|(?P<slash>/{1,2})|(?P<at>@|at|et|arroba))"
    r"\s{0,2}[\])}>]",
    re.IGNORECASE,
)
# evil [.] com
_SPACED = re.compile(r"(?<=\w) ([\[(]\s{0,2}(?:\.|dot)\s{0,2}[\])]) (?=\w)", re.IGNORECASE)
# (4)evil(3)com(0)
_COUNTED = re.compile(r"(?<![\w)])(?:\(\d{1,2}\)[\w-]{1,63}){2,127}\(0\)")
_COUNT = re.compile(r"\(\d+\)")
# |04|evil|03|com|00|
_WIRED = re.compile(r"(?:\|[0-9a-f]{2}\|[\w-]{1,63}){2,127}+\|00\|", re.IGNORECASE)
WIRED = "|00|"
_LENGTH = re.compile(r"\|[0-9A-Fa-f]{2}\|")
"""A name as a rule of Snort looks for it in a packet: each part behind its length in hex."""
_UNCLOSED = re.compile(r"(?<=[\w\ue000-])(?:[\[({]\.(?=[\w-])|(?<!\.)\.[\])}](?=[\w-]))")
"""``evil[.com`` and ``evil.]com``."""
# only names: "evil[.com]" and never "evil[.1]"
_ENCLOSED_END = re.compile(r"(?<=[\w\ue000-])\[\.([a-z]{2,24})\]", re.IGNORECASE)
"""``evil[.com]``; ``NvSmartMax[.dll]`` is an ending that may be there or not, and ``dll`` no domain's."""
# evil\.com; not libcord\.so, which a rule looks for
_ESCAPED = re.compile(rf"(?<=\w)\\\.(?=\w)(?!(?:{'|'.join(FILE_SUFFIXES)})(?![\w.\\-]))", re.IGNORECASE)
# \d+\.example\.com: nothing was made harmless there
_EXPRESSION = re.compile(r"\\[dwsbDWS(\[/+*?]|\.\*|\.\+|\[\^|\(\?")
"""What only a regular expression has: in one ``\\.`` defangs nothing."""
# hxxp:, h**ps:, htxp:, hxxp[:]
_SCHEME = re.compile(r"(?<![a-z0-9])(h)(?:xx|\*\*|__|tx|xt|x{3})(ps?)(?=[:\ue001]|\s?\[)", re.IGNORECASE)
# evil.com\nbad.com, where a break was written as characters
_BROKEN_LINES = re.compile(r"\\r\\n|\\[nr](?![\w.-]*\\)")
# C:\new.com\x, %TEMP%\x, \\server\share, HKLM: backslashes of paths
_DRIVE = re.compile(r"(?<![A-Za-z])[A-Za-z]:\\|%\w+%\\|\\\\|HKEY|HK[LC][MU]")
# http:\\evil.com\x, also with each backslash doubled: a browser reads them as slashes
_BACKWARD = re.compile(r"(?<![A-Za-z])(?:h[tx]{2}ps?|ftp):\\{2}[^\s\"'<>|]+", re.IGNORECASE)
_SIGNS = ("[", "(", "{", "<", "\\", ".]", ".)", ".}")


def mark(text: str) -> str:
    """Return ``text`` with each defanged sign as one of ``MARKS``; schemes stay as they are written (``hxxp``)."""
    text = text.translate(_INVISIBLE) if not text.isascii() else text
    # whoever writes our private signs into a list must not mark anything by them
    text = text.translate(_CLEARED).translate(_WIDE_DOTS) if not text.isascii() else text
    text = _WIRED.sub(_asked_for_in_hex, text) if WIRED in text else text
    if not any(sign in text for sign in _SIGNS):
        return text
    if "\\" in text:
        text = text.replace("\\/", "/")
        text = _BACKWARD.sub(lambda url: re.sub(r"\\+", "/", url[0]).replace(":/", "://", 1), text)
        if "\\n" in text and not _DRIVE.search(text):
            text = _BROKEN_LINES.sub("\n", text)
    text = _COUNTED.sub(_asked_for, text) if "(0)" in text else text
    text = _BRACKETED.sub(_sign, _SPACED.sub(r"\1", text))
    text = _UNCLOSED.sub(DOT, _ENCLOSED_END.sub(rf"{DOT}\1", text)) if "." in text else text
    if "\\." in text and not _EXPRESSION.search(text) and not _DRIVE.search(text):
        text = _ESCAPED.sub(DOT, text)
    return text


def _asked_for(counted: re.Match[str]) -> str:
    """Return a name that is written as DNS sends it, each part behind its length, with a label before it: Windows' DNS
    server logs so what it was asked for, and a bare name in a line is none otherwise. The comma ends what is before it.
    """
    return ", host: " + ".".join(filter(None, _COUNT.split(counted[0])))


def _asked_for_in_hex(wired: re.Match[str]) -> str:
    """Return the same of a name that a rule looks for."""
    return ", host: " + ".".join(filter(None, _LENGTH.split(wired[0])))


def _sign(found: re.Match[str]) -> str:
    if found["dot"]:
        return DOT
    if found["scheme"]:
        return COLON + SLASH * found["scheme"].count("/")
    return SLASH * len(found["slash"]) if found["slash"] else AT


def plain(marked: str) -> str:
    """Return what ``mark`` gave, with the signs that the marks stand for."""
    return marked.translate(_PLAIN)


def is_marked(marked: str) -> bool:
    """Return whether any sign of it was defanged."""
    return not marked.isascii() and any(sign in marked for sign in MARKS)


def refang(text: str) -> str:
    """Return ``text`` as it reads refanged, schemes included."""
    return plain(_SCHEME.sub(lambda m: f"{m[1]}tt{m[2]}".lower(), mark(text)))
