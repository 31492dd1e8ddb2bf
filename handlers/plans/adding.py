"""An item added by hand (交办事项): in one line, or asked for step by step; confirmed before it goes out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers import wording
from handlers.arguments import argument
from handlers.choosing import near_departments
from handlers.departments import todo
from handlers.events import Reply
from handlers.notices.titles import short_title
from handlers.plans import correcting, planning
from handlers.plans.typed import clause_typed, filter_words, limits_typed
from handlers.turns import Answers, Turn
from storage.ledger import dialogues, lookup, plans
from storage.records import Department, Dialogue, Plan
from storage.terms.cards import Button, Card, Edit, Outgoing
from storage.terms.errors import Refusal
from storage.terms.notice import Deadline, Responsibility
from storage.terms.roles import Permission
from storage.terms.statuses import ItemRole, PlanStatus
from storage.terms.texts import Text, text

KIND = "add"
STEPS = ("title", "clause", "limit")
SHOWN_NAMES = 12

_PARTS = re.compile(r"\s*[;；\n]\s*")
Rows = Sequence[tuple[Button, ...]]


async def begin(turn: Turn) -> Answers:
    """``/add``: begin, with as much as was said; ask for the rest."""
    turn.actor.require(Permission.COORDINATE)
    plan, rest = planning.plan_meant(turn, argument(turn))
    if plan.status == PlanStatus.CLOSED:
        raise Refusal("plan.closed", plan=short_title(plan.title))
    state: dict[str, object] = {"plan": plan.id}
    parts = [part for part in _PARTS.split(rest) if part]
    if len(parts) > len(STEPS):
        raise Refusal("add.form")
    for step, part in zip(STEPS, parts, strict=False):
        _check(turn, plan, step, part)
        state[step] = part
    return _next(turn, dialogues.begin(turn.unit, KIND, state))


def _check(turn: Turn, plan: Plan, step: str, typed: str) -> None:
    """Refuse at once what cannot be read as the step's answer."""
    if step == "clause":
        clause_typed(turn, typed)
    if step == "limit":
        limits_typed(typed, plan, turn.today)


# ---------------------------------------------------------------- the steps


def _next(turn: Turn, dialogue: Dialogue, *before: Text) -> Card:
    """Return the card that asks for what is missing, or the item to be confirmed."""
    for step in STEPS:
        if step not in dialogue.state:
            return _ask(turn, dialogue, step, *before)
        if step == "clause" and (unknown := _unknown(turn, dialogue)):
            return _ask_name(turn, dialogue, unknown, *before)
    return _confirm(turn, dialogue, *before)


def _ask(turn: Turn, dialogue: Dialogue, step: str, *before: Text) -> Card:
    plan = turn.directory.get(Plan, int(dialogue.state["plan"]))
    rows: Rows = ()
    if step == "limit":
        phrases = ("year_close", "open")
        rows = (
            tuple(
                Button(text(f"adding.button.{each}"), "add.limit", {"dialogue": dialogue.id, "limit": each})
                for each in phrases
            ),
        )
    return _card(
        dialogue,
        step,
        (*before, text(f"adding.ask.{step}"), text("adding.plan", plan=short_title(plan.title))),
        rows,
    )


def _card(dialogue: Dialogue, step: str, lines: Sequence[Text], rows: Rows) -> Card:
    cancel = Button(text("adding.button.cancel"), "add.cancel", {"dialogue": dialogue.id})
    return Card(
        title=text("adding.title"),
        lines=tuple(lines),
        rows=(*rows, (cancel,)),
        subject={"kind": KIND, "dialogue": dialogue.id, "step": step},
    )


def _unknown(turn: Turn, dialogue: Dialogue) -> str:
    """Return the first name of the clause that cannot be told."""
    for name in _responsibility(turn, dialogue).names:
        collective = lookup.collective_called(turn.directory, name)
        known = lookup.department_called(turn.directory, name)
        if known is None and (collective is None or collective[1]):
            return name
    return ""


def _ask_name(turn: Turn, dialogue: Dialogue, unknown: str, *before: Text) -> Card:
    if lookup.collective_called(turn.directory, unknown):
        return _card(dialogue, "clause", (*before, text("adding.which_ones", name=unknown)), ())
    near = near_departments(turn, unknown)
    values = {"dialogue": dialogue.id, "name": unknown}
    rows = [
        (Button(text("choosing.department", name=d.name), "add.name", {**values, "department": d.id}),)
        for d in near
    ]
    words = text("adding.near" if near else "adding.unknown", name=unknown)
    return _card(dialogue, "clause", (*before, words, text("adding.clause_again")), rows)


def _responsibility(turn: Turn, dialogue: Dialogue) -> Responsibility:
    return clause_typed(turn, str(dialogue.state["clause"]))


def _limits(turn: Turn, dialogue: Dialogue, plan: Plan) -> list[Deadline]:
    match str(dialogue.state["limit"]):
        case "year_close":
            return []
        case "open":
            return [Deadline(next(iter(filter_words("open_limit"))), "open")]
        case typed:
            return limits_typed(typed, plan, turn.today)


def _confirm(turn: Turn, dialogue: Dialogue, *before: Text) -> Card:
    plan = turn.directory.get(Plan, int(dialogue.state["plan"]))
    responsibility = _responsibility(turn, dialogue)
    departments = _departments(turn, responsibility)
    limits = _limits(turn, dialogue, plan)
    lines = [*before, text("adding.what", title=str(dialogue.state["title"]))]
    for role, names in (
        (ItemRole.LEAD, responsibility.lead),
        (ItemRole.RESPONSIBLE, responsibility.responsible),
        (ItemRole.SUPPORT, responsibility.support),
    ):
        if names:
            lines.append(text("items.role", role=text(f"itemrole.{role}"), names=list(names)))
    lines.append(text("adding.departments", count=len(departments)))
    lines += [correcting.limit_line(each) for each in limits] or [
        text("adding.year_close", year=str(plan.year))
    ]
    lines.append(text("adding.plan", plan=short_title(plan.title)))
    go = Button(text("adding.button.go"), "add.go", {"dialogue": dialogue.id}, "primary")
    return _card(dialogue, "clause", lines, ((go,),))


def _departments(turn: Turn, responsibility: Responsibility) -> list[int]:
    found: list[int] = []
    for name in responsibility.names:
        department = lookup.department_called(turn.directory, name)
        kinds, _ = lookup.collective_called(turn.directory, name) or ((), False)
        found += [department.id] if department else []
        found += [] if department else [d.id for d in lookup.expand(turn.directory, kinds, turn.today)]
    return list(dict.fromkeys(found))


# ---------------------------------------------------------------- what people answer


async def _open(turn: Turn) -> Dialogue:
    turn.actor.require(Permission.COORDINATE)
    number = int(turn.values.get("dialogue", turn.subject.get("dialogue")) or 0)
    return await dialogues.resume(turn.unit, number, KIND)


def _shown(turn: Turn, card: Card, *said: Text) -> list[Outgoing]:
    assert turn.said is not None  # noqa: S101 - presses and replies speak of a card
    if isinstance(turn.event, Reply):
        return [Edit(turn.said.id, Card(title=text("adding.title"), lines=said)), card]
    return [Edit(turn.said.id, card)]


async def reply(turn: Turn) -> Answers:
    """Take the answer to a step; an answer to an earlier one corrects it."""
    dialogue = await _open(turn)
    assert isinstance(turn.event, Reply)  # noqa: S101 - the table says so
    step, typed = str(turn.subject["step"]), turn.event.text.strip()
    if not typed:
        raise Refusal("add.form")
    _check(turn, turn.directory.get(Plan, int(dialogue.state["plan"])), step, typed)
    dialogues.put(turn.unit, dialogue, **{step: typed})
    return _shown(turn, _next(turn, dialogue), text(f"adding.said.{step}", words=wording.short(typed, 60)))


async def name(turn: Turn) -> Answers:
    """An unknown name of the clause means a department of the register."""
    dialogue = await _open(turn)
    department = turn.directory.get(Department, int(turn.values["department"]))
    clause = str(dialogue.state["clause"]).replace(str(turn.values["name"]), department.name)
    dialogues.put(turn.unit, dialogue, clause=clause)
    return _shown(turn, _next(turn, dialogue))


async def limit(turn: Turn) -> Answers:
    """Take a time limit by its button."""
    dialogue = await _open(turn)
    dialogues.put(turn.unit, dialogue, limit=str(turn.values["limit"]))
    return _shown(turn, _next(turn, dialogue))


async def cancel(turn: Turn) -> Answers:
    """Add nothing after all."""
    dialogues.end(turn.unit, await _open(turn))
    return _shown(turn, Card(lines=(text("adding.cancelled"),)))


async def go(turn: Turn) -> Answers:
    """Add the item; in a plan in force it is handed out, and its departments hear of it."""
    dialogue = await _open(turn)
    plan = turn.directory.get(Plan, int(dialogue.state["plan"]))
    limits = _limits(turn, dialogue, plan)
    item, given = await plans.add_item(
        turn.unit,
        plan,
        str(dialogue.state["title"]),
        _responsibility(turn, dialogue),
        limits,
        turn.days.add_workdays,
    )
    dialogues.end(turn.unit, dialogue)
    departments = [assignment.department_id for assignment in given]
    cards = await todo.handing_out_cards(turn, departments)
    if plan.status == PlanStatus.DRAFT:
        said = text("adding.drafted", number=item.position, title=wording.short(item.title))
    else:
        said = text(
            "adding.done", number=item.position, title=wording.short(item.title), departments=len(departments)
        )
    lines = (said, *planning.without_group(turn, departments))
    return [*_shown(turn, Card(lines=lines)), *cards]
