"""Objects of S3 and the like: fetched, and put whole; what is wrong with one is said with its address."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import fs

from enrich.cli.main import main
from enrich.config.settings import Settings
from enrich.errors import OutputError
from enrich.files import objects
from enrich.files.objects import ObjectStore, address_of
from enrich.pipeline.objects import objects_as_files
from tests.support.standin_server import Stand, a_list, rows


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the bucket ``lake`` of every store."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "objects"
    (root / "lake").mkdir(parents=True)
    monkeypatch.setattr(objects, "file_system", lambda _: fs.SubTreeFileSystem(str(root), fs.LocalFileSystem()))
    return root / "lake"


def left(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("path", "address"),
    [("s3://lake/a/b.csv", "s3://lake/a/b.csv"), ("gs://lake/x", "gs://lake/x"), ("lake/s3/x", ""), ("C:/x", "")],
)
def test_a_path_that_names_an_object_is_told_from_a_file(path: str, address: str) -> None:
    assert address_of(Path(path)) == address


def test_an_object_comes_back_beside_itself(
    stand: Stand, bucket: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_list(bucket / "in.csv", range(3))
    assert stand.enrich("run", "s3://lake/in.csv") == 0
    assert [row["vt_status"] for row in rows(bucket / "in.enriched.csv")] == ["found"] * 3
    assert "wrote s3://lake/in.enriched.csv" in capsys.readouterr().err
    assert left(tmp_path) == [], "nothing stays on this machine"


@pytest.mark.slow
def test_parts_of_a_lake_are_read_and_written_as_those_of_a_folder(stand: Stand, bucket: Path, tmp_path: Path) -> None:
    for folder in (tmp_path / "lake", bucket / "in", bucket / "out"):  # a bucket has none, this stand-in of one does
        folder.mkdir()
    for number in range(3):
        a_list(tmp_path / "lake" / f"{number}.csv", range(number, number + 4))
        a_list(bucket / "in" / f"{number}.csv", range(number, number + 4))
    assert stand.run(tmp_path / "lake", "--workers", 2, "--out-dir", tmp_path / "out") == 0
    asked = len(stand.asked())
    assert stand.run("s3://lake/in/*.csv", "--workers", 2, "--out-dir", "s3://lake/out") == 0
    assert len(stand.asked()) == asked
    plain = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*.csv")}
    assert {path.name: path.read_bytes() for path in (bucket / "out").iterdir()} == plain
    assert len(plain) == 3


def test_a_run_that_has_more_to_ask_goes_on_with_what_it_fetched(stand: Stand, bucket: Path, tmp_path: Path) -> None:
    a_list(bucket / "in.csv", range(5))
    assert stand.run("s3://lake/in.csv", "--budget", 2) == 3
    assert [path.name for path in left(tmp_path)].count("in.csv") == 1
    assert stand.run("s3://lake/in.csv") == 0
    assert {row["vt_status"] for row in rows(bucket / "in.enriched.csv")} == {"found"}


def test_answers_in_an_object_do_not_become_pending(
    stand: Stand, bucket: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_list(bucket / "in.csv", range(3))
    assert stand.run("s3://lake/in.csv") == 0
    without = ["run", "s3://lake/in.csv", "--offline", "--store", "memory:"]
    assert main(without) == 7
    assert "holds answers in 3 rows that this run lacks" in capsys.readouterr().err
    assert {row["vt_status"] for row in rows(bucket / "in.enriched.csv")} == {"found"}
    assert main([*without, "--replace-answers"]) == 3
    assert {row["vt_status"] for row in rows(bucket / "in.enriched.csv")} == {"pending"}


def test_a_list_is_known_by_its_address_whatever_it_is_written_to(stand: Stand, bucket: Path) -> None:
    a_list(bucket / "in.csv", range(2))
    assert stand.run("s3://lake/in.csv", "--fail-on", "change") == 0
    a_list(bucket / "in.csv", range(3))
    assert stand.run("s3://lake/in.csv", "-o", "s3://lake/other.csv", "--fail-on", "change") == 10


@pytest.mark.parametrize("name", ["my list.csv", "list[1].csv", "été #1?.csv"])
def test_an_object_may_be_called_anything(stand: Stand, bucket: Path, name: str) -> None:
    a_list(bucket / name, range(2))
    assert stand.run(f"s3://lake/{name}", "-o", "s3://lake/out.csv") == 0
    assert len(rows(bucket / "out.csv")) == 2


def test_an_object_that_was_changed_is_fetched_again(stand: Stand, bucket: Path) -> None:
    a_list(bucket / "in.csv", range(2))
    stand.run("s3://lake/in.csv", "--budget", 1)
    a_list(bucket / "in.csv", range(4))
    assert stand.run("s3://lake/in.csv") == 0
    assert len(rows(bucket / "in.enriched.csv")) == 4


def test_an_output_that_cannot_be_put_leaves_the_earlier_object_whole(bucket: Path, tmp_path: Path) -> None:
    (bucket / "out.csv").write_text("earlier")
    with pytest.raises(OutputError, match=r"s3://lake/out\.csv"):
        ObjectStore("s3://lake/out.csv").put(tmp_path / "nothing", "s3://lake/out.csv")
    assert [path.name for path in bucket.iterdir()] == ["out.csv"]
    assert (bucket / "out.csv").read_text() == "earlier"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["s3://lake/nothing/"], 6, "s3://lake/nothing matches no object"),
        (["s3://lake/in.csv", "--in-place"], 2, "--in-place is for files"),
        (["s3://name:secret@lake/in.csv"], 2, "an address with a key in it"),
        (["s3://lake/in.csv", "-o", "s3://lake/in.csv"], 2, "s3://lake/in.csv is an output (-o) and an input"),
        (["s3://lake/in.csv", "--workers", "2", "--engine", "dask", "--out-dir", "x"], 2, "--engine dask is for files"),
        (["s3://lake/in.csv", "-o", "s3://name:secret@lake/x.csv"], 2, "an address with a key in it"),
        (["s3://lake/in.csv", "-o", "s3://nowhere/x.csv"], 7, "there is no bucket nowhere"),
        (["s3://lake/in.csv", "--log-file", "s3://lake/log"], 2, "--log-file s3://lake/log: an object cannot be that"),
        (["--inbox", "in", "--out-dir", "s3://lake/out"], 2, "--out-dir s3://lake/out: an object cannot be that"),
        (["s3://lake/empty.csv"], 6, "s3://lake/empty.csv is empty"),
    ],
)
def test_what_is_wrong_with_an_object_is_said_by_its_address(
    stand: Stand, bucket: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    a_list(bucket / "in.csv", range(2))
    (bucket / "empty.csv").touch()
    assert stand.run(*arguments) == code
    assert stand.asked() == []
    said = capsys.readouterr().err
    assert words in said
    assert "secret" not in said


def test_scan_and_plan_read_objects_too(
    stand: Stand, bucket: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_list(bucket / "in.csv", range(2))
    for command in (lambda path: main(["scan", path]), lambda path: stand.enrich("plan", path, "--json")):
        assert command("s3://lake/in.csv") == 0
        said = capsys.readouterr().out
        assert "s3://lake/in.csv" in said
        assert str(tmp_path) not in said


@pytest.fixture
def s3_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A real server that speaks S3, where one is installed (moto); it has the bucket ``lake``."""
    server = shutil.which("moto_server")
    if server is None:
        pytest.skip("no server that speaks S3 is installed (moto_server)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "trial")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    running = subprocess.Popen([server, "-p", str(port)], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        fs.S3FileSystem(endpoint_override=f"127.0.0.1:{port}", scheme="http", allow_bucket_creation=True).create_dir(
            "lake"
        )
        yield
    finally:
        running.kill()
        running.wait()


@pytest.mark.slow
@pytest.mark.usefixtures("s3_server")
def test_a_server_that_speaks_s3_gets_whole_objects(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    system = objects.file_system("s3://lake/x")
    source = a_list(tmp_path / "in.csv", range(3))
    ObjectStore("s3://lake/x").put(source, "s3://lake/in/1.csv")
    assert stand.run("s3://lake/in/", "--workers", 1, "--out-dir", "s3://lake/out") == 0
    names = [info.path for info in system.get_file_info(fs.FileSelector("lake", recursive=True)) if info.is_file]
    assert names == ["lake/in/1.csv", "lake/out/1.enriched.csv"]
    fs.copy_files("lake/out/1.enriched.csv", os.fspath(tmp_path / "back.csv"), source_filesystem=system)
    assert [row["vt_status"] for row in rows(tmp_path / "back.csv")] == ["found"] * 3


def test_two_runs_of_one_command_do_not_remove_each_other_s_files(bucket: Path, tmp_path: Path) -> None:
    a_list(bucket / "in.csv", range(3))
    settings, inputs = Settings(output=(Path("s3://lake/out.csv"),)), [Path("s3://lake/in.csv")]
    first = objects_as_files(settings, inputs)
    with pytest.raises(OutputError, match="another run is at work"):
        objects_as_files(settings, inputs)
    assert all(path.is_file() for path in first.inputs)
    del first  # it ended, however it did
    assert objects_as_files(settings, inputs).inputs[0].is_file()
