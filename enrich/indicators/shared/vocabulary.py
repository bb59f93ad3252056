"""The words by which headings, types, labels and titles say what network values are: tables only.

A new word is one of these lines; how they are read is ``headings``' business. In a line ``|`` parts words as a line's
end does.
"""

from __future__ import annotations

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
OUTRIGHT: tuple[tuple[str, str], ...] = (
    (
        REFERENCE,
        r"""
        references?|ref|refs|see also|further reading|reading|read more|external links?|useful links?
        related links?|(?:additional |other |more |external |further )resources|resources?|write ?ups?
        (?:report|alert|incident|ticket|case|console|portal|evidence) (?:url|link)s?|reporting|reports?
        blog|blogs|blog ?posts?|articles?|posts
        advisor(?:y|ies)|bulletins?|credits?|acknowledge?ments?|bibliography|documentation|docs|permalinks?
        (?:vt|\w*haus|\w*fox|\w*bazaar|misp|otx|url ?scan|shodan|censys|malpedia) links?|virustotal(?: links?| urls?)?
        crl(?: \w+)*|ocsp(?: \w+)*|(?:src|source) (?:url|link)s?|fw ?links?|sources|tweets?|twitter|press|news
        analysis (?:url|link)s?|sandbox(?: links?)?|publications?|licen[cs]e|disclaimer|about(?: \w+)?|usage
        (?:home|support|bug report|documentation|project|privacy policy|notification) urls?|home ?pages?|funding
        (?:iocs?|indicators?|intel\w*) sources?
        ^(?:table of )?contents$
        xmlns(?: \w+)?|(?:\w+ )?schema ?location|urls? private(?: download)?|falcon host link|external uri
        requirements|参考|参考文献|ссылки на источники|источники?|quellen?|referencias?|fuentes?|références?
        """,
    ),
    (
        VICTIM,
        r"""
        compromised|victims?|infected (?:(?:web)?sites?|domains?|hosts?|ips?|machines?)|hacked|defac(?:ed|ements?)
        affected|legitimate|legit|benign
        impersonated|spoofed|targeting data|(?<!file )(?<!lnk )(?<!shortcut )(?<!to )targets?
        targeted(?: \w+)?|(?:allow|white|safe|pass|ignore) ?list(?:s|ed|ing)?|known good
        exclu(?:ded?|sions?)(?: \w+)?|exempt(?:ed|ions?)?
        opfer\w*|betroffene\w*|kompromittiert\w*|victimes?|v[ií]ctimas?|v[ií]timas?|afectad[oa]s?|compromis
        comprometid[oa]s?|vittim[ae]|пострадавш\w+|жертв\w*|скомпрометирован\w+|受害\w*|被害\w*|피해\w*
        (?:of (?:the |our )?customers?|of our clients?|(?:des|der|unsere[rs]?) (?:kunden|mandanten)|du client)$
        (?:del?|do|della) clientes?$|(?:клиента|заказчика)$|客户(?:的)?(?:ip|地址|主机|服务器)|顧客の\w*
        kundens|kundernas|klant(?:en)?|zákazní\w+|pelanggan|asiak\w+|müşteri\w*|khách hàng|\w?לקוח\w*|ล กค า|고객\w*
        false positives?|abused legitimate|(?<!ing )(?<!of )brands?(?: names?)?$
        """,
    ),
    (
        REGISTRAR,
        r"""
        registrars?|registrants?|registrar (?:url|name)|isps?|asn?|as (?:name|owner|org(?:ani[sz]ation)?)
        name ?servers?|whois(?: server)?|abuse|provider (?:url|name)|issuers?|certificates?|cert|subject
        serial|common ?names?|dns servers?|mx|mail ?servers? of
        """,
    ),
    (
        PERSON,
        r"""
        contacts?|e ?mails?(?: address(?:es)?)?|mail|mailbox|senders?|recipients?|^(?:from|to|reply to|cc)$|users?
        (?:postal|street|mailing|billing|office|home) address(?:es)?
        user ?names?|accounts?|reporters?|authors?|analysts?|submitt(?:er|ed by)|created by|owner|handles?
        telegram|discord|wallets?|jabber|skype
        """,
    ),
    (
        ASSET,
        r"""
        computers?(?: names?)?|devices?(?: names?)?|machines?(?: names?)?|endpoints?|workstations?|assets?
        (?:\w+ )?inventor(?:y|ies)|cmdb
        postes?(?: de travail)?|ordinateurs?|rechner\w*|arbeitspl[aä]tz\w*|equipos?|computador\w*
        estaci[oó]n(?:es)? de trabajo|postazion[ei]|компьютер\w*|рабоч\w+ станци\w+|计算机\w*|主机\w*
        内网 ?(?:ip|地址)|资产\w*|终端\w*|端末\w*|ホスト名?|호스트\w*
        (?:доменн\w+ )?им(?:я|ена) хост\w+|(?:им(?:я|ена) )?хост\w{0,2}$
        agents?(?: names?)?|dvcs?|observers?|sensors?|splunk ?server|host ?identifier|l ?addr
        (?<!pre )nat(?:ted)? ?(?:source|src)|(?:source|src) ?(?:nat(?:ted)?|translated|xlated?)
        public ?dns ?names?|translated ?(?:source|src)|xlate ?src|snat ?ip
        (?:src|source|local|internal|client|our|user|logon|dvc) ?(?:host|host ?name|domain|computer|machine|fqdn)s?
        (?:our|own|client s|customer s) (?:\w+ )?(?:ip(?: ?addr(?:ess(?:es)?)?)?s?|gateways?|hosts?(?: ?names?)?)
        customers? (?:servers?|sites?|urls?|ips?)
        decorations host ?name|self ?link(?: with ?id)?|links? self|queue ?url
        (?:client ?(?:provided ?)?|edge ?|origin ?)(?:request ?)?host(?: ?header)?
        (?:account|user|logon|subject|target|nt|owner|tenant|customer|company|organi[sz]ation) ?domain(?: ?names?)?
        (?:server|dns) ?tree ?names?|forests?(?: ?names?)?
        reporting host|(?:e ?mail )?(?:recipient|participant)s? domains?
        (?:local|internal|\w*public|our|own|host|dvc) ?(?:ip(?: ?v ?[46])?(?: ?addr(?:ess(?:es)?)?)?s?|addr(?:ess)?)
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
OFTEN: tuple[tuple[str, str], ...] = (
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
KINDS: tuple[tuple[str, str], ...] = (
    (
        "domain",
        r"""
        domains?(?: names?)?|domain name|fqdns?|host ?names?|sub ?domains?|dns|dominios?|dom[äa]ne?n?
        домен\w*|域名|ドメイン|도메인|noms? de domaine|domaines?|dom[íi]ni[oi]s?|dom[eé]n[aey]\w*|alan ad\w*
        domæne\w*|domene\w*|domein\w*|domeni\w*|verkkotunnu\w+|τομέ\w+|домейн\w*
        (?:ال)?نطاق\w*|tên miền|โดเมน|דומיין|sites?|websites?|hosts?
        (?:dns )?quer(?:y|ies)(?: names?)?|(?:dns )?question(?: names?)?|rr ?names?|sni|tls server ?names?
        http host ?names?|(?:dst|dest|destination|remote|resp) ?hosts?
        """,
    ),
    (
        "ip",
        r"""
        ips?|ip ?v ?[46]|ip ?addr(?:ess(?:es)?)?|ip (?:src|dst|port)|ipv[46] addr|ip ?dst|ip ?src|addresses
        dst|dest(?:ination)?(?: address)?|remote (?:ip|address|host)|ip[-–\u0430-\u044f ]+адреса?
        (?:src|dst|dest|source|destination|remote|local|client|server|orig|resp|nat) ?(?:ips?|addrs?)
        id (?:orig|resp) h
        adressen?|address
        r ?addr|^remote$|(?:x )?(?:original(?:ly)? )?forwarded for|x real ip|x originating ip|cf connecting ip
        адрес\w* назначения|endereços? de destino|direcci[oó]n(?:es)? de destino|adres\w* (?:docelow\w+|ip)
        айпи|IP地址|ipアドレス|ip 주소|adresses? ip|direcci[oó]n(?:es)? ip
        """,
    ),
    (
        "url",
        r"""
        ^request$
        urls?|uris?|links?|ссылк\w*|посилан\w+|网址|链接|下载地址|(?:ال)?(?:رابط|روابط)|bağlant\w+|odkaz\w*|odnośnik\w*|קישור\w*
        landing pages?|web ?hooks?
        """,
    ),
)
INDICATOR = (
    r"iocs?|observables?|indi[ck](?:a|á|aa)tt?(?:o|eu)r\w*|indicador\w*|wskaźnik\w*|gösterge\w*|ukazatel\w*|mutatók?"
    r"|[иі]ндикатор\w*|показник\w*|δείκτ\w+|مؤشر\w*|المؤشر\w*|אינדיקטור\w*|ตัวบ่งชี้|指标|指標|지표|インジケータ\w*"
)
ENTITY = r"art[ei]fa[ck]t\w*|entit(?:y|ies|ät\w*|és?|à)|entidad\w*"
VALUE = (
    r"values?|wert\w*|valor\w*|valeurs?|waarden?|värden?|værdi\w*|arvo\w*|wartoś\w+|hodnot\w*|értéke?k?|valoare\w*"
    r"|vrijednost\w*|değer\w*|giá trị|τιμή|τιμές|значени\w*|значенн\w*|стойност\w*|قيمة|القيمة|ערך|ค่า|値|值|값"
)
"""What a list of indicators of any kind calls them, and their column, in many languages."""
# whatever attacks: of any kind, and so of each
ATTACKERS = rf"""
    {INDICATOR}
    network(?: \w+)?|c ?2s?|c ?n ?c|c ?c|cc|c and c
    command (?:and|&) control|infrastructure|call ?backs?|beacons?|phish(?:ing)?|malicious
    (?:stratum |mining |miner )?pools?
    payloads?|droppers?|download(?:s|ers?)?|exfil\w*|dead drop\w*|staging|stagers?|delivery|distribution
    redirect\w*|servers?|connections?|contacted|gates?|panels?|scann\w+|attack\w*|threats?|blocklists?
    block ?lists?|deny ?lists?|black ?lists?|(?:dns |query )?answers?|query results?|rdata|resolved
    """
VALUES = rf"""
    {VALUE}
    {INDICATOR}|{ENTITY}
    data|items?|objects?|attributes?
    """
