"""Where a VirusTotal key is looked for, where to get one, and which texts cannot be one. Never shows a key."""

from __future__ import annotations

import re

from enrich.errors import KeyProblem
from enrich.providers.shared.api_key import KeyPlaces
from enrich.providers.virustotal.site import ADDRESS

PLACES = KeyPlaces(
    variables=("VT_API_KEY", "VTCLI_APIKEY"),
    file=".vt.toml",
    entry="apikey",
    user="virustotal",
    form="it is one word of 64 hexadecimal digits",
    offer=f"a free key comes with an account at {ADDRESS}",
    proxy_variable="VTCLI_PROXY",
    proxy_entry="proxy",
)
"""The second variable and the file are those of vt-cli, VirusTotal's own tool."""
_STANDS = f"stands at {ADDRESS}/gui/my-apikey"
REFUSED = f"check the API key (VT_API_KEY or --key-file); it {_STANDS}"
"""What to do about a key that the service refuses."""
_UNUSABLE = f"set VT_API_KEY or --key-file; the key {_STANDS}"


_FORM = re.compile(r"[0-9A-Fa-f]{64}")


def checked(key: str, *, own: bool = False) -> str:
    """Return the key without the white space around it.

    ``own``: VirusTotal itself is asked, so only what can be one of its keys may be sent; a stand-in takes any word.
    Raises ``KeyProblem``, which never shows it, where it can be no key.
    """
    bare = key.strip().strip("\ufeff").strip()
    if not bare:
        raise KeyProblem("the API key is empty", hint=_UNUSABLE)
    if not bare.isascii() or not bare.isprintable() or " " in bare:
        raise KeyProblem("the API key holds a space, a line break or a foreign character", hint=_UNUSABLE)
    if own and not _FORM.fullmatch(bare):
        why = f"it has {len(bare)} characters" if len(bare) != 64 else "another character is in it"
        raise KeyProblem(f"the API key is not 64 hexadecimal digits: {why}; it was not sent", hint=_UNUSABLE)
    return bare
