"""Bringing a database up to date by Tortoise's migrations, without ever risking the ledger.

Tortoise 1.1.9 rebuilds tables on SQLite in ways that can lose rows, indexes and uniques, and a process
killed between a migration and its record cannot go on. So the migrations run on a copy; the copy takes
the original's place in one rename, only after rows, indexes and references were compared. The original
stays beside it as a file of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from glob import escape
from importlib import resources
from itertools import count
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from tortoise.context import TortoiseContext

from storage import inspecting, sqlite
from storage.terms.texts import Value, text

if TYPE_CHECKING:
    from tortoise.migrations.executor import MigrationExecutor

APP = "ledger"
MIGRATIONS = "storage.migrations"


class MigrationFault(Exception):  # noqa: N818 - said to the operator
    """The database cannot be brought up to date, as ``said``; it is as it was."""

    def __init__(self, key: str, /, **values: Value) -> None:
        self.said = text(f"keeping.{key}", **values)
        super().__init__(self.said)


async def bring_up_to_date(path: Path, target: str | None = None) -> bool:
    """Apply the migrations a database lacks; return whether there were any.

    Raises :class:`MigrationFault` when the result would lack rows, indexes or references, when a newer
    release or another program altogether wrote the database, or when something keeps it open. The caller
    holds the process lock.
    """
    _clear(path)
    fresh = not path.exists() or path.stat().st_size == 0
    if not fresh and not lacks(path):
        return False
    copy = path.with_name(f"{path.name}.migrating")
    try:
        if fresh:
            await _migrate(copy, target)
            copy.chmod(0o600)  # people's words: nobody else's to read
        else:
            sqlite.copy(path, copy)
            copy.chmod(path.stat().st_mode)
            await _migrate(copy, target)
            _compare(path, copy)
            _set_aside(path)
        take_place(copy, path)
    finally:
        _clear(path)
    return True


def _clear(path: Path) -> None:
    for left_over in _beside(path, ".migrating*"):
        left_over.unlink(missing_ok=True)


def _beside(path: Path, ending: str) -> Iterator[Path]:
    return path.parent.glob(escape(path.name) + ending)


def _set_aside(path: Path) -> None:
    """Keep the original under a number of its own; a copy that is cut short never gets that name."""
    part = path.with_name(f"{path.name}.migrating-before")
    sqlite.copy(path, part)
    part.chmod(path.stat().st_mode)
    free = (path.with_name(f"{path.name}.before-{number}") for number in count())
    sqlite.settle(part)
    part.rename(next(name for name in free if not name.exists()))


def take_place(copy: Path, path: Path) -> None:
    """Put the copy in the original's place; at no moment is there less than one whole database."""
    sqlite.settle(copy)
    if path.exists() and not sqlite.empty_log(path):
        raise MigrationFault("held_open", file=str(path))
    for side in sqlite.SIDES:
        path.with_name(path.name + side).unlink(missing_ok=True)
    copy.replace(path)
    sqlite.settle(path)


def _config(path: Path) -> dict[str, Any]:
    app = {"models": ["storage.records"], "default_connection": "default", "migrations": MIGRATIONS}
    return {"connections": {"default": sqlite.connection_config(path)}, "apps": {APP: app}}


@asynccontextmanager
async def _executor(path: Path) -> AsyncIterator[MigrationExecutor]:
    from tortoise.migrations.executor import MigrationExecutor

    async with TortoiseContext() as context:
        await context.init(config=_config(path))
        client = context.connections.get("default")
        # Tortoise keeps its lock when a connection fails inside a query, and the next query waits for ever.
        await client.create_connection(with_db=True)
        yield MigrationExecutor(client, _config(path)["apps"])


def lacks(path: Path) -> bool:
    """Tell whether migrations are missing: without Tortoise, as this is asked at every start."""
    applied = inspecting.applied_migrations(path, APP)
    known = {each.name for each in iter_modules([str(resources.files(MIGRATIONS))])}
    if not applied:
        raise MigrationFault("strange", file=str(path))
    if unknown := sorted(applied - known):
        raise MigrationFault("newer", file=str(path), migration=unknown[-1])
    return not known <= applied


async def _migrate(path: Path, target: str | None) -> None:
    from tortoise.migrations.executor import MigrationTarget

    async with _executor(path) as executor:
        await executor.migrate([MigrationTarget(APP, target or "__latest__")])


def _compare(before: Path, after: Path) -> None:
    rows_before, indexes_before = inspecting.shape(before)
    rows_after, indexes_after = inspecting.shape(after)
    for ledger_rows in (rows_before, rows_after):
        ledger_rows.pop("tortoise_migrations", None)
    lost = {table: number for table, number in rows_before.items() if rows_after.get(table, 0) < number}
    if lost:
        raise MigrationFault("rows_lost", tables=sorted(lost))
    if missing := indexes_before - indexes_after:
        raise MigrationFault(
            "parts_lost",
            parts=[" ".join((table, kind, *columns)) for table, kind, columns in sorted(missing)],
        )
    if broken := inspecting.check_references(after):
        raise MigrationFault("references_broken", tables=broken)
