"""A card in words."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.texts import Catalogue
from bot.texts.cards import show
from storage.records import OutboxRow
from storage.terms.cards import Button, Card
from storage.terms.clock import OFFICE_ZONE, to_millis
from storage.terms.texts import text


@pytest.mark.parametrize(
    ("said_at", "words"),
    [
        (datetime(2026, 12, 31, 23, 59, tzinfo=OFFICE_ZONE), "6月30日到期"),
        (datetime(2027, 1, 1, 0, 1, tzinfo=OFFICE_ZONE), "2026年6月30日到期"),
    ],
)
def test_a_card_names_the_year_of_a_day_when_it_is_another_year_in_the_office(
    said_at: datetime, words: str
) -> None:
    due = text("wording.due", due=date(2026, 6, 30))
    card = Card(title=due, lines=(due,), rows=((Button(due, "none"),),))
    row = OutboxRow(id=1, token="abc", card={}, created_at=to_millis(said_at), urgent=False)
    shown = show(card, row, Catalogue.load("zh", strict=True), "zh", {})
    assert (shown.title, shown.lines, shown.rows[0][0].label) == (words, (words,), words)
