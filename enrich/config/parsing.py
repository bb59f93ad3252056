"""Declares options and parses their texts: which words a user may write, and the error for all others."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from enrich.errors import UsageError
from enrich.exit_codes import GATES

Parse = Callable[[str], Any]
TLP = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
"""The labels of the Traffic Light Protocol 2.0: https://www.first.org/tlp/"""
UNLIMITED = -1
"""What ``--per-minute unlimited`` is kept as; None stands for "as the service says"."""


def option(
    default: Any,
    words: str,
    parse: Parse = str,
    *,
    many: bool = False,
    metavar: str = "",
    short: str = "",
    flag: bool = True,
    family: str = "",
) -> Any:
    """Return a field that is an option; ``many`` makes it repeatable (a tuple), a bool default makes it a switch.

    Without ``flag`` it is for the environment and the TOML file alone. ``family`` is the package whose members are its
    values: the help names them.
    """
    meta = {"help": words, "parse": parse, "many": many, "metavar": metavar, "short": short, "flag": flag}
    meta["family"] = family
    return field(default=default, metadata=meta)


def some_path(text: str) -> Path:
    """Return a path; ``~`` is the user's home, which no shell puts in for the environment, a unit or
    ``enrich.toml``.
    """
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{text}: nobody's home is known by that name") from error


def duration(text: str) -> timedelta:
    """Return what ``90m``, ``12h``, ``7d``, ``2w`` stand for; a bare number is days."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhdw]?)", text.strip())
    if match is None:
        raise UsageError(f"{shown(text)} is not a duration", hint="write a number and one of s, m, h, d, w: 7d")
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400, "": 86400, "w": 604800}[match[2]]
    try:
        return timedelta(seconds=float(match[1]) * seconds)
    except OverflowError as error:
        raise UsageError(f"{shown(text)} is too long a duration") from error


def rate(text: str) -> int:
    """Return a whole number of at least 1, or ``unlimited``."""
    if text.strip().lower() in ("unlimited", "none", "inf"):
        return UNLIMITED
    value = count(text)
    if value < 1:
        raise UsageError("a rate is at least 1, or 'unlimited'")
    return value


LARGEST = 10**15 - 1
"""More than anything that is counted here."""


def shown(text: str) -> str:
    """Return what a user wrote in quotes, cut where it is long."""
    return repr(text if len(text) <= 60 else f"{text[:50]}...")


def count(text: str) -> int:
    """Return a whole number of at least 0."""
    digits = text.strip()
    if not digits.isdecimal():
        raise UsageError(f"{shown(text)} is not a whole number of at least 0")
    if len(digits.lstrip("0")) > len(str(LARGEST)):  # int() itself refuses some thousand digits
        raise UsageError(f"{shown(text)} is too large a number")
    return int(digits)


def positive(text: str) -> int:
    value = count(text)
    if value < 1:
        raise UsageError(f"{shown(text)} is not a whole number of at least 1")
    return value


def number(least: float = 0, most: float = math.inf) -> Parse:
    """Return what reads a number from ``least`` to ``most``."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most or value == math.inf:
            limits = f"of at least {least:g}" if most == math.inf else f"from {least:g} to {most:g}"
            raise UsageError(f"{shown(text)} is not a number {limits}")
        return value

    return parse


def port(text: str) -> int:
    value = count(text)
    if value > 65_535:
        raise UsageError(f"{shown(text)} is no port: they end at 65535")
    return value


def clock_time(text: str) -> time:
    """Return the time of day that ``HH:MM`` stands for: 24 hours, the machine's own zone."""
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{shown(text)} is not a time of day", hint="write it as HH:MM, for example 06:30") from error


def day(text: str) -> date:
    """Return the day that ``YYYY-MM-DD`` stands for: one of the calendar, the same in every zone."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{shown(text)} is not a date", hint="write it as YYYY-MM-DD") from error


def comma_list(text: str) -> tuple[str, ...]:
    """Return the names that commas part; ``UsageError`` where commas are all there is."""
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    if not names and text.strip():
        raise UsageError(f"{shown(text)} names nothing")
    return names


def encoding_name(text: str) -> str:
    """Return the name of an encoding; an unknown one is refused before an input is blamed for it."""
    from enrich.files.encoding import USUAL_NAMES, is_of_text  # noqa: PLC0415 - loads what finds encodings out

    if not is_of_text(text):
        raise UsageError(f"{text!r} is no encoding of text files; try {USUAL_NAMES}")
    return text


def choice(*allowed: str) -> Parse:
    def parse(text: str) -> str:
        if text not in allowed:
            meant = nearest(text, allowed)
            hint = f"did you mean {meant}?" if meant else ""
            raise UsageError(f"{shown(text)} is none of {', '.join(allowed)}", hint=hint)
        return text

    return parse


def tlp(text: str) -> str:
    """Return a label of the Traffic Light Protocol 2.0, with or without its prefix; ``WHITE`` is what ``CLEAR`` was
    called.
    """
    label = text.strip().upper().removeprefix("TLP:").replace("WHITE", "CLEAR")
    return str(choice(*TLP)(label))


def kinds(text: str) -> tuple[str, ...]:
    """Kinds of indicator that can be looked up, separated by commas; ``all`` is each of them."""
    from enrich.registry import entries  # noqa: PLC0415 - only where they are named

    known = [name for name, member in entries("enrich.indicators").items() if member.LOOKED_UP]
    wanted = comma_list(text.lower())
    if "all" in wanted:
        return tuple(known)
    if unknown := [kind for kind in wanted if kind not in known] or not wanted:
        named = unknown[0] if isinstance(unknown, list) else text
        raise UsageError(f"{named!r} is no kind that is looked up", hint=f"there are {', '.join(known)}, and all")
    return wanted


def gates(text: str) -> tuple[str, ...]:
    """Return the ``GATES`` named in a text, which commas part."""
    return tuple(map(choice(*GATES), comma_list(text)))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the member of ``known`` which a mistyped ``word`` was most likely meant to be; "" where none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - only where a word is wrong

    names = {name.lstrip("-"): name for name in known}  # the dashes of options would make all of them alike
    bare = word.lstrip("-")
    starts = [name for name in names if bare and name.startswith(bare)]
    found = starts if len(starts) == 1 else get_close_matches(bare, names, n=1, cutoff=0.6)
    return names[found[0]] if found else ""
