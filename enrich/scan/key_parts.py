"""A key of a record, such as ``file.hash.md5``, in its parts.

Knows one heading's text and nothing of columns.
"""

from __future__ import annotations


def key_parts(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the last part of a key, and those before it, the nearest first; a heading in words is one part."""
    if "." not in text or " " in text:
        return text.lstrip("#;/ "), ()
    *path, last = filter(None, text.split("."))
    if path[-1:] == ["nat"]:
        path[-2:] = [" ".join(path[-2:])]  # source.nat.ip: the source's, and not any address after NAT
    return last, tuple(reversed(path))
