"""Settings as flags: every command takes the ones that mean something to it, all declared in ``settings``."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import Field, replace
from functools import partial
from pathlib import Path
from typing import Any

from enrich import registry
from enrich.cli.help import Parser
from enrich.cli.idle_options import PACE, check_idle
from enrich.config.load import load, parse_one
from enrich.config.parsing import Parse, kinds, some_path
from enrich.config.settings import Settings, flag, option_fields
from enrich.errors import UsageError
from enrich.model.indicator import kind_order
from enrich.providers import all_providers, options_of_sources, provider_options

READING = ("kinds", "column", "sheet", "encoding")
STORE = ("store",)
FRESHNESS = ("max_age", "max_age_unknown", "max_age_rising", "max_age_settled", "refresh", "offline")
NEVER_SENT = ("known_good", "never_send", "send_private_urls")
SERVICE = ("source", "proxy", "ca_bundle", "key_file", "timeout")
COLUMNS = ("columns", "all_columns", "malicious_from", "changes_only", "list")
OUTPUT = ("output", "out_dir", "in_place", "inbox", "format", "only_answers", "replace_answers")
PARTS = ("workers", "engine", "scheduler")
FILING = ("title", "case", "author", "tlp")
REPORT = ("lang", "timezone", "incident_date", "group_by", *FILING)
WORDS = ("fail_on", "json", "quiet", "verbose", "log_file", "audit", "metrics_file")


def add_inputs(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    """Add ``INPUT ...``, which may stand before, between and behind the options."""
    formats = registry.names("enrich.formats")
    parser.add_argument(
        "inputs",
        nargs="*" if optional else "+",
        type=Path,
        metavar="INPUT",
        help=f"files or patterns; - is standard input (formats: {' '.join(formats)})",
    )
    parser.set_defaults(further=("inputs", Path))


def add_config(parser: argparse.ArgumentParser) -> None:
    """Add ``--config``, for a command that calls ``settings_from``."""
    words = "take options from this file instead of the user's enrich.toml"
    parser.add_argument("--config", type=some_path, metavar="FILE", help=words)


def add_options(parser: argparse.ArgumentParser, title: str, names: Iterable[str]) -> None:
    """Add the options ``names`` under a heading of their own."""
    group = parser.add_argument_group(title)
    by_name = {item.name: item for item in option_fields()}
    for name in names:
        _add(group, by_name[name])
        if isinstance(parser, Parser) and name in _LISTS:
            parser.notes += (_LISTS[name],)


def add_options_of_sources(parser: argparse.ArgumentParser) -> None:
    for provider in all_providers():
        group = parser.add_argument_group(provider.TITLE)
        for item in provider_options(provider):
            if item.metadata["flag"]:
                _add(group, item)


def add_asking(parser: argparse.ArgumentParser, service: str = "sources and the way to them") -> None:
    """Add the options of a command that asks: when, how fast, what never, and whom, under the heading ``service``."""
    add_options(parser, "what is known already", STORE + FRESHNESS)
    add_options(parser, "pace and budget", PACE)
    add_options(parser, "never sent", NEVER_SENT)
    add_options(parser, service, SERVICE)
    add_options_of_sources(parser)


def _add(group: argparse._ArgumentGroup, item: Field[Any]) -> None:
    names = [name for name in (item.metadata["short"], flag(item.name)) if name]
    words = item.metadata["help"].replace("%", "%%")
    if item.metadata["family"]:
        words += f" ({', '.join(registry.names(item.metadata['family']))})"
    if isinstance(item.default, bool):
        group.add_argument(*names, dest=item.name, action="store_true", default=argparse.SUPPRESS, help=words)
        return
    action = "append" if item.metadata["many"] else "store"
    group.add_argument(
        *names,
        dest=item.name,
        action=action,
        type=typed(partial(_value, item)),
        default=argparse.SUPPRESS,
        metavar=item.metadata["metavar"] or None,
        help=words,
    )


def _value(item: Field[Any], text: str) -> Any:
    """Return a flag's value. ``UsageError`` for an empty one, as of an unset variable: no gate or list is to vanish."""
    if not text.strip() and item.default != "":
        raise UsageError("it is empty", hint="give a value, or leave it out")
    return parse_one(item, text)


def add_forms(parser: argparse.ArgumentParser) -> None:
    """List the forms of reports in the command's help."""
    if isinstance(parser, Parser):
        parser.notes += (_forms,)


def _forms() -> str:
    from enrich.reports import described  # noqa: PLC0415 - only where help is shown

    return "reports:\n" + "".join(f"  {suffixes}: {words}\n" for suffixes, words in described())


def _kinds() -> str:
    from enrich.indicators import types  # noqa: PLC0415 - only where help is shown

    looked_up = sorted((kind for kind in types().values() if kind.LOOKED_UP), key=lambda kind: kind_order(kind.KIND))
    return "kinds:\n" + "".join(f"  {kind.KIND}: {kind.TITLE}\n" for kind in looked_up)


def _sources() -> str:
    return "sources:\n" + "".join(f"  {provider.NAME}: {provider.TITLE}\n" for provider in all_providers())


_LISTS = {"kinds": _kinds, "source": _sources}
"""What lists the members that an option's value may be, in the lines below all options."""


def typed(parse: Parse) -> Parse:
    """Return ``parse`` as a flag's type: its ``UsageError`` is told as argparse tells errors, with the flag's name."""

    def parsed(text: str) -> Any:
        try:
            return parse(text)
        except UsageError as error:
            raise argparse.ArgumentTypeError(error.one_line) from error

    return parsed


def options_on_command_line(arguments: argparse.Namespace) -> dict[str, Any]:
    known = {item.name for item in (*option_fields(), *options_of_sources())}
    values = {name: value for name, value in vars(arguments).items() if name in known}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def settings_from(arguments: argparse.Namespace, *, every_kind: bool = False) -> Settings:
    """Return flags over environment over file. ``every_kind``: what is looked up where nobody says it.

    ``UsageError`` where an option of the command line would do nothing.
    """
    settings = load(options_on_command_line(arguments), config=arguments.config, of_sources=options_of_sources())
    if every_kind and "kinds" not in settings.places:
        settings = replace(settings, kinds=kinds("all"))
    check_idle(settings)
    return settings
