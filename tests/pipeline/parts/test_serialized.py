"""What a run in parts keeps between its phases comes back as it was, whatever stands in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.row import Row
from enrich.pipeline.parts.serialized import decoded, encoded
from enrich.pipeline.parts.state_folder import Extract, kept
from enrich.scan import scan_sheet
from enrich.scan.stored import StoredPlacement, restored, stored
from tests.support.standin_server import sha256

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.text(st.characters()), st.floats(allow_nan=False))
CELLS = st.one_of(st.text(max_size=8), st.integers(0, 9).map(sha256), st.integers(0, 9).map(lambda n: sha256(n)[:40]))


@given(st.dictionaries(st.text(st.characters()), SCALARS), st.text(st.characters()))
def test_a_finding_comes_back_with_half_characters_and_big_numbers(fields: dict[str, object], detail: str) -> None:
    name = Indicator("hash", sha256(1))
    finding = Finding(name, "virustotal", Status.FOUND, fields, detail, aliases=(name,))  # type: ignore[arg-type]
    assert decoded(encoded(finding), Finding) == finding


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=40))
def test_a_placement_comes_back_as_it_was_scanned(table: list[list[str]]) -> None:
    rows = [Row(number, texts) for number, texts in enumerate([["Host", "SHA256", "Note"], *table], 1)]
    placement = scan_sheet("", iter(rows))
    back = restored(decoded(encoded(stored(placement)), StoredPlacement))
    assert back == placement
    assert list(back) == list(placement)


def test_what_is_damaged_or_of_another_version_counts_as_nothing(tmp_path: Path) -> None:
    for data in (b"", b"{", b"\x80", b"\x93\x01\x02\x03", encoded(Indicator("hash", sha256(1)))):
        (tmp_path / "x.scan").write_bytes(data)
        assert kept(tmp_path / "x.scan", Extract) is None
        with pytest.raises(ValueError, match=r"."):
            decoded(data, Extract)
    assert kept(tmp_path / "none.scan", Extract) is None
