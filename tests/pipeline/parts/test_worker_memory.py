"""Workers keep the memory that a column leaves, whoever began them."""

from __future__ import annotations

import os

import pytest

from enrich.config.settings import Settings
from enrich.pipeline.engines import engine_named

pytest.importorskip("pyarrow")


POOL = "__import__('pyarrow').default_memory_pool().backend_name"
"""Which allocator Arrow uses where this is evaluated; a worker cannot import this module."""


def test_a_process_of_this_machine_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARROW_DEFAULT_MEMORY_POOL", raising=False)
    with engine_named("local").executor(Settings(workers=1)) as workers:
        assert workers.submit(eval, POOL).result() == "system"
    assert "ARROW_DEFAULT_MEMORY_POOL" not in os.environ


def test_what_the_user_chose_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARROW_DEFAULT_MEMORY_POOL", "mimalloc")
    with engine_named("local").executor(Settings(workers=1)) as workers:
        assert workers.submit(eval, POOL).result() == "mimalloc"


@pytest.mark.slow
def test_a_worker_of_a_cluster_keeps_it() -> None:
    distributed = pytest.importorskip("distributed")
    how = {"n_workers": 1, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**how) as cluster:
        settings = Settings(engine="dask", scheduler=cluster.scheduler_address)
        with engine_named("dask").executor(settings) as workers:
            assert workers.submit(eval, POOL).result() == "system"
