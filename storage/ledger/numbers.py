"""The numbers by which a department's people know what it owes, and how they are written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from storage.ledger import views
from storage.ledger.views import View
from storage.unit import Unit

Owed = dict[int, View]
"""Number → assignment. On a card the numbers are frozen; elsewhere they are the department's own, which
stay too: what was handed out first comes first, and what names the department before what binds everyone."""


async def numbered(unit: Unit, departments: Iterable[int]) -> dict[int, Owed]:
    """Return all that departments have in the plans in force, settled things too, by number."""
    return await views.of_departments(unit, departments)


def subject_of(kind: str, department: int, owed: Owed, **more: Any) -> dict[str, Any]:
    """Return what a reply to a card speaks of: the department, and the numbers frozen on the card."""
    numbers = {str(number): view.id for number, view in owed.items()}
    return {"kind": kind, "department": department, "numbers": numbers, **more}


def spans(numbers: Iterable[int]) -> list[str]:
    """Write numbers in short: 1, 3-5."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return [str(a) if a == b else f"{a}-{b}" for a, b in found]
