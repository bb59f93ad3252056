"""From what stands in a text to what the indicator wall asks for: the part that domains, addresses and URLs share.

The rules were measured on published lists. In one that defangs at all, what is written plain is hardly ever an
indicator unless it stands alone in its cell, line or item; what is defanged always is one. In one that does not, a
bare name in running text is no indicator, and a URL or a public address may be one.
"""

from __future__ import annotations

import re

from msgspec import structs

from enrich.indicators import Link, Match, Reading, Says
from enrich.indicators.shared import false_friends, headings, ip_address, references
from enrich.indicators.shared.block_rules import ZONE
from enrich.indicators.shared.brackets import Brackets
from enrich.indicators.shared.candidate import DOMAIN, EMAIL, IP, NETWORK, URL, Candidate, Stands
from enrich.indicators.shared.candidates import candidates
from enrich.indicators.shared.refang import mark
from enrich.indicators.shared.vocabulary import REFERENCE
from enrich.model.sighting import Found

IN_PROSE = "a bare name in running text"
PLAIN = "written plain in a text, where other values are defanged"
LINKED = "where a link goes to that has words of its own"
_SIGNS = {
    kind: re.compile(signs)
    for kind, signs in {
        DOMAIN: r"[^\W\d_]",
        IP: "[0-9]",
        URL: r"[/\\?]",
        EMAIL: r"@|[\[({<]\s{0,2}[AaEe]",
        NETWORK: "/",
    }.items()
}
"""What every value of a kind has in it: the quick look before all that stands in a text is looked for."""
_DEFANGED = Reading(Says.INDICATOR)
_OPEN = (false_friends.FILE_NAME, false_friends.PACKAGE, false_friends.KEY, references.REFERENCE)
"""What a value that stands alone in a list of such may look like all the same."""
# C:\Users\evil.com under "Domain" is a path still
_BY_NEIGHBOURS = (false_friends.IN_PATH, false_friends.IN_FILE_NAME, false_friends.CODE, false_friends.DETECTION)
"""What no heading makes a value of: something in its own cell says otherwise."""


def matches(kind: str, text: str, expected: Reading) -> list[Match]:
    """Return the values of ``kind`` in the text of a cell; ``expected`` as the wall has it."""
    if not _SIGNS[kind].search(text):
        return []
    brackets = Brackets(mark(text)) if "{" in text else None
    found_here: list[Match] = []
    for found in candidates(text):
        if found.kind == kind and (match := _match(found, expected)) is not None:
            if brackets is not None:
                brackets.go_to(found.start)
                match = structs.replace(match, owners=brackets.names, record=brackets.record)
            found_here.append(match)
    return found_here


def _match(found: Candidate, expected: Reading) -> Match | None:
    alone = found.stands in (Stands.ALONE, Stands.LISTED)
    span = (found.start, found.end)
    wanted = expected.says in (Says.INDICATOR, Says.SHAPE)
    if found.damaged:
        is_meant = wanted or found.defanged or (alone and found.damaged != ip_address.LEADING_ZERO)
        return Match(*span, found.value, Found.DAMAGED, found.damaged, alone=alone) if is_meant else None
    # an internal name under "Domain" is listed as held back, so that nobody looks for it in vain
    if found.withheld and not (wanted and found.kind == DOMAIN):
        return Match(*span, found.value, Found.LEFT_OUT, found.withheld, alone=alone)
    # a column of references, whose articles somebody defanged with all the rest
    cites = found.kind == URL and expected.what == REFERENCE and references.is_reference(found.value)
    if found.defanged and not cites:
        return Match(*span, found.value, own=_DEFANGED, alone=alone, defanged=True)
    own = headings.reads(found.label, Link.OWN) if found.label else Reading()
    if reason := _objection(found, expected, own):
        # a list of plain names may go on with get-it.rs and gov.evil.com
        sure = reason != ZONE and not (alone and reason in _OPEN)
        return Match(*span, found.value, Found.LEFT_OUT, reason, own, alone=alone, sure=sure)
    # left out in the end where the sheet holds values that are defanged
    is_named = wanted or own.says is Says.INDICATOR
    weak = PLAIN if found.stands is Stands.IN_TEXT and not is_named else ""
    return Match(*span, found.value, own=own, weak=weak, alone=alone)


def _objection(found: Candidate, expected: Reading, own: Reading) -> str:
    """Return why a value written plain is left out by its own text, whatever stands around its cell."""
    if own.says is Says.OTHER:
        return own.what
    named = Says.INDICATOR in (own.says, expected.says)
    # <url>, url="...": what it is, and not whose
    is_meant = expected.says is Says.INDICATOR or (named and not (found.tagged or headings.names_form(found.label)))
    if found.doubt and not _overruled(found, own, expected):
        return found.doubt
    if found.linked:
        return LINKED
    if found.kind == URL and not is_meant and references.is_reference(found.value):
        return references.REFERENCE
    # "the library asp.net": 56 of such names in 66 lists, none an indicator
    bare = found.kind in (DOMAIN, URL) and not found.has_scheme and found.stands is Stands.IN_TEXT
    return IN_PROSE if bare and not (named or Says.SHAPE in (own.says, expected.says)) else ""


def _overruled(found: Candidate, own: Reading, expected: Reading) -> bool:
    """Return whether a heading or label of just this kind outweighs that a value looks like something else, or its
    standing alone that an address ends in one zero.
    """
    # "domain-name:value = 'ups.so'" says it where it does not stand alone
    alone = found.stands in (Stands.ALONE, Stands.LISTED) or found.kind == own.form
    if not alone or found.doubt in _BY_NEIGHBOURS:
        return False
    # 9.9.9.0 alone on its line was meant; 135.0.0.0 hardly
    by_zero = found.doubt == false_friends.VERSION and not found.value.endswith(".0.0")
    return by_zero or (found.kind in (own.form, expected.form) and Says.OTHER not in (own.says, expected.says))
