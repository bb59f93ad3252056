"""Print the JSON Schema of what machines read: a run's summary (--json), or the whole result (result.json)."""

from __future__ import annotations

import argparse

from enrich.clock import Clock

HELP = "the JSON Schema of --json or of result.json"
RANK = 12


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("document", choices=("summary", "result"), help="summary is what `enrich run --json` prints")


def main(arguments: argparse.Namespace, clock: Clock) -> int:
    if arguments.document == "summary":
        from enrich.logs.summary import SCHEMA_FILE
    else:
        from enrich.reports.shared.document import SCHEMA_FILE
    print(SCHEMA_FILE.read_text(encoding="utf-8").rstrip("\n"))
    return 0
