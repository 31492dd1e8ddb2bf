"""How the plan stands (进度), and what is overdue (逾期): for coordinators and leaders."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from handlers import wording
from handlers.arguments import argument, plan_and_words
from handlers.choosing import pick_department
from handlers.coordinators import progress
from handlers.coordinators.progress import DepartmentStanding, Lit, Seen
from handlers.notices.titles import short_title
from handlers.turns import Answers, Turn
from storage.ledger import standing, views
from storage.ledger.standing import Standing
from storage.ledger.views import View
from storage.records import Department, Plan
from storage.terms.cards import Button, Card, Edit
from storage.terms.roles import Permission
from storage.terms.statuses import AssignmentStatus
from storage.terms.texts import Text, text

DEPARTMENTS_SHOWN = 14
ITEMS_SHOWN = 10

# ---------------------------------------------------------------- progress


async def status(turn: Turn) -> Answers:
    """Show how the whole plan stands, or one department in it."""
    turn.actor.require(Permission.OVERSEE)
    plan, words = plan_and_words(turn, argument(turn))
    if not words:
        return await _plan_card(turn, plan, 0)
    picked = pick_department(
        turn, words, "status.department", {"plan": plan.id, "start": 0}, {"kind": "status"}
    )
    return picked if isinstance(picked, Card) else await _department_card(turn, plan, picked, 0)


async def status_page(turn: Turn) -> Answers:
    """Show the next departments of a plan."""
    turn.actor.require(Permission.OVERSEE)
    values = turn.values
    plan = turn.directory.get(Plan, values["plan"])
    return _anew(turn, await _plan_card(turn, plan, values["start"]))


async def status_department(turn: Turn) -> Answers:
    """Show a department that was offered, or its next items."""
    turn.actor.require(Permission.OVERSEE)
    values = turn.values
    plan = turn.directory.get(Plan, values["plan"])
    department = turn.directory.get(Department, values["department"])
    return _anew(turn, await _department_card(turn, plan, department, values["start"]))


async def _plan_card(turn: Turn, plan: Plan, start: int) -> Card:
    stands = await standing.of_plan(turn.unit, plan)
    found = await asyncio.to_thread(progress.lit, stands, turn.today, turn.days)
    if not found:
        return Card(lines=(text("overseeing.nothing"),))
    standings = progress.by_department(found)
    shown = standings[start : start + DEPARTMENTS_SHOWN]
    head = _head(stands, found) if start == 0 else []
    return Card(
        title=text("overseeing.title", plan=short_title(plan.title), day=turn.today),
        lines=(*head, *(_standing_line(each) for each in shown)),
        rows=_pages("status.page", {"plan": plan.id}, start, DEPARTMENTS_SHOWN, len(standings)),
    )


def _head(stands: Standing, found: Sequence[Lit]) -> list[Text]:
    done, items = stands.items_done, stands.items
    count = sum(each.count for each in found)
    lights = progress.light_counts(found)
    by_status = progress.counts(found)
    signs = [
        text("overseeing.light", sign=text(f"sign.{light}"), count=lights[light])
        for light in progress.WORST_FIRST
        if lights.get(light)
    ]
    statuses = [
        text("overseeing.status", status=text(f"status.{each}"), count=by_status[each])
        for each in AssignmentStatus
        if by_status.get(each)
    ]
    head = [text("overseeing.items", done=done, items=items, percent=round(100 * done / items))]
    head.append(text("overseeing.assignments", count=count, statuses=statuses))
    return [*head, text("overseeing.lights", lights=signs)] if signs else head


def _standing_line(each: DepartmentStanding) -> Text:
    key = "overseeing.department_late" if each.late else "overseeing.department"
    return text(
        key,
        sign=text(f"sign.{each.light}"),
        name=each.name,
        count=each.count,
        done=each.done,
        late=each.late,
    )


async def _department_card(turn: Turn, plan: Plan, department: Department, start: int) -> Card:
    mine = [v for v in await views.of_department(turn.unit, department) if v.plan == plan.id]
    found = progress.seen(mine, turn.today, turn.days)
    if not found:
        return Card(lines=(text("overseeing.department_nothing", name=department.name),))
    done = len([each for each in found if each.view.status is AssignmentStatus.DONE])
    shown = found[start : start + ITEMS_SHOWN]
    values = {"plan": plan.id, "department": department.id}
    return Card(
        title=text("overseeing.department_title", name=department.name, count=len(found), done=done),
        lines=tuple(_item_line(turn, each) for each in shown),
        rows=_pages("status.department", values, start, ITEMS_SHOWN, len(found)),
    )


def _item_line(turn: Turn, each: Seen) -> Text:
    view = each.view
    return text(
        "overseeing.item",
        sign=text(f"sign.{each.light}"),
        item=wording.item_name(view),
        role=text(f"itemrole.{view.role}"),
        status=text(f"status.{view.status}"),
        percent=view.percent,
        due=_late(turn, view) if each.late else wording.due_words(view),
    )


# ---------------------------------------------------------------- overdue


async def overdue(turn: Turn) -> Answers:
    """List what is overdue by department, longest overdue first."""
    turn.actor.require(Permission.OVERSEE)
    words = argument(turn)
    if not words:
        return await _overdue_card(turn, None, 0)
    picked = pick_department(turn, words, "overdue.page", {"start": 0}, {"kind": "overdue"})
    return picked if isinstance(picked, Card) else await _overdue_card(turn, picked, 0)


async def overdue_page(turn: Turn) -> Answers:
    """Show the next overdue items."""
    turn.actor.require(Permission.OVERSEE)
    values = turn.values
    chosen = values.get("department")
    department = None if chosen is None else turn.directory.get(Department, chosen)
    return _anew(turn, await _overdue_card(turn, department, values["start"]))


async def _overdue_card(turn: Turn, department: Department | None, start: int) -> Card:
    late = [v for v in await views.overdue(turn.unit) if department is None or v.department == department.id]
    if not late:
        return Card(lines=(text("overseeing.none_late"),))
    order = list(dict.fromkeys(view.department for view in late))
    late.sort(key=lambda view: order.index(view.department))
    counted = {number: len([v for v in late if v.department == number]) for number in order}
    lines: list[Text] = []
    spoken_of = None
    for view in late[start : start + ITEMS_SHOWN]:
        if view.department != spoken_of:
            spoken_of = view.department
            lines.append(
                text("overseeing.late_department", name=view.department_name, count=counted[view.department])
            )
        lines.append(text("overseeing.late_item", item=wording.item_name(view), late=_late(turn, view)))
    values = {} if department is None else {"department": department.id}
    return Card(
        title=text("overseeing.late_title", count=len(late), departments=len(order), day=turn.today),
        lines=tuple(lines),
        rows=_pages("overdue.page", values, start, ITEMS_SHOWN, len(late)),
    )


def _late(turn: Turn, view: View) -> Text:
    due = view.due or turn.today
    return text(
        "overseeing.late",
        due=due,
        days=(turn.today - due).days,
        workdays=turn.days.workdays_between(due, turn.today),
    )


# ---------------------------------------------------------------- shared


def _pages(
    action: str, values: dict[str, int], start: int, size: int, total: int
) -> tuple[tuple[Button, ...], ...]:
    buttons = []
    if start > 0:
        before = {**values, "start": max(0, start - size)}
        buttons.append(Button(text("overseeing.button.before"), action, before))
    if start + size < total:
        label = text("overseeing.button.more", count=total - start - size)
        buttons.append(Button(label, action, {**values, "start": start + size}))
    return (tuple(buttons),) if buttons else ()


def _anew(turn: Turn, card: Card) -> Answers:
    return Edit(turn.said.id, card) if turn.said else card
