"""What commands of the desk share in their arguments: the plan's year, and a department by name."""

from __future__ import annotations

from handlers.events import Command, Reply
from handlers.replies.orders import read_year
from handlers.turns import Turn
from storage.ledger import plans
from storage.records import Plan


def argument(turn: Turn) -> str:
    """Return what was written behind the command, or in reply to a question."""
    event = turn.event
    if isinstance(event, Command):
        return event.argument.strip()
    return event.text.strip() if isinstance(event, Reply) else ""


def plan_and_words(turn: Turn, words: str) -> tuple[Plan, str]:
    """Return the plan in force that an argument speaks of, the newest unless a year leads, and the rest."""
    year, rest = read_year(words)
    return plans.current(turn.unit, year), rest
