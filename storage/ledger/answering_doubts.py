"""A coordinator's answers to the doubts of a draft; what was learnt of names is remembered."""

from __future__ import annotations

from typing import Any

from storage.ledger import drafting, lookup, reading_doubts, register
from storage.records import Department, Doubt, Party, Plan, PlanItem
from storage.terms.errors import Refusal
from storage.terms.names import normalise_name
from storage.terms.notice import Responsibility
from storage.terms.register import DepartmentKind
from storage.terms.roles import Permission
from storage.terms.statuses import DoubtKind, PlanStatus
from storage.unit import Unit

UNASKED = frozenset({"settled", "remembered", "split"})
"""Answers that nobody gave to a question."""


async def open_doubt(unit: Unit, number: int, kind: DoubtKind) -> Doubt:
    """Return a doubt that still waits for its answer. Refuses one that was answered."""
    unit.actor.require(Permission.COORDINATE)
    doubt = await unit.get(Doubt, number)
    if doubt.kind != kind or doubt.answered_at is not None:
        raise Refusal("doubt.answered")
    if unit.directory.get(Plan, doubt.plan_id).status == PlanStatus.CLOSED:
        raise Refusal("doubt.answered")
    return doubt


def _close(unit: Unit, doubt: Doubt, answer: Any) -> None:
    doubt.answer, doubt.answered_at = answer, unit.now
    unit.save(doubt)
    unit.note(
        "doubt.answer",
        plan=doubt.plan_id,
        item=doubt.item_id,
        kind=doubt.kind,
        name=doubt.name,
        answer=answer,
    )


async def standing(unit: Unit, plan: Plan) -> tuple[list[Doubt], int]:
    """Return the open doubts of a draft in the order in which to ask them, and how many were ever asked.

    What needs no answer any more is closed first: a name that the register has come to know, one that no
    item bears any longer, limits that every item has by now, a field that was corrected. What was put off
    comes last.
    """
    unit.actor.require(Permission.COORDINATE)
    unsettled = await _unsettled(unit, plan.id)
    nobodies: set[str] | None = None
    for doubt in await drafting.doubts(unit, plan):
        if doubt.kind == DoubtKind.NAME:
            nobodies = await _nobodies(unit, plan) if nobodies is None else nobodies
            _settle_name(unit, doubt, _named(doubt, unsettled), nobodies)
        elif doubt.kind == DoubtKind.READING:
            if not reading_doubts.still(unit, doubt):
                _close(unit, doubt, {"settled": True})
        elif not _concerned(unit, doubt, unsettled):
            _close(unit, doubt, {"settled": True})
    found = sorted(await drafting.doubts(unit, plan), key=reading_doubts.is_put_off)
    every = await unit.all(Doubt.filter(plan_id=plan.id))
    return found, sum(not (each.answer or {}).keys() & UNASKED for each in every)


async def _nobodies(unit: Unit, plan: Plan) -> set[str]:
    """Return the names that were no department in the same office's earlier notices."""
    named = await reading_doubts.earlier(unit, plan, DoubtKind.NAME)
    return {normalise_name(doubt.name) for doubt in named if "struck" in (doubt.answer or {})}


def _settle_name(unit: Unit, doubt: Doubt, parties: list[Party], nobodies: set[str]) -> None:
    department = lookup.department_called(unit.directory, doubt.name)
    collective = None if department else lookup.collective_called(unit.directory, doubt.name)
    known = department or (collective and not collective[1])
    nobody = not known and normalise_name(doubt.name) in nobodies
    if parties and not known and not nobody:
        return
    for party in parties:
        party.collective = not nobody and department is None
        party.departments = [department.id] if department else []
        unit.save(party, "collective", "departments")
    _close(unit, doubt, {"struck": True, "remembered": True} if parties and nobody else {"settled": True})


async def concerned(unit: Unit, doubt: Doubt) -> list[PlanItem]:
    """Return the items a doubt is about."""
    return _concerned(unit, doubt, await _unsettled(unit, doubt.plan_id))


def _concerned(unit: Unit, doubt: Doubt, unsettled: list[Party]) -> list[PlanItem]:
    items = [i for i in lookup.items_of(unit.directory, doubt.plan_id) if not i.dropped]
    match DoubtKind(doubt.kind):
        case DoubtKind.NAME | DoubtKind.CHOOSE:
            named = {party.item_id for party in _named(doubt, unsettled)}
            return [item for item in items if item.id in named]
        case DoubtKind.CLAUSE:
            return [item for item in items if item.id == doubt.item_id]
        case DoubtKind.READING:
            entries = {entry["item"] for entry in reading_doubts.still(unit, doubt)}
            return [item for item in items if item.id in entries]
        case DoubtKind.DEADLINES:
            return [item for item in items if not item.deadlines]


async def _unsettled(unit: Unit, plan: int) -> list[Party]:
    """Return the names in a draft's items of which it is not known whom they mean."""
    items = [i.id for i in lookup.items_of(unit.directory, plan) if not i.dropped]
    return await unit.all(Party.filter(item_id__in=items, departments__isnull=True, struck=False))


def _named(doubt: Doubt, unsettled: list[Party]) -> list[Party]:
    wanted = normalise_name(doubt.name)
    mine = [p for p in unsettled if normalise_name(p.name) == wanted]
    return [p for p in mine if doubt.item_id in (None, p.item_id)]


async def _resolve(unit: Unit, doubt: Doubt, departments: list[int]) -> None:
    for party in _named(doubt, await _unsettled(unit, doubt.plan_id)):
        party.departments = departments
        unit.save(party, "departments")


async def name_means(unit: Unit, doubt: Doubt, department: Department) -> None:
    """The unknown name means a department of the register: remembered as its alias."""
    register.add_alias(unit, department, doubt.name)
    await _resolve(unit, doubt, [department.id])
    _close(unit, doubt, {"department": department.id})


async def name_is_new(unit: Unit, doubt: Doubt, kind: DepartmentKind) -> Department:
    """The unknown name is a department that the register lacks (or an external body): added."""
    department = register.add_department(unit, doubt.name, kind)
    await _resolve(unit, doubt, [department.id])
    _close(unit, doubt, {"added": department.id, "kind": kind.value})
    return department


async def name_is_nobody(unit: Unit, doubt: Doubt) -> None:
    """The unknown name is no responsible body at all: struck off."""
    await _resolve(unit, doubt, [])
    _close(unit, doubt, {"struck": True})


async def chosen(unit: Unit, doubt: Doubt, departments: list[int]) -> None:
    """有关部门 means these departments for this item."""
    if not departments:
        raise Refusal("doubt.choose_some")
    await _resolve(unit, doubt, departments)
    _close(unit, doubt, {"departments": departments})


async def clause_is(unit: Unit, doubt: Doubt, responsibility: Responsibility) -> list[Party]:
    """The item without a clause falls to these names; a name among them may raise a doubt of its own."""
    unit.actor.require(Permission.COORDINATE)
    if not responsibility.names:
        raise Refusal("clause.empty")
    item = await unit.get(PlanItem, doubt.item_id or 0)
    await unit.all(Doubt.filter(plan_id=doubt.plan_id, answered_at=None))
    parties = drafting.add_parties(unit, item, responsibility)
    item.clause = responsibility.raw
    unit.save(item, "clause")
    _close(unit, doubt, {"clause": responsibility.raw, "names": list(responsibility.names)})
    return parties


def year_close(unit: Unit, doubt: Doubt) -> None:
    """Items without a time limit are due at the year's close: confirmed for all at once."""
    _close(unit, doubt, {"due": "year_close"})
