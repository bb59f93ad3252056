"""A reader sees an indicator with the words that the analyst wrote beside it, and nothing of ours among them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.model.row import Row
from enrich.model.sighting import Found, Sighting
from enrich.pipeline.row_context import CELL, LONGEST_WORDS, with_merged_cells, words_of
from tests.support.standin_server import KEY, Stand, sha256, stand_in

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
        (
            (f"Old lab machine scans 445/tcp. Who still has XP?! mssecsvc.exe = {HASH}",),
            "… Who still has XP?! mssecsvc.exe",
        ),
        ((f"{HASH} was seen on every machine of the second floor",), "was seen on every machine of the second …"),
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
    assert LONGEST_WORDS - CELL < len(said(HASH, *(f"{number}" + "y" * 50 for number in range(9)))) <= LONGEST_WORDS
    assert CELL < LONGEST_WORDS
    assert said("q" * 100_000 + HASH + "z" * 100_000) == ("… " + "q" * 40 + " " + "z" * 40)[:59] + "…"


def test_a_text_without_spaces_is_cut_between_its_words() -> None:
    event = '{"computer":"FIN-01","user":"adler","fileSize":123456,"sha256":"%s","path":"C:/Users/adler/AppData/x.exe"}'
    assert said(event % HASH) == '… adler","fileSize":123456,"sha256":" ","path":"C:/Users…'
    assert said(HASH, "a long sentence of many short words that goes on and on and on") == (
        "a long sentence of many short words that goes on and on and…"
    )


@given(st.lists(st.text(max_size=90), min_size=1, max_size=6), st.integers(0, 5))
def test_whatever_the_row_holds_the_words_are_short_and_hold_no_hash(texts: list[str], column: int) -> None:
    texts[column % len(texts)] += HASH
    words = said(*texts, hashes={column % len(texts): [HASH]})
    assert HASH not in words.lower()
    assert len(words) <= LONGEST_WORDS
    assert "\n" not in words


@pytest.fixture
def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    monkeypatch.setenv("VT_API_KEY", KEY)
    with stand_in(tmp_path) as there:
        yield there


def entries(result: Path) -> dict[str, dict[str, Any]]:
    document = json.loads(result.read_text())["result"]
    return {entry["finding"]["indicator"]["value"]: entry for entry in document["entries"]}


def contexts(result: Path) -> dict[str, list[str]]:
    return {value: entry["words"] for value, entry in entries(result).items()}


def test_a_run_quotes_beside_each_indicator_what_all_its_rows_say(stand: Stand, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (("Host", "SHA256"), ("ws1", sha256(1)), ("ws2", sha256(2)), ("ws3", sha256(1)), ("WS1", sha256(1))):
        book.active.append(line)
    book.create_sheet("More").append(("report of", sha256(3), "the partner"))
    book.save(tmp_path / "in.xlsx")
    (tmp_path / "list.txt").write_text(f"words\n{sha256(4)} loader.dll\n")
    assert stand.run(tmp_path / "in.xlsx", tmp_path / "list.txt", "-o", tmp_path / "result.json") == 0
    said = entries(tmp_path / "result.json")
    expected = {1: ["ws1", "ws3", "WS1"], 2: ["ws2"], 3: ["report of · the partner"], 4: ["loader.dll"]}
    assert contexts(tmp_path / "result.json") == {sha256(number): words for number, words in expected.items()}
    assert said[sha256(1)]["groups"] == ["ws1", "ws3"]
    assert [place["row"] for place in said[sha256(1)]["places"]] == [2, 4, 5]


def test_a_second_run_does_not_take_the_first_ones_words_for_the_analysts(stand: Stand, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(f"Host,SHA256\nws1,{sha256(1)}\n")
    assert stand.run(tmp_path / "in.csv", "-o", tmp_path / "once.csv") == 0
    assert stand.run(tmp_path / "once.csv", "-o", tmp_path / "result.json") == 0
    assert contexts(tmp_path / "result.json") == {sha256(1): ["ws1"]}


@pytest.mark.parametrize(
    ("headings", "row", "group_by", "groups"),
    [
        ("SHA256,DeviceName,Host count", "ws1,9", "DeviceName", ["ws1"]),
        ("SHA256,Host count,User", "9,adler", "User", ["adler"]),
        ("SHA256,User,infected host", "adler,ws1", "infected host", ["ws1"]),
        ("SHA256,Hosts,Имя компьютера", "9,КОМП-7", "Имя компьютера", ["КОМП-7"]),
        ("SHA256,host,note", '"ws1, ws2; ws3",x', "host", ["ws1", "ws2", "ws3"]),
        ("SHA256,path,note", "C:/x.exe,y", "", []),
    ],
)
def test_the_column_that_names_hosts_or_else_users_is_what_a_report_groups_by(
    stand: Stand, tmp_path: Path, headings: str, row: str, group_by: str, groups: list[str]
) -> None:
    (tmp_path / "in.csv").write_text(f"{headings}\n{sha256(1)},{row}\n", encoding="utf-8")
    assert stand.run(tmp_path / "in.csv", "-o", tmp_path / "result.json") == 0
    assert json.loads((tmp_path / "result.json").read_text())["result"]["group_by"] == group_by
    assert entries(tmp_path / "result.json")[sha256(1)]["groups"] == groups


def test_the_user_names_the_column_by_heading_or_letter(stand: Stand, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(f"host,SHA256,site\nws1,{sha256(1)},Paris\n")
    for column in ("Site", "C"):
        assert stand.run(tmp_path / "in.csv", "-o", tmp_path / "result.json", "--group-by", column) == 0
        assert entries(tmp_path / "result.json")[sha256(1)]["groups"] == ["Paris"]


def test_a_column_to_group_by_that_no_input_has_is_refused_before_a_call_is_spent(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.csv").write_text(f"host,SHA256\nws1,{sha256(1)}\n")
    assert stand.run(tmp_path / "in.csv", "-o", tmp_path / "result.json", "--group-by", "colour") == 2
    said = capsys.readouterr().err
    assert "colour" in said
    assert "host, SHA256" in said
    assert not (tmp_path / "result.json").exists()


def test_a_workbook_s_summary_names_its_own_hosts_where_no_report_is_asked_for(stand: Stand, tmp_path: Path) -> None:
    for name, host in (("a", "ws1"), ("b", "ws2")):
        book = openpyxl.Workbook()
        for line in (("Host", "SHA256"), (host, sha256(1))):
            book.active.append(line)
        book.save(tmp_path / f"{name}.xlsx")
    assert stand.run(tmp_path / "a.xlsx", tmp_path / "b.xlsx", "--out-dir", tmp_path / "out") == 0
    for name, host, other in (("a", "ws1", "ws2"), ("b", "ws2", "ws1")):
        summary = openpyxl.load_workbook(tmp_path / "out" / f"{name}.enriched.xlsx")["Summary"]
        cells = [str(cell) for row in summary.iter_rows(values_only=True) for cell in row if cell is not None]
        assert any("By host" in cell for cell in cells)
        assert any(host in cell for cell in cells)
        assert not any(other in cell for cell in cells)


def test_a_merged_cell_speaks_for_all_its_rows(stand: Stand, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (
        ("Host", "File", "SHA256"),
        ("FIN-01", "a", sha256(1)),
        (None, "b", sha256(2)),
        (None, "c", sha256(3)),
        ("SRV", "d", sha256(4)),
        (None, "e", sha256(5)),
        (None, "f", sha256(6)),
    ):
        book.active.append(line)
    book.active.merge_cells("A2:A4")
    book.active.merge_cells("A5:A6")
    book.save(tmp_path / "in.xlsx")
    assert stand.run(tmp_path / "in.xlsx", "-o", tmp_path / "result.json") == 0
    said = entries(tmp_path / "result.json")
    groups = [said[sha256(number)]["groups"] for number in range(1, 7)]
    assert groups == [["FIN-01"]] * 3 + [["SRV"]] * 2 + [[]]
    assert [said[sha256(number)]["words"] for number in (2, 6)] == [["FIN-01 · b"], ["f"]]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 8), st.integers(0, 3), st.integers(1, 8)), max_size=4))
def test_merged_areas_add_nothing_where_a_cell_holds_something(areas: list[tuple[int, int, int, int]]) -> None:
    rows = [Row(number, [f"{number}.{column}" for column in range(3)]) for number in range(1, 9)]
    assert [row.texts[:3] for row in with_merged_cells(rows, areas)] == [row.texts for row in rows]
