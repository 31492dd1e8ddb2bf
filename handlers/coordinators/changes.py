"""Changes to a plan in force as a coordinator orders them: to whom they apply, and what is then said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from handlers import telling, wording
from handlers.departments.todo import handing_out_cards
from handlers.turns import Turn
from handlers.wording import item_name
from storage.ledger import assignments, clocks, lookup
from storage.ledger.views import View
from storage.records import Assignment, Department, PlanItem
from storage.terms.cards import Outgoing
from storage.terms.errors import Refusal
from storage.terms.statuses import TRANSITIONS, AssignmentStatus, ItemRole, Move
from storage.terms.texts import Text, text

Name = str | int
"""A department as typed, until it is known by its number."""

MOVES = {"suspend": Move.SUSPEND, "resume": Move.RESUME, "cancel": Move.CANCEL, "reopen": Move.REOPEN}


@dataclass(frozen=True, slots=True)
class Change:
    """One order. ``names`` are the departments it is for, none for all; ``targets`` what was confirmed."""

    verb: str
    item: int
    names: tuple[Name, ...] = ()
    due: date | None = None
    role: ItemRole = ItemRole.RESPONSIBLE
    reason: str = ""
    targets: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the order as plain JSON values."""
        return {
            "verb": self.verb,
            "item": self.item,
            "names": list(self.names),
            "due": None if self.due is None else self.due.isoformat(),
            "role": self.role.value,
            "reason": self.reason,
            "targets": list(self.targets),
        }

    @classmethod
    def from_json(cls, packed: dict[str, Any]) -> Change:
        """Read back what :meth:`to_json` wrote."""
        return cls(
            verb=packed["verb"],
            item=packed["item"],
            names=tuple(packed["names"]),
            due=None if packed["due"] is None else date.fromisoformat(packed["due"]),
            role=ItemRole(packed["role"]),
            reason=packed["reason"],
            targets=tuple(packed["targets"]),
        )

    def named(self, name: Name, department: int) -> Change:
        """Return the order with a typed name known by its department's number."""
        return replace(self, names=tuple(department if each == name else each for each in self.names))

    @property
    def departments(self) -> list[int]:
        """The numbers of the departments it is for."""
        return [each for each in dict.fromkeys(self.names) if isinstance(each, int)]


async def targets(turn: Turn, change: Change) -> list[int]:
    """Return what an order applies to: assignments, or the departments to be added.

    Refuses an order that applies to nothing.
    """
    item = turn.directory.get(PlanItem, change.item)
    known = {a.department_id: a for a in await turn.unit.all(Assignment.filter(item_id=item.id))}
    if change.verb == "assign":
        return _fresh(turn, change, known)
    chosen = change.departments[:1] if change.verb == "move" else change.departments
    for department in chosen:
        if department not in known:
            name = turn.directory.get(Department, department).name
            raise Refusal("change.not_assigned", department=name, number=item.position)
    if len(chosen) == 1:
        return [known[chosen[0]].id]
    mine = [a for d, a in known.items() if not chosen or d in chosen]
    found = [a.id for a in mine if _applies(change.verb, a, named=bool(chosen))]
    if not found:
        raise nothing(turn, change)
    return found


def _fresh(turn: Turn, change: Change, known: dict[int, Assignment]) -> list[int]:
    fresh = [
        department
        for department in change.departments
        if department not in known
        or known[department].status == AssignmentStatus.CANCELLED
        or known[department].role != change.role
    ]
    if not fresh:
        names = [turn.directory.get(Department, each).name for each in change.departments]
        raise Refusal("change.assigned_already", names=names)
    return fresh


def _applies(verb: str, assignment: Assignment, *, named: bool) -> bool:
    status = AssignmentStatus(assignment.status)
    if verb == "due":
        return assignment.open or status is AssignmentStatus.SUSPENDED
    if verb == "reopen" and not named:
        return status is AssignmentStatus.DONE
    return status in TRANSITIONS[MOVES[verb]]


async def departments_having(turn: Turn, change: Change) -> set[int]:
    """Return the departments that have the item of an order."""
    rows = await turn.unit.all(Assignment.filter(item_id=change.item))
    return {
        a.department_id for a in rows if a.status != AssignmentStatus.CANCELLED or change.verb == "reopen"
    }


async def names_of(turn: Turn, change: Change) -> list[str]:
    """Return the short names of the departments that an order's targets belong to."""
    numbers: Iterable[int] = change.targets
    if change.verb != "assign":
        numbers = [v.department for v in await wording.views_of(turn, change.targets)]
    return [lookup.short_name(turn.directory, number) for number in numbers]


async def perform(turn: Turn, change: Change) -> tuple[Text, list[Outgoing]]:
    """Do what was ordered; return what to say to whoever ordered it, and what the departments are told."""
    if change.verb == "assign":
        return await _assign(turn, change)
    before = {view.id: view for view in await wording.views_of(turn, change.targets)}
    records = await assignments.by_numbers(turn.unit, change.targets)
    if change.verb == "move":
        return await _move(turn, change, before[records[0].id], records[0])
    if len(records) > 1:
        records = [a for a in records if _applies(change.verb, a, named=True)]
    if not records:
        raise nothing(turn, change)
    await _carry_out(turn, change, records)
    after = await wording.views_of(turn, [a.id for a in records])
    told = await telling.tell_of_items(turn, ((v, _told(change, before[v.id], v)) for v in after))
    return _done(change, after), told


async def _carry_out(turn: Turn, change: Change, records: list[Assignment]) -> None:
    unit = turn.unit
    match change.verb:
        case "due":
            for record in records:
                await assignments.set_due(unit, record, change.due or turn.today, change.reason)
        case "suspend":
            assignments.suspend(unit, records, change.reason)
        case "resume":
            await clocks.require_none_stands_still(unit, records)
            assignments.resume(unit, records, change.reason)
        case "cancel":
            await assignments.cancel(unit, records, change.reason)
        case "reopen":
            await assignments.reopen(unit, records, change.reason, change.due or turn.today)


async def _assign(turn: Turn, change: Change) -> tuple[Text, list[Outgoing]]:
    item = turn.directory.get(PlanItem, change.item)
    added = [
        await assignments.add_department(
            turn.unit, item, turn.directory.get(Department, number), change.role, turn.days.add_workdays
        )
        for number in change.targets
    ]
    views = await wording.views_of(turn, [each.id for each in added])
    return _done(change, views), await handing_out_cards(turn, change.targets)


async def _move(turn: Turn, change: Change, before: View, record: Assignment) -> tuple[Text, list[Outgoing]]:
    to = turn.directory.get(Department, change.departments[-1])
    new = await assignments.move_to(turn.unit, record, to, change.reason, turn.days.add_workdays)
    (after,) = await wording.views_of(turn, [new.id])
    values = {"before": before.department_name, "to": after.department_name}
    done = text("change.done.move", item=item_name(before), **values)
    line = text("change.told.move", item=wording.title_of(before), **values)
    told = await telling.tell_of_items(turn, [(before, line)])
    return done, [*told, *await handing_out_cards(turn, [to.id])]


def _done(change: Change, after: list[View]) -> Text:
    names = [view.department_name for view in after]
    view = after[0]
    return text(
        f"change.done.{change.verb}",
        item=item_name(view),
        names=names,
        count=len(names),
        due=wording.due_words(view),
        role=text(f"itemrole.{change.role}"),
    )


def _told(change: Change, before: View, after: View) -> Text:
    return text(
        f"change.told.{change.verb}",
        item=wording.title_of(after),
        before=wording.due_words(before),
        due=wording.due_words(after),
        because=because(change.reason),
    )


def because(reason: str) -> Text | str:
    """Return a reason in words; nothing where none was given."""
    return text("change.because", reason=reason) if reason else ""


def nothing(turn: Turn, change: Change) -> Refusal:
    """Say that an order applies to nothing."""
    item = turn.directory.get(PlanItem, change.item)
    return Refusal("change.nothing", number=item.position, verb=text(f"change.verb.{change.verb}"))
