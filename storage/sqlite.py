"""All that only SQLite knows: settings, the one-process lock, the write hop, copies and checks.

Durability is ``synchronous=FULL``: with WAL, NORMAL may lose the newest commits at a power cut, and a
reply that was acknowledged must not be lost. Group commit (see :mod:`storage.unit`) buys back more than
NORMAL would.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.sqlite.client import SqliteClient
from tortoise.exceptions import IntegrityError, OperationalError

T = TypeVar("T")

BUSY_MILLIS = 10_000
"""How long a write waits for a foreign writer's lock before it fails."""

AT_ONCE = 20_000
"""How many numbers one query is given; SQLite's own limit is 32,766."""

Statement = tuple[str, list[Any]]
"""One parameterised statement and its values."""

SAVEPOINT: Statement = ("SAVEPOINT unit", [])
RELEASE: Statement = ("RELEASE unit", [])


def connection_config(path: Path, *, reading: bool = False, durable: bool = True) -> dict[str, Any]:
    """Return Tortoise's settings of a connection to the database file.

    One that is not ``durable`` survives a crash of the process, not of the machine: for a ledger that is
    thrown away anyway.
    """
    return {
        "engine": "tortoise.backends.sqlite",
        "credentials": {
            "file_path": str(path),
            "journal_mode": "WAL",
            "synchronous": "FULL" if durable else "OFF",
            "foreign_keys": "ON",
            "busy_timeout": BUSY_MILLIS,
            "journal_size_limit": 64 * 1024 * 1024,
            "query_only": "ON" if reading else "OFF",
        },
    }


class ProcessLock:
    """Lets one process serve a database; the system frees it when the process ends, however it ends."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Take the lock; False when another process holds it."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def is_held(self) -> bool:
        """Tell whether a process holds it; nothing is left behind by the question."""
        if not self._path.exists():
            return False
        if not self.acquire():
            return True
        self.release()
        return False

    def release(self) -> None:
        """Let go of the lock."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


async def write(
    client: BaseDBAsyncClient, statements: Sequence[Statement], *, begin: bool, commit: bool
) -> None:
    """Run statements of one transaction in a single hop to the connection's thread.

    ``begin`` opens the transaction first (taking the write lock at once), ``commit`` ends it. A fault while
    committing undoes everything since the beginning; any other leaves what earlier hops wrote.
    """
    try:
        await _hop(client, partial(_run, statements, begin, commit))
    except sqlite3.IntegrityError as fault:
        raise IntegrityError(fault) from fault
    except sqlite3.OperationalError as fault:
        raise OperationalError(fault) from fault


def _run(statements: Sequence[Statement], begin: bool, commit: bool, raw: sqlite3.Connection) -> None:
    if begin:
        if raw.in_transaction:
            raw.execute("ROLLBACK")  # of a transaction whose own undoing failed
        raw.execute("BEGIN IMMEDIATE")
    elif not raw.in_transaction:
        raise sqlite3.OperationalError("the transaction was lost")
    try:
        for sql, values in grouped(statements):
            if len(values) == 1:
                raw.execute(sql, values[0])
            else:
                raw.executemany(sql, values)
        if commit:
            raw.execute("COMMIT")
    except BaseException:
        if commit and raw.in_transaction:
            raw.execute("ROLLBACK")
        raise


def grouped(statements: Sequence[Statement]) -> list[tuple[str, list[list[Any]]]]:
    """Join neighbouring statements of the same words, so that they run together."""
    groups: list[tuple[str, list[list[Any]]]] = []
    for sql, values in statements:
        if groups and groups[-1][0] == sql:
            groups[-1][1].append(values)
        else:
            groups.append((sql, [values]))
    return groups


PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
}
"""What SQLite says when the fault is neither its caller's nor for ever: a foreign lock, a full disk."""

STRANGE = {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
"""What SQLite says of a file that is damaged, no database, or one without our tables."""


def may_pass(fault: BaseException | None) -> bool:
    """Tell whether the database took nothing just now, for a reason that may go away by itself."""
    return _is_of(fault, PASSING)


def no_ledger(fault: BaseException | None) -> bool:
    """Tell whether a file could not be opened because it is damaged, or no database of ours."""
    return _is_of(fault, STRANGE)


def _is_of(fault: BaseException | None, kinds: Collection[int]) -> bool:
    while fault is not None:
        for each in (fault, *fault.args):
            # The low byte is the kind, the others what exactly.
            if isinstance(each, sqlite3.Error) and getattr(each, "sqlite_errorcode", 0) & 0xFF in kinds:
                return True
        fault = fault.__cause__ or fault.__context__
    return False


async def undo(client: BaseDBAsyncClient, *, to_savepoint: bool) -> bool:
    """Undo the open transaction, or only what its last unit did; tell whether one was open."""

    def work(raw: sqlite3.Connection) -> bool:
        if not raw.in_transaction:
            return False
        if to_savepoint:
            raw.execute("ROLLBACK TO unit")
            raw.execute("RELEASE unit")
        else:
            raw.execute("ROLLBACK")
        return True

    return await _hop(client, work)


async def _hop(client: BaseDBAsyncClient, work: Callable[[sqlite3.Connection], T]) -> T:
    """Run ``work`` on the connection's thread, after what was asked of it before.

    The thread cannot be called back: whoever is cancelled meanwhile learns it only once the work is done,
    so that nobody believes undone what is on disk.
    """
    connection = cast(SqliteClient, client)._connection  # noqa: SLF001 - aiosqlite offers no public way
    assert connection is not None  # noqa: S101
    raw = connection._conn  # noqa: SLF001
    future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    connection._tx.put_nowait((future, partial(work, raw)))  # noqa: SLF001
    cancelled: asyncio.CancelledError | None = None
    while not future.done():
        try:
            await asyncio.shield(future)
        except asyncio.CancelledError as asked:
            cancelled = asked
    result = future.result()
    if cancelled is not None:
        raise cancelled
    return result


SIDES = ("-wal", "-shm")
"""What SQLite keeps beside a database that is open: what was committed last may stand only there."""


def size(path: Path) -> int:
    """Return how many bytes a database takes, with what stands beside it."""
    beside = [path.with_name(path.name + side) for side in SIDES]
    return path.stat().st_size + sum(file.stat().st_size for file in beside if file.exists())


def copy(source: Path, target: Path) -> None:
    """Write a consistent copy of a database, also of one in use."""
    with closing(connected(source)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


def connected(path: Path) -> sqlite3.Connection:
    """Open a database file that must be there, beside whoever else has it open."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)


def settle(path: Path) -> None:
    """Return once a file and its name are on the disk, not only in the system's memory."""
    for place in (path, path.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def empty_log(path: Path) -> bool:
    """Bring everything committed into the database file itself; False while another program reads it."""
    with closing(sqlite3.connect(path)) as connection:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
