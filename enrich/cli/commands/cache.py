"""The store of answers: how large and how old it is, and moving it between machines."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enrich.cli import flags
from enrich.cli.terminal import print_line
from enrich.clock import Clock
from enrich.config.parsing import duration
from enrich.errors import InputError
from enrich.providers.shared.origin import provider_of

if TYPE_CHECKING:
    from enrich.model.finding import Finding
    from enrich.stores import Info, Store

HELP = "the store: size, age, move between machines"
RANK = 7


def add(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    info = actions.add_parser("info", help="how many answers, how old, how large")
    export = actions.add_parser("export", help="all answers and their history as JSON lines")
    export.add_argument("file", nargs="?", type=Path, help="default: stdout")
    merge = actions.add_parser("import", help="take in exported lines; the newer answer wins, history is joined")
    merge.add_argument("file", type=Path, help="- is standard input")
    clear = actions.add_parser("clear-holds", help="lift the waits that a service asked for, and ask again at once")
    prune = actions.add_parser("prune", help="drop old answers, or only the kept bodies")
    prune.add_argument("--older-than", type=flags.typed(duration), required=True, metavar="AGE", help="say 180d")
    prune.add_argument(
        "--bodies-only", action="store_true", help="keep the answers, drop the bodies they were read from"
    )
    for action in (info, export, merge, prune, clear):
        flags.add_config(action)
        flags.add_options(action, "settings", flags.STORE)


def main(arguments: argparse.Namespace, clock: Clock) -> int:
    from enrich.pipeline.path_uses import PathUse, check_uses, uses_of
    from enrich.stores import open_store

    settings = flags.settings_from(arguments)
    if getattr(arguments, "file", None) is not None:
        writes = arguments.action == "export"
        check_uses([*uses_of(settings), PathUse("the file of answers", arguments.file, writes=writes)])
    with closing(open_store(settings.store_url, clock)) as store:
        if arguments.action == "info":
            for name, value in described(store.info()):
                print(f"{name:18}{value}")
        elif arguments.action == "export":
            _export(store, arguments.file)
        elif arguments.action == "import":
            new = store.merge(records_of(arguments.file), check=partial(_contradiction, clock.time()))
            print_line(f"{new:,} answers were new; that they are the service's own is taken on the file's word")
        elif arguments.action == "clear-holds":
            print_line(f"{store.clear_holds()} waits lifted")
        else:
            before = clock.time() - arguments.older_than.total_seconds()
            print_line(f"{store.prune(before, bodies_only=arguments.bodies_only)} dropped")
    return 0


def described(info: Info) -> Iterator[tuple[str, str]]:
    """Yield what a store holds, in words."""
    statuses = ", ".join(f"{count:,} {status.value}" for status, count in info.statuses.items())
    yield "store", info.url
    yield "size", f"{info.size / 1e6:,.1f} MB"
    yield "answers", f"{info.objects:,}" + (f": {statuses}" if statuses else "")
    yield "earlier answers", f"{info.past:,}"
    yield "reports kept", f"{info.bodies:,}, {info.body_size / 1e6:,.1f} MB"
    if info.oldest and info.newest:
        yield "oldest, newest", f"{info.oldest:%Y-%m-%d %H:%M} to {info.newest:%Y-%m-%d %H:%M} UTC"
    if len(info.origins) > 1 or any("@" in origin for origin in info.origins):
        for origin, count in info.origins.items():
            elsewhere = "; another host's, no run against the service itself sees them" if "@" in origin else ""
            yield "answered by", f"{origin}: {count:,}{elsewhere}"
    if len(info.machines) > 1:
        hosts = ", ".join(f"{host} ({seen:%Y-%m-%d %H:%M} UTC)" for host, seen in info.machines.items())
        yield "used on", f"{hosts}: copies of one file count one key's calls apart"
    for account, until in info.holds.items():
        hint = "`enrich cache clear-holds` lifts it"
        yield "asked to wait", f"until {until:%Y-%m-%d %H:%M:%S} UTC, with the key {account}; {hint}"
    for account, used in info.ledger.items():
        yield "calls booked", f"{used.day:,} today, {used.month:,} this month with the key {account}"


def _contradiction(now: float, finding: Finding) -> str:
    """Return what the provider whose answer ``finding`` is finds that cannot be true; "" where it says nothing."""
    from enrich.registry import entries

    module = entries("enrich.providers").get(provider_of(finding.origin))
    check = getattr(module, "contradiction", None)
    return str(check(finding, now)) if check is not None else ""


def _export(store: Store, path: Path | None) -> None:
    from enrich.files.atomic import atomic

    lines = (json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in store.export())
    if path is None:
        sys.stdout.writelines(lines)
        return
    with atomic(path) as file:
        file.writelines(line.encode() for line in lines)


def records_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of an exported file, ``-`` being standard input; ``InputError`` with the line that is none."""
    try:
        with sys.stdin.buffer if str(path) == "-" else path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _record(line, f"{path}: line {number}")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def _record(line: bytes, place: str) -> dict[str, Any]:
    hint = "it must come from `enrich cache export`"
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place} is not JSON", hint=hint) from error
    if not isinstance(record, dict):
        raise InputError(f"{place} is not a record", hint=hint)
    return record
