"""Which column of each sheet a report groups by: the one the user names, else one that names hosts, else users.

Knows headings only; the cells are read in ``row_context``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from enrich.errors import UsageError
from enrich.model.cell_reference import letters
from enrich.pipeline.inputs import Input
from enrich.scan.chosen_columns import chosen

HOSTS = frozenset(
    {
        "host", "hostname", "computer", "computername", "device", "devicename", "machine", "machinename", "workstation",
        "endpoint", "asset", "node", "server", "rechner", "rechnername", "arbeitsplatz", "gerät", "gerätename", "hôte",
        "poste", "ordinateur", "equipo", "хост", "хоста", "компьютер", "компьютера", "узел", "узла", "машина",
        "устройство", "устройства",
    }
)  # fmt: skip
USERS = frozenset(
    {
        "user", "username", "account", "accountname", "login", "logon", "benutzer", "benutzername", "konto", "nutzer",
        "utilisateur", "usuario", "пользователь", "пользователя", "логин", "аккаунт",
    }
)  # fmt: skip
_FILLERS = frozenset(["name", "the", "of", "affected", "infected", "source", "src", "имя", "dns", "short", "full"])
"""Words beside those that leave a heading's meaning as it is; any other may change it ("host count", "device type")."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
"""``DeviceName`` and ``device_name`` are two words, ``HOST`` is one."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """``heading`` names the group in a report, "" where there is none; ``columns`` say where its values stand.

    The key is the input's index and the sheet, the value a column from 0.
    """

    heading: str = ""
    columns: dict[tuple[int, str], int] = field(default_factory=dict)

    def of(self, index: int) -> Grouping:
        """Return the same for one of the inputs alone, as the first."""
        columns = {(0, sheet): column for (source, sheet), column in self.columns.items() if source == index}
        return Grouping(self.heading if columns else "", columns)


def grouping_of(inputs: Sequence[Input], wanted: str | None = None, *, needed: bool = True) -> Grouping:
    """Return the columns to group by; ``UsageError`` where no sheet has the ``wanted`` one and it is ``needed``."""
    if wanted is not None:
        return _wanted(inputs, wanted, needed=needed)
    for words in (HOSTS, USERS):
        found = {key: at for key, headings in _sheets(inputs) if (at := _named(headings, words)) is not None}
        if found:
            return _with_heading(inputs, found)
    return Grouping()


def _wanted(inputs: Sequence[Input], wanted: str, *, needed: bool) -> Grouping:
    found: dict[tuple[int, str], int] = {}
    for index, item in enumerate(inputs):
        for sheet, placement in item.placements.items():
            columns = [at for at in chosen(placement.headings, [wanted]) if at < placement.width]
            found |= {(index, sheet): min(columns)} if columns else {}
    if not found and not needed:
        return Grouping()
    if not found:
        named = dict.fromkeys(text for _, headings in _sheets(inputs) for text in headings if text.strip())
        hint = f"there are {', '.join(list(named)[:20])}" if named else "name it by its letter, for example A"
        raise UsageError(f"no input has a column {wanted!r} to group by", hint=hint)
    return _with_heading(inputs, found)


def _sheets(inputs: Sequence[Input]) -> Iterator[tuple[tuple[int, str], Sequence[str]]]:
    for index, item in enumerate(inputs):
        for sheet, placement in item.placements.items():
            yield (index, sheet), placement.headings


def _named(headings: Sequence[str], words: frozenset[str]) -> int | None:
    """Return the first column whose heading says one of ``words`` and nothing that changes its meaning."""
    for at, heading in enumerate(headings):
        said = {word.casefold() for word in _WORD.findall(heading)}
        if said & words and said <= words | _FILLERS:
            return at
    return None


def _with_heading(inputs: Sequence[Input], found: dict[tuple[int, str], int]) -> Grouping:
    (index, sheet), column = next(iter(found.items()))
    headings = inputs[index].placements[sheet].headings
    heading = " ".join(headings[column].split()) if column < len(headings) else ""
    return Grouping(heading or letters(column), found)
