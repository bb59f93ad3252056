"""Serve the VirusTotal stand-in on this machine, for trials and tests; its answers are frozen samples."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from enrich.options import positive

HELP = "serve the VirusTotal stand-in on loopback"
RANK = 5


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8899, metavar="N", help="port on 127.0.0.1 (default 8899; 0: any)")
    parser.add_argument("--dataset", type=Path, metavar="PATH", help="JSON lines to answer from (default: the samples)")
    parser.add_argument("--synthetic", action="store_true", help="know every other hash too, by a made-up report")
    parser.add_argument("--per-minute", type=positive, metavar="N", help="refuse more than N calls a minute")
    parser.add_argument("--per-day", type=positive, metavar="N", help="refuse more than N calls a day")


def main(arguments: argparse.Namespace) -> int:
    from enrich.standin.options import Options
    from enrich.standin.server import serve_forever

    options = Options(
        dataset=arguments.dataset,
        synthetic=arguments.synthetic,
        per_minute=arguments.per_minute,
        per_day=arguments.per_day,
        port=arguments.port,
    )
    try:
        asyncio.run(serve_forever(options, _announce))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    return 0


def _announce(address: str) -> None:
    print(f"VirusTotal stand-in at {address}: frozen samples, not VirusTotal's word. Ctrl-C ends it.", file=sys.stderr)
