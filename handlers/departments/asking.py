"""What a department asks the coordinators for: done (办结), a later day (延期), to move (转办)."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import wording
from handlers.arguments import argument
from handlers.coordinators import deciding, reviewing
from handlers.departments import owed, todo_cards
from handlers.departments.owed import Owed
from handlers.replies import read_numbers, split_reason_and_due
from handlers.replies.leading import split_number
from handlers.standing import instead, newest_subject
from handlers.turns import Answers, Turn
from storage.ledger import assignments, requests
from storage.ledger.views import View
from storage.records import Assignment
from storage.terms.cards import Button, Card, Outgoing, Toast
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.statuses import AssignmentStatus
from storage.terms.texts import text

A_PAGE = 8
"""Items offered as buttons at once."""

TITLE_SHOWN = 20

# ---------------------------------------------------------------- which item


def _can(what: str, view: View) -> bool:
    """Tell whether asking makes sense for an item; what can't be asked is not offered."""
    if what == "submit":
        return view.open and view.status is not AssignmentStatus.REVIEW
    if what == "extend":
        return view.open and view.due is not None
    return view.open


async def which(turn: Turn) -> Answers:
    """Ask which item of the card is meant; where there is only one, go on with it."""
    department, known = await owed.on_card(turn)
    turn.actor.require(Permission.ANSWER, department)
    what = turn.values["what"]
    offered = {n: view for n, view in known.items() if _can(what, view)}
    if not offered:
        return Toast(text("asking.toast.none"))
    if len(offered) == 1:
        return await _begin(turn, what, department, known, next(iter(offered)))
    return _which_card(what, department, offered, 0)


async def turn_page(turn: Turn) -> Answers:
    """Offer other items."""
    department, known = await owed.on_card(turn)
    what = turn.subject["what"]
    offered = {n: view for n, view in known.items() if _can(what, view)}
    return instead(turn, _which_card(what, department, offered, turn.values["page"]))


def _which_card(what: str, department: int, offered: Owed, page: int) -> Card:
    pages = max(1, -(-len(offered) // A_PAGE))
    shown = list(offered.items())[page * A_PAGE : (page + 1) * A_PAGE]
    buttons = [
        Button(text("asking.button.number", number=number), "asking.picked", {"number": number})
        for number, _ in shown
    ]
    lines = [
        text("todo.line", number=number, title=wording.short(view.title, TITLE_SHOWN))
        for number, view in shown
    ]
    return Card(
        title=text(f"asking.{what}.which"),
        lines=tuple(lines),
        rows=todo_cards.rows_of(*wording.in_rows(buttons, 4), todo_cards.turning("asking.page", page, pages)),
        subject=owed.subject_of("asking", department, offered, what=what),
    )


async def picked(turn: Turn) -> Answers:
    """Go on with the item that was picked, in the place of the question."""
    department, known = await owed.on_card(turn)
    answers = await _begin(turn, turn.subject["what"], department, known, turn.values["number"])
    first, *rest = answers
    return [*instead(turn, first), *rest] if isinstance(first, Card) else answers


async def begin(turn: Turn) -> Answers:
    """Ask for the item that is shown in full."""
    department, known = await owed.on_card(turn)
    return await _begin(turn, turn.values["what"], department, known, turn.values["number"])


async def _begin(turn: Turn, what: str, department: int, known: Owed, number: int) -> list[Outgoing]:
    turn.actor.require(Permission.ANSWER, department)
    view = owed.pick(known, number)
    if what == "submit":
        return await _submit(turn, known, [number])
    if not _can(what, view):
        raise Refusal("asking.not_open", number=number, status=text(f"status.{view.status}"))
    return [
        Card(
            lines=(
                text(f"asking.{what}.ask", number=number, title=wording.short(view.title)),
                text(f"asking.{what}.form"),
            ),
            subject=owed.subject_of(f"asking.{what}", department, {number: view}, number=number),
        )
    ]


# ---------------------------------------------------------------- done


async def submit(turn: Turn) -> Answers:
    """``/submit 1 3``: say that items are done."""
    numbers = read_numbers(argument(turn))
    if not numbers:
        raise Refusal("asking.submit_form")
    department, known = await owed.meant(turn)
    turn.actor.require(Permission.ANSWER, department)
    for number in numbers:
        owed.pick(known, number)
    return await _submit(turn, known, list(numbers))


async def _submit(turn: Turn, known: Owed, numbers: Sequence[int]) -> list[Outgoing]:
    able = [n for n in numbers if _can("submit", known[n])]
    for assignment in await assignments.by_numbers(turn.unit, [known[n].id for n in able]):
        assignments.submit(turn.unit, assignment)
    lines = [text("asking.submit.done", numbers=owed.spans(able))] if able else []
    lines += [
        text("asking.not_again", number=n, status=text(f"status.{known[n].status}"))
        for n in numbers
        if n not in able
    ]
    views = await wording.views_of(turn, [known[n].id for n in able])
    return [Card(lines=tuple(lines)), *await reviewing.tell_review(turn, views)]


# ---------------------------------------------------------------- a later day, another department


async def extend(turn: Turn) -> Answers:
    """``/extend 3 ...``: ask for a later day, with a reason."""
    if _is_the_desks(turn):
        return await deciding.queue(turn)
    number, rest = _number_and_rest(argument(turn), "asking.extend_form")
    department, known = await owed.meant(turn)
    return await _extend(turn, department, number, owed.pick(known, number), rest)


async def _extend(turn: Turn, department: int, number: int, view: View, words: str) -> list[Outgoing]:
    turn.actor.require(Permission.ANSWER, department)
    reason, until = split_reason_and_due(words, turn.today)
    if until is None:
        raise Refusal("asking.extend_day", number=number)
    if not reason:
        raise Refusal("asking.extend_reason", number=number)
    assignment = await turn.unit.get(Assignment, view.id)
    extension = await requests.ask_extension(turn.unit, assignment, until, reason)
    line = text("asking.extend.done", number=number, until=extension.until, reason=extension.reason)
    return [Card(lines=(line,)), *await reviewing.tell_extension(turn, extension, view)]


async def decline(turn: Turn) -> Answers:
    """``/decline 3 ...``: say that an item is not the department's own, and why."""
    if _is_the_desks(turn):
        return await deciding.queue(turn)
    number, rest = _number_and_rest(argument(turn), "asking.decline_form")
    department, known = await owed.meant(turn)
    return await _decline(turn, department, number, owed.pick(known, number), rest)


async def _decline(turn: Turn, department: int, number: int, view: View, words: str) -> list[Outgoing]:
    turn.actor.require(Permission.ANSWER, department)
    if not words.strip():
        raise Refusal("asking.decline_reason", number=number)
    assignment = await turn.unit.get(Assignment, view.id)
    transfer = await requests.decline(turn.unit, assignment, words)
    line = text("asking.decline.done", number=number, reason=transfer.reason)
    return [Card(lines=(line,)), *await reviewing.tell_transfer(turn, transfer, view)]


async def replied(turn: Turn) -> Answers:
    """Take what a card of this conversation asked for: the item's number, or the reason and the day."""
    turn.subject = await newest_subject(turn)
    if not owed.is_numbered(turn):
        raise Refusal("asking.over")
    words = argument(turn)
    department, known = await owed.on_card(turn)
    if turn.subject["kind"] == "asking":
        numbers = read_numbers(words)
        if not numbers or len(numbers) != 1:
            raise Refusal("asking.one_number")
        return await _begin(turn, turn.subject["what"], department, known, numbers[0])
    number = turn.subject["number"]
    ask = _extend if turn.subject["kind"] == "asking.extend" else _decline
    return await ask(turn, department, number, owed.pick(known, number), words)


# ---------------------------------------------------------------- what is typed


def _is_the_desks(turn: Turn) -> bool:
    """Tell whether a coordinator's bare word asks for what departments have asked."""
    return not argument(turn) and turn.actor.may(Permission.COORDINATE)


def _number_and_rest(argument: str, form: str) -> tuple[int, str]:
    """Split ``3 ...`` into the number and what follows. Refuses anything else, naming the right form."""
    found = split_number(argument)
    if found is None:
        raise Refusal(form)
    return found
