"""What coordinators do with answers: strike last year's items off or carry them over, note who came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from storage.ledger import assignments, handing_out, lookup, pending
from storage.records import AskRow, Assignment, Campaign, Plan, PlanItem
from storage.terms.notice import Deadline
from storage.terms.roles import Permission
from storage.terms.statuses import OPEN, AssignmentStatus, ItemRole, Move
from storage.unit import Unit

SETTLED = "@settled"
"""What a row bears, beside its fields, once it was struck off or carried over."""


def mark(unit: Unit, row: AskRow) -> None:
    """Note of a row that it was settled: it is not settled twice."""
    row.cells = {**row.cells, SETTLED: "1"}
    unit.save(row, "cells")


async def strike_off(unit: Unit, assignment: Assignment, proof: str) -> None:
    """销号: what was verified is done, also in a plan that is closed."""
    unit.actor.require(Permission.COORDINATE)
    if assignment.status in OPEN:
        if assignment.status != AssignmentStatus.REVIEW:
            assignment.move(Move.SUBMIT)
        assignment.move(Move.APPROVE)
        assignment.percent, assignment.completed_at = 100, unit.now
        unit.save(assignment)
        await pending.void_milestones(unit, [assignment])
    assignments.note(unit, "assignment.strike_off", assignment, proof=proof)


def carry_over(
    unit: Unit, plan: Plan, title: str, given: Sequence[tuple[int, ItemRole, date]]
) -> list[Assignment]:
    """结转: make an item of this year's plan of what last year left over, for those who still owe it."""
    unit.actor.require(Permission.COORDINATE)
    handing_out.require_active(plan)
    position = max((item.position for item in lookup.items_of(unit.directory, plan.id)), default=0) + 1
    item = unit.add(
        PlanItem(
            plan_id=plan.id,
            position=position,
            number=str(position),
            headings=[],
            title=title[:300],
            text=title,
            clause="",
            deadlines=[],
            ad_hoc=True,
        )
    )
    unit.note("item.add", plan=plan.id, item=item.id, title=item.title, clause="")
    return [
        handing_out.assign(
            unit, item, department, role, general=False, due=[(due, Deadline(due.isoformat(), "date", due))]
        )
        for department, role, due in given
    ]


def attended(unit: Unit, campaign: Campaign, row: AskRow, field: str, value: str) -> None:
    """Note whether somebody came."""
    unit.actor.require(Permission.COORDINATE)
    row.cells = {**row.cells, field: value}
    unit.save(row, "cells")
    unit.note("campaign.attend", campaign=campaign.id, row=row.id, value=value)
