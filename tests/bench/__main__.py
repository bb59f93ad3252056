"""``python -m tests.bench [--quick | --full] [PART...]``: every figure beside its bar; always all of them, met or not."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from tests.bench import lookups, measure, pace, parts, path, reports, sheets, store, team

PARTS = {
    "path": path,
    "store": store,
    "team": team,
    "lookups": lookups,
    "sheets": sheets,
    "pace": pace,
    "reports": reports,
    "parts": parts,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=measure.__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="PART", help=f"some of: {' '.join(PARTS)}")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--quick", action="store_true", help="small sizes, to see that it runs")
    how.add_argument("--full", action="store_true", help="the sizes of the claims; takes long")
    arguments = parser.parse_args()
    size = measure.QUICK if arguments.quick else measure.FULL if arguments.full else measure.USUAL
    missed = 0
    for name in arguments.parts or PARTS:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="ioc-enrich-bench-") as folder:
            for figure in PARTS[name].figures(size, Path(folder)):
                print(figure, flush=True)
                missed += not figure.met
        print(f"  ({name}: {time.monotonic() - began:.0f} s)", flush=True)
    print(f"{missed} bars are not met" if missed else "every bar is met")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
