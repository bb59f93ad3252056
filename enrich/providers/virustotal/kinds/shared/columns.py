"""The columns that only other kinds than files fill, and those that tell kinds apart."""

from __future__ import annotations

from enrich.model.column import Column, Type

NETWORK = ("domain", "ip", "url")
KIND = Column(
    "vt_kind",
    "VT kind",
    "Of which kind of indicator the row's columns speak",
    width=9,
    kinds=NETWORK,
)
WORST_OF_KIND = tuple(
    Column(
        f"vt_{kind}_detections",
        f"VT {kind if kind == 'domain' else kind.upper()} detections",
        f"Detection ratio of the row's worst {word}",
        Type.RATIO,
        width=13,
        kinds=(kind,),
        of_kind=kind,
        field="vt_detections",
    )
    for kind, word in (("domain", "domain"), ("ip", "IP address"), ("url", "URL"))
)
OWNER = Column("vt_owner", "VT owner", "Signer, registrar or network's owner", width=26, kinds=NETWORK)
USUAL = (
    Column(
        "vt_registered",
        "VT registered",
        "When the domain was registered, UTC; only where the name itself can be",
        Type.DATE,
        width=20,
        kinds=("domain",),
    ),
    OWNER,
    Column("vt_country", "VT country", "Country of the IP address", width=10, kinds=("ip",)),
    Column("vt_categories", "VT categories", "What services call the domain or URL", width=30, kinds=("domain", "url")),
)
"""Of the default set, where their kinds are asked about."""
FURTHER = (
    Column("vt_final_url", "VT final URL", "Where the URL led", default=False, width=40, kinds=("url",)),
    Column("vt_http_code", "VT HTTP code", "What the server answered", Type.INTEGER, default=False, kinds=("url",)),
    Column("vt_title", "VT title", "The page's own title", default=False, width=30, kinds=("url",)),
    Column("vt_network", "VT network", "The network of the IP address", default=False, width=20, kinds=("ip",)),
    Column("vt_asn", "VT AS number", "Its autonomous system", Type.INTEGER, default=False, kinds=("ip",)),
    Column("vt_resolves_to", "VT resolves to", "Addresses last seen", default=False, width=30, kinds=("domain",)),
    Column(
        "vt_rank", "VT rank", "Best place in lists of popular sites", Type.INTEGER, default=False, kinds=("domain",)
    ),
    Column("vt_jarm", "VT JARM", "Fingerprint of its TLS server", default=False, width=64, kinds=("domain", "ip")),
    Column(
        "vt_whois_date",
        "VT whois date",
        "When whois was last asked, UTC",
        Type.DATE,
        default=False,
        width=20,
        kinds=("domain", "ip"),
    ),
)
"""With ``--all-columns``, where their kinds are asked about."""
