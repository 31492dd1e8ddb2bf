"""Telling others: cards for a department's groups and for the coordinators."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.turns import Turn
from storage.ledger import lookup
from storage.records import Department
from storage.terms.cards import Card, Outgoing, Send
from storage.terms.roles import Purpose


def tell_department(turn: Turn, department: int, card: Card, *, urgent: bool = False) -> list[Outgoing]:
    """Say a card in every group of a department; none where it has no group."""
    chats = lookup.chats_of(turn.directory, department)
    return [Send(chat.id, card, urgent=urgent) for chat in chats]


def tell_coordinators(turn: Turn, card: Card) -> list[Outgoing]:
    """Say a card in the coordination group."""
    return [Send(chat.id, card) for chat in lookup.chats_for(turn.directory, Purpose.COORDINATION)]


def without_group(turn: Turn, departments: Iterable[int]) -> list[Department]:
    """Return the departments that no group is bound to."""
    return [
        turn.directory.get(Department, number)
        for number in dict.fromkeys(departments)
        if not lookup.chats_of(turn.directory, number)
    ]
