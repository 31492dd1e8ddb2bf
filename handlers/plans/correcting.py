"""One item whole (要点), and how a coordinator corrects it before its plan is put to work."""

from __future__ import annotations

import re
from collections import Counter

from handlers import wording
from handlers.arguments import argument
from handlers.events import Reply
from handlers.plans import planning, questions
from handlers.plans.typed import clause_typed, limits_typed
from handlers.replies.script import narrow
from handlers.standing import replaced
from handlers.turns import Answers, Turn
from storage.ledger import drafting, handing_out, lookup, plans
from storage.ledger.views import View, of_item
from storage.records import Party, Plan, PlanItem
from storage.terms.cards import Button, Card, Outgoing
from storage.terms.errors import Refusal
from storage.terms.notice import Deadline
from storage.terms.roles import Permission
from storage.terms.statuses import AssignmentStatus, ItemRole, PlanStatus
from storage.terms.texts import Text, text

TEXT_LENGTH = 1200
CLAUSE_LENGTH = 300
SHOWN_NAMED = 12
ITEM_TITLE = 24

_NUMBER = re.compile(r"[^0-9]*([0-9]{1,4})[^0-9]*")


async def show(turn: Turn) -> Answers:
    """``/item 3``: one item whole."""
    turn.actor.require(Permission.OVERSEE)
    plan, rest = planning.plan_meant(turn, argument(turn))
    match = _NUMBER.fullmatch(narrow(rest))
    if match is None:
        raise Refusal("item.which")
    return await item_card(turn, plans.item_at(turn.unit, plan, int(match.group(1))))


async def show_pressed(turn: Turn) -> Answers:
    """Show the item of a button in a message of its own."""
    turn.actor.require(Permission.OVERSEE)
    return await item_card(turn, turn.directory.get(PlanItem, int(turn.values["item"])))


async def back(turn: Turn) -> Answers:
    """Return from a step to the item."""
    turn.actor.require(Permission.OVERSEE)
    return replaced(turn, await item_card(turn, turn.directory.get(PlanItem, int(turn.values["item"]))))


# ---------------------------------------------------------------- the card


async def item_card(turn: Turn, item: PlanItem, *before: Text) -> Card:
    """Return one item whole: its words, who answers for it, until when, and how it can be corrected."""
    plan = turn.directory.get(Plan, item.plan_id)
    draft = plan.status == PlanStatus.DRAFT
    who = await _drafted_names(turn, item) if draft else _handed(await of_item(turn.unit, item))
    above = (text("items.above", headings=item.headings),) if item.headings else ()
    clause = (text("items.clause", clause=wording.short(item.clause, CLAUSE_LENGTH)),) if item.clause else ()
    dropped = (text("items.dropped"),) if item.dropped else ()
    return Card(
        title=text("items.one", number=item.position, title=item.title),
        lines=(
            *before,
            *dropped,
            *above,
            text("items.words", words=wording.short(item.text, TEXT_LENGTH)),
            *clause,
            *who,
            *limit_lines(item, plan),
        ),
        rows=_rows(turn, item, draft=draft),
    )


def _rows(turn: Turn, item: PlanItem, *, draft: bool) -> tuple[tuple[Button, ...], ...]:
    plan = turn.directory.get(Plan, item.plan_id)
    if plan.status == PlanStatus.CLOSED or item.dropped or not turn.actor.may(Permission.COORDINATE):
        return ()
    whats = ("title", "clause", "limits") if draft else ("title",)
    changes = [
        Button(text(f"items.button.{what}"), "items.change", {"item": item.id, "what": what})
        for what in whats
    ]
    drop = [Button(text("items.button.drop"), "items.drop", {"item": item.id}, "danger")] if draft else []
    return wording.in_rows([*changes, *drop], 2)


async def _drafted_names(turn: Turn, item: PlanItem) -> list[Text]:
    parties = (await drafting.parties_of(turn.unit, [item]))[item.id]
    lines = []
    for role in ItemRole:
        names = [_name(turn, party) for party in parties if party.role == role]
        if names:
            lines.append(text("items.role", role=text(f"itemrole.{role}"), names=names))
    return lines or [text("items.nobody")]


def _name(turn: Turn, party: Party) -> Text:
    if party.departments is None:
        return text("items.name_open", name=party.name)
    if party.collective or len(party.departments) > 1:
        count = len(handing_out.departments_of(turn.unit, [party]))
        return text("items.name_many", name=party.name, count=count)
    if not party.departments:
        return text("items.name_nobody", name=party.name)
    return text("items.name", name=lookup.short_name(turn.directory, party.departments[0]))


def _handed(views: list[View]) -> list[Text]:
    named = [view for view in views if not view.general]
    lines = [
        text(
            "items.department",
            name=view.department_name,
            role=text(f"itemrole.{view.role}"),
            status=text(f"status.{view.status}"),
            percent=view.percent,
        )
        for view in named[:SHOWN_NAMED]
    ]
    rest = [*named[SHOWN_NAMED:], *(view for view in views if view.general)]
    if rest:
        lines.append(text("items.others", count=len(rest), statuses=counted(rest)))
    return lines or [text("items.nobody")]


def counted(views: list[View]) -> list[Text]:
    """Return how many assignments stand where."""
    counts = Counter(view.status for view in views)
    return [
        text("items.counted", status=text(f"status.{status}"), count=counts[status])
        for status in AssignmentStatus
        if counts[status]
    ]


def limit_lines(item: PlanItem, plan: Plan) -> list[Text]:
    """Return an item's time limits as printed and as understood."""
    lines = [limit_line(Deadline.from_json(each)) for each in item.deadlines]
    return lines or [text("items.limit.none", year=str(plan.year))]


def limit_line(deadline: Deadline) -> Text:
    """Return one time limit as printed and as understood."""
    if deadline.due is not None:
        return text("items.limit.dated", phrase=deadline.phrase, day=deadline.due)
    if deadline.every is not None:
        return text("items.limit.recurring", phrase=deadline.phrase)
    return text("items.limit.open", phrase=deadline.phrase)


# ---------------------------------------------------------------- corrections


async def change(turn: Turn) -> Answers:
    """Ask what an item is to read instead."""
    turn.actor.require(Permission.COORDINATE)
    item = turn.directory.get(PlanItem, int(turn.values["item"]))
    what = str(turn.values["what"])
    if what != "title":
        _require_draft(turn, item)
    now = {
        "title": text("items.now", words=item.title),
        "clause": text("items.now", words=wording.short(item.clause, CLAUSE_LENGTH) or "—"),
        "limits": text("items.now", words=[each["phrase"] for each in item.deadlines] or ["—"]),
    }[what]
    return Card(
        title=text(f"items.ask.{what}", number=item.position),
        lines=(now, text(f"items.ask.{what}_form")),
        subject={"kind": f"items.{what}", "item": item.id},
    )


def _require_draft(turn: Turn, item: PlanItem) -> None:
    plan = turn.directory.get(Plan, item.plan_id)
    if plan.status != PlanStatus.DRAFT or item.dropped:
        raise Refusal("item.fixed", number=item.position)


def _typed(turn: Turn) -> tuple[PlanItem, str]:
    turn.actor.require(Permission.COORDINATE)
    assert isinstance(turn.event, Reply)  # noqa: S101 - the table says so
    return turn.directory.get(PlanItem, int(turn.subject["item"])), turn.event.text


async def _changed(turn: Turn, item: PlanItem, said: Text) -> list[Outgoing]:
    return [replaced(turn, Card(lines=(said,))), await item_card(turn, item, said)]


async def retitle(turn: Turn) -> Answers:
    """Take an item's new title."""
    item, typed = _typed(turn)
    plans.retitle(turn.unit, item, typed)
    return await _changed(turn, item, text("items.changed.title", number=item.position))


async def set_clause(turn: Turn) -> Answers:
    """Take an item's new clause; a name in it that is not known is asked about at once."""
    item, typed = _typed(turn)
    _require_draft(turn, item)
    await plans.set_clause(turn.unit, item, clause_typed(turn, typed))
    plan = turn.directory.get(Plan, item.plan_id)
    answers = await _changed(turn, item, text("items.changed.clause", number=item.position))
    mine = [
        doubt
        for doubt in await drafting.doubts(turn.unit, plan)
        if doubt.item_id in (None, item.id) and doubt.name
    ]
    return [*answers, await questions.next_card(turn, plan)] if mine else answers


async def set_limits(turn: Turn) -> Answers:
    """Take an item's new time limits."""
    item, typed = _typed(turn)
    _require_draft(turn, item)
    plan = turn.directory.get(Plan, item.plan_id)
    plans.set_deadlines(turn.unit, item, limits_typed(typed, plan, turn.today))
    return await _changed(turn, item, text("items.changed.limits", number=item.position))


async def drop(turn: Turn) -> Answers:
    """Ask whether an item is to be left out."""
    turn.actor.require(Permission.COORDINATE)
    item = turn.directory.get(PlanItem, int(turn.values["item"]))
    _require_draft(turn, item)
    row = (
        Button(text("items.button.drop_sure"), "items.drop_sure", {"item": item.id}, "danger"),
        Button(text("items.button.back"), "items.back", {"item": item.id}),
    )
    lines = (text("items.drop", number=item.position, title=item.title),)
    return replaced(turn, Card(lines=lines, rows=(row,)))


async def drop_sure(turn: Turn) -> Answers:
    """Leave an item of a draft out."""
    item = turn.directory.get(PlanItem, int(turn.values["item"]))
    await plans.drop(turn.unit, item)
    said = text("items.dropped_now", number=item.position, title=wording.short(item.title, ITEM_TITLE))
    return replaced(turn, Card(lines=(said,)))
