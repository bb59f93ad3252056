"""The one form of a URL, as VirusTotal keeps it: that of Google Safe Browsing.

Found from recorded answers: their ``attributes.url`` is a fixed point of it, and ``data.id`` the SHA-256 of that. The
service does the same to what it is asked, so a difference costs at most a second call, never a wrong answer.
"""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from ipaddress import IPv4Address
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from enrich.indicators.shared.domain_name import ascii_name
from enrich.indicators.shared.ip_address import canonical as canonical_ip

DEFAULT_PORTS = {"http": "80", "https": "443", "ftp": "21"}
"""The schemes that the service keeps URLs of."""
# hxxp, hXXp, h**p, h__p, htxp, hxtp, hxxxp
_HTTP = re.compile(r"h(?:tt|xx|XX|\*\*|__|tx|xt|TT|xxx)p(s?)", re.IGNORECASE)
_FTP = re.compile(r"f[tx]p", re.IGNORECASE)
_SERVICES = """
tcp udp ws wss sftp ftps ssh telnet ldap ldaps rmi smb socks socks4 socks5 ssl tls dns mqtt mqtts irc ircs rtmp rtsp
rdp vnc stratum stratum+tcp stratum+ssl mysql postgres postgresql mongodb redis amqp imap imaps pop3 smtp smtps nntp
quic kcp vmess vless trojan ss iiop dns+tcp txp tcps https+tcp
"""
DATABASES = frozenset(("mysql", "postgres", "postgresql", "mongodb", "redis", "amqp"))
"""Of those, the services that a program keeps its own data in."""
HOST_ONLY = frozenset(_SERVICES.split())
"""Schemes of services whose host can be asked about, and not the URL."""
# what servers take at most
LONGEST = 8192
_PARTS = re.compile(r"([a-z]+)://([^/?#]*)([^?#]*)(\?[^#]*)?", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"(?:(.*)@)?(\[[^\]]*\]|[^:@]*)(?::(\d{0,5}))?", re.DOTALL)
_SLASHES = re.compile(r"/{2,}")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|\d+")
_BREAKS = re.compile(r"[\t\r\n]")
_PLAIN = re.compile(rb"[\x21\x22\x24\x26-\x7e]*")
"""What nothing is escaped in."""
_MOST_ROUNDS = 16
"""Escapes of escapes that are undone: nobody nests deeper but to keep a program busy."""


class Parts(NamedTuple):
    """A URL taken apart: ``host`` canonical, ``query`` with its question mark or "", never a fragment."""

    scheme: str
    credentials: str
    host: str
    port: str
    path: str
    query: str


def meant_scheme(text: str) -> tuple[str, bool]:
    """Return the scheme that is meant, "" where it is none of a network's, and whether it is defanged."""
    low = text.lower()
    if found := _HTTP.fullmatch(low):
        return f"http{found[1]}", low[:4] != "http"
    if _FTP.fullmatch(low):
        return "ftp", low != "ftp"
    return (low, False) if low in HOST_ONLY else ("", False)


@lru_cache(maxsize=4096)
def split(url: str) -> Parts | None:
    """Return the parts of a refanged URL; None where it has no host that could be asked."""
    found = _PARTS.match(_BREAKS.sub("", url.strip()))
    authority = _AUTHORITY.fullmatch(found[2]) if found else None
    if found is None or authority is None or found[1].lower() not in DEFAULT_PORTS or len(url) > LONGEST:
        return None
    host = _host(authority[2])
    if not host or int(authority[3] or 0) > 0xFFFF:
        return None
    scheme = found[1].lower()
    port = (authority[3] or "").lstrip("0")
    return Parts(
        scheme, authority[1] or "", host, "" if port == DEFAULT_PORTS[scheme] else port, found[3] or "/", found[4] or ""
    )


@lru_cache(maxsize=16384)
def canonical(url: str) -> str:
    """Return the canonical form of a refanged URL; "" where it is none. The fragment stays in the browser."""
    parts = split(url)
    if parts is None:
        return ""
    credentials = f"{_escaped(_unescaped(parts.credentials))}@" if parts.credentials else ""
    port = f":{parts.port}" if parts.port else ""
    path = _escaped(_resolved(_unescaped(parts.path)))
    return f"{parts.scheme}://{credentials}{parts.host}{port}{path}{_escaped(_unescaped(parts.query))}"


def identifier(url: str) -> str:
    """Return how the service is asked for a URL: base64 of the alphabet that paths may hold, without padding."""
    return base64.urlsafe_b64encode(url.encode()).decode("ascii").rstrip("=")


def _host(text: str) -> str:
    """Return a host's canonical form: an address compressed (a number is one), a name in ASCII; "" where it is
    neither.
    """
    host = unquote_to_bytes(text).decode("utf-8", "replace") if "%" in text else text
    if host[-1:].isalpha() and ".." not in host and "0x" not in host and (name := ascii_name(host)):
        return name
    if host.startswith("["):
        address = canonical_ip(host[1:-1])
        return f"[{address}]" if ":" in address else address
    # a browser drops such dots as well
    host = re.sub(r"\.{2,}", ".", host.strip(".")).lower()
    return (
        canonical_ip(host) or _numeric(host) or ascii_name(host) or (host if re.fullmatch(r"[a-z0-9_-]+", host) else "")
    )


def _numeric(host: str) -> str:
    """Return ``http://3232235777/``, ``http://0x7f.1/``: the ways in which browsers read numbers as an IPv4 address."""
    numbers = host.split(".")
    if len(numbers) > 4 or not all(map(_NUMBER.fullmatch, numbers)):
        return ""
    try:
        values = [_number(number) for number in numbers]
    except ValueError:
        return ""
    *first, last = values
    if any(value > 255 for value in first) or last >= 256 ** (4 - len(first)):
        return ""
    return str(IPv4Address(sum(value << 8 * (3 - place) for place, value in enumerate(first)) + last))


def _number(text: str) -> int:
    if text[:2] in ("0x", "0X"):
        return int(text, 16)
    return int(text, 8) if len(text) > 1 and text.startswith("0") else int(text)


def _unescaped(text: str) -> bytes:
    raw = text.encode("utf-8", "surrogatepass")
    # most URLs
    if b"%" not in raw:
        return raw
    for _ in range(_MOST_ROUNDS):
        decoded = unquote_to_bytes(raw)
        if decoded == raw:
            break
        raw = decoded
    return raw


def _resolved(path: bytes) -> bytes:
    """Without ``.``, ``..`` and runs of slashes; one at the end is kept."""
    if b"//" not in path and b"/." not in path:
        return path
    kept: list[bytes] = []
    parts = _SLASHES.sub("/", path.decode("latin-1")).encode("latin-1").split(b"/")
    for part in parts:
        if part == b"..":
            del kept[-1:]
        elif part not in (b".", b""):
            kept.append(part)
    end = b"/" if kept and parts[-1] in (b"", b".", b"..") else b""
    return b"/" + b"/".join(kept) + end


def _escaped(raw: bytes) -> str:
    if _PLAIN.fullmatch(raw):
        return raw.decode("ascii")
    return "".join(chr(byte) if 0x20 < byte < 0x7F and byte not in b"#%" else f"%{byte:02X}" for byte in raw)
