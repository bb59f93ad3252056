"""Binary values of typed tables as text: a digest in hex, as hashes are kept, and text that nobody called so."""

from __future__ import annotations

_DIGESTS = (16, 20, 32)
"""Bytes of an MD5, a SHA-1 and a SHA-256."""
_BREAKS = str.maketrans("", "", "\t\r\n")


def bytes_as_text(value: bytes) -> str:
    """Return ``value`` in hex, or as the text that it is: some writers (Impala, Hive, older Spark) call no column text.

    Of ten million MD5s one is printable ASCII by chance. Of longer alphabets more are: text with other letters, of just
    a digest's length, is taken for one.
    """
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return value.hex()
    is_text = text.translate(_BREAKS).isprintable() and (text.isascii() or len(value) not in _DIGESTS)
    return text if is_text else value.hex()
