"""Messages that may not have arrived (未送达): shown to coordinators, who send them again or let them be."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.standing import replaced
from handlers.turns import Answers, Turn
from handlers.wording import in_rows
from storage.ledger import undelivered
from storage.records import Chat, OutboxRow
from storage.terms.cards import Button, Card, Outgoing, Toast
from storage.terms.statuses import OutboxStatus
from storage.terms.texts import Text, text
from storage.unit import Unit

SHOWN = 6
"""Messages on one card."""

LISTED = 20
"""Closed chats in the list."""


async def show(turn: Turn) -> Answers:
    """``/undelivered``: all that may not have arrived, was refused, or waits for a closed chat."""
    doubtful = await undelivered.in_question(turn.unit, OutboxStatus.UNCERTAIN)
    refused = await undelivered.in_question(turn.unit, OutboxStatus.FAILED)
    closed = await undelivered.laid_aside(turn.unit)
    cards: list[Card] = []
    if doubtful:
        cards.append(in_doubt_card(turn.unit, doubtful))
    if refused:
        cards.append(lost_card(turn.unit, refused, "failed"))
    if closed:
        lines = [text("undelivered.closed", chat=_name(chat), count=count) for chat, count in closed[:LISTED]]
        if len(closed) > LISTED:
            lines.append(text("undelivered.more", count=len(closed) - LISTED))
        cards.append(Card(title=text("undelivered.closed_title"), lines=tuple(lines)))
    return [*cards] if cards else Card(lines=(text("undelivered.none"),))


def in_doubt_card(unit: Unit, rows: Sequence[OutboxRow]) -> Card:
    """Show messages of which nobody knows whether they arrived."""
    return _card(unit, rows, "uncertain", {"arrived": "undelivered.arrived"})


def lost_card(unit: Unit, rows: Sequence[OutboxRow], verdict: str) -> Card:
    """Show messages that were refused (``failed``), or that a chat cannot be reached any more (``gone``)."""
    if verdict == "gone":
        chat = unit.directory.get(Chat, rows[0].chat_id)
        return Card(lines=(text("delivery.gone", chat=_name(chat)),))
    return _card(unit, rows, "failed", {"drop": "undelivered.drop"})


def _card(unit: Unit, rows: Sequence[OutboxRow], verdict: str, other: dict[str, str]) -> Card:
    """Show messages with what can be done about each, and about all of them at once."""
    actions = {"again": "undelivered.again", **other}
    numbers = [row.id for row in rows]
    if len(rows) == 1:
        line = text(f"delivery.{verdict}", chat=_name(_chat(unit, rows[0])), title=_title(rows[0]))
        buttons = [_button(f"undelivered.button.{name}", action, numbers) for name, action in actions.items()]
        return Card(lines=(line,), rows=in_rows(buttons), subject=_subject(numbers, verdict))
    lines = [
        text("undelivered.line", n=n, chat=_name(_chat(unit, row)), title=_title(row))
        for n, row in enumerate(rows[:SHOWN], 1)
    ]
    if len(rows) > SHOWN:
        lines.append(text("undelivered.more", count=len(rows) - SHOWN))
    each = [
        tuple(_button(f"undelivered.one.{name}", action, [row.id], n) for name, action in actions.items())
        for n, row in enumerate(rows[:SHOWN], 1)
    ]
    everything = tuple(
        _button(f"undelivered.all.{name}", action, numbers, len(rows)) for name, action in actions.items()
    )
    return Card(
        title=text(f"undelivered.title.{verdict}", count=len(rows)),
        lines=(*lines, text(f"undelivered.look.{verdict}")),
        rows=(*each, everything),
        subject=_subject(numbers, verdict),
    )


def _subject(numbers: list[int], verdict: str) -> dict[str, object]:
    return {"kind": "undelivered", "rows": numbers, "verdict": verdict}


def _button(label: str, action: str, numbers: list[int], n: int = 1) -> Button:
    return Button(text(label, n=n), action, {"rows": numbers})


def _chat(unit: Unit, row: OutboxRow) -> Chat:
    return unit.directory.get(Chat, row.chat_id)


def _name(chat: Chat) -> str:
    return chat.title or chat.external


def _title(row: OutboxRow) -> Text:
    """Return what a message says first."""
    card = Card.from_json(row.card)
    return card.title or next(iter(card.lines), text("undelivered.files"))


async def again(turn: Turn) -> Answers:
    """Send messages again."""
    rows = await undelivered.send_again(turn.unit, turn.values["rows"])
    return await _done(turn, "undelivered.done.again", rows)


async def arrived(turn: Turn) -> Answers:
    """Take a coordinator's word that messages arrived."""
    rows = await undelivered.arrived(turn.unit, turn.values["rows"])
    return await _done(turn, "undelivered.done.arrived", rows)


async def drop(turn: Turn) -> Answers:
    """Let refused messages be."""
    rows = await undelivered.drop(turn.unit, turn.values["rows"])
    return await _done(turn, "undelivered.done.drop", rows)


async def _done(turn: Turn, key: str, rows: Sequence[OutboxRow]) -> list[Outgoing]:
    """Say what was done; the card goes on to show what is still in question."""
    done = text(key, count=len(rows))
    listed = set(turn.subject["rows"])
    left = [row for row in await undelivered.in_question(turn.unit) if row.id in listed]
    if not left:
        return [replaced(turn, Card(lines=(done,)))]
    is_doubt = turn.subject["verdict"] == "uncertain"
    card = in_doubt_card(turn.unit, left) if is_doubt else lost_card(turn.unit, left, "failed")
    return [replaced(turn, card), Toast(done)]
