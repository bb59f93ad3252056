"""The columns that only other kinds than files fill, and those that tell kinds apart."""

from __future__ import annotations

from functools import partial
from typing import Any

from enrich.model.column import Column, Type
from enrich.providers.virustotal.site import PREFIX

_WIDTHS = {Type.TEXT: 24, Type.DATE: 20, Type.LINK: 30, Type.RATIO: 13, Type.STATUS: 12, Type.VERDICT: 12}


def column(kind: Type, name: str, description: str, *, title: str = "", width: int = 0, **more: Any) -> Column:
    """Declare a column. ``title``: its words, where they are not those of the name; ``more`` as in ``Column``."""
    name, title = f"{PREFIX}_{name}", f"VT {title or name.replace('_', ' ')}"
    width = width or _WIDTHS.get(kind) or max(12, len(name) + 3)
    return Column(name, title, description, kind, width=width, **more)


_text, _date = partial(column, Type.TEXT), partial(column, Type.DATE)
_integer = partial(column, Type.INTEGER, width=14)

NETWORK = ("domain", "ip", "url")
KIND = _text("kind", "Of which kind of indicator the row's columns speak", width=9, kinds=NETWORK)
WORST_OF_KIND = tuple(
    column(
        *(Type.RATIO, f"{kind}_detections", f"Detection ratio of the row's worst {word}"),
        title=f"{kind if kind == 'domain' else kind.upper()} detections",
        kinds=(kind,),
        of_kind=kind,
        field="vt_detections",
    )
    for kind, word in (("domain", "domain"), ("ip", "IP address"), ("url", "URL"))
)
_WHEN_REGISTERED = "When the domain was registered, UTC; only where the name itself can be"
OWNER = _text("owner", "Signer, registrar or network's owner", width=26, kinds=NETWORK)
USUAL = (
    _date("registered", _WHEN_REGISTERED, kinds=("domain",)),
    OWNER,
    _text("country", "Country of the IP address", width=10, kinds=("ip",)),
    _text("categories", "What services call the domain or URL", width=30, kinds=("domain", "url")),
)
"""Of the default set, where their kinds are asked about."""
FURTHER = (
    _text("final_url", "Where the URL led", title="final URL", default=False, width=40, kinds=("url",)),
    _integer("http_code", "What the server answered", title="HTTP code", default=False, kinds=("url",)),
    _text("title", "The page's own title", default=False, width=30, kinds=("url",)),
    _text("network", "The network of the IP address", default=False, width=20, kinds=("ip",)),
    _integer("asn", "Its autonomous system", title="AS number", default=False, kinds=("ip",)),
    _text("resolves_to", "Addresses last seen", default=False, width=30, kinds=("domain",)),
    _integer("rank", "Best place in lists of popular sites", default=False, kinds=("domain",)),
    _text("jarm", "Fingerprint of its TLS server", title="JARM", default=False, width=64, kinds=("domain", "ip")),
    _date("whois_date", "When whois was last asked, UTC", default=False, kinds=("domain", "ip")),
)
"""With ``--all-columns``, where their kinds are asked about."""
