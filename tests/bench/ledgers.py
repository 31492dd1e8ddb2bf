"""Ledgers of any size, filled in bulk beside the program."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from storage.database import Database
from storage.terms.clock import OFFICE_ZONE
from storage.terms.statuses import AssignmentStatus, ItemRole

PLATFORM = "bench"
START = datetime(2026, 3, 2, 9, 0, tzinfo=OFFICE_ZONE)
NOW = int(START.timestamp() * 1000)
LAST_REMINDER = int(datetime(2026, 12, 17, 9, 0, tzinfo=OFFICE_ZONE).timestamp() * 1000)
"""When the ladder of an item without a time limit is looked at."""
COORDINATION = "coordination"
COORDINATOR = "coordinator"


def group(number: int) -> str:
    """Return the platform's identifier of a department's group."""
    return f"group-{number}"


def liaison(number: int) -> str:
    """Return the account of a department's liaison."""
    return f"liaison-{number}"


async def make(path: Path) -> None:
    """Make an empty ledger."""
    await (await Database.open(path)).close()


async def fill(path: Path, departments: int, items: int) -> None:
    """Make a ledger whose plan is in force: every department has every item, a group and a liaison."""
    await make(path)
    with closing(sqlite3.connect(path)) as raw, raw:
        _people(raw, departments)
        _plan(raw, departments, items)
        raw.execute("PRAGMA optimize")


def _people(raw: sqlite3.Connection, departments: int) -> None:
    numbers = range(1, departments + 1)
    head = departments + 1
    _insert(raw, "department", ("id", "name", "kind"), ((n, f"市第{n}局", "bureau") for n in numbers))
    _insert(raw, "member", ("id", "name", "created_at"), ((n, f"联络员{n}", NOW) for n in (*numbers, head)))
    accounts = ((n, n, PLATFORM, liaison(n)) for n in numbers)
    _insert(
        raw,
        "account",
        ("id", "member_id", "platform", "external"),
        (*accounts, (head, head, PLATFORM, COORDINATOR)),
    )
    roles = ((n, n, "liaison", n, NOW) for n in numbers)
    _insert(
        raw,
        "membership",
        ("id", "member_id", "role", "department_id", "since"),
        (*roles, (head, head, "coordinator", None, NOW)),
    )
    groups = ((n, PLATFORM, group(n), f"第{n}局群", "department", NOW) for n in numbers)
    _insert(
        raw,
        "chat",
        ("id", "platform", "external", "title", "purpose", "created_at"),
        (*groups, (head, PLATFORM, COORDINATION, "统筹群", "coordination", NOW)),
    )
    _insert(raw, "chat_binding", ("id", "chat_id", "department_id"), ((n, n, n) for n in numbers))


def _plan(raw: sqlite3.Connection, departments: int, items: int) -> None:
    of_plan = ("id", "year", "title", "status", "created_at", "next_event_at")
    _insert(raw, "plan", of_plan, [(1, 2026, "要点", "active", NOW, None)])
    positions = range(1, items + 1)
    rows = ((n, 1, n, f"一/{n}", f"第{n}项", f"做好第{n}项工作。", "（各部门负责）") for n in positions)
    _insert(raw, "plan_item", ("id", "plan_id", "position", "number", "title", "text", "clause"), rows)
    pairs = [(d, i) for i in positions for d in range(1, departments + 1)]
    columns = ("id", "plan_id", "item_id", "department_id", "status", "handed_out_at", "acknowledged_at")
    found = ((n, 1, i, d, "working", NOW, NOW, None) for n, (d, i) in enumerate(pairs, 1))
    _insert(raw, "assignment", (*columns, "next_step_at"), found)
    due = ((n, n, "2026-12-31", "2026-12-31", "", LAST_REMINDER) for n in range(1, len(pairs) + 1))
    _insert(raw, "milestone", ("id", "assignment_id", "due", "first_due", "phrase", "next_step_at"), due)


DEFAULTS: dict[str, Any] = {
    "active": True,
    "ad_hoc": False,
    "done": False,
    "dropped": False,
    "general": False,
    "number": "",
    "percent": 0,
    "reason": "",
    "role": "responsible",
    "status": "open",
    "thread": "",
    "version": 1,
    "words": "",
}


def _insert(
    raw: sqlite3.Connection, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows; columns that must be filled and are not named get what a new record has."""
    filled = {
        row[1]: DEFAULTS.get(row[1], json.dumps([]))
        for row in raw.execute(f'PRAGMA table_info("{name}")')
        if row[3] and row[4] is None and row[1] not in columns
    }
    every = [*columns, *filled]
    words = f'INSERT INTO "{name}" ({", ".join(every)}) VALUES ({", ".join("?" * len(every))})'
    raw.executemany(words, ((*row, *filled.values()) for row in rows))


SAID = ("", "正常推进", "正在起草，预计下月发布", "正常推进，但人手不足", "发布12条")


def scatter(path: Path, seed: int) -> None:
    """Let a year pass over a filled ledger: statuses, due days and replies of every kind, by chance."""
    chance = random.Random(seed)
    with closing(sqlite3.connect(path)) as raw, raw:
        numbers = [row[0] for row in raw.execute("SELECT id FROM assignment ORDER BY id")]
        raw.executemany(
            "UPDATE assignment SET status = ?, role = ?, percent = ?, words = ?, handed_out_at = ?, "
            "reported_at = ?, submitted_at = ?, completed_at = ? WHERE id = ?",
            (_stood(chance, number) for number in numbers),
        )
        raw.executemany(
            "UPDATE milestone SET due = ?, status = ? WHERE assignment_id = ?",
            ((_due(chance), chance.choice(("open", "open", "open", "met")), number) for number in numbers),
        )
        further = chance.sample(numbers, len(numbers) // 3)
        columns = ("id", "assignment_id", "due", "first_due", "phrase", "next_step_at")
        rows = (
            (len(numbers) + n, each, _due(chance), "2026-12-31", "", None)
            for n, each in enumerate(further, 1)
        )
        _insert(raw, "milestone", columns, rows)
        told = ("id", "assignment_id", "member_name", "chat_id", "message", "number", "done", "at")
        replied = chance.sample(numbers, len(numbers) // 2)
        reports = (
            (n, each, "联络员", 1, f"m{n}", 1, False, _moment(chance), n + 1 if n % 5 == 0 else None)
            for n, each in enumerate(replied, 1)
        )
        _insert(raw, "progress_report", (*told, "superseded_by"), reports)
        raw.execute("PRAGMA optimize")


def _stood(chance: random.Random, number: int) -> tuple[Any, ...]:
    status = chance.choice((*AssignmentStatus, *[AssignmentStatus.DONE] * 6))
    role = chance.choice(list(ItemRole))
    reported, words = chance.choice(((None, ""), (_moment(chance), chance.choice(SAID))))
    submitted = _moment(chance) if status is AssignmentStatus.REVIEW else None
    done = _moment(chance) if status is AssignmentStatus.DONE else None
    percent, handed_out = chance.choice((0, 30, 60, 90, 100)), NOW + chance.randrange(3) * 86_400_000
    return status.value, role.value, percent, words, handed_out, reported, submitted, done, number


def _moment(chance: random.Random) -> int:
    return NOW + chance.randrange(200 * 24) * 3_600_000


def _due(chance: random.Random) -> str:
    return (START.date() + timedelta(10 * chance.randrange(30))).isoformat()
