"""Lines that servers and firewalls of the house log: which names and addresses in them are its own.

A web server writes which of its sites was asked and from which page, a firewall which of its addresses was. Where a
sheet has headings for the same, ``own_side`` reads them.
"""

from __future__ import annotations

from enrich.indicators.shared.block_rules import LineRule, line_rule, said_by

OWN, BOT = "device", "reference"
"""What the vocabulary of headings calls such names."""
_ADDRESS = r"(?:(?:\d{1,3}\.){3}\d{1,3}|[\da-fA-F]{0,4}:[\da-fA-F:]{2,40})"
_REQUEST = r"\"[A-Z]{1,20} /\S{0,2000} HTTP/[\d.]{1,3}\""
_MAY_BE = (" HTTP/", ", server: ", " OUT=", " lip=", "filterlog", "redirect_uri=", "+http", "referer: ", " app/")
"""One of these stands in each such line."""
_RULES: tuple[LineRule, ...] = (
    # client: 81.2.69.67, server: www.client.com, request: "GET / HTTP/1.1", host: "www.client.com", referrer: "https://
    # www.client.com/a" of nginx' errors
    line_rule(OWN, r"client: [^,]{1,60}, server: $"),
    line_rule(OWN, r", server: [^,]{0,300}, request: \"[A-Z]+ $"),
    line_rule(OWN, r", request: \"[^\"]{0,2000}\"(?:, \w+: \"[^\"]{0,2000}\"){0,3}, (?:host|referrer): \"$"),
    # [php7:notice] [pid 1] [client 81.2.69.67:1] ..., referer: https://www.client.com/a of Apache's
    line_rule(OWN, r"\[client [^\]]{1,60}\].*, referer: $"),
    # "GET /a HTTP/1.1" 200 12 "https://www.client.com/b" "Mozilla/5.0 ...": a page of one's own, most of all
    line_rule(OWN, rf"{_REQUEST}(?: (?:[\d.]+|-)){{2,5}} \"?$"),
    # https 2026-10-01T10:00:00.1Z app/balancer/1 81.2.69.67:1 10.0.0.1:80 ... "GET https://www.client.com:443/ ..." of
    # Amazon's balancers
    line_rule(OWN, r"^(?:https?|h2|grpcs|wss?) \S{1,40}Z app/.*\"[A-Z]+ $"),
    # IN=eth0 OUT= ... SRC=81.2.69.67 DST=198.51.100.1 of netfilter
    line_rule(OWN, r"\bIN=\S+ OUT= .*\bDST=$"),
    line_rule(OWN, r"\bIN= OUT=\S+ .*\bSRC=$"),
    # 10,,,<id>,re0,match,block,in,4,...,81.2.69.67,198.51.100.1,49838,52938,112 of pf
    line_rule(OWN, rf"filterlog.*,match,\w+,in,.*,{_ADDRESS},$"),
    line_rule(OWN, r"filterlog.*,match,\w+,out,.*,$", rf",{_ADDRESS},"),
    # rip=81.2.69.67, lip=198.51.100.1 of Dovecot
    line_rule(OWN, r"[\s,(]rip=\S+ lip=$"),
    # type=LOGIN_ERROR, clientId=app, redirect_uri=https://app.client.com/ of Keycloak
    line_rule(OWN, r"\bclient_?id=.*\bredirect_uri=$"),
    # (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
    line_rule(BOT, r"(?:[;(,]\s?|\s)\+$"),
)


def may_be(unit: str) -> bool:
    """Return whether a line may be such a log's: quick, and sure where it says no."""
    return any(sign in unit for sign in _MAY_BE)


def said(unit: str, start: int, end: int) -> str:
    """Return what the line says of the name at ``unit[start:end]``; "" where it says nothing."""
    return said_by(_RULES, unit, start, end)
