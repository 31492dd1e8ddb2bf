"""One transaction of the database, shared by the units of work that are committed together."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from tortoise.exceptions import OperationalError

from storage import sqlite
from storage.records.base import Record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.actors import Actor
    from storage.database import Database
    from storage.unit import Unit


class Transaction:
    """One transaction of the database; opened when something must be written or a written row read."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.pending: list[sqlite.Statement] = []
        self.touched: set[type[Record]] = set()
        self.last_hash = database.last_hash
        self.begun = False
        self._fault: BaseException | None = None
        self.broken = False
        """Part of what was handed over could not be written: the rest must not be committed."""

    @asynccontextmanager
    async def unit(self, actor: Actor, now: int) -> AsyncIterator[Unit]:
        """Open a unit; what it gathers joins the transaction when it ends well, and is dropped when not."""
        from storage.unit import Unit

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
            await self._write(commit=False)

    async def commit(self) -> None:
        """Write what is pending and commit. Who cancels this comes too late: it is carried through."""
        if self.broken or self.pending or self.begun:
            with suppress(asyncio.CancelledError):
                await self._write(commit=True)
            self.database.last_hash = self.last_hash

    async def _write(self, *, commit: bool) -> None:
        if self.broken:
            raise OperationalError("a part of this transaction could not be written") from self._fault
        statements, self.pending = self.pending, []
        begin, self.begun = not self.begun, True
        try:
            await sqlite.write(self.database.client, statements, begin=begin, commit=commit)
        except asyncio.CancelledError:
            raise  # written all the same, see storage.sqlite
        except BaseException as fault:
            self.broken, self._fault = True, fault
            raise

    async def rollback(self) -> None:
        """Undo everything."""
        self.pending.clear()
        if self.begun:
            await sqlite.undo(self.database.client, to_savepoint=False)
