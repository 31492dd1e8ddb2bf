"""The list of items (要点), narrowed by department, role, status or light, and paged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from handlers import wording
from handlers.arguments import argument
from handlers.choosing import pick_department
from handlers.lighting import light_of
from handlers.notices.titles import short_title
from handlers.plans import planning
from handlers.plans.typed import filter_words
from handlers.turns import Answers, Turn
from reminders.lights import worst
from storage.ledger import drafting, handing_out, lookup, views
from storage.ledger.views import View
from storage.records import Department, Plan, PlanItem
from storage.terms.cards import Button, Card, Edit
from storage.terms.errors import Refusal
from storage.terms.lights import Light
from storage.terms.roles import Permission
from storage.terms.statuses import AssignmentStatus, ItemRole, PlanStatus
from storage.terms.texts import Text, text

ON_A_PAGE = 8
A_ROW = 4
LEADS_SHOWN = 3

_BETWEEN = re.compile(r"[\s、,，;；]+")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of items is narrowed by; an item is shown when one of its departments fits it all."""

    department: int | None = None
    role: str | None = None
    status: str | None = None
    state: str | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is narrowed."""
        return self == Filter()

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Filter:
        """Read what the values of a button say."""
        return cls(**{name: values.get(name) for name in ("department", "role", "status", "state")})

    def values(self) -> dict[str, Any]:
        """Return the filter as the values of a button."""
        return {name: value for name, value in asdict(self).items() if value is not None}


async def show(turn: Turn) -> Answers:
    """``/items``: the items of the plan in force, or of the draft, narrowed by words."""
    turn.actor.require(Permission.OVERSEE)
    plan, rest = planning.plan_meant(turn, argument(turn))
    narrow = Filter()
    for word in filter(None, _BETWEEN.split(rest)):
        found = _narrowed(turn, plan, narrow, word)
        if isinstance(found, Card):
            return found
        narrow = found
    return await _page(turn, plan, narrow, 0)


def _narrowed(turn: Turn, plan: Plan, narrow: Filter, word: str) -> Filter | Card:
    if word in filter_words("roles"):
        return replace(narrow, role=filter_words("roles")[word])
    if word in filter_words("statuses"):
        return replace(narrow, status=filter_words("statuses")[word])
    if word in filter_words("states"):
        return replace(narrow, state=filter_words("states")[word])
    for role, meaning in filter_words("roles").items():
        name = word.removesuffix(role).removeprefix(role)
        if name != word and lookup.department_called(turn.directory, name):
            return _narrowed(turn, plan, replace(narrow, role=meaning), name)
    picked = pick_department(turn, word, "items.page", {"plan": plan.id, **narrow.values()})
    return replace(narrow, department=picked.id) if isinstance(picked, Department) else picked


async def page(turn: Turn) -> Answers:
    """Turn to another page of a list, in its place; the first page comes in a message of its own."""
    turn.actor.require(Permission.OVERSEE)
    plan = planning.plan_pressed(turn)
    number = turn.values.get("page")
    card = await _page(turn, plan, Filter.of(turn.values), int(number or 0))
    if number is None or turn.said is None:
        return card
    return Edit(turn.said.id, card)


# ---------------------------------------------------------------- the list


async def _page(turn: Turn, plan: Plan, narrow: Filter, number: int) -> Card:
    items = [item for item in lookup.items_of(turn.directory, plan.id) if not item.dropped]
    if plan.status == PlanStatus.DRAFT:
        entries = await _drafted(turn, items, narrow)
    else:
        entries = await _handed(turn, plan, items, narrow)
    if not entries:
        return Card(
            lines=(text("items.none", filter=_filter_words(turn, narrow), plan=short_title(plan.title)),)
        )
    pages = -(-len(entries) // ON_A_PAGE)
    number = min(max(number, 0), pages - 1)
    shown = entries[number * ON_A_PAGE : (number + 1) * ON_A_PAGE]
    lines = [line for _, words in shown for line in words]
    if pages > 1:
        lines.append(text("items.pages", page=number + 1, pages=pages))
    return Card(
        title=_title(turn, plan, narrow, len(entries)),
        lines=tuple(lines),
        rows=_rows(plan, narrow, [item for item, _ in shown], number, pages),
    )


def _title(turn: Turn, plan: Plan, narrow: Filter, count: int) -> Text:
    key = "items.title_draft" if plan.status == PlanStatus.DRAFT else "items.title"
    title = text(key, year=str(plan.year), count=count)
    return title if narrow.empty else text("items.narrowed", title=title, filter=_filter_words(turn, narrow))


def _filter_words(turn: Turn, narrow: Filter) -> list[Text]:
    words = []
    if narrow.department is not None:
        words.append(text("items.name", name=lookup.short_name(turn.directory, narrow.department)))
    if narrow.role is not None:
        words.append(text(f"itemrole.{narrow.role}"))
    if narrow.status is not None:
        words.append(text(f"status.{narrow.status}"))
    if narrow.state is not None:
        words.append(text(f"items.state.{narrow.state}"))
    return words or [text("items.all")]


def _rows(
    plan: Plan, narrow: Filter, shown: Sequence[PlanItem], number: int, pages: int
) -> tuple[tuple[Button, ...], ...]:
    one = [Button(text("items.button.one", number=i.position), "items.show", {"item": i.id}) for i in shown]
    values = {"plan": plan.id, **narrow.values()}
    turning = []
    if number > 0:
        turning.append(Button(text("items.button.before"), "items.page", {**values, "page": number - 1}))
    if number < pages - 1:
        turning.append(Button(text("items.button.after"), "items.page", {**values, "page": number + 1}))
    return (*wording.in_rows(one, A_ROW), *((tuple(turning),) if turning else ()))


Entry = tuple[PlanItem, list[Text]]


def _item_line(item: PlanItem) -> Text:
    return text("items.line", number=item.position, title=wording.short(item.title))


# ---------------------------------------------------------------- of a draft


async def _drafted(turn: Turn, items: list[PlanItem], narrow: Filter) -> list[Entry]:
    """Return the items of a draft. There is no status yet to narrow by."""
    if narrow.status is not None or narrow.state is not None:
        raise Refusal("item.not_handed_out")
    parties = await drafting.parties_of(turn.unit, items)
    entries = []
    for item in items:
        falls_to = handing_out.departments_of(turn.unit, parties[item.id])
        fits = any(
            narrow.department in (None, department) and narrow.role in (None, role.value)
            for department, (role, _) in falls_to.items()
        )
        if narrow.empty or fits:
            names = item.clause or text("items.no_clause")
            limits = [str(each["phrase"]) for each in item.deadlines]
            second = (
                text("items.drafted_until", clause=_cut(names), limits=limits)
                if limits
                else text("items.drafted", clause=_cut(names))
            )
            entries.append((item, [_item_line(item), second]))
    return entries


def _cut(words: str | Text) -> str | Text:
    return wording.short(words, 40) if isinstance(words, str) else words


# ---------------------------------------------------------------- of a plan that was handed out


async def _handed(turn: Turn, plan: Plan, items: list[PlanItem], narrow: Filter) -> list[Entry]:
    found: dict[int, list[View]] = {item.id: [] for item in items}
    for view in await views.of_plan(turn.unit, plan):
        found.setdefault(view.item, []).append(view)
    entries = []
    for item in items:
        mine = [view for view in found[item.id] if _fits(turn, view, narrow)]
        if narrow.empty or mine:
            shown = found[item.id] if narrow.empty else mine
            entries.append((item, [_item_line(item), _standing(turn, shown, found[item.id], narrow)]))
    return entries


def _fits(turn: Turn, view: View, narrow: Filter) -> bool:
    return (
        narrow.department in (None, view.department)
        and narrow.role in (None, view.role.value)
        and narrow.status in (None, view.status.value)
        and (narrow.state is None or _in_state(turn, view, narrow.state))
    )


def _in_state(turn: Turn, view: View, state: str) -> bool:
    match state:
        case "overdue":
            return view.overdue(turn.today)
        case "open":
            return view.open
        case _:
            return view.open and light_of(view, turn.today, turn.days) == Light(state)


def _standing(turn: Turn, shown: Sequence[View], every: Sequence[View], narrow: Filter) -> Text:
    """Return where an item stands: one department's part of it, or all of it in numbers."""
    if narrow.department is not None:
        return _one(turn, shown[0])
    if not narrow.empty:
        names = [view.department_name for view in shown]
        return text("items.fitting", names=names[: LEADS_SHOWN * 2], count=len(names))
    owing = [view for view in every if view.role is not ItemRole.SUPPORT]
    done = sum(view.status is AssignmentStatus.DONE for view in every)
    leads = [view.department_name for view in every if view.role is ItemRole.LEAD]
    who = (
        text("items.led_by", names=leads[:LEADS_SHOWN])
        if leads
        else text("items.shared_by", names=[view.department_name for view in every][:LEADS_SHOWN])
    )
    if owing and all(view.status is AssignmentStatus.DONE for view in owing):
        return text("items.standing_done", who=who, done=done, count=len(every))
    open_ones = [view for view in every if view.open]
    lit = text(f"sign.{worst(light_of(view, turn.today, turn.days) for view in open_ones)}")
    due = min((view.due for view in open_ones if view.due), default=None)
    values: dict[str, Any] = {"who": who, "done": done, "count": len(every), "light": lit}
    return text("items.standing_due", due=due, **values) if due else text("items.standing", **values)


def _one(turn: Turn, view: View) -> Text:
    values: dict[str, Any] = {
        "name": view.department_name,
        "role": text(f"itemrole.{view.role}"),
        "status": text(f"status.{view.status}"),
        "percent": view.percent,
        "light": text(f"sign.{light_of(view, turn.today, turn.days)}"),
    }
    return text("items.part_due", due=view.due, **values) if view.due else text("items.part", **values)
