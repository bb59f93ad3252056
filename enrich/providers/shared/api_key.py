"""Where the API key comes from, and a wrapper that keeps it out of every ``repr``. Never a flag: ``ps`` shows those."""

from __future__ import annotations

import importlib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from enrich.errors import KeyProblem


@dataclass(frozen=True, slots=True)
class KeyPlaces:
    """Where one service's key is looked for besides ``--key-file``, and what is said of it."""

    variables: tuple[str, ...]
    """Of the environment, in their order."""
    file: str
    """A TOML file in the user's home, which the service's own tool wrote."""
    entry: str
    """The key's name in that file."""
    user: str
    """Whose password it is in the system keyring, for the service ``ioc-enrich``."""
    form: str
    """What a key looks like, in words."""
    offer: str
    """Where one is to be had, in words."""

    @property
    def advice(self) -> str:
        return f"put it in the environment variable {self.variables[0]}, or in a file named by --key-file; {self.offer}"


@dataclass(frozen=True, slots=True)
class Key:
    """The API key and where it was found; only ``source`` is ever shown."""

    secret: str = field(repr=False)
    source: str


def find_key(
    places: KeyPlaces,
    key_file: Path | None,
    environment: Mapping[str, str] | None = None,
    home: Path | None = None,
) -> Key:
    """From the environment, else ``key_file``, else the file in the user's home, else the keyring.

    Raises ``KeyProblem`` where none of them holds one.
    """
    environment = os.environ if environment is None else environment
    for source, secret in _looks(places, key_file, environment, home or Path.home()):
        if secret:
            if secret.split() != [secret]:
                raise KeyProblem(f"the API key from the {source} holds a space or a line break", hint=places.form)
            return Key(secret, source)
    raise KeyProblem("no API key was found", hint=places.advice)


def _looks(
    places: KeyPlaces, key_file: Path | None, environment: Mapping[str, str], home: Path
) -> Iterator[tuple[str, str]]:
    """What each place holds, in their order; the later ones are looked at only where the earlier ones hold nothing."""
    for name in places.variables:
        yield f"environment variable {name}", environment.get(name, "").strip()
    if key_file is not None:
        yield f"file {key_file}", _from_file(key_file, places.advice)
    own = home / places.file
    yield f"file {own}", _from_toml(own, places.entry)
    yield "system keyring", _from_keyring(places.user)


def _from_file(path: Path, advice: str) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text"
        raise KeyProblem(f"the key file {path} cannot be read: {reason}", hint=advice) from None
    if not text:
        raise KeyProblem(f"the key file {path} is empty", hint=advice)
    return text


def _from_toml(path: Path, entry: str) -> str:
    """What the service's own tool wrote; "" where there is none or it is broken (that tool's business)."""
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8")).get(entry, "")
    except (OSError, ValueError, RecursionError):
        return ""
    return value.strip() if isinstance(value, str) else ""


def _from_keyring(user: str) -> str:
    """The password of ``ioc-enrich`` / ``user``, where the keyring package is installed and a keyring answers."""
    try:
        keyring = importlib.import_module("keyring")
        errors = importlib.import_module("keyring.errors")
    except ImportError:
        return ""
    try:
        return (keyring.get_password("ioc-enrich", user) or "").strip()
    except errors.KeyringError:
        return ""
