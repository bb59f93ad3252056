"""How well domains, addresses and URLs are found in lists whose truth is known: by hand, and as a test.

python -m tests.indicators.evaluate LISTS TRUTH.csv
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from enrich.formats import open_document
from enrich.indicators import SILENT, Link, Reading, Says
from enrich.indicators.shared import headings
from enrich.indicators.shared.candidates import candidates
from enrich.indicators.shared.domain_name import canonical as domain
from enrich.indicators.shared.ip_address import canonical as address
from enrich.indicators.shared.matching import matches
from enrich.indicators.shared.url_form import canonical as url
from enrich.model.row import Row
from enrich.model.sighting import Found

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
            value for sheet in document.sheets for value in _in_sheet(document.rows(sheet), document.header_row(sheet))
        }
    finally:
        document.close()


def _in_sheet(rows: Iterator[Row], header: int | None) -> Iterator[Value]:
    names: list[str] = []
    title = SILENT
    strong, weak = set(), set()
    for row in rows:
        if header is not None and row.number == header:
            names = list(row.texts)
            continue
        filled = [text for text in row.texts if text.strip()]
        if len(filled) == 1 and not any(c.defanged for c in candidates(filled[0])) and _is_title(filled[0]):
            title = headings.reads(filled[0], Link.TITLE)
            continue
        for column, text in enumerate(row.texts):
            expected = _expected(names, row.texts, column)
            for kind in KINDS:
                for match in matches(kind, text, expected):
                    if match.found is not Found.INDICATOR:
                        continue
                    chain = (match.own, expected, title)
                    says = next((r.says for r in chain if r.says in (Says.INDICATOR, Says.OTHER)), Says.NOTHING)
                    if says is Says.OTHER:
                        continue
                    (weak if match.weak else strong).add(Value(kind, match.value))
    yield from strong
    if not strong:
        yield from weak


def _is_title(text: str) -> bool:
    text = text.strip()
    return text.startswith(("#", "=")) or text.endswith(":") or text.isupper()


def _expected(names: list[str], texts: list[str] | tuple[str, ...], column: int) -> Reading:
    heading = headings.reads(names[column], Link.HEADING) if column < len(names) else SILENT
    for index, name in enumerate(names):
        if index != column and name.strip().lower().rpartition(".")[2] in (
            "type",
            "ioc type",
            "ioc_type",
            "indicator_type",
            "kind",
        ):
            said = headings.reads(texts[index], Link.TYPE) if index < len(texts) else SILENT
            if said.says is not Says.NOTHING and heading.says is not Says.OTHER:
                return said
    return heading


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
