"""The store: many hashes looked up at once against the barest join that SQLite allows, and the room an answer takes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

from enrich.clock import SystemClock
from enrich.model.indicator import Indicator
from enrich.stores import open_store
from tests.bench.made import PROVIDER, digest, fill
from tests.bench.measure import Figure, Size, paired, seconds

JOIN = """
SELECT findings.* FROM asked CROSS JOIN names USING (start) CROSS JOIN findings USING (finding)
"""


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    path = folder / "store.sqlite"
    fill(path, size.stored)
    numbers = Random(1).sample(range(size.stored), size.asked)
    wanted = [Indicator("hash", digest(number)) for number in numbers]
    with closing(open_store(f"sqlite:///{path}", SystemClock())) as store, closing(sqlite3.connect(path)) as bare:
        bare.execute("PRAGMA cache_size = -32000")

        def ours() -> float:
            found = 0

            def work() -> None:
                nonlocal found
                found = len(store.get_many(PROVIDER, wanted))

            taken = seconds(work)
            assert found == size.asked
            return taken

        mine, theirs = paired(size.rounds + 2, ours, lambda: seconds(lambda: sorted_join(bare, wanted)))
        detail = f"{size.asked:,} of {size.stored:,}: {mine:.2f} s against {theirs:.2f} s"
        yield Figure("look-up in the store against a sorted join", mine / theirs, 1.5, detail)
        room = store.info().size / size.stored
        yield Figure("room of an answer without its body", room, 350, unit="bytes")


def sorted_join(bare: sqlite3.Connection, wanted: list[Indicator]) -> None:
    """What the ratio refers to: starts of hashes sorted into a temporary table, joined, and every row fetched."""
    bare.execute("CREATE TEMP TABLE asked (start INTEGER PRIMARY KEY)")
    starts = sorted(int.from_bytes(bytes.fromhex(name.value[:8]), "big", signed=True) for name in wanted)
    bare.executemany("INSERT OR IGNORE INTO asked VALUES (?)", ((start,) for start in starts))
    rows = bare.execute(JOIN).fetchall()
    assert len(rows) >= len(wanted)
    bare.execute("DROP TABLE asked")
    bare.commit()
