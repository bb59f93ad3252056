"""One large CSV is shared by several workers, and comes back as the one file that a plain run gives."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from enrich.formats.delimited import DelimitedDocument
from enrich.formats.json_lines import JsonLines
from enrich.pipeline.parts import phases
from enrich.pipeline.parts.jobs import Joining
from enrich.pipeline.parts.state_folder import NAME, SLICE
from enrich.standin.synthetic import hashes
from tests.pipeline.parts.killed_run import killed
from tests.pipeline.parts.thread_engine import Threads
from tests.support.standin_server import EMPTY_MD5, Stand, rows, sha256

cells = st.one_of(
    st.integers(0, 8).map(sha256),
    st.integers(0, 8).map(lambda number: hashes(number)[0]),
    st.sampled_from(["", "ws1", "note", EMPTY_MD5, sha256(3)[:-1], "ab" * 20, f"see {sha256(7)}", "evil.example"]),
    st.sampled_from(['"a ""b"" c"', '"two\nlines"', '"open', 'in"side', " ", "é", "# x"]),
)
tables = st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=40)
heads = st.sampled_from(["", "Host,SHA256,MD5,Note\n", "SHA256,Commit\n", "sep=,\nMD5,vt_status,vt_note\n"])


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Slices and blocks of so few bytes that little tables are cut."""
    monkeypatch.setattr(phases, "SLICE_SIZE", 300)
    monkeypatch.setattr(DelimitedDocument, "block_size", 100)
    return monkeypatch


def a_table(path: Path, count: int = 60) -> Path:
    lines = [f'ws{n},{sha256(n % 9)},"note\n{n}"\n' for n in range(count)]
    lines.insert(40, f"ws,{sha256(3)[:-1]},damaged\n")
    path.write_text("Host,SHA256,Note\n" + "".join(lines))
    return path


@pytest.mark.slow
@given(head=heads, table=tables, size=st.integers(1, 400), block=st.integers(1, 200))
@settings(
    phases=[Phase.explicit, Phase.generate],
    max_examples=settings().max_examples // 3,  # two whole runs each
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_table_cut_anywhere_comes_back_as_from_a_plain_run(
    stand: Stand,
    tmp_path_factory: pytest.TempPathFactory,
    threads: Threads,
    small: pytest.MonkeyPatch,
    head: str,
    table: list[list[str]],
    size: int,
    block: int,
) -> None:
    del threads
    small.setattr(phases, "SLICE_SIZE", size)
    small.setattr(DelimitedDocument, "block_size", block)
    folder = tmp_path_factory.mktemp("any")
    path = folder / "list.csv"
    path.write_text(head + "".join(",".join(row) + "\n" for row in table))
    plain, parts = folder / "plain", folder / "parts"
    code = stand.run(path, "--out-dir", plain)
    assert stand.run(path, "--workers", 2, "--out-dir", parts) == code
    assert contents(parts) == contents(plain)


records = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"host": cells}, optional={"sha256": cells, "file": st.fixed_dictionaries({"md5": cells})}
        ),
        st.just({}),
        st.none(),
    ),
    min_size=1,
    max_size=40,
)


@pytest.mark.slow
@given(table=records, size=st.integers(1, 400), block=st.integers(1, 200), end=st.sampled_from(["\n", "\r\n", ""]))
@settings(
    phases=[Phase.explicit, Phase.generate],
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_json_lines_cut_anywhere_come_back_as_from_a_plain_run(
    stand: Stand,
    tmp_path_factory: pytest.TempPathFactory,
    threads: Threads,
    small: pytest.MonkeyPatch,
    table: list[dict[str, object] | None],
    size: int,
    block: int,
    end: str,
) -> None:
    del threads
    small.setattr(phases, "SLICE_SIZE", size)
    small.setattr(JsonLines, "block_size", block)
    folder = tmp_path_factory.mktemp("any")
    path = folder / "list.jsonl"
    lines = ["" if one is None else json.dumps(one) for one in table]
    path.write_bytes(((end or "\n").join(['{"host": "ws0"}', *lines]) + end).encode())
    plain, parts = folder / "plain", folder / "parts"
    code = stand.run(path, "--out-dir", plain)
    assert stand.run(path, "--workers", 2, "--out-dir", parts) == code
    assert contents(parts) == contents(plain)


def test_one_large_file_of_json_lines_is_shared_by_workers(
    stand: Stand, tmp_path: Path, threads: Threads, small: pytest.MonkeyPatch
) -> None:
    small.setattr(JsonLines, "block_size", 100)
    path = tmp_path / "big.jsonl"
    path.write_text("".join(json.dumps({"host": f"ws{n}", "sha256": sha256(n % 9)}) + "\n" for n in range(60)))
    assert stand.run(path, "--workers", 2, "--out-dir", tmp_path / "parts", "-o", tmp_path / "parts.json") == 0
    assert len([job for job in threads.jobs if isinstance(job, Joining)]) > 10
    assert stand.run(path, "--out-dir", tmp_path / "plain", "-o", tmp_path / "plain.json") == 0
    assert contents(tmp_path / "parts") == contents(tmp_path / "plain")
    totals = [json.loads((tmp_path / f"{name}.json").read_text())["result"]["totals"] for name in ("parts", "plain")]
    assert totals[0] == totals[1] | {"calls": 9, "from_store": 0}
    assert len(stand.asked()) == 9


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.*") if path.is_file()}


@pytest.mark.slow
def test_processes_share_one_file_and_its_summary_is_that_of_a_plain_run(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(phases, "SLICE_SIZE", 100_000)
    path, summaries = a_table(tmp_path / "big.csv", 6_000), []
    for name, more in (("first", ()), ("plain", ()), ("parts", ("--workers", 2))):
        capsys.readouterr()
        report = tmp_path / f"{name}.json"
        assert stand.run(path, "--out-dir", tmp_path / name, "-o", report, "--json", *more) == 0
        told = json.loads(capsys.readouterr().out)
        result = json.loads(report.read_text())["result"]
        bad = {e["finding"]["indicator"]["value"]: e["cells"] for e in result["entries"] if e["finding"]["malicious"]}
        left = {"started", "ended", "seconds", "outputs"}
        summaries.append([{key: said for key, said in told.items() if key not in left}, result["remarks"], bad])
    assert summaries[1] == summaries[2]
    assert contents(tmp_path / "plain") == contents(tmp_path / "parts")
    assert len(stand.asked()) == 9


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a signal that Windows lacks")
def test_killed_while_slices_are_written_the_same_command_goes_on_with_those_that_are_left(
    stand: Stand, tmp_path: Path, threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = a_table(tmp_path / "big.csv", 15_000), tmp_path / "out"
    assert path.stat().st_size > 3 * 128 << 10
    command = (path, "--workers", 1, "--out-dir", out)
    assert killed(stand, f"join:{1 << 18}", *command) == -signal.SIGKILL
    assert not list(out.glob("*.csv"))
    stood = len(list((out / NAME).glob(f"*{SLICE}.csv")))
    assert stood >= 2
    monkeypatch.setattr(phases, "SLICE_SIZE", 1 << 18)
    assert stand.run(*command) == 0
    jobs = [job for job in threads.jobs if isinstance(job, Joining)]
    assert {job.index for job in jobs}.isdisjoint(range(stood))
    assert jobs
    assert len(stand.asked()) == 9
    assert sorted(path.name for path in out.iterdir()) == ["big.enriched.csv"], "nothing is left over"
    assert stand.run(path, "--out-dir", tmp_path / "plain") == 0
    assert contents(out) == contents(tmp_path / "plain")


def test_a_file_that_grows_while_its_slices_are_written_is_read_again(
    stand: Stand, tmp_path: Path, threads: Threads, small: pytest.MonkeyPatch
) -> None:
    del threads
    path, dispatch_jobs = a_table(tmp_path / "big.csv"), phases.dispatch_jobs
    grown = []

    def handed_out(settings: object, function: object, jobs: dict[object, object]) -> object:
        done = dispatch_jobs(settings, function, jobs)  # type: ignore[arg-type, type-var]
        if len(jobs) > 1 and not grown:
            grown.append(len(jobs))
            with path.open("a") as file:
                file.write(f"ws,{sha256(12)},late\n")
        return done

    small.setattr(phases, "dispatch_jobs", handed_out)
    assert stand.run(path, "--workers", 2, "--out-dir", tmp_path / "out") == 0
    assert grown
    assert rows(tmp_path / "out" / "big.enriched.csv")[-1]["vt_sha256"] == sha256(12)


def test_a_large_file_that_cannot_be_cut_is_said(
    stand: Stand, tmp_path: Path, threads: Threads, small: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    del threads, small
    path = a_table(tmp_path / "big.csv")
    path.write_text(path.read_text(), encoding="utf-16")
    assert stand.run(path, "--workers", 2, "--out-dir", tmp_path / "out") == 0
    assert capsys.readouterr().err.count("one worker does all of it") == 1
