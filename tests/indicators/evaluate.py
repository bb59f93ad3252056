"""How well domains, addresses and URLs are found in lists whose truth is known: by hand, and as a test.

python -m tests.indicators.evaluate LISTS TRUTH.csv
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from enrich.formats import open_document
from enrich.indicators.shared.domain_name import canonical as domain
from enrich.indicators.shared.ip_address import canonical as address
from enrich.indicators.shared.url_form import canonical as url
from enrich.model.sighting import Found
from enrich.scan import scan_sheet

KINDS = ("domain", "ip", "url")
OTHER = ("lookalike", "reference", "victim")
"""What must not be taken for an indicator."""


class Value(NamedTuple):
    kind: str
    value: str


class Outcome(NamedTuple):
    """Of all files: the values that were due, those of them found, what is no indicator, and those of that taken."""

    due: int
    missed: list[tuple[str, Value]]
    others: int
    taken: list[tuple[str, Value]]
    beyond: list[tuple[str, Value]]
    """Taken, and of no class in the truth."""


def truth(path: Path) -> dict[str, dict[str, set[Value]]]:
    """By file and class, in the canonical forms of the project."""
    found: dict[str, dict[str, set[Value]]] = defaultdict(lambda: defaultdict(set))
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["file"]][row["class"]].add(_canonical(row["kind"], row["value"]))
    return found


def _canonical(kind: str, value: str) -> Value:
    match kind:
        case "ipv4" | "ipv6":
            return Value("ip", address(value) or value)
        case "url":
            return Value("url", url(value) or value)
        case "url_noscheme":
            return Value("url", url(f"http://{value}") or value)
        case "domain":
            return Value("domain", domain(value) or value)
    return Value(kind, value)


def found_in(path: Path) -> set[Value]:
    """What a scan of the file takes for indicators."""
    document = open_document(path)
    try:
        return {
            Value(sighting.kind, sighting.value)
            for sheet in document.sheets
            for sighting in scan_sheet(
                sheet, document.rows(sheet), declared_header=document.header_row(sheet), file=path.name, kinds=KINDS
            )
            if sighting.found is Found.INDICATOR and sighting.kind in KINDS
        }
    finally:
        document.close()


def evaluate(lists: Path, known: dict[str, dict[str, set[Value]]]) -> Outcome:
    missed, taken, beyond = [], [], []
    due = others = 0
    for name, classes in sorted(known.items()):
        found = found_in(lists / name)
        indicators = classes["indicator"]
        wrong = set().union(*(classes[of] for of in OTHER)) - indicators
        due += len(indicators)
        others += len(wrong)
        missed += [(name, value) for value in sorted(indicators - found)]
        taken += [(name, value) for value in sorted(wrong & found)]
        beyond += [(name, value) for value in sorted(found - set().union(*classes.values()))]
    return Outcome(due, missed, others, taken, beyond)


def main(lists: str, path: str) -> None:
    outcome = evaluate(Path(lists), truth(Path(path)))
    for title, values in (("missed", outcome.missed), ("taken", outcome.taken), ("beyond", outcome.beyond)):
        for name, value in values:
            print(f"{title:7} {name[:50]:50} {value.kind:6} {value.value[:110]}")
    found = outcome.due - len(outcome.missed)
    print(
        f"found {found} of {outcome.due} ({found / outcome.due:.2%}); taken {len(outcome.taken)} of {outcome.others} others; {len(outcome.beyond)} of no class"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
