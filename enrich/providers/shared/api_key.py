"""Where the API key comes from, and a wrapper that keeps it out of every ``repr``. Never a flag: ``ps`` shows those."""

from __future__ import annotations

import importlib
import os
import re
import stat
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
    proxy_variable: str = ""
    """What the service's own tool reads its proxy from."""
    proxy_entry: str = ""
    """The proxy's name in ``file``."""
    file_option: str = "--key-file"
    """What names a file that holds this key."""

    @property
    def advice(self) -> str:
        where = f"in the environment variable {self.variables[0]}, or in a file named by {self.file_option}"
        return f"put it {where}; {self.offer}"


@dataclass(frozen=True, slots=True)
class Key:
    """The API key and where it was found; only ``place`` is ever shown."""

    secret: str = field(repr=False)
    place: str
    file: Path | None = None
    """The file that holds it; None where it stands in none."""

    @property
    def is_open_to_others(self) -> bool:
        """Whether other users of the machine may read its file. Windows keeps no such mode: False there."""
        if self.file is None or os.name == "nt":
            return False
        try:
            return bool(self.file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
        except OSError:
            return False


def find_key(
    places: KeyPlaces,
    key_file: Path | None,
    environment: Mapping[str, str] | None = None,
    home: Path | None = None,
    *,
    file_first: bool = False,
) -> Key:
    """Return the key from the environment, else ``key_file``, else the file in the user's home, else the keyring.

    ``file_first``: ``key_file`` stands on the command line, so it wins over the environment.
    Raises ``KeyProblem`` where none of them holds one, or where what one holds can be no key.
    """
    environment = os.environ if environment is None else environment
    for place, text, file in _looks(places, key_file, environment, home or _home(), file_first=file_first):
        if not text:
            continue
        secret = key_in(text, (*places.variables, places.entry))
        if not secret:
            raise KeyProblem(f"the {place} holds no API key", hint=places.form)
        if secret.split() != [secret]:
            raise KeyProblem(f"the API key from the {place} holds a space or a line break", hint=places.form)
        return Key(secret, place, file)
    raise KeyProblem("no API key was found", hint=places.advice)


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:  # a user without an entry, in a container
        return Path("/nonexistent")


def _looks(
    places: KeyPlaces, key_file: Path | None, environment: Mapping[str, str], home: Path, *, file_first: bool
) -> Iterator[tuple[str, str, Path | None]]:
    """Yield what each place holds, in order; later ones are looked at where the earlier ones hold nothing."""
    if key_file is not None and file_first:
        yield f"file {key_file}", _from_file(key_file, places), key_file
    for name in places.variables:
        yield f"environment variable {name}", environment.get(name, "").strip(), None
    if key_file is not None and not file_first:
        yield f"file {key_file}", _from_file(key_file, places), key_file
    own = home / places.file
    yield f"file {own}", entry_of(own, places.entry), own
    yield "system keyring", _from_keyring(places.user), None


_ASSIGNMENT = re.compile(
    r"""(?:(?:export|setx?(?:\s+/m)?)\s+|\$env:)?  # as sh, cmd.exe and PowerShell set a variable
        ["']?(?P<name>[A-Za-z_][\w-]*)["']?         # cmd.exe and JSON quote the name
        \s*[=:]\s*(?P<value>[^\s=].*)
        | setx\s+(?P<setx>\w+)\s+(?P<word>\S.*)""",
    re.VERBOSE | re.IGNORECASE,
)
_SHORTEST = 16
"""Characters of a key, where only a name before it says that it is one."""
_QUOTES = "\"'`\u2018\u2019\u201c\u201d"


def key_in(text: str, names: tuple[str, ...]) -> str:
    """Return the key that stands in ``text``: alone, in quotes, or in a line that sets a variable, as in ``.env``.

    Of several variables the one that ``names`` knows counts. What is no line of either kind comes back whole, for the
    caller to refuse; "" where there is no word at all.
    """
    lines = [line.strip().rstrip(";,").strip() for line in text.strip("\ufeff").splitlines()]
    lines = [line for line in lines if line and not line.startswith(("#", "//", "rem ", "REM "))]
    if not lines:
        return ""
    known = {name.casefold() for name in names}
    matches = [match for line in lines if (match := _ASSIGNMENT.fullmatch(line.strip("{}").strip())) is not None]
    values = [(match["name"] or match["setx"], match["value"] or match["word"]) for match in matches]
    ours = [value for name, value in values if name.casefold() in known]
    chosen = ours or [value for _, value in values if len(lines) == 1]
    value = chosen[0].partition(" #")[0] if chosen else "\n".join(lines)
    value = value.strip().rstrip(";,").strip().strip(_QUOTES).strip()
    return value if value.split() == [value] else _set_in(text, names) or value


def _set_in(text: str, names: tuple[str, ...]) -> str:
    """Return the one long word that stands behind a known name, however the line sets it: as ``setenv NAME word`` or
    ``SetEnvironmentVariable("NAME", "word", "User")``. "" where there is none, or several.
    """
    behind = rf"(?<![\w-])(?:{'|'.join(map(re.escape, names))})[\"']?[\s,=:]+[\"']?([\w-]{{{_SHORTEST},}})"
    words = set(re.findall(behind, text, re.IGNORECASE))
    return words.pop() if len(words) == 1 else ""


def decoded(data: bytes) -> str:
    """Return ``data`` as text in UTF-8 or UTF-16, with or without a mark: PowerShell's ``>`` writes the latter.

    Raises ``UnicodeDecodeError`` for what is neither.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    if b"\0" in data:  # a key is ASCII: every other byte of it is 0
        return data.decode("utf-16-be" if data[::2].count(0) > data[1::2].count(0) else "utf-16-le")
    return data.decode("utf-8-sig")


_LONGEST_FILE = 64 * 1024
"""Bytes. What is longer is no file of a key, whatever it is (a device, say)."""
_LIKE_A_KEY = re.compile(r"[0-9A-Fa-f]{32,}|(?=\S*\d)[\w-]{40,}")


def _from_file(path: Path, places: KeyPlaces) -> str:
    shown = "the key file" if _LIKE_A_KEY.fullmatch(path.name) else f"the key file {path}"
    try:
        with path.open("rb") as file:
            text = decoded(file.read(_LONGEST_FILE)).strip()
    except (OSError, UnicodeDecodeError, ValueError) as error:
        if shown != f"the key file {path}" and not isinstance(error, UnicodeDecodeError):
            raise KeyProblem(
                "what is named as the key file looks like a key itself",
                hint=f"write the key into a file and name that, or set {places.variables[0]}",
            ) from None
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise KeyProblem(f"{shown} cannot be read: {reason}", hint=places.advice) from None
    if not text:
        raise KeyProblem(f"{shown} is empty", hint=places.advice)
    return text


def entry_of(path: Path, entry: str) -> str:
    """Return what the service's own tool wrote; "" where there is none or it is broken (that tool's business)."""
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8")).get(entry, "")
    except (OSError, ValueError, RecursionError):
        return ""
    return value.strip() if isinstance(value, str) else ""


def _from_keyring(user: str) -> str:
    """Return the password of ``ioc-enrich`` / ``user``, where keyring is installed and a keyring answers."""
    try:
        keyring = importlib.import_module("keyring")
        errors = importlib.import_module("keyring.errors")
    except ImportError:
        return ""
    try:
        return (keyring.get_password("ioc-enrich", user) or "").strip()
    except errors.KeyringError:
        return ""
