"""Words for people in the reader's language, by gettext. Knows nothing of reports, columns or files.

A language is one file, ``locale/LANGUAGE.po``: Babel compiles it in memory, so no built catalogue can fall behind it.
English is the language of the source and needs no file.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from enrich.config.extras import how_to_install
from enrich.errors import UsageError

SOURCE_LANGUAGE = "en"
LOCALE = Path(__file__).parent


def mark(message: str) -> str:
    """Mark a text for translation where it is declared; it is translated where it is shown."""
    return message


def languages() -> list[str]:
    """The languages there are words for."""
    return [SOURCE_LANGUAGE, *sorted(file.stem for file in LOCALE.glob("*.po"))]


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; ``UsageError`` where there is none, or Babel is not installed."""
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    if language not in languages():
        raise UsageError(f"no language is called {language!r}", hint=f"choose from {', '.join(languages())}")
    return _compiled(LOCALE / f"{language}.po")


class Catalogue(gettext.GNUTranslations):
    """The words of a language, and the sentences with places to fill in, as what reads them."""

    templates: tuple[tuple[re.Pattern[str], str], ...] = ()


def translated(text: str, say: gettext.NullTranslations) -> str:
    """A note or reason that was put together in English, in the reader's language; what has no words there stays.

    Notes are made where the reader is not known, are stored and compared, and stay English in every output for
    machines. Here each part of one is looked up: as it stands, or as a sentence of the catalogue with places filled.
    """
    return _translated(text, say) if isinstance(say, Catalogue) else text


@lru_cache(maxsize=4096)
def _translated(text: str, say: Catalogue) -> str:
    return "; ".join(_sentence(part, say) for part in text.split("; "))


def _sentence(text: str, say: Catalogue) -> str:
    known = say.gettext(text) if text else text
    if known != text:
        return known
    for template, message in say.templates:
        if found := template.fullmatch(text):
            return say.gettext(message).format(
                **{name: _sentence(value, say) for name, value in found.groupdict().items()}
            )
    return text


_PLACE = re.compile(r"\{(\w+)\}")


def _templates(messages: Iterator[str]) -> Iterator[tuple[re.Pattern[str], str]]:
    """Each sentence that has places to fill in, with the pattern of what it becomes; the longest first."""
    for message in sorted((m for m in messages if _PLACE.search(m)), key=len, reverse=True):
        names = _PLACE.findall(message)
        if len(set(names)) == len(names) and len(_PLACE.sub("", message)) > 3:  # two places alone would match all
            parts = _PLACE.split(message)
            pattern = "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
            yield re.compile(pattern, re.DOTALL), message


def _compiled(file: Path) -> Catalogue:
    """The catalogue as gettext reads it. Babel is imported here because it is heavy and English needs none of it."""
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
    made = Catalogue(compiled)
    made.templates = tuple(_templates(message.id for message in read if isinstance(message.id, str)))
    return made
