"""Several sources in one run: a gate before the quota, second opinions beside the verdict, each with its own word."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from enrich.cli.main import main
from enrich.standin.options import Fault, Faults
from enrich.standin.synthetic import facts, shared
from tests.support.standin_server import Stand, a_list, rows, sha256

ALL = "hashlookup,virustotal,malwarebazaar,threatfox,urlhaus"


@pytest.fixture
def abusech(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ABUSECH_AUTH_KEY", "0123456789abcdef0123")
    return "ABUSECH_AUTH_KEY"


def with_all(stand: Stand, *arguments: object) -> list[object]:
    """What leads a run to every source of the stand-in."""
    places = [part for name in ALL.split(",") for part in (f"--{name}-url", stand.address)]
    return [*arguments, *places]


def others(stand: Stand) -> list[dict[str, str]]:
    found: list[dict[str, str]] = stand.log()["others"]
    return found


def number_with(least: int, most: int = 100) -> int:
    return next(n for n in range(1000) if least <= facts(sha256(n)).malicious <= most)


def test_with_a_gate_first_known_good_files_cost_no_call_and_say_why(
    standing: Callable[..., Stand], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand = standing(known_good_share=0.7)
    sheet = a_list(tmp_path / "in.csv", range(200))
    arguments = with_all(stand, sheet, "--source", "hashlookup,virustotal")
    assert stand.enrich("run", *arguments, "--json") == 0
    told = capsys.readouterr()
    out = rows(tmp_path / "in.enriched.csv")
    spared = [row for row in out if row["vt_status"] == "trivial"]
    assert 100 < len(spared) < 160
    assert all(row["vt_note"].startswith("known good by CIRCL hashlookup: Synthetic OS 1.0") for row in spared)
    assert all(row["vt_verdict"] == "" and row["hl_status"] == "found" for row in spared)
    assert len(stand.asked()) == len(out) - len(spared) == json.loads(told.out)["calls"]
    unsure = [row for row in out if row["hl_status"] == "found" and not row["hl_trust"]]
    assert unsure, "an older record says nothing of trust"
    assert {row["vt_status"] for row in unsure} == {"found"}, "and spares nobody"
    assert f"spared the sources behind it the calls for {len(spared)} files" in told.err


@pytest.mark.slow
def test_of_a_thousand_hashes_of_which_700_are_known_good_300_calls_reach_virustotal(
    standing: Callable[..., Stand], tmp_path: Path
) -> None:
    share = 0.7
    # every fiftieth record tells no trust, and spares nobody
    sure = [n for n in range(1, 3000) if shared(sha256(n), share) and facts(sha256(n)).number % 50]
    unknown = [n for n in range(1, 3000) if not shared(sha256(n), share)]
    stand = standing(known_good_share=share)
    sheet = a_list(tmp_path / "in.csv", [*sure[:700], *unknown[:300]])
    assert stand.run(*with_all(stand, sheet, "--source", "hashlookup,virustotal")) == 0
    assert len(stand.asked()) == len(set(stand.asked())) == 300


def test_what_is_known_is_asked_all_the_same_where_the_user_says_so_or_wants_more_trust(
    standing: Callable[..., Stand], tmp_path: Path
) -> None:
    stand = standing(known_good_share=1.0)
    sheet = a_list(tmp_path / "in.csv", range(6))
    arguments = with_all(stand, sheet, "--source", "hashlookup", "--source", "virustotal")
    assert stand.run(*arguments) == 0
    assert stand.asked() == []
    assert stand.run(*arguments, "--known-good-trust", 90) == 0
    assert len(stand.asked()) == 6
    assert stand.run(*arguments, "--ask-known", "--refresh") == 0
    assert len(stand.asked()) == 12


def test_md5s_and_sha1s_go_to_the_gate_many_at_once_and_hashes_alone_are_in_the_body(
    standing: Callable[..., Stand], tmp_path: Path
) -> None:
    stand = standing(known_good_share=1.0)
    sheet = tmp_path / "in.csv"
    sheet.write_text("\n".join(["MD5", *(facts(sha256(n)).md5 for n in range(20))]) + "\n")
    assert stand.run(*with_all(stand, sheet, "--source", "hashlookup,virustotal")) == 0
    assert {request["path"] for request in others(stand)} == {"/bulk/md5"}
    assert len(others(stand)) < 5
    asked = [value for request in others(stand) for value in json.loads(request["body"])["hashes"]]
    assert sorted(asked) == sorted(facts(sha256(n)).md5 for n in range(20))
    assert {row["hl_status"] for row in rows(tmp_path / "in.enriched.csv")} == {"found"}


def test_each_source_has_its_own_columns_and_the_verdict_is_of_all(stand: Stand, tmp_path: Path, abusech: str) -> None:
    bad, clean = number_with(60), number_with(0, 0)
    sheet = tmp_path / "in.csv"
    sheet.write_text("\n".join(["SHA256", sha256(bad), sha256(clean)]) + "\n")
    result = tmp_path / "result.json"
    outputs = ["-o", tmp_path / "out.csv", "-o", result]
    assert stand.run(*with_all(stand, sheet, "--source", ALL, *outputs), "--audit", tmp_path / "audit") == 0
    first, second = rows(tmp_path / "out.csv")
    assert (first["vt_verdict"], first["mb_status"], first["tf_status"], first["uh_status"]) == (
        "malicious", "found", "found", "found",
    )  # fmt: skip
    assert (first["tf_malware"], first["tf_confidence"], first["mb_tags"]) == ("Standin RAT", "100", "exe, standin")
    assert first["mb_first_seen"] == "2026-01-05T10:11:12Z"
    assert first["tf_link"] == "https://threatfox.abuse.ch/ioc/4711", "the substring match is another indicator"
    assert {second[f"{one}_status"] for one in ("mb", "tf", "uh", "hl")} == {"not_found"}
    assert second["vt_verdict"] == "undetected"
    document = json.loads(result.read_text())["result"]
    assert [one["name"] for one in document["services"]] == [
        "virustotal", "hashlookup", "malwarebazaar", "threatfox", "urlhaus",
    ]  # fmt: skip
    assert document["totals"]["undetected"] == 1, "that others do not know it says nothing against it"
    audited = [json.loads(line) for line in (tmp_path / "audit").read_text().splitlines()]
    assert {(line["method"], line["path"].rpartition("/")[0][:12]) for line in audited if line["method"] == "POST"} == {
        ("POST", "/api/v1"), ("POST", "/v1/payload"),
    }  # fmt: skip


def test_a_file_that_no_engine_detects_and_a_list_of_malware_knows_is_malicious_and_both_are_shown(
    standing: Callable[..., Stand], tmp_path: Path, abusech: str
) -> None:
    value = sha256(1)
    files = [
        {
            "sha256": value,
            "sha1": value[:40],
            "md5": value[:32],
            "last_analysis_stats": {"malicious": 0, "undetected": 70},
        }
    ]
    (tmp_path / "data.jsonl").write_text(json.dumps(files[0]) + "\n")
    other = {**files[0], "last_analysis_stats": {"malicious": 50, "undetected": 20}}
    (tmp_path / "other.jsonl").write_text(json.dumps(other) + "\n")
    ours = standing(synthetic=False, dataset=tmp_path / "data.jsonl")
    theirs = standing(synthetic=False, dataset=tmp_path / "other.jsonl")
    sheet = a_list(tmp_path / "in.csv", range(1, 2))
    arguments = [sheet, "--source", "virustotal,malwarebazaar", "--malwarebazaar-url", theirs.address]
    report = tmp_path / "report.md"
    outputs = ["-o", tmp_path / "out.csv", "-o", report]
    assert ours.run(*arguments, *outputs, "--fail-on", "malicious") == 10
    (row,) = rows(tmp_path / "out.csv")
    assert (row["vt_verdict"], row["vt_detections"], row["mb_status"]) == ("undetected", "0/70", "found")
    assert "MalwareBazaar" in report.read_text()


@pytest.fixture
def outage(standing: Callable[..., Stand], abusech: str, hurried: None) -> tuple[Stand, list[object]]:
    """VirusTotal that answers, and MalwareBazaar that does not; what leads a run to both."""
    down = standing(faults=Faults(other_sources=Fault.HTML_200))
    return standing(), ["--malwarebazaar-url", down.address, "--source", "virustotal,malwarebazaar"]


def test_one_sources_outage_leaves_the_others_rows_whole_and_the_exit_code_says_so(
    outage: tuple[Stand, list[object]], tmp_path: Path
) -> None:
    ours, places = outage
    assert ours.run(a_list(tmp_path / "in.csv", range(2)), *places) == 4
    out = rows(tmp_path / "in.enriched.csv")
    assert [row["vt_status"] for row in out] == ["found", "found"]
    assert [row["mb_status"] for row in out] == ["failed", "failed"]


@pytest.mark.parametrize("workers", [[], pytest.param(["--workers", 2], marks=pytest.mark.slow)])
def test_what_failed_at_one_source_is_told_on_the_terminal_in_the_summary_and_in_the_metrics(
    outage: tuple[Stand, list[object]], tmp_path: Path, capsys: pytest.CaptureFixture[str], workers: list[object]
) -> None:
    ours, places = outage
    sheet, metrics = a_list(tmp_path / "in.csv", range(2)), tmp_path / "enrich.prom"
    told_to = ["--json", "--metrics-file", metrics, "--out-dir", tmp_path / "out", *workers]
    assert ours.enrich("run", sheet, *places, *told_to) == 4
    told = capsys.readouterr()
    assert re.search(r"^failed at MalwareBazaar \(2\): \S", told.err, re.MULTILINE)
    assert "  VirusTotal: 2 found\n  MalwareBazaar: 2 failed\n" in told.err
    assert "not every source has answered: run the same command again to go on" in told.err
    assert "older answers" not in told.err
    lead, further = json.loads(told.out)["services"]
    assert [(one["found"], one["not_found"], one["pending"], one["failed"]) for one in (lead, further)] == [
        (2, 0, 0, 0), (0, 0, 0, 2),
    ]  # fmt: skip
    assert 'enrich_run_service_failed{service="malwarebazaar"} 2\n' in metrics.read_text()


def test_the_hashes_of_one_file_are_one_at_every_source(
    outage: tuple[Stand, list[object]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, places = outage
    sheet = tmp_path / "in.csv"
    sheet.write_text(f"MD5,SHA256\n{facts(sha256(1)).md5},{sha256(1)}\n")
    assert ours.enrich("run", sheet, *places, "--json") == 4
    assert [one["found"] + one["failed"] for one in json.loads(capsys.readouterr().out)["services"]] == [1, 1]


@pytest.mark.parametrize("workers", [[], pytest.param(["--workers", 2], marks=pytest.mark.slow)])
@pytest.mark.parametrize("secret", ["", "wrong"])
def test_a_key_that_one_of_several_sources_lacks_is_exit_5_with_its_name_and_the_others_answers(
    stand: Stand,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    secret: str,
    workers: list[object],
) -> None:
    monkeypatch.setenv("ABUSECH_AUTH_KEY", secret)
    sheet = a_list(tmp_path / "in.csv", range(2))
    named = ["--source", "virustotal,malwarebazaar", "--json", "--out-dir", tmp_path / "out", *workers]
    assert stand.enrich("run", *with_all(stand, sheet, *named)) == 5
    told = capsys.readouterr()
    assert "enrich: MalwareBazaar was left out: " in told.err
    assert "stopped early: MalwareBazaar: " in told.err
    assert "older answers" not in told.err
    assert "run the same command again" not in told.err, "which changes nothing"
    summary = json.loads(told.out)
    assert summary["exit_code"] == 5
    assert [(one["found"], one["pending"]) for one in summary["services"]] == [(2, 0), (0, 2)]
    (written,) = (tmp_path / "out").glob("*.csv")
    assert [row["vt_status"] for row in rows(written)] == ["found", "found"]
    assert stand.enrich("run", *with_all(stand, sheet, "--source", "malwarebazaar")) == 5, "nor does it for one alone"


def test_where_the_key_of_a_further_source_may_lie_is_said_and_sources_of_one_key_are_said_at_once(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = a_list(tmp_path / "in.csv", range(2))
    assert stand.enrich("run", *with_all(stand, sheet, "--source", "virustotal,malwarebazaar,threatfox")) == 5
    told = capsys.readouterr().err
    assert "MalwareBazaar, ThreatFox were left out: no API key was found" in told
    assert "ABUSECH_AUTH_KEY, or in a file named by key-file in [providers.malwarebazaar] of enrich.toml" in told


def test_what_the_quota_of_one_of_several_sources_did_not_reach_is_exit_3(
    standing: Callable[..., Stand],
    tmp_path: Path,
    abusech: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stand = standing()
    monkeypatch.setenv("ENRICH_MALWAREBAZAAR_PER_DAY", "1")
    sheet = a_list(tmp_path / "in.csv", range(3))
    assert stand.enrich("run", *with_all(stand, sheet, "--source", "virustotal,malwarebazaar", "--json")) == 3
    told = capsys.readouterr()
    assert [one["pending"] for one in json.loads(told.out)["services"]] == [0, 2]
    assert "not every source has answered: run the same command again to go on" in told.err


def test_a_lookup_by_hand_ends_with_5_as_well_and_shows_what_the_others_say(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    named = ["--source", "virustotal,malwarebazaar", "--columns", "vt_status,mb_status"]
    assert stand.enrich("lookup", sha256(1), *with_all(stand, *named)) == 5
    told = capsys.readouterr()
    assert f"{sha256(1)},found,pending" in told.out
    assert "enrich: MalwareBazaar was left out: no API key was found" in told.err


def test_an_inbox_goes_on_without_the_source_whose_key_is_missing_and_keeps_its_files(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enrich.pipeline.inbox.SETTLE", 0)
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    for number in range(2):
        a_list(inbox / f"{number}.csv", range(number, number + 1))
    named = ["--inbox", inbox, "--out-dir", out, "--source", "virustotal,malwarebazaar"]
    assert stand.run(*with_all(stand, *named)) == 5
    assert len(list(out.glob("*.csv"))) == 2
    assert len(list(inbox.glob("*.csv"))) == 2


def test_a_key_in_the_environment_is_no_consent(stand: Stand, tmp_path: Path, abusech: str) -> None:
    assert stand.run(*with_all(stand, a_list(tmp_path / "in.csv", range(3)))) == 0
    assert others(stand) == []


def test_a_source_that_nobody_knows_is_named_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "x.csv", "--source", "virustotal,nope"]) == 2
    told = capsys.readouterr().err
    assert "no source is called 'nope'" in told
    assert "malwarebazaar" in told


def test_a_list_is_remembered_also_where_a_further_source_had_no_key(stand: Stand, tmp_path: Path) -> None:
    sheet = a_list(tmp_path / "in.csv", range(2))
    named = with_all(stand, sheet, "--source", "virustotal,malwarebazaar", "--changes-only")
    assert stand.run(*named) == 5
    a_list(sheet, range(3))
    assert stand.run(*named) == 5
    assert [row["vt_change"] for row in rows(tmp_path / "in.enriched.csv")] == ["", "", "new in this list"]
