"""Rows remembered between units, so that what is asked for again and again needs no query.

Safe because one process serves the database and its units run one at a time: a record here is the one that
every unit changes. After a unit that failed everything is forgotten, as its changes stand only here.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from storage.records.base import Record

ROOM = 20_000
"""How many rows of a table are held, some 2 kB each, where the table is given no room of its own."""


class Remembered:
    """The rows last asked for."""

    def __init__(self, rooms: Mapping[type[Record], int] | None = None) -> None:
        self._rooms = dict(rooms or {})
        self._rows: dict[type[Record], dict[int, Record]] = {}
        self._numbers: dict[Hashable, int] = {}

    def get(self, model: type[Record], number: int) -> Record | None:
        """Return a row, if it is held."""
        return self._rows.get(model, {}).get(number)

    def held(self, model: type[Record]) -> dict[int, Record]:
        """Return the rows of a table that are held, by number."""
        return dict(self._rows.get(model, {}))

    def put(self, record: Record) -> None:
        """Hold a row; the one of its table put in longest ago makes room."""
        rows = self._rows.setdefault(type(record), {})
        rows[record.id] = record
        if len(rows) > self._rooms.get(type(record), ROOM):
            del rows[next(iter(rows))]

    def number(self, name: Hashable) -> int | None:
        """Return the number of the row that a name stands for, if it is held."""
        return self._numbers.get(name)

    def put_number(self, name: Hashable, number: int) -> None:
        """Hold what a name stands for; only for names that never come to stand for another row."""
        self._numbers[name] = number
        if len(self._numbers) > ROOM:
            del self._numbers[next(iter(self._numbers))]

    def clear(self) -> None:
        """Forget everything."""
        self._rows.clear()
        self._numbers.clear()
