"""A part that is cut into slices: each is written by itself, and all of them are put together to one file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from msgspec import structs

from enrich.files.atomic import Staged
from enrich.files.paths import path_text
from enrich.model.result import Output
from enrich.pipeline.parts.jobs import Joining, PartChanged, facts_of, join_key, named_as, slice_key
from enrich.pipeline.parts.state_folder import Extract, Joined, keep, kept
from enrich.pipeline.parts.totals import combine_slices

SLICE_SIZE = 64 << 20
"""Bytes."""


@dataclass(frozen=True, slots=True)
class Share:
    """One job's share of the parts: a part, or one slice of it."""

    part: Path
    index: int | None = None

    def __str__(self) -> str:
        return str(self.part)


def shares(scan: Extract, job: Joining) -> Iterator[Joining]:
    if not scan.slices:
        yield job
    for index in range(len(scan.slices)):
        place = job.folder.slice_of(job.path, index, job.output.suffix)
        yield replace(job, output=replace(job.output, path=place), index=index)


def stands(scan: Extract, job: Joining) -> Joined | None:
    """Return what was written already by a job, and still stands; None where it is to be done."""
    key = scan.key if job.index is None else slice_key(scan, job.index)
    before = kept(job.folder.done_of(job.path, job.index), Joined)
    wanted = join_key(key, job), facts_of(job.output.path)
    return before if before is not None and (before.key, before.facts) == wanted else None


def assembled(scan: Extract, job: Joining, slices: Sequence[Joined]) -> Joined:
    """Put one part, whole, in its place, from its slices. ``PartChanged`` where more was written to it since."""
    staged = Staged(job.output.path, like=[job.path], folder=job.folder.path)
    places = [share.output.path for share in shares(scan, job)]
    try:
        for place in places:
            with place.open("rb") as source:
                shutil.copyfileobj(source, staged.file, 1 << 20)
        # each slice was compared with its scan; what was appended meanwhile is in none of them
        if job.path.stat().st_size != scan.slices[-1].end:
            raise PartChanged(f"{job.path} was changed while it was written")
        digest = staged.finish()
        staged.commit()
    finally:
        staged.discard()
    joined = structs.replace(
        combine_slices(scan, [_named(one, job, place) for one, place in zip(slices, places, strict=True)]),
        key=join_key(scan.key, job),
        facts=facts_of(job.output.path),
        outputs=(Output(path_text(job.output.path), digest),),
    )
    keep(job.folder.done_of(job.path), joined)
    for place in places:
        with suppress(OSError):
            place.unlink()
    return joined


def _named(one: Joined, job: Joining, place: Path) -> Joined:
    """Return what was said of a slice, said of the part."""
    return structs.replace(one, warnings=tuple(named_as(one.warnings, place, job.output.path)))
