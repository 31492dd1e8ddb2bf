"""What departments owe, by the numbers their people know it by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from handlers import wording
from handlers.turns import Turn
from storage.ledger.numbers import Owed, numbered, spans, subject_of
from storage.ledger.views import View
from storage.terms.errors import Refusal
from storage.terms.roles import Permission, Purpose
from storage.terms.statuses import AssignmentStatus

__all__ = [
    "Owed",
    "departments_here",
    "frozen",
    "is_numbered",
    "meant",
    "on_card",
    "owed_by",
    "pick",
    "spans",
    "still",
    "subject_of",
]


def departments_here(turn: Turn) -> list[int]:
    """Return the departments that can be spoken for in this chat. Refuses a chat of none."""
    actor = turn.actor
    if actor.purpose is Purpose.DEPARTMENT:
        return sorted(actor.bound)
    if actor.may(Permission.ANSWER):
        return sorted(actor.speaks_for)
    raise Refusal("todo.not_here")


async def owed_by(turn: Turn, departments: Iterable[int]) -> dict[int, Owed]:
    """Return all that departments have in the plans in force, settled things too, by number."""
    return await numbered(turn.unit, departments)


async def frozen(turn: Turn, numbers: Mapping[str, int]) -> Owed:
    """Return what stands under the numbers of a card."""
    wanted = {int(number): assignment for number, assignment in numbers.items()}
    found = {view.id: view for view in await wording.views_of(turn, list(wanted.values()))}
    return {n: found[assignment] for n, assignment in sorted(wanted.items()) if assignment in found}


def is_numbered(turn: Turn) -> bool:
    """Tell whether the card that was replied to, or pressed, lists a department's numbers."""
    return "numbers" in turn.subject and "department" in turn.subject


async def on_card(turn: Turn) -> tuple[int, Owed]:
    """Return whose card was pressed or replied to, and what stands on it.

    Refuses a card that stands where its department is not spoken to any more.
    """
    department = int(turn.subject["department"])
    if not turn.actor.may(Permission.SEE, department):
        turn.actor.require(Permission.ANSWER, department)
    return department, await frozen(turn, turn.subject["numbers"])


async def meant(turn: Turn) -> tuple[int, Owed]:
    """Return the department a command with numbers speaks of, and what it has.

    That is the card the command replies to, else the chat's department, or the only one of several that
    the person speaks for. Refuses where that leaves a choice.
    """
    if is_numbered(turn):
        return await on_card(turn)
    here = departments_here(turn)
    mine = [number for number in here if number in turn.actor.speaks_for] or here
    if len(mine) != 1:
        raise Refusal("todo.which_department")
    return mine[0], (await owed_by(turn, mine))[mine[0]]


def pick(owed: Owed, number: int) -> View:
    """Return what stands under a number. Refuses an unknown one."""
    if number not in owed:
        raise Refusal("todo.no_such_number", number=number)
    return owed[number]


def still(owed: Owed, *statuses: AssignmentStatus) -> Owed:
    """Return what is in one of some statuses."""
    return {number: view for number, view in owed.items() if view.status in statuses}
