"""The doubts of a draft, asked one at a time: each question carries all that is needed to answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handlers import wording
from handlers.choosing import near_departments
from handlers.notices.titles import short_title
from handlers.plans import unsure
from handlers.turns import Turn
from storage.ledger import answering_doubts as answering
from storage.ledger import dialogues, lookup, reading_doubts
from storage.records import Dialogue, Doubt, Plan, PlanItem
from storage.terms.cards import Button, Card
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.statuses import DoubtKind, PlanStatus
from storage.terms.texts import Text, text

ALIVE = (PlanStatus.DRAFT, PlanStatus.ACTIVE)
SHOWN_ITEMS = 4
SHOWN_LIMITS = 18
CLAUSE_LENGTH = 120
TEXT_LENGTH = 300
SHOWN_CHOSEN = 6
CHOOSING = "doubt.choose"

Rows = tuple[tuple[Button, ...], ...]
Ask = Callable[[Turn, Doubt, list[PlanItem]], tuple[list[Text], Rows]]


def plan_rows(plan: Plan, *, doubtful: bool) -> Rows:
    """Return the buttons under whatever speaks of a draft; the first is what has to come next."""
    values = {"plan": plan.id}
    items = Button(text("doubting.button.items"), "items.page", values)
    sheet = Button(text("plansheet.button.out"), "plansheet.out", values)
    discard = Button(text("planning.button.discard"), "plan.discard", values)
    if not doubtful:
        return (
            (Button(text("planning.button.preview"), "plan.preview", values, "primary"), items),
            (sheet, discard),
        )
    return (
        (Button(text("doubting.button.go_on"), "doubt.show", values, "primary"), items),
        (Button(text("planning.button.preview"), "plan.preview", values), sheet, discard),
    )


async def remaining(turn: Turn, plan: Plan) -> tuple[list[Doubt], int]:
    """Return the open doubts of a draft, and how many."""
    found, _ = await answering.standing(turn.unit, plan)
    return found, len(found)


async def unconfirmed(turn: Turn, plan: Plan) -> tuple[int, list[str]]:
    """Return how many doubts of the reading are open, and the numbers of the items they are about."""
    found, _ = await remaining(turn, plan)
    mine = [doubt for doubt in found if doubt.kind == DoubtKind.READING]
    entries = [entry["item"] for doubt in mine for entry in reading_doubts.still(turn.unit, doubt)]
    items = {turn.directory.get(PlanItem, number).position for number in entries if number is not None}
    return len(mine), [str(position) for position in sorted(items)]


async def next_card(turn: Turn, plan: Plan, *before: Text, again: bool = False) -> Card:
    """Return the next question of a draft, or that none is left; ``before`` tells what was answered.

    What was left for later is asked when nothing else is open, and only when somebody goes on (``again``).
    """
    turn.actor.require(Permission.COORDINATE)
    if plan.status != PlanStatus.DRAFT:
        raise Refusal("plan.not_draft", plan=short_title(plan.title))
    found, ever = await answering.standing(turn.unit, plan)
    if not found:
        return all_answered(plan, *before)
    if reading_doubts.is_put_off(found[0]):
        if not again:
            left = text("doubting.left_for_later", count=len(found), plan=short_title(plan.title))
            rows = plan_rows(plan, doubtful=True)
            return Card(lines=(*before, left), rows=rows, subject={"kind": "doubt", "plan": plan.id})
        reading_doubts.take_up(turn.unit, found)
        found, ever = await answering.standing(turn.unit, plan)
    return await question(turn, found[0], ever - len(found) + 1, ever, *before)


def all_answered(plan: Plan, *before: Text) -> Card:
    """Say that a draft holds no doubt any more."""
    values = {"plan": plan.id}
    row = (
        Button(text("planning.button.preview"), "plan.preview", values, "primary"),
        Button(text("doubting.button.items"), "items.page", values),
    )
    lines = (*before, text("doubting.all_answered", plan=short_title(plan.title)))
    return Card(lines=lines, rows=(row,), subject={"kind": "doubt", "plan": plan.id})


async def question(turn: Turn, doubt: Doubt, number: int, count: int, *before: Text) -> Card:
    """Return one doubt as a question, with the items it is about and the likely answers as buttons."""
    items = await answering.concerned(turn.unit, doubt)
    subject = {"kind": "doubt", "plan": doubt.plan_id, "doubt": doubt.id, "number": number, "count": count}
    if doubt.kind == DoubtKind.CHOOSE:
        dialogue = dialogues.begin(turn.unit, CHOOSING, {"doubt": doubt.id, "chosen": []})
        return await choice(turn, doubt, dialogue, {**subject, "dialogue": dialogue.id}, before)
    later = Button(text("doubting.button.later"), "doubt.later", {"doubt": doubt.id})
    if doubt.kind == DoubtKind.READING:
        lines, buttons = await unsure.ask(turn, doubt, items)
        rows = wording.in_rows([*buttons, later], 2)
    else:
        lines, rows = ASK[DoubtKind(doubt.kind)](turn, doubt, items)
        rows = (*rows, (later,))
    return Card(title=_title(subject), lines=(*before, *lines), rows=rows, subject=subject)


def _title(subject: Mapping[str, Any]) -> Text:
    return text("doubting.title", number=subject["number"], count=subject["count"])


def _item_line(item: PlanItem) -> Text:
    if not item.clause:
        return text("doubting.item", number=item.position, title=item.title)
    clause = wording.short(item.clause, CLAUSE_LENGTH)
    return text("doubting.item_clause", number=item.position, title=item.title, clause=clause)


def item_lines(items: list[PlanItem], shown: int = SHOWN_ITEMS) -> list[Text]:
    """Return items with their clauses, so that nobody needs the paper."""
    lines = [
        text(
            "doubting.item_clause",
            number=item.position,
            title=item.title,
            clause=wording.short(item.clause, CLAUSE_LENGTH),
        )
        if item.clause
        else text("doubting.item", number=item.position, title=item.title)
        for item in items[:shown]
    ]
    if len(items) > shown:
        lines.append(text("doubting.more_items", count=len(items) - shown))
    return lines


# ---------------------------------------------------------------- an unknown name


def _ask_name(turn: Turn, doubt: Doubt, items: list[PlanItem]) -> tuple[list[Text], Rows]:
    near = near_departments(turn, doubt.name)
    ask = text("doubting.name_near" if near else "doubting.name", name=doubt.name)
    return [ask, *item_lines(items), text("doubting.name_reply")], name_rows(turn, doubt, doubt.name)


def name_rows(turn: Turn, doubt: Doubt, typed: str) -> Rows:
    """Return the near names, and what else an unknown name can be."""
    values = {"doubt": doubt.id}
    near = [
        Button(text("choosing.department", name=d.name), "doubt.is", {**values, "department": d.id})
        for d in near_departments(turn, typed)
    ]
    other = (
        Button(text("doubting.button.new"), "doubt.new", values),
        Button(text("doubting.button.external"), "doubt.add", {**values, "kind": "external"}),
        Button(text("doubting.button.nobody"), "doubt.nobody", values),
    )
    return (*wording.in_rows(near, 1), other)


async def name_again(turn: Turn, doubt: Doubt, typed: str, subject: Mapping[str, Any], *before: Text) -> Card:
    """Return the question about a name once more, with what is near to another word for it."""
    items = await answering.concerned(turn.unit, doubt)
    lines = (*before, text("doubting.name", name=doubt.name), *item_lines(items), text("doubting.name_reply"))
    return Card(title=_title(subject), lines=lines, rows=name_rows(turn, doubt, typed), subject=subject)


# ---------------------------------------------------------------- an item without a clause


def _ask_clause(turn: Turn, doubt: Doubt, items: list[PlanItem]) -> tuple[list[Text], Rows]:
    del turn
    values = {"doubt": doubt.id}
    words = [text("doubting.words", words=wording.short(item.text, TEXT_LENGTH)) for item in items]
    row = (
        Button(text("doubting.button.everybody"), "doubt.everybody", values),
        Button(text("doubting.button.leave_out"), "doubt.leave_out", values),
    )
    return [text("doubting.clause"), *item_lines(items), *words, text("doubting.clause_reply")], (row,)


# ---------------------------------------------------------------- items without a time limit


def _ask_limits(turn: Turn, doubt: Doubt, items: list[PlanItem]) -> tuple[list[Text], Rows]:
    year = turn.directory.get(Plan, doubt.plan_id).year
    button = Button(text("doubting.button.year_close"), "doubt.year_close", {"doubt": doubt.id}, "primary")
    lines = [text("doubting.limits", count=len(items), year=str(year))]
    lines += [text("doubting.item", number=item.position, title=item.title) for item in items[:SHOWN_LIMITS]]
    if len(items) > SHOWN_LIMITS:
        lines.append(
            text("doubting.more_numbers", numbers=[str(item.position) for item in items[SHOWN_LIMITS:]])
        )
    return [*lines, text("doubting.limits_reply")], ((button,),)


ASK: dict[DoubtKind, Ask] = {
    DoubtKind.NAME: _ask_name,
    DoubtKind.CLAUSE: _ask_clause,
    DoubtKind.DEADLINES: _ask_limits,
}
"""Kind of doubt → its question; a choice is kept in a dialogue and asked by :func:`choice`.

What the reading is not sure of is asked by :mod:`handlers.plans.unsure`.
"""


# ---------------------------------------------------------------- a choice among departments


async def choice(
    turn: Turn,
    doubt: Doubt,
    dialogue: Dialogue,
    subject: Mapping[str, Any],
    before: Sequence[Text] = (),
    near: Sequence[int] = (),
) -> Card:
    """Return the question which departments 有关部门 means, with those chosen so far."""
    chosen: list[int] = dialogue.state["chosen"]
    names = [lookup.short_name(turn.directory, number) for number in chosen]
    lines = (
        *before,
        text("doubting.choose", name=doubt.name),
        *item_lines(await answering.concerned(turn.unit, doubt)),
        text("doubting.chosen", names=names, count=len(names)) if names else text("doubting.chosen_none"),
        text("doubting.choose_reply"),
    )
    rows = (*_toggles(turn, doubt, chosen, near), _choice_row(turn, doubt, len(chosen)))
    return Card(title=_title(subject), lines=lines, rows=rows, subject=subject)


def _toggles(turn: Turn, doubt: Doubt, chosen: Sequence[int], near: Sequence[int]) -> Rows:
    buttons = [
        Button(
            text(f"doubting.button.{word}", name=lookup.short_name(turn.directory, number)),
            "doubt.toggle",
            {"doubt": doubt.id, "department": number},
        )
        for word, numbers in (("put_in", near), ("take_out", chosen[-SHOWN_CHOSEN:]))
        for number in numbers
    ]
    return wording.in_rows(buttons)


def _choice_row(turn: Turn, doubt: Doubt, count: int) -> tuple[Button, ...]:
    values = {"doubt": doubt.id}
    everybody = len(choosable(turn, doubt))
    row = [Button(text("doubting.button.all", count=everybody), "doubt.all", values)] if everybody else []
    if count:
        row.append(Button(text("doubting.button.clear"), "doubt.clear", values))
        row.append(Button(text("doubting.button.confirm", count=count), "doubt.chosen", values, "primary"))
    else:
        row.append(Button(text("doubting.button.later"), "doubt.later", values))
    return tuple(row)


def choosable(turn: Turn, doubt: Doubt) -> list[int]:
    """Return the departments that a collective name may mean."""
    kinds, _ = lookup.collective_called(turn.directory, doubt.name) or ((), True)
    return [department.id for department in lookup.expand(turn.directory, kinds, turn.today)]
