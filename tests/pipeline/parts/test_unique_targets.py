"""The packed targets of a run in parts: the same as one table's, and small."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.clock import SystemClock
from enrich.model.indicator import Indicator, Target
from enrich.pipeline.parts.packed_targets import RECORD, PackedTargets
from enrich.pipeline.parts.part_names import PartNames
from enrich.pipeline.parts.state_folder import PartFolder, keep
from enrich.pipeline.parts.unique_targets import UniqueTargets
from enrich.scan import merged_targets
from enrich.stores import open_store
from tests.bench.made import digest, fill
from tests.pipeline.parts.thread_engine import Threads
from tests.support.standin_server import Stand, rows, sha256


def name(number: int, algorithm: str) -> Indicator:
    return Indicator("hash", hashlib.new(algorithm, bytes([number]), usedforsecurity=False).hexdigest())


files = st.lists(st.sampled_from(["sha256", "sha1", "md5"]), min_size=1, unique=True).flatmap(
    lambda algorithms: st.tuples(
        *(st.builds(name, st.integers(0, 5), st.just(one)) for one in sorted(algorithms, key="sha256 sha1 md5".index))
    )
)
odd = st.sampled_from([Indicator("hash", "0" * 64), Indicator("domain", "evil.example"), Indicator("ip", "192.0.2.1")])
targets = st.one_of(files, st.tuples(odd)).flatmap(
    lambda names: st.builds(Target, st.just(names[0]), st.just(names[1:]), st.integers(0, 9))
)
targets_of_one = st.lists(targets, max_size=8).map(lambda some: merged_targets([some]))
parts = st.lists(targets_of_one, max_size=5)


def names_of(part: list[Target]) -> list[Indicator]:
    return [name for target in part for name in (target.ask, *target.others)]


@pytest.mark.slow
@given(parts, st.integers(1, 7))
def test_targets_of_parts_are_merged_as_those_of_one_table(some: list[list[Target]], size: int) -> None:
    together = UniqueTargets.of(map(PackedTargets.of, some))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(UniqueTargets, "block_size", size)
        found = [target for _, block in together.blocks() for target in block]
    expected = merged_targets(some)
    assert sorted(map(repr, found)) == sorted(map(repr, expected))
    assert together.names == sum(1 + len(target.others) for target in expected)
    asked = {target.ask for target in expected}
    assert {target.ask for _, block in together.blocks(together.bearing(asked)) for target in block} == asked


@pytest.mark.slow
@given(parts)
def test_targets_come_back_from_their_records(some: list[list[Target]]) -> None:
    for part in some:
        packed = PackedTargets.of(part)
        assert sorted(map(repr, packed.targets())) == sorted(map(repr, part))
        with TemporaryDirectory() as base:
            folder = PartFolder(Path(base))
            keep(folder.asked_of(Path("a")), packed)
            for kind in {name.kind for name in names_of(part)}:
                held = {name for name in names_of(part) if name.kind == kind}
                assert sorted(map(repr, PartNames(folder, Path("a"), kind))) == sorted(map(repr, held))
        assert len(packed.files) == RECORD.size * (len(part) - len(packed.others))


@pytest.mark.slow
@given(targets_of_one, targets_of_one)
def test_a_part_s_list_is_remembered_as_its_names_would_be(before: list[Target], part: list[Target]) -> None:
    with TemporaryDirectory() as base, closing(open_store("memory:", SystemClock())) as store:
        folder = PartFolder(Path(base))
        for path, some in (("before", before), ("part", part)):
            keep(folder.asked_of(Path(path)), PackedTargets.of(some))
        for kind in ("hash", "domain"):
            earlier, names = ({name for name in names_of(some) if name.kind == kind} for some in (before, part))
            store.remember("list", PartNames(folder, Path("before"), kind))
            store.remember("plain", earlier)
            rolls = store.recall("list"), store.recall("plain")
            assert all(rolls)
            assert rolls[0].members == rolls[1].members  # type: ignore[union-attr]
            assert rolls[0].lacks(PartNames(folder, Path("part"), kind)) == names - earlier  # type: ignore[union-attr]


def a_lake(folder: Path) -> Path:
    """Two parts; the greater a number, the oftener it stands there."""
    folder.mkdir()
    for part in range(2):
        lines = [sha256(number) for number in range(12) for _ in range(number + 1)]
        (folder / f"{part}.csv").write_text("\n".join(["SHA256", *lines[part::2]]) + "\n")
    return folder


@pytest.mark.parametrize("order", ["value", "sheet"])
def test_calls_are_spent_in_the_order_of_the_user_whatever_the_blocks(
    stand: Stand, tmp_path: Path, threads: Threads, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del threads
    lake, ends = a_lake(tmp_path / "lake"), []
    monkeypatch.setattr(UniqueTargets, "block_size", 5)
    command = (lake, "--workers", 2, "--order", order, "--concurrency", 1)
    assert stand.run(*command, "--out-dir", tmp_path / "first", "--budget", 4) == 3
    first = range(11, 7, -1) if order == "value" else range(4)
    assert stand.asked() == [sha256(number) for number in first]
    for name, size in (("blocks", 5), ("one", 100)):
        monkeypatch.setattr(UniqueTargets, "block_size", size)
        assert stand.run(*command, "--out-dir", tmp_path / name, "--budget", 0, "-o", tmp_path / f"{name}.json") == 3
        result = json.loads((tmp_path / f"{name}.json").read_text())["result"]
        entries = sorted((e["finding"]["indicator"]["value"], e["finding"]["status"]) for e in result["entries"])
        ends.append([entries, result["totals"], rows(tmp_path / name / "0.enriched.csv")])
    assert ends[0] == ends[1]
    assert stand.run(*command, "--out-dir", tmp_path / "last") == 0
    assert sorted(stand.asked()) == sorted(map(sha256, range(12))), "each once"


def test_what_changed_is_told_across_blocks(
    stand: Stand, tmp_path: Path, threads: Threads, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    del threads
    monkeypatch.setattr(UniqueTargets, "block_size", 2)
    lake = a_lake(tmp_path / "lake")
    assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out") == 0
    (lake / "0.csv").write_text("\n".join(["SHA256", *map(sha256, range(14))]) + "\n")
    capsys.readouterr()
    report = tmp_path / "report.json"
    assert stand.enrich("run", lake, "--workers", 2, "--out-dir", tmp_path / "out", "-o", report) == 0
    assert "2 changed since the last run" in capsys.readouterr().err
    entries = json.loads(report.read_text())["result"]["entries"]
    told = {entry["finding"]["indicator"]["value"] for entry in entries if entry["change"]}
    assert told == {sha256(12), sha256(13)}


SCRIPT = """
import sys, tracemalloc
from enrich.cli.main import main
from enrich.pipeline.parts.part_names import PartNames
from enrich.pipeline.parts.state_folder import PartFolder, keep
from enrich.pipeline.parts.unique_targets import UniqueTargets
if __name__ == "__main__":
    UniqueTargets.block_size = 200
    tracemalloc.start()
    code = main(sys.argv[1:])
    print(tracemalloc.get_traced_memory()[1])
    sys.exit(code)
"""


@pytest.mark.slow
def test_the_process_that_looks_up_keeps_at_most_200_bytes_a_file(tmp_path: Path) -> None:
    fill(tmp_path / "store.sqlite", 4_000)
    peaks = []
    for count in (1_000, 4_000):
        lake = tmp_path / str(count)
        lake.mkdir()
        for part in range(4):
            values = [digest(number) for number in range(part, count, 4)]
            (lake / f"{part}.csv").write_text("\n".join(["SHA256", *values]) + "\n")
        command = [sys.executable, "-c", SCRIPT, "run", lake, "--workers", "1", "--out-dir", tmp_path / f"out{count}"]
        command += ["--store", f"sqlite:///{tmp_path}/store.sqlite", "-q", "--offline"]
        peaks.append(int(subprocess.run(list(map(str, command)), check=True, capture_output=True).stdout))
    assert peaks[1] - peaks[0] <= 3_000 * 200


@pytest.mark.parametrize("size", [2, 1000])
def test_a_digest_that_begins_with_zeros_is_one_file_over_all_parts(
    stand: Stand, tmp_path: Path, threads: Threads, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    del threads
    monkeypatch.setattr(UniqueTargets, "block_size", size)
    zeros = ["0" * 16 + "b7c9" * 12, "0" * 16 + "c3f1" * 12]
    lake = tmp_path / "lake"
    lake.mkdir()
    for number, values in enumerate([zeros, zeros[::-1], zeros[1:]]):
        (lake / f"{number}.csv").write_text("\n".join(["SHA256", *values, sha256(number)]) + "\n")
    assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out") == 0
    assert sorted(stand.asked()) == sorted([*zeros, *map(sha256, range(3))])


def test_the_words_count_the_run_s_budget_and_what_was_stored_before_it(
    stand: Stand, tmp_path: Path, threads: Threads, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    del threads
    monkeypatch.setattr(UniqueTargets, "block_size", 3)
    lake = a_lake(tmp_path / "lake")
    command = ("run", lake, "--workers", 2, "--out-dir", tmp_path / "out")
    assert stand.enrich(*command, "--budget", 5) == 3
    assert "the run's budget of 5 calls is spent" in capsys.readouterr().err
    assert stand.enrich(*command) == 0
    assert "5 from the store, 7 calls spent" in capsys.readouterr().err


def test_a_trivial_file_is_counted_once_whichever_of_its_hashes_a_part_has(
    stand: Stand, tmp_path: Path, threads: Threads, capsys: pytest.CaptureFixture[str]
) -> None:
    del threads
    lake = tmp_path / "lake"
    lake.mkdir()
    for number, empty in enumerate(["d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709"]):
        (lake / f"{number}.csv").write_text(f"Hash\n{empty}\n{sha256(number)}\n")
    assert stand.enrich("run", lake, "--workers", 2, "--out-dir", tmp_path / "out") == 0
    assert "3 files in 4 rows" in capsys.readouterr().err


def test_targets_that_an_earlier_version_kept_are_found_anew(stand: Stand, tmp_path: Path, threads: Threads) -> None:
    del threads
    lake = a_lake(tmp_path / "lake")
    command = (lake, "--workers", 2, "--out-dir", tmp_path / "out")
    assert stand.run(*command, "--budget", 1) == 3
    for asked in (tmp_path / "out" / ".enrich-parts").glob("*.asked"):
        asked.write_bytes(b"\x90")
    assert stand.run(*command) == 0
