"""Every word for people is in every catalogue, with the same places to fill in."""

from __future__ import annotations

import ast
import string
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from enrich import locale
from enrich.errors import UsageError
from enrich.providers import all_providers

KEYWORDS = {"_", "gettext", "say", "mark", "ngettext", "n"}
"""What is called with a text to translate as its first argument."""
OTHERS = [language for language in locale.languages() if language != locale.SOURCE_LANGUAGE]


def said() -> set[str]:
    """The texts that the source marks for translation, by their singular, and the titles of all columns."""
    modules = Path(locale.__file__).parents[1].rglob("*.py")
    calls = [
        node
        for path in modules
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in KEYWORDS
    ]
    firsts = [call.args[0] for call in calls if call.args]
    marked = {first.value for first in firsts if isinstance(first, ast.Constant) and isinstance(first.value, str)}
    return marked | {
        column.title for provider in all_providers() for column in provider.columns_for(provider.OPTIONS())
    }


def catalogue(language: str):
    with (locale.LOCALE / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.slow
def test_every_text_is_translated_and_none_is_left_over(language):
    held = {message.id[0] if message.pluralizable else message.id for message in catalogue(language) if message.id}
    assert held == said()
    assert all(all(message.string) for message in catalogue(language) if message.id)
    assert not [message.id for message in catalogue(language) if message.id and message.fuzzy]


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_fills_in_the_same_places(language):
    for message in catalogue(language):
        if message.id:
            ids = message.id if message.pluralizable else (message.id,)
            texts = message.string if message.pluralizable else (message.string,)
            assert {frozenset(places(text)) for text in texts} == {frozenset(places(ids[-1]))}, message.id


def places(text: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]


def test_plurals_follow_the_language():
    say = locale.catalogue("ru").ngettext
    forms = [say("{n} is malicious", "{n} are malicious", number).format(n=number) for number in (1, 2, 5, 21)]
    assert forms == ["1 вредоносный", "2 вредоносных", "5 вредоносных", "21 вредоносный"]


def test_english_needs_no_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "babel.messages.mofile", None)
    locale.catalogue.cache_clear()
    assert locale.catalogue("en").gettext("Families") == "Families"


def test_a_missing_library_is_said_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "babel.messages.mofile", None)
    locale.catalogue.cache_clear()
    with pytest.raises(UsageError) as caught:
        locale.catalogue("ru")
    assert caught.value.hint == "pip install babel"


def test_an_unknown_language_is_refused_with_the_known_ones():
    with pytest.raises(UsageError) as caught:
        locale.catalogue("../ru")
    known = locale.languages()
    assert {"en", "ru"} <= set(known)
    assert ", ".join(known) in caught.value.hint
