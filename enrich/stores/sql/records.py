"""How a finding lies in a row: its names and its fields as msgpack arrays, and what many rows share kept once.

What they share is a *shape*: the kinds of the object's names, and the names of its fields.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.msgpack import Ext

from enrich.model.finding import Finding, Scalar, Status
from enrich.model.indicator import Indicator
from enrich.model.packed_fields import PackedFields, shortened
from enrich.model.packed_names import BIG_INTEGER, HALF_CHARACTERS, damaged

STATUSES = (Status.FOUND, Status.NOT_FOUND)
"""By their number in the store; only ever appended to."""
DETAIL = ""
"""The name under which a finding's detail, which most do not have, stands after its fields."""
_DIGITS = re.compile(r"[0-9a-f]{16,128}")
_HEX = b"0123456789abcdef"
_ENCODE = msgspec.msgpack.Encoder().encode

Row = Sequence[Any]
"""``(finding, origin, shape, fetched_at, status, malicious, engines, names, fields)`` as they are read and written, in
whatever order the table has them."""


class Shape(Struct, frozen=True, array_like=True):
    """The ``kinds`` of an object's names, and the names of its ``fields``."""

    kinds: tuple[str, ...]
    fields: tuple[str, ...]

    @property
    def has_detail(self) -> bool:
        """Whether a detail stands after the fields."""
        return self.fields[-1:] == (DETAIL,)

    def text(self) -> str:
        return msgspec.json.encode(self).decode()

    @classmethod
    def read(cls, text: str) -> Shape:
        """Return the shape of a text. Raises ``StoreError`` where it is none's."""
        try:
            return msgspec.json.decode(text, type=cls)
        except ValueError as error:
            raise damaged() from error


Packed = tuple[Shape, bytes, bytes]
"""How a finding is stored: its shape, and its names and fields as bytes."""


def pack(finding: Finding, names: Sequence[Indicator]) -> Packed:
    """Return how ``finding`` is stored about the object that bears ``names``."""
    texts = [name.value for name in names]
    fields = shortened(finding.fields, texts)
    if finding.detail:
        fields[DETAIL] = finding.detail
    shape = Shape(tuple([name.kind for name in names]), tuple(fields))
    return shape, _packed(stored_values(names)), _packed(list(fields.values()))


def _packed(values: Sequence[Any]) -> bytes:
    try:
        return _ENCODE(values)
    except (UnicodeEncodeError, OverflowError):  # half a surrogate pair in a file name; a number beyond 64 bits
        return _ENCODE(list(map(_representable, values)))


def _representable(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return Ext(HALF_CHARACTERS, value.encode("utf-8", "surrogatepass"))
    elif isinstance(value, int) and not -(2**63) <= value < 2**64:
        return Ext(BIG_INTEGER, str(value).encode())
    return value


def detail_apart(fields: PackedFields) -> tuple[Mapping[str, Scalar], str]:
    """Return the fields of a row whose shape ``has_detail``, and that detail."""
    plain = fields.plain()
    return plain, str(plain.pop(DETAIL))


STATUS_OF = dict(enumerate(STATUSES))
"""No number counts from the end here."""
DAMAGE = (LookupError, TypeError, ValueError, OverflowError, OSError)
"""What comes of a row that is damaged: no such status, no such date, no bytes."""


@contextmanager
def reading_rows() -> Iterator[None]:
    """Make a ``StoreError`` of what comes of a row that is damaged."""
    try:
        yield
    except DAMAGE as error:
        raise damaged() from error


def whole_seconds(at: datetime) -> int:
    return math.floor(at.timestamp())


def is_hash(value: str) -> bool:
    """Return whether a name is kept as bytes: at least 8 of them in lower-case hex."""
    return len(value) % 2 == 0 and _DIGITS.fullmatch(value) is not None


def packed_name(value: str) -> bytes:
    """Return the bytes that stand for a name in the packed names of its object's row.

    They begin with the name's length: else the first half of a sha256, cut off in a sheet, would be found in it as an
    md5.
    """
    return _packed([_stored_value(value)])[1:]


def _stored_value(value: str) -> bytes | str:
    return bytes.fromhex(value) if is_hash(value) else value


def prefix(name: Indicator) -> int:
    """Return the first 8 bytes of a hash (of a text: of its own hash) as a signed integer. Not unique."""
    value = name.value
    if is_hash(value):
        return int.from_bytes(bytes.fromhex(value[:16]), "big", signed=True)
    text = f"{name.kind}:{value}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big", signed=True)


def prefixes(names: Sequence[Indicator]) -> list[int]:
    """Return the prefixes of many names; where all are hashes, in a few steps for all."""
    values = [name.value for name in names]
    if not _are_hashes(values):
        return [prefix(name) for name in names]
    return list(struct.unpack(f">{len(values)}q", bytes.fromhex("".join([value[:16] for value in values]))))


def starts(numbers: Iterable[int]) -> list[int]:
    """Return the first 4 bytes of prefixes, as signed integers.

    The table of names finds an object by them: of millions few begin alike, and half the bytes make half the index.
    """
    return [number >> 32 for number in numbers]


def stored_values(names: Sequence[Indicator]) -> list[bytes | str]:
    """Return the names as rows have them: hashes as bytes, all else as text."""
    values = [name.value for name in names]
    return list(map(bytes.fromhex, values)) if _are_hashes(values) else list(map(_stored_value, values))


def _are_hashes(values: Sequence[str]) -> bool:
    """Return whether ``is_hash`` is true of each, in a few steps for all."""
    whole = "".join(values)
    lengths = all(16 <= length <= 128 and length % 2 == 0 for length in set(map(len, values)))
    return lengths and whole.isascii() and not whole.encode("ascii").translate(None, _HEX)


def status_of(number: object) -> Status:
    """Return the status that a row names by its number; ``StoreError`` where it names none."""
    if isinstance(number, int) and 0 <= number < len(STATUSES):
        return STATUSES[number]
    raise damaged()
