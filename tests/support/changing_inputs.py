"""Inputs that somebody changes while a run is at work on them, and whether each row of an output has its own answer."""

from __future__ import annotations

import gzip
import io
import json
import os
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import openpyxl
import pytest

from enrich.formats import open_document
from tests.support.small_files import ods, row
from tests.support.standin_server import sha256

Numbers = Sequence[int]
"""The files of a list, in the order of its rows."""


def _csv(numbers: Numbers) -> bytes:
    return ("Host,SHA256,Note\n" + "".join(f"ws{n},{sha256(n)},note {n}\n" for n in numbers)).encode()


def _xlsx(numbers: Numbers) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Host", "SHA256"])
    for number in numbers:
        book.active.append([f"ws{number}", sha256(number)])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def parquet(numbers: Numbers) -> bytes:
    arrow = pytest.importorskip("pyarrow")
    target = io.BytesIO()
    pytest.importorskip("pyarrow.parquet").write_table(
        arrow.table({"Host": [f"ws{n}" for n in numbers], "SHA256": [sha256(n) for n in numbers]}), target
    )
    return target.getvalue()


CONTENTS: dict[str, Callable[[Numbers], bytes]] = {
    "list.csv": _csv,
    "list.tsv": lambda numbers: _csv(numbers).replace(b",", b"\t"),
    "list.csv.gz": lambda numbers: gzip.compress(_csv(numbers)),
    "list.txt": lambda numbers: "".join(f"{sha256(n)}\n" for n in numbers).encode(),
    "list.json": lambda numbers: json.dumps([{"host": f"ws{n}", "sha256": sha256(n)} for n in numbers]).encode(),
    "list.jsonl": lambda numbers: "".join(json.dumps({"sha256": sha256(n)}) + "\n" for n in numbers).encode(),
    "list.ods": lambda numbers: ods(row("SHA256") + "".join(row(sha256(n)) for n in numbers)),
    "list.xlsx": _xlsx,
}
"""File name -> its content for a list."""


def inserted(numbers: Numbers, chance: Random) -> list[int]:
    place = chance.randrange(len(numbers))
    return [*numbers[:place], max(numbers) + 1, *numbers[place:]]


def deleted(numbers: Numbers, chance: Random) -> list[int]:
    place = chance.randrange(len(numbers))
    return [*numbers[:place], *numbers[place + 1 :]]


def turned(numbers: Numbers, chance: Random) -> list[int]:
    del chance
    return list(numbers[::-1])


def appended(numbers: Numbers, chance: Random) -> list[int]:
    return [*numbers, max(numbers) + 1 + chance.randrange(3)]


def truncated(numbers: Numbers, chance: Random) -> list[int]:
    return list(numbers[: chance.randrange(1, max(2, len(numbers)))])


LISTS = {change.__name__: change for change in (inserted, deleted, turned, appended, truncated)}
"""What becomes of the list."""


def overwritten(path: Path, content: bytes) -> None:
    """The same file with other bytes, as an editor without a swap file leaves it."""
    path.write_bytes(content)


def replaced(path: Path, content: bytes) -> None:
    """Another file under the name, as most editors and Excel save."""
    other = path.with_name(f".new-{path.name}")
    other.write_bytes(content)
    other.replace(path)


def unseen(path: Path, content: bytes) -> None:
    """With the former's time; and, of a list in another order, its size."""
    facts = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


WAYS = {way.__name__: way for way in (overwritten, replaced, unseen)}
"""How a file is changed."""


def misplaced(output: Path, numbers: Numbers | None = None) -> list[str]:
    """What is wrong in an output: rows that carry another file's answer, or (where given) are not the list's."""
    wrong, found = [], []
    with closing(open_document(output)) as document:
        table = [list(line.texts) for line in document.rows(document.sheets[0])]
    head = next(line for line in table if "vt_status" in line)
    status, answer = head.index("vt_status"), head.index("vt_sha256")
    for line in table[table.index(head) + 1 :]:
        cells = line + [""] * (len(head) - len(line))
        own = next((cell for cell in cells[: min(status, answer)] if len(cell) == 64), None)
        if own is None and (given := [cell for cell in cells[: min(status, answer)] if len(cell) > 64]):
            own = given[0]
        found.append(own)
        if cells[status] not in ("found", "pending") or (cells[status] == "found" and cells[answer] != own):
            wrong.append(f"{output.name}: {own} has {cells[status]} {cells[answer]}")
    expected = [sha256(number) for number in numbers] if numbers is not None else found
    return wrong if found == expected else [*wrong, f"{output.name}: its rows are not those of the input"]
