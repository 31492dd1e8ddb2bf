"""The card that was pressed or replied to: which it is, how it reads now, and what takes its place."""

from __future__ import annotations

from typing import Any

from handlers.turns import Answers, Turn
from storage.ledger import messages
from storage.terms.cards import Card, Edit, Outgoing


def card_number(turn: Turn) -> int:
    """Return the number of the card that was pressed or replied to."""
    if turn.said is None:
        raise LookupError("a press or a reply has its card")
    number: int = turn.said.id
    return number


def replaced(turn: Turn, card: Card) -> Edit:
    """Return a card in place of the one that was pressed or replied to."""
    return Edit(card_number(turn), card)


async def newest_subject(turn: Turn) -> dict[str, Any]:
    """Return what the card speaks of as it stands now: a reply finds it as it was first said."""
    if turn.said is None:
        return dict(turn.subject)
    return dict((await messages.newest_card(turn.unit, turn.said)).subject)


def in_place(turn: Turn, answers: Answers) -> Answers:
    """Show the answer to a press in place of the card it stood on, so that its buttons vanish."""
    if isinstance(answers, list):
        return instead(turn, *answers)
    return instead(turn, answers)[0] if isinstance(answers, Card) else answers


def instead(turn: Turn, *answers: Outgoing) -> list[Outgoing]:
    """Return answers with the cards among them in place of the one that was pressed or replied to."""
    if turn.said is None:
        return list(answers)
    number: int = turn.said.id
    return [Edit(number, each) if isinstance(each, Card) else each for each in answers]
