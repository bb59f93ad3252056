"""Whose certificates are trusted: as the user says, else as the machine's variables say, else its own authorities."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from enrich.errors import UsageError

VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Of OpenSSL, requests and curl; the first that is set counts."""


@dataclass(frozen=True, slots=True)
class Authorities:
    """A file or folder of certificates in PEM; ``path`` is None for the machine's own. ``place`` says who says so."""

    path: str | None
    place: str


def find_authorities(stated: Path | None, place: str, environment: Mapping[str, str] | None = None) -> Authorities:
    """Return what is trusted: ``stated``, the user's own word at ``place``, else what a variable names."""
    if stated is not None:
        return Authorities(str(stated), place)
    environment = os.environ if environment is None else environment
    for name in VARIABLES:
        if value := environment.get(name, "").strip():
            return Authorities(value, name)
    return Authorities(None, "the machine's own")


def trust(path: str | None, place: str = "--ca-bundle") -> ssl.SSLContext | bool:
    """Return what certificates are checked against, in the form that aiohttp takes.

    Raises ``UsageError`` where nothing can be read there: a list that is silently empty would refuse every server.
    """
    if path is None:
        return True
    try:
        context = (
            _of_folders(path) if Path(path.split(os.pathsep)[0]).is_dir() else ssl.create_default_context(cafile=path)
        )
    except (OSError, ValueError) as error:  # ssl.SSLError is the first, a path with a NUL the second
        reason = "no certificates in PEM" if isinstance(error, ssl.SSLError) else getattr(error, "strerror", None)
        raise UsageError(
            f"the CA bundle of {place} cannot be read: {path}: {reason or 'no path'}",
            hint="name a file or folder of certificates in PEM",
        ) from None
    return context


_SUFFIXES = (".pem", ".crt", ".cer")
_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")


def _of_folders(path: str) -> ssl.SSLContext:
    """Trust what lies in folders, as ``SSL_CERT_DIR`` divides them. OpenSSL itself finds files by hashed names alone,
    as ``c_rehash`` makes them: in a folder of plain ones it would find nothing, and say nothing.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    found = False
    for folder in filter(Path.is_dir, map(Path, path.split(os.pathsep))):
        names = sorted(entry.name for entry in folder.iterdir())
        if any(_HASHED.fullmatch(name) for name in names):
            context.load_verify_locations(capath=folder)
            found = True
        for name in names:
            if name.lower().endswith(_SUFFIXES):
                context.load_verify_locations(cafile=folder / name)
                found = True
    if not found:
        raise ssl.SSLError("no certificate lies there")
    return context
