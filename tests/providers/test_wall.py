"""A source is one new file: asked in a run, with its columns, options, plan, quota, audit and custody."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import enrich.providers
from enrich.cli.main import main
from enrich.providers import all_providers
from enrich.registry import entries
from tests.support import echo_provider
from tests.support.standin_server import Stand, a_list, rows, sha256

ECHO = Path(echo_provider.__file__).read_text()


@pytest.fixture(autouse=True)
def echo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder of further providers with one file in it."""
    folder = tmp_path / "further"
    folder.mkdir()
    (folder / "echo.py").write_text(ECHO)
    monkeypatch.setenv("ECHO_KEY", "a-key-for-echo-0123456789")
    enrich.providers.__path__.append(str(folder))
    entries.cache_clear()
    yield
    enrich.providers.__path__.remove(str(folder))
    entries.cache_clear()
    sys.modules.pop("enrich.providers.echo", None)


def test_a_whole_job_runs_through_it_with_columns_audit_quota_and_custody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet, audit, result = a_list(tmp_path / "in.csv", range(20)), tmp_path / "audit", tmp_path / "result.json"
    outputs = ["-o", str(tmp_path / "out.csv"), "-o", str(result)]
    store = ["--store", f"sqlite:///{tmp_path}/s.sqlite"]
    command = ["run", str(sheet), "--source", "echo", "--echo-word", "hello", *outputs, "--audit", str(audit), *store]
    assert main([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    out = rows(tmp_path / "out.csv")
    found = [row for row in out if row["ec_status"] == "found"]
    assert list(out[0]) == ["SHA256", "ec_status", "ec_word", "ec_note"]
    assert 0 < len(found) < 20
    assert {row["ec_word"] for row in found} == {"hello"}
    assert (told["suspicious"], told["unknown"], told["calls"]) == (len(found), 20 - len(found), 20)
    assert (told["quota"]["allowed"]["per_day"], told["quota"]["used"]["day"]) == (77, 23)
    (service,) = json.loads(result.read_text())["result"]["services"]
    assert (service["title"], service["address"], service["stand_in"]) == ("Echo", "https://echo.example", False)
    assert service["key_fingerprint"]
    lines = [json.loads(line) for line in audit.read_text().splitlines()]
    assert {(line["method"], line["host"]) for line in lines} == {("GET", "echo.example")}
    assert sorted(line["path"] for line in lines) == sorted(f"/say/{sha256(number)}" for number in range(20))
    assert main([*command, "--fail-on", "suspicious", "-q"]) == 10, "from the store, by its own verdict"
    assert len(audit.read_text().splitlines()) == 20


def test_it_stands_beside_another_source_with_a_verdict_of_both(stand: Stand, tmp_path: Path) -> None:
    sheet = a_list(tmp_path / "in.csv", range(10))
    assert stand.run(sheet, "--source", "virustotal", "--source", "echo", "-o", tmp_path / "out.csv") == 0
    out = rows(tmp_path / "out.csv")
    assert all(row["vt_status"] == "found" for row in out)
    assert {row["ec_status"] for row in out} == {"found", "not_found"}


def test_its_options_stand_in_help_in_the_environment_and_in_a_table_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--help"]) == 0
    told = capsys.readouterr().out
    assert "--echo-word WORD" in told
    assert "--echo-url URL" in told
    sheet = a_list(tmp_path / "in.csv", range(20))
    config = tmp_path / "enrich.toml"
    config.write_text('source = ["echo"]\n[providers.echo]\nword = "from the table"\n')
    monkeypatch.setenv("ENRICH_CONFIG", str(config))
    command = ["run", str(sheet), "--store", "memory:", "-q", "-o", str(tmp_path / "out.csv")]
    for expected in ("from the table", "from outside"):
        assert main(command) == 0
        assert expected in {row["ec_word"] for row in rows(tmp_path / "out.csv")}
        monkeypatch.setenv("ENRICH_ECHO_WORD", "from outside")


def test_help_and_doctor_list_it_whoever_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("run", "plan", "lookup", "columns", "quota"):
        assert main([command, "--help"]) == 0
        assert "\n  echo: Echo\n" in capsys.readouterr().out, command
    main(["doctor", "--store", "memory:", "--proxy", "http://127.0.0.1:9"])
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("ok    sources ")]
    assert " echo " in line


def test_doctor_quota_and_plan_speak_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = ["--store", f"sqlite:///{tmp_path}/s.sqlite"]
    assert main(["doctor", "--source", "echo", *store]) == 0
    told = capsys.readouterr().out
    assert "environment variable ECHO_KEY" in told
    assert "https://echo.example answers; 3 calls used today, 77 allowed" in told
    assert main(["quota", "--source", "echo", *store]) == 0
    assert "a day     77 calls, used 3" in capsys.readouterr().out
    sheet = a_list(tmp_path / "in.csv", range(4))
    assert main(["plan", str(sheet), "--source", "echo", "--json", *store]) == 0
    told_plan = json.loads(capsys.readouterr().out)
    assert (told_plan["service"], told_plan["needed"]) == ("https://echo.example", 4)


@pytest.mark.parametrize("provider", all_providers(), ids=lambda provider: provider.NAME)
def test_every_source_declares_what_the_wall_asks_for(provider: enrich.providers.Provider) -> None:
    columns = provider.columns_for(provider.OPTIONS())
    assert columns
    assert all(column.name.startswith(f"{provider.PREFIX}_") for column in columns)
    assert {f"{provider.PREFIX}_{name}" for name in ("status", "note", "checked_at")} <= {c.name for c in columns}
    assert provider.ADDRESS.startswith("https://")
    assert provider.ROUTES
    assert all(route.method == "GET" or route.body for route in provider.ROUTES), "a body is always said whole"
    assert all(".*" not in route.path + route.body for route in provider.ROUTES)


def test_no_two_sources_share_a_name_a_prefix_or_an_option() -> None:
    providers = all_providers()
    assert len({p.NAME for p in providers}) == len({p.PREFIX for p in providers}) == len(providers)
    names = [item.name for item in enrich.providers.options_of_sources()]
    assert len(names) == len(set(names))
