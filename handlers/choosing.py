"""Choosing a department by typing its name: sixty departments are never sixty buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers.turns import Turn
from handlers.wording import short
from storage.ledger import lookup
from storage.names import near_names
from storage.records import Department
from storage.terms.cards import Button, Card
from storage.terms.texts import text

OFFERED = 4
"""How many near names are offered at most."""


def near_departments(turn: Turn, typed: str, limit: int = OFFERED) -> list[Department]:
    """Return the departments whose name or alias is near to what was typed, nearest first."""
    names = lookup.department_names(turn.directory)
    found = [names[name] for name, _ in near_names(typed, names, limit * 3)]
    today = turn.today
    departments = [turn.directory.get(Department, number) for number in dict.fromkeys(found)]
    return [d for d in departments if d.exists_on(today)][:limit]


def departments_meant(turn: Turn, name: str) -> list[int]:
    """Return the departments that a typed name means: one, or all of a collective's kinds."""
    department = lookup.department_called(turn.directory, name)
    if department is not None:
        return [department.id]
    collective = lookup.collective_called(turn.directory, name)
    if collective is None or collective[1]:
        return []
    return [each.id for each in lookup.expand(turn.directory, collective[0], turn.today)]


def pick_department(
    turn: Turn,
    typed: str,
    action: str,
    values: Mapping[str, Any],
    subject: Mapping[str, Any] | None = None,
    key: Callable[[int], dict[str, Any]] = lambda number: {"department": number},
) -> Department | Card:
    """Return the department that was typed, or a card that offers the near ones as buttons.

    Each button asks for ``action`` with ``values`` and the department's number. ``subject`` is what a
    reply to the card (another try at the name) speaks of.
    """
    exact = lookup.department_called(turn.directory, typed)
    if exact is not None:
        return exact
    near = near_departments(turn, typed)
    line = text("choosing.near" if near else "choosing.none", typed=short(typed))
    rows = tuple(
        (Button(text("choosing.department", name=d.name), action, {**values, **key(d.id)}),) for d in near
    )
    return Card(lines=(line, text("choosing.retry")), rows=rows, subject=subject or {})
