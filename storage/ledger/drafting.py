"""From a notice to a draft plan: its items, the names in them, and the doubts left."""

from __future__ import annotations

from collections.abc import Iterable

from storage.ledger import lookup
from storage.records import Doubt, Party, Plan, PlanItem
from storage.terms.errors import Refusal
from storage.terms.names import normalise_name
from storage.terms.notice import Notice, NoticeItem, Responsibility
from storage.terms.roles import Permission
from storage.terms.statuses import DoubtKind, ItemRole, PlanStatus
from storage.terms.texts import pack
from storage.unit import Unit

TITLE_LENGTH = 300
NAME_LENGTH = 120


def draft(unit: Unit, notice: Notice, source: int | None, year: int) -> Plan:
    """Make a draft plan of a notice. Refuses one that is drafted or in force already."""
    unit.actor.require(Permission.COORDINATE)
    for plan in lookup.plans(unit.directory, PlanStatus.DRAFT, PlanStatus.ACTIVE):
        if plan.title == notice.title[:TITLE_LENGTH] and plan.year == year:
            raise Refusal("plan.known", title=plan.title)
    plan = unit.add(
        Plan(
            year=year,
            title=notice.title[:TITLE_LENGTH],
            document_number=notice.document_number,
            issuer=notice.issuer,
            issued_on=notice.issued_on,
            standing=list(notice.standing),
            duties=[duty.to_json() for duty in notice.duties],
            warnings=[{**warning.to_json(), "text": pack(warning.text)} for warning in notice.warnings],
            source_id=source,
            created_at=unit.now,
        )
    )
    # All items first: a new one lets the directory forget what it has worked out of the names.
    items = [_add_item(unit, plan, position, item) for position, item in enumerate(notice.items, 1)]
    for item, read in zip(items, notice.items, strict=True):
        _add_names(unit, plan, item, read)
    if any(not item.deadlines for item in notice.items):
        _ask_limits(unit, plan)
    unit.note("plan.draft", plan=plan.id, title=plan.title, items=len(notice.items))
    return plan


def add_read(unit: Unit, plan: Plan, position: int, read: NoticeItem) -> PlanItem:
    """Add to a draft an item that was not read as one. The plan's open doubts are loaded."""
    item = _add_item(unit, plan, position, read)
    _add_names(unit, plan, item, read)
    if not read.deadlines:
        _ask_limits(unit, plan)
    unit.note("item.add", plan=plan.id, item=item.id, title=item.title, clause=item.clause)
    return item


def _ask_limits(unit: Unit, plan: Plan) -> None:
    asked = (d for d in unit.gathered(Doubt) if d.plan_id == plan.id and d.answered_at is None)
    if all(d.kind != DoubtKind.DEADLINES for d in asked):
        unit.add(Doubt(plan_id=plan.id, kind=DoubtKind.DEADLINES.value))


def _add_item(unit: Unit, plan: Plan, position: int, read: NoticeItem) -> PlanItem:
    return unit.add(
        PlanItem(
            plan_id=plan.id,
            position=position,
            number=read.number[:60],
            headings=list(read.headings),
            title=read.title[:TITLE_LENGTH],
            text=read.text,
            clause=read.responsibility.raw,
            deadlines=[deadline.to_json() for deadline in read.deadlines],
        )
    )


def _add_names(unit: Unit, plan: Plan, item: PlanItem, read: NoticeItem) -> None:
    standing = Responsibility(raw="", responsible=tuple(plan.standing))
    if not read.responsibility.names and not standing.names:
        unit.add(Doubt(plan_id=plan.id, item_id=item.id, kind=DoubtKind.CLAUSE.value))
    for responsibility in (read.responsibility, standing):
        add_parties(unit, item, responsibility)


def add_parties(unit: Unit, item: PlanItem, responsibility: Responsibility) -> list[Party]:
    """Add the names of a clause to an item, with a doubt for each that cannot be told."""
    parties: list[Party] = []
    for role, names in (
        (ItemRole.LEAD, responsibility.lead),
        (ItemRole.RESPONSIBLE, responsibility.responsible),
        (ItemRole.SUPPORT, responsibility.support),
    ):
        parties.extend(_add_party(unit, item, name[:NAME_LENGTH], role) for name in dict.fromkeys(names))
    return parties


def _add_party(unit: Unit, item: PlanItem, name: str, role: ItemRole) -> Party:
    department = lookup.department_called(unit.directory, name)
    collective = None if department else lookup.collective_called(unit.directory, name)
    party = Party(item_id=item.id, name=name, role=role.value, departments=None)
    if department is not None:
        party.departments = [department.id]
    elif collective is not None and not collective[1]:
        party.collective, party.departments = True, []
    else:
        kind = DoubtKind.CHOOSE if collective else DoubtKind.NAME
        _doubt(unit, item, name, kind)
    return unit.add(party)


def _doubt(unit: Unit, item: PlanItem, name: str, kind: DoubtKind) -> None:
    """Ask about a name once per plan, about a choice once per item."""
    item_id = item.id if kind is DoubtKind.CHOOSE else None
    asked = unit.gathered(Doubt)
    if any(
        d.plan_id == item.plan_id
        and d.kind == kind
        and d.item_id == item_id
        and normalise_name(d.name) == normalise_name(name)
        and d.answered_at is None
        for d in asked
    ):
        return
    unit.add(Doubt(plan_id=item.plan_id, item_id=item_id, kind=kind.value, name=name))


async def doubts(unit: Unit, plan: Plan) -> list[Doubt]:
    """Return the open doubts of a plan in the order in which to ask them: names, choices, clauses, limits."""
    found = await unit.all(Doubt.filter(plan_id=plan.id, answered_at=None))
    order = list(DoubtKind)

    def weight(d: Doubt) -> tuple[int, int, int, int]:
        return order.index(DoubtKind(d.kind)), d.item_id or 0, (d.about or {}).get("of", d.id), d.id

    return sorted(found, key=weight)


async def parties_of(unit: Unit, items: Iterable[PlanItem]) -> dict[int, list[Party]]:
    """Return the names of items, by item, highest role first."""
    numbers = [item.id for item in items]
    found: dict[int, list[Party]] = {number: [] for number in numbers}
    roles = list(ItemRole)
    parties = await unit.all(Party.filter(item_id__in=numbers, struck=False).order_by("id"))
    for party in sorted(parties, key=lambda p: roles.index(ItemRole(p.role))):
        found[party.item_id].append(party)
    return found
