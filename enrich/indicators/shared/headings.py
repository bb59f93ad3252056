"""What headings, types, labels and titles say of domains, addresses and URLs: the one reading of ``vocabulary``.

A heading speaks of an indicator, of something else (references, victims, registrars, contacts, files ...), or of
neither. Words that name something else outright win over all others ("Registrar's domain", "Reference URL"); those
that only often do ("file", "hosting", "source") give way to a word for a domain, an address or a URL in the same
heading ("Hosting IP", "Payload URL").
"""

from __future__ import annotations

import re
from functools import lru_cache

from enrich.indicators import A_FEW_WORDS, SILENT, Link, Reading, Says
from enrich.indicators.shared.vocabulary import (
    ASSET,
    ATTACKERS,
    DETECTION,
    FILE,
    INDICATOR,
    KINDS,
    OFTEN,
    OUTRIGHT,
    PERSON,
    REFERENCE,
    REGISTRAR,
    VALUES,
    VICTIM,
)

_SEPARATORS = re.compile(r"[\W_]+")
# remoteIP, DestinationHost, C2Domain
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=\d)(?=[A-Z][a-z])")
_LONGEST = 160
_LONGEST_NAME = 6
"""Words of a file's name that says whose its values are."""
_LONGEST_TYPE = 60
"""Of a type, and of a note that says nothing else."""


def _words(lines: str) -> re.Pattern[str]:
    """Return any of the words in ``lines``, bounded as words; scripts written without spaces bound themselves."""
    pattern = "|".join(line.strip() for line in lines.splitlines() if line.strip())
    return re.compile(rf"(?<![a-z0-9\u0430-\u044f])(?:{pattern})(?![a-z0-9\u0430-\u044f])", re.IGNORECASE)


# "victim" beside "domain": it is a domain, and the victim's
_OWNERS = (REFERENCE, VICTIM, ASSET)
"""Whose a value is, in spite of what it is."""
_ANYTHING_OUTRIGHT = [(_words(lines), reason) for reason, lines in OUTRIGHT]
_ANYTHING_OFTEN = [(_words(lines), reason) for reason, lines in OFTEN]
_NAMED_KINDS = [(kind, _words(lines)) for kind, lines in KINDS]
_INDICATORS = _words("iocs?|indicators?(?: of compromise)?")
_ANY_NETWORK, _ANY_VALUE = _words(ATTACKERS), _words(VALUES)
_OWN_MACHINE = re.compile(
    # s-ip of a web server's log, in W3C's format: its own
    r"(?:affected |infected |victim )?(?:hosts?|host ?names?)(?: names?)?|s (?:ip|computer ?name|site ?name)"
)
"""What a table of events calls the machines of the house. A list of indicators that says so of plain names is rare, and
a client's name sent is worse than a row missed: what is defanged, or has that for its type, is one all the same."""
# ECS, OCSF and EDRs: "host.ip", "device.external_ip" are where the house itself stands, whatever the key says alone
_OWN_RECORD = re.compile(
    r"host|user|manager|(?:agent|observer|sensor|device|dvc|endpoint|computer|machine|workstation|asset)s?"
)
_INVENTORY = _words(r"assets?\d*|(?:\w+ )?inventor(?:y|ies)|cmdb")
_NAMES = _words(r"names?|famil(?:y|ies)|alias(?:es)?|actors?|campaigns?|cves?|vulnerabilit(?:y|ies)")
_MACHINE = _words("hosts?|sites?|websites?")
"""A domain, unless the words are of a file's or a product's."""
_REFERENCES = _words(
    r"(?:external |other )?(?:refs?|references|links|sources|resources|funding)|further reading|quellen|referen[cz]\w+"
)
"""Sheets and records that are of references. "Report", "Malware", "Mail", "CERT" say where a list came from or what it
is about.
"""
_FORM = _words(r"urls?|uris?|ips?|ip ?v ?[46]|ip ?addr(?:ess(?:es)?)?|domains?(?: names?)?|fqdns?")
"""What a value is, and not whose."""
_STRONG = _words(
    rf"urls?|uris?|ips?|ip ?v ?[46]|ip ?addr\w*|domains?(?: names?)?|fqdns?|c ?2s?|c ?c|c ?n ?c|{INDICATOR}"
)


_COMMANDS = re.compile(
    r"(?:(?:parent|process|target|initiating|acting|actor|full) )*(?:command ?lines?|cmd ?lines?|cmd|commands?"
    r"|(?:command ?line )?arg(?:ument)?s|script ?block ?text|exec)"
)
_A_HASH = r"(?:hash(?:es)?|md ?5|sha ?\d+)"
_OF_HASHES = re.compile(rf"(?:(?:files?|and|values?|{_A_HASH}) )*{_A_HASH}(?: values?)?")
"""A title that asks for hashes: what stands below it and is none is no name of a file for that."""
_BLOCKED_ADDRESSES = re.compile(r"(?:.* )?compromised ips?\d*(?: (?:block ?)?list)?(?: \d+)*")
_ARTICLE = re.compile(r"^(?:(?:the|an?|our|likely|probably|possibl[ey]) )+")
_WHAT_IS_OWNED = re.compile(
    r"(?: (?:web ?)?(?:sites?|domains?|hosts?|servers?|urls?|ips?|addresse?s?|machines?|networks?|customers?|links?"
    r"|unternehmen|firmen?|kunden?|entreprises?|clients?|empresas?|clientes?|организаци\w+|компани\w+|клиент\w*"
    r"|сайт\w*|сервер\w*))*"
)
_BESIDE = (Link.TYPE, Link.NOTE)
_MEDIA_TYPE = re.compile(r"\s*(?:application|audio|font|image|message|model|multipart|text|video)/[\w.+-]+[;\s]*")
_SEVERAL_OR_OWN = re.compile(r"s$|^(?:internal|our|own|local|client|user)(?!\w)")
"""Words for machines that are one's own: several, or said to be; not "Agent" and "Device", which name malware too."""
_AROUND = (Link.RECORD, Link.TITLE, Link.SHEET, Link.FILE)
"""Words that stand around values: they may as well say what those are about."""
# "Sender addresses", "list of computers (2)"; not "Agent Tesla", "Discord token grabber", "Build 3"
_ENDS_TITLE = re.compile(
    r"(?: (?:names?|lists?|addresses|details|info(?:rmation)?|domains?|ips?|urls?|hosts?|links?|used|at))*(?: \d+)?"
)
# "SSH-based backdoor (early version)"
_REMARK = re.compile(r"\s*\([^()]*\)\W*$")
# dst_ref.value of STIX: of the object that it refers to
_REFERS = re.compile(r"_refs?(?=\.)")
# "IOCs from our blog", "Indicators of the report": where they come from
_FROM = re.compile(r"(?<!\w)(?:from|of|in|by|for|on|via|per|behind)(?!\w)")
_ATTACK = _words(rf"{INDICATOR}|c ?2s?|command and control|malicious|phishing")


@lru_cache(maxsize=8192)
def reads(words: str, link: Link) -> Reading:
    """Return what ``words`` say of the network values that they name; ``form`` is the kind where one is named."""
    if not words or len(words) > (_LONGEST_TYPE if link in _BESIDE else _LONGEST):
        return SILENT
    # "application/x-x509-user-cert": what was sent, and nothing of who sent it
    text = "" if link in _BESIDE and _MEDIA_TYPE.fullmatch(words) else plain(words)
    # a longer title is a sentence
    if not text or (link is Link.TITLE and len(text.split()) > 14):
        return SILENT
    if link in (Link.FILE, Link.NOTE):
        return _of_file(text) if link is Link.FILE else _of_note(words, text)
    if link is Link.RECORD and _OWN_RECORD.fullmatch(text):
        return Reading(Says.OTHER, ASSET)
    named = [kind for kind, pattern in _NAMED_KINDS if pattern.search(text)]
    subject = len(_FROM.split(plain(_REMARK.sub("", words)), maxsplit=1)[0].rstrip()) or len(text)
    reading = _outright(text, named, link, subject) or _spoken(text, named, link, subject)
    if link is Link.SHEET and reading.says is Says.OTHER:
        return reading if reading.what in (VICTIM, ASSET) or _holds_references(text, link) else SILENT
    return reading


def names_form(label: str) -> bool:
    """Return whether a label says what a value is and not whose: "url"."""
    return _FORM.fullmatch(plain(label)) is not None


def reads_address(words: str, link: Link) -> Reading:
    """Return the same of addresses and URLs: words beside or above one that speak of files or of people are of other
    values, as none of those is an address.
    """
    if link is Link.HEADING and _COMMANDS.fullmatch(plain(words)):
        return Reading(Says.SHAPE)  # what a program is told to fetch is no name of it
    reading = reads(words, link)
    is_other = link not in (Link.HEADING, Link.OWN) and reading.what in (FILE, PERSON)
    return SILENT if is_other else reading


def _of_note(words: str, text: str) -> Reading:
    """Return what a note says that says nothing else than whose the value is: "victim", "compromised website". A longer
    one tells a story, in which any of the words may stand.
    """
    if _FORM.fullmatch(text):  # the type beside a value in a list without headings: "domain" beside x.zip
        named = [kind for kind, pattern in _NAMED_KINDS if pattern.fullmatch(text)]
        return Reading(Says.SHAPE, form=named[0]) if named else SILENT
    subject = _ARTICLE.sub("", text)
    if _of_attack(subject) or not A_FEW_WORDS.fullmatch(words):
        return SILENT
    for pattern, reason in _ANYTHING_OUTRIGHT:
        said = pattern.match(subject)
        if said and _is_whose(said[0], reason) and _WHAT_IS_OWNED.fullmatch(subject, said.end()):
            return Reading(Says.OTHER, reason)
    return SILENT


def _of_file(text: str) -> Reading:
    """Return what a file's name says: of victims, of what is allowed, of one's own machines; a "threat report" is no
    report.
    """
    victims = next(pattern for pattern, reason in _ANYTHING_OUTRIGHT if reason == VICTIM)
    if sum(map(str.isalpha, text.split())) > _LONGEST_NAME:
        return SILENT  # an article's title, whose victims are a part of what it tells
    # compromised-ips.txt of Emerging Threats: those attack, and are blocked
    reason = (
        VICTIM
        if victims.search(text) and not _BLOCKED_ADDRESSES.fullmatch(text)
        else ASSET
        if _INVENTORY.search(text)
        else ""
    )
    return Reading(Says.OTHER, reason) if reason and not _of_attack(text) else SILENT


def plain(words: str) -> str:
    """In lower case, words apart: ``threat.indicator.ip`` ends in "ip"; a path's last part is what it says."""
    text = _REFERS.sub("", words.strip().strip("#=*_`\"' |"))
    if re.fullmatch(r"[\w\[\]-]+(?:\.[\w\[\]-]+)+", text):
        text = " ".join(text.split(".")[-2:])
    return (
        _SEPARATORS.sub(" ", _CAMEL.sub(" ", text.replace("C&C", "c2").replace("IoC", "ioc").replace("&", " ")))
        .strip()
        .lower()
    )


def _outright(text: str, named: list[str], link: Link, subject: int) -> Reading | None:
    """Something else, named by words that leave no doubt, unless an indicator's word is nearer the end. ``subject`` is
    the length of what stands before "from", "of", a remark in brackets.
    """
    found = [
        (m.end(), reason)
        for pattern, reason in _ANYTHING_OUTRIGHT
        for m in pattern.finditer(text)
        if _is_whose(m[0], reason) or _says_what(text[:subject], m.end(), reason, link)
    ]
    if not found:
        return None
    end, reason = max(found)
    if link is Link.TYPE and reason == DETECTION and not _NAMES.search(text):
        return None  # what sort of malware it serves, and not what one is called
    if link is Link.TYPE and reason == REFERENCE and _of_attack(text):
        return None  # "Malicious Sources", as filters of the web call a category
    # "Indicators for compromised hosts" lists what compromised them
    of_attack = link in _AROUND and _of_attack(text)
    if reason in (REFERENCE, VICTIM, REGISTRAR, ASSET) and not of_attack:
        return _other(reason, text, link)
    strong = [m.end() for m in _STRONG.finditer(text)]
    # "Reported C2": the last word of a phrase is what it is about
    if strong and max(strong) >= end:
        return None
    return None if named and link is Link.TITLE else _other(reason, text, link)


def _is_whose(said: str, reason: str) -> bool:
    """Return whether words say whose values are, wherever they stand: "Internal hosts Berlin"; not "Agent Tesla"."""
    return reason == VICTIM or (reason == ASSET and _SEVERAL_OR_OWN.search(said) is not None)


def _says_what(subject: str, end: int, reason: str, link: Link) -> bool:
    """Return whether words say what values are, by a word that ends at ``end``. Words around or beside values may as
    well say what these are about: a list below "Agent Tesla" or "APT29 campaign" is of what that malware talks to.
    """
    if link in (Link.HEADING, Link.OWN):
        return True
    is_last = end <= len(subject) and _ENDS_TITLE.fullmatch(subject, end) is not None
    return is_last and (reason != DETECTION or link is Link.TYPE)


def _other(reason: str, text: str, link: Link) -> Reading:
    """Something else. Beside or around a value whose heading says URL only what says whose it is counts."""
    if link in _AROUND:
        is_owner = reason in (VICTIM, ASSET)
    else:
        # a STIX indicator is named by its value: "name" leaves it to the type beside it
        is_owner = reason in _OWNERS if link is Link.TYPE else text not in ("name", "names")
    is_whose = link is Link.TYPE and reason in (VICTIM, ASSET)
    yields = not (is_owner or _holds_references(text, link))
    return Reading(Says.OTHER, reason, everywhere=is_whose, yields=yields)


def _holds_references(text: str, link: Link) -> bool:
    return link in (Link.RECORD, Link.TITLE, Link.SHEET) and _REFERENCES.fullmatch(text) is not None


def _of_attack(text: str) -> bool:
    """Return whether a title speaks of what attacks: "IOCs from the report", "Indicators for compromised hosts"."""
    return _ATTACK.search(text) is not None


def _spoken(text: str, named: list[str], link: Link, subject: int) -> Reading:
    """Return what is left: a value of nobody in particular, an indicator, or what only often is something else."""
    if _ANY_VALUE.fullmatch(text):
        # "targets": [{"iocs": {"domains": [...]}}]: what they met
        return Reading(Says.INDICATOR if link is Link.RECORD and _INDICATORS.fullmatch(text) else Says.SHAPE)
    is_link = text in ("link", "links") and link is not Link.TITLE
    if is_link or (link is Link.HEADING and _OWN_MACHINE.fullmatch(text)):
        return Reading(Says.OTHER, REFERENCE if is_link else ASSET)
    machine = named == ["domain"] and _MACHINE.search(text) and not _STRONG.search(text)
    if (named or _STRONG.search(text)) and not machine:
        # "URL" says what it is and not whose: the title may say "References"; "C2 URL" leaves nothing open
        says = Says.SHAPE if link in (Link.HEADING, Link.TITLE) and _FORM.fullmatch(text) else Says.INDICATOR
        return Reading(says, form=named[0] if len(named) == 1 else "", names_type=bool(named))
    for pattern, reason in _ANYTHING_OFTEN if not (link in _AROUND and _OF_HASHES.fullmatch(text)) else ():
        said = any(_says_what(text[:subject], m.end(), reason, link) for m in pattern.finditer(text))
        if said and not _ANY_NETWORK.search(text):
            return _other(reason, text, link)
    if _ANY_NETWORK.search(text):
        return Reading(Says.INDICATOR)
    # "Host: " names the house's own machine as well as a request's; "Dynamic host: " does not
    is_open = link is Link.OWN and _OWN_MACHINE.fullmatch(text)
    return Reading(Says.SHAPE if is_open else Says.INDICATOR) if machine else SILENT
