"""Measure the scan against what is right for real files beside the checkout: ``python -m tests.scan.evaluate``.

Figures: over ``scan`` the recall of true hashes, the look-alikes that would be sent, the files that are exactly right;
over ``iocs`` the files that are exact; over ``look-alikes`` the values and the files that are right.
``-v`` names what differs.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from enrich.errors import InputError
from enrich.model.cell_reference import cell_name
from enrich.model.sighting import Found, Sighting
from enrich.scan import Placement
from tests.support import real_lists

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64}
SENT = (Found.INDICATOR, Found.TRIVIAL)


@dataclass(slots=True)
class Score:
    """What one group of files came to."""

    true: int = 0
    found: int = 0
    look_alikes: int = 0
    sent: int = 0
    files: int = 0
    exact: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / self.true if self.true else 1.0

    @property
    def false_share(self) -> float:
        """Of the look-alikes those that would be sent."""
        return self.sent / self.look_alikes if self.look_alikes else 0.0

    @property
    def exact_share(self) -> float:
        return self.exact / self.files if self.files else 0.0

    def __str__(self) -> str:
        return (
            f"recall {self.recall:.2%} ({self.true - self.found} of {self.true} missed), look-alikes sent "
            f"{self.false_share:.1%} ({self.sent} of {self.look_alikes}), files exact {self.exact_share:.1%} "
            f"({self.files - self.exact} of {self.files} are not)"
        )


def scanned(path: Path) -> list[Placement]:
    """The placements of a file's sheets; none where it cannot be read."""
    try:
        return real_lists.scanned(path)
    except InputError:
        return []


def asked(placements: list[Placement]) -> set[str]:
    """The distinct hashes that would be asked for, or are known not to be worth it."""
    return {s.value for placement in placements for s in placement if s.found in SENT and s.kind == "hash"}


def counted(folder: str, truth: str) -> Score:
    """A folder whose truth is the number of true hashes a file, by algorithm."""
    score = Score()
    for row in _table(DATA / truth):
        values = asked(scanned(DATA / folder / row["file"]))
        counts = Counter(map(len, values))
        wanted = {size: int(row[name]) for name, size in LENGTHS.items()}
        score.files += 1
        score.exact += all(counts[size] == count for size, count in wanted.items())
        score.true += sum(wanted.values())
        score.look_alikes += int(row.get("look_alikes") or 0)
        for name, size in LENGTHS.items():
            score.found += min(counts[size], wanted[size])
            score.sent += max(0, counts[size] - wanted[size])
            if counts[size] != wanted[size]:
                score.wrong.append(f"{counts[size] - wanted[size]:+5} {name:6} {row['file']}")
    return score


EXPECTED = {
    "33-glued-drive.log": 4,
    "38-license-in-config.csv": 1,
    "61-namespace-line-above.txt": 1,
    "62-type-of-file-is-key.txt": 1,
    "64-commented-list.txt": None,
    "65-virusshare-name.txt": 2,
}
"""Of ``look-alikes``: files that hold true hashes, and how many; None: all of them."""


def look_alikes() -> Score:
    """The small files that each stand for a kind."""
    score = Score()
    for row in _table(DATA / "faults" / "look-alikes" / "EXPECT.csv"):
        placements = scanned(DATA / "faults" / "look-alikes" / row["file"])
        values = asked(placements)
        shaped = {s.value for p in placements for s in p}
        score.files += 1
        if row["kind"] == "FN":
            wanted = EXPECTED.get(row["file"]) or len(shaped)
            score.true += wanted
            score.found += min(wanted, len(values))
            right = len(values) == wanted > 0
        else:
            kept = EXPECTED.get(row["file"], 0) or 0
            right = len(values) == kept and all(s.found is not Found.DAMAGED for p in placements for s in p)
            score.look_alikes += len(shaped) - kept
            score.sent += max(0, len(values) - kept)
        score.exact += right
        if not right:
            score.wrong.append(f"{row['file']}: {row['right answer']}; sent {sorted(values)}")
    return score


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def told(path: Path) -> Iterator[str]:
    """Every value of one file with what decided: for a look at what is wrong."""
    for placement in scanned(path):
        for one in placement:
            yield _line(placement.sheet, one)


def _line(sheet: str, one: Sighting) -> str:
    return f"{sheet[:30]:30} {cell_name(one.row, one.column):8} {one.found.value:10} {one.value[:64]:64} {one.reason}"


def main(arguments: list[str]) -> None:
    paths = [Path(argument) for argument in arguments if argument != "-v"]
    for path in paths:
        print(path, *told(path), sep="\n")
    if paths:
        return
    groups = {
        "scan": counted("scan", "scan-TRUTH.csv"),
        "iocs": counted("iocs", "iocs-TRUTH.csv"),
        "look-alikes": look_alikes(),
    }
    for name, score in groups.items():
        print(f"{name}: {score}")
        if "-v" in arguments:
            print(*score.wrong, sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
