"""A format is one new file: recognised, read, enriched, written back, and named in help, by doctor and in hints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import enrich.formats
from enrich.cli.main import main
from enrich.formats import suffixes_read
from enrich.registry import entries
from tests.support.standin_server import EMPTY_MD5, KEY, Stand, stand_in

README = Path(__file__).parents[2] / "README.md"
PIPES = '''
"""Fields between tildes, the smallest format there is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from enrich.files.opened import Readable
from enrich.formats.shared.document import Document, ReadOptions
from enrich.model.page import Page
from enrich.model.row import Addition, Row

READS = (".tilde",)
SUFFIXES = (".tilde",)
SIGNATURES = (b"#tilde",)


def recognise(head: bytes, name: str) -> int:
    return 100 if head.startswith(SIGNATURES) else 0


def read(path: Readable, options: ReadOptions) -> "TildeDocument":
    return TildeDocument(path)


class TildeDocument(Document):
    format = "tilde"
    can_give_back = True

    def lines(self) -> list[str]:
        return self.path.read_bytes().decode().splitlines()

    def rows(self, sheet: str) -> Iterator[Row]:
        for number, line in enumerate(self.lines()[1:], 2):
            yield Row(number, line.split("~"))

    def header_row(self, sheet: str) -> int | None:
        return 2

    def give_back(self, target: BinaryIO, additions: Mapping[str, Addition], pages: Sequence[Page]) -> list[str]:
        addition = additions[""]
        for number, line in enumerate(self.lines(), 1):
            added = addition.cells(number)
            cells = addition.headings if number == addition.header_row else added.values if added else ()
            target.write("~".join([line, *map(str, cells)]).encode() + b"\\n")
        return []
'''


@pytest.fixture
def tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "further"
    folder.mkdir()
    (folder / "tilde.py").write_text(PIPES)
    enrich.formats.__path__.append(str(folder))
    entries.cache_clear()
    yield
    enrich.formats.__path__.remove(str(folder))
    entries.cache_clear()
    monkeypatch.delitem(__import__("sys").modules, "enrich.formats.tilde", raising=False)


@pytest.fixture
def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    monkeypatch.setenv("VT_API_KEY", KEY)
    with stand_in(tmp_path) as there:
        yield there


def test_a_list_in_it_is_enriched_and_given_back(tilde: None, stand: Stand, tmp_path: Path) -> None:
    path = tmp_path / "hosts.tilde"
    path.write_text(f"#tilde\nhost~md5\nws1~{EMPTY_MD5}\n")
    assert stand.run(path, "--columns", "vt_status") == 0
    lines = (tmp_path / "hosts.enriched.tilde").read_text().splitlines()
    assert lines == ["#tilde", "host~md5~vt_status", f"ws1~{EMPTY_MD5}~trivial"]


def test_it_is_named_by_help_doctor_and_hints(
    tilde: None,
    stand: Stand,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["run", "--help"])
    assert re.search(r"formats:[^)]*\btilde\b", capsys.readouterr().out)
    main(["doctor"])
    assert re.search(r"formats .*\.tilde", capsys.readouterr().out)
    (tmp_path / "x.bin").write_bytes(bytes(range(256)) * 8)
    main(["run", str(tmp_path / "x.bin")])
    assert ".tilde" in capsys.readouterr().err


def test_readme_names_the_suffixes_of_all_formats() -> None:
    named = re.search(r"^In: `([^`]+)`", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert named is not None
    assert named[1].split() == suffixes_read()
