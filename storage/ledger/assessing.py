"""The rows behind the yearly assessment (考核): due days, returns, campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from storage.ledger.campaigns import template_of
from storage.records import Ask, Assignment, AuditRow, Campaign, Milestone, Plan, PlanItem, ProgressReport
from storage.terms.assessment import Fact, Outcome
from storage.terms.campaigns import CampaignStatus
from storage.terms.clock import office_day
from storage.terms.roles import Permission
from storage.terms.statuses import AssignmentStatus, ItemRole, MilestoneStatus
from storage.unit import Unit

Row = dict[str, Any]


async def facts_of(unit: Unit, plan: Plan) -> list[Fact]:
    """Return every row behind a plan's assessment."""
    unit.actor.require(Permission.COORDINATE)
    columns = ("id", "item_id", "department_id", "status", "submitted_at")
    query = Assignment.filter(plan_id=plan.id, role__not=ItemRole.SUPPORT.value)
    rows = {row["id"]: row for row in await unit.rows(query.order_by("id").values(*columns))}
    submissions = await _submissions(unit, plan, rows)
    return [
        *await _due(unit, plan, rows, submissions),
        *_submitted(unit, rows, submissions),
        *await _returned(unit, plan, rows),
        *await _campaigns(unit, plan),
    ]


async def _submissions(unit: Unit, plan: Plan, rows: Mapping[int, Row]) -> dict[int, list[int]]:
    """Return when each assignment was said to be done, earliest first."""
    query = ProgressReport.filter(assignment__plan_id=plan.id, done=True, late_note=False).order_by("at")
    found: dict[int, list[int]] = {}
    for row in await unit.rows(query.values("assignment_id", "at")):
        found.setdefault(row["assignment_id"], []).append(row["at"])
    for number, row in rows.items():
        if row["submitted_at"] is not None and row["submitted_at"] not in found.get(number, []):
            found.setdefault(number, []).append(row["submitted_at"])
    return {number: sorted(moments) for number, moments in found.items()}


async def _due(
    unit: Unit, plan: Plan, rows: Mapping[int, Row], submissions: Mapping[int, list[int]]
) -> list[Fact]:
    """Return a fact for each due day that is over or met."""
    query = Milestone.filter(assignment__plan_id=plan.id).order_by("due", "id")
    milestones = await unit.rows(query.values("assignment_id", "due", "status", "closed_at"))
    facts = []
    for milestone in milestones:
        row = rows.get(milestone["assignment_id"])
        if row is None or row["status"] == AssignmentStatus.CANCELLED:
            continue
        came = _came(milestone, submissions.get(milestone["assignment_id"], []), unit.now)
        outcome = _outcome(milestone, came, office_day(unit.now))
        if outcome is not None:
            title = unit.directory.get(PlanItem, row["item_id"]).title
            facts.append(Fact(row["department_id"], outcome, title, milestone["due"], came))
    return facts


def _came(milestone: Row, moments: list[int], now: int) -> date | None:
    """Return when what met a due day was submitted: the last time before it was agreed to."""
    until = milestone["closed_at"] or now
    before = [moment for moment in moments if moment <= until]
    if before:
        return office_day(before[-1])
    return office_day(until) if milestone["status"] == MilestoneStatus.MET else None


def _outcome(milestone: Row, came: date | None, today: date) -> Outcome | None:
    due: date = milestone["due"]
    if milestone["status"] == MilestoneStatus.MET:
        return Outcome.ON_TIME if came is not None and came <= due else Outcome.LATE
    ended = office_day(milestone["closed_at"]) if milestone["closed_at"] else today
    if due >= ended:
        return None
    # What waits for review was submitted; only the coordinators' agreement is missing.
    return Outcome.ON_TIME if came is not None and came <= due else Outcome.OPEN


def _submitted(unit: Unit, rows: Mapping[int, Row], submissions: Mapping[int, list[int]]) -> list[Fact]:
    return [
        Fact(
            rows[number]["department_id"],
            Outcome.SUBMITTED,
            unit.directory.get(PlanItem, rows[number]["item_id"]).title,
            None,
            office_day(moment),
        )
        for number, moments in submissions.items()
        if number in rows
        for moment in moments
    ]


async def _returned(unit: Unit, plan: Plan, rows: Mapping[int, Row]) -> list[Fact]:
    query = AuditRow.filter(plan_id=plan.id, verb="assignment.return").order_by("id")
    return [
        Fact(
            row.department_id or 0,
            Outcome.RETURNED,
            unit.directory.get(PlanItem, row.item_id or 0).title,
            None,
            office_day(row.at),
            str(row.data["reason"]),
        )
        for row in await unit.all(query)
        if row.data["assignment"] in rows
    ]


async def _campaigns(unit: Unit, plan: Plan) -> list[Fact]:
    statuses = [CampaignStatus.OPEN.value, CampaignStatus.CLOSED.value]
    query = Campaign.filter(year=plan.year, status__in=statuses).order_by("opens", "id")
    campaigns = {each.id: each for each in await unit.all(query) if not template_of(each).own}
    asks = Ask.filter(campaign_id__in=list(campaigns)).order_by("campaign_id", "department_id")
    facts = []
    for asked in await unit.all(asks) if campaigns else []:
        campaign = campaigns[asked.campaign_id]
        came = None if asked.answered_at is None else office_day(asked.answered_at)
        if came is None and campaign.status == CampaignStatus.OPEN:
            continue
        outcome = Outcome.MISSING
        if came is not None:
            outcome = Outcome.ANSWERED if came <= campaign.closes else Outcome.ANSWERED_LATE
        facts.append(Fact(asked.department_id, outcome, campaign.title, campaign.closes, came))
    return facts
