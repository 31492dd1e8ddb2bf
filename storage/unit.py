"""The unit of work: what one event changes, written as one transaction.

A unit gathers what is added and saved and writes it in one hop. Reading through a unit first writes what
is gathered, so that a query always sees it. Several units may share one transaction (group commit);
one that fails takes back only its own part.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

from storage import sqlite
from storage.records import Assignment, AuditRow, OutboxRow
from storage.records.base import Record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tortoise.queryset import QuerySet

    from storage.actors import Actor
    from storage.database import Database

R = TypeVar("R", bound=Record)

REMEMBERED = (Assignment, OutboxRow)
"""Records that event after event asks for by number; see :class:`storage.remembering.Remembered`."""

WHO_LENGTH = 160
GENESIS = "0" * 64
"""What the first row of the trail names as the hash before it."""


TRAIL_FACTS = (
    "id",
    "at",
    "verb",
    "member_id",
    "who",
    "chat_id",
    "message",
    "plan_id",
    "item_id",
    "department_id",
    "data",
)
"""The columns of the trail that its hash covers."""


class Transaction:
    """One transaction of the database; opened when something must be written or a written row read."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.pending: list[sqlite.Statement] = []
        self.touched: set[type[Record]] = set()
        self.last_hash = database.last_hash
        self.begun = False

    @asynccontextmanager
    async def unit(self, actor: Actor, now: int) -> AsyncIterator[Unit]:
        """Open a unit; what it gathers joins the transaction when it ends well, and is dropped when not."""
        unit = Unit(self, actor, now)
        try:
            yield unit
            await unit.finish()
        except BaseException:
            await unit.drop()
            raise

    async def flush(self) -> None:
        """Write what is pending, without committing."""
        if self.pending:
            statements, self.pending = self.pending, []
            begin, self.begun = not self.begun, True
            await sqlite.write(self.database.client, statements, begin=begin, commit=False)

    async def commit(self) -> None:
        """Write what is pending and commit."""
        if self.pending or self.begun:
            statements, self.pending = self.pending, []
            await sqlite.write(self.database.client, statements, begin=not self.begun, commit=True)
            self.database.last_hash = self.last_hash

    async def rollback(self) -> None:
        """Undo everything."""
        self.pending.clear()
        if self.begun:
            await sqlite.undo(self.database.client, to_savepoint=False)


class Unit:
    """What one event reads and changes. ``now`` is its moment, ``actor`` who caused it."""

    def __init__(self, transaction: Transaction, actor: Actor, now: int) -> None:
        self.transaction = transaction
        self.database = transaction.database
        self.directory = transaction.database.directory
        self.actor = actor
        self.now = now
        self._added: list[Record] = []
        self._saved: dict[Record, set[str] | None] = {}
        self._loaded: dict[tuple[type[Record], int], Record] = {}
        self._trail: list[AuditRow] = []
        self._mark = len(transaction.pending)
        self._savepoint = False
        self._directory_changed = False

    # ------------------------------------------------------------ writing

    def add(self, record: R) -> R:
        """Give a new record its number and write it with the unit."""
        record.id = self.database.next_id(type(record))
        self._added.append(record)
        self._keep(record)
        if self.directory.keeps(type(record)):
            self.directory.put(record)
            self._directory_changed = True
        return record

    def save(self, record: Record, *fields: str) -> None:
        """Write a changed record with the unit: only the named columns, or all."""
        known = self._saved.setdefault(record, set())
        if known is not None:
            self._saved[record] = known | set(fields) if fields else None
        self._keep(record)
        if self.directory.keeps(type(record)):
            self.directory.changed()
            self._directory_changed = True

    def note(
        self,
        verb: str,
        *,
        plan: int | None = None,
        item: int | None = None,
        department: int | None = None,
        **data: Any,
    ) -> None:
        """Add a step to the trail: who (the unit's actor) did what, to which records, with which facts."""
        actor = self.actor
        self._trail.append(
            AuditRow(
                at=self.now,
                verb=verb,
                member_id=actor.member_id,
                who=actor.name[:WHO_LENGTH],
                chat_id=actor.chat_id,
                message=actor.message,
                plan_id=plan,
                item_id=item,
                department_id=department,
                data=data,
            )
        )

    # ------------------------------------------------------------ reading

    def gathered(self, model: type[R]) -> list[R]:
        """Return the rows of a table that this unit has read or added so far."""
        return [record for (kind, _), record in self._loaded.items() if kind is model]  # type: ignore[misc]

    async def all(self, query: QuerySet[R]) -> list[R]:
        """Return what a query finds; a row read before is the same object."""
        await self._flush()
        found = await query.using_db(self.database.client)
        return [self._same(record) for record in found]  # type: ignore[misc]

    async def first(self, query: QuerySet[R]) -> R | None:
        """Return the first row a query finds, or None."""
        found = await self.all(query.limit(1))
        return found[0] if found else None

    async def count(self, query: QuerySet[R]) -> int:
        """Count what a query finds."""
        await self._flush()
        return int(await query.using_db(self.database.client).count())

    async def rows(self, query: Any) -> list[dict[str, Any]]:
        """Return the plain values a ``.values(...)`` query finds."""
        await self._flush()
        return list(await query)  # such a query takes the connection of the context it runs in

    async def get(self, model: type[R], number: int) -> R:
        """Return the record of a number. Raises LookupError when there is none."""
        if self.directory.keeps(model):
            return self.directory.get(model, number)
        (known,) = await self.many(model, [number]) or (None,)
        if known is None:
            raise LookupError(f"{model.__name__} {number}")
        return known

    async def many(self, model: type[R], numbers: Iterable[int]) -> list[R]:
        """Return the records of some numbers, in their order; numbers without a record are passed over."""
        wanted = list(numbers)
        rows = self.database.remembered
        found = {n: self._loaded.get((model, n)) or rows.get((model, n)) for n in wanted}
        missing = [number for number, record in found.items() if record is None]
        if missing:
            found |= {record.id: record for record in await self.all(model.filter(id__in=missing))}
        for number, record in found.items():
            if record is not None:
                self._keep(record)
        return [found[number] for number in wanted if found[number] is not None]  # type: ignore[misc]

    def _keep(self, record: Record) -> None:
        """Hold a record for this unit, and for those to come where that pays."""
        key = type(record), record.id
        self._loaded[key] = record
        if isinstance(record, REMEMBERED):
            self.database.remembered.put(key, record)

    def _same(self, record: R) -> Record:
        if self.directory.keeps(type(record)):
            return self.directory.get(type(record), record.id)
        key = type(record), record.id
        known = self._loaded.get(key) or self.database.remembered.get(key) or record
        self._keep(known)
        return known

    # ------------------------------------------------------------ ending

    async def _flush(self) -> None:
        if self._added or self._saved:
            if not self._savepoint:
                self._savepoint = True
                self.transaction.pending.append(sqlite.SAVEPOINT)
            self._gather()
        await self.transaction.flush()
        self._mark = 0

    def _gather(self) -> None:
        pending, database = self.transaction.pending, self.database
        for record in self._added:
            self._saved.pop(record, None)
            pending.append(database.insert(record))
            self.transaction.touched.add(type(record))
        for record, fields in self._saved.items():
            pending.append(database.update(record, fields))
            self.transaction.touched.add(type(record))
        self._added.clear()
        self._saved.clear()

    async def finish(self) -> None:
        """Hand what was gathered to the transaction, the trail chained behind it."""
        self._gather()
        last = self.transaction.last_hash
        for row in self._trail:
            row.id = self.database.next_id(AuditRow)
            row.previous = last
            row.hash = last = chained(row)
            self.transaction.pending.append(self.database.insert(row))
        self.transaction.last_hash = last
        if self._savepoint:
            self.transaction.pending.append(sqlite.RELEASE)

    async def drop(self) -> None:
        """Take back whatever the unit wrote."""
        self._added.clear()
        self._saved.clear()
        self.database.remembered.clear()
        del self.transaction.pending[self._mark :]
        if self._savepoint:
            await sqlite.undo(self.database.client, to_savepoint=True)
        if self._directory_changed:
            await self.transaction.flush()
            await self.directory.load(self.database.client)


def chained(row: AuditRow) -> str:
    """Return the hash of a row of the trail: over its columns and the hash before it."""
    return sha256((row.previous + canonical(trail_facts(row))).encode()).hexdigest()


def trail_facts(row: AuditRow) -> dict[str, Any]:
    """Return what the hash of a row of the trail covers."""
    return {name: getattr(row, name) for name in TRAIL_FACTS}


def canonical(facts: Mapping[str, Any]) -> str:
    """Write facts as JSON in the one form that is hashed."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
