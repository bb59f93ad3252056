"""What encoding a text file is in, decided on its bytes.

Strict UTF-8 comes first and is checked over the whole file; then checks of our own that a few high bytes in a list of
hashes need (``files/plausibility.py``); what looks odd in all usual encodings goes to charset-normalizer.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from enrich.errors import InputError
from enrich.files.opened import Readable
from enrich.files.plausibility import best

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FEWEST_ZEROS = 6
"""Zero bytes that are no accident."""
_START_BYTES = 64
_CONTROLS = bytes(sorted({*range(1, 0x20)} - set(b"\t\r\n\f\x1a\x1b")))
_MOST_CONTROLS = 0.05
"""The share of control characters that a text may have."""
_BLOCK_BYTES = 1 << 20
_EVIDENCE_BYTES = 64 << 10
# The no-break space that web pages and PDF put behind a value: 0xA0 in Windows' code pages, 0xCA in MacRoman.
_AFTER_HASH = re.compile(rb"[0-9A-Fa-f]{32}[ \xa0\xca]*([\xa0\xca])")


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec's Python name and the mark the file begins with. ``broken``: some bytes do not fit it; ``guessed``: the
    file does not say, and its bytes fit others too; ``mixed``: a wide file to which plain text was appended.
    """

    name: str
    bom: bytes = b""
    broken: bool = False
    guessed: bool = False
    mixed: bool = False

    def remarks(self) -> list[str]:
        """Sentences that the reader of the text should know."""
        if self.mixed:
            return [f"it is {self.name[:6].upper()} with plain text appended: both were read, save it anew as one"]
        if self.guessed:
            return [f"it does not say how its letters are encoded; read as {self.name} (--encoding NAME overrules)"]
        return ["some bytes are not valid UTF-8: they are kept as they are"] if self.broken else []

    @property
    def wide(self) -> bool:
        """Whether an ASCII character takes more than one byte."""
        return self.name.startswith(("utf-16", "utf-32"))

    @property
    def codec(self) -> str:
        """The codec of the byte stream that the readers see: wide files are handed to them as UTF-8."""
        return "utf-8" if self.wide else self.name

    @property
    def multibyte(self) -> bool:
        """Whether a character's second byte may look like ASCII (``|`` in GBK, Shift-JIS, Big5)."""
        return self.name in ("gbk", "gb18030", "cp932", "big5", "cp949")


def detect(path: Readable, forced: str | None = None) -> Encoding:
    """Return the encoding of a file; ``forced`` is the user's word. Raises ``InputError`` for a name nobody knows."""
    with path.open("rb") as stream:
        head = stream.read(_EVIDENCE_BYTES)
    if forced:
        return _encoding_named(head, forced)
    quick = from_marks(head)
    if quick is not None:
        return replace(quick, mixed=_is_mixed(path)) if quick.name.startswith("utf-16") else quick
    wrong = _misfits(path)
    if wrong is None:
        return Encoding("utf-8")
    evidence = wrong.evidence
    # UTF-8 into which something else was pasted: its own bytes are kept, and the rest is read as UTF-8.
    if wrong.valid > 4 * wrong.invalid:
        return Encoding("utf-8", broken=True)
    return Encoding(_legacy(evidence), guessed=True)


PLAIN_RUN = re.compile(rb"[\t\r\n\x20-\x7e]{32,}")
"""Plain text in a file of UTF-16, where each second byte of it is zero. As units that were 16 rare signs in a row."""


def _is_mixed(path: Readable) -> bool:
    tail = b""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            if PLAIN_RUN.search(tail + block):
                return True
            tail = block[-64:]
    return False


@lru_cache(maxsize=4)
def of_sample(sample: bytes) -> Encoding:
    """Return the same on a file's first bytes alone: good enough to recognise a format by."""
    quick = from_marks(sample)
    if quick is not None:
        return quick
    if len(sample) - len(sample.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(sample):
        return Encoding("cp1252", broken=True)  # packed bytes: no text in any encoding, and no need to weigh them all
    valid, invalid = _tally(sample)
    if not invalid or valid > 4 * invalid:
        return Encoding("utf-8", broken=bool(invalid))
    return Encoding(_legacy(_high_lines(sample)))


def from_marks(head: bytes) -> Encoding | None:
    """Return the encoding that a byte order mark or the zero bytes of UTF-16 and UTF-32 tell."""
    for bom, name in BOMS:
        if head.startswith(bom):
            return Encoding(name, bom)
    return _unmarked_wide(head)


@lru_cache(maxsize=4)
def decoded(sample: bytes) -> str:
    """Return a sample as text without its mark; what does not decode becomes U+FFFD. Each text format asks for it."""
    encoding = of_sample(sample)
    return sample[len(encoding.bom) :].decode(encoding.name, "replace")


def looks_like_text(text: str) -> bool:
    """Return whether hardly anything in it is a control character; zero bytes are met in real lists (pasted UTF-16)."""
    if text.count("\0") > 0.35 * len(text):
        return False
    text = text.replace("\0", "")
    if not text:
        return False
    odd = sum(map(text.count, map(chr, _CONTROLS)))
    lost = text.count("\ufffd")
    return odd <= _MOST_CONTROLS * len(text) + 1 and lost <= 0.3 * len(text)


_SAMPLE = f"SHA256;{'0123456789abcdef' * 4}\r\n" * 2


def _text_codec(forced: str) -> str:
    """Return the codec's name; "" if it is none of text files.

    In those ASCII is ASCII, or ASCII with zeros between. Python has others: for domain names (idna, punycode), source
    code (unicode_escape), main frames.
    """
    try:
        name = codecs.lookup(forced).name
        encoded = _SAMPLE.encode(name)
        kept = encoded.decode(name) == _SAMPLE
    except (LookupError, TypeError, ValueError):
        return ""
    plain = encoded.replace(b"\0", b"").endswith(_SAMPLE.encode("ascii"))
    return name if plain and kept and name not in ("unicode_escape", "raw_unicode_escape", "charmap") else ""


USUAL_NAMES = "utf-8, utf-16, cp1252, cp1251, gbk or shift_jis"


def is_of_text(name: str) -> bool:
    """Return whether a name is that of an encoding in which text files are written."""
    return bool(_text_codec(name))


def _encoding_named(head: bytes, forced: str) -> Encoding:
    name = _text_codec(forced)
    if not name:
        raise InputError(f"there is no text encoding called {forced!r}", hint=f"try {USUAL_NAMES}")
    if name == "utf-8-sig":
        name = "utf-8"
    if name in ("utf-16", "utf-32"):
        marked = next(((bom, known) for bom, known in BOMS if known.startswith(name) and head.startswith(bom)), None)
        return Encoding(marked[1], marked[0]) if marked else Encoding(f"{name}-le")
    bom = next((bom for bom, known in BOMS if known == name and head.startswith(bom)), b"")
    # What calls itself Shift-JIS is Windows' code page as a rule, which has more signs.
    return Encoding({"shift_jis": "cp932"}.get(name, name), bom)


def _unmarked_wide(head: bytes) -> Encoding | None:
    """UTF-16 or UTF-32 without a mark: mostly ASCII, so the zero bytes stand in step."""
    sample = head[: len(head) // 4 * 4] if len(head) > 3 else head[: len(head) // 2 * 2]
    if len(sample) < 4 or sample.count(0) < _FEWEST_ZEROS:
        return None
    if sample[:_START_BYTES].isascii() and 0 not in sample[:_START_BYTES]:
        return None  # plain ASCII into which a piece of UTF-16 was pasted
    quarter = len(sample) / 4
    zeros = [sample[step::4].count(0) / quarter for step in range(4)]
    for name, full, empty in (("utf-32-le", (2, 3), (0,)), ("utf-32-be", (0, 1), (3,))):
        if all(zeros[step] > 0.95 for step in full) and all(zeros[step] < 0.2 for step in empty):
            return Encoding(name)
    # Of UTF-16 in Latin letters each second byte is zero; a third of it may be Cyrillic or Chinese.
    even, odd = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    for name, zero, text in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zero > 0.3 and text < 0.03 and zero > 10 * text:
            return Encoding(name)
    return None


@dataclass(slots=True)
class _Misfits:
    valid: int = 0
    invalid: int = 0
    evidence: bytes = b""


def _misfits(path: Readable) -> _Misfits | None:
    """Return what of the file is not UTF-8, over the whole of it; None where all is."""
    result = _Misfits()
    for block in _blocks(path):
        if block.isascii():
            continue
        valid, invalid = _tally(block)
        result.valid += valid
        result.invalid += invalid
        if len(result.evidence) < _EVIDENCE_BYTES:
            result.evidence += _high_lines(block)
    return result if result.invalid else None


def _blocks(path: Readable) -> Iterator[bytes]:
    """Yield the file in blocks that are cut behind an ASCII byte where one is near, so no character is torn."""
    rest = b""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            block = rest + block
            cut = len(block)
            # A character has four bytes at most: where 64 bytes in a row are high, the cut stays where it is.
            while cut > len(block) - 64 and cut > 1 and block[cut - 1] > 0x7F:
                cut -= 1
            rest = block[cut:]
            yield block[:cut]
    if rest:
        yield rest


_HIGH = bytes(range(0x80, 0x100))
_SEQUENCE = re.compile(
    rb"(?:[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+"
)


def _tally(block: bytes) -> tuple[int, int]:
    """Well-formed UTF-8 sequences (a lower bound) and stray high bytes."""
    high = len(block) - len(block.translate(None, _HIGH))
    try:
        block.decode("utf-8")
    except UnicodeDecodeError:
        rest = _SEQUENCE.sub(b"", block)
        stray = len(rest) - len(rest.translate(None, _HIGH))
        return (high - stray) // 3, stray
    return high // 3, 0


def _high_lines(block: bytes) -> bytes:
    return b"\n".join(line for line in block.splitlines() if not line.isascii())[:_EVIDENCE_BYTES]


def _legacy(evidence: bytes) -> str:
    """Return the one-byte or East Asian encoding of lines that hold high bytes."""
    marks = set(_AFTER_HASH.findall(evidence))
    if marks == {b"\xca"}:
        return "mac_roman"  # its no-break space; in cp1252 a letter glued to the hash
    if marks == {b"\xa0"} and not (set(evidence) - set(range(0x80)) - {0xA0}):
        return "cp1252"
    natural = best(evidence)
    if natural is not None:
        return natural
    # A few words in all: the library needs more than our own look, and has the last word where that finds nothing.
    from charset_normalizer import from_bytes  # noqa: PLC0415 - most files are UTF-8, and a start is to be short

    guess = from_bytes(evidence).best()
    return guess.encoding if guess is not None and _keeps_ascii(guess.encoding) else "cp1252"


def _keeps_ascii(name: str) -> bool:
    """Return whether ASCII bytes mean what they say (not so in EBCDIC, UTF-7 or the escapes of ISO-2022)."""
    signs = bytes([9, 10, 13, *range(0x20, 0x7F)])
    return signs.decode(name, "replace") == signs.decode("ascii") and not name.startswith(("utf_7", "iso2022", "hz"))
