"""A delimited file's records given back many at once are as they would be one by one."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from enrich.formats._encoding import Encoding
from enrich.formats.delimited import give
from enrich.formats.delimited.give import Appender
from enrich.formats.delimited.raw import RawRecords
from enrich.formats.delimited.records import Dialect
from enrich.formats.delimited.render import Renderer
from enrich.model import Added, Addition, Column

COLUMNS = (Column("vt_note", "Note", ""), Column("vt_other", "Other", ""))
RECORDS = st.sampled_from([b"a,b\n", b"a,b\r\n", b"\n", b"a\n", b"a,b,c\n", b'"a\nb",c\n', b"# a,b\n", b"a,\r"])


def _written(content: bytes, header: int | None, without: set[int]) -> tuple[bytes, list[int]]:
    added = Added(("x", "y, z"))
    addition = Addition(COLUMNS, ("vt_note", "vt_other"), header, lambda number: None if number in without else added)
    raw = RawRecords(Dialect(), Encoding("utf-8"))
    appender = Appender(addition, Renderer(Dialect(), "utf-8"), raw, b",", 2)
    return b"".join(appender.written(raw.batches([content, b"c,d\n", content]))), appender.long


@given(
    st.lists(st.just(b"a,b\n"), max_size=6),
    st.lists(RECORDS, max_size=2),
    st.sampled_from([None, 1, 3]),
    st.sets(st.integers(1, 6), max_size=1),
)
def test_records_written_together_and_one_by_one_are_the_same(
    plain: list[bytes], others: list[bytes], header: int | None, without: set[int]
) -> None:
    content = b"".join(plain + others)
    together = _written(content, header, without)
    with patch.object(give, "_plain_lines", return_value=False):
        assert together == _written(content, header, without)
