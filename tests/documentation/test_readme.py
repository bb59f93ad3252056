"""What the README claims, read from the README."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from enrich.cli import flags
from enrich.cli.main import parser
from enrich.config.settings import flag, option_fields
from enrich.model.finding import Status
from enrich.providers import virustotal
from enrich.registry import entries

TOP = Path(__file__).resolve().parents[2]
README = (TOP / "README.md").read_text(encoding="utf-8")


def test_every_flag_that_it_names_exists() -> None:
    known = {flag(item.name) for item in option_fields()} | {"--unique", "--help", "--port", "--version"}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README)) - {"--user", "--now"}
    assert named <= known


def test_every_command_is_named_and_every_named_command_exists() -> None:
    named = set(re.findall(r"`enrich ([a-z]+)", README))
    assert named == set(entries("enrich.cli.commands"))


def test_the_columns_are_the_default_ones_in_their_order() -> None:
    table = re.findall(r"^\| `(vt_\w+)` \|", README, re.MULTILINE)
    assert table == [column.name for column in virustotal.columns_for(()) if column.default]


def test_every_status_is_named() -> None:
    line = next(line for line in README.splitlines() if line.startswith("| `vt_status`"))
    assert set(re.findall(r"`(\w+)`", line)) == {"vt_status", *(status.value for status in Status)}


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
    text = parser().format_help()
    assert all(module.HELP and name in text for name, module in entries("enrich.cli.commands").items())
    assert flags.OUTPUT
