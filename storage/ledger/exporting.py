"""A plan's ledger in full, read page by page, so that no page keeps others waiting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from storage.ledger import views
from storage.ledger.views import PAGE, View
from storage.records import (
    Assignment,
    Department,
    Evidence,
    Extension,
    Milestone,
    Plan,
    ProgressReport,
    StoredFile,
)
from storage.terms.roles import Permission
from storage.terms.statuses import RequestStatus
from storage.unit import Unit

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """An assignment with what the ledger shows beside it. ``due`` stays when nothing is owed any more."""

    view: View
    due: date | None
    acknowledged_at: int | None
    extension: Extension | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply of a department, and what it enclosed."""

    report: ProgressReport
    enclosed: tuple[str, ...]


async def count(unit: Unit, plan: Plan) -> int:
    """Count the assignments of a plan."""
    unit.actor.require(Permission.OVERSEE)
    return await unit.count(Assignment.filter(plan_id=plan.id))


async def of_plan(unit: Unit, plan: Plan) -> list[Entry]:
    """Return every assignment of a plan, item by item."""
    unit.actor.require(Permission.OVERSEE)
    return await _entries(unit, plan, None)


async def of_department(unit: Unit, plan: Plan, department: Department) -> list[Entry]:
    """Return a department's assignments in a plan: for whoever oversees, or answers for it."""
    if not unit.actor.may(Permission.ANSWER, department.id):
        unit.actor.require(Permission.OVERSEE)
    return await _entries(unit, plan, department)


async def _entries(unit: Unit, plan: Plan, department: Department | None) -> list[Entry]:
    entries: list[Entry] = []
    last = 0
    while True:
        query = Assignment.filter(plan_id=plan.id, id__gt=last)
        if department is not None:
            query = query.filter(department_id=department.id)
        page = await unit.all(query.order_by("id").limit(PAGE))
        if not page:
            break
        last = page[-1].id
        extensions = await _extensions(unit, [a.id for a in page])
        acknowledged = {a.id: a.acknowledged_at for a in page}
        found = await views.views(unit, page)
        past = await _last_due(unit, [v.id for v in found if v.due is None])
        entries += [
            Entry(v, v.due or past.get(v.id), acknowledged[v.id], extensions.get(v.id)) for v in found
        ]
    return sorted(entries, key=lambda entry: (entry.view.position, entry.view.id))


async def _last_due(unit: Unit, assignments: Sequence[int]) -> dict[int, date]:
    """Return the last due day that assignments had."""
    query = Milestone.filter(assignment_id__in=assignments).order_by("due", "id")
    return {row["assignment_id"]: row["due"] for row in await unit.rows(query.values("assignment_id", "due"))}


async def _extensions(unit: Unit, assignments: Sequence[int]) -> dict[int, Extension]:
    """Return the newest extension of assignments that was not refused."""
    query = Extension.filter(assignment_id__in=assignments, status__not=RequestStatus.REFUSED)
    return {each.assignment_id: each for each in await unit.all(query.order_by("id"))}


async def answers(unit: Unit, entries: Sequence[Entry]) -> list[Answer]:
    """Return every reply to assignments of a plan; see :func:`answers_to`."""
    return await answers_to(unit, [entry.view.id for entry in entries])


async def answers_to(unit: Unit, assignments: Sequence[int]) -> list[Answer]:
    """Return every reply to assignments, corrected ones included, in the order they came.

    Rights were checked by whoever found the assignments.
    """
    found: list[Answer] = []
    for page in _pages(assignments):
        last = 0
        while True:
            query = ProgressReport.filter(assignment_id__in=page, id__gt=last).order_by("id").limit(PAGE)
            reports = await unit.all(query)
            if not reports:
                break
            last = reports[-1].id
            enclosed = await _enclosed(unit, [report.id for report in reports])
            found += [Answer(report, tuple(enclosed.get(report.id, ()))) for report in reports]
    return sorted(found, key=lambda answer: (answer.report.at, answer.report.id))


async def _enclosed(unit: Unit, reports: Sequence[int]) -> dict[int, list[str]]:
    query = Evidence.filter(report_id__in=reports).order_by("id")
    rows = await unit.rows(query.values("report_id", "file_id", "url"))
    files = {row["file_id"] for row in rows if row["file_id"] is not None}
    names = {
        row["id"]: row["name"]
        for row in (await unit.rows(StoredFile.filter(id__in=files).values("id", "name")) if files else ())
    }
    enclosed: dict[int, list[str]] = {}
    for row in rows:
        name = row["url"] if row["file_id"] is None else names[row["file_id"]]
        enclosed.setdefault(row["report_id"], []).append(name)
    return enclosed


def _pages(numbers: Sequence[T]) -> list[Sequence[T]]:
    return [numbers[at : at + PAGE] for at in range(0, len(numbers), PAGE)]
