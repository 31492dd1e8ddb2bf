"""What a year left over (回头看): items that were not done, or done without anything that proves it."""

from __future__ import annotations

from collections.abc import Iterable

from storage.ledger import views
from storage.ledger.views import View
from storage.records import Assignment, Evidence, Plan, ProgressReport
from storage.sqlite import AT_ONCE
from storage.terms.statuses import AssignmentStatus, PlanStatus
from storage.unit import Unit


async def of_year(unit: Unit, year: int) -> dict[int, list[View]]:
    """Return what a year's plans left over, by department."""
    found = await _standing(unit, year)
    done = [each.id for each in found if each.status == AssignmentStatus.DONE]
    proven = await _proven(unit, done)
    return await _by_department(unit, [each for each in found if each.id not in proven])


async def all_of_year(unit: Unit, year: int) -> dict[int, list[View]]:
    """Return all that a year's plans handed out and that was not cancelled, by department."""
    return await _by_department(unit, await _standing(unit, year))


async def _standing(unit: Unit, year: int) -> list[Assignment]:
    plans = [p.id for p in unit.directory.all(Plan) if p.year == year and p.status != PlanStatus.DRAFT]
    query = Assignment.filter(plan_id__in=plans, status__not=AssignmentStatus.CANCELLED.value)
    return await unit.all(query.order_by("id")) if plans else []


async def _by_department(unit: Unit, found: Iterable[Assignment]) -> dict[int, list[View]]:
    by_department: dict[int, list[View]] = {}
    for view in await views.views(unit, found):
        by_department.setdefault(view.department, []).append(view)
    return by_department


async def _proven(unit: Unit, assignments: Iterable[int]) -> set[int]:
    """Return those assignments of which a report came with a file or a link."""
    numbers, found = list(assignments), set[int]()
    for start in range(0, len(numbers), AT_ONCE):
        reports = ProgressReport.filter(
            assignment_id__in=numbers[start : start + AT_ONCE], superseded_by=None
        )
        rows = {
            row["id"]: row["assignment_id"] for row in await unit.rows(reports.values("id", "assignment_id"))
        }
        for at in range(0, len(rows), AT_ONCE):
            enclosed = Evidence.filter(report_id__in=list(rows)[at : at + AT_ONCE])
            found |= {rows[row["report_id"]] for row in await unit.rows(enclosed.values("report_id"))}
    return found
