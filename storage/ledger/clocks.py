"""Statutory clocks (法定时限): duties beside the plan's items, whose days the law counts."""

from __future__ import annotations

from datetime import date

from storage.ledger import assignments, handing_out, plans
from storage.records import Assignment, Department, Milestone, Plan, PlanItem
from storage.terms.errors import Refusal
from storage.terms.ladder import Cadence
from storage.terms.notice import Deadline, Responsibility
from storage.terms.roles import Permission
from storage.terms.statuses import MilestoneStatus
from storage.unit import Unit


async def start(
    unit: Unit,
    plan: Plan,
    department: Department,
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
    return item, assignment


async def extend(
    unit: Unit, item: PlanItem, workdays: int, reason: str, add_workdays: handing_out.AddWorkdays
) -> tuple[Assignment, date]:
    """Extend a clock once by working days. Refuses what is no clock, and a second time."""
    unit.actor.require(Permission.COORDINATE)
    found = await unit.first(Assignment.filter(item_id=item.id).order_by("id"))
    running = [] if found is None else [each for each in await _open(unit, found) if each.statutory]
    if found is None or not running:
        raise Refusal("clock.none", number=item.position)
    (clock,) = running
    if clock.version > 1:
        raise Refusal("clock.extended", number=item.position)
    due = add_workdays(clock.first_due, workdays)
    await assignments.set_due(unit, found, due, reason)
    return found, due


async def _open(unit: Unit, assignment: Assignment) -> list[Milestone]:
    mine = Milestone.filter(assignment_id=assignment.id).order_by("due", "id")
    return [each for each in await unit.all(mine) if each.status == MilestoneStatus.OPEN]
