"""Where a rehearsal room keeps what happened: one small SQLite file, or memory."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.platforms.port import Shown, ShownButton, ShownFile
from bot.platforms.rehearsal.world import TOLD, FileCard, Happening, Message, RoomError, Upload

VERSION = 1

SCHEMA = """
CREATE TABLE room (birth TEXT NOT NULL);
CREATE TABLE chats (
    ordinal INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    present INTEGER NOT NULL DEFAULT 1,
    seen INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE people (
    ordinal INTEGER PRIMARY KEY,
    account TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    hat TEXT NOT NULL,
    department TEXT NOT NULL
);
CREATE TABLE seats (
    account TEXT NOT NULL REFERENCES people (account),
    chat TEXT NOT NULL REFERENCES chats (id),
    PRIMARY KEY (account, chat)
) WITHOUT ROWID;
CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat TEXT NOT NULL REFERENCES chats (id),
    author TEXT REFERENCES people (account),
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    rows TEXT NOT NULL,
    reply_to INTEGER REFERENCES messages (id),
    at INTEGER NOT NULL,
    edited INTEGER
);
CREATE INDEX messages_of_chat ON messages (chat, id);
CREATE TABLE files (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message INTEGER REFERENCES messages (id),
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    size INTEGER NOT NULL,
    content BLOB NOT NULL
);
CREATE INDEX files_of_message ON files (message);
CREATE TABLE journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    chat TEXT NOT NULL,
    account TEXT,
    message INTEGER,
    at INTEGER NOT NULL,
    data TEXT NOT NULL,
    waiting INTEGER NOT NULL
);
CREATE INDEX journal_waiting ON journal (id) WHERE waiting = 1;
"""

Row = tuple[Any, ...]


class Store:
    """The room's tables. Every change is one transaction, on disk before it returns."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(
            ":memory:" if path is None else path, isolation_level=None, check_same_thread=False, timeout=10
        )
        self._db.execute("PRAGMA journal_mode = WAL")
        # FULL: what a visitor saw as sent is still there after a power cut.
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._prepare(path)

    def _prepare(self, path: Path | None) -> None:
        version = self.one("PRAGMA user_version")[0]
        if version == 0:
            with self.change() as db:
                for statement in SCHEMA.split(";"):
                    db.execute(statement)
                db.execute("INSERT INTO room VALUES (?)", (secrets.token_hex(4),))
                db.execute(f"PRAGMA user_version = {VERSION}")
        elif version != VERSION:
            self.close()
            raise RoomError("other_version", str(path))
        # An upload whose message never came: the visitor was not told that it arrived.
        self._db.execute("DELETE FROM files WHERE message IS NULL")

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Open one transaction, committed at the end and undone by any exception."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def all(self, statement: str, *values: Any) -> list[Row]:
        """Return every row of a query."""
        with self._lock:
            return self._db.execute(statement, values).fetchall()

    def one(self, statement: str, *values: Any) -> Row:
        """Return the row of a query that has one."""
        (row,) = self.all(statement, *values)
        return row

    def first(self, statement: str, *values: Any) -> Row | None:
        """Return the first row of a query, None when there is none."""
        with self._lock:
            row: Row | None = self._db.execute(statement, values).fetchone()
            return row

    def messages(self, numbers: str, *values: Any) -> list[Message]:
        """Return the messages whose numbers a query gives, oldest first."""
        wanted = json.dumps([row[0] for row in self.all(numbers, *values)])
        rows = self.all(
            "SELECT id, chat, author, title, text, rows, reply_to, at, edited FROM messages "
            "WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            wanted,
        )
        files: dict[int, list[FileCard]] = {}
        for number, message, name, mime, size in self.all(
            "SELECT id, message, name, mime, size FROM files "
            "WHERE message IN (SELECT value FROM json_each(?)) ORDER BY id",
            wanted,
        ):
            files.setdefault(message, []).append(FileCard(str(number), name, mime, size))
        return [
            Message(
                id=str(row[0]),
                chat=row[1],
                author=row[2],
                title=row[3],
                text=row[4],
                rows=buttons_from_json(row[5]),
                files=tuple(files.get(row[0], ())),
                reply_to=None if row[6] is None else str(row[6]),
                at=row[7],
                edited=row[8],
            )
            for row in rows
        ]

    def happenings(self, numbers: str, *values: Any) -> list[Happening]:
        """Return the happenings whose numbers a query gives, oldest first."""
        rows = self.all(
            "SELECT id, kind, chat, account, message, at, data FROM journal "
            "WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            json.dumps([row[0] for row in self.all(numbers, *values)]),
        )
        return [
            Happening(
                id=row[0],
                kind=row[1],
                chat=row[2],
                account=row[3],
                message=None if row[4] is None else str(row[4]),
                at=row[5],
                data=json.loads(row[6]),
            )
            for row in rows
        ]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


def add_message(
    db: sqlite3.Connection, chat: str, author: str | None, shown: Shown, reply_to: str | None, at: int
) -> str:
    """Write a message; return its number."""
    added = db.execute(
        "INSERT INTO messages (chat, author, title, text, rows, reply_to, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            chat,
            author,
            shown.title,
            "\n".join(shown.lines),
            buttons_to_json(shown.rows),
            None if reply_to is None else int(reply_to),
            at,
        ),
    )
    return str(added.lastrowid)


def add_file(db: sqlite3.Connection, file: Upload, message: str | None) -> str:
    """Write a file of a message, or give one kept before to its message; return its number."""
    if isinstance(file, ShownFile):
        added = db.execute(
            "INSERT INTO files (message, name, mime, size, content) VALUES (?, ?, ?, ?, ?)",
            (message, file.name, file.mime, len(file.content), file.content),
        )
        return str(added.lastrowid)
    taken = db.execute("UPDATE files SET message = ? WHERE id = ? AND message IS NULL", (message, file))
    if taken.rowcount != 1:
        raise RoomError("no_such_file", file)
    return file


def add_happening(db: sqlite3.Connection, happening: Happening) -> int:
    """Write what happened; return its number. What people did waits for the bot."""
    added = db.execute(
        "INSERT INTO journal (kind, chat, account, message, at, data, waiting) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            happening.kind,
            happening.chat,
            happening.account,
            None if happening.message is None else int(happening.message),
            happening.at,
            json.dumps(happening.data, ensure_ascii=False),
            happening.kind in TOLD,
        ),
    )
    number: int = added.fetchone()[0]
    return number


def buttons_to_json(rows: tuple[tuple[ShownButton, ...], ...]) -> str:
    """Write rows of buttons as JSON."""
    return json.dumps(
        [[[button.label, button.token, button.style] for button in row] for row in rows], ensure_ascii=False
    )


def buttons_from_json(packed: str) -> tuple[tuple[ShownButton, ...], ...]:
    """Read back what :func:`buttons_to_json` wrote."""
    return tuple(tuple(ShownButton(*button) for button in row) for row in json.loads(packed))
