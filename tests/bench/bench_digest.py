"""A digest of a province's plan beside counting the same in plain SQL."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from handlers.coordinators import digesting
from handlers.coordinators.digesting import Told
from reminders.workdays import Workdays
from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import plans
from storage.terms.clock import office_day
from storage.terms.lights import Light
from storage.unit import Unit
from tests.bench.figures import Figure, at_most
from tests.bench.ledgers import NOW, fill, scatter

DEPARTMENTS, ITEMS = 1_000, 100
ROUNDS = 5
MOMENT = NOW + 100 * 86_400_000
TODAY = office_day(MOMENT)
SINCE = TODAY - timedelta(7)
DAYS = Workdays()

LIGHTS = """
SELECT department_id, COUNT(*), SUM(status = 'done'), SUM(light = 'red'), SUM(light = 'yellow'),
  SUM(light = 'green'), SUM(light = 'grey'), SUM(light = 'red' AND due >= :since)
FROM (
  SELECT department_id, status, due, CASE
    WHEN status = 'done' THEN ''
    WHEN status = 'suspended' THEN 'grey'
    WHEN status = 'review' THEN CASE WHEN submitted_at > :now THEN 'red' ELSE 'green' END
    WHEN due < :today THEN 'red'
    WHEN due < :soon OR percent < 20 THEN 'yellow' ELSE 'green' END AS light
  FROM (
    SELECT a.*, (SELECT MIN(m.due) FROM milestone m
      WHERE m.assignment_id = a.id AND +m.status = 'open') AS due
    FROM assignment a WHERE a.plan_id = 1 AND a.status <> 'cancelled'
  )
) GROUP BY department_id
"""
ITEMS_DONE = """
SELECT COUNT(*), SUM(rest = 0) FROM (
  SELECT SUM(role <> 'support' AND status <> 'done') AS rest FROM assignment
  WHERE plan_id = 1 AND status <> 'cancelled' GROUP BY item_id
)
"""
WEEK = """
SELECT COUNT(DISTINCT r.assignment_id) FROM progress_report r JOIN assignment a ON a.id = r.assignment_id
WHERE r.at >= :week AND r.superseded_by IS NULL AND a.plan_id = 1
"""
VALUES = {
    "now": MOMENT,
    "week": MOMENT - 7 * 86_400_000,
    "today": TODAY.isoformat(),
    "soon": (TODAY + timedelta(4)).isoformat(),
    "since": SINCE.isoformat(),
}


def run(folder: Path) -> list[Figure]:
    """Return the figures of digests."""
    return asyncio.run(_digest(folder))


async def _digest(folder: Path) -> list[Figure]:
    path = folder / "digest.sqlite3"
    await fill(path, DEPARTMENTS, ITEMS)
    scatter(path, 1)
    bare = min(_bare(path) for _ in range(ROUNDS))
    database = await Database.open(path)
    try:
        took = [await _figures(database) for _ in range(ROUNDS)]
    finally:
        await database.close()
    path.unlink()
    return [
        Figure("a digest's words and figures over 100,000 assignments, ms", min(took) * 1000),
        at_most("the same, of counting in bare SQL", min(took) / bare, 5.0),
    ]


async def _figures(database: Database) -> float:
    async def work(unit: Unit) -> Told:
        facts = await digesting.read_facts(unit, DAYS, plans.current(unit), SINCE)
        return digesting.tell(facts, DAYS)

    began = time.perf_counter()
    told = await database.unit(SYSTEM, MOMENT, work)
    assert all(told.figures[light] for light in Light)
    return time.perf_counter() - began


def _bare(path: Path) -> float:
    with closing(sqlite3.connect(path)) as raw:
        began = time.perf_counter()
        for words in (LIGHTS, ITEMS_DONE, WEEK):
            assert raw.execute(words, VALUES).fetchall()
        return time.perf_counter() - began
