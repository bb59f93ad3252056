"""A file to whose rows cells are given by what they hold comes back as one to which they are given row by row."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from enrich.formats import open_document
from enrich.model.column import Column, Type
from enrich.model.row import Added, Addition

COLUMNS = (
    Column("vt_status", "Status", "", Type.STATUS),
    Column("vt_file_name", "", ""),
    Column("vt_n", "", "", Type.INTEGER),
)
NAMES = tuple(column.name for column in COLUMNS)
LINES = st.sampled_from(
    ["a,b,c", 'a,"b, c",d', "", "# x,y,z", "a", '"open,b,c', "a,found,1.exe,c", 'x,"a\nb",c', "a,b,c,d,e"]
)


class ByContent:
    """The cells of rows of which so many hold the same."""

    def __init__(self, rows: Sequence[int]) -> None:
        self.rows = rows

    def __call__(self, row: int) -> Added | None:
        (content,) = self.contents(row, row + 1)
        return None if content is None else self.of([content])[0]

    def contents(self, first: int, end: int) -> list[int | None]:
        return [self.rows[n % len(self.rows)] or None for n in range(first, end)]

    def of(self, contents: Sequence[Hashable]) -> list[Added]:
        texts = ["", "invoice.exe", '=say "x", y', "ü\u2028"]
        return [Added(("found", texts[int(str(one)) % 4] or None, int(str(one)))) for one in contents]


@given(
    st.lists(LINES, min_size=1, max_size=30),
    st.lists(st.integers(0, 5), min_size=1, max_size=7),
    st.sampled_from([None, 1, 2]),
    st.sampled_from([{}, {"vt_status": 1}, {"vt_status": 1, "vt_file_name": 2, "vt_n": 3}]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_by_content_and_row_by_row_are_the_same(
    lines: list[str], rows: list[int], header: int | None, present: dict[str, int], end: str
) -> None:
    cells = ByContent(rows)
    addition = Addition(COLUMNS, NAMES, header, cells, present)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_bytes(end.join(["a,b,c", *lines, "a,b,c", ""]).encode())
        with closing(open_document(path)) as document:
            written = [BytesIO(), BytesIO()]
            said = [
                document.give_back(target, {"": one}, [])
                for target, one in zip(written, [addition, replace(addition, cells=cells.__call__)], strict=True)
            ]
    assert said[0] == said[1]
    assert written[0].getvalue() == written[1].getvalue()
