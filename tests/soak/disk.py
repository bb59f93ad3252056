"""A disk that fills up at one write or another: said in a sentence, nothing lost that was there, and the next run goes on.

A small file system of its own where this process may mount one, else a limit on the size of files.
"""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from enrich.clock import SystemClock
from enrich.model.indicator import Indicator
from enrich.providers.shared.origin import origin_of
from enrich.providers.virustotal import ADDRESS, NAME
from enrich.stores import open_store
from tests.soak.check import Check, Size, check
from tests.soak.standin import Standing, standing
from tests.soak.tool import Ended, Job, asked, wrong_rows

COUNT = 150
SIZES = (8, 40, 200, 400, 700, 1200, 1700, 2600)
"""KiB: from a store that cannot even be made to an output that only just does not fit."""
ENDS = (0, 7)


def checks(size: Size, folder: Path) -> Iterator[Check]:
    chosen = SIZES[:: max(1, len(SIZES) // size.rounds)]
    with standing() as stand:
        for name in ("store", "outputs", "all"):
            problems: list[str] = []
            codes = []
            for kib in chosen:
                place = folder / f"{name}-{kib}"
                place.mkdir()
                end, found = _filled(stand, place, name, kib)
                codes.append(end.code)
                problems += [f"{kib} KiB: {problem}" for problem in found]
            problems += ["the disk was never full"] * (7 not in codes)
            yield check(f"full disk under {name}", problems, f"exits {codes} at {list(chosen)} KiB")


def _filled(stand: Standing, folder: Path, what: str, kib: int) -> tuple[Ended, list[str]]:
    # that a small file system is nearly full is seen before a call; a limit on files is met in mid-run, by a paid answer
    with _disk(folder / "small", kib, mount=what != "store") as mounted:
        small, large = folder / "small", folder
        store = (small if what in ("store", "all") else large) / "store.sqlite"
        outputs = small if what in ("outputs", "all") else large
        job = Job(stand, folder, COUNT, ("-q",), store, (outputs / "out.csv", outputs / "out.xlsx"))
        before = _earlier(outputs) if what == "outputs" else {}
        limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (kib << 10, kib << 10))
        first = job.run() if mounted else job.run(preexec_fn=limit)
        problems = [*first.problems(ENDS), *_whole(job, before if first.code else {})]
        problems += [f"{path.name} was left behind" for path in outputs.glob(".enrich-*")]
        if mounted:
            subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
        kept = _stored(store, origin_of(NAME, ADDRESS, stand.address))
        requests = sum(stand.log()["asked"].values())
        last = job.run()
        again = sum(stand.log()["asked"].values()) - requests
        problems += [*last.problems([0]), *(p for path in job.outputs for p in wrong_rows(path, COUNT))]
        problems += [f"{again} calls, {kept} were stored"] * (again > COUNT - kept)
    return first, problems


def _earlier(folder: Path) -> dict[Path, bytes]:
    """An output of another day, which must stay where the new one cannot be written."""
    path = folder / "out.csv"
    path.write_bytes(b"an earlier output\n")
    return {path: path.read_bytes()}


def _whole(job: Job, before: dict[Path, bytes]) -> Iterator[str]:
    for path in job.outputs:
        if path.exists() and before.get(path) != path.read_bytes():
            yield from wrong_rows(path, job.count, statuses=("pending",))


def _stored(path: Path, origin: str) -> int:
    if not path.exists() or not path.stat().st_size:
        return 0
    with closing(open_store(f"sqlite:///{path}", SystemClock())) as store:
        return len(store.get_many(origin, [Indicator("hash", asked(number)) for number in range(COUNT)]))


@contextmanager
def _disk(place: Path, kib: int, *, mount: bool) -> Iterator[bool]:
    """A file system of so many KiB at ``place``; False where it is not, or may not be mounted."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(place)]
    mounted = mount and subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(place)], check=True)
