"""Telling others: cards for a department's groups and for the coordinators."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.departments import owed
from handlers.turns import Turn
from storage.ledger import lookup
from storage.ledger.views import View
from storage.records import Department
from storage.terms.cards import Card, Outgoing, Send
from storage.terms.roles import Purpose
from storage.terms.texts import Text, text


def tell_department(turn: Turn, department: int, card: Card, *, urgent: bool = False) -> list[Outgoing]:
    """Say a card in every group of a department; none where it has no group."""
    chats = lookup.chats_of(turn.directory, department)
    return [Send(chat.id, card, urgent=urgent) for chat in chats]


def tell_coordinators(turn: Turn, card: Card) -> list[Outgoing]:
    """Say a card in the coordination group."""
    return [Send(chat.id, card) for chat in lookup.chats_for(turn.directory, Purpose.COORDINATION)]


async def tell_of_items(turn: Turn, told: Iterable[tuple[View, Text]]) -> list[Outgoing]:
    """Tell each department what became of its items, in one message for each department.

    The message speaks of these items by the department's own numbers, as its cards and ``/todo`` do, so
    that a reply to it is a report on them. The numbers are written only where there are several.
    """
    lines: dict[int, dict[int, Text]] = {}
    for view, line in told:
        lines.setdefault(view.department, {})[view.id] = line
    outgoing: list[Outgoing] = []
    for department, known in (await owed.owed_by(turn, lines)).items():
        mine = {number: view for number, view in known.items() if view.id in lines[department]}
        said = {number: lines[department][view.id] for number, view in mine.items()}
        if len(said) > 1:
            said = {n: text("telling.numbered", number=n, line=line) for n, line in said.items()}
        subject = owed.subject_of("todo", department, mine)
        outgoing += tell_department(turn, department, Card(lines=tuple(said.values()), subject=subject))
    return outgoing


def not_told(turn: Turn, departments: Iterable[int]) -> tuple[Text, ...]:
    """Return a line that names the departments without a group, whom somebody has to call."""
    missing = [lookup.short_name(turn.directory, each.id) for each in without_group(turn, departments)]
    return (text("telling.no_group", names=missing),) if missing else ()


def without_group(turn: Turn, departments: Iterable[int]) -> list[Department]:
    """Return the departments that no group is bound to."""
    return [
        turn.directory.get(Department, number)
        for number in dict.fromkeys(departments)
        if not lookup.chats_of(turn.directory, number)
    ]
