"""The main job on the samples against the built-in stand-in: no key, no network beyond this machine."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from enrich import indicators
from enrich.cli import flags
from enrich.clock import Clock
from enrich.config.parsing import UNLIMITED
from enrich.config.settings import Settings

SOURCES = ("virustotal", "hashlookup", "malwarebazaar")
REPORTS = ("report.html", "report.pdf", "report.md", "result.json")
HELP = "the main job on the samples, against a stand-in: no key"
RANK = 4


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out-dir", type=Path, default=Path("out"), metavar="DIR", help="where the outputs go (default: out)"
    )
    flags.add_options(parser, "reports", flags.REPORT)
    flags.add_options(parser, "words", ("json", "quiet"))


def main(arguments: argparse.Namespace, clock: Clock) -> int:
    from enrich.cli.console import run_and_tell
    from enrich.cli.standin_thread import in_background
    from enrich.cli.terminal import print_line
    from enrich.providers.shared.api_key import Key
    from enrich.standin.samples import sample_inputs

    # the user's own proxy, budget and columns are no part of a demo
    settings = Settings(**flags.options_on_command_line(arguments))
    names = reports()
    if left_out := ", ".join(name for name in REPORTS if name not in names):
        print_line(f"note: left out for want of libraries: {left_out}; `enrich doctor` says how to get them")
    with in_background() as address:
        trial = replace(
            settings,
            out_dir=arguments.out_dir,
            output=tuple(arguments.out_dir / name for name in names),
            store="memory:",
            source=SOURCES,
            kinds=tuple(indicators.kinds()),
            providers={
                f"{name}_{option}": value
                for name in SOURCES
                for option, value in (("url", address), ("per_minute", UNLIMITED), ("per_day", UNLIMITED))
            },
            per_minute=UNLIMITED,
            per_day=UNLIMITED,
            per_month=UNLIMITED,
        )
        keys = dict.fromkeys(SOURCES, Key("demo-key-of-the-stand-in", "demo"))
        return run_and_tell(trial, sample_inputs(), clock, key=keys)


def reports() -> list[str]:
    """Return the reports that can be made with what is installed."""
    from enrich.reports import forms, lacking

    known = forms()
    return [name for name in REPORTS if not lacking(known[Path(name).suffix])]
