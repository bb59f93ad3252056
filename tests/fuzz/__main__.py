"""``python -m tests.fuzz [--seconds N] [--seed N] [--case N]``: broken files at every reader; every failure is kept."""

from __future__ import annotations

import argparse
import os
import secrets
from pathlib import Path

from tests.fuzz.campaign import many, one


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--case", type=int, help="this case of --seed alone, with its traceback")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--keep", type=Path, default=Path("out/fuzz"), help="failing files go here")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    if arguments.case is not None:
        return one(arguments.seed, arguments.case, arguments.keep)
    return many(arguments.seed, arguments.seconds, arguments.jobs, arguments.keep)


if __name__ == "__main__":
    raise SystemExit(main())
