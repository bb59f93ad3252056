"""List the columns that a run can append, what each holds, and which stand there unless others are chosen."""

from __future__ import annotations

import argparse
import json
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from enrich.cli import flags
from enrich.clock import Clock

if TYPE_CHECKING:
    from enrich.model.column import Column

HELP = "the columns there are, and what each holds"
RANK = 11


def add(parser: argparse.ArgumentParser) -> None:
    flags.add_config(parser)
    parser.add_argument("--markdown", action="store_true", help="as a table in Markdown")
    flags.add_options(parser, "settings", ("source", "json"))
    flags.add_options_of_sources(parser)


def main(arguments: argparse.Namespace, clock: Clock) -> int:
    from enrich.pipeline.sources import sources_of

    settings = flags.settings_from(arguments)
    columns = [column for source in sources_of(settings) for column in source.columns]
    if settings.json:
        print(json.dumps([plain(column) for column in columns]))
        return 0
    for line in markdown(columns) if arguments.markdown else lines(columns):
        print(line)
    return 0


def plain(column: Column) -> dict[str, str | bool | list[str]]:
    return {
        "name": column.name,
        "title": column.title,
        "type": column.type.value,
        "default": column.default,
        "kinds": list(column.kinds),
        "help": column.help,
    }


def lines(columns: Sequence[Column]) -> Iterator[str]:
    """Yield a table for a terminal: the default set first."""
    width = shutil.get_terminal_size().columns - 1
    indent = max(len(column.name) for column in columns) + 4
    groups = (
        ("appended by default:", [c for c in columns if c.default and not c.kinds]),
        ("appended with --kinds of other indicators than hashes:", [c for c in columns if c.default and c.kinds]),
        ("with --all-columns, or by name with --columns:", [c for c in columns if not c.default]),
    )
    for title, of_group in groups:
        if of_group:
            yield title
            for column in of_group:
                text = f"  {column.name:{indent - 4}}  {column.help}"
                yield textwrap.fill(text, width, subsequent_indent=" " * indent, break_on_hyphens=False)


def markdown(columns: Sequence[Column]) -> Iterator[str]:
    """Yield the default set as README's table."""
    yield "| column | what it says |"
    yield "|---|---|"
    yield from (f"| `{column.name}` | {column.help} |" for column in columns if column.default and not column.kinds)
