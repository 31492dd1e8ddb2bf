"""Rows remembered between units, so that what is asked for again and again needs no query.

Safe because one process serves the database and its units run one at a time: a record here is the one that
every unit changes. After a unit that failed everything is forgotten, as its changes stand only here.
"""

from __future__ import annotations

from collections.abc import Hashable

from storage.records.base import Record

Key = tuple[type[Record], int]
ROOM = 20_000
"""How many rows are held; some 2 kB each."""


class Remembered:
    """The rows last asked for."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._rows: dict[Key, Record] = {}
        self._numbers: dict[Hashable, int] = {}

    def get(self, key: Key) -> Record | None:
        """Return a row, if it is held."""
        return self._rows.get(key)

    def put(self, key: Key, record: Record) -> None:
        """Hold a row; the one put in longest ago makes room."""
        self._rows[key] = record
        if len(self._rows) > self._room:
            del self._rows[next(iter(self._rows))]

    def number(self, name: Hashable) -> int | None:
        """Return the number of the row that a name stands for, if it is held."""
        return self._numbers.get(name)

    def put_number(self, name: Hashable, number: int) -> None:
        """Hold what a name stands for; only for names that never come to stand for another row."""
        self._numbers[name] = number
        if len(self._numbers) > self._room:
            del self._numbers[next(iter(self._numbers))]

    def clear(self) -> None:
        """Forget everything."""
        self._rows.clear()
        self._numbers.clear()
