"""A tick over a province's ledger, and a wave of steps written, beside the bare statements in sqlite3."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from handlers.coordinators import digesting
from reminders import ticking
from reminders.workdays import Workdays
from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import messages, steps
from storage.ledger.steps import NewStep
from storage.records import Milestone, StepRow
from storage.terms.cards import Card, Send
from storage.terms.clock import office_day
from storage.terms.ladder import StepKind
from storage.terms.texts import text
from storage.unit import Unit
from tests.bench.figures import Figure, at_most
from tests.bench.ledgers import LAST_REMINDER, NOW, fill
from tests.bench.raw import CARD

DEPARTMENTS, ITEMS = 10_000, 100
DUE_ITEMS, DUE_DEPARTMENTS = 10, 50
DUE = DUE_ITEMS * DUE_DEPARTMENTS
DUE_NUMBERS = [
    item * DEPARTMENTS + each for item in range(DUE_ITEMS) for each in range(1, DUE_DEPARTMENTS + 1)
]
"""Assignments are numbered item by item."""
WAVE = 10_000
AT_ONCE = 200
TICKS = 300
DAYS = Workdays()
ROOT = Path(__file__).parents[2]
READS = digesting.reader(lambda asked: asked.key)
SAID = Card(title=text("bundle.title", department="发改局", count=1), lines=(text("bundle.hint_one"),))

STEP = (
    "INSERT INTO step (id, key, kind, day, at, department_id, assignment_id, milestone_id, version) "
    "VALUES (?, ?, 'ahead', '2026-03-02', ?, ?, ?, ?, 1)"
)
AGAIN = "UPDATE milestone SET next_step_at = ?, last_step = '2026-03-02' WHERE id = ?"
OUTBOX = (
    "INSERT INTO outbox "
    "(id, chat_id, key, token, card, urgent, status, not_before, attempts, created_at, error) "
    "VALUES (?, ?, ?, ?, ?, 0, 'pending', ?, 0, ?, '')"
)


def run(folder: Path) -> list[Figure]:
    """Return the figures of ticking and of writing waves."""
    return [*asyncio.run(_ticks(folder)), asyncio.run(_wave(folder))]


async def _ticks(folder: Path) -> list[Figure]:
    path = folder / "million.sqlite3"
    await fill(path, DEPARTMENTS, ITEMS)
    _settle(path)
    idle = await _idle(path)
    more = max(0.0, _most_memory(path) - await _memory_of_few(folder))
    bare = _bare(path, DUE_NUMBERS, DUE_DEPARTMENTS)
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(
            "UPDATE milestone SET due = '2026-03-05', phrase = '限期', set_at = ?, next_step_at = 0 "
            f"WHERE id IN ({', '.join(map(str, DUE_NUMBERS))})",
            (NOW - 90_000_000,),
        )
    due = await _due(path)
    path.unlink()
    return [
        at_most("a tick over 1,000,000 open, nothing due, ms", idle * 1000, 1.0),
        at_most("memory of ticking over them, more than over 10,000, MB", more, 5.0),
        at_most("the same with 500 due in 50 groups, of the bare statements", due / bare, 5.0),
    ]


async def _memory_of_few(folder: Path) -> float:
    path = folder / "few.sqlite3"
    await fill(path, DEPARTMENTS, ITEMS // 100)
    _settle(path)
    return _most_memory(path)


def _most_memory(path: Path) -> float:
    """Return the most megabytes that a process of its own held while it ticked; of a few, the least."""
    command = [sys.executable, "-m", "tests.bench.ticked", str(path)]
    return min(float(subprocess.check_output(command, cwd=ROOT, text=True)) for _ in range(3))


def _settle(path: Path) -> None:
    """Let nothing but the ladders wait, and these for December."""
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE plan SET next_prompt_at = ?, next_event_at = ?", (LAST_REMINDER, LAST_REMINDER))
        words = "INSERT INTO digest (id, rhythm, day, due_at) VALUES (1, 'week', '2026-12-28', ?)"
        raw.execute(words, (LAST_REMINDER,))


async def _idle(path: Path) -> float:
    database = await Database.open(path)
    took = []
    try:
        for _ in range(TICKS):
            began = time.perf_counter()
            await ticking.tick(database, DAYS, NOW, READS)
            took.append(time.perf_counter() - began)
    finally:
        await database.close()
    return statistics.median(took)


async def _due(path: Path) -> float:
    database = await Database.open(path)
    try:
        before = await database.unit(SYSTEM, NOW, _steps)
        gc.collect()
        gc.freeze()  # as the served program does
        began = time.perf_counter()
        await ticking.tick(database, DAYS, NOW, READS)
        took = time.perf_counter() - began
        assert await database.unit(SYSTEM, NOW, _steps) == before + DUE
    finally:
        gc.unfreeze()
        await database.close()
    return took


async def _steps(unit: Unit) -> int:
    return await unit.count(StepRow.all())


async def _wave(folder: Path) -> Figure:
    """Write steps with their messages as the ticking does, in units of two hundred."""
    path = folder / "wave.sqlite3"
    await fill(path, 100, WAVE // 100)
    bare = _bare(path, range(1, WAVE + 1), WAVE)
    database = await Database.open(path)
    try:
        began = time.perf_counter()
        for start in range(1, WAVE + 1, AT_ONCE):

            async def work(unit: Unit, start: int = start) -> None:
                for milestone in await unit.many(Milestone, range(start, start + AT_ONCE)):
                    _say(unit, milestone)

            await database.unit(SYSTEM, NOW, work)
        took = time.perf_counter() - began
        assert await database.unit(SYSTEM, NOW, _steps) == WAVE
    finally:
        await database.close()
    path.unlink()
    return at_most(
        "a wave of 10,000 steps written with their messages, of the bare statements", took / bare, 10.0
    )


def _say(unit: Unit, milestone: Milestone) -> None:
    day = office_day(unit.now)
    number = milestone.id
    department = (number - 1) % 100 + 1
    new = NewStep(StepKind.AHEAD, f"due:{number}:1", day, department, milestone.assignment_id, milestone)
    steps.say(unit, new)
    steps.look_again(unit, milestone, LAST_REMINDER, day)
    messages.say(unit, Send(department, SAID, key=f"wave:{number}"))


def _bare(path: Path, numbers: Sequence[int], groups: int) -> float:
    """Do what writing steps and messages takes, in plain sqlite3 and units of two hundred; then take it back.

    Returns the seconds it took.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            raw.execute(f"PRAGMA {setting}")
        began = time.perf_counter()
        for start in range(0, len(numbers), AT_ONCE):
            raw.execute("BEGIN IMMEDIATE")
            for count, number in enumerate(numbers[start : start + AT_ONCE], start + 1):
                found = raw.execute(
                    "SELECT m.due, a.status, a.department_id FROM milestone m "
                    "JOIN assignment a ON a.id = m.assignment_id WHERE m.id = ?",
                    (number,),
                ).fetchone()
                raw.execute(STEP, (number, f"bare:{number}", NOW, found[2], number, number))
                raw.execute(AGAIN, (LAST_REMINDER, number))
                if count <= groups:
                    said = (number, number % 50 + 1, f"bare:{number}", f"bare:{number}", CARD, NOW, NOW)
                    raw.execute(OUTBOX, said)
            raw.execute("COMMIT")
        took = time.perf_counter() - began
        raw.execute("DELETE FROM step")
        raw.execute("DELETE FROM outbox")
        raw.execute("UPDATE milestone SET last_step = NULL WHERE last_step IS NOT NULL")
    return took
