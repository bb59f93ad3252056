"""What headings mean among the others of their table or record: an address beside what names a machine or an account of
the house is the house's, too; the host beside a request's method is what was visited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from enrich.indicators.shared.heading_rules import HeadingRule, rule
from enrich.indicators.shared.headings import plain
from enrich.indicators.shared.packages import PACKAGES

_ID = "(?:u ?u ?|g ?u ?)?ids?"
_MACHINE = (
    rf"(?:computer|device|endpoint|host|machine|workstation|agent|sensor|system|server)(?: ?(?:names?|{_ID}))?"
    rf"|endpoints|host ?names?|asset ?names?|net ?bios(?: ?names?)?|aid|workload|client ?{_ID}"
)
_PERSON = r"(?:.* )?users?(?: ?(?:names?|id|principal ?name))?|upn|accounts?(?: ?names?)?"
_ADDRESS = r"(?:ip(?: ?v ?[46])?(?: ?addr(?:ess(?:es)?)?)?|ips|addr(?:ess)?)"
_ATTACK = (
    r"(?:\w+ )?ports?|protocol|products?|organi[sz]ation|orgs?|as[no]?|isp|country|malware.*|famil(?:y|ies)|threat.*"
    r"|attack\w*|signature|alert|verdict|c ?2|iocs?|ioc .*|indicators?(?: .*)?|(?:.* )?(?:hash(?:es)?|md ?5|sha ?\d+)"
    r"|tags?|score|confidence|campaign|urls?"
)
"""Columns of what attacks, or of what was seen of its servers from outside."""
_FAR = (
    r"(?:.* )?ports?|protocol|as[no]?|isp|country|c ?2|iocs?|ioc .*|indicators?(?: .*)?|urls?|direction|score"
    r"|(?:remote|dest\w*|dst|src|source|client) .*"
)
"""Columns of the other side of a connection."""
_LOGIN = r"(?:.* )?(?:users?(?: ?names?)?|log ?ins?(?: ?names?)?|e ?mail(?: address)?|accounts?(?: ?names?)?)"
_LOGS_IN_BY = r"(?:.* )?(?:pass(?:words?|wd|phrase)?|pwd|ntlm(?: ?hash)?)"
_OF_MALWARE = (
    r"(?:.* )?port|protocol|mutex|bot ?net|famil(?:y|ies)|malware.*|campaign.*|c ?2|version|(?:.* )?payload.*|threat.*"
    r"|iocs?|indicators?|exfil\w*.*|first seen|tags?"
)
"""What a record of malware's own configuration has beside a user and a password."""
_SIGN_IN = (
    r"date utc|sign ?ins?(?: .*)?|authentication .*|client app|conditional access|user agent|correlation id"
    r"|application(?: id)?"
)
"""Columns of a log of who came in: the address is from where."""

_RULES = (
    *PACKAGES,
    # ExternalIP beside ComputerName, LastIP beside ClientId: where the machine is seen from outside
    rule(
        rf"(?:external|egress|nat|wan|comms|console ?visible|last(?: ?(?:seen|known|reported|external))?) ?{_ADDRESS}"
        r"|aip|dns ?domain|(?:site|web) ?url|object ?id",
        rf"{_MACHINE}|user ?(?:id|principal ?name)|(?:internal|private|lan) {_ADDRESS}",
    ),
    # Client IP beside User and Assigned IP, or the device: from where somebody came into the house's network
    rule(
        rf"client ?{_ADDRESS}",
        _PERSON,
        rf"(?:assigned|virtual|tunnel|vpn|inner) ?{_ADDRESS}|(?:vpn )?gateways?|device ?{_ID}",
        unless=_ATTACK,
    ),
    # Velociraptor's, osquery's and GRR's machines
    rule("fqdn", rf"(?:client|agent|endpoint|device|machine|sensor) ?{_ID}"),
    # of Splunk itself, in what its search gives
    rule("si", "source ?type|bkt|cd|raw"),
    # Exchange's log of messages
    rule("server ?host ?name", "client ?host ?name", "(?:.* )?message ?id|connector ?id"),
    # host of a request, as Zeek and proxies write it; not whom Splunk has a line from, nor the site that one serves
    rule(
        "host",
        "(?:http |request |cs )?(?:method|verb)",
        "(?:request |cs |http )?uri(?: (?:path|stem|query))?",
        unless=r"source ?type|splunk ?server|index|remote addr|upstream .*|(?:.* )?x ?forwarded ?for|s (?:ip|port)"
        r"|(?:s |server ?)(?:site ?|computer ?)?name|v ?host",
        meaning="http hostname",
    ),
    # what Zscaler's logs call what was visited, beside its URL in the same escapes
    rule("e ?host", "e ?url", meaning="http hostname"),
    rule("e ?url", "e ?host", meaning="url"),
    # what kubectl lists of a cluster: address beside class and age
    rule(
        rf"(?:(?:external|internal|cluster|pod) )?{_ADDRESS}|hosts?(?: ?names?)?|nodes?",
        "age",
        "name",
        r"class|ready|roles|restarts|programmed|cluster ip|port s|ports",
        unless=r"(?!ports?$|port s$)(?:" + _ATTACK + ")",
    ),
    # Address beside Namespace of what runs in a cluster, beside what only balancers and networks of the house have
    rule(
        rf"{_ADDRESS}|hosts?",
        r"name ?space|ingress ?class(?: ?name)?|listeners?|back ?ends?|upstreams?|pools?(?: ?(?:name|members?))?|weight"
        r"|target ?groups?|load ?balancers?(?: ?(?:name|arn|type))?|virtual ?servers?|health ?checks?"
        r"|(?:(?:sub)?net ?)?mask|default ?gateway|vlan(?: ?id)?|rack",
        unless=r"(?!(?:\w+ )?ports?$|protocol$)(?:" + _ATTACK + ")",
    ),
    # path beside mailfrom and helo of Zeek: the hosts that a mail went over
    rule("path", "mail ?from", "helo|rcpt ?to", meaning="ip"),
    # Name, IP, Active, Malicious: what a sandbox saw asked for
    rule(
        "names?", "ips?(?: ?addr(?:ess(?:es)?)?)?", "malicious|active|antivirus ?detection|reputation", meaning="domain"
    ),
    # hosts beside compromised_hosts: what a sandbox saw a sample talk to
    rule("hosts", "compromised ?hosts", meaning="contacted hosts"),
    # Resource beside Blade of Check Point, Object beside Scanner and Object type of ESET: the URL that was asked for
    rule("resource", "(?:software )?blade|protection ?(?:name|type)", meaning="url"),
    rule("object", "scanner", "object ?type", meaning="url"),
    # what Proofpoint holds for a threat
    rule("threat", "threat ?type", meaning="indicator"),
    # cs-host of a web server's log; a proxy's has no name of its own
    rule("cs host", "s (?:site|computer) ?name"),
    # x-edge-location of CloudFront, RequestHost beside RouterName of Traefik: which of one's own sites was asked
    rule("cs host|x ?host ?header", "x ?edge ?location"),
    rule("request ?(?:addr|host)", "router ?name|service ?name|origin ?status|entry ?point ?name|overhead"),
    # Source IP beside Source Host; of an alert the source is who attacks
    *(
        rule(
            rf"{side} ?{_ADDRESS}",
            rf"{side} ?(?:host(?: ?names?)?|computer|machine|workstation|device)(?: ?names?)?",
            unless="attack\\w*|signature|alert|threat.*|severity|.* port",
        )
        for side in ("source", "src", "client")
    ),
    # Domain beside User and NTLM
    rule(
        "domains?(?: names?)?",
        r"(?:sam ?)?(?:users?|accounts?)(?: ?names?)?|log ?in|logon",
        r"ntlm(?: ?hash)?|nt ?hash|password|(?:user |object )?sid|last ?log ?on(?: \w+)?",
        unless=_ATTACK,
    ),
    # Email, Domain beside Breach: whose account it is
    rule("domains?", "e ?mails?(?: address)?", r"breach\w*|is ?verified|pwn\w*|data ?classes"),
    # Username: ..., Domain: ... of a dump of accounts, and nothing else but what those have
    rule(
        "domain(?: ?name)?",
        r"(?:sam ?)?(?:users?|accounts?)(?: ?names?)?",
        unless=r"(?!(?:(?:sam ?)?(?:users?|accounts?)(?: ?names?)?|domain(?: ?name)?|pass\w*|pwd|(?:cred)?key|luid"
        r"|sids?|nt(?:lm)?|lm|dpapi|sha ?1|(?:authentication|session|log ?on) ?\w*)$).+",
    ),
    # url, username, password: where somebody logs in, as browsers export it and stealers take it; with a port or a
    # family it is where malware sends to
    rule(
        r"(?:login |form |action |form ?submit )?ur[li]s?|origin|applications?|(?:web ?)?sites?|domains?(?: names?)?",
        _LOGIN,
        _LOGS_IN_BY,
        unless=_OF_MALWARE,
    ),
    rule(
        "hosts?(?: ?names?)?|servers?",
        _LOGIN,
        _LOGS_IN_BY,
        "soft(?:ware)?|browser|profile|application|storage|form .*",
        unless=_OF_MALWARE,
    ),
    # FileZilla's servers
    rule("hosts?|accounts?|names?", _LOGIN, _LOGS_IN_BY, "log ?on ?type|bypass ?proxy"),
    # domain beside asOrg and isp of Okta and GuardDuty: the provider's, in a record that has no address of its own
    rule(
        "domain",
        r"as ?(?:n|number|org(?:anization)?|name)",
        "isp|is ?proxy|org(?:anization)?",
        unless=r"ips?(?: ?addr.*)?|ip ?v ?[46]|ur[li]s?|host.*|(?:.* )?(?:hash|md ?5|sha ?\d+)|indicator.*|iocs?.*"
        r"|malware.*|threat.*",
        meaning="isp domain",
    ),
    # Url beside Severity and Remedy, Host beside Risk and Solution: what a scanner for vulnerabilities looked at
    rule(
        rf"(?:affected |target )?(?:ur[li]s?|end ?points?|hosts?(?: ?names?)?|fqdn|dns ?names?|{_ADDRESS}|site)",
        r"severity|risk(?: ?(?:factor|level))?|impact",
        r"cwe.*|remed\w+(?: .*)?|mitigations?|solutions?|plugin ?(?:id|name|family)|cvss ?vector|vulnerability(?: .*)?",
        unless=r"malware.*|famil(?:y|ies)|iocs?|ioc .*|indicators?(?: .*)?|c ?2|(?:src|source|dst|dest\w*|remote) .*",
    ),
    # what a machine is told by DHCP
    rule(
        r"domain|client ?fqdn|host ?name|(?:client|server|assigned|requested) ?addr(?:ess)?",
        "mac",
        r"assigned ?(?:ip|addr)\w*|lease ?time|requested ?addr",
    ),
    # host_key, name, value of a browser's cookies: where somebody went
    rule(
        r"(?:raw )?host(?: ?key)?|domain|url|base ?domain",
        "(?:cookie )?name(?: raw)?",
        "(?:encrypted |cookie )?value|content(?: raw)?|cookie",
        r"(?:is )?http ?only(?: raw)?|host ?(?:key|only)|same ?site(?: raw)?|expir\w+(?: .*)?",
    ),
    # Computer Name, User Name, Domain Name of an alert: the account's; in a proxy's log it is what was visited
    rule(
        "domains?(?: ?names?)?",
        r"(?:computer|machine|endpoint|workstation|device)(?: ?names?)?",
        r"(?:.* )?users?(?: ?names?)?",
        unless=r"ur[li]s?|(?:url|web|content|site) categor.*|categories|.*quer.*|dest.*|(?:.* )?ports?|record ?type"
        r"|protocol|bytes.*|(?:web ?)?sites?|direction|remote.*|method|verb|request.*|referr?er|dns.*",
    ),
    # Hostname, IP, OS, Owner: an inventory
    rule(
        rf"(?:primary |main )?{_ADDRESS}|fqdn|dns(?: ?names?)?|domains?(?: names?)?",
        _MACHINE,
        r"(?:os|operating system|betriebssystem)(?: (?:name|version|family|build))?|asset ?(?:tag|id|type)|isolated"
        r"|patch(?: level| status)?|last ?patch(?:ed)?",
        unless=f"{_ATTACK}|{_SIGN_IN}",
    ),
    # Name, IPAddress, FQDN: an inventory, too
    rule(
        rf"{_ADDRESS}|fqdn|dns(?: ?names?)?|domains?(?: names?)?",
        r"(?:asset ?)?names?|net ?bios(?: ?names?)?",
        "fqdn",
        unless=_ATTACK,
    ),
    # IP address beside Device: that of the machine on which something was found
    rule(
        "ip ?addr(?:ess(?:es)?)?",
        r"devices?(?: ?names?)?|computer ?names?|endpoints?(?: ?names?)?",
        unless=f"{_FAR}|{_SIGN_IN}",
    ),
    # what plaso writes of any event
    rule("desc", "source ?type", "short", meaning="command line"),
    # Name beside Risk and RiskString: what Recorded Future's lists are of
    rule("names?", "risk(?: ?score)?", "risk ?string|evidence ?(?:details|string)", meaning="indicator"),
)


def read_together(headings: Sequence[str]) -> Sequence[str]:
    """Return how each of the headings of one table or record reads among the others: "ExternalIP" beside "ComputerName"
    is the device's.
    """
    return _read(tuple(headings))


_NAME_OF_SETTING = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_OF_CLOUD = frozenset(("secret_key", "access_key", "client_secret", "api_token"))
_SECRET = re.compile(r"(?:PASS(?:WORD|WD|PHRASE)?|PWD|SECRET|TOKEN|KEY|CREDENTIALS?|USER(?:NAME)?)(?:_[A-Z0-9]+)?")
_SERVICE = re.compile(r"(?:HOST(?:NAME)?S?|UR[LI]S?|SERVERS?|ENDPOINTS?|DSN|ADDR(?:ESS)?|DOMAIN)")
_OF_ATTACK = re.compile(r"(?:^|_)(?:C2|CNC|MALWARE|PAYLOAD|IOCS?|BAD|EVIL|ATTACKER|PHISH(?:ING)?)(?:_|$)")


def read_in_settings(names: Sequence[str]) -> Sequence[str]:
    """Return how each of the names of settings that follow each other reads: ``DB_HOST`` beside ``DB_PASSWORD`` is what
    a program of the house talks to.
    """
    # S3's clients write theirs in small letters
    written = names if _OF_CLOUD.isdisjoint(names) else [name.upper() for name in names]
    ours = [bool(_NAME_OF_SETTING.fullmatch(name)) and not _OF_ATTACK.search(name) for name in written]
    if not any(is_ours and _SECRET.search(name.partition("_")[2]) for name, is_ours in zip(written, ours, strict=True)):
        return names
    return [
        f"device {name}" if is_ours and _SERVICE.search(as_written) else name
        for name, as_written, is_ours in zip(names, written, ours, strict=True)
    ]


@lru_cache(maxsize=1024)
def _read(headings: tuple[str, ...]) -> tuple[str, ...]:
    texts = [plain(words) for words in headings]
    rules = [rule for rule in _RULES if any(map(rule.words.fullmatch, texts))]
    held = [rule for rule in rules if all(_any(one, texts) for one in rule.beside) and not _any(rule.unless, texts)]
    return tuple(_among(held, words, text) for words, text in zip(headings, texts, strict=True))


def _among(held: Iterable[HeadingRule], words: str, text: str) -> str:
    """Return how a heading reads by the rules that hold for its table."""
    rule = next((rule for rule in held if rule.words.fullmatch(text)), None)
    return words if rule is None else rule.meaning or f"device {words}"


def _any(pattern: re.Pattern[str], texts: Iterable[str]) -> bool:
    return any(map(pattern.fullmatch, texts))
