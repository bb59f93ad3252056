"""What the README claims, read from the README."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from enrich.cli.commands import commands
from enrich.cli.help import Parser
from enrich.cli.main import main, parser
from enrich.config.settings import flag, option_fields
from enrich.exit_codes import MEANINGS
from enrich.logs.summary import described
from enrich.model.finding import Status

TOP = Path(__file__).resolve().parents[2]
OF_OTHER_PROGRAMS = {"--user", "--now"}
README = (TOP / "README.md").read_text(encoding="utf-8")


def options_in_help() -> set[str]:
    """Every long option of every command, read from its own help."""
    names = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", parser().format_help()))
    for command in commands().values():
        own = Parser(prog="enrich")
        command.add(own)
        names |= set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", own.format_help()))
    return names


def test_every_flag_that_it_names_stands_in_help() -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README)) - OF_OTHER_PROGRAMS
    assert len(named) > 30
    assert named <= options_in_help()


def test_its_contents_are_its_sections_in_their_order() -> None:
    sections = re.findall(r"^## (.+)$", README, re.MULTILINE)
    anchors = [re.sub(r"[^\w -]", "", section.lower()).replace(" ", "-") for section in sections]
    contents = README.partition("\n## ")[0]
    assert re.findall(r"\[([^\]]+)\]\(#([\w-]+)\)", contents) == list(zip(sections, anchors, strict=True))


def test_every_command_is_named_and_every_named_command_exists() -> None:
    named = set(re.findall(r"`enrich ([a-z]+)", README))
    assert named == set(commands())


def test_the_table_of_columns_is_what_enrich_columns_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["columns", "--markdown"]) == 0
    table = capsys.readouterr().out
    assert table.count("\n") > 10
    assert table in README


def test_every_field_of_the_summary_is_there_with_what_it_counts() -> None:
    section = README.partition("**What `--json` prints.**")[2].partition("**")[0]
    assert dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE)) == described()
    assert len(described()) > 30


def test_the_exit_codes_are_those_of_help() -> None:
    section = README.partition("## Exit codes")[2].partition("##")[0].replace("`", "")
    rows = dict(re.findall(r"^\| ([\d, ]+) \| (.+) \|$", section, re.MULTILINE))
    assert rows == MEANINGS
    assert all(meaning.split()[0] in parser().format_help() for meaning in rows.values())


def test_every_status_is_named() -> None:
    line = next(line for line in README.splitlines() if line.startswith("| `vt_status`"))
    assert {status.value for status in Status} <= set(re.findall(r"\w+", line))


@pytest.mark.parametrize("name", re.findall(r"\]\(([^)#:]+)\)", README))
def test_every_link_into_the_project_leads_somewhere(name: str) -> None:
    assert (TOP / name).exists()


def test_the_test_command_is_what_ci_runs() -> None:
    assert "$ make check" in README
    assert "make check" in (TOP / ".ci" / "run").read_text(encoding="utf-8")


def test_the_terms_of_the_public_key_and_the_lookup_by_hand_are_there() -> None:
    assert "must not be used in commercial products or services" in README
    assert '-H "x-apikey: replace-with-your-api-key"' in README


def test_the_settings_example_is_one_that_loads(tmp_path: Path) -> None:
    example = re.search(r'`(max-age = "[^`]+)`', README)
    assert example is not None
    assert set(tomllib.loads(example[1])) <= {flag(item.name)[2:] for item in option_fields()}


def test_help_lists_every_command_with_a_line() -> None:
    text = " ".join(parser().format_help().split())
    assert all(f"{name} {command.HELP}" in text for name, command in commands().items())
