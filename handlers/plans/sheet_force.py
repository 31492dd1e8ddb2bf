"""What a corrected sheet changes in a plan in force: with a reason, told to the departments concerned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from handlers import telling, wording
from handlers.coordinators.changes import because
from handlers.departments.todo import handing_out_cards
from handlers.plans.sheet_rows import ROLES, Change, Row
from handlers.plans.typed import limit_typed
from handlers.turns import Turn
from storage.ledger import assignments, lookup, plans
from storage.ledger.views import View
from storage.records import Assignment, Department, Plan, PlanItem
from storage.terms.cards import Outgoing
from storage.terms.errors import Refusal
from storage.terms.statuses import TRANSITIONS, AssignmentStatus, ItemRole, Move
from storage.terms.texts import Text, text

_BETWEEN = re.compile(r"[、,，;；\s]+")


def changes(
    turn: Turn, plan: Plan, item: PlanItem, row: Row, now: Row, handed: Sequence[Assignment]
) -> Iterator[tuple[Change, Text]]:
    """Yield what a row changes, with the words for it. Refuses what could not be taken later."""
    number = item.position
    if row["drop"]:
        yield (
            Change(number, "cancel", _cancellable(handed)),
            text("plansheet.drop", number=number, title=item.title),
        )
        return
    if row["title"] and row["title"] != now["title"]:
        words = wording.short(row["title"], 60)
        yield Change(number, "title", (row["title"],)), text("plansheet.retitle", number=number, words=words)
    if any(row[column] != now[column] for column in ROLES):
        yield from _who(turn, number, row, handed)
    if row["limits"] != now["limits"]:
        due = _day(row["limits"], plan, turn.today)
        if not _dated(handed):
            raise Refusal("change.nothing", number=number, verb=text("change.verb.due"))
        yield Change(number, "due", (due.isoformat(),)), text("plansheet.due", number=number, day=due)


def _who(turn: Turn, number: int, row: Row, handed: Sequence[Assignment]) -> Iterator[tuple[Change, Text]]:
    wanted: dict[int, ItemRole] = {}
    for column, role in ROLES.items():
        for name in filter(None, _BETWEEN.split(row[column])):
            department = lookup.department_called(turn.directory, name)
            if department is None:
                raise Refusal("clause.name", name=wording.short(name))
            wanted.setdefault(department.id, role)
    have = {each.department_id: ItemRole(each.role) for each in handed}
    gone = [each for each in handed if not each.general and each.department_id not in wanted]
    for role in ROLES.values():
        fresh = [each for each, meant in wanted.items() if meant is role and have.get(each) is not role]
        if fresh:
            names = [lookup.short_name(turn.directory, each) for each in fresh]
            line = text("plansheet.assign", number=number, role=text(f"itemrole.{role}"), names=names)
            yield Change(number, "assign", (role.value, *map(str, fresh))), line
    if gone:
        names = [lookup.short_name(turn.directory, each.department_id) for each in gone]
        line = text("plansheet.cancel", number=number, names=names)
        yield Change(number, "cancel", _cancellable(gone)), line


def _cancellable(handed: Iterable[Assignment]) -> tuple[str, ...]:
    for each in handed:
        status = AssignmentStatus(each.status)
        if status not in TRANSITIONS[Move.CANCEL]:
            raise Refusal("assignment.move", move=text("move.cancel"), status=text(f"status.{status}"))
    return tuple(str(each.department_id) for each in handed)


def _day(typed: str, plan: Plan, today: date) -> date:
    limit = limit_typed(typed, plan, today) if typed else None
    if limit is None or limit.due is None:
        raise Refusal("plansheet.day", words=wording.short(typed))
    return limit.due


async def apply(
    turn: Turn, plan: Plan, found: Sequence[tuple[PlanItem, Change]], reason: str
) -> list[Outgoing]:
    """Take the changes; return what the departments are told, one message for each."""
    plans.corrected(turn.unit, plan, len(found), reason)
    every = await turn.unit.all(Assignment.filter(plan_id=plan.id))
    handed = {(each.item_id, each.department_id): each for each in every}
    before = {view.id: view for view in await wording.views_of(turn, [each.id for each in every])}
    verbs: dict[int, str] = {}
    fresh: list[int] = []
    for item, change in found:
        match change.what:
            case "title":
                plans.retitle(turn.unit, item, change.words[0])
            case "assign":
                role, *numbers = change.words
                for number in map(int, numbers):
                    given = await assignments.add_department(
                        turn.unit,
                        item,
                        turn.directory.get(Department, number),
                        ItemRole(role),
                        turn.days.add_workdays,
                    )
                    handed[item.id, number] = given
                    verbs[given.id] = "assign"
                    fresh.append(number)
            case "cancel":
                mine = [handed[item.id, int(number)] for number in change.words]
                await assignments.cancel(turn.unit, mine, reason)
                verbs |= {each.id: "cancel" for each in mine}
            case "due":
                for each in _dated(each for (of, _), each in handed.items() if of == item.id):
                    await assignments.set_due(turn.unit, each, date.fromisoformat(change.words[0]), reason)
                    verbs.setdefault(each.id, "due")
    after = await wording.views_of(turn, [number for number, verb in verbs.items() if verb != "assign"])
    told = [(view, _told(verbs[view.id], before[view.id], view, reason)) for view in after]
    return [*await telling.tell_of_items(turn, told), *await handing_out_cards(turn, fresh)]


def _dated(handed: Iterable[Assignment]) -> list[Assignment]:
    """Return the assignments whose due day can be moved."""
    return [each for each in handed if each.open or each.status == AssignmentStatus.SUSPENDED]


def _told(verb: str, before: View, after: View, reason: str) -> Text:
    return text(
        f"change.told.{verb}",
        item=wording.title_of(after),
        before=wording.due_words(before),
        due=wording.due_words(after),
        because=because(reason),
    )
