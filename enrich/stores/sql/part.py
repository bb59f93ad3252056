"""What every part of a store works on. A store is made of its parts by inheritance: each brings its own methods."""

from __future__ import annotations

from enrich.clock import Clock
from enrich.errors import StoreError
from enrich.stores.sql.database import Database
from enrich.stores.sql.records import Shape


class Part:
    """One database, the time that counts, and the shapes of its rows, which all parts share."""

    def __init__(self, url: str, database: Database, clock: Clock) -> None:
        self.url = url
        self.clock = clock
        self.database = database
        self.shapes = Shapes(database)


class Shapes:
    """The shapes of a database's rows by number, read as they are met: few, so all of them stay in memory."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._numbers: dict[Shape, int] = {}
        self._shapes: dict[int, Shape] = {}

    def number(self, shape: Shape) -> int:
        """Return the shape's number; kept if it is new. Inside ``writing``."""
        number = self._numbers.get(shape)
        if number is None:
            text = shape.text()
            rows = self._database.rows("SELECT shape FROM shapes WHERE text = ?", (text,))
            if not rows:  # nobody else can write it now
                rows = self._database.rows("SELECT coalesce(max(shape), 0) + 1 FROM shapes")
                self._database.run("INSERT INTO shapes (shape, text) VALUES (?, ?)", (rows[0][0], text))
            number = self._numbers[shape] = int(rows[0][0])
        return number

    def knows(self, shape: Shape) -> bool:
        """Return whether ``shape`` has a number already: then ``number`` asks no database."""
        return shape in self._numbers

    def shape(self, number: int) -> Shape:
        shape = self._shapes.get(number)
        if shape is None:
            rows = self._database.rows("SELECT text FROM shapes WHERE shape = ?", (number,))
            if not rows:
                raise StoreError("the store is damaged: a shape is missing", hint="restore a copy of the store")
            shape = self._shapes[number] = Shape.read(rows[0][0])
        return shape

    def forget(self) -> None:
        """After a transaction that was undone: its shapes are gone, and their numbers may come again."""
        self._numbers.clear()
        self._shapes.clear()
