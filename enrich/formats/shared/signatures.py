"""First bytes that several formats share."""

from __future__ import annotations

from typing import Final

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The container of old Office files, and of encrypted new ones: https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb"""
