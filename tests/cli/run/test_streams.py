"""Outputs and inputs that are no files: standard output, pipes of the shell, devices."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.changing_inputs import CONTENTS
from tests.support.standin_server import KEY, Stand, a_list


def shell(stand: Stand, words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """``enrich`` as a shell's user has it."""
    command = f"{sys.executable} -m enrich {words} {' '.join(stand.arguments)}"
    environment = {**os.environ, "VT_API_KEY": KEY}
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def statuses(text: str) -> list[str]:
    return [row["vt_status"] for row in csv.DictReader(text.lstrip("\ufeff").splitlines())]


@pytest.mark.slow
def test_the_sheet_goes_to_standard_output_and_all_words_elsewhere(stand: Stand, tmp_path: Path) -> None:
    a_list(tmp_path / "in.csv", range(3))
    for name in ("-", "/dev/stdout"):
        done = shell(stand, f"run in.csv -o {name}", tmp_path)
        assert (done.returncode, statuses(done.stdout)) == (0, ["found"] * 3)
        assert "from the store" in done.stderr
    assert sorted(os.listdir(tmp_path)) == ["in.csv", "store.sqlite"]


def test_a_format_may_be_named_for_it(stand: Stand, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    sheet = a_list(tmp_path / "in.csv", range(3))
    assert stand.enrich("run", sheet, "-o", "-", "--format", "json") == 0
    assert json.loads(capfdbinary.readouterr().out)["result"]
    assert stand.enrich("run", sheet, "-o", "-", "--format", "tsv") == 0
    assert b"\t" in capfdbinary.readouterr().out


def test_a_new_table_on_a_stream_begins_with_its_first_heading(
    stand: Stand, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "in.xlsx").write_bytes(CONTENTS["list.xlsx"](range(3)))
    for more in ([], ["--only-answers"]):
        assert stand.run(tmp_path / "in.xlsx", "-o", "-", *more) == 0
        assert capfdbinary.readouterr().out[:3].isalpha()
    marked = tmp_path / "in.csv"
    marked.write_bytes(b"\xef\xbb\xbf" + b"host,sha256\nws1," + b"a" * 64 + b"\n")
    assert stand.run(marked, "-o", "-") == 0
    assert capfdbinary.readouterr().out.startswith(b"\xef\xbb\xbfhost"), "a file that has a mark keeps it"
    assert stand.run(tmp_path / "in.xlsx", "-o", tmp_path / "out.csv") == 0
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf"), "Excel wants one in a file"


@pytest.mark.slow
def test_pipes_of_the_shell_are_read_and_written(stand: Stand, tmp_path: Path) -> None:
    a_list(tmp_path / "in.csv", range(3))
    done = shell(stand, "run <(cat in.csv) -o - -q", tmp_path)
    assert statuses(done.stdout) == ["found"] * 3
    done = shell(stand, f"run in.csv -q {' '.join(stand.arguments)} -o >(cat > copy.csv; sleep 0)", tmp_path)
    assert done.returncode == 0
    done = shell(stand, "run /dev/stdin -o - -q < in.csv", tmp_path)
    assert statuses(done.stdout) == ["found"] * 3


@pytest.mark.parametrize("more", ["-o also.csv", "--json"])
def test_standard_output_takes_one_thing(stand: Stand, tmp_path: Path, more: str) -> None:
    sheet = a_list(tmp_path / "in.csv", range(3))
    assert stand.enrich("run", sheet, "-o", "-", *more.split()) == 2


def test_devices_and_links_are_written_through_and_never_replaced(stand: Stand, tmp_path: Path) -> None:
    sheet = a_list(tmp_path / "in.csv", range(3))
    link, real = tmp_path / "link.csv", tmp_path / "folder" / "real.csv"
    real.parent.mkdir()
    real.write_text("former")
    link.symlink_to(real)
    assert stand.run(sheet, "-o", link) == 0
    assert link.is_symlink()
    assert "vt_status" in real.read_text()
    device = tmp_path / "null.csv"
    device.symlink_to(os.devnull)
    assert stand.run(sheet, "-o", device) == 0
    assert not Path(os.devnull).is_file()


@pytest.mark.slow
def test_a_reader_that_leaves_early_ends_nothing_else(stand: Stand, tmp_path: Path) -> None:
    a_list(tmp_path / "in.csv", range(2_000))
    others = "-o also.csv -o also.html --metrics-file run.prom --fail-on malicious"
    # Bash gives the second pipe's reader time to leave
    done = shell(stand, f"run in.csv -o >(head -c 1 >/dev/null) {others}", tmp_path)
    assert done.returncode == 10
    assert "left before all of it was written" in done.stderr
    assert {"also.csv", "also.html"} <= set(os.listdir(tmp_path))
    assert "enrich_run_exit_code 10" in (tmp_path / "run.prom").read_text()


@pytest.mark.slow
def test_the_gate_is_told_though_nobody_reads_the_sheet_to_its_end(stand: Stand, tmp_path: Path) -> None:
    a_list(tmp_path / "in.csv", range(2_000))
    piped = f"{sys.executable} -m enrich run in.csv -o - -q --fail-on malicious {' '.join(stand.arguments)} | head -c 1"
    done = subprocess.run(
        ["bash", "-c", f"{piped} > /dev/null; exit ${{PIPESTATUS[0]}}"],
        cwd=tmp_path,
        env={**os.environ, "VT_API_KEY": KEY},
        check=False,
    )
    assert done.returncode == 10


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "xlsx", "html", "json", "stix.json", "md", "csv.gz"])
def test_an_output_that_does_not_fit_is_named_and_counted(stand: Stand, tmp_path: Path, form: str) -> None:
    a_list(tmp_path / "in.csv", range(500))
    words = f"run in.csv -o out.{form} -q --metrics-file run.prom --store memory: --virustotal-url {stand.address}"
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f 8; {sys.executable} -m enrich {words}"],
        cwd=tmp_path,
        # half a compiled module would stay behind otherwise
        env={**os.environ, "VT_API_KEY": KEY, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 7
    assert re.search(rf"out\.{form},? cannot be written: File too large", done.stderr)
    assert "Traceback" not in done.stderr
    assert "enrich_run_exit_code 7" in (tmp_path / "run.prom").read_text()
    assert not (tmp_path / f"out.{form}").exists()
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".enrich-")]
