"""Where a team's store is and how it is reached safely: no password in a command line, no network without TLS."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from enrich.errors import UsageError

SCHEME = "postgresql://"
SCHEMA = "enrich"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_READABLE = "the address of a store must hold no password, for others may read it"
_PASSWORDS = ("password", "passfile_password", "sslpassword")


@dataclass(frozen=True, slots=True)
class Address:
    """What libpq is given, the schema that the tables are in, and the URL as it may be shown."""

    parameters: Mapping[str, str]
    schema: str
    shown: str


def parsed(url: str) -> Address:
    """Return the URL's parts. Raises ``UsageError`` for one with a password: whoever lists processes would read it."""
    try:
        parts = urlsplit(url)
    except ValueError as error:  # a raw bracket, in a password maybe
        raise UsageError("the address of the store is none", hint=_FORM) from error
    if "@" in f"{parts.path}{parts.query}{parts.fragment}":  # a raw sign ended the name or password before its @
        raise UsageError(_READABLE, hint=_SECRETS)
    if not url.startswith(SCHEME) or parts.fragment:
        raise UsageError("the address of the store is none", hint=_FORM)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    user, _, places = parts.netloc.rpartition("@")
    if ":" in unquote(user) or any(name.casefold() in _PASSWORDS for name in options):
        raise UsageError(_READABLE, hint=_SECRETS)
    schema = options.pop("schema", SCHEMA)
    if not _NAME.fullmatch(schema):
        raise UsageError(f"{schema!r} is no name of a schema", hint="give small letters, digits and underscores")
    hosts, ports = _split(places)
    parameters = {
        "dbname": unquote(parts.path.removeprefix("/")),
        "user": unquote(user),
        "host": options.pop("host", hosts),
        "port": options.pop("port", ports),
        **options,
    }
    given = {name: value for name, value in parameters.items() if value}
    if not given.get("dbname") and "service" not in given and "PGDATABASE" not in os.environ:
        raise UsageError("the address of the store names no database", hint=_FORM)
    shown = f"{SCHEME}{places}/{given.get('dbname', '')}" + (f"?schema={schema}" if schema != SCHEMA else "")
    return Address(_with_tls(given), schema, shown)


def _split(places: str) -> tuple[str, str]:
    """Hosts and ports as libpq has them, ``a,b`` and ``5432,5433``."""
    hosts, ports = [], []
    for place in filter(None, places.split(",")):
        match = re.fullmatch(r"(\[[^\]]+\]|[^:]*)(?::(\d+))?", place)
        if match is None:
            raise UsageError(f"{place!r} is no host and port", hint=_FORM)
        hosts.append(unquote(match[1].strip("[]")))
        ports.append(match[2] or "")
    return ",".join(hosts), ",".join(ports) if any(ports) else ""


def _with_tls(parameters: dict[str, str]) -> dict[str, str]:
    """Off this machine the server's certificate is checked, unless the user says otherwise in so many words."""
    said = "sslmode" in parameters or "PGSSLMODE" in os.environ or "service" in parameters
    if said or all(map(_is_here, parameters.get("host", os.environ.get("PGHOST", "")).split(","))):
        return parameters
    safe = {**parameters, "sslmode": "verify-full"}
    own = Path("~/.postgresql/root.crt").expanduser()
    if "sslrootcert" not in safe and "PGSSLROOTCERT" not in os.environ and not own.exists():
        safe["sslrootcert"] = "system"
    return safe


def _is_here(host: str) -> bool:
    """Return whether a host is this machine: a socket's folder, no host at all, a loopback address."""
    if host in ("", "localhost") or host.startswith(("/", "@")):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


_FORM = "give postgresql://HOST/DATABASE"
_SECRETS = "keep it in ~/.pgpass (PGPASSFILE), in a service (PGSERVICE), or use a certificate"
