"""A reader sees an indicator with the words that the analyst wrote beside it, and nothing of ours among them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.model.row import Row
from enrich.model.sighting import Found, Sighting
from enrich.pipeline.row_context import LONGEST, _told, words_of
from enrich.scan import scan_sheet
from tests.standin_server import KEY, Stand, sha256, stand_in

HASH, OTHER = sha256(1), sha256(2)


def said(*texts: str, hashes: dict[int, list[str]] | None = None, ours: frozenset[int] = frozenset()) -> str:
    where = {0: [HASH]} if hashes is None else hashes
    sightings = [
        Sighting(7, column, Found.INDICATOR, "hash", value) for column, several in where.items() for value in several
    ]
    return words_of(Row(7, texts), sightings, ours)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ((HASH, "ws1", "dropper.exe"), "ws1 · dropper.exe"),
        ((HASH, "", "  two\n lines "), "two lines"),
        ((HASH, "ws1", "ws1", "x"), "ws1 · x"),
        ((HASH, "4096", "2026-11-01", "ws1"), "ws1"),
        ((HASH, "4096", "2026-11-01"), "4096 · 2026-11-01"),
        ((HASH, "2026-11-01T10:00:00Z", "sha256", "ws1"), "ws1"),
        ((HASH,), ""),
        ((f"SHA-256: {HASH.upper()}", "ws1"), "ws1"),
        ((f"{HASH}  evil.exe",), "evil.exe"),
        ((f"found {HASH} (the loader)",), "found   (the loader".replace("   ", " ")),
        ((f"sha256:{HASH}, dropped by mail", "note"), "sha256: , dropped by mail · note"),
    ],
)
def test_the_other_cells_and_the_text_around_the_hash_are_told(texts: tuple[str, ...], words: str) -> None:
    assert said(*texts) == words


def test_other_hashes_of_the_row_and_our_own_columns_are_not_words() -> None:
    texts = (HASH, OTHER, "ws1", "53/72")
    assert said(*texts, hashes={0: [HASH], 1: [OTHER]}, ours=frozenset({3})) == "ws1"
    assert said(f"{HASH} and {OTHER}", hashes={0: [HASH, OTHER]}) == ""


def test_long_texts_are_cut_with_a_sign() -> None:
    assert said(HASH, "x" * 300) == "x" * 59 + "…"
    assert len(said(HASH, *(f"{number}" + "y" * 50 for number in range(9)))) == LONGEST
    assert said("q" * 100_000 + HASH + "z" * 100_000) == ("q" * 40 + " " + "z" * 40)[:59] + "…"


@given(st.lists(st.text(max_size=90), min_size=1, max_size=6), st.integers(0, 5))
def test_whatever_the_row_holds_the_words_are_short_and_hold_no_hash(texts: list[str], column: int) -> None:
    texts[column % len(texts)] += HASH
    words = said(*texts, hashes={column % len(texts): [HASH]})
    assert HASH not in words.lower()
    assert len(words) <= LONGEST
    assert "\n" not in words


def test_rows_that_stand_in_disorder_are_told_with_their_own_words() -> None:
    rows = [Row(number, (sha256(number), f"ws{number}")) for number in (1, 4, 2, 3, 5)]
    entries = dict(_told(rows, scan_sheet("", rows), {number: [number] for number in range(1, 5)}))
    assert entries == {number: f"ws{number}" for number in range(1, 5)}


@pytest.fixture
def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    monkeypatch.setenv("VT_API_KEY", KEY)
    with stand_in(tmp_path) as there:
        yield there


def contexts(result: Path) -> dict[str, str]:
    document = json.loads(result.read_text())["result"]
    return {entry["finding"]["indicator"]["value"]: entry["context"] for entry in document["entries"]}


def test_a_run_tells_each_indicator_with_the_words_of_its_first_row(stand: Stand, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (("Host", "SHA256"), ("ws1", sha256(1)), ("ws2", sha256(2)), ("ws3", sha256(1))):
        book.active.append(line)
    book.create_sheet("More").append(("report of", sha256(3), "the partner"))
    book.save(tmp_path / "in.xlsx")
    (tmp_path / "list.txt").write_text(f"words\n{sha256(4)} loader.dll\n")
    assert stand.run(tmp_path / "in.xlsx", tmp_path / "list.txt", "-o", tmp_path / "result.json") == 0
    expected = {sha256(1): "ws1", sha256(2): "ws2", sha256(3): "report of · the partner", sha256(4): "loader.dll"}
    assert contexts(tmp_path / "result.json") == expected


def test_a_second_run_does_not_take_the_first_ones_words_for_the_analysts(stand: Stand, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(f"Host,SHA256\nws1,{sha256(1)}\n")
    assert stand.run(tmp_path / "in.csv", "-o", tmp_path / "once.csv") == 0
    assert stand.run(tmp_path / "once.csv", "-o", tmp_path / "result.json") == 0
    assert contexts(tmp_path / "result.json") == {sha256(1): "ws1"}
