"""The unit of work: what one event changes, written as one transaction.

A unit gathers what is added and saved and writes it in one hop, at the latest before a query through it.
Several units may share one transaction (group commit); one that fails takes back only its own part.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from storage import sqlite
from storage.chain import chained
from storage.records import Assignment, AuditRow, OutboxRow
from storage.records.base import Record

if TYPE_CHECKING:
    from tortoise.queryset import QuerySet

    from storage.actors import Actor
    from storage.transaction import Transaction

R = TypeVar("R", bound=Record)

REMEMBERED = (Assignment, OutboxRow)
"""Records that event after event asks for by number; see :class:`storage.remembering.Remembered`."""

CARDS = 2_000
"""How many messages are remembered: a card with a department's items takes some 20 kB."""

WHO_LENGTH = 160
BREATH = 200
"""So many records are prepared before others in the program may go on: a year's plan has thousands."""


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
        self._over = False
        self._flushing = asyncio.Lock()

    # ------------------------------------------------------------ writing

    def add(self, record: R) -> R:
        """Give a new record its number and write it with the unit."""
        self._require_open()
        record.id = self.database.next_id(type(record))
        self._added.append(record)
        self._keep(record)
        if self.directory.keeps(type(record)):
            self.directory.put(record)
            self._directory_changed = True
        return record

    def save(self, record: Record, *fields: str) -> None:
        """Write a changed record with the unit: only the named columns, or all."""
        self._require_open()
        known = self._saved.setdefault(record, set())
        if known is not None:
            self._saved[record] = known | set(fields) if fields else None
        self._keep(record)
        if self.directory.keeps(type(record)):
            self.directory.changed()
            self._directory_changed = True

    async def change(self, query: QuerySet[R], **values: object) -> None:
        """Change many rows at once, on disk alone: rows held in memory must not be among them."""
        await self._flush(writing=True)
        await query.using_db(self.database.client).update(**values)
        self.transaction.touched.add(query.model)

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
        self._require_open()
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

    async def sql(self, words: str, *values: object) -> Sequence[Sequence[Any]]:
        """Return the rows of a hand-written query, where counting is the database's work."""
        await self._flush()
        _, rows = await self.database.client.execute_query(words, list(values))
        return cast(Sequence[Sequence[Any]], rows)

    async def least(self, *columns: tuple[type[Record], str]) -> int | None:
        """Return the least value in any of some columns, each with its index; None where all are empty."""
        await self._flush()
        parts = (
            f'SELECT MIN("{name}") AS least FROM "{model._meta.db_table}" WHERE "{name}" IS NOT NULL'  # noqa: S608, SLF001
            for model, name in columns
        )
        rows = await self.database.client.execute_query_dict(" UNION ALL ".join(parts))
        return min((row["least"] for row in rows if row["least"] is not None), default=None)

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
        found = {n: self._loaded.get((model, n)) or rows.get(model, n) for n in wanted}
        missing = [number for number, record in found.items() if record is None]
        for start in range(0, len(missing), sqlite.AT_ONCE):
            query = model.filter(id__in=missing[start : start + sqlite.AT_ONCE])
            found |= {record.id: record for record in await self.all(query)}
        for record in found.values():
            if record is not None:
                self._keep(record)
        return [found[number] for number in wanted if found[number] is not None]  # type: ignore[misc]

    def _keep(self, record: Record) -> None:
        """Hold a record for this unit, and for those to come where that pays."""
        key = type(record), record.id
        self._loaded[key] = record
        if isinstance(record, REMEMBERED):
            self.database.remembered.put(record)

    def _same(self, record: R) -> Record:
        if self.directory.keeps(type(record)):
            return self.directory.get(type(record), record.id)
        key = type(record), record.id
        known = self._loaded.get(key) or self.database.remembered.get(*key) or record
        self._keep(known)
        return known

    # ------------------------------------------------------------ ending

    def _require_open(self) -> None:
        if self._over:
            raise RuntimeError("the unit of work is over: what is done now would be lost")

    async def _flush(self, *, writing: bool = False) -> None:
        self._require_open()
        async with self._flushing:
            if (writing or self._added or self._saved) and not self._savepoint:
                # What earlier units handed over goes first: it must not fall with this one.
                await self.transaction.flush()
                self._mark = 0
                self._savepoint = True
                self.transaction.pending.append(sqlite.SAVEPOINT)
            await self._gather()
            await self.transaction.flush()
            self._mark = 0

    async def _gather(self) -> None:
        pending, database = self.transaction.pending, self.database
        added, self._added = self._added, []
        saved, self._saved = self._saved, {}
        for count, record in enumerate(added, 1):
            if count % BREATH == 0:
                await asyncio.sleep(0)
            saved.pop(record, None)
            pending.append(database.insert(record))
            self.transaction.touched.add(type(record))
        for count, (record, fields) in enumerate(saved.items(), 1):
            if count % BREATH == 0:
                await asyncio.sleep(0)
            pending.append(database.update(record, fields))
            self.transaction.touched.add(type(record))

    async def finish(self) -> None:
        """Hand what was gathered to the transaction, the trail chained behind it."""
        await self._gather()
        before, last = self.database.last_number(AuditRow), self.transaction.last_hash
        try:
            for count, row in enumerate(self._trail, 1):
                if count % BREATH == 0:
                    await asyncio.sleep(0)
                row.id = self.database.next_id(AuditRow)
                row.previous = last
                row.hash = last = chained(row)
                self.transaction.pending.append(self.database.insert(row))
        except BaseException:
            self.database.rewind(AuditRow, before)
            raise
        self.transaction.last_hash = last
        if self._savepoint:
            self.transaction.pending.append(sqlite.RELEASE)
        self._over = True

    async def drop(self) -> None:
        """Take back whatever the unit wrote."""
        self._over = True
        self._added.clear()
        self._saved.clear()
        self.database.remembered.clear()
        transaction = self.transaction
        del transaction.pending[self._mark :]
        if self._savepoint and await sqlite.undo(self.database.client, to_savepoint=True):
            transaction.broken = False
        if self._directory_changed and not transaction.broken:
            await transaction.flush()
            await self.directory.load(self.database.client)
