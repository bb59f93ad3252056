"""The lines of Python that README gives for frames of other libraries, run as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.standin_server import KEY, Stand, sha256

README = Path(__file__).resolve().parents[3] / "README.md"
SECTION = re.search(r"\n## Beyond one table\n(.*?)\n## ", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of Dask, with the newest pandas
@pytest.mark.parametrize("library", ["dask.dataframe", "polars"])
def test_frames_of_others_are_enriched_as_readme_says(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    pytest.importorskip(library)
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    assert SECTION is not None
    (recipe,) = re.findall(rf"```python\n(import {library} .*?)```", SECTION[1], re.DOTALL)
    (tmp_path / "lake").mkdir()
    for part in range(3):
        values = [sha256(number % 4) for number in range(part, part + 10)]
        pq.write_table(pa.table({"host": [f"ws{part}"] * 10, "sha256": values}), tmp_path / f"lake/{part}.parquet")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VT_API_KEY", KEY)
    monkeypatch.setenv("ENRICH_STORE", f"sqlite:///{stand.store}")
    monkeypatch.setenv("ENRICH_VIRUSTOTAL_URL", stand.address)
    exec(compile(recipe, "README.md", "exec"), {})
    table = pq.read_table(tmp_path / "enriched.parquet").to_pylist()
    assert len(table) == 30
    assert {row["vt_status"] for row in table} == {"found"}
    assert all(row["vt_sha256"] == row["sha256"] for row in table)
    assert sorted(stand.asked()) == sorted(map(sha256, range(4))), "one call a file, whichever partitions it stands in"
