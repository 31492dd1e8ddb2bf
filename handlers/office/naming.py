"""A step that needs one department: typed exactly, picked among near names, or typed once more in a reply."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.choosing import pick_department
from handlers.office.office_words import words_of
from handlers.standing import in_place
from handlers.turns import Answers, Turn
from storage.ledger import messages
from storage.records import Department
from storage.terms.cards import Card
from storage.terms.errors import Refusal

Go = Callable[[Turn, Department, dict[str, Any]], Awaitable[Answers]]


@dataclass(frozen=True, slots=True)
class DepartmentStep:
    """What is done with a department once it is known.

    ``action`` is the action of the buttons that offer near names and the kind of the card's subject; ``go``
    does the step with the department and the values that were known before.
    """

    action: str
    go: Go

    async def typed(self, turn: Turn, words: str, values: Mapping[str, Any]) -> Answers:
        """Go on with the department of these words, or offer the near ones."""
        subject = {"kind": self.action, "values": dict(values)}
        found = pick_department(turn, words, self.action, values, subject)
        return found if isinstance(found, Card) else await self.go(turn, found, dict(values))

    async def pressed(self, turn: Turn) -> Answers:
        """Go on with the department of the pressed button; the answer takes the place of the card."""
        values = turn.values
        department = turn.directory.get(Department, int(values.pop("department")))
        return in_place(turn, await self.go(turn, department, values))

    async def replied(self, turn: Turn) -> Answers:
        """Take a reply to the card, as it reads now, as another try at the name."""
        card = None if turn.said is None else await messages.newest_card(turn.unit, turn.said)
        if card is None or card.subject.get("kind") != self.action:
            raise Refusal("dialogue.over")
        return await self.typed(turn, words_of(turn), card.subject["values"])
