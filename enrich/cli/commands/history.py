"""The stored answers about an indicator over time, oldest first. No key, no network."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

from enrich.cli import flags
from enrich.clock import Clock, iso
from enrich.errors import UsageError

if TYPE_CHECKING:
    from enrich.model.finding import Past
    from enrich.model.indicator import Indicator

HELP = "the stored answers about an indicator over time"
RANK = 8


def add(parser: argparse.ArgumentParser) -> None:
    flags.add_config(parser)
    parser.add_argument("hashes", nargs="+", metavar="HASH", help="a hash, domain, IP address or URL, defanged or not")
    flags.add_options(parser, "settings", (*flags.STORE, "json"))


def main(arguments: argparse.Namespace, clock: Clock) -> int:
    from enrich.pipeline.changes import story
    from enrich.stores import open_store

    settings = flags.settings_from(arguments)
    asked = [_indicator(text) for text in arguments.hashes]
    with closing(open_store(settings.store_url, clock)) as store:
        usual = settings.source[0]  # it needs no heading
        origins = sorted(store.info().origins, key=lambda origin: (origin != usual, origin))
        by_origin = {origin: store.history(origin, asked) for origin in origins}
    past = {name: {origin: answers[name] for origin, answers in by_origin.items() if name in answers} for name in asked}
    if settings.json:
        print(json.dumps([{"hash": name.value, "answers": _plain(past[name])} for name in asked]))
        return 0
    for name in asked:
        print(name.value)
        if not past[name]:
            print("  no answer is stored")
        for origin, answers in past[name].items():
            if origin != usual:
                print(f"  answered by {origin}:")
            for line in story(answers):
                print(f"  {line}" if origin == usual else f"    {line}")
    return 0


def _indicator(text: str) -> Indicator:
    """Return what a user means by ``text``, of any kind that is looked up."""
    from enrich.indicators import types
    from enrich.model.indicator import Indicator
    from enrich.pipeline.answered_rows import values_in

    looked_up = [name for name, kind in types().items() if kind.LOOKED_UP]
    values = [value for value in values_in([text.strip()], looked_up) if not value.reason]
    if len(values) != 1:
        raise UsageError(f"{text!r} is no indicator", hint="give a hash, a domain, an IP address or a URL")
    return Indicator(values[0].kind, values[0].text)


def _plain(by_origin: dict[str, list[Past]]) -> list[dict[str, Any]]:
    return [
        {
            "source": origin,
            "at": iso(answer.fetched_at),
            "origin": origin,
            "status": answer.status.value,
            "malicious": answer.malicious,
            "engines": answer.engines,
        }
        for origin, answers in by_origin.items()
        for answer in answers
    ]
