"""A plan's policy of reminders, changed by a coordinator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tortoise.functions import Count

from storage.ledger import lookup, steps
from storage.records import Milestone, Plan, PlanItem
from storage.terms.ladder import Cadence
from storage.terms.roles import Permission
from storage.terms.statuses import MilestoneStatus, PlanStatus
from storage.unit import Unit


async def change(
    unit: Unit, plan: Plan, policy: dict[str, Any], cadences: Mapping[int, Cadence | None]
) -> None:
    """Give a plan another policy, and items a cadence of their own (None: as their plan).

    The hour and the cap are the whole office's, so the ladders of every plan in force are looked at anew.
    """
    unit.actor.require(Permission.COORDINATE)
    unit.note("plan.policy", plan=plan.id, before=plan.policy, policy=policy)
    plan.policy = policy
    unit.save(plan, "policy")
    for number, cadence in cadences.items():
        item = unit.directory.get(PlanItem, number)
        item.cadence = None if cadence is None else cadence.value
        unit.save(item, "cadence")
        unit.note("item.cadence", plan=plan.id, item=item.id, cadence=item.cadence)
    for each in lookup.plans(unit.directory, PlanStatus.ACTIVE):
        await steps.policy_changed(unit, each)


async def coming_due(unit: Unit, plan: Plan, first: date, most: int) -> list[tuple[date, int]]:
    """Return the next due days of a plan, each with how many assignments are due on it."""
    unit.actor.require(Permission.COORDINATE)
    query = Milestone.filter(assignment__plan_id=plan.id, status=MilestoneStatus.OPEN, due__gte=first)
    rows = query.annotate(number=Count("id")).group_by("due").order_by("due").limit(most)
    return [(row["due"], row["number"]) for row in await unit.rows(rows.values("due", "number"))]
