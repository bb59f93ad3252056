"""Where the API key comes from, and a wrapper that keeps it out of every ``repr``. Never a flag: ``ps`` shows those."""

from __future__ import annotations

import importlib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from enrich.errors import KeyProblem

ADVICE = (
    "put it in the environment variable VT_API_KEY, or in a file named by --key-file; "
    "a free key comes with an account at https://www.virustotal.com"
)


@dataclass(frozen=True, slots=True)
class Key:
    """The API key and where it was found; only ``source`` is ever shown."""

    secret: str = field(repr=False)
    source: str


def find_key(key_file: Path | None, environment: Mapping[str, str] | None = None, home: Path | None = None) -> Key:
    """``VT_API_KEY``, else ``VTCLI_APIKEY``, else ``key_file``, else vt-cli's ``~/.vt.toml``, else the keyring.

    Raises ``KeyProblem`` where none of them holds one.
    """
    environment = os.environ if environment is None else environment
    for source, secret in _places(key_file, environment, home):
        if secret:
            return Key(_on_one_line(secret, source), source)
    raise KeyProblem("no API key was found", hint=ADVICE)


def _places(key_file: Path | None, environment: Mapping[str, str], home: Path | None) -> Iterator[tuple[str, str]]:
    """What each place holds, in their order; the later ones are looked at only where the earlier ones hold nothing."""
    for name in ("VT_API_KEY", "VTCLI_APIKEY"):
        yield f"environment variable {name}", environment.get(name, "").strip()
    if key_file is not None:
        yield f"file {key_file}", _from_file(key_file)
    vt_cli = (home or Path.home()) / ".vt.toml"
    yield f"file {vt_cli}", _from_vt_cli(vt_cli)
    yield "system keyring", _from_keyring()


def _on_one_line(secret: str, source: str) -> str:
    if secret.split() != [secret]:
        words = f"the API key from the {source} holds a space or a line break"
        raise KeyProblem(words, hint="it is one word of 64 hexadecimal digits")
    return secret


def _from_file(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text"
        raise KeyProblem(f"the key file {path} cannot be read: {reason}", hint=ADVICE) from None
    if not text:
        raise KeyProblem(f"the key file {path} is empty", hint=ADVICE)
    return text


def _from_vt_cli(path: Path) -> str:
    """What ``vt init`` wrote; "" where there is none or it is broken (vt-cli's own business)."""
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8")).get("apikey", "")
    except (OSError, ValueError, RecursionError):
        return ""
    return value.strip() if isinstance(value, str) else ""


def _from_keyring() -> str:
    """The entry ``ioc-enrich`` / ``virustotal``, where the keyring package is installed and a keyring answers."""
    try:
        keyring = importlib.import_module("keyring")
        errors = importlib.import_module("keyring.errors")
    except ImportError:
        return ""
    try:
        return (keyring.get_password("ioc-enrich", "virustotal") or "").strip()
    except errors.KeyringError:
        return ""
