"""Lines by which resolvers, filters, proxies and sensors block names: what such a rule says of the names in it.

A name that is pointed to nowhere is blocked. Of a zone that is only declared (``local-zone: "lan.client.com" static``)
no line says whether it is, or the house's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

BLOCKED, LET_THROUGH, OF_RULE = "blocklist", "allowlist", "rule"
"""What the vocabulary of headings calls such names."""
ZONE = "a zone that a resolver answers for: one's own, unless all of a long list is of such"
"""Why a name is left out of which its line does not say whether it is blocked."""

_NOWHERE = r"(?:0\.0\.0\.0|127(?:\.\d{1,3}){3}|::1?)(?![\w.:])"
_MAY_BE = re.compile(
    rf"\s*(?:local-(?:zone|data)\b|(?:address|server|local)[=\s]\s*/|\|\||@@|acl\s|zone\s|(?:alert|drop|reject)\w*\s"
    rf"|{_NOWHERE}\s)",
    re.IGNORECASE,
)
"""How a line of one begins, but for what begins with the name."""
_TRIMS = re.compile(r"#[@?$%]*#")
_FARTHEST = 2000
"""Signs of a line before a name in which its rule begins."""
_SELF = ("localhost", "localdomain", "local", "loopback")
"""First parts of names that point to the machine itself in any zone."""
_SENSOR = r"^\s*(?:alert|drop|reject\w*)\s.*"
_FILTER = re.compile(r"\s*(?:@@)?\|\|")


class LineRule(Struct, frozen=True):
    """What stands ``before`` and ``after`` a name, and what that makes of it."""

    says: str
    before: re.Pattern[str]
    after: re.Pattern[str]


def line_rule(says: str, before: str, after: str = "") -> LineRule:
    """Return a rule of two expressions, whatever case its words are in."""
    return LineRule(says, re.compile(before, re.IGNORECASE), re.compile(after, re.IGNORECASE))


_RULES = (
    # unbound's local-zone: "evil.com" always_nxdomain
    line_rule(BLOCKED, r"local-zone:\s*[\"']?$", r"\.?[\"']?\s+(?:always_\w+|refuse|(?:inform_)?deny)\b"),
    # local-zone: "evil.com" redirect; dnsmasq's local=/evil.com/
    line_rule(ZONE, r"local-zone:\s*[\"']?$", r"\.?[\"']?\s+(?:redirect|static)\b"),
    line_rule(ZONE, r"^\s*(?:server|local)=/(?:[^/\s]+/)*\.?$", r"(?:/[^/\s]+)*/\s*$"),
    # evil.com CNAME . and evil.com CNAME rpz-drop. of a response policy zone; rpz-passthru lets through
    line_rule(LET_THROUGH, r"^[\s*.]*$", r"\.?\s+(?:\d+\s+)?(?:IN\s+)?CNAME\s+rpz-passthru"),
    line_rule(BLOCKED, r"^[\s*.]*$", r"\.?\s+(?:\d+\s+)?(?:IN\s+)?CNAME\s+(?:\*?\.(?!\S)|rpz-)"),
    # evil.com IN A 127.0.0.1, of a zone and of unbound's local-data
    line_rule(BLOCKED, r"(?:^|local-data:)[\s\"'*.]*$", rf"\.?\s+(?:\d+\s+)?(?:IN\s+)?A{{1,4}}\s+{_NOWHERE}"),
    # dnsmasq's address=/evil.com/0.0.0.0, smartdns' address /evil.com/#
    line_rule(BLOCKED, r"^\s*address[=\s]\s*/(?:[^/\s]+/)*\.?$", rf"(?:/[^/\s]+)*/(?:{_NOWHERE}|#)?\s*$"),
    # 0.0.0.0 evil.com # malware
    line_rule(BLOCKED, rf"^\s*{_NOWHERE}\s+$", r"\s*#"),
    # zone "evil.com" { type master; file "null.zone"; }; of BIND
    line_rule(
        BLOCKED,
        r"^\s*zone\s+[\"']$",
        r"[\"']\s*(?:IN\s*)?\{[^{}]*file\s+[\"'][^\"']*(?:null|block|black|sink|hole|malware|dummy|empty)",
    ),
    # ||evil.com^$third-party of an ad blocker, @@||good.com^ that it lets through, good.com##.ad whose page it trims
    line_rule(LET_THROUGH, r"^\s*@@"),
    line_rule(BLOCKED, r"^\s*\|\|(?:\*\.)?$", r"\^"),
    line_rule(OF_RULE, r"^\s*\|\|.*[$,](?:domain|from|to|denyallow|app|csp|removeparam|redirect)=.*$"),
    line_rule(OF_RULE, r"^[\w\s.,~*-]*$", r"(?:,[\w.,~*-]+)?#[@?$%]*#"),
    # Squid's acl blocked dstdomain .evil.com .bad.com
    line_rule(BLOCKED, r"^\s*acl\s+\w*(?:block|black|bad|deny|denied|malware|malicious|phish)\w*\s+\S+\s.*$"),
    line_rule(LET_THROUGH, r"^\s*acl\s+\w*(?:allow|white|good|trust|safe)\w*\s+\S+\s.*$"),
    # tls.sni; content:"evil.com" of Suricata, content:"evil.com"; http_host; as it was written before
    line_rule(BLOCKED, rf"{_SENSOR}(?:dns[._]query|tls[._]sni|http[._]host)\s*;\s*(?:\w+;\s*){{0,3}}content:\s*\"\.?$"),
    line_rule(BLOCKED, rf"{_SENSOR}content:\s*\"\.?$", r"\"(?:;[^;\"]{0,40}){0,4};\s*(?:http_host|tls_sni)\b"),
    # content:"|04|evil|03|com|00|", see ``refang``
    line_rule(BLOCKED, rf"{_SENSOR}content:\s*\"[^\"]*, host: $"),
)


def is_filter(text: str) -> bool:
    """Return whether a line is an ad blocker's rule, in which bars part no fields."""
    return "||" in text and _FILTER.match(text) is not None and "\n" not in text


def may_block(unit: str) -> bool:
    """Return whether a line may be such a rule: quick, and sure where it says no."""
    if _MAY_BE.match(unit) or " A " in unit or " CNAME " in unit or " AAAA " in unit:
        return True
    return "#" in unit and _TRIMS.search(unit) is not None


def said(unit: str, start: int, end: int) -> str:
    """Return what the rule that a line is says of the name at ``unit[start:end]``; "" where it says nothing."""
    return "" if unit[start:end].lower().partition(".")[0] in _SELF else said_by(_RULES, unit, start, end)


def said_by(rules: Sequence[LineRule], unit: str, start: int, end: int) -> str:
    """Return what the first of the rules that fits says of ``unit[start:end]``; "" where none does."""
    if start > _FARTHEST:
        return ""
    before, after = unit[:start], unit[end : end + 300]
    return next((rule.says for rule in rules if rule.before.search(before) and rule.after.match(after)), "")
