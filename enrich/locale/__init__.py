"""Words for people in the reader's language, by gettext. Knows nothing of reports, columns or files.

A language is one file, ``locale/LANGUAGE.po``: Babel compiles it in memory, so no built catalogue can fall behind it.
English is the language of the source and needs no file.
"""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

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
    return gettext.GNUTranslations(BytesIO(_compiled(LOCALE / f"{language}.po")))


def _compiled(file: Path) -> bytes:
    """The catalogue as gettext reads it. Babel is imported here because it is heavy and English needs none of it."""
    try:
        from babel.messages.mofile import write_mo  # noqa: PLC0415 - see above
        from babel.messages.pofile import read_po  # noqa: PLC0415 - see above
    except ModuleNotFoundError as error:
        raise UsageError("Babel is needed for languages other than English", hint=how_to_install("babel")) from error
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=file.stem, abort_invalid=True))
    return compiled.getvalue()
