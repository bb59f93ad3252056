"""The main job on the samples against the built-in stand-in: no key, no network beyond this machine."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from enrich.commands import _flags

HELP = "the main job on the samples, against a stand-in: no key, no network"
RANK = 4


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out-dir", type=Path, default=Path("out"), metavar="DIR", help="where the outputs go (default: out)"
    )
    _flags.add_options(parser, "words", ("json", "quiet"))


def main(arguments: argparse.Namespace) -> int:
    from enrich.commands._console import run_and_tell
    from enrich.commands._stand_in import in_background
    from enrich.key import Key
    from enrich.standin.samples import sample_inputs

    settings = _flags.settings_from(arguments)
    with in_background() as address:
        trial = replace(
            settings,
            out_dir=arguments.out_dir,
            store="memory:",
            virustotal_url=address,
            per_minute=-1,
            per_day=-1,
            per_month=-1,
        )
        return run_and_tell(trial, sample_inputs(), key=Key("demo-key-of-the-stand-in", "demo"))
