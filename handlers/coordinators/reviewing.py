"""The review queue (审核): what departments say is done is struck off, or goes back with a reason."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import telling, wording
from handlers.arguments import argument
from handlers.coordinators.review_cards import (
    Listed,
    Mark,
    extension_card,
    list_card,
    mark,
    review_card,
    single_card,
    struck_off,
    transfer_card,
    who_and_what,
)
from handlers.replies import split_reason_and_due
from handlers.replies.decisions import Decision, read_decision
from handlers.standing import card_number, newest_subject
from handlers.turns import Answers, Turn
from handlers.wording import item_name
from storage.ledger import assignments, evidence
from storage.ledger.views import View, in_review
from storage.records import Assignment, Extension, Transfer
from storage.terms.cards import Card, Edit, Outgoing, Toast
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.statuses import AssignmentStatus
from storage.terms.texts import Text, text

FILES_AT_ONCE = 10
"""Files sent in answer to one press."""

SETTLED = text("refusal.review.settled")
CHANGED = text("review.changed")

# ---------------------------------------------------------------- told by the departments' conversations


async def tell_review(turn: Turn, views: Sequence[View]) -> list[Outgoing]:
    """Tell the coordinators, in one message, what a department asks them to strike off."""
    if not views:
        return []
    return telling.tell_coordinators(turn, await review_card(turn, views))


async def tell_extension(turn: Turn, extension: Extension, view: View) -> list[Outgoing]:
    """Tell the coordinators that a department asks for a later day."""
    return telling.tell_coordinators(turn, extension_card(extension, view))


async def tell_transfer(turn: Turn, transfer: Transfer, view: View) -> list[Outgoing]:
    """Tell the coordinators that a department says an assignment is not its own."""
    return telling.tell_coordinators(turn, transfer_card(transfer, view))


# ---------------------------------------------------------------- the queue


async def queue(turn: Turn) -> Answers:
    """Show what waits for review, longest waiting first."""
    waiting = await in_review(turn.unit)
    return await review_card(turn, waiting) if waiting else Card(lines=(text("review.none"),))


async def more(turn: Turn) -> Answers:
    """Show the next submissions of a list, as far as they still wait."""
    turn.actor.require(Permission.COORDINATE)
    waiting = await _waiting(turn, turn.values["these"])
    return await review_card(turn, waiting) if waiting else Toast(text("review.none"))


async def show_one(turn: Turn) -> Answers:
    """Show one submission of a list in the list's place."""
    turn.actor.require(Permission.COORDINATE)
    listed = Listed.read(turn.subject)
    waiting = await _waiting(turn, turn.values["these"])
    if not waiting:
        return [*await _shown_anew(turn, listed), Toast(SETTLED)]
    return Edit(card_number(turn), await single_card(turn, waiting[0], listed))


async def back(turn: Turn) -> Answers:
    """Show the list again."""
    turn.actor.require(Permission.COORDINATE)
    return await _shown_anew(turn, Listed.read(turn.subject))


async def files(turn: Turn) -> Answers:
    """Send what a department enclosed with a submission."""
    turn.actor.require(Permission.COORDINATE)
    numbers = [number for number, _ in turn.values["these"]]
    known = [each for one in (await evidence.enclosed(turn.unit, numbers)).values() for each in one]
    if not known:
        return Toast(text("review.no_files"))
    sent = [each.file for each in known if each.file is not None][:FILES_AT_ONCE]
    links = [text("review.link", url=each.name) for each in known if each.file is None]
    head = text("review.files", count=len(known))
    return Card(lines=(head, *links[:FILES_AT_ONCE]), files=tuple(sent))


# ---------------------------------------------------------------- decisions


async def approve(turn: Turn) -> Answers:
    """Strike off what the card showed (销号): by number, and only as it was shown."""
    return await _approve(turn, turn.values["these"], Listed.read(turn.subject))


async def _approve(turn: Turn, wanted: list[Mark], listed: Listed) -> list[Outgoing]:
    turn.actor.require(Permission.COORDINATE)
    waiting = await _waiting(turn, wanted)
    unchanged = [view.id for view in waiting if mark(view) in wanted]
    records = await assignments.by_numbers(turn.unit, unchanged)
    approved = await wording.views_of(turn, [a.id for a in await assignments.approve(turn.unit, records)])
    if not approved:
        return [*await _shown_anew(turn, listed), Toast(CHANGED if waiting else SETTLED)]
    done = text("review.approved", count=len(approved), names=who_and_what(approved))
    first: tuple[Text, ...] = (done, *telling.not_told(turn, [view.department for view in approved]))
    if len(waiting) > len(approved):
        first = (*first, CHANGED)
    told = await telling.tell_of_items(turn, ((view, struck_off(view)) for view in approved))
    return [*await _shown_anew(turn, listed, first), *told, Toast(done)]


def _as_now(listed: Listed, waiting: Sequence[View]) -> Listed:
    """Return a list whose submissions are shown as they read now."""
    now = {view.id: mark(view) for view in waiting}
    return Listed([now.get(each[0], each) for each in listed.shown], listed.rest)


async def ask_reason(turn: Turn) -> Answers:
    """Ask for the reason of a return, to be written in reply."""
    turn.actor.require(Permission.COORDINATE)
    listed = Listed.read(turn.subject)
    waiting = await _waiting(turn, turn.values["these"])
    if not waiting:
        return [*await _shown_anew(turn, listed), Toast(SETTLED)]
    (view,) = waiting
    return Card(
        lines=(
            text("review.ask_reason", department=view.department_name, item=item_name(view)),
            text("review.ask_reason_form"),
        ),
        subject={**turn.subject, "kind": "review.reason", "card": card_number(turn), "this": mark(view)},
    )


async def send_back(turn: Turn) -> Answers:
    """Return a submission with the reason, and the new day, of a reply."""
    subject = turn.subject
    return await _send_back(turn, subject["this"], argument(turn), Listed.read(subject), int(subject["card"]))


async def _send_back(turn: Turn, this: Mark, words: str, listed: Listed, card: int) -> list[Outgoing]:
    turn.actor.require(Permission.COORDINATE)
    reason, due = split_reason_and_due(words, turn.today)
    if not reason:
        raise Refusal("review.reason")
    assignment = await turn.unit.get(Assignment, this[0])
    if assignment.status != AssignmentStatus.REVIEW:
        raise Refusal("review.settled")
    await assignments.send_back(turn.unit, assignment, reason, due)
    (view,) = await wording.views_of(turn, [assignment.id])
    key = "review.told.returned" if due is None else "review.told.returned_until"
    line = text(key, item=wording.title_of(view), reason=reason, due=wording.due_words(view))
    done = text(
        "review.returned", department=view.department_name, item=item_name(view), due=wording.due_words(view)
    )
    return [
        Card(lines=(done, *telling.not_told(turn, [view.department]))),
        *await _shown_anew(turn, listed, (done,), card),
        *await telling.tell_of_items(turn, [(view, line)]),
    ]


async def replied(turn: Turn) -> Answers:
    """Decide by words in reply to a card of submissions, by the numbers it shows now."""
    turn.actor.require(Permission.COORDINATE)
    subject = await newest_subject(turn)
    said = read_decision(argument(turn))
    if said is None or not subject.get("numbers"):
        raise Refusal("review.form" if said is None else "review.settled")
    these = _chosen(said, subject["numbers"])
    listed = Listed.read(subject)
    if said.approve:
        return await _approve(turn, these, listed)
    return await _send_back(turn, these[0], said.reason, listed, card_number(turn))


def _chosen(said: Decision, numbers: dict[str, Mark]) -> list[Mark]:
    for each in said.numbers:
        if str(each) not in numbers:
            raise Refusal("review.number", number=each)
    chosen = [numbers[str(each)] for each in said.numbers] or list(numbers.values())
    if len(chosen) > 1 and not (said.approve and (said.every or said.numbers)):
        raise Refusal("review.which" if said.approve else "review.one_at_a_time")
    return chosen


# ---------------------------------------------------------------- what still waits, and where it is shown


async def _waiting(turn: Turn, marks: Sequence[Mark]) -> list[View]:
    """Return what still waits for review among submissions that a card shows, in the card's order."""
    found = await wording.views_of(turn, [number for number, _ in marks])
    return [view for view in found if view.status is AssignmentStatus.REVIEW]


async def _shown_anew(
    turn: Turn, listed: Listed, first: tuple[Text, ...] = (), card: int | None = None
) -> list[Outgoing]:
    """Show a list's card anew with what is left of it."""
    waiting = await _waiting(turn, listed.shown)
    shown = await list_card(turn, _as_now(listed, waiting), waiting, first)
    return [Edit(card_number(turn) if card is None else card, shown)]
