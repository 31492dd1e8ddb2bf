"""A department and what it owes: handed out (交办), confirmed (签收), listed (待办), read in full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handlers import telling
from handlers.arguments import argument
from handlers.departments import item_cards, owed, todo_cards
from handlers.departments.owed import Owed
from handlers.replies import read_numbers
from handlers.standing import instead, newest_subject
from handlers.turns import Answers, Turn
from reminders import bundle_cards
from storage.ledger import assignments, reports, requests, views
from storage.records import Assignment
from storage.terms.cards import Card, Outgoing, Toast
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.statuses import AssignmentStatus, ItemRole
from storage.terms.texts import Text, text

HISTORY_SHOWN = 3


async def handing_out_cards(turn: Turn, departments: Iterable[int]) -> list[Outgoing]:
    """Tell departments what was handed out to them just now, a card for each in each of its groups.

    A department that was given nothing new, but something anew, is shown all that it has open.
    """
    outgoing: list[Outgoing] = []
    for department, known in (await owed.owed_by(turn, dict.fromkeys(departments))).items():
        new = {n: view for n, view in known.items() if view.handed_out_at == turn.now and view.open}
        shown = new or {n: view for n, view in known.items() if view.open}
        if shown:
            card = todo_cards.handed_card(turn, department, shown, {})
            outgoing += telling.tell_department(turn, department, card)
    return outgoing


# ---------------------------------------------------------------- confirming


async def acknowledge_all(turn: Turn) -> Answers:
    """Confirm everything on the card that waits for it."""
    department, known = await owed.on_card(turn)
    return await _acknowledged(turn, department, known, list(known))


async def acknowledge_each(turn: Turn) -> Answers:
    """Show a button for each item that waits to be confirmed."""
    department, known = await owed.on_card(turn)
    turn.actor.require(Permission.ANSWER, department)
    if not owed.still(known, AssignmentStatus.AWAITING):
        return [*_shown_anew(turn, department, known), Toast(text("todo.toast.signed_before"))]
    return instead(turn, todo_cards.each_card(turn, department, known, turn.subject, turn.values["page"]))


async def acknowledge_one(turn: Turn) -> Answers:
    """Confirm one item, and go on with the others."""
    department, known = await owed.on_card(turn)
    number, page = turn.values["number"], turn.values["page"]
    answers = await _acknowledged(turn, department, known, [number])
    signed = {**turn.subject.get("signed", {}), str(number): turn.actor.name}
    known = await owed.frozen(turn, turn.subject["numbers"])
    if owed.still(known, AssignmentStatus.AWAITING):
        card = todo_cards.each_card(turn, department, known, {**turn.subject, "signed": signed}, page)
        return [*instead(turn, card), *(each for each in answers if isinstance(each, Toast))]
    return answers


async def acknowledge_shown(turn: Turn) -> Answers:
    """Confirm the item that is shown in full."""
    department, known = await owed.on_card(turn)
    number = turn.values["number"]
    answers = await _acknowledged(turn, department, known, [number])
    return await _shown_signed(turn, department, number, answers)


async def _shown_signed(turn: Turn, department: int, number: int, answers: list[Outgoing]) -> list[Outgoing]:
    """Show an item in full anew, after it was confirmed."""
    known = await owed.frozen(turn, turn.subject["numbers"])
    card = await _item(turn, department, known, number)
    return [*instead(turn, card), *(each for each in answers if isinstance(each, Toast))]


async def _acknowledged(turn: Turn, department: int, known: Owed, numbers: Sequence[int]) -> list[Outgoing]:
    turn.actor.require(Permission.ANSWER, department)
    waiting = owed.still({n: owed.pick(known, n) for n in numbers}, AssignmentStatus.AWAITING)
    fresh = assignments.acknowledge(
        turn.unit, await assignments.by_numbers(turn.unit, [view.id for view in waiting.values()])
    )
    toast = text("todo.toast.signed", count=len(fresh)) if fresh else text("todo.toast.signed_before")
    known = await owed.frozen(turn, turn.subject["numbers"])
    return [*_shown_anew(turn, department, known, signed=list(waiting) if fresh else ()), Toast(toast)]


async def back(turn: Turn) -> Answers:
    """Show the department's card again."""
    department, known = await owed.on_card(turn)
    return _shown_anew(turn, department, known)


async def page(turn: Turn) -> Answers:
    """Show another page of the card."""
    department, known = await owed.on_card(turn)
    return _shown_anew(turn, department, known, page=turn.values["page"])


def _shown_anew(
    turn: Turn, department: int, known: Owed, signed: Sequence[int] = (), page: int | None = None
) -> list[Outgoing]:
    """Show the card that was pressed or replied to as it stands now; what only tells something stays."""
    subject = turn.subject
    if "view" not in subject:
        return []
    if subject["view"] == bundle_cards.VIEW:
        shown = None if turn.said is None else bundle_cards.signed(Card.from_json(turn.said.card))
        return [] if shown is None else instead(turn, shown)
    page = subject.get("page", 0) if page is None else page
    if subject["view"] == "open":
        return instead(turn, todo_cards.open_card(turn, department, known, page))
    names = {**subject.get("signed", {}), **{str(n): turn.actor.name for n in signed}}
    return instead(turn, todo_cards.handed_card(turn, department, known, names, page))


async def acknowledged_by_words(turn: Turn) -> Answers:
    """Take 收到 for a confirmation of all that the card lists; where nothing waits, for a courtesy."""
    turn.subject = await newest_subject(turn)
    department, known = await owed.on_card(turn)
    number = turn.subject.get("number")
    meant = list(known) if number is None else [number]
    if not owed.still({n: known[n] for n in meant}, AssignmentStatus.AWAITING):
        return None
    answers = await _acknowledged(turn, department, known, meant)
    if number is not None:
        answers = await _shown_signed(turn, department, number, answers)
    return [Card(lines=(each.text,)) if isinstance(each, Toast) else each for each in answers]


async def refreshed(turn: Turn) -> list[Outgoing]:
    """Show the card that was replied to anew, after the reply confirmed what it speaks of."""
    turn.subject = await newest_subject(turn)
    if turn.subject.get("view") != "handed":
        return []
    department, known = await owed.on_card(turn)
    return _shown_anew(turn, department, known)


# ---------------------------------------------------------------- listing


async def todo(turn: Turn) -> Answers:
    """List what the chat's departments owe, or show one item in full."""
    words = argument(turn)
    if words:
        numbers = read_numbers(words)
        if numbers is None or len(numbers) != 1:
            raise Refusal("todo.form")
        department, known = await owed.meant(turn)
        owed.pick(known, numbers[0])
        return await _item(turn, department, known, numbers[0])
    here = owed.departments_here(turn)
    found = await owed.owed_by(turn, here)
    return [todo_cards.open_card(turn, department, known) for department, known in found.items()]


async def open_of(turn: Turn) -> Answers:
    """List what one of the chat's departments owes, whose part of a bundle it is."""
    department = int(turn.values["department"])
    if not turn.actor.may(Permission.SEE, department):
        turn.actor.require(Permission.ANSWER, department)
    found = await owed.owed_by(turn, [department])
    return todo_cards.open_card(turn, department, found[department])


async def read(turn: Turn) -> Answers:
    """Show the first item of the card in full; the others are a press away."""
    department, known = await owed.on_card(turn)
    return await _item(turn, department, known, next(iter(known)))


async def show(turn: Turn) -> Answers:
    """Show another item in full in the same place."""
    department, known = await owed.on_card(turn)
    return instead(turn, await _item(turn, department, known, turn.values["number"]))


async def _item(turn: Turn, department: int, known: Owed, number: int) -> Card:
    if not turn.actor.may(Permission.SEE, department):
        turn.actor.require(Permission.ANSWER, department)
    view = owed.pick(known, number)
    assignment = await turn.unit.get(Assignment, view.id)
    history = await reports.of_assignment(turn.unit, assignment.id, HISTORY_SHOWN)
    others = await views.beside_lead(turn.unit, assignment) if view.role is ItemRole.LEAD else []
    asked = await _asked(turn, assignment)
    return item_cards.item_card(turn, department, known, number, history, others, asked)


async def _asked(turn: Turn, assignment: Assignment) -> list[Text]:
    """Return what the department has asked about an item and still waits to hear."""
    extension = await requests.waiting_extension(turn.unit, assignment)
    transfer = await requests.waiting_transfer(turn.unit, assignment)
    lines = [text("todo.item.extension", until=extension.until)] if extension else []
    return lines + ([text("todo.item.transfer", reason=transfer.reason)] if transfer else [])
