"""What departments see when the desk gives them something new."""

from __future__ import annotations

from collections.abc import Iterable

from handlers import desk
from handlers.turns import Turn
from storage.terms.cards import Outgoing
from storage.terms.texts import text


async def hand_out(turn: Turn, departments: Iterable[int]) -> list[Outgoing]:
    """Tell departments that something was given to them."""
    return desk.tell(turn, ((department, text("desk.handed")) for department in dict.fromkeys(departments)))
