"""What a campaign's answer fulfils: the due day of an item that demands the same; nobody is asked twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from storage.ledger import assignments, lookup, reports
from storage.ledger.reports import Said
from storage.records import Assignment
from storage.terms.statuses import OPEN, Move, PlanStatus
from storage.unit import Unit

NEAR = timedelta(31)
"""A due day up to so long after a campaign's last day asks for the same half-year."""


async def fulfil(
    unit: Unit, department: int, demand: Sequence[str], closes: date, words: str
) -> list[Assignment]:
    """Meet the due days of a department's items that a campaign's answer meets; return these items.

    What is owed later stays owed; where nothing is, the item waits for a coordinator's agreement.
    """
    items = [
        item.id
        for plan in lookup.plans(unit.directory, PlanStatus.ACTIVE)
        for item in lookup.items_of(unit.directory, plan.id)
        if demand and not item.dropped and all(word in item.title + item.text for word in demand)
    ]
    if not items:
        return []
    query = Assignment.filter(
        item_id__in=items, department_id=department, status__in=[each.value for each in OPEN]
    )
    mine = await unit.all(query.order_by("id"))
    due = await assignments.open_milestones(unit, mine)
    fulfilled = [a for a in mine if due[a.id] and due[a.id][0].due <= closes + NEAR]
    for assignment in fulfilled:
        taken = reports.take(unit, assignment, Said(0, words, percent=100, done=True))
        if assignments.meet(unit, assignment, due[assignment.id]):
            taken.assignment.move(Move.CONTINUE)
            taken.assignment.percent, taken.assignment.submitted_at = 0, None
            unit.save(taken.assignment)
        assignments.note(unit, "assignment.fulfil", assignment, words=words)
    return fulfilled
