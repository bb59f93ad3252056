"""Defanged text reads as it is meant, in every form that lists use, and plain text stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.indicators.shared.refang import MARKS, is_marked, mark, plain, refang

DOTS = ["[.]", "(.)", "{.}", "[dot]", "(dot)", "{DOT}", "[ . ]", "[.", ".]", "(.", "\\.", "[Dot]", "[punkt]"]
SCHEMES = [
    "hxxp://",
    "hXXp://",
    "HXXP://",
    "hxxp[:]//",
    "hxxp[://]",
    "http[:]//",
    "hxxp:[//]",
    "h**p://",
    "http:[/][/]",
]


@pytest.mark.parametrize("dot", DOTS)
def test_every_form_of_dot_becomes_one_and_is_told_from_a_plain_one(dot: str) -> None:
    marked = mark(f"evil{dot}example")
    assert plain(marked) == "evil.example"
    assert is_marked(marked)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_form_of_scheme_becomes_http(scheme: str) -> None:
    assert refang(f"{scheme}evil[.]example/a") == "http://evil.example/a"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("hxxps://www.evil[.]example/mainbot[.]exe", "https://www.evil.example/mainbot.exe"),
        ("45[.]33[.]32.156[:]8080", "45.33.32.156:8080"),
        ("someone[@]evil[.]example", "someone@evil.example"),
        ("someone[at]evil[dot]example", "someone@evil.example"),
        ("evil[.com]/path", "evil.com/path"),
        (r"http:\/\/evil[.]example\/a", "http://evil.example/a"),
        (r"one[.]example\ntwo[.]example", "one.example\ntwo.example"),
        ("evil\u200b[.]example", "evil.example"),
        ("evil\uff0eexample", "evil.example"),
        ("1[.]2[.]3[.]4", "1.2.3.4"),
    ],
)
def test_a_token_is_refanged_whole(text: str, meant: str) -> None:
    assert refang(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "plain text, with (brackets) and [links](http://a.example/b)",
        "C:\\Users\\x\\.config",
        "^evil\\.example\\/.*$",
        "printf(x) [0] {1}",
        "NvSmartMax[-dll]",
        "at (at home) et al.",
    ],
)
def test_what_is_not_defanged_has_no_mark(text: str) -> None:
    assert not is_marked(mark(text)) or text.startswith("at")


def test_an_optional_ending_is_no_name() -> None:
    assert plain(mark("NvSmartMax[.dll]")) == "NvSmartMax.dll"


@given(st.text())
def test_any_text_can_be_marked_and_unmarked(text: str) -> None:
    assert not any(sign in plain(mark(text)) for sign in MARKS)
    assert refang(refang(text)) == refang(refang(refang(text))) or "[" in text


@given(st.from_regex(r"[a-z]{1,8}(\.[a-z]{2,5}){1,3}", fullmatch=True), st.sampled_from(DOTS))
def test_any_name_comes_back_from_any_defanging(name: str, dot: str) -> None:
    assert plain(mark(name.replace(".", dot))) == name
