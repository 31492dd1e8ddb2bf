"""People on a platform who answer cards, and what it all came to, in the ledger and on the platform."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from bot.platforms.slack.show import PACE as SLACK
from bot.platforms.telegram.adapter import PACE as TELEGRAM
from storage.database import Database
from storage.ledger import trail
from tests.flows import desk
from tests.flows.stage import COORDINATION, liaison
from tests.platforms.limits import Limits
from tests.platforms.offices import SlackOffice, TelegramOffice

GROUPS = [f"{number}局" for number in range(1, 31)]


class People:
    """Thirty groups, each with a card that is answered again and again.

    Each answer says another share of the work, so that each is told from all others.
    """

    def __init__(self, stage: TelegramOffice | SlackOffice, seed: int) -> None:
        self.stage = stage
        self.chance = random.Random(seed)
        self.cards: dict[str, Any] = {}
        self.said: dict[str, list[str]] = {group: [] for group in GROUPS}
        self.pace = TELEGRAM if isinstance(stage, TelegramOffice) else SLACK

    async def begin(self) -> None:
        """Hand a plan out, and let each group have its card."""
        stage = self.stage
        await stage.departments(GROUPS)
        await desk.plan(stage, {"公开规划": dict.fromkeys(GROUPS, desk.LEAD)})
        for group in GROUPS:
            await stage._say(group, liaison(group), "/待办", (), None)
        await stage.settle()
        self.cards = {group: stage.last(group) for group in GROUPS}
        stage.fake.limits = Limits(self.pace)

    async def someone_answers(self) -> None:
        """Let the liaison of some group answer its card."""
        group = min(self.chance.sample(GROUPS, 3), key=lambda each: len(self.said[each]))
        words = f"{len(self.said[group]) + 1}%"
        self.said[group].append(words)
        await self.stage._say(group, liaison(group), words, (), self.cards[group].id)

    # ------------------------------------------------------------ the reckoning

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the ledger."""
        with closing(sqlite3.connect(f"file:{self.stage.database_path}?mode=ro", uri=True)) as raw:
            return raw.execute(query, values).fetchall()

    async def faults(self) -> list[str]:
        """Return everything that is not as it must be."""
        return [*self._inbox(), *self._reports(), *self._messages(), *self._limits(), *await self._chain()]

    def _inbox(self) -> Iterator[str]:
        for row in self.ask("SELECT id, event, kind, status, error FROM inbox WHERE status <> 'done'"):
            yield f"in the inbox and not done: {row}"

    def _reports(self) -> Iterator[str]:
        """Each answer is in the ledger once."""
        found = Counter(self.ask("SELECT chat_id, words FROM progress_report"))
        chats = dict(self.ask("SELECT external, id FROM chat"))
        wanted = Counter((chats[self.stage.external(g)], w) for g, words in self.said.items() for w in words)
        if found != wanted:
            yield f"not in the ledger: {wanted - found}; in it too often: {found - wanted}"

    def _messages(self) -> Iterator[str]:
        """Each message stands in its group once, in its order, or is shown as one that may not."""
        for group in (*GROUPS, COORDINATION):
            (number,) = self.ask("SELECT id FROM chat WHERE external = ?", self.stage.external(group))[0]
            posted = "SELECT status, count(*) FROM outbox WHERE chat_id = ? AND "
            posted += "(target_id IS NULL OR posts_from IS NOT NULL) GROUP BY status"
            states = Counter(dict(self.ask(posted, number)))
            if set(states) - {"sent", "uncertain"}:
                yield f"{group}: {states}"
            seen = [message.text for message in self.stage.messages(group)]
            if not states["sent"] <= len(seen) <= states["sent"] + states["uncertain"]:
                yield f"{group}: {len(seen)} messages stand there, the ledger knows {states}"
            shares = [
                int(text.removeprefix("已记：").partition("%")[0]) for text in seen if text.startswith("已记")
            ]
            if shares != sorted(set(shares)):
                yield f"{group}: twice or out of order: {shares}"

    def _limits(self) -> Iterator[str]:
        limits = self.stage.fake.limits
        if limits is not None:
            if not limits.counted:
                yield "nothing was counted"
            yield from limits.broken

    async def _chain(self) -> list[str]:
        database = await Database.open(self.stage.database_path, reading=True)
        try:
            verdict = await trail.verify(database)
        finally:
            await database.close()
        return [] if verdict.broken is None else [f"the trail breaks at {verdict.broken}"]
