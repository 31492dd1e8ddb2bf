"""The measure: what a reply writes, in plain sqlite3, one transaction and one commit, in one thread."""

from __future__ import annotations

import sqlite3
from itertools import count
from pathlib import Path
from typing import Any

from tests.bench.ledgers import NOW, PLATFORM

EVENT = '{"kind":"reply","event_id":"e1","place":{"platform":"bench","chat":"group-1"},"text":"1 60%"}' * 2
CARD = '{"title":null,"lines":[{"key":"report.taken","values":{"number":1,"percent":60}}],"rows":[]}' * 2


class RawReplies:
    """A ledger's file opened as plainly as can be, with the settings that the program uses."""

    def __init__(self, path: Path) -> None:
        self._raw = sqlite3.connect(path, isolation_level=None)
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self._raw.execute(f"PRAGMA {setting}")
        self._numbers = count(10_000_000)

    def close(self) -> None:
        """Close the file."""
        self._raw.close()

    def reply(self, assignment: int, message: str) -> None:
        """Look a card up, write inbox, report, assignment, trail and outbox; commit."""
        number, run = next(self._numbers), self._raw.execute
        run("BEGIN IMMEDIATE")
        run(
            "SELECT o.card, a.status, a.percent FROM message_ref m JOIN outbox o ON o.id = m.outbox_id "
            "JOIN assignment a ON a.id = ? WHERE m.chat_id = 1 AND m.message = ?",
            (assignment, message),
        ).fetchone()
        self._insert(
            "inbox",
            {
                "id": number,
                "platform": PLATFORM,
                "event": f"raw{number}",
                "chat": "group-1",
                "kind": "reply",
                "payload": EVENT,
                "status": "done",
                "received_at": NOW,
                "done_at": NOW,
                "error": "",
            },
        )
        self._insert(
            "progress_report",
            {
                "id": number,
                "assignment_id": assignment,
                "member_id": 1,
                "member_name": "联络员1",
                "chat_id": 1,
                "message": f"raw{number}",
                "number": 1,
                "percent": 60,
                "done": False,
                "words": "60%，预计11月底",
                "expected": "2026-11-30",
                "at": NOW,
                "late_note": False,
            },
        )
        run(
            "UPDATE assignment SET status = 'working', percent = ?, words = ?, expected = ?, reported_at = ? "
            "WHERE id = ?",
            (60, "60%，预计11月底", "2026-11-30", NOW, assignment),
        )
        self._insert(
            "audit",
            {
                "id": number,
                "at": NOW,
                "verb": "report.take",
                "member_id": 1,
                "who": "联络员1",
                "chat_id": 1,
                "message": f"raw{number}",
                "plan_id": 1,
                "item_id": 1,
                "department_id": 1,
                "data": '{"assignment":1,"report":1,"percent":60,"done":false,"words":"60%，预计11月底"}',
                "previous": "0" * 64,
                "hash": "1" * 64,
            },
        )
        self._insert(
            "outbox",
            {
                "id": number,
                "chat_id": 1,
                "token": f"raw{number}",
                "card": CARD,
                "reply_to": f"raw{number}",
                "urgent": True,
                "status": "pending",
                "not_before": NOW,
                "attempts": 0,
                "created_at": NOW,
                "error": "",
            },
        )
        run("COMMIT")

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        places = ", ".join("?" * len(row))
        self._raw.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", tuple(row.values()))
