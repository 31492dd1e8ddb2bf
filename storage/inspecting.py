"""Looking into a database file: what its tables hold, which migrations it went through, what is damaged."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from storage.sqlite import connected, no_ledger

Part = tuple[str, str, tuple[str, ...]]
"""What a table has: its name, what kind of thing it is, and its columns (of a reference: how it refers)."""


def shape(path: Path) -> tuple[dict[str, int], set[Part]]:
    """Return a database's rows per table, and the indexes, uniques and references of its tables."""
    with closing(connected(path)) as connection:
        listed = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
        tables = [name for (name,) in listed]
        rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608
        parts = {
            part
            for table in tables
            for part in (*_indexes(connection, table), *_references(connection, table))
        }
        return rows, parts


def _indexes(connection: sqlite3.Connection, table: str) -> Iterator[Part]:
    for _, index, unique, _, partial_one in connection.execute(f'PRAGMA index_list("{table}")').fetchall():
        columns = [str(row[2]) for row in connection.execute(f'PRAGMA index_info("{index}")')]
        if partial_one:
            (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (index,)).fetchone()
            columns.append(re.split(r"\bWHERE\b", sql, maxsplit=1, flags=re.IGNORECASE)[-1].strip())
        yield table, "unique" if unique else "index", tuple(columns)


def _references(connection: sqlite3.Connection, table: str) -> Iterator[Part]:
    for _, _, parent, column, to, _, on_delete, _ in connection.execute(
        f'PRAGMA foreign_key_list("{table}")'
    ).fetchall():
        yield table, "reference", (column, parent, str(to), on_delete)


def applied_migrations(path: Path, app: str) -> set[str]:
    """Return the names of the migrations that a database went through; none when it is another program's."""
    with closing(sqlite3.connect(path)) as connection:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'tortoise_migrations'").fetchone():
            rows = connection.execute("SELECT name FROM tortoise_migrations WHERE app = ?", (app,))
            return {name for (name,) in rows}
    return set()


def damages(path: Path) -> list[str]:
    """Name what is wrong with a database: damaged pages and indexes, references to rows that do not exist."""
    try:
        with closing(connected(path)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(10)")]
        broken = [f"references break in {table}" for table in check_references(path)]
    except sqlite3.DatabaseError as fault:  # so damaged that it cannot even be looked through
        if not no_ledger(fault):
            raise
        return [str(fault)]
    return [each for each in found if each != "ok"] + broken


def check_references(path: Path) -> list[str]:
    """Name the tables with references to rows that do not exist."""
    with closing(connected(path)) as connection:
        return sorted({row[0] for row in connection.execute("PRAGMA foreign_key_check")})
