"""Whatever in a text may be a domain, an IP address or a URL, and how it stands there.

What a text comes to is kept for the next kind that looks at the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import structs

from enrich.indicators.shared import block_rules, ip_address, server_logs
from enrich.indicators.shared.candidate import DOMAIN, HIDDEN, IP, Candidate, Stands
from enrich.indicators.shared.recognise import IN_NAME, WHOLE, recognised, recognised_alone
from enrich.indicators.shared.refang import COLON, DOT, MARKS, SLASH, WIRED, mark, plain
from enrich.indicators.shared.vocabulary import ASSET
from enrich.visible import UNSEEN, escape

_MAY_HOLD = re.compile(
    r"[.:\[({<\u3002\uff0e\uff61](?:"
    # a dot between letters, but not that of "setup.exe", which most lists are full of
    rf"(?<=[{IN_NAME}][.\u3002\uff0e\uff61])(?!(?i:exe|dll|sys|docx?|xlsx?|pdf|txt|js|tmp|dat|ps1|bat|vbs|lnk|jar|apk|bin|log)"
    r"(?![\w.-]))[^\W\d_]"
    # 1.2.3.4; evil.]com; evil\.com
    r"|(?<=\d\.)\d{1,3}\.\d{1,3}\.\d|(?<=\.)[\])}]\w|(?<=\\\.)\w"
    # (4)evil(3)com(0)
    r"|(?<=\()\d{1,2}\)[\w-]{1,63}\(\d"
    # http:/, ::1, http:\\; the fourth group of an IPv6 address
    r"|(?<=:)[:/]|(?<=\w\w:)\\|(?<=[0-9A-Fa-f]:)(?:[0-9A-Fa-f]{1,4}:){3}"
    # [.], (dot), {at}, [d0t], [точка], [点]
    r"|(?<=[\[({<])\s{0,2}(?:[.:/@]|(?i:d[o0]t|pun[tk]|at|et|arroba|\u0442\u043e\u0447\u043a\u0430|\u70b9)))"
)
"""A name's dot, but for the commonest endings of files; four numbers; a scheme; an IPv6 address; something defanged.

It begins with a set of signs, which the engine looks for fast; the rest is tried only there.
"""
_SIGNS = (".", ":", "[", "(", "{", "<", "\u3002", "\uff0e", "\uff61")
"""One of these stands in every candidate."""
_AFTER_MARKS = re.compile(
    rf"[{IN_NAME}][.{DOT}][{IN_NAME}]|[:{COLON}][:/{COLON}{SLASH}\\]|(?:[0-9A-Fa-f]{{1,4}}[:{COLON}]){{4}}"
)
# a line, a field of a table within a text (Markdown's, MISP's domain|ip), a record
_UNITS = re.compile(r"[\n\r\t\x1e]|\|(?!(?:\w{2,20}\|)?(?:contains|startswith|endswith|all|windash|cidr|re)[|:])")
"""Not the bar of Sigma's ``DestinationHostname|endswith:``."""
_UNREADABLE = rf"(?:(?![{MARKS}\s]){UNSEEN.pattern}|\ufffd)"
_HIDES = rf"(?:{_UNREADABLE}|[\xa2-\xa5\xa8\xaf\xb4\xb8\u20ac])+"
"""What may stand for letters of a word: a byte that could not be decoded (as itself, as U+FFFD, or as the accent or the
sign of money that it is in another code page), a sign that nobody sees. What is left of ``b<80>d.com`` is no ``d.com``.
At a value's edge, with a gap or nothing behind it, it hides nothing: ``evil.com<A0>``.
"""
_CUT_BEFORE = re.compile(rf"[\w.:@-]++(?P<sign>{_HIDES})$")
_CUT_AFTER = re.compile(rf"(?P<sign>{_HIDES})[.@]?[\w-]++")
_CUT_WITHIN = re.compile(_UNREADABLE)
_REACH = 70
"""Signs before a value in which a word's beginning is looked for."""
_EDGES = " \xa0\"'`*_+<>(){}[],;.\u2013\u2014\u2022\u00b7\u25cf\u201c\u201d\u00ab\u00bb=#!~^"
# "- ", "• ", "12) ", "[3] ": what a value may stand behind and still be alone on its line
_BULLET = re.compile(r"\s*(?:[-*+\u2022\u00b7\u25cf\u2013>#]{1,3}\s+|\(?\d{1,3}[.)]\s+|\[\d{1,3}\]\s*)?")
_SET_APART = re.compile(
    # "evil.com - second stage", "evil.com (2024)", "evil.com -> 1.2.3.4", "evil.com  x" of a table by spaces
    r"[\"'`*_+)}\]>]*(?:\s+[-\u2013\u2014]+>?\s|\s*[-=]>|\s*[(\[#;,:\u2013\u2014{]|\s{2,}|\s*//|\s*<)"
)
_WORD = re.compile(r"[^\W_]")
_LAYOUT = re.compile(
    r"</?(?:td|th|tr|li|ul|ol|p|div|span|b|i|u|em|strong|code|pre|tt|font|h\d|dd|dt|br|hr|content)(?:\s[^<>]{0,200})?/?>",
    re.IGNORECASE,
)
"""Elements that say nothing of what stands in them: HTML's, and OpenIOC's ``Content``."""
_ATTRIBUTE = re.compile(r"<\w[^<>]*\s[\w:]+=[\"']$")
_PORT = re.compile(r"/\d{1,5}(?![\w./])")
_LABEL = re.compile(
    # up to five words, then a sign or "is": "C2 server is evil.com"; not "as seen in the report: evil.com and"
    r"(?:^|[\s(\[{,;|/\"'`])((?:[^\W\d_][\w&.:/-]{0,40}[ \t]{1,2}){0,4}?[^\W\d_](?:[\w&.:/|-]{0,39}[\w&.:-])?)"
    r"[\"'`*_)]{0,4}\s{0,3}(?:~?[:=\uff1a]|==| is | are |LIKE|IN)[\s\"'`*_(\[<{]{0,6}(?:url,)?$"
)
"""The words before a value that name it: ``C2 server: ``, ``[domain-name:value = '``, ``"ip": "``; in Snort's rules
``reference:url,``.
"""
# references = "TRR1;https://vendor.example/a"
_IN_QUOTED_LIST = re.compile(r"(?:^|[\s{,])(\w{3,20})\s?[:=]\s?[\"'][^\s\"']{1,60}[;,|]\s?$")
# <Data Name="QueryName">, <domain>
_ELEMENT = re.compile(r"<(?P<tag>[A-Za-z][\w:.-]{0,40})(?P<attributes>\s[^<>]{0,90})?>(?:<!\[CDATA\[)?$")
_CALLED = re.compile(r"(?<!\w)name=[\"']([^\"'<>]{1,40})[\"']", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s{0,2}[(\[]\s?(?:ip:? )?|\s{1,2}/\s{1,2}", re.IGNORECASE)
"""What stands between a name and its address."""
_ASKED = re.compile(
    r"(?<!\w)(?:query\[[A-Z]{1,9}\]|(?:reply|cached) \S{1,60} is|CONNECT|[A-Z]{1,9}\?"
    r"|query (?:response )?0x[0-9a-f]{1,4} [A-Z]{1,9}|(?P<target>scan report for)) $"
)
"""What stands before what was asked for, or answered, as dnsmasq, Squid, tcpdump and tshark log it, or was scanned."""
_LICENSED = re.compile(
    r"(?<![a-z])(?:licen[cs]ed (?:under|by|as)|under the [^\n]{0,40}licen[cs]e|copyright|\(c\)|spdx-[\w-]+:)"
    r"[^\n]{0,60}$",
    re.IGNORECASE,
)
"""What stands before the address of a licence, or of who holds the rights."""
# [our report](https://vendor.example/a): a reference; [evil.com](https://vendor.example/evil.com) names what it goes to
_LINK_TEXT = re.compile(r"\[([^\[\]]{0,300})\]\($")
_PAGE_BEHIND = re.compile(r"\]\(https?://([\w.-]+)/[^\s()]")
"""What stands behind a link's text where the link goes to a page of a site."""
# https://vendor.example/a[our report] of AsciiDoc
_ADOC_TEXT = re.compile(r"\[([^\[\]]{1,300})(?:\]|$)")
# nobody writes a list into one cell of that length; a program keeps its data so
_LONGEST_TEXT = 2_000_000
_LONGEST_NAME = 300
_LONGEST_KEPT = 400


def may_hold(text: str) -> bool:
    """Return whether a candidate may stand in ``text``: the quick look before the closer one."""
    return (any(sign in text for sign in _SIGNS) and _MAY_HOLD.search(text) is not None) or WIRED in text


def candidates(text: str) -> tuple[Candidate, ...]:
    """Return all that stands in ``text``, in its order, without overlap. Logs say the same again and again: it
    is kept.
    """
    return _of_short(text) if len(text) <= _LONGEST_KEPT else _of_long(text)


@lru_cache(maxsize=4)
def _of_long(text: str) -> tuple[Candidate, ...]:
    return _candidates(text)


@lru_cache(maxsize=16384)
def _of_short(text: str) -> tuple[Candidate, ...]:
    return _candidates(text)


def _candidates(text: str) -> tuple[Candidate, ...]:
    if not may_hold(text):
        return ()
    if len(text) <= _LONGEST_NAME and (match := WHOLE.fullmatch(text)):
        return tuple(recognised_alone(match))
    marked = mark(text[:_LONGEST_TEXT])
    # what looked defanged was a footnote, a list in brackets, an array's index
    if not _AFTER_MARKS.search(marked):
        return ()
    found: list[Candidate] = []
    start = 0
    for part in [marked] if block_rules.is_filter(marked) else _UNITS.split(marked):
        found.extend(_in_unit(part, start))
        start += len(part) + 1
    return tuple(found)


def _in_unit(unit: str, offset: int) -> Iterator[Candidate]:
    """Yield what stands in one line, or in one field of a table in a text."""
    found = recognised(unit)
    if found:
        found = found if unit.isascii() and unit.isprintable() else [_checked_ends(unit, one) for one in found]
        yield from _placed(unit, found, offset)


def _checked_ends(unit: str, one: Candidate) -> Candidate:
    """Return the candidate, damaged where it is cut out of a longer word at a sign that hides what stands there."""
    before = _CUT_BEFORE.search(unit, max(0, one.start - _REACH), one.start)
    after = _CUT_AFTER.match(unit, one.end)
    cut = before or after
    sign = cut["sign"][0] if cut else (within[0] if (within := _CUT_WITHIN.search(unit, one.start, one.end)) else "")
    if not sign:
        return one
    start, end = before.start() if before else one.start, after.end() if after else one.end
    return structs.replace(one, value=plain(unit[start:end]), start=start, end=end, damaged=HIDDEN.format(escape(sign)))


def _placed(unit: str, found: list[Candidate], offset: int) -> Iterator[Candidate]:
    """With how each stands in its unit."""
    bare = _LAYOUT.sub(lambda tag: " " * len(tag[0]), unit) if "<" in unit else unit
    lead = len(bare) - len(bare.lstrip(_EDGES))
    bullet = _BULLET.match(bare)
    lead = max(lead, bullet.end() if bullet else 0)
    while lead < len(bare) and bare[lead] in _EDGES:
        lead += 1
    trail = len(bare.rstrip(_EDGES))
    rest, end = [], 0
    for one in found:
        rest.append(bare[end : one.start])
        end = one.end
    rest.append(bare[end:])
    others = any(map(_WORD.search, rest))
    # 10.0.0.5 intranet.example.com, as a file of hosts has them
    is_of_house = not others and any(
        one.kind == IP and ip_address.withheld(one.value) == ip_address.PRIVATE for one in found
    )
    label, before = "", 0
    may_block, is_logged = block_rules.may_block(unit), server_logs.may_be(unit)
    for one in found:
        rule = block_rules.said(unit, one.start, one.end) if may_block else ""
        rule = rule or (server_logs.said(unit, one.start, one.end) if is_logged else "")
        if one.start <= lead and one.end >= trail:
            stands = Stands.ALONE
        elif not others:
            stands = Stands.LISTED
        else:
            apart = one.start <= lead and _SET_APART.match(unit, one.end)
            stands = Stands.FIRST if apart else Stands.IN_TEXT
        element = _element(unit, one.start)
        own = ("" if rule == block_rules.ZONE else rule) or element
        own = own or ("" if _is_endpoint(unit, one) else _label(unit, one.start))
        # Affected host: ws1.example.com (192.0.2.1)
        label = own or (label if _IN_BRACKETS.fullmatch(unit, before, one.start) else "")
        before = one.end
        yield structs.replace(
            one,
            start=one.start + offset,
            end=one.end + offset,
            doubt=_doubt(one, rule, of_house=is_of_house),
            stands=stands,
            label=label,
            tagged=bool(element),
            linked=_is_linked(unit, one),
        )


def _doubt(one: Candidate, rule: str, *, of_house: bool) -> str:
    """Return what a value looks like instead, by its own letters or what its line is; a rule says it in their stead."""
    if rule:
        return rule if rule == block_rules.ZONE else ""
    return one.doubt or (ASSET if of_house and one.kind == DOMAIN and not one.defanged else "")


def _label(unit: str, start: int) -> str:
    before = unit[max(0, start - 90) : start]
    before = before.removesuffix(".*")  # hostname ~= ".*evil.com"
    before = before[:-1] if before.endswith(("'.", '".')) else before  # QueryName|endswith: '.evil.com'
    if before.endswith(" ") and (asked := _ASKED.search(before)):
        return "target" if asked["target"] else "host"  # the host of a request: whose it is stays open
    if _LICENSED.search(before):
        return "license"
    if not before.rstrip(" \"'`*_([<{").endswith((*":=\uff1a;,|", "is", "are", "LIKE", "IN")):
        return ""
    found = _LABEL.search(before) or _IN_QUOTED_LIST.search(before)
    label = plain(found[1]).strip() if found else ""
    # <Relationship Target="http://evil.com/a.dotm"/> is what a document fetches, and nobody's target
    return "url" if label.lower() == "target" and _ATTRIBUTE.search(unit, max(0, start - 300), start) else label


def _element(unit: str, start: int) -> str:
    """Return what the element is called that begins right before a value: by its attribute "name", or by its tag."""
    if unit[max(0, start - 1) : start] not in (">", "["):
        return ""
    element = _ELEMENT.search(unit, max(0, start - 150), start)
    called = _CALLED.search(element["attributes"] or "") if element else None
    return plain(called[1] if called else element["tag"]) if element else ""


def _is_endpoint(unit: str, one: Candidate) -> bool:
    """Return whether it is ``inside:10.1.1.7/22`` of a firewall's log: the name of an interface says nothing of it."""
    before = unit[max(0, one.start - 2) : one.start]  # not all of a long line, once an address
    return one.kind == IP and ip_address.is_behind_interface(before) and _PORT.match(unit, one.end) is not None


def _is_linked(unit: str, one: Candidate) -> bool:
    """Return whether it is where a link of Markdown or AsciiDoc goes to, and the link is called by other words."""
    link = _LINK_TEXT.search(unit, max(0, one.start - 310), one.start) or _ADOC_TEXT.match(unit, one.end)
    name = plain(link[1]).strip().lower() if link else ""
    own = (one.value.lower(), one.value.partition("://")[2].rstrip("/").lower())
    if page := _PAGE_BEHIND.match(unit, one.end):  # [vendor.example](https://vendor.example/a) is what tells of it
        return not one.has_scheme and own[0] in plain(page[1]).lower()
    return bool(name) and not any(part and part in name for part in own)
