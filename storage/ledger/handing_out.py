"""Handing out (交办): from the names in a plan to one assignment for each department, with its due days."""

from __future__ import annotations

import asyncio
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from storage.ledger import drafting, lookup
from storage.records import Assignment, Department, Milestone, Party, Plan, PlanItem
from storage.terms.clock import office_day
from storage.terms.errors import Refusal
from storage.terms.notice import FROM_NOTICE, Deadline
from storage.terms.roles import Permission
from storage.terms.statuses import DoubtKind, ItemRole, PlanStatus
from storage.unit import Unit

AddWorkdays = Callable[[date, int], date]
"""Counts working days onward from a day; the calendar lives above this floor."""

ROLES = list(ItemRole)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What handing out a draft would bring: items for each department, and the items nobody would get."""

    departments: dict[int, int]
    orphans: list[PlanItem]


async def outlook(unit: Unit, plan: Plan) -> Outlook:
    """Work out what handing out a draft would bring, without doing it."""
    unit.actor.require(Permission.COORDINATE)
    items = [item for item in lookup.items_of(unit.directory, plan.id) if not item.dropped]
    parties = await drafting.parties_of(unit, items)
    owed: Counter[int] = Counter()
    orphans = []
    for item in items:
        departments = departments_of(unit, parties[item.id])
        owed.update(departments.keys())
        if not departments:
            orphans.append(item)
    return Outlook(dict(owed), orphans)


async def activate(unit: Unit, plan: Plan, add_workdays: AddWorkdays) -> list[Assignment]:
    """Put a draft to work: every item is handed out. Refuses while a doubt blocks it."""
    unit.actor.require(Permission.COORDINATE)
    open_doubts = await drafting.doubts(unit, plan)
    blocking = [doubt for doubt in open_doubts if doubt.kind != DoubtKind.READING]
    if blocking:
        raise Refusal("plan.doubts", count=len(blocking))
    items = [item for item in lookup.items_of(unit.directory, plan.id) if not item.dropped]
    if not items:
        raise Refusal("plan.empty")
    plan.activate(unit.now)
    unit.save(plan)
    for doubt in open_doubts:
        doubt.answer, doubt.answered_at = {"unanswered": True}, unit.now
        unit.save(doubt)
    handed = await hand_out(unit, plan, items, add_workdays)
    unanswered = {"unanswered": len(open_doubts)} if open_doubts else {}
    unit.note("plan.activate", plan=plan.id, items=len(items), assignments=len(handed), **unanswered)
    return handed


async def hand_out(
    unit: Unit, plan: Plan, items: Iterable[PlanItem], add_workdays: AddWorkdays
) -> list[Assignment]:
    """Make the assignments of items. Rights were checked by whoever calls."""
    items = list(items)
    parties = await drafting.parties_of(unit, items)
    handed = []
    for item in items:
        await asyncio.sleep(0)  # sixty departments and forty items take long: others go on in between
        due = due_days(item, plan, office_day(unit.now), add_workdays)
        for department, (role, general) in departments_of(unit, parties[item.id]).items():
            handed.append(assign(unit, item, department, role, general=general, due=due))
    return handed


def departments_of(unit: Unit, parties: Iterable[Party]) -> dict[int, tuple[ItemRole, bool]]:
    """Work out who an item falls to: each department once, with its highest role.

    The flag tells that the department falls under a collective and is not itself named.
    """
    today = office_day(unit.now)
    found: dict[int, tuple[ItemRole, bool]] = {}
    for party in parties:
        role = ItemRole(party.role)
        numbers = party.departments or []
        if party.collective:
            kinds, _ = lookup.collective_called(unit.directory, party.name) or ((), False)
            numbers = [d.id for d in lookup.expand(unit.directory, kinds, today)]
        for number in numbers:
            known_role, known_general = found.get(number, (role, True))
            highest = min(role, known_role, key=ROLES.index)
            found[number] = (highest, known_general and party.collective)
    return found


def assign(
    unit: Unit,
    item: PlanItem,
    department: int,
    role: ItemRole,
    *,
    general: bool,
    due: list[tuple[date, Deadline]],
) -> Assignment:
    """Make one assignment with its due days."""
    assignment = unit.add(
        Assignment(
            plan_id=item.plan_id,
            item_id=item.id,
            department_id=department,
            role=role.value,
            general=general,
            handed_out_at=unit.now,
        )
    )
    for day, deadline in due:
        add_milestone(unit, assignment, day, deadline.phrase, deadline.every)
    unit.note(
        "assignment.hand_out",
        plan=item.plan_id,
        item=item.id,
        department=department,
        role=role.value,
        name=unit.directory.get(Department, department).name,
        due=[day.isoformat() for day, _ in due],
    )
    return assignment


def add_milestone(unit: Unit, assignment: Assignment, day: date, phrase: str, every: str | None) -> Milestone:
    """Add a due day to an assignment."""
    return unit.add(
        Milestone(
            assignment_id=assignment.id,
            due=day,
            first_due=day,
            every=every,
            phrase=phrase[:200],
            set_at=unit.now,
        )
    )


def due_days(
    item: PlanItem, plan: Plan, today: date, add_workdays: AddWorkdays
) -> list[tuple[date, Deadline]]:
    """Return the days on which an item is due, with the limit each comes from.

    A recurring limit gives the first end of its period from today on; the next one comes when it is met.
    Without any limit the item is due at the year's close; an open one (长期) has no due day.
    """
    deadlines = [Deadline.from_json(each) for each in item.deadlines]
    found = []
    for deadline in deadlines:
        day = _due_day(deadline, plan, today, add_workdays)
        if day is not None:
            found.append((day, deadline))
    if found or any(deadline.kind == "open" for deadline in deadlines):
        return sorted(found, key=lambda pair: pair[0])
    return [(date(plan.year, 12, 31), Deadline(phrase="", kind="date"))]


def _due_day(deadline: Deadline, plan: Plan, today: date, add_workdays: AddWorkdays) -> date | None:
    if deadline.every is not None:
        return next_period_end(deadline.every, today, plan.year)
    if deadline.due is not None:
        return deadline.due
    offset = deadline.offset
    if offset is None or offset.start != FROM_NOTICE or offset.unit != "workday":
        return None
    return add_workdays(plan.issued_on or today, offset.count)


_WITHIN_MONTH = {"ten-days": (10, 20), "half-month": (15,)}
"""Periods shorter than a month: the days on which they end, besides the month's last."""


def next_period_end(every: str, today: date, year: int) -> date | None:
    """Return the last day of the running period; None when it lies past the plan's year."""
    day = max(today, date(year, 1, 1))
    if every == "week":
        end = day + timedelta(days=(4 - day.weekday()) % 7)
    elif every in _WITHIN_MONTH:
        last = monthrange(day.year, day.month)[1]
        end = day.replace(day=next((each for each in _WITHIN_MONTH[every] if each >= day.day), last))
    else:
        months = {"month": 1, "two-months": 2, "quarter": 3, "half-year": 6, "year": 12}[every]
        month = -(-day.month // months) * months
        end = date(day.year, month, monthrange(day.year, month)[1])
    return end if end.year <= year else None


def require_active(plan: Plan) -> None:
    """Refuse what can only be done to a plan in force."""
    if plan.status != PlanStatus.ACTIVE:
        raise Refusal("plan.not_active", plan=plan.title)
