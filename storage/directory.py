"""What every event looks up, held in memory: who, where, for whom, and the items by number.

The database is the truth; the directory is loaded from it and follows each committed unit. These tables
are small (an office has some dozens of departments and a few hundred people and items).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from tortoise.backends.base.client import BaseDBAsyncClient

from storage.records import (
    Account,
    CalendarYear,
    Chat,
    ChatAlias,
    ChatBinding,
    Collective,
    Department,
    DepartmentAlias,
    Leave,
    Member,
    Membership,
    Plan,
    PlanItem,
    Snooze,
)
from storage.records.base import Record

R = TypeVar("R", bound=Record)
T = TypeVar("T")

KEPT: tuple[type[Record], ...] = (
    Department,
    DepartmentAlias,
    Collective,
    Member,
    Account,
    Membership,
    Leave,
    Chat,
    ChatAlias,
    ChatBinding,
    Plan,
    PlanItem,
    CalendarYear,
    Snooze,
)


class Directory:
    """The small tables, whole, and what is worked out of them."""

    def __init__(self) -> None:
        self._tables: dict[type[Record], dict[int, Record]] = {model: {} for model in KEPT}
        self._worked_out: dict[str, Any] = {}

    async def load(self, client: BaseDBAsyncClient) -> None:
        """Read every table anew."""
        for model in KEPT:
            self._tables[model] = {record.id: record for record in await model.all(using_db=client)}
        self._worked_out.clear()

    def keeps(self, model: type[Record]) -> bool:
        """Tell whether a table is held here."""
        return model in self._tables

    def get(self, model: type[R], number: int) -> R:
        """Return the record of a number. Raises LookupError when there is none."""
        return cast(R, self._tables[model][number])

    def all(self, model: type[R]) -> Iterable[R]:
        """Return every record of a table, oldest first."""
        return cast("Iterable[R]", self._tables[model].values())

    def put(self, record: Record) -> None:
        """Take in a new record."""
        self._tables[type(record)][record.id] = record
        self._worked_out.clear()

    def changed(self) -> None:
        """Forget what was worked out: a record reads otherwise now."""
        self._worked_out.clear()

    def worked_out(self, name: str, work: Callable[[Directory], T]) -> T:
        """Return what ``work`` makes of the tables, worked out once until something changes."""
        if name not in self._worked_out:
            self._worked_out[name] = work(self)
        return cast(T, self._worked_out[name])
