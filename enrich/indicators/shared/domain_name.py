"""Domain names: their one written form, and which are never asked about."""

from __future__ import annotations

import re
from functools import lru_cache

import idna

from enrich.indicators.shared.suffixes import registrable

LONGEST = 253
"""Characters of a whole name; a label has at most 63."""
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
"""One part of a name, in ASCII; underscores stand in names of hosts that resolve."""
_INTERNAL = re.compile(
    # host.corp, dc1.ad, printer.lan; never a name that a registry sells under
    r"(?:[a-z0-9_-]+\.)+(?:local|localhost|localdomain|corp|lan|internal|intranet|intra|home|private|domain|ad|test|invalid"
    r"|example|workgroup)|(?:[a-z0-9_-]+\.)*(?:home\.arpa|in-addr\.arpa|ip6\.arpa)|localhost"
)
"""Names that only one network knows: RFC 2606, 6762 and 8375, and what administrators choose instead."""

INTERNAL = "name of an internal network; never sent"
ONION = "onion service: known to Tor alone; never sent"


@lru_cache(maxsize=65536)
def canonical(text: str) -> str:
    """Return the name in lower case and ASCII, without a dot at its ends; "" where ``text`` is no name under a public
    suffix.

    Labels are encoded one by one, and only those that need it: an underscore, which hosts' names have in practice
    (``_dmarc.``), is refused by IDNA.
    """
    name = ascii_name(text)
    return name if name and registrable(name) else ""


def ascii_name(text: str) -> str:
    """As ``canonical``, for names under any suffix or none: at least two labels; "" where ``text`` is no name."""
    name = text.strip(".").lower()
    if len(name) > LONGEST:
        return ""
    if not name.isascii():
        try:
            name = ".".join(label if label.isascii() else _encoded(label) for label in name.split("."))
        except (idna.IDNAError, UnicodeError):
            return ""
    labels = name.split(".")
    # "a.1" is a version or a part of an address
    if len(name) > LONGEST or len(labels) < 2 or labels[-1].isdigit():
        return ""
    return name if all(map(_LABEL.fullmatch, labels)) else ""


def _encoded(label: str) -> str:
    return idna.encode(label, uts46=True).decode("ascii")


def withheld(value: str) -> str:
    """Return why a canonical name must not be sent: "" where it may be. Names that no registry knows tell who asks."""
    if value.endswith(".onion"):
        return ONION
    return INTERNAL if is_internal(value) else ""


def is_internal(name: str) -> bool:
    """Return whether a name in lower case is one of an internal network."""
    return _INTERNAL.fullmatch(name) is not None


def parents(value: str) -> tuple[str, ...]:
    """Return the name and those above it, longest first, down to two labels: for lists that cover subdomains."""
    labels = value.split(".")
    return tuple(".".join(labels[first:]) for first in range(len(labels) - 1))
