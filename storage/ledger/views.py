"""The ledger as it is read: assignments with what belongs to them, as plain values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tortoise.queryset import QuerySet

from storage.ledger import lookup
from storage.records import Assignment, Department, Milestone, Plan, PlanItem
from storage.terms.clock import office_day
from storage.terms.roles import Permission
from storage.terms.statuses import OPEN, AssignmentStatus, ItemRole, MilestoneStatus, PlanStatus
from storage.unit import Unit

ROLES = list(ItemRole)

PAGE = 200
"""Rows of a whole plan read at once, so that others are not kept waiting."""

AT_ONCE = 20_000
"""How many numbers one query is given; SQLite's own limit is 32,766."""


_KNOWN_AS = """
SELECT a.id, a.department_id, ROW_NUMBER() OVER (PARTITION BY a.department_id
  ORDER BY a.handed_out_at, a.general, i.position, a.plan_id DESC, a.id) AS number
FROM assignment a JOIN plan_item i ON i.id = a.item_id
WHERE a.department_id IN ({}) AND +a.plan_id IN ({}) ORDER BY a.department_id, number
"""
_ALL: Mapping[int, Collection[int]] = {}


@dataclass(frozen=True, slots=True)
class View:
    """One assignment as people read it. ``due`` is its earliest open due day."""

    id: int
    plan: int
    item: int
    position: int
    number: str
    title: str
    department: int
    department_name: str
    role: ItemRole
    general: bool
    status: AssignmentStatus
    percent: int
    words: str
    expected: date | None
    handed_out: date
    due: date | None
    acknowledged: bool
    reported_at: int | None
    submitted_at: int | None
    completed_at: int | None
    reason: str
    handed_out_at: int = 0

    @property
    def open(self) -> bool:
        """Whether something is still owed."""
        return self.status in OPEN

    def overdue(self, today: date) -> bool:
        """Whether it is past its due day."""
        return is_late(self.status, self.due, today)


def is_late(status: AssignmentStatus, due: date | None, today: date) -> bool:
    """Tell whether something is owed past its due day. What waits for review is not held against anybody."""
    return due is not None and due < today and status in OPEN and status is not AssignmentStatus.REVIEW


async def views(unit: Unit, assignments: Iterable[Assignment]) -> list[View]:
    """Return assignments as people read them, in the order of their plan's items."""
    assignments = list(assignments)
    due = await _due(unit, [a.id for a in assignments])
    found = [_view(unit, a, due.get(a.id)) for a in assignments]
    return sorted(found, key=_in_order)


def _in_order(view: View) -> tuple[int, int, int, int]:
    return -view.plan, view.position, ROLES.index(view.role), view.department


async def _due(unit: Unit, numbers: list[int]) -> dict[int, date]:
    due: dict[int, date] = {}
    for start in range(0, len(numbers), AT_ONCE):
        chunk = numbers[start : start + AT_ONCE]
        # By assignment alone: given the status too, SQLite would rather go through all that is open.
        query = Milestone.filter(assignment_id__in=chunk)
        for row in await unit.rows(query.values("assignment_id", "due", "status")):
            if row["status"] != MilestoneStatus.OPEN:
                continue
            known = due.get(row["assignment_id"])
            due[row["assignment_id"]] = row["due"] if known is None else min(known, row["due"])
    return due


def _view(unit: Unit, a: Assignment, due: date | None) -> View:
    item = unit.directory.get(PlanItem, a.item_id)
    return View(
        id=a.id,
        plan=a.plan_id,
        item=a.item_id,
        position=item.position,
        number=item.number,
        title=item.title,
        department=a.department_id,
        department_name=lookup.short_name(unit.directory, a.department_id),
        role=ItemRole(a.role),
        general=a.general,
        status=AssignmentStatus(a.status),
        percent=a.percent,
        words=a.words,
        expected=a.expected,
        handed_out=office_day(a.handed_out_at),
        due=due,
        acknowledged=a.acknowledged_at is not None,
        reported_at=a.reported_at,
        submitted_at=a.submitted_at,
        completed_at=a.completed_at,
        reason=a.reason,
        handed_out_at=a.handed_out_at,
    )


def _shown_to(unit: Unit, department: int) -> bool:
    """Tell whether a department's own affairs may be read here: in its group, or by whoever speaks for it."""
    return unit.actor.may(Permission.SEE, department) or unit.actor.may(Permission.ANSWER, department)


def _active_plans(unit: Unit) -> list[int]:
    return [plan.id for plan in lookup.plans(unit.directory, PlanStatus.ACTIVE)]


async def of_plan(unit: Unit, plan: Plan) -> list[View]:
    """Return every assignment of a plan."""
    unit.actor.require(Permission.OVERSEE)
    found: list[View] = []
    last = 0
    while page := await unit.all(Assignment.filter(plan_id=plan.id, id__gt=last).order_by("id").limit(PAGE)):
        last = page[-1].id
        found += await views(unit, page)
    return sorted(found, key=_in_order)


async def of_item(unit: Unit, item: PlanItem) -> list[View]:
    """Return every assignment of an item."""
    unit.actor.require(Permission.OVERSEE)
    return await _found(unit, Assignment.filter(item_id=item.id))


async def of_department(unit: Unit, department: Department, *, only_open: bool = False) -> list[View]:
    """Return a department's assignments in the plans in force: for its own chat, or whoever oversees."""
    if not _shown_to(unit, department.id):
        unit.actor.require(Permission.OVERSEE)
    found = await _in_force(unit, [department.id])
    return [view for view in found if view.open or not only_open]


async def of_departments(
    unit: Unit, departments: Iterable[int], only: Mapping[int, Collection[int]] = _ALL
) -> dict[int, dict[int, View]]:
    """Return departments' assignments in the plans in force, by the numbers they are known by.

    The numbers never change: what was handed out together stands together, what names the department
    before what binds everyone; what comes later comes behind. Of departments that ``only`` names no more
    than these assignments are read.
    """
    departments = list(departments)
    for department in departments:
        if not _shown_to(unit, department):
            unit.actor.require(Permission.OVERSEE)
    numbers: dict[int, dict[int, int]] = {department: {} for department in departments}
    for start in range(0, len(departments), AT_ONCE):
        for assignment, department, number in await _known_as(unit, departments[start : start + AT_ONCE]):
            if department not in only or assignment in only[department]:
                numbers[department][assignment] = number
    wanted = [assignment for mine in numbers.values() for assignment in mine]
    found = {view.id: view for view in await views(unit, await unit.many(Assignment, wanted))}
    return {department: {n: found[a] for a, n in mine.items()} for department, mine in numbers.items()}


async def _known_as(unit: Unit, departments: Sequence[int]) -> Sequence[Sequence[int]]:
    """Return departments' assignments in the plans in force, each with its department and its number."""
    active = _active_plans(unit)
    places = [", ".join("?" * len(each)) for each in (departments, active)]
    return await unit.sql(_KNOWN_AS.format(*places), *departments, *active)


async def _in_force(unit: Unit, departments: Iterable[int]) -> list[View]:
    """Return departments' assignments in the plans in force.

    Found by department alone: given the plan too, SQLite would rather go through the whole plan.
    """
    active = set(_active_plans(unit))
    mine = await unit.all(Assignment.filter(department_id__in=list(departments)))
    return await views(unit, [each for each in mine if each.plan_id in active])


async def beside_lead(unit: Unit, assignment: Assignment) -> list[View]:
    """Return what the other departments of an item owe: nothing unless it leads."""
    if assignment.role != ItemRole.LEAD or not _shown_to(unit, assignment.department_id):
        return []
    others = await _found(unit, Assignment.filter(item_id=assignment.item_id))
    return [v for v in others if v.id != assignment.id and v.status is not AssignmentStatus.CANCELLED]


async def in_review(unit: Unit) -> list[View]:
    """Return what waits for review (审核), longest waiting first."""
    unit.actor.require(Permission.COORDINATE)
    query = Assignment.filter(plan_id__in=_active_plans(unit), status=AssignmentStatus.REVIEW)
    return sorted(await _found(unit, query), key=lambda v: (v.submitted_at or 0, v.id))


async def overdue(unit: Unit) -> list[View]:
    """Return what is overdue in the plans in force, longest overdue first."""
    unit.actor.require(Permission.OVERSEE)
    today = office_day(unit.now)
    late = Milestone.filter(status=MilestoneStatus.OPEN, due__lt=today)
    numbers = [row["assignment_id"] for row in await unit.rows(late.values("assignment_id"))]
    active = set(_active_plans(unit))
    found: list[View] = []
    for start in range(0, len(numbers), AT_ONCE):
        query = Assignment.filter(id__in=numbers[start : start + AT_ONCE])
        found.extend(v for v in await _found(unit, query) if v.plan in active and v.overdue(today))
    return sorted(found, key=lambda v: (v.due or today, v.position, v.department))


async def one(unit: Unit, assignment: Assignment) -> View:
    """Return one assignment as people read it. Rights were checked by whoever found it."""
    return (await views(unit, [assignment]))[0]


async def _found(unit: Unit, query: QuerySet[Assignment]) -> list[View]:
    return await views(unit, await unit.all(query))
