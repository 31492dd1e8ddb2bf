"""Changing a plan in force: due days, departments, and what is put off, called off or opened again.

``/due 3 发改局 7月15日 原因`` and its like. A name that is not in the register is asked for; what changes
more than one department's duty is confirmed first. Where an order stands is a dialogue of the ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from handlers import choosing, telling, wording
from handlers.arguments import argument, plan_and_words
from handlers.choosing import pick_department
from handlers.coordinators import changes
from handlers.coordinators.changes import Change, Name
from handlers.replies.orders import Order, read_assigned, read_dated, read_moved, read_reasoned
from handlers.turns import Answers, Turn
from storage.ledger import dialogues, lookup, plans, reasons
from storage.records import Dialogue, PlanItem
from storage.terms.cards import Button, Card, Edit, Outgoing, Toast
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.statuses import ItemRole
from storage.terms.texts import text

KIND = "change"

REASONED = frozenset({"suspend", "resume", "cancel"})
"""Verbs whose first word may be a department or the beginning of the reason."""


async def _ordered(turn: Turn, verb: str, read: Callable[[str, date], Order | None]) -> Answers:
    turn.actor.require(Permission.COORDINATE)
    plan, words = plan_and_words(turn, argument(turn))
    order = read(words, turn.today)
    if order is None:
        raise Refusal(f"change.form.{verb}")
    item = plans.item_at(turn.unit, plan, order.item)
    change = Change(
        verb=verb,
        item=item.id,
        names=order.names,
        due=order.due,
        role=order.role or ItemRole.RESPONSIBLE,
        reason=order.reason,
    )
    if verb in REASONED:
        change = _name_or_reason(turn, change)
    if verb in (*REASONED, "reopen") and not change.reason:
        raise Refusal(f"change.form.{verb}")
    return await _go_on(turn, change, None)


def _name_or_reason(turn: Turn, change: Change) -> Change:
    """Take the first word for the reason's beginning where no department is called so or nearly so."""
    typed = [str(name) for name in change.names]
    known = any(_is_name(turn, name) for name in typed)
    near = change.reason and any(choosing.near_departments(turn, name, 1) for name in typed)
    return change if known or near else _all_reason(change)


def _is_name(turn: Turn, name: str) -> bool:
    directory = turn.directory
    return bool(lookup.department_called(directory, name) or lookup.collective_called(directory, name))


def _all_reason(change: Change) -> Change:
    typed = " ".join(str(name) for name in change.names)
    return replace(change, names=(), reason=f"{typed} {change.reason}".strip())


due = partial(_ordered, verb="due", read=read_dated)
reopen = partial(_ordered, verb="reopen", read=read_dated)
suspend = partial(_ordered, verb="suspend", read=lambda words, _: read_reasoned(words))
resume = partial(_ordered, verb="resume", read=lambda words, _: read_reasoned(words))
cancel = partial(_ordered, verb="cancel", read=lambda words, _: read_reasoned(words))
assign = partial(_ordered, verb="assign", read=lambda words, _: read_assigned(words))
move = partial(_ordered, verb="move", read=lambda words, _: read_moved(words))


# ---------------------------------------------------------------- names


async def _go_on(turn: Turn, change: Change, dialogue: Dialogue | None) -> Answers:
    """Ask for the first name that nobody bears; when all are known, confirm or carry out."""
    reasons.bounded(change.reason)
    change = await _expanded(turn, change)
    for name in change.names:
        if isinstance(name, int):
            continue
        known = lookup.department_called(turn.directory, name)
        if known is None:
            return _ask_name(turn, change, name, dialogue)
        change = change.named(name, known.id)
    change = replace(change, targets=tuple(await changes.targets(turn, change)))
    if len(change.targets) > 1:
        return await _ask_confirmation(turn, change, dialogue)
    return await _carry_out(turn, change, dialogue)


async def _expanded(turn: Turn, change: Change) -> Change:
    """Put departments in place of collective names; of these only those that have the item, or will."""
    names: list[Name] = []
    for name in change.names:
        collective = lookup.collective_called(turn.directory, name) if isinstance(name, str) else None
        if collective is None or collective[1] or change.verb == "move":
            names.append(name)
            continue
        meant = [d.id for d in lookup.expand(turn.directory, collective[0], turn.today)]
        having = await changes.departments_having(turn, change)
        names += [number for number in meant if change.verb == "assign" or number in having]
    if change.names and not names:
        raise changes.nothing(turn, change)
    return replace(change, names=tuple(dict.fromkeys(names)))


def _ask_name(turn: Turn, change: Change, name: str, dialogue: Dialogue | None) -> Answers:
    dialogue = _keep(turn, change, dialogue)
    values = {"dialogue": dialogue.id}
    picked = pick_department(turn, name, "change.pick", values, {"kind": "change.name", **values})
    assert isinstance(picked, Card)  # noqa: S101 - nobody bears the name
    rows = picked.rows
    if change.verb in REASONED:
        rows = (*rows, (Button(text("change.button.reason"), "change.all_reason", values),))
    return _answer(turn, replace(picked, rows=rows))


async def pick(turn: Turn) -> Answers:
    """Go on with a department that was offered."""
    dialogue, change = await _resume(turn, turn.values["dialogue"])
    return await _go_on(turn, change.named(_open_name(change), turn.values["department"]), dialogue)


async def name_again(turn: Turn) -> Answers:
    """Go on with the name that a reply gives."""
    dialogue, change = await _resume(turn, turn.subject["dialogue"])
    typed, name = argument(turn), _open_name(change)
    names = tuple(typed if each == name else each for each in change.names)
    return await _go_on(turn, replace(change, names=names), dialogue)


async def all_reason(turn: Turn) -> Answers:
    """Go on with what was typed as the reason, for every department of the item."""
    dialogue, change = await _resume(turn, turn.values["dialogue"])
    return await _go_on(turn, _all_reason(change), dialogue)


def _open_name(change: Change) -> Name:
    for name in change.names:
        if isinstance(name, str):
            return name
    raise Refusal("dialogue.over")


# ---------------------------------------------------------------- confirmed


async def _ask_confirmation(turn: Turn, change: Change, dialogue: Dialogue | None) -> Answers:
    dialogue = _keep(turn, change, dialogue)
    names = await changes.names_of(turn, change)
    item = turn.directory.get(PlanItem, change.item)
    count, values = len(names), {"dialogue": dialogue.id}
    asked = text(
        f"change.ask.{change.verb}",
        item=text("wording.item", number=item.position, title=wording.short(item.title)),
        count=count,
        due=change.due or turn.today,
        role=text(f"itemrole.{change.role}"),
        because=changes.because(change.reason),
    )
    label = text("change.button.confirm", verb=text(f"change.verb.{change.verb}"), count=count)
    card = Card(
        lines=(asked, text("change.who", names=names)),
        rows=(
            (
                Button(label, "change.confirm", values, "primary"),
                Button(text("change.button.forget"), "change.forget", values),
            ),
        ),
    )
    return _answer(turn, card)


async def confirm(turn: Turn) -> Answers:
    """Carry out what was confirmed."""
    dialogue, change = await _resume(turn, turn.values["dialogue"])
    return await _carry_out(turn, change, dialogue)


async def forget(turn: Turn) -> Answers:
    """Leave everything as it is."""
    dialogue, _ = await _resume(turn, turn.values["dialogue"])
    dialogues.end(turn.unit, dialogue)
    return _answer(turn, Card(lines=(text("change.forgotten"),)))


async def _carry_out(turn: Turn, change: Change, dialogue: Dialogue | None) -> Answers:
    done, told = await changes.perform(turn, change)
    if dialogue is not None:
        dialogues.end(turn.unit, dialogue)
    concerned = [v.department for v in await wording.views_of(turn, change.targets)]
    if change.verb == "assign":
        concerned = list(change.targets)
    lines = (done, *telling.not_told(turn, [*concerned, *change.departments]))
    outgoing: list[Outgoing] = [_answer(turn, Card(lines=lines)), *told]
    return [*outgoing, Toast(done)] if turn.button is not None else outgoing


# ---------------------------------------------------------------- where an order stands


def _keep(turn: Turn, change: Change, dialogue: Dialogue | None) -> Dialogue:
    if dialogue is None:
        return dialogues.begin(turn.unit, KIND, change.to_json())
    dialogues.put(turn.unit, dialogue, **change.to_json())
    return dialogue


async def _resume(turn: Turn, number: int) -> tuple[Dialogue, Change]:
    turn.actor.require(Permission.COORDINATE)
    dialogue = await dialogues.resume(turn.unit, number, KIND)
    return dialogue, Change.from_json(dialogue.state)


def _answer(turn: Turn, card: Card) -> Outgoing:
    """Show a card in the pressed one's place; answer a command or a reply with a new one."""
    return Edit(turn.said.id, card) if turn.button is not None and turn.said is not None else card
