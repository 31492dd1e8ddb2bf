"""A card of the outbox in words, its buttons numbered."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from bot.platforms.port import Shown, ShownButton, ShownFile
from bot.texts.catalogue import Catalogue
from storage.ledger.messages import button_token
from storage.records import OutboxRow, StoredFile
from storage.terms.cards import Card
from storage.terms.clock import office_day
from storage.terms.texts import Text


def show(
    card: Card,
    row: OutboxRow,
    catalogue: Catalogue,
    language: str,
    files: Mapping[int, StoredFile],
) -> Shown:
    """Word a card. Its buttons are numbered row after row, as the ledger finds them again."""
    numbers = count()
    year = office_day(row.created_at).year

    def words(text: Text) -> str:
        return catalogue.render(text, language, year)

    return Shown(
        title="" if card.title is None else words(card.title),
        lines=tuple(line for each in card.lines for line in words(each).split("\n")),
        rows=tuple(
            tuple(
                ShownButton(words(button.label), button_token(row, next(numbers)), button.style)
                for button in buttons
            )
            for buttons in card.rows
        ),
        files=tuple(
            ShownFile(files[number].name, files[number].mime, files[number].content) for number in card.files
        ),
    )
