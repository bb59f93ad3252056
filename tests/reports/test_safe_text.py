"""Foreign text is shown on one line with nothing hidden in it."""

from __future__ import annotations

import unicodedata
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.providers.virustotal.attributes import link
from enrich.reports.shared import safe_text
from enrich.visible import visible


@given(st.text(st.characters(), max_size=300))
def test_nothing_invisible_is_left(text):
    shown = safe_text.shown(text)
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Co", "Zl", "Zp"}
    assert visible(shown) == shown


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=120))
def test_plain_text_is_left_as_it_is(text):
    assert safe_text.shown(text) == text


def test_a_right_to_left_mark_is_spelled_out_and_a_line_break_drawn():
    assert safe_text.shown("invoice\u202efdp.exe\n") == "invoice\\u202efdp.exe\\n"


def test_a_long_text_is_cut_and_says_how_long_it_was():
    shown = safe_text.shown("L" * 4096)
    assert len(shown) < 140
    assert shown.endswith("… (4,096)")


PAGES = ("https://www.virustotal.com", "https://bazaar.abuse.ch/sample/")


@pytest.mark.parametrize(
    "address",
    [
        "",
        *PAGES,
        f"{PAGES[0]}.evil.example/gui/file/a",
        f"{PAGES[0]}/gui/../x",
        f"{PAGES[0]}//evil.example",
        "javascript:1",
        f"{PAGES[0]}/gui/file/a?x=1",
        f"{PAGES[0]}/gui/file/a#x",
        f"{PAGES[0]}/gui/file/a\n",
        f"{PAGES[0]}/gui/<b>",
        "/gui/file/a",
    ],
)
def test_only_an_address_below_a_source_s_pages_makes_a_link(address):
    assert safe_text.page(address, PAGES) == ""
    assert safe_text.page(link("a" * 64), ()) == ""


def test_a_hostile_address_is_refused_at_once():
    assert safe_text.page(f"{PAGES[0]}/gui/{'a' * 250}/{'b' * 250}!", PAGES) == ""


@pytest.mark.parametrize("address", [link("a" * 64), f"{PAGES[1]}{'a' * 64}/", f"{PAGES[0]}/gui/ip-address/2a00::1"])
def test_what_a_source_names_as_its_page_makes_a_link(address):
    assert safe_text.page(address, PAGES) == address


def test_a_day_is_the_reader_s_day():
    late = 1_700_000_000 + 50 * 60  # 2023-11-14 23:03 UTC
    assert safe_text.day(late, UTC) == "2023-11-14"
    assert safe_text.day(late, ZoneInfo("Asia/Tokyo")) == "2023-11-15"


@pytest.mark.parametrize("seconds", [None, 10**18, -(10**18)])
def test_no_day_where_no_calendar_has_one(seconds):
    assert safe_text.day(seconds, UTC) == ""
