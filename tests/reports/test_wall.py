"""A report form is one new file: written by a run and by `enrich report`, named in help, by doctor and in hints."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import enrich.reports
from enrich.cli.main import main
from enrich.registry import entries
from enrich.reports import described
from tests.support.standin_server import KEY, sha256, stand_in

README = Path(__file__).parents[2] / "README.md"
TALLY = '''
"""One line: how many indicators there are, the smallest form there is."""

SUFFIXES = (".tally",)
HELP = "who only counts"
NEEDS = ()


def render(result, target, options):
    target.write(f"{len(result.entries)} in {options.language}".encode())
'''


@pytest.fixture
def tally(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "further"
    folder.mkdir()
    (folder / "tally.py").write_text(TALLY)
    enrich.reports.__path__.append(str(folder))
    entries.cache_clear()
    yield
    enrich.reports.__path__.remove(str(folder))
    entries.cache_clear()
    monkeypatch.delitem(sys.modules, "enrich.reports.tally", raising=False)


@pytest.mark.usefixtures("tally")
def test_a_run_and_a_later_report_write_it_by_its_suffix_or_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VT_API_KEY", KEY)
    (tmp_path / "in.csv").write_text(f"sha256\n{sha256(1)}\n{sha256(2)}\n")
    result, now, later, other = (tmp_path / name for name in ("result.json", "a.tally", "b.tally", "c.txt"))
    with stand_in(tmp_path) as stand:
        assert stand.run(tmp_path / "in.csv", "-o", now, "-o", result) == 0
    assert now.read_bytes() == b"2 in en"
    assert main(["report", str(result), "-o", str(later), "--lang", "ru"]) == 0
    assert later.read_bytes() == b"2 in ru"
    assert main(["report", str(result), "-o", str(other), "--format", "tally"]) == 0
    assert other.read_bytes() == b"2 in en"
    page = tmp_path / "page.html"  # its suffix tells
    assert main(["report", str(result), "-o", str(page), "-o", str(other), "--format", "tally"]) == 0
    assert page.read_bytes().startswith(b"<!")


@pytest.mark.usefixtures("tally")
def test_help_and_doctor_and_hints_name_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("run", "report"):
        assert main([command, "--help"]) == 0
        assert ".tally: who only counts" in capsys.readouterr().out
    main(["doctor", "--store", "memory:", "--proxy", "http://127.0.0.1:9"])
    assert ".tally" in capsys.readouterr().out
    (tmp_path / "in.csv").write_text(f"sha256\n{sha256(1)}\n")
    assert main(["run", str(tmp_path / "in.csv"), "-o", str(tmp_path / "x.nothing")]) == 2
    assert ".tally" in capsys.readouterr().err


def test_readme_s_table_is_what_the_forms_say_of_themselves() -> None:
    table = README.read_text("utf-8")
    forms = described()
    assert len(forms) > 4
    for suffixes, words in forms:
        assert f"| {' '.join(f'`{suffix}`' for suffix in suffixes.split())} | {words} |\n" in table
