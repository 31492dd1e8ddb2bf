"""The open database: one process, one writer, numbers, and transactions that cannot be left half-way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError

from storage import records, sqlite
from storage.actors import Actor
from storage.chain import GENESIS
from storage.directory import Directory
from storage.migrating import APP, bring_up_to_date
from storage.records import AuditRow, OutboxRow
from storage.records.base import Record
from storage.remembering import Remembered
from storage.transaction import Transaction
from storage.unit import CARDS, Unit

T = TypeVar("T")

QUIET = ("tortoise", "tortoise.db_client", "aiosqlite")
"""Loggers of libraries that write every statement with its values, which are people's words."""


class DatabaseInUse(Exception):  # noqa: N818 - said to the operator
    """Another process serves this database."""


class NotALedger(Exception):  # noqa: N818 - said to the operator
    """Something else is there: a folder, a device, a damaged file, another program's database."""


def silence() -> None:
    """Keep the libraries' logs free of what people wrote, whatever level the operator wants."""
    for name in QUIET:
        logger = logging.getLogger(name)
        if logger.level < logging.WARNING:
            logger.setLevel(logging.WARNING)


class Database:
    """A ledger's database, open. Made by :meth:`open`."""

    def __init__(self, path: Path, context: TortoiseContext, lock: sqlite.ProcessLock | None) -> None:
        self.path = path
        self.client: BaseDBAsyncClient = context.connections.get("default")
        self.directory = Directory()
        self.remembered = Remembered({OutboxRow: CARDS})
        self.last_hash = GENESIS
        self.on_commit: list[Callable[[set[type[Record]]], None]] = []
        self._context = context
        self._lock = lock
        self._numbers: dict[type[Record], int] = {}
        self._executors: dict[type[Record], Any] = {}
        self._writer = asyncio.Lock()
        self._running: set[asyncio.Task[Any]] = set()
        self._stale = False

    @classmethod
    async def open(cls, path: Path, *, reading: bool = False, durable: bool = True) -> Database:
        """Open a database, made or brought up to date first; ``reading`` opens it beside the one that serves.

        A ledger that nobody keeps need not be ``durable``: it does not wait for the disk.

        Raises :class:`DatabaseInUse` when another process serves it, :class:`NotALedger` when something
        else is there, which stays as it is, FileNotFoundError when there is nothing to read.
        """
        silence()
        path = path.resolve()
        if path.exists() and not path.is_file():
            raise NotALedger(str(path))
        lock = None
        if reading:
            if not path.exists():
                raise FileNotFoundError(path)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = sqlite.ProcessLock(path)
            if not lock.acquire():
                raise DatabaseInUse(str(path))
        context = TortoiseContext()
        try:
            if not reading:
                await bring_up_to_date(path)
            with context:
                await context.init(
                    config={
                        "connections": {
                            "default": sqlite.connection_config(path, reading=reading, durable=durable)
                        },
                        "apps": {APP: {"models": ["storage.records"], "default_connection": "default"}},
                    }
                )
                await context.connections.get("default").create_connection(with_db=True)
                database = cls(path, context, lock)
                await database._load()
        except BaseException as fault:
            await _close(context, lock)
            if sqlite.no_ledger(fault):
                raise NotALedger(str(path)) from fault
            raise
        return database

    async def close(self) -> None:
        """Finish what runs, and close."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)
        await _close(self._context, self._lock)

    async def _load(self) -> None:
        models = [getattr(records, name) for name in records.__all__]
        tables = " UNION ALL ".join(
            f'SELECT {i} AS model, MAX(id) AS number FROM "{m._meta.db_table}"'  # noqa: S608, SLF001
            for i, m in enumerate(models)
        )
        for row in await self.client.execute_query_dict(tables):
            self._numbers[models[row["model"]]] = row["number"] or 0
        last = await AuditRow.all(using_db=self.client).order_by("-id").limit(1).values("hash")
        self.last_hash = last[0]["hash"] if last else GENESIS
        await self.directory.load(self.client)

    @property
    def size(self) -> int:
        """How many bytes it takes on the disk. Raises OSError when its file cannot be seen."""
        return sqlite.size(self.path)

    # ------------------------------------------------------------ numbers and statements

    def last_number(self, model: type[Record]) -> int:
        """Return the number that a table's newest record was given."""
        return self._numbers[model]

    def rewind(self, model: type[Record], number: int) -> None:
        """Give numbers again that were given to records which were not written."""
        self._numbers[model] = number

    def next_id(self, model: type[Record]) -> int:
        """Return the next number of a table; safe because one process serves the database."""
        self._numbers[model] += 1
        return self._numbers[model]

    def _executor(self, model: type[Record]) -> Any:
        """Return what writes a table's statements; made when the table is first written."""
        if model not in self._executors:
            self._executors[model] = self.client.executor_class(model=model, db=self.client)
        return self._executors[model]

    def insert(self, record: Record) -> sqlite.Statement:
        """Return Tortoise's statement that inserts a record."""
        executor = self._executor(type(record))
        fields = record._meta.fields_map  # noqa: SLF001
        names = executor.regular_columns_all
        record._saved_in_db = True  # noqa: SLF001
        return executor.insert_query_all, [fields[n].to_db_value(getattr(record, n), record) for n in names]

    def update(self, record: Record, names: Iterable[str] | None) -> sqlite.Statement:
        """Return Tortoise's statement that writes a record's columns: those named, or all."""
        executor = self._executor(type(record))
        fields = record._meta.fields_map  # noqa: SLF001
        chosen = sorted(names) if names else [n for n in executor.regular_columns_all if n != "id"]
        values = [fields[n].to_db_value(getattr(record, n), record) for n in chosen]
        return executor.get_update_sql(chosen, None), [*values, record.id]

    # ------------------------------------------------------------ transactions

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """Let Tortoise's queries run between transactions, when no event causes them."""
        self._forbid_within()
        async with self._writer:
            with self._context:
                yield

    async def transact(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run ``work`` as one transaction, one at a time, to its end even if the caller is cancelled."""
        self._forbid_within()
        task = asyncio.create_task(self._transact(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_unheard)
            raise

    def _forbid_within(self) -> None:
        if asyncio.current_task() in self._running:
            raise RuntimeError("a transaction within a transaction would wait for itself")

    async def _transact(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        async with self._writer:
            with self._context:
                result, touched = await self._in_context(work)
        if touched:
            for listener in self.on_commit:
                listener(touched)
        return result

    async def _in_context(self, work: Callable[[Transaction], Awaitable[T]]) -> tuple[T, set[type[Record]]]:
        if self._stale:
            await self._refresh()
        transaction = Transaction(self)
        trail = self.last_number(AuditRow)
        try:
            result = await work(transaction)
            await transaction.commit()
        except BaseException:
            self._stale = True
            self.rewind(AuditRow, trail)
            self.remembered.clear()
            await transaction.rollback()
            await self._refresh()
            raise
        return result, transaction.touched

    async def _refresh(self) -> None:
        """Read the directory anew: what it holds may not be what is on disk."""
        await self.directory.load(self.client)
        self._stale = False

    async def unit(self, actor: Actor, now: int, work: Callable[[Unit], Awaitable[T]]) -> T:
        """Run ``work`` as a transaction of one unit."""

        async def alone(transaction: Transaction) -> T:
            async with transaction.unit(actor, now) as unit:
                return await work(unit)

        return await self.transact(alone)


def _unheard(task: asyncio.Task[Any]) -> None:
    """Tell of a transaction that failed when nobody waited any more; a row that is there is no failure."""
    fault = None if task.cancelled() else task.exception()
    if fault is not None and not isinstance(fault, IntegrityError):
        told = {"message": "A transaction failed that nobody waits for", "exception": fault, "task": task}
        task.get_loop().call_exception_handler(told)


def may_pass(fault: Exception) -> bool:
    """Tell whether the database took nothing just now, for a reason that may go away by itself."""
    return sqlite.may_pass(fault)


async def _close(context: TortoiseContext, lock: sqlite.ProcessLock | None) -> None:
    """Close what is open; a connection left open would keep the process from ending."""
    if context.inited:
        await context.close_connections()
    if lock is not None:
        lock.release()
