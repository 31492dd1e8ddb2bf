"""Statutory clocks (法定时限): duties beside the plan's items, whose days the law counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from storage.ledger import assignments, handing_out, plans
from storage.records import Assignment, AuditRow, Department, Milestone, Plan, PlanItem
from storage.terms.clock import office_day
from storage.terms.errors import Refusal
from storage.terms.ladder import Cadence
from storage.terms.notice import Deadline, Responsibility
from storage.terms.roles import Permission
from storage.terms.statuses import AssignmentStatus, MilestoneStatus
from storage.unit import Unit

STARTED, EXTENDED, PAUSED, ANEW = "clock.start", "clock.extend", "clock.pause", "clock.anew"
SUSPENDED = "assignment.suspend"
"""Steps of the trail by which it is known where a clock stands."""

INTERPRETATION = "interpretation"


async def start(
    unit: Unit,
    plan: Plan,
    department: Department,
    kind: str,
    title: str,
    limit: Deadline,
    add_workdays: handing_out.AddWorkdays,
) -> tuple[PlanItem, Assignment]:
    """Start a clock of a department: an item of its own, due by law and asked for by its ladder alone."""
    unit.actor.require(Permission.COORDINATE)
    handing_out.require_active(plan)
    responsibility = Responsibility(department.name, responsible=(department.name,))
    item, (assignment,) = await plans.add_item(unit, plan, title, responsibility, [limit], add_workdays)
    item.cadence = Cadence.NEVER.value
    unit.save(item, "cadence")
    for milestone in await _open(unit, assignment):
        milestone.statutory = True
        unit.save(milestone, "statutory")
    unit.note(STARTED, plan=plan.id, item=item.id, kind=kind)
    return item, assignment


async def interpreted(unit: Unit, plan: Plan) -> list[int]:
    """Return the assignments of a plan by which a policy was interpreted."""
    started = await unit.rows(AuditRow.filter(verb=STARTED, plan_id=plan.id).values("item_id", "data"))
    policies = [row["item_id"] for row in started if row["data"]["kind"] == INTERPRETATION]
    if not policies:
        return []
    done = Assignment.filter(item_id__in=policies, status=AssignmentStatus.DONE).order_by("id")
    return [row["id"] for row in await unit.rows(done.values("id"))]


async def extend(
    unit: Unit, item: PlanItem, workdays: int, reason: str, add_workdays: handing_out.AddWorkdays
) -> tuple[Assignment, date]:
    """Extend a clock by working days. Refuses what is no clock, and a second time before it ran anew."""
    assignment, clock = await _running(unit, item)
    if await _last(unit, item, EXTENDED) > await _last(unit, item, ANEW):
        raise Refusal("clock.extended", number=item.position)
    due = add_workdays(clock.due, workdays)
    await assignments.set_due(unit, assignment, due, reason)
    unit.note(EXTENDED, plan=item.plan_id, item=item.id, due=due.isoformat())
    return assignment, due


async def pause(unit: Unit, item: PlanItem, reason: str) -> Assignment:
    """Stop a clock while a third party is consulted."""
    assignment, _ = await _running(unit, item)
    if not assignments.suspend(unit, [assignment], reason):
        raise Refusal("clock.none", number=item.position)
    unit.note(PAUSED, plan=item.plan_id, item=item.id)
    return assignment


async def go_on(
    unit: Unit,
    item: PlanItem,
    reason: str,
    workdays_between: Callable[[date, date], int],
    add_workdays: handing_out.AddWorkdays,
) -> tuple[Assignment, date]:
    """Let a clock run on: the working days it stood still are not counted.

    Where it began anew meanwhile, only those since then; one that is suspended for other reasons never stood.
    """
    assignment, clock = await _running(unit, item)
    if not await _stands_still(unit, item, assignment):
        raise Refusal("clock.runs", number=item.position)
    since = await unit.get(AuditRow, max([await _last(unit, item, verb) for verb in (PAUSED, ANEW)]))
    stood = workdays_between(office_day(since.at), office_day(unit.now))
    due = add_workdays(clock.due, stood) if stood > 0 else clock.due
    assignments.resume(unit, [assignment], reason)
    await assignments.set_due(unit, assignment, due, reason)
    return assignment, due


async def begin_anew(unit: Unit, item: PlanItem, due: date, reason: str) -> Assignment:
    """Count a clock anew: the application was put right (补正)."""
    assignment, _ = await _running(unit, item)
    await assignments.set_due(unit, assignment, due, reason)
    unit.note(ANEW, plan=item.plan_id, item=item.id, due=due.isoformat())
    return assignment


async def require_none_stands_still(unit: Unit, found: Iterable[Assignment]) -> None:
    """Refuse to take a clock that stands still for suspended: its due day would not move with it."""
    for assignment in found:
        item = unit.directory.get(PlanItem, assignment.item_id)
        if await _stands_still(unit, item, assignment):
            raise Refusal("clock.paused", number=item.position)


async def _stands_still(unit: Unit, item: PlanItem, assignment: Assignment) -> bool:
    """Tell whether a clock was paused; what was suspended since for other reasons stands still no more."""
    if assignment.status != AssignmentStatus.SUSPENDED:
        return False
    return await _last(unit, item, PAUSED) > await _last(unit, item, SUSPENDED)


async def _running(unit: Unit, item: PlanItem) -> tuple[Assignment, Milestone]:
    unit.actor.require(Permission.COORDINATE)
    found = await unit.first(Assignment.filter(item_id=item.id).order_by("id"))
    running = [] if found is None else [each for each in await _open(unit, found) if each.statutory]
    if found is None or not running:
        raise Refusal("clock.none", number=item.position)
    return found, running[0]


async def _last(unit: Unit, item: PlanItem, verb: str) -> int:
    """Return the number of the trail's latest step of a kind about an item; 0 where there is none."""
    found = await unit.first(AuditRow.filter(verb=verb, item_id=item.id).order_by("-id"))
    return 0 if found is None else int(found.id)


async def _open(unit: Unit, assignment: Assignment) -> list[Milestone]:
    mine = Milestone.filter(assignment_id=assignment.id).order_by("due", "id")
    return [each for each in await unit.all(mine) if each.status == MilestoneStatus.OPEN]
