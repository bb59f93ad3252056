"""How a finding lies in a row: what many rows share goes into a layout that is kept once, what is left into the row.

A layout holds the provider, the kinds of the names, the names of the fields, and how a field follows from a name of
the object (``vt_sha256`` is one, ``vt_link`` holds one): such fields take no room in the row.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from operator import itemgetter
from typing import Any

import msgspec
from msgspec import Struct

from enrich.errors import StoreError
from enrich.model.finding import Finding, Scalar, Status
from enrich.model.indicator import Indicator

STATUSES = (Status.FOUND, Status.NOT_FOUND)
"""By their number in the store; only ever appended to."""
RATIO = -1
"""Instead of a name's number: the field is the detection ratio."""
_DIGITS = re.compile(r"[0-9a-f]{16,128}")
_HEX = b"0123456789abcdef"

Derived = tuple[str, int, str, str]
"""A field that follows from a name: field, number of the name, text before it, text after it."""
Key = tuple[str, tuple[tuple[str, int], ...], tuple[str, ...], tuple[Derived, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """What rows have in common. A name of ``size`` 0 is text and stands in the row's texts, else that many bytes.

    Made once for a number and told apart by identity, so that what is drawn from it can be remembered.
    """

    provider: str
    names: tuple[tuple[str, int], ...]
    fields: tuple[str, ...]
    derived: tuple[Derived, ...]
    slices: tuple[tuple[str, slice | None], ...]
    """Each name's kind, and where its digits stand among those of all names; None for a text."""
    texts: int
    """How many names are texts."""
    longest: slice
    """Where the bytes of the longest name stand that is kept as bytes; empty where none is."""

    @property
    def key(self) -> Key:
        return self.provider, self.names, self.fields, self.derived

    @classmethod
    def of(cls, key: Key) -> Layout:
        provider, names, fields, derived = key
        slices: list[tuple[str, slice | None]] = []
        at = 0
        for kind, size in names:
            slices.append((kind, slice(at, at + 2 * size) if size else None))
            at += 2 * size
        longest = max((where for _, where in slices if where is not None), key=_length, default=slice(0, 0))
        return cls(
            provider,
            names,
            fields,
            derived,
            tuple(slices),
            sum(where is None for _, where in slices),
            slice(longest.start // 2, longest.stop // 2),
        )


def _length(where: slice) -> int:
    return int(where.stop - where.start)


class Packed(Struct, frozen=True):
    """A finding as a row holds it: names that are hashes as bytes, one behind the other; all else as a JSON list."""

    layout: Layout
    names: bytes
    texts: str


def whole_seconds(at: datetime) -> int:
    return math.floor(at.timestamp())


def is_hash(value: str) -> bool:
    """Whether a name is kept as bytes: at least 8 of them in lower-case hex."""
    return len(value) % 2 == 0 and _DIGITS.fullmatch(value) is not None


def prefix(name: Indicator) -> int:
    """The first 8 bytes of a hash (of a text: of its own hash) as SQLite's signed integer. Not unique: verify."""
    value = name.value
    if is_hash(value):
        return int.from_bytes(bytes.fromhex(value[:16]), "big", signed=True)
    text = f"{name.kind}:{value}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big", signed=True)


def prefixes(names: Sequence[Indicator]) -> list[int]:
    """The prefixes of many names; where all are hashes, in a few steps for all."""
    values = [name.value for name in names]
    whole = "".join(values)
    lengths = all(16 <= length <= 128 and length % 2 == 0 for length in set(map(len, values)))
    if not lengths or not whole.isascii() or whole.encode("ascii").translate(None, _HEX):
        return [prefix(name) for name in names]
    return list(struct.unpack(f">{len(values)}q", bytes.fromhex("".join([value[:16] for value in values]))))


_Alike = tuple[str, tuple[str, ...], tuple[int, ...], tuple[str, ...], bool]
"""What findings share that one plan fits: provider, the names' kinds and lengths, fields, whether there is a detail."""


class Packer:
    """Packs findings. What it found for one it tries on the next that has the same fields: it nearly always fits."""

    def __init__(self) -> None:
        self._layouts: dict[Key, Layout] = {}
        self._plans: dict[_Alike, _Plan] = {}

    def pack(self, finding: Finding, names: Sequence[Indicator]) -> Packed:
        """``finding`` about the object that bears ``names``."""
        values = [name.value for name in names]
        fields, detail = tuple(finding.fields), bool(finding.detail)
        alike = (finding.provider, tuple([name.kind for name in names]), tuple(map(len, values)), fields, detail)
        plan = self._plans.get(alike)
        packed = plan.pack(finding, values) if plan is not None else None
        if packed is None:
            packed = self._anew(finding, names)
            if not packed.layout.texts and None not in finding.fields.values():
                self._plans[alike] = _Plan(packed.layout, fields)
        return packed

    def _anew(self, finding: Finding, names: Sequence[Indicator]) -> Packed:
        digits, sizes, values = "", list[tuple[str, int]](), list[Scalar]()
        fields: list[str] = []
        derived: list[Derived] = []
        numbers: dict[str, int] = {}
        for number, name in enumerate(names):
            value = name.value
            numbers[value] = number
            if is_hash(value):
                sizes.append((name.kind, len(value) // 2))
                digits += value
            else:
                sizes.append((name.kind, 0))
                values.append(value)
        if finding.engines is not None:
            numbers[ratio(finding.malicious, finding.engines)] = RATIO
        for field, content in finding.fields.items():
            if content is None:
                continue
            if type(content) is str and (found := _follows(content, numbers)) is not None:
                derived.append((field, *found))
            else:
                fields.append(field)
                values.append(content)
        if finding.detail:
            fields.append("")  # the detail, which most findings do not have
            values.append(finding.detail)
        key = (finding.provider, tuple(sizes), tuple(fields), tuple(derived))
        layout = self._layouts.get(key) or self._layouts.setdefault(key, Layout.of(key))
        return Packed(layout, bytes.fromhex(digits), _dump(values))


class _Plan:
    """How a finding becomes a row of ``layout``, if its ``fields`` follow from its names as that says.

    For objects whose names are all hashes, of the same lengths as those that the layout was made for.
    """

    __slots__ = ("_derived", "_follow", "_keep", "_layout")

    def __init__(self, layout: Layout, fields: Sequence[str]) -> None:
        self._layout = layout
        self._derived = [(number, before, after) for _, number, before, after in layout.derived]
        self._follow = _picker([fields.index(field) for field, *_ in layout.derived])
        self._keep = _picker([fields.index(field) for field in layout.fields if field])

    def pack(self, finding: Finding, values: Sequence[str]) -> Packed | None:
        """None where it does not fit after all. ``values`` are those of the names."""
        contents = tuple(finding.fields.values())
        sources = (*values, ratio(finding.malicious, finding.engines))  # the last is the one numbered RATIO
        follow = [f"{before}{sources[number]}{after}" for number, before, after in self._derived]
        digits = "".join(values)
        try:
            names = bytes.fromhex(digits)
        except ValueError:
            return None
        if names.hex() != digits or None in contents or self._follow(contents) != follow:
            return None
        kept = self._keep(contents)
        return Packed(self._layout, names, _dump([*kept, finding.detail] if finding.detail else kept))


def _picker(places: Sequence[int]) -> Callable[[Sequence[Any]], list[Any]]:
    """Takes the values at ``places``."""
    if len(places) < 2:
        return lambda values: [values[place] for place in places]
    pick = itemgetter(*places)
    return lambda values: list(pick(values))


def key_text(key: Key) -> str:
    return json.dumps(key, separators=(",", ":"), ensure_ascii=True)


def key_of(text: str) -> Key:
    """``StoreError`` where it is no layout's."""
    try:
        key: Key = msgspec.convert(json.loads(text), Key)
    except (ValueError, RecursionError) as error:
        raise damaged() from error
    _, names, _, derived = key
    if any(size < 0 for _, size in names) or any(not RATIO <= number < len(names) for _, number, _, _ in derived):
        raise damaged()
    return key


def load_many(texts: Sequence[str], size: int) -> list[list[Scalar]]:
    """The values of many rows, ``size`` each: read in one go where each is plain."""
    rows: list[list[Scalar]] = []
    if not any(text.startswith(" ") for text in texts):
        with suppress(ValueError):
            rows = msgspec.json.decode(f"[{','.join(texts)}]")
    if len(rows) != len(texts):
        rows = list(map(_load, texts))
    if any(kind is not list for kind in set(map(type, rows))) or any(count != size for count in set(map(len, rows))):
        raise damaged()
    return rows


def status_of(number: object) -> Status:
    """The status that a row names by its number; ``StoreError`` where it names none."""
    if isinstance(number, int) and 0 <= number < len(STATUSES):
        return STATUSES[number]
    raise damaged()


def damaged() -> StoreError:
    return StoreError("the store holds an answer that is damaged", hint="restore a copy of the store")


def _load(texts: str) -> list[Scalar]:
    """One row's values. A text that begins with a space is one that only ``json`` can read."""
    try:
        values: list[Scalar] = json.loads(texts) if texts.startswith(" ") else msgspec.json.decode(texts)
    except ValueError as error:
        raise damaged() from error
    return values


def _dump(values: Iterable[Scalar]) -> str:
    try:
        return msgspec.json.encode(values).decode()
    except (UnicodeEncodeError, OverflowError):  # half a surrogate pair in a file name; a number beyond 64 bits
        return " " + json.dumps(values)


def _follows(value: str, numbers: dict[str, int]) -> tuple[int, str, str] | None:
    """How ``value`` follows from a name. Of longer texts only links: they are alike from row to row."""
    number = numbers.get(value)
    if number is not None:
        return number, "", ""
    if value.startswith("https://"):
        held = [name for name, number in numbers.items() if number != RATIO and len(name) >= 16 and name in value]
        name = max(held, key=len, default="")  # a shorter one may be a part of it
        if name and value.count(name) == 1:
            before, after = value.split(name)
            return numbers[name], before, after
    return None


def ratio(malicious: int | None, engines: int | None) -> str:
    return f"{malicious}/{engines}"
