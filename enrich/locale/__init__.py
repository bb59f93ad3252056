"""Words for people in the reader's language, by gettext.

A language is one file, ``locale/LANGUAGE.po``: Babel compiles it in memory, so no built catalogue can fall behind it.
English is the language of the source and needs no file.
"""

from __future__ import annotations

import gettext
import re
from functools import cache, lru_cache
from io import BytesIO
from operator import ne
from pathlib import Path
from typing import Any

from enrich.errors import UsageError
from enrich.extras import how_to_install
from enrich.locale.marks import mark

__all__ = ["SOURCE_LANGUAGE", "catalogue", "languages", "mark", "translated"]

SOURCE_LANGUAGE = "en"
LOCALE = Path(__file__).parent


def languages() -> list[str]:
    """Return the languages there are words for."""
    return [SOURCE_LANGUAGE, *sorted(file.stem for file in LOCALE.glob("*.po"))]


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; ``UsageError`` where there is none, or Babel is not installed."""
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    if language not in languages():
        raise UsageError(f"no language is called {language!r}", hint=f"choose from {', '.join(languages())}")
    return _compiled(LOCALE / f"{language}.po")


Template = tuple[re.Pattern[str], str, str]
"""What a member of ``sentences`` becomes, and the sentence: of one and of many, the same where no number decides."""


def translated(text: str, say: gettext.NullTranslations) -> str:
    """Return a note, reason or line that was put together in English, in the reader's language; what is unknown stays.

    Each part of one is looked up: as it stands, or as a member of ``sentences`` with its places filled.
    """
    return _translated(text, say) if isinstance(say, gettext.GNUTranslations) else text


@lru_cache(maxsize=4096)
def _translated(text: str, say: gettext.GNUTranslations) -> str:
    return "; ".join(_sentence(part, say) for part in text.split("; "))


def _sentence(text: str, say: gettext.GNUTranslations) -> str:
    plain = text.lstrip(" ")
    indent = text[: len(text) - len(plain)]
    known = say.gettext(plain) if plain else plain
    if known != plain:
        return indent + known
    for pattern, one, many in _templates():
        if found := pattern.fullmatch(plain):
            places = found.groupdict()
            filled = {name: _listed(value, say) for name, value in places.items()}
            number = int(places["n"].replace(",", "")) if one != many else 0
            return indent + (say.ngettext(one, many, number) if one != many else say.gettext(one)).format(**filled)
    return text


def _listed(text: str, say: gettext.GNUTranslations) -> str:
    """Return what stands in a place: a sentence, or a list that holds such; any other text stays as it is."""
    whole, parts = _sentence(text, say), text.split(", ")
    said = [_sentence(part, say) for part in parts]
    return ", ".join(said) if whole == text and any(map(ne, said, parts)) else whole


_PLACE = re.compile(r"\{(\w+)\}")


@cache
def _templates() -> tuple[Template, ...]:
    """Return all sentences that have places to fill in, those with most words of their own first."""
    from enrich.locale.sentences import COUNTED, NOTES  # noqa: PLC0415 - read where a language is, and English is none

    pairs = [*((note, note) for note in NOTES if _PLACE.search(note)), *COUNTED]
    templates = [(_pattern(text), one, many) for one, many in pairs for text in {one, many}]
    return tuple(sorted(templates, key=lambda template: -len(_PLACE.sub("", template[1]))))


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = _PLACE.split(sentence)
    place = {"n": r"[\d,]+"}
    return re.compile(
        "".join(
            f"(?P<{part}>{place.get(part, '.+?')})" if at % 2 else re.escape(part) for at, part in enumerate(parts)
        ),
        re.DOTALL,
    )


def _compiled(file: Path) -> gettext.GNUTranslations:
    """Return the catalogue as gettext reads it. Babel is imported here because it is heavy and English needs none of
    it.
    """
    try:
        from babel.messages.mofile import write_mo  # noqa: PLC0415 - see above
        from babel.messages.pofile import read_po  # noqa: PLC0415 - see above
    except ModuleNotFoundError as error:
        raise UsageError("Babel is needed for languages other than English", hint=how_to_install("babel")) from error
    compiled = BytesIO()
    with file.open("rb") as source:
        read: Any = read_po(source, locale=file.stem, abort_invalid=True)
    write_mo(compiled, read)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
