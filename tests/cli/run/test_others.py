"""The commands besides the main job: scan, doctor, cache."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import shlex
import stat
from collections.abc import Callable
from pathlib import Path

import certifi
import pytest

from enrich.cli import flags
from enrich.cli.main import main, parser
from enrich.standin.synthetic import hashes
from tests.support.standin_server import KEY, Stand


def test_scan_lists_every_sighting_without_key_or_network(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", str(table)]) == 0
    lines = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(lines[0]) == ["input", "sheet", "cell", "kind", "value", "status", "reason"]
    assert [(line["cell"], line["status"]) for line in lines] == [
        ("B2", "indicator"),
        ("C2", "indicator"),
        ("B3", "indicator"),
        ("C4", "indicator"),
        ("B5", "trivial"),
        ("C6", "damaged"),
    ]
    assert lines[2]["value"] == hashes(1)[0]
    assert main(["scan", "--unique", str(table)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 6


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        (["--virustotal-url", "http://127.0.0.1:1"], "no connection"),
        (["--proxy", "http://127.0.0.1:1"], "the proxy cannot be reached"),
    ],
)
def test_doctor_says_why_the_service_cannot_be_reached_and_what_to_do(
    tmp_path: Path, key: str, where: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--store", "memory:", *where]) == 4
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("wrong")]
    assert reason in line
    assert "check" in line


def test_doctor_tells_a_missing_key_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--store", "memory:"]) == 5
    assert capsys.readouterr().out.count("no API key was found") == 1


def test_the_store_and_the_installation_are_described_in_words(
    stand: Stand, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ["--store", f"sqlite:///{tmp_path / 'store.sqlite'}"]
    assert main(["cache", "info", *store]) == 0
    assert "answers           0\n" in capsys.readouterr().out
    assert stand.run(table) == 0
    assert main(["cache", "info", *store]) == 0
    assert "answers           2: 2 found" in capsys.readouterr().out
    assert main(["doctor", "--virustotal-url", stand.address, *store]) == 0
    told = capsys.readouterr().out
    assert "store.sqlite: 2 answers, " in told
    assert "2 calls used today, no limit" in told


def test_doctor_says_which_proxy_and_certificates_are_in_force_and_from_where(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://name:hunter2@127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certifi.where())
    main(["doctor", "--store", "memory:"])
    told = capsys.readouterr().out
    assert "ok    proxy     http://127.0.0.1:1 (HTTPS_PROXY)" in told
    assert f"ok    trust     {certifi.where()} (REQUESTS_CA_BUNDLE)" in told
    assert "hunter2" not in told
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "gone.pem"))
    assert main(["doctor", "--store", "memory:"]) == 5
    assert "wrong trust     the CA bundle of REQUESTS_CA_BUNDLE cannot be read" in capsys.readouterr().out


def test_doctor_tells_a_key_file_that_others_may_read_and_missing_libraries(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "key"
    file.write_text(KEY)
    file.chmod(0o644)
    monkeypatch.setattr("enrich.extras.find_spec", lambda name: None if name == "keyring" else name)
    assert stand.enrich("doctor", "--key-file", file) == 0
    told = capsys.readouterr().out
    assert f"chmod 600 {file}" in told
    assert "note  extras    without a key in the system keyring: pip install keyring" in told
    file.chmod(0o600)
    stand.enrich("doctor", "--key-file", file)
    assert "chmod" not in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_the_store_is_for_its_owner_alone(stand: Stand, table: Path, tmp_path: Path) -> None:
    stand.run(table)
    assert stat.S_IMODE((tmp_path / "store.sqlite").stat().st_mode) == 0o600


async def test_the_stand_in_says_which_command_uses_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def serve(options: object, announce: Callable[[str], None]) -> None:
        announce("http://127.0.0.1:8899")

    monkeypatch.setattr("enrich.standin.server.serve_forever", serve)
    assert await asyncio.to_thread(main, ["standin"]) == 0
    line = capsys.readouterr().err.splitlines()[-1]
    key, program, *words = shlex.split(line)
    assert key.startswith("VT_API_KEY=")
    assert program == "enrich"
    arguments = parser().parse_args(words)
    assert flags.settings_from(arguments).providers["virustotal_url"] == "http://127.0.0.1:8899"


def test_scan_gives_canonical_values_as_they_are_and_guards_the_texts_of_cells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "=cmd.csv"
    path.write_text(f"Hash,Note\n{hashes(1)[2]},to 203.0.113.7 and evil.example\n")
    assert main(["scan", str(path)]) == 0
    lines = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    values = {line["kind"]: line["value"] for line in lines}
    assert values["hash"] == hashes(1)[2]
    assert values.get("ip", "203.0.113.7") == "203.0.113.7"
