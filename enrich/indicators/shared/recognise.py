"""One line of marked text, and what in it has a name's, an address's or a URL's form.

One expression finds all of them, as they stand inside each other: a URL has a host, a mail address a domain. Nothing is
decided here but by a value's own letters and what touches it. Every expression is linear: what repeats is possessive or
bounded, and a search goes on where the last one ended.
"""

from __future__ import annotations

import re
import unicodedata

from msgspec import structs

from enrich.indicators.shared import domain_name, false_friends, ip_address, placeholders, url_form
from enrich.indicators.shared.candidate import DOMAIN, EMAIL, HIDDEN, IP, NETWORK, URL, Candidate, Stands
from enrich.indicators.shared.refang import AT, COLON, DOT, SLASH, is_marked, plain
from enrich.indicators.shared.vocabulary import ASSET
from enrich.visible import escape

_D = f"[.{DOT}]"
# ``\w`` has no combining marks: "नि.com" or "e" and U+0301 would be cut at one, and what is left asked for
_COMBINING = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u0670\u06d6-\u06ed\u0900-\u0963\u0966-\u109f\u1780-\u17d3"
IN_NAME = rf"\w{_COMBINING}-"
"""Signs of a label, for a character class."""
_NAME = rf"[{IN_NAME}]++(?:{_D}[{IN_NAME}]++)++"
# where a URL ends: a space, a quote, a table's bar, brackets of East Asian texts
_STOP = r"\s\"`|<>\\\u3001\u300a-\u300f\u3010\u3011\uff08\uff09\uff0c\uff1a\uff1b\u201c\u201d\u2018\u2019\u00ab\u00bb"
# brackets that are closed belong to it: /wiki/A_(b), /host[v17]/a; a comma does where no space or further URL follows
_PART = (
    rf"(?:[^{_STOP},;\[\]()]|\([^{_STOP}()]{{0,200}}\)|\[[a-z]{{0,9}}\d[\w-]{{0,30}}\](?=/)"
    rf"|[,;](?!\s|$|h[tx]{{2}}ps?[:{COLON}]|[A-Z][a-z]+\s))"
)
_REST, _LONGEST_PATH = f"{_PART}*+", 4000  # of a name without a scheme: its parts may be names with such paths again
_FIND = re.compile(
    # scheme://user@[v6]:port/path; hxxps[:]//, http:\\
    rf"(?<![A-Za-z0-9])(?P<scheme>[A-Za-z][A-Za-z0-9*_+]{{1,14}})[:{COLON}][/\\{SLASH}]{{2}}"
    rf"(?P<rest>(?:[^{_STOP}/?#@]{{0,200}}@)?(?:\[[0-9A-Fa-f:.{DOT}{COLON}]{{2,60}}\])?{_REST})"
    # name@host
    rf"|(?<![\w.+%{DOT}-])(?P<local>[\w.+%'{DOT}-]++)[@{AT}](?P<of>{_NAME})"
    # 2a00:1450::2001/32; times and MAC addresses are sorted out behind
    rf"|(?<![\w:.{COLON}])(?P<v6>(?:[0-9A-Fa-f]{{0,4}}[:{COLON}]){{2,8}}[0-9A-Fa-f:.{DOT}{COLON}]*+)(?P<bits>/\d{{1,3}})?"
    # host, four numbers, host:port/path without a scheme
    rf"|(?<![{IN_NAME}{DOT}])(?P<name>{_NAME}){_D}?(?P<port>[:{COLON}]\d{{1,5}}(?![\d.]))?(?P<path>[/{SLASH}?]{_PART}{{0,{_LONGEST_PATH}}}+)?"
)
# https://x.example/?u=hxxps://evil.com: the service knows it as https
_INNER = re.compile(r"(?<![a-z0-9])(h)(?:xx|xX|Xx|XX)(ps?)(?=:/)", re.IGNORECASE)
"""The scheme of a URL within a URL."""
_IMAGE_AFTER = re.compile(r" {2,}[\w.-]+ {2,}(?:sha256:|[0-9a-f]{12} )")
"""A tag, and the digest or the id of an image: what stands before is its name."""
# "example.io/scrape": "true", and without quotes where the line stands in by some
_KEY_BEFORE, _KEY_AFTER = re.compile(r"^\s{2,}$|[{,]\s*\\?[\"']$|^\s*[\"']$"), re.compile(r"\\?[\"']?\s?:(?:\s|$)")
"""What stands around the key of a record."""
_TRAILING = ".,;:!?'\"*~\u2026"


WHOLE = re.compile(
    r"(?P<numbers>\d{1,3}(?:(?:\.|\[\.\])\d{1,3}){3})|(?P<name>(?:[a-z0-9][a-z0-9-]*(?:\.|\[\.\]))+[a-z]{2,24})"
    r"|(?P<url>https?://[a-z0-9.-]+(?<!\.)(?:[/?][A-Za-z0-9/?&=_.%+-]*(?<=[A-Za-z0-9/=_-]))?)"
)
"""A cell that is nothing but an address, a name or a URL, as most are written: most cells that hold one, and quicker by
itself. The URL has no sign that a text may end it with.
"""


def recognised_alone(whole: re.Match[str]) -> list[Candidate]:
    """Return what ``recognised`` gives for a text that ``WHOLE`` matches, without looking for it."""
    text = whole[0]
    if whole["url"]:
        found = _url_value(text)
        return [Candidate(URL, found, 0, len(text), stands=Stands.ALONE, has_scheme=True)] if found else []
    value, defanged = text.replace("[.]", "."), "[" in text
    known = (0, len(value), defanged, Stands.ALONE)
    if whole["numbers"]:
        if found := ip_address.canonical(value):
            return [Candidate(IP, found, *known, "" if defanged else false_friends.address(value, "", ""))]
        reason = ip_address.fault(value)
        return [Candidate(IP, value, *known, damaged=reason)] if reason else []
    if not (found := domain_name.canonical(value)):
        return [structs.replace(one, stands=Stands.ALONE) for one in _unknown(value, known[:2], defanged=defanged)]
    return [Candidate(DOMAIN, found, *known, "" if defanged else false_friends.domain(value, "", ""))]


def recognised(unit: str) -> list[Candidate]:
    """Return all in one line of marked text, in order, without overlap; how they stand in it is left open."""
    found: list[Candidate] = []
    position = 0
    while match := _FIND.search(unit, position):
        here = _candidates_of(unit, match)
        found += here
        # what is none is passed as a whole; of a URL's rest that is cut the next search begins behind the cut
        position = max(here[-1].end, match.start() + 1) if here else match.end()
    return found


def _candidates_of(unit: str, match: re.Match[str]) -> list[Candidate]:
    if match["scheme"] is not None:
        return _url(unit, match)
    if match["local"] is not None:
        return _mail(match)
    if match["v6"] is not None:
        return _ipv6(match)
    return _name(unit, match)


def _url(unit: str, match: re.Match[str]) -> list[Candidate]:
    scheme, defanged = url_form.meant_scheme(match["scheme"])
    rest = _trimmed(match["rest"])
    end = match.start("rest") + len(rest)
    defanged = defanged or is_marked(unit[match.start() : end])
    text = _INNER.sub(lambda inner: f"{inner[1]}tt{inner[2]}".lower(), plain(rest))
    if not scheme or not text:
        return []
    span = (match.start(), end)
    if scheme not in url_form.DEFAULT_PORTS:
        login, _, host = re.split(r"[/?#]", text)[0].rpartition("@")
        found = _of_host(host, span, defanged=defanged)
        # postgres://app:password@db.example.com: what a program of the house keeps its data in
        is_own = login and scheme in url_form.DATABASES and not defanged
        return [structs.replace(one, doubt=ASSET) if is_own else one for one in found]
    value = _url_value(f"{scheme}://{text}")
    if not value:
        return []
    withheld = placeholders.withheld_by(unit, end, text.partition("?")[0])
    parts = url_form.split(value)
    doubt = ASSET if parts and not defanged and false_friends.is_database(parts.host) else ""
    return [Candidate(URL, value, *span, defanged, withheld=withheld, doubt=doubt, has_scheme=True)]


def _url_value(text: str) -> str:
    """Return the canonical URL; the host without letters of another script that follow it without a space."""
    value = url_form.canonical(text)
    parts = url_form.split(text) if value else None
    if parts is None:
        return ""
    host = parts.host.strip("[]")
    if (
        ip_address.canonical(host)
        or domain_name.canonical(host)
        or domain_name.is_internal(host)
        or host.endswith(".onion")
    ):
        return value
    glued = re.match(r"[a-z]+://[A-Za-z0-9._-]+", text)
    if glued and not text.isascii() and (host := domain_name.canonical(glued[0].partition("://")[2])):
        return url_form.canonical(glued[0])
    return value if "." not in parts.host and "://" in text and not text.partition("://")[2].isdigit() else ""


def _trimmed(rest: str) -> str:
    """Without the signs of the sentence, the quotes and the brackets that a URL stands in."""
    while rest:
        last = rest[-1]
        # a control sign ends a text; what cannot be decoded, or hides a part, is the URL's own and damages it
        if last in _TRAILING or last < " " or (last == "}" and rest.count("}") > rest.count("{")):
            rest = rest[:-1]
        elif rest.endswith("++"):
            rest = rest[:-2]
        else:
            break
    return rest


def _mail(match: re.Match[str]) -> list[Candidate]:
    name = plain(match["of"]).lower()
    host = domain_name.canonical(name) or (name if domain_name.is_internal(name) else "")
    if not host:
        return []
    value = f"{plain(match['local']).strip('.').lower()}@{host}"
    return [Candidate(EMAIL, value, match.start(), match.end("of"), is_marked(match[0]))]


def _ipv6(match: re.Match[str]) -> list[Candidate]:
    text = plain(match["v6"]).rstrip(".")
    groups = [group for group in text.split(":") if group]
    if text.endswith(":") and not text.endswith("::"):
        text = text[:-1]
    # 12:34:56 is a time, 00:1a:2b:3c:4d:5e a network card's address
    several = len(groups) >= (2 if "::" in text else 8) and any(map(str.isdigit, text))
    if (
        not several
        or all(len(group) == 2 for group in groups)
        or len(text) > 50
        or not (value := ip_address.canonical(text))
    ):
        return []
    span = (match.start(), match.start() + len(text))
    if match["bits"] and (network := ip_address.network(f"{text}{match['bits']}")):
        return [Candidate(NETWORK, network, match.start(), match.end(), is_marked(match[0]))]
    return [Candidate(IP, value, *span, is_marked(match["v6"]))]


def _name(unit: str, match: re.Match[str]) -> list[Candidate]:
    text = match["name"]
    stripped = text.strip("-_") if text.endswith("_") else text.strip("-")  # _emphasised.example_, _dmarc.example
    start = match.start() + text.index(stripped)
    name = plain(stripped)
    path = _trimmed(match["path"] or "") if len(match["path"] or "") <= _LONGEST_PATH else ""
    path = "" if path in (SLASH, "/", "?") and not is_marked(text) else path
    bare_end = start + len(stripped)
    before, after = unit[max(0, start - 200) : start], unit[bare_end : bare_end + 60]
    defanged = is_marked(f"{text}{match['port'] or ''}{path}") or before.endswith((COLON, SLASH))
    if re.fullmatch(r"[\d.]+", name):
        return _numbers(match, name, path, (start, bare_end), before, after, defanged=defanged)
    end = match.end("port") if match["port"] else bare_end
    value = domain_name.canonical(name)
    if not value:
        return _unknown(name, (start, bare_end), defanged=defanged)
    doubt = "" if defanged else false_friends.domain(name, plain(before), plain(after))
    if path and not doubt and len(path) > 1:
        return _without_scheme(unit, name, match, path, (start, match.start("path") + len(path)), defanged=defanged)
    return [Candidate(DOMAIN, value, start, end, defanged, doubt=doubt)]


def _numbers(
    match: re.Match[str], name: str, path: str, span: tuple[int, int], before: str, after: str, *, defanged: bool
) -> list[Candidate]:
    """Four numbers: an address, a network, a URL without its scheme, or a version."""
    start, end = span
    if reason := ip_address.fault(name):
        return [Candidate(IP, name, start, end, defanged, damaged=reason)]
    value = ip_address.canonical(name)
    if not value:
        return []
    if not defanged and ip_address.logged_port(name, plain(path), plain(before)):
        doubt = false_friends.address(name, plain(before), "")
        return [Candidate(IP, value, start, end, defanged, doubt=doubt)]
    if found := re.match(r"/(\d{1,2})(?![\w./])", plain(path)):
        network = ip_address.network(f"{name}/{found[1]}")
        if network:
            return [Candidate(NETWORK, network, start, match.start("path") + found.end(), defanged)]
        # 1.2.3.4/32 is that address
        path = "" if int(found[1]) == 32 else path
    doubt = "" if defanged else false_friends.address(name, plain(before), plain(after))
    if path and not doubt and len(path) > 1:
        return _without_scheme("", name, match, path, (start, match.start("path") + len(path)), defanged=defanged)
    return [Candidate(IP, value, start, match.end("port") if match["port"] else end, defanged, doubt=doubt)]


def _without_scheme(
    unit: str, name: str, match: re.Match[str], path: str, span: tuple[int, int], *, defanged: bool
) -> list[Candidate]:
    """Return the URL that ``host/path`` stands for: its scheme is left to the reader, and it is asked as ``http``."""
    port = plain(match["port"] or "")
    # as a browser would, but for the port that says otherwise
    scheme = "https" if port == ":443" else "http"
    value = url_form.canonical(f"{scheme}://{name}{port}{plain(path)}")
    if not value:
        return []
    # registry.example/app:1.2, example.com/max:password
    is_name = ":" in path.partition("?")[0] or _IMAGE_AFTER.match(unit, span[1])
    is_key = _KEY_AFTER.match(unit, span[1]) and _KEY_BEFORE.search(unit, 0, span[0])
    doubt = "" if defanged else false_friends.KEY if is_key else false_friends.NAMED if is_name else ""
    return [Candidate(URL, value, *span, defanged, withheld=placeholders.withheld_by(unit, span[1]), doubt=doubt)]


def _of_host(text: str, span: tuple[int, int], *, defanged: bool) -> list[Candidate]:
    host = re.sub(r":\d{0,5}$", "", text).strip("[]")
    if value := ip_address.canonical(host):
        return [Candidate(IP, value, *span, defanged, has_scheme=True)]
    value = domain_name.canonical(host)
    return [Candidate(DOMAIN, value, *span, defanged, has_scheme=True)] if value else []


def _unknown(name: str, span: tuple[int, int], *, defanged: bool) -> list[Candidate]:
    """Return a name under no public suffix: nothing, unless it is one of an internal network, or a sign hides what it
    was.
    """
    if accents := [sign for sign in name if unicodedata.combining(sign)]:
        bare = "".join(sign for sign in name if sign not in accents)  # 8.8.8.8 with an accent on its last digit
        for kind, canonical in ((IP, ip_address.canonical), (DOMAIN, domain_name.canonical)):
            if canonical(bare):
                return [Candidate(kind, name, *span, defanged, damaged=HIDDEN.format(escape(accents[0])))]
    host = domain_name.ascii_name(name)
    if host and (host.endswith(".onion") or domain_name.is_internal(host)):
        return [Candidate(DOMAIN, host, *span, defanged, withheld=domain_name.withheld(host) if not defanged else "")]
    return []
