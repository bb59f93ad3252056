"""Rows that can be looked at column by column before they are made: what a format offers whose files lie by columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self, runtime_checkable

from enrich.model.row import Row

if TYPE_CHECKING:
    import numpy as np

    Bytes = np.ndarray[Any, np.dtype[np.uint8]]
    Codes = np.ndarray[Any, np.dtype[np.int64]]


class ColumnTexts(NamedTuple):
    """The texts of one column of a block, each once: the cell of the ``n``-th row holds ``distinct[codes[n]]``."""

    distinct: Sequence[str]
    codes: Codes


class EvenTexts(NamedTuple):
    """The same of texts of one length, as bytes: a row of ``letters`` for each that is distinct."""

    letters: Bytes
    codes: Codes


class Block(Protocol):
    """Rows that follow each other without a gap. None has texts attached to its cells, or owners around it."""

    first: int
    """The number of its first row."""
    size: int
    """How many rows it has."""
    width: int
    """How many columns."""

    def texts(self, column: int, *, longest: int | None = None) -> ColumnTexts:
        """Return the texts of one column; those of more than ``longest`` characters are "" here."""
        ...

    def even(self, column: int) -> EvenTexts | None:
        """Return the texts of one column where no cell is empty and all are of one length, in characters of one byte;
        else None.
        """
        ...

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """Return the rows from the ``start``-th up to the ``stop``-th."""
        ...

    def holds_numbers(self, column: int) -> bool:
        """Return whether by its type each text of a column is "", a whole number or a moment in ISO form."""
        ...

    def filled(self, column: int) -> bool:
        """Return whether no cell of a column is ""."""
        ...


@runtime_checkable
class RowBlocks(Protocol):
    """An iterator over rows that knows what lies ahead."""

    def __iter__(self) -> Self: ...
    def __next__(self) -> Row: ...

    def ahead(self, most: int) -> Block | None:
        """Return a block of at most ``most`` rows that begins with the next row; None where no row follows."""
        ...

    def skip(self, count: int) -> None:
        """Go on behind the next ``count`` rows, which nobody makes."""
        ...
