"""Where CIRCL hashlookup is, and what may be sent to it. No network."""

from __future__ import annotations

from enrich.providers.shared.interface import Route

NAME, TITLE, PREFIX = "hashlookup", "CIRCL hashlookup", "hl"
ADDRESS = "https://hashlookup.circl.lu"
_MANY = r'\{{"hashes":\["[0-9a-f]{{{0}}}"(?:,"[0-9a-f]{{{0}}}")*\]\}}'
ROUTES = (
    Route("GET", r"/lookup/(?:md5/[0-9a-f]{32}|sha1/[0-9a-f]{40}|sha256/[0-9a-f]{64})", meaning="a file by its hash"),
    Route("POST", "/bulk/md5", _MANY.format(32), "files by their MD5s"),
    Route("POST", "/bulk/sha1", _MANY.format(40), "files by their SHA-1s"),
)
