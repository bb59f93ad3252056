"""What a heading means among the others of its table or record: an address beside what names a machine or an
account of the house is the house's, too.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from enrich.indicators.shared.headings import plain

_NAMED = (
    r"(?:computer|device|endpoint|host|machine|agent|sensor|system|server) ?(?:names?|id)|host ?names?|aid|workload"
)
_ADDRESS = r"(?:ip(?: ?v ?[46])?(?: ?addr(?:ess(?:es)?)?)?|ips|addr(?:ess)?)"
_OWN: tuple[tuple[str, str], ...] = (
    # ExternalIP beside ComputerName: where the machine is seen from outside
    (
        rf"(?:external|egress|nat|wan) {_ADDRESS}|aip|dns ?domain|(?:site|web) ?url|object ?id",
        rf"{_NAMED}|user ?(?:id|principal ?name)|(?:internal|private|lan) {_ADDRESS}",
    ),
    # Source IP beside Source Host
    *(
        (rf"{side} ?{_ADDRESS}", rf"{side} ?(?:host(?: ?names?)?|computer|machine|workstation|device)(?: ?names?)?")
        for side in ("source", "src", "client")
    ),
    # Domain beside User and NTLM
    ("domains?(?: names?)?", r"ntlm(?: ?hash)?|nt ?hash|password|(?:user |object )?sid|last ?log ?on(?: \w+)?"),
)
"""(words, others): what is the house's where one of the others stands beside it."""
_BESIDE = [(re.compile(words), re.compile(others)) for words, others in _OWN]
# Hostname, IP, OS, Owner
_LISTED = re.compile(rf"{_ADDRESS}|fqdn|dns ?names?|domains?(?: names?)?")
_INVENTORY = (
    re.compile(f"{_NAMED}|host"),
    re.compile(
        r"(?:os|operating system|betriebssystem)(?: (?:name|version|family|build))?|asset ?(?:tag|id|type)|isolated"
        r"|patch(?: level| status)?|last ?patch(?:ed)?|serial ?(?:number|no)|model|manufacturer"
    ),
)
"""What an inventory of machines has beside their addresses: one column of each."""


def beside(words: str, others: Collection[str]) -> str:
    """Return how a heading reads among the ``others``: "ExternalIP" beside "ComputerName" is the device's."""
    text = plain(words)
    named = [other for pattern, other in _BESIDE if pattern.fullmatch(text)]
    is_listed = _LISTED.fullmatch(text) is not None
    if not (named or is_listed):
        return words
    around = [plain(other) for other in others]
    is_own = any(any(map(other.fullmatch, around)) for other in named)
    is_own = is_own or (is_listed and all(any(map(one.fullmatch, around)) for one in _INVENTORY))
    return f"device {words}" if is_own else words
