"""A finding's fields as the bytes that a store keeps: a run may hold a million findings of which few are looked at.

They behave as any mapping. Who looks at several fields of one finding reads them once, by ``plain_fields``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, cast

from msgspec import Struct

from enrich.model.finding import Scalar
from enrich.model.packed_names import DECODE, PackedNames, PackedType, damaged

LOOKED_AT = 16
"""Characters at a text's end that tell whether a name may stand there; of shorter names too little would be saved."""
MOST_PLACES = 256
"""A name's place is one byte."""


class PackedFields(Mapping[str, Scalar], Struct, metaclass=PackedType, frozen=True, gc=False, eq=False):
    """``names`` of the fields, which many findings share, and their values as one msgpack array.

    Bytes among the values stand for a text that ends with one of the object's ``own_names``: which one, then what
    stands before it (a report's hashes and the link to it are half of what it says).
    Reading raises ``StoreError`` where the bytes are damaged.
    """

    _names: tuple[str, ...]
    _values: bytes
    _own_names: PackedNames

    @property
    def packed(self) -> tuple[tuple[str, ...], bytes, PackedNames]:
        """What they were made of."""
        return self._names, self._values, self._own_names

    def plain(self) -> dict[str, Scalar]:
        try:
            fields = dict(zip(self._names, DECODE(self._values), strict=True))
            if bytes in map(type, fields.values()):
                texts = self._own_names.texts()
                fields = {name: _unpacked(value, texts) for name, value in fields.items()}
        except (ValueError, TypeError, LookupError) as error:
            raise damaged() from error
        return fields

    def __getitem__(self, name: str) -> Scalar:
        return self.plain()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and self.plain() == plain_fields(other)

    def __hash__(self) -> int:
        raise TypeError("fields are no key, as no mapping is")

    def __repr__(self) -> str:
        return repr(self.plain())


def shortened(fields: Mapping[str, Scalar], names: Sequence[str]) -> dict[str, Scalar | bytes]:
    """Return the fields that have a value, as ``PackedFields`` keeps them of an object with these ``names``."""
    short: dict[str, Scalar | bytes] = {}
    by_end = {name[-LOOKED_AT:]: place for place, name in enumerate(names[:MOST_PLACES]) if len(name) >= LOOKED_AT}
    for field, value in plain_fields(fields).items():
        if isinstance(value, str) and len(value) >= LOOKED_AT:
            place = by_end.get(value[-LOOKED_AT:])
            if place is not None and value.endswith(name := names[place]):
                short[field] = bytes([place]) + value[: -len(name)].encode("utf-8", "surrogatepass")
                continue
        if value is not None:
            short[field] = value
    return short


def _unpacked(value: Any, own_names: Sequence[str | bytes]) -> Any:
    """Return a value, with the name behind it that its text was cut before; a hash may come as bytes."""
    if type(value) is not bytes:
        return value
    name = own_names[value[0]]
    return value[1:].decode("utf-8", "surrogatepass") + (name if isinstance(name, str) else name.hex())


def read_columns(
    names: Sequence[str],
    values: Iterable[bytes],
    wanted: Collection[str],
    own_names: Callable[[], Iterable[Sequence[str | bytes]]],
) -> dict[str, Sequence[Scalar]]:
    """Return the ``wanted`` of the fields ``names``, each of all findings whose packed ``values`` these are.

    ``own_names`` are their objects', in the same order, hashes as text or bytes: asked for only where a text ends with
    one.
    """
    try:
        rows = list(map(DECODE, values))
        columns = zip(names, zip(*rows, strict=True), strict=True) if rows else ()
        read: dict[str, Sequence[Any]] = {name: column for name, column in columns if name in wanted}
        if cut := [name for name, column in read.items() if bytes in set(map(type, column))]:
            texts = list(own_names())
            read |= {name: list(map(_unpacked, read[name], texts)) for name in cut}
    except (AttributeError, ValueError, TypeError, LookupError) as error:
        raise damaged() from error
    return read


def columns_of(rows: Sequence[Mapping[str, Scalar]], wanted: Sequence[str]) -> list[Sequence[Scalar]]:
    """Return the ``wanted`` fields of many findings, each as a column; None where a finding lacks it.

    Packed fields of the same names are read together: to make a mapping of each takes thrice as long.
    """
    columns: list[list[Scalar]] = [[None] * len(rows) for _ in wanted]
    alike: dict[tuple[str, ...], list[int]] = {}
    for place, fields in enumerate(rows):
        if type(fields) is PackedFields:
            alike.setdefault(fields.packed[0], []).append(place)
        else:
            for column, name in zip(columns, wanted, strict=True):
                column[place] = fields.get(name)
    for names, places in alike.items():
        _, values, own_names = zip(*[cast("PackedFields", rows[place]).packed for place in places], strict=True)
        read = read_columns(names, values, wanted, partial(map, PackedNames.texts, own_names))
        if len(places) == len(rows):
            return [read.get(name, none) for name, none in zip(wanted, columns, strict=True)]
        for column, name in zip(columns, wanted, strict=True):
            for place, value in zip(places, read.get(name, ()), strict=False):
                column[place] = value
    return [*columns]


def plain_fields(fields: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
    """Return ``fields``, read if they are packed."""
    return (
        fields.plain() if type(fields) is PackedFields else fields
    )  # isinstance asks an abstract class, which is slow
