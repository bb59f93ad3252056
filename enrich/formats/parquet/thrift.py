"""Thrift's compact protocol, in which a Parquet file tells what it holds: any struct, read and written as it is.

Source: github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md.
"""

from __future__ import annotations

from typing import Any

Struct = dict[int, tuple[int, Any]]
"""By a field's number its kind and its value: whole numbers as int, binary as bytes, a list as the kind of its members
and these, a double as its 8 bytes.
"""
BINARY, LIST, STRUCT, INT32, INT64 = 8, 9, 12, 5, 6
_TRUE, _FALSE, _BYTE, _INT16, _DOUBLE, _SET = 1, 2, 3, 4, 7, 10
_WHOLE = (_INT16, INT32, INT64)
_LONG = 15
"""What stands in four bits for a number that does not fit, and follows."""


def read_struct(data: bytes) -> Struct:
    """Return the struct. ``ValueError`` where the data are none."""
    try:
        return _Reader(data).struct()
    except IndexError:
        raise ValueError("the data end within a value") from None


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def struct(self) -> Struct:
        fields: Struct = {}
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._signed()
            fields[number] = head & 15, self._value(head & 15)
        return fields

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _bytes(self, size: int) -> bytes:
        self._at += size
        if self._at > len(self._data):
            raise IndexError
        return self._data[self._at - size : self._at]

    def _count(self) -> int:
        count = shift = 0
        while (byte := self._byte()) & 0x80:
            count |= (byte & 0x7F) << shift
            shift += 7
        return count | byte << shift

    def _signed(self) -> int:
        count = self._count()
        return count >> 1 ^ -(count & 1)

    def _value(self, kind: int) -> Any:
        if kind in (_TRUE, _FALSE):
            return None
        if kind in _WHOLE:
            return self._signed()
        if kind == BINARY:
            return self._bytes(self._count())
        if kind == STRUCT:
            return self.struct()
        if kind in (LIST, _SET):
            head = self._byte()
            size = self._count() if head >> 4 == _LONG else head >> 4
            of = head & 15
            return of, [self._byte() if of in (_TRUE, _FALSE) else self._value(of) for _ in range(size)]
        if kind in (_BYTE, _DOUBLE):
            return self._bytes(8 if kind == _DOUBLE else 1)
        raise ValueError(f"a value of the unknown kind {kind}")


def struct_bytes(struct: Struct) -> bytes:
    """Return the data of a struct."""
    data = bytearray()
    _put_struct(data, struct)
    return bytes(data)


def _put_struct(data: bytearray, struct: Struct) -> None:
    before = 0
    for number, (kind, value) in sorted(struct.items()):
        if number - before < 1 << 4:
            data.append((number - before) << 4 | kind)
        else:
            data.append(kind)
            _put_signed(data, number)
        before = number
        _put(data, kind, value)
    data.append(0)


def _put(data: bytearray, kind: int, value: Any) -> None:
    if kind in _WHOLE:
        _put_signed(data, value)
    elif kind == BINARY:
        _put_count(data, len(value))
        data += value
    elif kind == STRUCT:
        _put_struct(data, value)
    elif kind in (LIST, _SET):
        of, members = value
        data.append(min(len(members), _LONG) << 4 | of)
        if len(members) >= _LONG:
            _put_count(data, len(members))
        for member in members:
            if of in (_TRUE, _FALSE):
                data.append(member)
            else:
                _put(data, of, member)
    elif kind in (_BYTE, _DOUBLE):
        data += value


def _put_signed(data: bytearray, number: int) -> None:
    _put_count(data, number << 1 if number >= 0 else (-number << 1) - 1)


def _put_count(data: bytearray, count: int) -> None:
    while count > 0x7F:
        data.append(count & 0x7F | 0x80)
        count >>= 7
    data.append(count)
