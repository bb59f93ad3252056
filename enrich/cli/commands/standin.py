"""Serve the VirusTotal stand-in on this machine, for trials and tests; its answers are frozen samples."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from enrich.cli import flags
from enrich.clock import Clock
from enrich.config.parsing import Parse, comma_list, number, port, positive
from enrich.errors import UsageError

HELP = "serve the VirusTotal stand-in on loopback"
RANK = 5


def add(parser: argparse.ArgumentParser) -> None:
    def option(name: str, parse: Parse, metavar: str, words: str, default: float | None = None) -> None:
        parser.add_argument(name, type=flags.typed(parse), metavar=metavar, default=default, help=words)

    option("--port", port, "N", "port on 127.0.0.1 (default 8899; 0: any)", 8899)
    parser.add_argument("--dataset", type=Path, metavar="PATH", help="JSON lines to answer from (default: the samples)")
    parser.add_argument("--synthetic", action="store_true", help="know every other hash too, by a made-up report")
    option("--per-minute", positive, "N", "refuse more than N calls a minute")
    windows = ("sliding", "fixed", "both")
    parser.add_argument("--window", choices=windows, help="how a minute is counted (default sliding)")
    option("--latency", number(), "S", "seconds until an answer", 0.0)
    option("--jitter", number(), "S", "up to so many seconds more on the way in", 0.0)
    option("--fault-rate", number(most=1), "SHARE", "share of requests that go wrong", 0.0)
    faults = "only these, say 503,reset,html-200 (default: all)"
    parser.add_argument("--faults", type=comma_list, default=(), metavar="A,B", help=faults)
    option("--per-day", positive, "N", "refuse more than N calls a day")


def main(arguments: argparse.Namespace, clock: Clock) -> int:
    import asyncio

    from enrich.standin.options import Fault, Faults, Latency, StandinOptions, Window
    from enrich.standin.server import serve_forever

    unknown = set(arguments.faults) - set(Fault)
    if unknown:
        raise UsageError(f"no fault is called {min(unknown)!r}", hint=f"there are {', '.join(Fault)}")
    if arguments.window is not None and arguments.per_minute is None:
        raise UsageError("--window says how the calls of --per-minute are counted", hint="add --per-minute 4")
    kinds = tuple(map(Fault, arguments.faults)) or tuple(Fault)
    options = StandinOptions(
        dataset=arguments.dataset,
        synthetic=arguments.synthetic,
        per_minute=arguments.per_minute,
        per_day=arguments.per_day,
        window=Window(arguments.window or Window.SLIDING),
        latency=Latency(way_in=arguments.latency, way_in_jitter=arguments.jitter),
        faults=Faults(rate=arguments.fault_rate if arguments.fault_rate or not arguments.faults else 1.0, kinds=kinds),
        port=arguments.port,
    )
    try:
        asyncio.run(serve_forever(options, _announce))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    return 0


def _announce(address: str) -> None:
    from enrich.cli.terminal import print_line

    print_line(f"VirusTotal stand-in at {address}: frozen samples, not VirusTotal's word. Ctrl-C ends it.")
    key = '$env:VT_API_KEY = "trial"; ' if os.name == "nt" else "VT_API_KEY=trial "
    print_line("in another terminal, with any word for a key:")
    print_line(f"  {key}enrich run FILE --virustotal-url {address} --store memory:")
