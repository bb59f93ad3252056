r"""What cannot be seen or must not act, written as escapes that a reader sees: one alphabet for every output.

Names, labels and cells come from attackers. A right-to-left mark turns ``exe.fdp`` round, a zero-width space makes two
names of one, an escape sequence drives a terminal, a tag character carries hidden text. Whatever an output is, a cell,
a field, a page, a terminal or a log, the same characters stand there in the same way: ``\n``, ``\x1b``, ``\u202e``.

The list follows Unicode 16: controls, format characters without a form of their own (Default_Ignorable_Code_Point:
https://www.unicode.org/Public/16.0.0/ucd/DerivedCoreProperties.txt), line and paragraph separators, letters and signs
that are blank, halves of surrogate pairs, private use and noncharacters. It is written out, since Python's own tables
differ from one version to the next. Spaces of any width are spaces and stay.
"""

from __future__ import annotations

import re

_NONCHARACTERS = "".join(f"{chr(plane + 0xFFFE)}-{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
UNSEEN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # controls: line breaks, tabs, what a terminal obeys
    "\u00ad\u034f\u061c"  # soft hyphen, grapheme joiner, Arabic letter mark
    "\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # Hangul fillers and Khmer vowels, letters that are blank
    "\u180b-\u180f"  # Mongolian selectors and vowel separator
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero-width, separators, direction marks, overrides and isolates
    "\u2800\U0001d159"  # a Braille cell without dots, a note head without a head
    "\ufe00-\ufe0f\ufeff\ufff0-\ufffb"  # variation selectors, byte order mark, interlinear notes
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # controls of hieroglyphs, shorthand and music
    "\U000e0000-\U000e0fff"  # tags, and further selectors
    "\ud800-\udfff"  # halves of pairs; Python's stand-ins for bytes that are no text
    "\ue000-\uf8ff\U000f0000-\U0010fffd"  # private use: whatever a font likes
    "\ufdd0-\ufdef" + _NONCHARACTERS + "]"
)
"""One character that cannot be seen or would act."""
_NAMED = {"\t": "\\t", "\r": "\\r", "\n": "\\n"}


def visible(text: str) -> str:
    """Return ``text`` on one line, with each character that cannot be seen or would act as an escape."""
    return text if text.isascii() and text.isprintable() else UNSEEN.sub(_escaped, text)


def escape(character: str) -> str:
    r"""Return the escape of one character, whatever it is: ``\x1b``, ``\u202e``, ``\U000e0041``."""
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def visible_json(text: str) -> str:
    """Return JSON ``text`` of one line with such characters as JSON's own escapes, which a program reads back unharmed.

    A log is looked at in a terminal, and read by machines.
    """
    return text if text.isascii() and text.isprintable() else UNSEEN.sub(_json_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return _NAMED.get(match[0]) or _byte(match[0]) or escape(match[0])


def _byte(character: str) -> str:
    """Return the escape of a byte that Python has a stand-in for, as in a file's name that is no UTF-8; else ""."""
    return f"\\x{ord(character) - 0xDC00:02x}" if "\udc80" <= character <= "\udcff" else ""


def _json_escaped(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
