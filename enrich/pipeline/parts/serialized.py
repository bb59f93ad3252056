"""Values as bytes that lie in a file between processes. Nothing is executed when they are read back."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec

_ENCODE = msgspec.msgpack.Encoder(order="deterministic").encode
_JSON = b"{"
"""What MessagePack never begins an object with."""

Kind = TypeVar("Kind")


def encoded(value: Any) -> bytes:
    """Return a struct as bytes, the same for the same value: MessagePack, or JSON where that cannot hold it."""
    try:
        return _ENCODE(value)
    except (UnicodeEncodeError, OverflowError):  # half a surrogate pair, a number beyond 64 bits
        return json.dumps(msgspec.to_builtins(value), sort_keys=True).encode("ascii")


def decoded(data: bytes, kind: type[Kind]) -> Kind:
    """Return the struct of that kind. ``ValueError`` where it is none."""
    try:
        if data.startswith(_JSON):
            return msgspec.convert(json.loads(data), kind)
        return msgspec.msgpack.decode(data, type=kind)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error
