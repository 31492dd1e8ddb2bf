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
from tests.faults.ground import Witness
from tests.faults.journal import Journal
from tests.faults.life import LEDGER, ROOM, SCRIPT

Rows = list[tuple[Any, ...]]


class RoomWitness:
    """The rehearsal room of a walk's folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / ROOM

    def _ask(self, query: str) -> Rows:
        return ask(self._path, query)

    def events(self) -> Counter[str]:
        birth = self._ask("SELECT birth FROM room")[0][0]
        told = "SELECT id FROM journal WHERE kind IN ('said', 'edited', 'pressed', 'joined', 'left')"
        return Counter(f"{birth}-{number}" for (number,) in self._ask(told))

    def waiting(self) -> list[str]:
        return [f"{row}" for row in self._ask("SELECT id, kind FROM journal WHERE waiting = 1")]

    def said(self) -> dict[str, list[str]]:
        said: dict[str, list[str]] = {}
        for chat, number in self._ask("SELECT chat, id FROM messages WHERE author IS NULL ORDER BY id"):
            said.setdefault(chat, []).append(str(number))
        return said

    def faults(self) -> list[str]:
        return damages(self._path)


class Reckoning:
    """A walk's folder, looked at when no process works in it any more."""

    def __init__(self, folder: Path, witness: Witness) -> None:
        self._folder = folder
        self._witness = witness
        self._steps = script.read(folder / SCRIPT)
        self._acts = Journal(folder / "journal").acts()

    def ledger(self, query: str, *values: object) -> Rows:
        """Ask the ledger."""
        return ask(self._folder / LEDGER, query, *values)

    async def faults(self) -> list[str]:
        """Return everything that is not as it must be."""
        return [
            *self._walked(),
            *self._inbox(),
            *self._outbox(),
            *self._arrived(),
            *self._order(),
            *self._reports(),
            *damages(self._folder / LEDGER),
            *self._witness.faults(),
            *await self._chain(),
        ]

    def _walked(self) -> Iterable[str]:
        done = [act.step for act in self._acts if act.main]
        if set(done) != set(range(len(self._steps))):
            yield f"steps done: {done}"

    def _inbox(self) -> Iterable[str]:
        """What people did is in the inbox once each, and done."""
        happened = self._witness.events()
        arrived = Counter(event for (event,) in self.ledger("SELECT event FROM inbox"))
        if happened != arrived:
            yield f"not in the inbox: {happened - arrived}, in it too often: {arrived - happened}"
        for row in self.ledger("SELECT id, event, kind, status, error FROM inbox WHERE status <> 'done'"):
            yield f"in the inbox and not done: {row}"
        for each in self._witness.waiting():
            yield f"not acknowledged: {each}"

    def _outbox(self) -> Iterable[str]:
        """Every message was sent or is in doubt; of those in doubt the coordinators were told."""
        states = "SELECT id, status, error FROM outbox WHERE status NOT IN ('sent', 'uncertain', 'parked')"
        for row in self.ledger(states):
            yield f"in the outbox and not sent: {row}"
        unsent = (
            "SELECT o.id FROM outbox o WHERE o.status = 'sent' AND o.target_id IS NULL "
            "AND NOT EXISTS (SELECT 1 FROM message_ref m WHERE m.outbox_id = o.id)"
        )
        for row in self.ledger(unsent):
            yield f"said to be sent and nowhere: {row}"
        twice = (
            "SELECT o.id, count(*) FROM message_ref m JOIN outbox o ON o.id = m.outbox_id GROUP BY o.id "
            "HAVING count(*) > 1 + coalesce(json_array_length(o.card, '$.files'), 0)"
        )
        for row in self.ledger(twice):
            yield f"sent more than once: {row}"
        in_doubt = (
            "SELECT o.id FROM outbox o JOIN chat c ON c.id = o.chat_id "
            "WHERE o.status = 'uncertain' AND c.purpose <> 'coordination'"
        )
        told = "SELECT card FROM outbox WHERE card LIKE '%undelivered%' AND target_id IS NULL"
        subjects = [json.loads(card).get("subject", {}) for (card,) in self.ledger(told)]
        named = {number for subject in subjects for number in subject.get("rows", ())}
        untold = {number for (number,) in self.ledger(in_doubt)} - named
        if untold:
            yield f"messages {untold} are in doubt, and the coordinators were not told"

    def _arrived(self) -> Iterable[str]:
        """Each message stands in its chat once; only those in doubt may stand there unknown to the ledger."""
        known, doubtful = self._known(), self._doubtful()
        for chat, messages in self._witness.said().items():
            there = known.pop(chat, [])
            for message in set(there) - set(messages):
                yield f"the ledger knows {message}, which is not in {chat}"
            unknown = [each for each in messages if each not in there]
            if len(unknown) > doubtful[chat]:
                yield f"{unknown} are in {chat} and not in doubt ({doubtful[chat]} are)"
        for chat, messages in known.items():
            yield f"the ledger knows {messages}, which are not in {chat}"

    def _known(self) -> dict[str, list[str]]:
        known: dict[str, list[str]] = {}
        query = "SELECT c.external, m.message FROM message_ref m JOIN chat c ON c.id = m.chat_id"
        for chat, message in self.ledger(query):
            known.setdefault(chat, []).append(message)
        return known

    def _doubtful(self) -> Counter[str]:
        """Count what perhaps arrived; also where the card was said anew since, and nobody asks any more."""
        query = (
            "SELECT c.external, count(*) FROM outbox o JOIN chat c ON c.id = o.chat_id "
            "WHERE o.status = 'uncertain' OR o.error = 'dropped' GROUP BY c.external"
        )
        return Counter(dict(self.ledger(query)))

    def _order(self) -> Iterable[str]:
        """In a chat, answers to people came in their order, and so did what the bot says unasked."""
        query = "SELECT m.message, o.id, o.urgent FROM message_ref m JOIN outbox o ON o.id = m.outbox_id"
        rows = {message: (number, urgent) for message, number, urgent in self.ledger(query)}
        for chat, messages in self._witness.said().items():
            for class_ in (False, True):
                came = [rows[each][0] for each in messages if each in rows and bool(rows[each][1]) is class_]
                if came != sorted(came):
                    yield f"out of order in {chat}: {came}"

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
            # What the bot does by itself it does when it wakes, and it wakes as often as it died.
            "trail": "SELECT verb, who FROM audit WHERE who <> 'taizhang'",
        }
        return {
            name: Counter(json.dumps(row, ensure_ascii=False) for row in self.ledger(query))
            for name, query in queries.items()
        }


def ask(path: Path, query: str, *values: object) -> Rows:
    """Ask a database that nobody writes to any more."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as raw:
        return raw.execute(query, values).fetchall()


def damages(path: Path) -> list[str]:
    """Return what is broken in a database."""
    found = [f"a reference is broken: {row}" for row in ask(path, "PRAGMA foreign_key_check")]
    if ask(path, "PRAGMA integrity_check") != [("ok",)]:
        found.append(f"{path.name} is damaged")
    return found
