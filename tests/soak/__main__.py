"""``python -m tests.soak [--quick] [PART...]``: every promise on its own line, PASS or FAIL, with its figures."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from tests.soak import disk, faults, inputs, kills, several, signals, team, trouble
from tests.soak.check import QUICK, USUAL

PARTS = {
    "inputs": inputs,
    "several": several,
    "team": team,
    "signals": signals,
    "trouble": trouble,
    "disk": disk,
    "faults": faults,
    "kills": kills,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="PART", help=f"some of: {' '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="a little of everything, in a few minutes at most")
    arguments = parser.parse_args()
    size = QUICK if arguments.quick else USUAL
    failed = 0
    for name in arguments.parts or PARTS:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="ioc-enrich-soak-") as folder:
            for check in PARTS[name].checks(size, Path(folder)):
                print(check, flush=True)
                failed += not check.passed
        print(f"      ({name}: {time.monotonic() - began:.0f} s)", flush=True)
    print(f"{failed} checks failed" if failed else "every check passed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
