"""Plans (年度计划): which one is meant, put to work (启用), closed (交账), given up."""

from __future__ import annotations

from handlers import telling, wording
from handlers.arguments import argument
from handlers.departments import todo
from handlers.notices.titles import short_title
from handlers.plans import questions
from handlers.plans.typed import filter_words
from handlers.replies.orders import read_year
from handlers.standing import replaced
from handlers.turns import Answers, Turn
from storage.ledger import handing_out, lookup, plans
from storage.records import Plan
from storage.terms.cards import Button, Card
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.statuses import DoubtKind, PlanStatus
from storage.terms.texts import Text, text

SHOWN_PLANS = 6
TITLE_LENGTH = 60


def plan_meant(turn: Turn, words: str) -> tuple[Plan, str]:
    """Return the plan that words begin with (a year, 草稿) and the rest of them.

    Without either it is the newest plan in force, else the newest draft. Refuses where there is none.
    """
    year, words = read_year(words)
    first, _, rest = words.partition(" ")
    if first in filter_words("plans"):
        return plans.drafted(turn.unit, year), rest.strip()
    statuses = (PlanStatus.ACTIVE, PlanStatus.DRAFT) if year is None else tuple(PlanStatus)
    for plan in sorted(lookup.plans(turn.directory, *statuses), key=_nearness):
        if year in (None, plan.year) and (plan.status != PlanStatus.CLOSED or plan.activated_at):
            return plan, words.strip()
    raise plans.none_in_force(turn.unit, year)


def _nearness(plan: Plan) -> int:
    return (PlanStatus.ACTIVE, PlanStatus.DRAFT, PlanStatus.CLOSED).index(PlanStatus(plan.status))


def plan_pressed(turn: Turn) -> Plan:
    """Return the plan a button speaks of."""
    return turn.directory.get(Plan, int(turn.values["plan"]))


# ---------------------------------------------------------------- the list


async def show(turn: Turn) -> Answers:
    """``/plans``: the plans there are, and what can be done with each."""
    turn.actor.require(Permission.OVERSEE)
    found = [
        plan
        for status in (PlanStatus.DRAFT, PlanStatus.ACTIVE, PlanStatus.CLOSED)
        for plan in lookup.plans(turn.directory, status)
    ]
    if not found:
        raise Refusal("plan.none")
    lines = [await _plan_line(turn, plan) for plan in found[:SHOWN_PLANS]]
    if len(found) > SHOWN_PLANS:
        lines.append(text("planning.more", count=len(found) - SHOWN_PLANS))
    rows = _plans_rows(found) if turn.actor.may(Permission.COORDINATE) else ()
    return Card(title=text("planning.title", count=len(found)), lines=tuple(lines), rows=rows)


async def _plan_line(turn: Turn, plan: Plan) -> Text:
    items = sum(not item.dropped for item in lookup.items_of(turn.directory, plan.id))
    values: dict[str, str | int] = {
        "year": str(plan.year),
        "plan": wording.short(short_title(plan.title), TITLE_LENGTH),
        "items": items,
    }
    match PlanStatus(plan.status):
        case PlanStatus.ACTIVE:
            return text("planning.line.active", open=await plans.owed(turn.unit, plan), **values)
        case PlanStatus.DRAFT:
            return text("planning.line.draft", **values)
        case PlanStatus.CLOSED:
            return text("planning.line.closed" if plan.activated_at else "planning.line.discarded", **values)


def _plans_rows(found: list[Plan]) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    for plan in found[:SHOWN_PLANS]:
        values = {"plan": plan.id}
        year = str(plan.year)
        if plan.status == PlanStatus.DRAFT:
            rows.append(
                (
                    Button(text("planning.button.go_on", year=year), "doubt.show", values),
                    Button(text("planning.button.preview_of", year=year), "plan.preview", values),
                    Button(text("planning.button.discard_of", year=year), "plan.discard", values),
                )
            )
        elif plan.status == PlanStatus.ACTIVE:
            rows.append(
                (
                    Button(text("plansheet.button.out_of", year=year), "plansheet.out", values),
                    Button(text("planning.button.close_of", year=year), "plan.close", values),
                )
            )
    return tuple(rows)


# ---------------------------------------------------------------- put to work


async def activate(turn: Turn) -> Answers:
    """``/activate``: show what handing out the draft would send, or ask what is still open."""
    turn.actor.require(Permission.COORDINATE)
    return await _preview(turn, plans.drafted(turn.unit, read_year(argument(turn))[0]))


async def preview(turn: Turn) -> Answers:
    """Show what handing out the draft of a button would send: in place of the questions, beside a summary."""
    turn.actor.require(Permission.COORDINATE)
    plan = plan_pressed(turn)
    if plan.status != PlanStatus.DRAFT:
        raise Refusal("plan.not_draft", plan=short_title(plan.title))
    card = await _preview(turn, plan)
    return replaced(turn, card) if turn.subject.get("kind") == "doubt" else card


async def _preview(turn: Turn, plan: Plan) -> Card:
    found, _ = await questions.remaining(turn, plan)
    count = sum(doubt.kind != DoubtKind.READING for doubt in found)
    if count:
        first = text("planning.answer_first", count=count)
        return await questions.next_card(turn, plan, first, again=True)
    outlook = await handing_out.outlook(turn.unit, plan)
    items = sum(not item.dropped for item in lookup.items_of(turn.directory, plan.id))
    chats = {chat.id for number in outlook.departments for chat in lookup.chats_of(turn.directory, number)}
    lines = [
        text("planning.preview.items", items=items, assignments=sum(outlook.departments.values())),
        text("planning.preview.where", departments=len(outlook.departments), groups=len(chats)),
        *without_group(turn, list(outlook.departments)),
    ]
    if outlook.orphans:
        numbers = [str(item.position) for item in outlook.orphans]
        lines.append(text("planning.preview.orphans", numbers=numbers))
    unsure, numbers = await questions.unconfirmed(turn, plan)
    if unsure:
        where = text("planning.preview.unsure_items", numbers=numbers) if numbers else ""
        lines.append(text("planning.preview.unsure", count=unsure, where=where))
    values = {"plan": plan.id}
    row = (
        Button(text("planning.button.activate"), "plan.activate", values, "primary"),
        Button(text("doubting.button.items"), "items.page", values),
        Button(text("planning.button.later"), "plan.later", values),
    )
    return Card(
        title=text("planning.preview.title", plan=short_title(plan.title)), lines=tuple(lines), rows=(row,)
    )


def without_group(turn: Turn, departments: list[int]) -> list[Text]:
    """Return a line that names the departments which no group is bound to."""
    missing = [lookup.short_name(turn.directory, d.id) for d in telling.without_group(turn, departments)]
    return [text("planning.no_group", count=len(missing), names=missing)] if missing else []


async def hand_out(turn: Turn) -> Answers:
    """确认启用: put the draft to work; every department hears of its items in its groups."""
    turn.actor.require(Permission.COORDINATE)
    plan = plan_pressed(turn)
    if plan.status == PlanStatus.ACTIVE:
        raise Refusal("plan.active_already", plan=short_title(plan.title))
    await questions.remaining(turn, plan)
    given = await handing_out.activate(turn.unit, plan, turn.days.add_workdays)
    departments = list(dict.fromkeys(assignment.department_id for assignment in given))
    cards = await todo.handing_out_cards(turn, departments)
    missing = without_group(turn, departments)
    lines = [
        text("planning.active.done", departments=len(departments), assignments=len(given), cards=len(cards)),
        *missing,
        *([text("planning.active.bind")] if missing else []),
        text("planning.active.next"),
    ]
    card = Card(title=text("planning.active.title", plan=short_title(plan.title)), lines=tuple(lines))
    return [replaced(turn, card), *cards]


async def later(turn: Turn) -> Answers:
    """Leave the draft as it is for now."""
    turn.actor.require(Permission.COORDINATE)
    plan = plan_pressed(turn)
    return replaced(turn, Card(lines=(text("planning.later", plan=short_title(plan.title)),)))


# ---------------------------------------------------------------- closed, given up


async def close(turn: Turn) -> Answers:
    """``/close``: ask whether the plan in force is to be closed, with what is still open."""
    turn.actor.require(Permission.COORDINATE)
    return await _ask_close(turn, plans.current(turn.unit, read_year(argument(turn))[0]))


async def close_pressed(turn: Turn) -> Answers:
    """Ask whether the plan of a button is to be closed."""
    turn.actor.require(Permission.COORDINATE)
    return await _ask_close(turn, plan_pressed(turn))


async def _ask_close(turn: Turn, plan: Plan) -> Card:
    handing_out.require_active(plan)
    still_open = await plans.owed(turn.unit, plan)
    what = text("planning.close.open", count=still_open) if still_open else text("planning.close.all_done")
    row = (
        Button(text("planning.button.close"), "plan.close_sure", {"plan": plan.id}, "danger"),
        Button(text("planning.button.keep"), "plan.keep", {"plan": plan.id}),
    )
    lines = (what, text("planning.close.means"))
    return Card(title=text("planning.close.title", plan=short_title(plan.title)), lines=lines, rows=(row,))


async def close_sure(turn: Turn) -> Answers:
    """Close a plan (交账)."""
    plan = plan_pressed(turn)
    still_open = await plans.close(turn.unit, plan)
    return replaced(
        turn, Card(lines=(text("planning.closed", plan=short_title(plan.title), count=still_open),))
    )


async def keep(turn: Turn) -> Answers:
    """Leave a plan as it is."""
    turn.actor.require(Permission.COORDINATE)
    return replaced(turn, Card(lines=(text("planning.kept", plan=plan_pressed(turn).title),)))


async def discard(turn: Turn) -> Answers:
    """Ask whether a draft is to be given up."""
    turn.actor.require(Permission.COORDINATE)
    plan = plan_pressed(turn)
    if plan.status != PlanStatus.DRAFT:
        raise Refusal("plan.not_draft", plan=short_title(plan.title))
    row = (
        Button(text("planning.button.discard"), "plan.discard_sure", {"plan": plan.id}, "danger"),
        Button(text("planning.button.keep"), "plan.keep", {"plan": plan.id}),
    )
    lines = (text("planning.discard.means"),)
    return Card(title=text("planning.discard.title", plan=short_title(plan.title)), lines=lines, rows=(row,))


async def discard_sure(turn: Turn) -> Answers:
    """Give up a draft."""
    plan = plan_pressed(turn)
    plans.discard(turn.unit, plan)
    return replaced(turn, Card(lines=(text("planning.discarded", plan=short_title(plan.title)),)))
