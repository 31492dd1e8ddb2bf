"""How a plan stands: read from the database in one go, as bare rows that are counted, never as records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from storage.ledger import lookup
from storage.ledger.views import AT_ONCE
from storage.records import Assignment, Department, Plan
from storage.terms.clock import midnight
from storage.terms.roles import Permission
from storage.terms.statuses import OPEN, AssignmentStatus, ItemRole, MilestoneStatus
from storage.unit import Unit

EPOCH = date(1970, 1, 1)
DAY = 24 * 60 * 60 * 1000
AHEAD = -midnight(EPOCH)
"""Milliseconds by which the office's day begins before the epoch's."""


@dataclass(frozen=True, slots=True)
class Alike:
    """What a light depends on: the same for many assignments.

    ``due`` is the earliest open due day. ``submitted`` is known of what waits for review; ``words`` and
    ``reported`` while a reply can still change the light.
    """

    status: AssignmentStatus
    percent: int
    handed_out: date
    due: date | None
    submitted: date | None
    words: str
    reported: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a plan stands: its assignments, each a bare row, and its items. What was called off is left out."""

    rows: Sequence[Sequence[Any]]
    """Number, department; then what :func:`alike` reads."""
    names: Mapping[int, str]
    """What departments are called."""
    items_done: int
    items: int


_RUNNING = sorted(OPEN - {AssignmentStatus.REVIEW})
_RUNS = "a.status IN ({})".format(", ".join(f"'{each}'" for each in _RUNNING))
_ROWS = f"""
SELECT a.id, a.department_id, a.status, a.percent, (a.handed_out_at + {AHEAD}) / {DAY},
  (SELECT MIN(m.due) FROM milestone m WHERE m.assignment_id = a.id AND +m.status = '{MilestoneStatus.OPEN}'),
  CASE a.status WHEN '{AssignmentStatus.REVIEW}' THEN (a.submitted_at + {AHEAD}) / {DAY} END,
  CASE WHEN {_RUNS} THEN a.words ELSE '' END,
  CASE WHEN {_RUNS} AND a.words <> '' THEN (a.reported_at + {AHEAD}) / {DAY} END
FROM assignment a WHERE a.plan_id = ? AND a.status <> '{AssignmentStatus.CANCELLED}'
"""  # noqa: S608 - nothing but names of our own
_ITEMS = f"""
SELECT COALESCE(SUM(owed > 0 AND rest = 0), 0), COUNT(*) FROM (
  SELECT SUM(role <> '{ItemRole.SUPPORT}') AS owed,
    SUM(role <> '{ItemRole.SUPPORT}' AND status <> '{AssignmentStatus.DONE}') AS rest
  FROM assignment WHERE plan_id = ? AND status <> '{AssignmentStatus.CANCELLED}' GROUP BY item_id)
"""  # noqa: S608
_COMPLETED = f"""
SELECT id FROM assignment WHERE plan_id = ? AND status = '{AssignmentStatus.DONE}' AND completed_at >= ?
"""  # noqa: S608
_REPORTED = """
SELECT DISTINCT r.assignment_id FROM progress_report r JOIN assignment a ON a.id = r.assignment_id
WHERE r.at >= ? AND r.superseded_by IS NULL AND a.plan_id = ? ORDER BY 1
"""


async def of_plan(unit: Unit, plan: Plan) -> Standing:
    """Count how a plan stands."""
    unit.actor.require(Permission.OVERSEE)
    rows = await unit.sql(_ROWS, plan.id)
    names = {each.id: lookup.short_name(unit.directory, each.id) for each in unit.directory.all(Department)}
    ((done, items),) = await unit.sql(_ITEMS, plan.id)
    return Standing(rows, names, done, items)


def alike(facts: Sequence[Any]) -> Alike:
    """Read what a row has in common with others."""
    status, percent, handed_out, due, submitted, words, reported = facts
    return Alike(
        status=AssignmentStatus(status),
        percent=percent,
        handed_out=_day(handed_out) or EPOCH,
        due=None if due is None else date.fromisoformat(due),
        submitted=_day(submitted),
        words=words,
        reported=_day(reported),
    )


async def completed_since(unit: Unit, plan: Plan, since: date) -> list[int]:
    """Return the assignments of a plan that were struck off since a day."""
    unit.actor.require(Permission.OVERSEE)
    return [row[0] for row in await unit.sql(_COMPLETED, plan.id, midnight(since))]


async def reported_since(unit: Unit, plan: Plan, since: date) -> list[int]:
    """Return the assignments of a plan on which something was reported since a day, and still stands."""
    unit.actor.require(Permission.OVERSEE)
    return [row[0] for row in await unit.sql(_REPORTED, midnight(since), plan.id)]


async def first_of(unit: Unit, numbers: Sequence[int], most: int) -> list[int]:
    """Return the first of some assignments in the order of their plan's items."""
    found: list[tuple[int, int, int]] = []
    for start in range(0, len(numbers), AT_ONCE):
        query = Assignment.filter(id__in=numbers[start : start + AT_ONCE])
        query = query.order_by("item__position", "department_id").limit(most)
        rows = await unit.rows(query.values("item__position", "department_id", "id"))
        found += [(row["item__position"], row["department_id"], row["id"]) for row in rows]
    return [number for _, _, number in sorted(found)[:most]]


@cache
def _day(number: int | None) -> date | None:
    return None if number is None else EPOCH + timedelta(number)
