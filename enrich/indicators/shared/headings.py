"""What headings, types, labels and titles say of domains, addresses and URLs: tables, and their one reading.

A heading speaks of an indicator, of something else (references, victims, registrars, contacts, files ...), or of
neither. Words that name something else outright win over all others ("Registrar's domain", "Reference URL"); those
that only often do ("file", "hosting", "source") give way to a word for a domain, an address or a URL in the same
heading ("Hosting IP", "Payload URL").
"""

from __future__ import annotations

import re
from functools import lru_cache

from enrich.indicators import SILENT, Link, Reading, Says

REFERENCE = "a reference, not an indicator"
VICTIM = "somebody's own or attacked site, not an indicator"
REGISTRAR = "who keeps or hosts it, not an indicator"
PERSON = "somebody's contact or account, not an indicator"
FILE = "the name of a file or a program, not a domain"
RULE = "part of a rule or a technique, not an indicator"
ASSET = "a machine of one's own, not an indicator"
VERSION = "a version, not an address"
DETECTION = "what engines or reports call it, not a domain"

# "Reference URL": whatever else the words say, it is a reference
_OUTRIGHT: tuple[tuple[str, str], ...] = (
    (
        REFERENCE,
        r"""
        references?|ref|refs|see also|further reading|reading|read more|external links?|useful links?
        related links?|(?:additional |other |more |external |further )resources|resources?|write ?ups?
        reporting|reports?|report (?:url|link|urls|links)|blog|blogs|blog ?posts?|articles?|posts?
        advisor(?:y|ies)|bulletins?|credits?|acknowledge?ments?|bibliography|documentation|docs|permalinks?
        vt links?|virustotal(?: links?| urls?)?|source (?:url|link)s?|sources|tweets?|twitter|press|news
        analysis (?:url|link)s?|sandbox(?: links?)?|publications?|contents|license|disclaimer|about|usage
        requirements|参考|参考文献|ссылки на источники|источники?|quellen?|referencias?|fuentes?|références?
        """,
    ),
    (
        VICTIM,
        r"""
        compromised|victims?|infected (?:web)?sites?|hacked|defaced|affected|legitimate|legit|benign
        impersonated|spoofed|targets?|targeted(?: \w+)?|allow ?lists?|white ?lists?|known good
        false positives?|abused legitimate|brands?
        """,
    ),
    (
        REGISTRAR,
        r"""
        registrars?|registrants?|registrar (?:url|name)|isps?|asn?|as (?:name|owner|org(?:ani[sz]ation)?)
        name ?servers?|whois(?: server)?|abuse|provider (?:url|name)|issuers?|certificates?|cert|subject
        serial|dns servers?|mx|mail ?servers? of
        """,
    ),
    (
        PERSON,
        r"""
        contacts?|e ?mails?(?: address(?:es)?)?|mail|mailbox|senders?|recipients?|from|to|reply to|cc|users?
        user ?names?|accounts?|reporters?|authors?|analysts?|submitt(?:er|ed by)|created by|owner|handles?
        telegram|discord|wallets?|jabber|skype
        """,
    ),
    (
        ASSET,
        r"""
        computers?(?: names?)?|devices?(?: names?)?|machines?(?: names?)?|endpoints?|workstations?|assets?
        agents?(?: names?)?|dvcs?|observers?|sensors?
        (?:src|source|local|internal|client|our|user|logon|dvc) ?(?:host|host ?name|domain|computer|machine|fqdn)s?
        (?:account|user|logon|subject|target|nt) ?domain(?: ?names?)?|reporting host
        (?:local|internal|public|our|own|host|dvc) ?ip(?: ?v ?[46])?(?: ?addr(?:ess(?:es)?)?)?s?
        """,
    ),
    (
        RULE,
        r"""
        yara(?: rules?)?|sigma|snort|suricata|mitre(?: att ?ck)?(?: \w+)*|att ?ck(?: \w+)*|ttps?|techniques?
        rules?|signatures?|regex|pattern type
        """,
    ),
    (
        VERSION,
        r"""
        (?:\w+ )?versions?|user ?agents?|\bua|oids?|builds?|firmware|kit version
        """,
    ),
    (
        DETECTION,
        r"""
        detections?(?: names?)?|detection names?|malware(?: famil(?:y|ies))?(?: names?)?|famil(?:y|ies)
        threat(?: names?)?|alias(?:es)?|campaigns?|actors?|cve|cves|vulnerabilit(?:y|ies)
        """,
    ),
)
# "Hosting" alone is a provider, "Hosting IP" an address
_OFTEN: tuple[tuple[str, str], ...] = (
    (
        REFERENCE,
        r"""
        sources?|links?|analysis|detail|details|comments?
        """,
    ),
    (
        REGISTRAR,
        r"""
        hosting|hosters?|providers?|organi[sz]ations?|orgs?|company|vendors?|publishers?|operators?
        """,
    ),
    (
        FILE,
        r"""
        files?|file ?names?|file ?paths?|filename sha ?\d+|filename md5|names?|paths?|folders?
        director(?:y|ies)|process(?:es)?|images?|modules?|scripts?|packages?(?: names?)?|bundles?(?: ids?)?
        librar(?:y|ies)|dlls?|command ?lines?|cmdline|commands?|mutex(?:es)?|registry(?: keys?)?|reg ?keys?
        services?|(?:scheduled )?tasks?|pdbs?|titles?|products?|platforms?|samples?|hash(?:es)?|sha ?1
        sha ?256|md5|ssdeep|attachments?|documents?|archives?|dependenc(?:y|ies)|installers?|applications?
        apps?|extensions?|plugins?|code|source code|artifacts? names?
        """,
    ),
)
# what a column of just this kind is called; Zeek's and ECS' names among them
_KINDS: tuple[tuple[str, str], ...] = (
    (
        "domain",
        r"""
        domains?(?: names?)?|domain name|fqdns?|host ?names?|sub ?domains?|dns|dominios?|dom[äa]ne?n?
        домен\w*|域名|ドメイン|도메인|noms? de domaine|sites?|websites?|hosts?
        (?:dns )?quer(?:y|ies)(?: names?)?|(?:dns )?question(?: names?)?|rr ?names?|sni|tls server ?names?
        http host ?names?|(?:dst|dest|destination|remote|resp) ?hosts?
        """,
    ),
    (
        "ip",
        r"""
        ips?|ip ?v ?[46]|ip ?addr(?:ess(?:es)?)?|ip (?:src|dst|port)|ipv[46] addr|ip ?dst|ip ?src|addresses
        dst|dest(?:ination)?(?: address)?|remote (?:ip|address|host)|ip[-–\u0430-\u044f ]+адреса?
        (?:src|dst|dest|source|destination|remote|local|client|server|orig|resp|nat) ?ips?|id (?:orig|resp) h
        adressen?|address
        айпи|IP地址|ipアドレス|ip 주소|adresses? ip|direcci[oó]n(?:es)? ip
        """,
    ),
    (
        "url",
        r"""
        urls?|uris?|links?|ссылк\w*|网址|链接|landing pages?|web ?hooks?
        """,
    ),
)
# whatever attacks: of any kind, and so of each
_ANY = r"""
    iocs?|indicators?(?: of compromise)?|network(?: \w+)?|c ?2s?|c ?n ?c|c ?c|cc|c and c
    command (?:and|&) control|observables?|infrastructure|call ?backs?|beacons?|phish(?:ing)?|malicious
    payloads?|droppers?|download(?:s|ers?)?|exfil\w*|dead drop\w*|staging|stagers?|delivery|distribution
    redirect\w*|servers?|connections?|contacted|gates?|panels?|scann\w+|attack\w*|threats?|blocklists?
    block ?lists?|deny ?lists?|black ?lists?|(?:dns |query )?answers?|query results?|rdata|resolved
    """
_VALUES = r"""
    values?|entit(?:y|ies)|observables?|iocs?|indicators?|artifacts?|data|items?|objects?|attributes?
    wert\w*|valor\w*|valeurs?|значени\w*|值|값
    """
_SEPARATORS = re.compile(r"[\W_]+")
# remoteIP, DestinationHost
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST = 160
_LONGEST_TYPE = 60


def _words(lines: str) -> re.Pattern[str]:
    """Return any of the words in ``lines``, bounded as words; scripts written without spaces bound themselves."""
    pattern = "|".join(line.strip() for line in lines.splitlines() if line.strip())
    return re.compile(rf"(?<![a-z0-9\u0430-\u044f])(?:{pattern})(?![a-z0-9\u0430-\u044f])", re.IGNORECASE)


# "victim" beside "domain": it is a domain, and the victim's
_OWNERS = (REFERENCE, VICTIM, ASSET)
"""Whose a value is, in spite of what it is."""
_ANYTHING_OUTRIGHT = [(_words(lines), reason) for reason, lines in _OUTRIGHT]
_ANYTHING_OFTEN = [(_words(lines), reason) for reason, lines in _OFTEN]
_NAMED_KINDS = [(kind, _words(lines)) for kind, lines in _KINDS]
_ANY_NETWORK, _ANY_VALUE = _words(_ANY), _words(_VALUES)
_OWN_MACHINE = re.compile(r"(?:affected |infected |victim )?(?:hosts?|host ?names?)(?: names?)?")
"""What a table of events calls the machines of the house. A list of indicators that says so of plain names is rare, and
a client's name sent is worse than a row missed: what is defanged, or has that for its type, is one all the same."""
# ECS, OCSF and EDRs: "host.ip", "device.external_ip" are where the house itself stands, whatever the key says alone
_OWN_RECORD = re.compile(
    r"host|user|(?:agent|observer|sensor|device|dvc|endpoint|computer|machine|workstation|asset)s?"
)
_NAMES = _words(r"names?|famil(?:y|ies)|alias(?:es)?|actors?|campaigns?|cves?|vulnerabilit(?:y|ies)")
_MACHINE = _words("hosts?|sites?|websites?")
"""A domain, unless the words are of a file's or a product's."""
_REFERENCES = _words(
    r"(?:external |other )?(?:refs?|references|links|sources|resources)|further reading|quellen|referen[cz]\w+"
)
"""Sheets and records that are of references. "Report", "Malware", "Mail", "CERT" say where a list came from or what it
is about.
"""
_FORM = _words(r"urls?|uris?|ips?|ip ?v ?[46]|ip ?addr(?:ess(?:es)?)?|domains?(?: names?)?|fqdns?")
"""What a value is, and not whose."""
_STRONG = _words(r"urls?|uris?|ips?|ip ?addr\w*|domains?(?: names?)?|fqdns?|c ?2s?|c ?c|c ?n ?c|iocs?|indicators?")


_ATTACK = _words(r"iocs?|indicators?(?: of compromise)?|c ?2s?|command and control|malicious|phishing")


@lru_cache(maxsize=8192)
def reads(words: str, link: Link) -> Reading:
    """Return what ``words`` say of the network values that they name; ``form`` is the kind where one is named."""
    # a note tells a story, in which any of the words may stand
    if not words or link is Link.NOTE or len(words) > (_LONGEST_TYPE if link is Link.TYPE else _LONGEST):
        return SILENT
    text = _plain(words)
    # a longer title is a sentence
    if not text or (link is Link.TITLE and len(text.split()) > 14):
        return SILENT
    if link is Link.FILE:
        return _of_victims(text)
    if link is Link.RECORD and _OWN_RECORD.fullmatch(text):
        return Reading(Says.OTHER, ASSET)
    named = [kind for kind, pattern in _NAMED_KINDS if pattern.search(text)]
    reading = _outright(text, named, link) or _spoken(text, named, link)
    if link is Link.SHEET and reading.says is Says.OTHER:
        return reading if reading.what in (VICTIM, ASSET) or _holds_references(text, link) else SILENT
    return reading


def _of_victims(text: str) -> Reading:
    """Return what a file's name says: of victims, of what is allowed; a "threat report" is no report."""
    said = next((pattern.search(text) for pattern, reason in _ANYTHING_OUTRIGHT if reason == VICTIM), None)
    return Reading(Says.OTHER, VICTIM, yields=True) if said and not _of_attack(text) else SILENT


def _plain(words: str) -> str:
    """In lower case, words apart: ``threat.indicator.ip`` ends in "ip"; a path's last part is what it says."""
    text = words.strip().strip("#=*_`\"' |")
    if re.fullmatch(r"[\w\[\]-]+(?:\.[\w\[\]-]+)+", text):
        text = " ".join(text.split(".")[-2:])
    return (
        _SEPARATORS.sub(" ", _CAMEL.sub(" ", text.replace("C&C", "c2").replace("IoC", "ioc").replace("&", " ")))
        .strip()
        .lower()
    )


def _outright(text: str, named: list[str], link: Link) -> Reading | None:
    """Something else, named by words that leave no doubt, unless an indicator's word is nearer the end."""
    found = [(m.end(), reason) for pattern, reason in _ANYTHING_OUTRIGHT for m in pattern.finditer(text)]
    if not found:
        return None
    end, reason = max(found)
    if link is Link.TYPE and reason == DETECTION and not _NAMES.search(text):
        return None  # what sort of malware it serves, and not what one is called
    # "Indicators for compromised hosts" lists what compromised them
    if reason in (REFERENCE, VICTIM, REGISTRAR, ASSET) and not (link is Link.TITLE and _of_attack(text)):
        return _other(reason, text, link)
    strong = [m.end() for m in _STRONG.finditer(text)]
    # "Reported C2": the last word of a phrase is what it is about
    if strong and max(strong) >= end:
        return None
    return None if named and link is Link.TITLE else _other(reason, text, link)


def _other(reason: str, text: str, link: Link) -> Reading:
    """Something else. Beside or around a value whose heading says URL only what says whose it is counts."""
    is_owner = reason in _OWNERS if link is Link.TYPE else link in (Link.HEADING, Link.OWN)
    return Reading(Says.OTHER, reason, yields=not (is_owner or _holds_references(text, link)))


def _holds_references(text: str, link: Link) -> bool:
    return link in (Link.RECORD, Link.SHEET) and _REFERENCES.fullmatch(text) is not None


def _of_attack(text: str) -> bool:
    """Return whether a title speaks of what attacks: "IOCs from the report", "Indicators for compromised hosts"."""
    return _ATTACK.search(text) is not None


def _spoken(text: str, named: list[str], link: Link) -> Reading:
    """Return what is left: a value of nobody in particular, an indicator, or what only often is something else."""
    if _ANY_VALUE.fullmatch(text):
        return Reading(Says.SHAPE)
    if link is Link.HEADING and _OWN_MACHINE.fullmatch(text):
        return Reading(Says.OTHER, ASSET)
    if text in ("link", "links") and link in (Link.HEADING, Link.OWN, Link.TYPE):
        return Reading(Says.OTHER, REFERENCE)
    machine = named == ["domain"] and _MACHINE.search(text) and not _STRONG.search(text)
    if (named or _STRONG.search(text)) and not machine:
        # "URL" says what it is and not whose: the title may say "References"; "C2 URL" leaves nothing open
        says = Says.SHAPE if link is Link.HEADING and _FORM.fullmatch(text) else Says.INDICATOR
        return Reading(says, form=named[0] if len(named) == 1 else "", names_type=bool(named))
    for pattern, reason in _ANYTHING_OFTEN:
        if pattern.search(text) and not _ANY_NETWORK.search(text):
            return _other(reason, text, link)
    return Reading(Says.INDICATOR) if _ANY_NETWORK.search(text) or machine else SILENT
