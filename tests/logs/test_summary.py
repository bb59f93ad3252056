"""The summary: what ``--json`` prints is what the published schema says, and the metrics hold the same counts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from enrich.cli.main import main
from enrich.logs.summary import SCHEMA_FILE, described, schema
from enrich.model.finding import Status
from enrich.model.verdict import COUNTED
from enrich.standin.synthetic import hashes
from tests.support.standin_server import EMPTY_MD5, Stand

CONTRACT = (
    *("version", "started", "ended", "seconds", "exit_code", "inputs", "outputs", "rows", "cells", "unique"),
    *("from_store", "calls", "found", "not_found", "pending", "failed", "invalid", "trivial", "skipped"),
    *("malicious", "suspicious", "undetected", "no_verdict", "unknown", "left_out", "damaged", "quota"),
)
"""What scripts rely on: none of it may go."""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    values = [hashes(1)[2], hashes(1)[0], hashes(2)[2], EMPTY_MD5, hashes(3)[2][:-1]]
    lines = [f"ws{row},{value},C2 203.0.113.7" for row, value in enumerate(values)]
    path.write_text("\n".join(["Host,Hash,Note", *lines]) + "\n")
    return path


def test_the_published_schema_is_the_one_of_the_declarations() -> None:
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == json.loads(json.dumps(schema())), (
        "python -c 'from enrich.logs.summary import publish; publish()'"
    )


def test_every_field_of_the_contract_is_there_and_each_count_says_what_it_counts() -> None:
    fields = described()
    assert set(CONTRACT) <= set(fields)
    counts = [name for name in fields if name in {*Status, *COUNTED, "left_out", "damaged", "rows", "cells", "unique"}]
    assert len(counts) == 7 + 5 + 5
    assert all(re.match("rows|cells|unique indicators", fields[name]) for name in counts)


def test_what_is_not_asked_for_is_counted_by_its_kind(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, metrics = tmp_path / "list.csv", tmp_path / "enrich.prom"
    path.write_text(f"indicator\n{hashes(1)[2]}\nevil.com\nevil.org\n45.9.148.81\n")
    assert stand.run(path, "--json", "--metrics-file", metrics) == 0
    assert json.loads(capsys.readouterr().out)["not_asked"] == {"domain": 2, "ip": 1}
    for line in ('enrich_run_not_asked{kind="domain"} 2', 'enrich_run_not_asked{kind="ip"} 1'):
        assert line in metrics.read_text().splitlines()


def test_what_a_run_prints_is_valid_and_the_metrics_hold_the_same_counts(
    stand: Stand, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics = tmp_path / "enrich.prom"
    missing = tmp_path / "missing.csv"
    assert stand.run(table, missing, "--json", "--out-dir", tmp_path / "out", "--metrics-file", metrics) == 6
    summary = json.loads(capsys.readouterr().out)
    jsonschema.validate(summary, schema())
    assert (summary["rows"], summary["cells"], summary["unique"], summary["calls"]) == (5, 4, 3, 2)
    assert (summary["found"], summary["trivial"], summary["invalid"], summary["damaged"]) == (3, 1, 1, 1)
    assert summary["unread"][0]["path"] == str(missing)
    assert summary["services"][0]["calls"] == 2
    text = metrics.read_text()
    samples = {name: float(value) for name, value in re.findall(r"^([a-z_]+(?:{.+})?) (\S+)$", text, re.MULTILINE)}
    for name, metric in {"rows": "all_rows", **{n: n for n in ("cells", "unique", "from_store", "calls")}}.items():
        assert samples[f"enrich_run_{metric}"] == summary[name]
    for name in ("left_out", "damaged"):
        assert samples[f"enrich_run_{name}"] == summary[name]
    for status in Status:
        assert samples[f'enrich_run_rows{{status="{status.value}"}}'] == summary[status.value]
    for verdict in COUNTED:
        assert samples[f'enrich_run_verdicts{{verdict="{verdict.value}"}}'] == summary[verdict.value]


@pytest.mark.parametrize("name", ["summary", "result"])
def test_the_schemas_are_to_be_had_from_the_command(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", name]) == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(capsys.readouterr().out))
