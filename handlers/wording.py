"""What the conversations share: items by name, due days in words, buttons in rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handlers.turns import Turn
from storage.ledger import assignments
from storage.ledger.views import View, views
from storage.terms import texts
from storage.terms.cards import Button
from storage.terms.texts import Text, text

TITLE_SHOWN = 26
"""Characters of an item's title in a list on a phone."""

WORDS_SHOWN = 300
"""Characters of what a department said, where one submission is looked at."""

A_ROW = 3
"""Buttons side by side."""


def short(words: str, most: int = TITLE_SHOWN) -> str:
    """Return words cut to what a line of a phone shows."""
    return texts.short(words, most)


def item_name(view: View) -> Text:
    """Return what coordinators call an item: its number in the plan, and its title."""
    return text("wording.item", number=view.position, title=short(view.title))


def title_of(view: View) -> Text:
    """Return an item as its department is told of it: by its title, since its card has other numbers."""
    return text("wording.title", title=short(view.title))


def due_words(view: View) -> Text:
    """Return an assignment's due day in words, or that it has none."""
    return text("wording.due", due=view.due) if view.due else text("wording.no_due")


async def views_of(turn: Turn, numbers: Iterable[int]) -> list[View]:
    """Return assignments by their numbers as people read them, in that order. Rights are checked before."""
    numbers = list(numbers)
    found = await views(turn.unit, await assignments.by_numbers(turn.unit, numbers))
    return sorted(found, key=lambda view: numbers.index(view.id))


def in_rows(buttons: Sequence[Button], width: int = A_ROW) -> tuple[tuple[Button, ...], ...]:
    """Lay buttons out in rows."""
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))
