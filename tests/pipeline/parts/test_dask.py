"""A Dask cluster as the engine of a run in parts: the same bytes, whoever of it dies; other versions are refused."""

from __future__ import annotations

import gzip
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from enrich.errors import OutputError
from enrich.pipeline.engines.dask_ import check_versions
from enrich.pipeline.parts.state_folder import NAME
from enrich.version import __version__
from tests.support.standin_server import Stand, sha256

PARTS, ROWS = 12, 1000


@pytest.fixture
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")  # half a second, which only who runs this waits for
    how = {"n_workers": 3, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**how) as local:
        yield local


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    folder = tmp_path / "lake"
    folder.mkdir()
    hashes = [sha256(number) for number in range(40)]
    for part in range(PARTS):
        lines = (f"ws{number},{hashes[(part + number) % 40]}\n" for number in range(ROWS))
        text = "Host,SHA256\n" + "".join(lines)
        if part % 2:
            (folder / f"{part:02}.csv").write_text(text)
        else:
            (folder / f"{part:02}.csv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    return folder


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a signal that Windows lacks")
def test_two_of_three_workers_killed_while_parts_are_written(
    stand: Stand, tmp_path: Path, lake: Path, cluster: Any
) -> None:
    out, killed = tmp_path / "out", list[int]()
    ended = threading.Event()

    def kill_two() -> None:
        while not ended.wait(0.005):
            if any(out.glob("*.enriched.csv*")):
                killed.extend(nanny.pid for nanny in list(cluster.workers.values())[:2])
                for process in killed:
                    os.kill(process, signal.SIGKILL)
                return

    killer = threading.Thread(target=kill_two)
    killer.start()
    code = stand.run(lake, "--engine", "dask", "--scheduler", cluster.scheduler_address, "--out-dir", out)
    ended.set()
    killer.join()
    assert code == 0
    assert len(killed) == 2
    calls = len(stand.asked())
    assert calls == 40, "no worker's death costs a call"
    assert sorted(path.name for path in out.iterdir()) == [
        f"{part:02}.enriched.csv{'' if part % 2 else '.gz'}" for part in range(PARTS)
    ]
    assert not (out / NAME).exists()
    assert stand.run(*sorted(lake.iterdir()), "--out-dir", tmp_path / "plain") == 0
    for path in (tmp_path / "plain").iterdir():
        assert (out / path.name).read_bytes() == path.read_bytes()
    assert len(stand.asked()) == calls


def test_a_worker_of_another_version_is_named() -> None:
    check_versions({"tcp://one:1": __version__})
    with pytest.raises(OutputError, match=r"tcp://two:2 has ioc-enrich 0\.0\.1"):
        check_versions({"tcp://one:1": __version__, "tcp://two:2": "0.0.1"})
    with pytest.raises(OutputError, match="no worker"):
        check_versions({})
