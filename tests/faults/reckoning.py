"""The reckoning after a walk: the ledger, the room and the journal must tell the same story."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from storage.database import Database
from storage.ledger import trail
from tests.faults import script
from tests.faults.journal import Journal
from tests.faults.life import LEDGER, ROOM, SCRIPT

Rows = list[tuple[Any, ...]]


class Reckoning:
    """A walk's folder, looked at when no process works in it any more."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._steps = script.read(folder / SCRIPT)
        self._acts = Journal(folder / "journal").acts()

    def ledger(self, query: str, *values: object) -> Rows:
        """Ask the ledger."""
        return self._ask(LEDGER, query, *values)

    def room(self, query: str, *values: object) -> Rows:
        """Ask the room."""
        return self._ask(ROOM, query, *values)

    def _ask(self, name: str, query: str, *values: object) -> Rows:
        with closing(sqlite3.connect(f"file:{self._folder / name}?mode=ro", uri=True)) as raw:
            return raw.execute(query, values).fetchall()

    async def faults(self) -> list[str]:
        """Return everything that is not as it must be."""
        return [
            *self._walked(),
            *self._inbox(),
            *self._outbox(),
            *self._reports(),
            *self._references(),
            *await self._chain(),
        ]

    def _walked(self) -> Iterable[str]:
        done = [act.step for act in self._acts if act.main]
        if set(done) != set(range(len(self._steps))):
            yield f"steps done: {done}"

    def _inbox(self) -> Iterable[str]:
        """What people did is in the inbox once each, and done."""
        birth = self.room("SELECT birth FROM room")[0][0]
        told = "SELECT id FROM journal WHERE kind IN ('said', 'edited', 'pressed', 'joined', 'left')"
        happened = Counter(f"{birth}-{number}" for (number,) in self.room(told))
        arrived = Counter(event for (event,) in self.ledger("SELECT event FROM inbox"))
        if happened != arrived:
            yield f"not in the inbox: {happened - arrived}, in it too often: {arrived - happened}"
        for row in self.ledger("SELECT id, event, kind, status, error FROM inbox WHERE status <> 'done'"):
            yield f"in the inbox and not done: {row}"
        for row in self.room("SELECT id, kind FROM journal WHERE waiting = 1"):
            yield f"not acknowledged: {row}"

    def _outbox(self) -> Iterable[str]:
        """Each message stands in the room once; only those in doubt may stand there unknown to the ledger."""
        states = "SELECT id, status, error FROM outbox WHERE status NOT IN ('sent', 'uncertain', 'parked')"
        for row in self.ledger(states):
            yield f"in the outbox and not sent: {row}"
        said = {number for (number,) in self.room("SELECT id FROM messages WHERE author IS NULL")}
        known = Counter(int(message) for (message,) in self.ledger("SELECT message FROM message_ref"))
        for number in set(known) - said:
            yield f"the ledger knows message {number}, which is not in the room"
        twice = "SELECT outbox_id, count(*) FROM message_ref GROUP BY outbox_id HAVING count(*) > 1"
        for row in self.ledger(twice):
            yield f"sent more than once: {row}"
        unknown = said - set(known)
        doubtful = self.ledger(
            "SELECT count(*) FROM outbox o JOIN chat c ON c.id = o.chat_id WHERE o.status = 'uncertain'"
        )[0][0]
        if len(unknown) > doubtful:
            yield f"messages {unknown} are in the room and not in doubt ({doubtful} are)"
        unsent = (
            "SELECT o.id FROM outbox o WHERE o.status = 'sent' AND o.target_id IS NULL "
            "AND NOT EXISTS (SELECT 1 FROM message_ref m WHERE m.outbox_id = o.id)"
        )
        for row in self.ledger(unsent):
            yield f"said to be sent and nowhere: {row}"
        told = "SELECT count(*) FROM outbox WHERE card LIKE '%delivery.uncertain%'"
        if self.ledger(told)[0][0] < doubtful - self._doubtful_in_coordination():
            yield f"{doubtful} messages in doubt, of which the coordinators were not told"

    def _doubtful_in_coordination(self) -> int:
        query = (
            "SELECT count(*) FROM outbox o JOIN chat c ON c.id = o.chat_id "
            "WHERE o.status = 'uncertain' AND c.purpose = 'coordination'"
        )
        number: int = self.ledger(query)[0][0]
        return number

    def _reports(self) -> Iterable[str]:
        """Every acknowledged reply is in the ledger once for each item it speaks of."""
        owed: Counter[str] = Counter()
        for act in self._acts:
            step = self._steps[act.step]
            if act.main and act.message is not None and step.do in {"say", "edit"}:
                owed[act.message] += step.reports
        kept = Counter(str(m) for (m,) in self.ledger("SELECT message FROM progress_report"))
        for message, wanted in owed.items():
            if kept[message] != wanted:
                yield f"message {message} speaks of {wanted} items, {kept[message]} are in the ledger"

    def _references(self) -> Iterable[str]:
        for name in (LEDGER, ROOM):
            for row in self._ask(name, "PRAGMA foreign_key_check"):
                yield f"a reference is broken: {row}"
            if self._ask(name, "PRAGMA integrity_check") != [("ok",)]:
                yield f"{name} is damaged"

    async def _chain(self) -> Iterable[str]:
        database = await Database.open(self._folder / LEDGER, reading=True)
        try:
            verdict = await trail.verify(database)
        finally:
            await database.close()
        return [] if verdict.broken is None else [f"the trail breaks at {verdict.broken}"]

    def outcome(self) -> dict[str, Counter[str]]:
        """Return what the walk came to, apart from the numbers that rows were given by chance."""
        named = (
            "SELECT d.name, i.position, a.role, a.general, a.status, a.percent, a.words, a.expected, "
            "a.reason, a.acknowledged_at, a.submitted_at, a.completed_at FROM assignment a "
            "JOIN department d ON d.id = a.department_id JOIN plan_item i ON i.id = a.item_id"
        )
        due = (
            "SELECT d.name, i.position, m.due, m.first_due, m.status, m.version FROM milestone m "
            "JOIN assignment a ON a.id = m.assignment_id "
            "JOIN department d ON d.id = a.department_id JOIN plan_item i ON i.id = a.item_id"
        )
        reports = (
            "SELECT d.name, i.position, r.percent, r.done, r.words, r.expected, r.superseded_by IS NULL, "
            "r.late_note FROM progress_report r JOIN assignment a ON a.id = r.assignment_id "
            "JOIN department d ON d.id = a.department_id JOIN plan_item i ON i.id = a.item_id"
        )
        queries = {
            "assignments": named,
            "milestones": due,
            "reports": reports,
            "plans": "SELECT year, title, status FROM plan",
            "extensions": "SELECT assignment_id, until, reason, status, answer FROM extension",
            "transfers": "SELECT assignment_id, reason, status, to_id FROM transfer",
            "trail": "SELECT verb, who FROM audit",
        }
        return {
            name: Counter(json.dumps(row, ensure_ascii=False) for row in self.ledger(query))
            for name, query in queries.items()
        }
