"""A stage with conversations made up on the spot, to see what the program around them does."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.texts import Catalogue
from handlers import routing
from handlers.events import Command, Reply
from handlers.routes import Answer, Gather, Route
from handlers.turns import Answers, Turn
from storage.records import InboxRow, OutboxRow
from storage.records.base import Record
from storage.terms.cards import Button, Card
from storage.terms.texts import Text, text
from storage.unit import Unit
from tests.flows.stage import CATALOGUE, Stage

WORDS = {"improvised.words": "{words}", "help.command.act": "/act …"}
IMPROVISED = Catalogue(
    {language: {**keys, **WORDS} for language, keys in CATALOGUE.templates.items()}, strict=True
)


def words(written: str) -> Text:
    """Return a text of these very words."""
    return text("improvised.words", words=written)


def card(*lines: str, buttons: tuple[str, ...] = (), **subject: Any) -> Card:
    """Return a card of lines; each button asks for the action of its label."""
    row = tuple(Button(words(label), label) for label in buttons)
    return Card(lines=tuple(map(words, lines)), rows=(row,) if row else (), subject=subject)


class Improvised(Stage):
    """A stage whose commands, buttons and replies a test makes up."""

    monkeypatch: pytest.MonkeyPatch

    def command(self, name: str, answer: Answer, gather: Gather | None = None) -> None:
        """Let a command lead to a conversation."""
        self.monkeypatch.setitem(routing.COMMANDS, name, Route(answer, gather))

    def action(self, name: str, answer: Answer) -> None:
        """Let a button's action lead to a conversation."""
        self.monkeypatch.setitem(routing.ACTIONS, name, Route(answer))

    def reply(self, kind: str, answer: Answer) -> None:
        """Let replies to cards of a subject lead to a conversation."""
        self.monkeypatch.setitem(routing.REPLIES, kind, Route(answer))

    async def rows(self, model: type[Record], *fields: str) -> list[tuple[Any, ...]]:
        """Return columns of a table, oldest row first."""
        found: list[tuple[Any, ...]] = []

        async def work(unit: Unit) -> None:
            rows = await unit.all(model.all().order_by("id"))
            found.extend(tuple(getattr(row, field) for field in fields) for row in rows)

        await self.work(work)
        return found

    async def inbox(self) -> list[str]:
        """Return what became of each event."""
        return [row[0] for row in await self.rows(InboxRow, "status")]

    async def outbox(self) -> list[str]:
        """Return what became of each message."""
        return [row[0] for row in await self.rows(OutboxRow, "status")]

    def texts(self, chat: str) -> list[str]:
        """Return the words of the bot's messages in a chat."""
        return [message.text for message in self.messages(chat)]

    def is_on_disk(self, written: str) -> bool:
        """Tell whether the ledger's files hold some words, however they are encoded."""
        kept = b"".join(file.read_bytes() for file in sorted(self.folder.glob("ledger.sqlite3*")))
        escaped = json.dumps(written)[1:-1].encode()
        return any(each in kept for each in (written.encode(), written.encode("gb18030"), escaped))


async def echo(turn: Turn) -> Answers:
    """Say back what was said."""
    event = turn.event
    said = event.argument if isinstance(event, Command) else event.text if isinstance(event, Reply) else "?"
    return card(said)


def answering(*answers: Any) -> Callable[[Turn], Any]:
    """Return a conversation that always gives these answers."""

    async def answer(turn: Turn) -> Answers:
        del turn
        return list(answers)

    return answer
