"""Notes, reasons and lines that are put together in English are read in the reader's language; machine words stay."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

import enrich
from enrich.cli.console import outcome
from enrich.indicators import Link, types
from enrich.indicators.hash.vocabulary import LEFT_OUT
from enrich.locale import catalogue, translated
from enrich.locale.sentences import COUNTED, NOTES
from enrich.model.file_counts import FileCounts
from tests.support import made_results
from tests.support.standin_server import EMPTY_MD5, KEY, sha256, stand_in

PACKAGE = Path(enrich.__file__).parent
RU = catalogue("ru")
MODULES = [path.read_text("utf-8") for path in PACKAGE.rglob("*.py") if PACKAGE / "locale" not in path.parents]


@pytest.mark.parametrize("sentence", [note for note in NOTES if note != "*** {text}"])
def test_the_words_of_each_sentence_stand_in_one_room_that_makes_it(sentence):
    words = set(re.findall(r"[A-Za-z-]{2,}", re.sub(r"\{\w+\}", " ", sentence))) - {"month", "are", "too", "them"}
    assert any(all(word in text for word in words) for text in MODULES)


@pytest.mark.parametrize("reason", sorted({reason for _, reason in LEFT_OUT}))
def test_why_a_look_alike_of_a_hash_stays_home_is_read_in_the_reader_s_language(reason):
    assert translated(reason, RU) != reason
    assert translated(f"{reason}, by the heading 'x' in B1", RU).startswith(translated(reason, RU))


def texts_in(node: ast.AST) -> Iterator[str]:
    """The texts within a part of a program, 7 in their places, without docstrings and parts of texts."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in child.values)
        elif isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield re.sub(r"\{[^{}]*\}", "7", child.value)
        # what ``enrich plan`` says of a whole column is for the terminal, and so in English
        elif getattr(child, "name", "") != "why" and not is_docstring(child):
            yield from texts_in(child)


def is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


# not "{n} characters, {article} {algorithm} has {digits}": the article is a part of the sentence
A_SENTENCE = re.compile(r"(?!.*7 7)[\w'-]+(?:[,;:]? \(?[\w',.-]+\)?){2,}")
NO_REASONS = {*map(str, Link), *(kind.TITLE for kind in types().values())}
REASONS = sorted(
    {
        text
        for room in ("indicators", "scan")
        for path in (PACKAGE / room).rglob("*.py")
        for text in texts_in(ast.parse(path.read_text("utf-8")))
        if A_SENTENCE.fullmatch(text) and re.search("[a-z]{2}", text)
    }
    - NO_REASONS
)


def test_reasons_are_found_where_they_are_written():
    assert {"in a column of names", "the heading 7", "address of 6to4 relays", "of a 7, not of a file"} <= {*REASONS}
    assert len(REASONS) > 100


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_of_the_scan_is_read_in_the_reader_s_language(reason):
    assert translated(reason, RU) != reason


def test_a_reason_is_read_with_the_place_that_gave_it():
    said = translated("certificate, not a file's hash, by the title 'Used keys' in row 3", RU)
    assert said == "сертификат, а не хеш файла; на это указывает заголовок 'Used keys' в строке 3"


@pytest.mark.parametrize("sentence", NOTES)
def test_each_is_read_back_with_what_stands_in_its_places(sentence):
    filled = re.sub(r"\{(\w+)\}", lambda place: "7" if place[1] == "n" else f"<{place[1]}>", sentence)
    read = translated(filled, RU)
    assert read == RU.gettext(sentence).format(
        **{name: "7" if name == "n" else f"<{name}>" for name in re.findall(r"\{(\w+)\}", sentence)}
    )
    assert translated(filled, catalogue("en")) == filled


def test_the_cells_of_a_torn_hash_are_read_with_the_last_of_them():
    said = translated("a piece of a SHA-256 torn over 3 cells (A2, A3 and A4)", RU)
    assert said == "часть хеша SHA-256, разорванного на ячейки, числом 3 (A2, A3 и A4)"


def test_a_list_of_things_in_a_sentence_is_read_thing_by_thing():
    said = translated("not looked up: 2 domains, 1 URL; --kinds domain,url looks them up too", RU)
    assert said == "не запрошено: 2 домена, 1 URL; с --kinds domain,url запрашиваются и они"


def test_numbers_of_things_follow_the_language_s_grammar():
    assert [translated(f"{n} rows", RU) for n in ("2", "5", "1,021")] == ["2 строки", "5 строк", "1,021 строка"]
    assert len(COUNTED) > 5


@pytest.mark.parametrize("text", ["", "a name of theirs and another", "42", "also", "C:\\Users\\a file", "found"])
def test_what_is_no_sentence_of_ours_stays(text):
    assert translated(text, RU) == text


def test_a_run_in_russian_has_its_notes_and_its_words_in_russian_and_its_statuses_for_machines(tmp_path, monkeypatch):
    monkeypatch.setenv("VT_API_KEY", KEY)
    book = openpyxl.Workbook()
    for line in (("Host", "SHA256"), ("ws1", sha256(1)), ("ws2", sha256(2)[:-1]), ("ws3", EMPTY_MD5)):
        book.active.append(line)
    book.save(tmp_path / "in.xlsx")
    with stand_in(tmp_path) as stand:
        assert stand.run(tmp_path / "in.xlsx", "-o", tmp_path / "out.xlsx", "--lang", "ru") == 0
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
    head = [cell.value for cell in sheet[1]]
    notes = [row[head.index("vt_note")].value for row in sheet.iter_rows(min_row=2)]
    statuses = [row[head.index("vt_status")].value for row in sheet.iter_rows(min_row=2)]
    assert statuses == ["found", "invalid", "trivial"]
    assert "ответ имитации" in notes[0]
    assert notes[1] == "знаков: 63, а в SHA-256 их 64"
    assert notes[2] == "пустой файл (0 байт)"


def test_the_last_words_are_read_in_russian_and_verdicts_stay_the_sheet_s():
    incident = made_results.incident()
    said = [translated(line, RU) for line in outcome(incident, FileCounts.of(incident.entries))]
    assert said[0] == "60 файлов, 60 строк:"
    assert "malicious" in said[1]
    assert [line for line in said if line.startswith("записан ")]
    assert not [line for line in said if re.search(r"\b(again|left out|wrote)\b", line)]
