"""Bringing a database up to date by Tortoise's migrations, without ever risking the ledger.

Tortoise 1.1.9 rebuilds tables on SQLite in ways that can lose rows, indexes and uniques, and a process
killed between a migration and its record cannot go on. So the migrations run on a copy; the copy takes
the original's place in one rename, only after rows, indexes and references were compared.
"""

from __future__ import annotations

from pathlib import Path

from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor

from storage import sqlite

APP = "ledger"
MIGRATIONS = "storage.migrations"


class MigrationFault(Exception):  # noqa: N818 - said to the operator
    """A migration would have lost something; the database is as it was."""


async def bring_up_to_date(path: Path, target: str | None = None) -> bool:
    """Apply the migrations a database lacks; return whether there were any.

    Raises :class:`MigrationFault` when the result would lack rows, indexes or references.
    The caller holds the process lock.
    """
    for left_over in path.parent.glob(f"{path.name}.migrating*"):
        left_over.unlink()
    fresh = not path.exists() or path.stat().st_size == 0
    if not fresh and not await _lacks(path):
        return False
    copy = path.with_name(f"{path.name}.migrating")
    if not fresh:
        sqlite.copy(path, copy)
    await _migrate(copy, target)
    if not fresh:
        _compare(path, copy)
        sqlite.copy(
            path, path.with_name(f"{path.name}.before-{len(list(path.parent.glob(path.name + '.before-*')))}")
        )
        for side in ("-wal", "-shm"):
            path.with_name(path.name + side).unlink(missing_ok=True)
    copy.replace(path)
    for side in ("-wal", "-shm"):
        copy.with_name(copy.name + side).unlink(missing_ok=True)
    return True


def _config(path: Path) -> dict[str, object]:
    app = {"models": ["storage.records"], "default_connection": "default", "migrations": MIGRATIONS}
    return {"connections": {"default": sqlite.connection_config(path)}, "apps": {APP: app}}


async def _lacks(path: Path) -> bool:
    async with TortoiseContext() as context:
        await context.init(config=_config(path))
        executor = MigrationExecutor(context.connections.get("default"), _config(path)["apps"])  # type: ignore[arg-type]
        return bool(await executor.plan())


async def _migrate(path: Path, target: str | None) -> None:
    from tortoise.migrations.executor import MigrationTarget

    async with TortoiseContext() as context:
        await context.init(config=_config(path))
        executor = MigrationExecutor(context.connections.get("default"), _config(path)["apps"])  # type: ignore[arg-type]
        await executor.migrate([MigrationTarget(APP, target or "__latest__")])


def _compare(before: Path, after: Path) -> None:
    rows_before, indexes_before = sqlite.shape(before)
    rows_after, indexes_after = sqlite.shape(after)
    for ledger_rows in (rows_before, rows_after):
        ledger_rows.pop("tortoise_migrations", None)
    lost = {table: count for table, count in rows_before.items() if rows_after.get(table, 0) < count}
    if lost:
        raise MigrationFault(f"rows would be lost: {lost}")
    if missing := indexes_before - indexes_after:
        raise MigrationFault(f"indexes would be lost: {sorted(missing)}")
    if broken := sqlite.check_references(after):
        raise MigrationFault(f"references would break in: {broken}")
