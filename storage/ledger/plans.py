"""Plans and items after the reading: corrected, added to, closed."""

from __future__ import annotations

from storage.ledger import drafting, handing_out, lookup, pending, reasons
from storage.records import Assignment, Doubt, Party, Plan, PlanItem
from storage.records.work import STALE
from storage.terms.errors import Refusal
from storage.terms.names import normalise_name
from storage.terms.notice import Deadline, Responsibility
from storage.terms.roles import Permission
from storage.terms.statuses import OPEN, AssignmentStatus, PlanStatus
from storage.unit import Unit

TITLE_LENGTH = 300


def current(unit: Unit, year: int | None = None) -> Plan:
    """Return the plan in force: of a year, or the newest one. Refuses when there is none."""
    found = [
        plan for plan in lookup.plans(unit.directory, PlanStatus.ACTIVE) if year is None or plan.year == year
    ]
    if not found:
        raise none_in_force(unit, year)
    return found[0]


def put_to_work(unit: Unit, year: int | None = None) -> Plan:
    """Return a plan that is or was in force: of a year, or the newest one. Refuses when there is none."""
    for plan in lookup.plans(unit.directory, PlanStatus.ACTIVE, PlanStatus.CLOSED):
        if plan.activated_at is not None and year in (None, plan.year):
            return plan
    raise Refusal("plan.none")


def none_in_force(unit: Unit, year: int | None = None) -> Refusal:
    """Return why no plan is in force: it was closed (交账), or there never was one."""
    for plan in lookup.plans(unit.directory, PlanStatus.CLOSED):
        if plan.activated_at and year in (None, plan.year):
            return Refusal("plan.all_closed", year=str(plan.year))
    return Refusal("plan.none")


def drafted(unit: Unit, year: int | None = None) -> Plan:
    """Return the draft being worked on: of a year, or the newest one. Refuses when there is none."""
    found = [
        plan for plan in lookup.plans(unit.directory, PlanStatus.DRAFT) if year is None or plan.year == year
    ]
    if not found:
        raise Refusal("plan.no_draft")
    return found[0]


async def owed(unit: Unit, plan: Plan) -> int:
    """Count the assignments of a plan of which something is still owed."""
    unit.actor.require(Permission.OVERSEE)
    statuses = [status.value for status in OPEN | {AssignmentStatus.SUSPENDED}]
    return await unit.count(Assignment.filter(plan_id=plan.id, status__in=statuses))


def item_at(unit: Unit, plan: Plan, position: int) -> PlanItem:
    """Return the item that people call by this number."""
    for item in lookup.items_of(unit.directory, plan.id):
        if item.position == position and not item.dropped:
            return item
    raise Refusal("item.unknown", number=position)


def retitle(unit: Unit, item: PlanItem, title: str) -> None:
    """Correct an item's title."""
    unit.actor.require(Permission.COORDINATE)
    title = title.strip()[:TITLE_LENGTH]
    if not title:
        raise Refusal("item.title")
    unit.note("item.retitle", plan=item.plan_id, item=item.id, before=item.title, title=title)
    item.title = title
    unit.save(item, "title")


async def set_clause(unit: Unit, item: PlanItem, responsibility: Responsibility) -> list[Party]:
    """Replace the names of a draft's item. In an active plan departments are added and moved instead."""
    unit.actor.require(Permission.COORDINATE)
    _require_draft(unit, item)
    if not responsibility.names:
        raise Refusal("clause.empty")
    for doubt in await unit.all(Doubt.filter(plan_id=item.plan_id, answered_at=None)):
        if doubt.item_id == item.id:
            doubt.answer, doubt.answered_at = {"corrected": True}, unit.now
            unit.save(doubt)
    for party in (await drafting.parties_of(unit, [item]))[item.id]:
        party.struck = True
        unit.save(party, "struck")
    parties = drafting.add_parties(unit, item, responsibility)
    await _forget_names_no_longer_there(unit, item)
    unit.note("item.clause", plan=item.plan_id, item=item.id, before=item.clause, clause=responsibility.raw)
    item.clause = responsibility.raw
    unit.save(item, "clause")
    return parties


async def _forget_names_no_longer_there(unit: Unit, item: PlanItem) -> None:
    items = [each for each in lookup.items_of(unit.directory, item.plan_id) if not each.dropped]
    parties = await drafting.parties_of(unit, items)
    open_names = {normalise_name(p.name) for each in parties.values() for p in each if p.departments is None}
    for doubt in await unit.all(Doubt.filter(plan_id=item.plan_id, answered_at=None)):
        if doubt.name and normalise_name(doubt.name) not in open_names:
            doubt.answer, doubt.answered_at = {"corrected": True}, unit.now
            unit.save(doubt)


def set_deadlines(unit: Unit, item: PlanItem, deadlines: list[Deadline]) -> None:
    """Replace the time limits of a draft's item."""
    unit.actor.require(Permission.COORDINATE)
    _require_draft(unit, item)
    unit.note(
        "item.deadlines",
        plan=item.plan_id,
        item=item.id,
        before=[each["phrase"] for each in item.deadlines],
        phrases=[each.phrase for each in deadlines],
    )
    item.deadlines = [each.to_json() for each in deadlines]
    unit.save(item, "deadlines")


async def drop(unit: Unit, item: PlanItem) -> None:
    """Leave an item of a draft out."""
    unit.actor.require(Permission.COORDINATE)
    _require_draft(unit, item)
    item.dropped = True
    unit.save(item, "dropped")
    for doubt in await unit.all(Doubt.filter(item_id=item.id, answered_at=None)):
        doubt.answer, doubt.answered_at = {"dropped": True}, unit.now
        unit.save(doubt)
    await _forget_names_no_longer_there(unit, item)
    unit.note("item.drop", plan=item.plan_id, item=item.id, title=item.title)


async def add_item(
    unit: Unit,
    plan: Plan,
    title: str,
    responsibility: Responsibility,
    deadlines: list[Deadline],
    add_workdays: handing_out.AddWorkdays,
) -> tuple[PlanItem, list[Assignment]]:
    """Add an item by hand (交办事项); in an active plan it is handed out at once.

    Refuses names that the register does not know and collectives that need a choice: whoever adds an
    item by hand can name the departments.
    """
    unit.actor.require(Permission.COORDINATE)
    if plan.status == PlanStatus.CLOSED:
        raise Refusal("plan.closed", plan=plan.title)
    title = title.strip()[:TITLE_LENGTH]
    if not title:
        raise Refusal("item.title")
    check_names(unit, responsibility)
    items = lookup.items_of(unit.directory, plan.id)
    position = max((item.position for item in items), default=0) + 1
    item = unit.add(
        PlanItem(
            plan_id=plan.id,
            position=position,
            number=str(position),
            headings=[],
            title=title,
            text=title,
            clause=responsibility.raw,
            deadlines=[deadline.to_json() for deadline in deadlines],
            ad_hoc=True,
        )
    )
    drafting.add_parties(unit, item, responsibility)
    unit.note("item.add", plan=plan.id, item=item.id, title=title, clause=responsibility.raw)
    if plan.status == PlanStatus.DRAFT:
        return item, []
    return item, await handing_out.hand_out(unit, plan, [item], add_workdays)


def check_names(unit: Unit, responsibility: Responsibility) -> None:
    """Refuse a clause with a name that cannot be told."""
    if not responsibility.names:
        raise Refusal("clause.empty")
    for name in responsibility.names:
        collective = lookup.collective_called(unit.directory, name)
        if lookup.department_called(unit.directory, name) is None and (collective is None or collective[1]):
            raise Refusal("clause.name", name=name)


def corrected(unit: Unit, plan: Plan, count: int, reason: str) -> None:
    """Write that a plan in force was corrected in so many places, and why."""
    unit.actor.require(Permission.COORDINATE)
    handing_out.require_active(plan)
    unit.note("plan.correct", plan=plan.id, count=count, reason=reasons.given(reason))


async def close(unit: Unit, plan: Plan) -> int:
    """Close a plan (交账); return how many assignments were still open. They stay as they stand.

    Their due days and what was asked of them fall away.
    """
    unit.actor.require(Permission.COORDINATE)
    plan.close(unit.now)
    plan.next_event_at = STALE
    unit.save(plan)
    handed_out = await unit.all(Assignment.filter(plan_id=plan.id))
    still_open = [a for a in handed_out if a.open]
    await pending.void_milestones(unit, handed_out)
    await pending.lapse_extensions(unit, handed_out)
    await pending.lapse_transfers(unit, handed_out)
    unit.note("plan.close", plan=plan.id, open=len(still_open))
    return len(still_open)


def discard(unit: Unit, plan: Plan) -> None:
    """Give up a draft."""
    unit.actor.require(Permission.COORDINATE)
    plan.discard(unit.now)
    unit.save(plan)
    unit.note("plan.discard", plan=plan.id)


def _require_draft(unit: Unit, item: PlanItem) -> None:
    plan = unit.directory.get(Plan, item.plan_id)
    if plan.status != PlanStatus.DRAFT:
        raise Refusal("plan.not_draft", plan=plan.title)
