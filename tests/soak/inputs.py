"""Inputs changed in every way at random moments of a run: while they are scanned, looked up and written."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from enrich.config.settings import Settings
from enrich.errors import EnrichError
from enrich.model.event import ignore_events
from enrich.pipeline.run import run
from enrich.providers.shared.api_key import Key
from tests.soak.check import Check, Size, check
from tests.soak.standin import Standing, standing
from tests.support.changing_inputs import CONTENTS, LISTS, WAYS, misplaced
from tests.support.standin_server import KEY

FILES = 40
LASTS = 0.5
"""Seconds over which the moments of the changes are spread: what such a run takes, scan and writing included."""


def checks(size: Size, folder: Path) -> Iterator[Check]:
    for in_place in (False, True):
        with standing(latency={"way_out": 0.05}) as stand:
            yield _edited(stand, size.edits // 2, folder / f"{in_place}", in_place=in_place)


def _edited(stand: Standing, runs: int, folder: Path, *, in_place: bool) -> Check:
    chance, problems, ends = Random(20261129), list[str](), Counter[str]()
    for number in range(runs):
        place = folder / str(number)
        place.mkdir(parents=True)
        names = [name for name in CONTENTS if not in_place or name.endswith((".csv", ".gz", ".xlsx", ".tsv"))]
        path = place / chance.choice(names)
        told, words = _one(stand, path, chance, in_place=in_place)
        problems += told
        ends[words] += 1
    title = f"{runs} inputs changed under the run{', written in place' if in_place else ''}"
    return check(title, problems, ", ".join(f"{count} {words}" for words, count in ends.most_common()))


def _one(stand: Standing, path: Path, chance: Random, *, in_place: bool) -> tuple[list[str], str]:
    """What is wrong after one run, and how it ended."""
    numbers = list(range(FILES))
    path.write_bytes(CONTENTS[path.name](numbers))
    edits: list[tuple[float, str, bytes]] = []
    for moment in sorted(chance.uniform(0, LASTS) for _ in range(chance.randint(1, 4))):
        numbers = LISTS[chance.choice(sorted(LISTS))](numbers, chance)
        edits.append((moment, chance.choice(sorted(WAYS)), CONTENTS[path.name](numbers)))
    editor = threading.Thread(target=_edit, args=(path, edits, in_place))
    settings = Settings(
        providers={"virustotal_url": stand.address},
        store=f"sqlite:///{path.parent}/store",
        per_minute=60_000,
        in_place=in_place,
    )
    editor.start()
    try:
        report = run(settings, [path], listener=ignore_events, key=Key(KEY, "soak"))
    except EnrichError as error:  # caught while half of it was written: nothing is put out then
        return [], f"ended with {type(error).__name__}"
    finally:
        editor.join()
    again = any("changed while lookups ran" in text for text in report.warnings)
    problems = [text for output in report.result.outputs for text in misplaced(Path(output.path))]
    problems += [f"{left.name} was left behind" for left in path.parent.glob(".enrich-*")]
    return problems, f"exit {report.result.exit_code}{' after another reading' if again else ''}"


def _edit(path: Path, edits: list[tuple[float, str, bytes]], in_place: bool) -> None:
    """The edits at their moments; none into a file that the run has given back meanwhile."""
    began = time.monotonic()
    for moment, way, content in edits:
        time.sleep(max(0.0, began + moment - time.monotonic()))
        if in_place and path.with_name(f"{path.name}.bak").exists():
            return
        WAYS[way](path, content)
