"""What cannot be seen or must not act is written the same way in every output."""

from __future__ import annotations

import io
import json
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from openpyxl import load_workbook

from enrich.files.paths import path_text
from enrich.formats import create_document
from enrich.model.column import Column, Type
from enrich.model.row import Added, Addition, Row
from enrich.visible import visible, visible_json

UNSEEN = {
    "\x00": r"\x00",
    "\t": r"\t",
    "\n": r"\n",
    "\r": r"\r",
    "\x1b": r"\x1b",
    "\x85": r"\x85",
    "\xad": r"\xad",
    "\u034f": r"\u034f",
    "\u061c": r"\u061c",
    "\u115f": r"\u115f",
    "\u180e": r"\u180e",
    "\u200b": r"\u200b",
    "\u200d": r"\u200d",
    "\u2028": r"\u2028",
    "\u202e": r"\u202e",
    "\u2066": r"\u2066",
    "\u2800": r"\u2800",
    "\u3164": r"\u3164",
    "\ufe0f": r"\ufe0f",
    "\ufeff": r"\ufeff",
    "\ufff9": r"\ufff9",
    "\uffff": r"\uffff",
    "\ud800": r"\ud800",
    "\ue000": r"\ue000",
    "\U000e0041": r"\U000e0041",
    "\U000e0100": r"\U000e0100",
    "\U0010fffd": r"\U0010fffd",
    "\U0002ffff": r"\U0002ffff",
}
SEEN = ["a", " ", "\xa0", "\u3000", "é", "e\u0301", "ж", "文", "🦠", "\u0600", "\\", "\ufffd"]


@pytest.mark.parametrize(("character", "escaped"), UNSEEN.items())
def test_what_cannot_be_seen_is_escaped(character: str, escaped: str) -> None:
    assert visible(f"a{character}b") == f"a{escaped}b"


@pytest.mark.parametrize("text", SEEN)
def test_what_can_be_seen_stays(text: str) -> None:
    assert visible(text) == text


def test_no_control_or_format_character_of_this_python_is_left_but_those_with_a_form_of_their_own() -> None:
    hidden = [
        chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]
    left = {c for c in hidden if visible(c) == c}
    named = {unicodedata.name(c).split()[0] for c in left}
    assert named == {"ARABIC", "SYRIAC", "KAITHI"}  # signs that are drawn around or below the number that follows


@given(some.text(some.characters(exclude_categories=())))
def test_escaping_twice_is_escaping_once(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(some.text(some.characters(exclude_categories=())))
def test_json_reads_back_what_was_written_and_shows_nothing_hidden(text: str) -> None:
    line = visible_json(json.dumps({"name": text}, ensure_ascii=False))
    assert visible(line) == line
    back = json.loads(line)["name"]
    assert back.encode("utf-16", "surrogatepass") == text.encode("utf-16", "surrogatepass")


NAME = "".join(UNSEEN)
COLUMN = Column("vt_file_name", "File name", "", Type.TEXT)


def written(suffix: str) -> bytes:
    """A list of one row with a hostile name from the service, in a new file."""
    addition = Addition((COLUMN,), ("vt_file_name",), 1, lambda row: Added((f"x{NAME}",)) if row == 2 else None)
    out = io.BytesIO()
    create_document(suffix, out, [("Sheet", [Row(1, ["md5"]), Row(2, ["a"])], addition)], ())
    return out.getvalue()


def test_a_workbook_and_a_csv_escape_the_same_characters_the_same_way() -> None:
    expected = "x" + "".join(UNSEEN.values())
    assert written(".csv").decode().splitlines()[1] == f"a,{expected}"
    assert load_workbook(io.BytesIO(written(".xlsx")))["Sheet"]["B2"].value == expected


def test_a_byte_of_a_name_that_is_no_text_reads_as_that_byte_everywhere() -> None:
    name = os.fsdecode(b"bad\xff\x80.csv")
    assert visible(name) == path_text(Path(name)) == "bad\\xff\\x80.csv"
