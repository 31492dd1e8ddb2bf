"""People on a platform, and ``taizhang run`` as a process beside them that is killed and started again."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from storage.database import Database
from storage.ledger import trail
from storage.terms.clock import OFFICE_ZONE
from tests.flows import desk
from tests.flows.stage import COORDINATION, COORDINATOR, liaison
from tests.platforms.limits import Limits
from tests.platforms.offices import HttpOffice, SlackOffice, TelegramOffice, WebhookOffice, office
from tests.platforms.served import LEDGER, Served, on_telegram
from tests.platforms.slack_fake import APP_TOKEN, BOT_TOKEN, SECRET
from tests.platforms.telegram_stage import SECRET as WEBHOOK_SECRET
from tests.platforms.telegram_stage import free_port

GROUPS = [f"{number}局" for number in range(1, 31)]
PATIENCE_SECONDS = 240.0


class Outside:
    """An office with thirty groups, each with a card that is answered again and again.

    Each answer says another share of the work, so that each is told from all others.
    """

    def __init__(self, stage: TelegramOffice | SlackOffice, folder: Path, seed: int) -> None:
        self.stage = stage
        self.chance = random.Random(seed)
        self.port = free_port()
        self.folder = folder
        self.cards: dict[str, Any] = {}
        self.said: dict[str, list[str]] = {group: [] for group in GROUPS}

    def _settings(self) -> dict[str, str]:
        stage = self.stage
        first = f"{stage.platform_name}:{stage.account(COORDINATOR)}:王静"
        settings = {"COORDINATORS": first, "DATABASE": str(stage.database_path)}
        if isinstance(stage, TelegramOffice):
            settings |= on_telegram(stage.fake)
            if isinstance(stage, WebhookOffice):
                settings |= {
                    "TELEGRAM_MODE": "webhook",
                    "TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET,
                    "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{self.port}/telegram",
                    "TELEGRAM_WEBHOOK_PORT": str(self.port),
                }
            return settings
        proof = {"SLACK_APP_TOKEN": APP_TOKEN}
        if isinstance(stage, HttpOffice):
            proof = {"SLACK_SIGNING_SECRET": SECRET, "SLACK_PORT": str(self.port)}
        return (
            settings | proof | {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_BASE_URL": f"{stage.fake.origin}/api/"}
        )

    async def begin(self) -> None:
        """Hand a plan out, and let each group have its card; then the program goes on outside."""
        stage = self.stage
        await stage.departments(GROUPS)
        await desk.plan(stage, {"公开规划": dict.fromkeys(GROUPS, desk.LEAD)})
        for group in GROUPS:
            await stage.say(group, liaison(group), "/待办")
            self.cards[group] = stage.last(group)
        await stage.close()
        self.served = Served(self.folder, {**self._settings(), "HEALTH_PORT": "0", "LOG_LEVEL": "warning"})
        stage.fake.limits = Limits()
        if isinstance(stage, HttpOffice):
            ready = asyncio.Event()
            ready.set()
            stage.fake.seconds = lambda: int(time.time())
            stage.fake.most_attempts = 1 << 30
            await stage.fake.attach(SimpleNamespace(port=self.port, ready=ready))  # type: ignore[arg-type]

    # ------------------------------------------------------------ what people do

    async def someone_answers(self) -> None:
        """Let the liaison of some group answer its card."""
        group = min(self.chance.sample(GROUPS, 3), key=lambda each: len(self.said[each]))
        words = f"{len(self.said[group]) + 1}%"
        self.said[group].append(words)
        await self.stage._say(group, liaison(group), words, (), self.cards[group].id)

    async def for_a_while(self, seconds: float) -> None:
        """Let people answer for so long."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end:
            await self.someone_answers()
            await self._until(lambda: False, min(end - loop.time(), self.chance.uniform(0.0, 0.4)))

    async def _until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait for something that calls to the platform bring about; return whether it came."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(end):
                    await self.stage.fake.until(holds)
                return True
        return False

    # ------------------------------------------------------------ lives and deaths

    async def live_and_be_killed(self) -> None:
        """Start the program, let people answer, and kill it: at some moment, or in the middle of a call."""
        await self.served.begin()
        if self.chance.random() < 0.5:
            self._kill_at_a_call(self.chance.randint(1, 12))
        await self.for_a_while(self.chance.uniform(0.3, 2.5))
        await self.served.kill()
        self.stage.fake.passing = lambda *_: None

    def _kill_at_a_call(self, number: int) -> None:
        at = self.chance.choice(["before", "after"])
        left = number

        def passing(method: str, moment: str) -> None:
            nonlocal left
            if moment == at and method not in {"getUpdates", "getMe", "setMyCommands", "auth.test"}:
                left -= 1
                if left == 0:
                    self.served.signal(signal.SIGKILL)

        self.stage.fake.passing = passing

    async def come_to_rest(self) -> None:
        """Let the program work all off, and end it in good order."""
        await self.served.begin()
        assert await self._until(self._is_through, PATIENCE_SECONDS), self.served.lines[-20:]
        self.served.signal(signal.SIGTERM)
        assert await self.served.ended() == 0, self.served.lines[-20:]

    def _is_through(self) -> bool:
        if not self.stage._quiet():
            return False
        waiting = "SELECT (SELECT count(*) FROM inbox WHERE status = 'pending') + "
        waiting += "(SELECT count(*) FROM outbox WHERE status = 'pending')"
        reports = self.ask("SELECT count(*) FROM progress_report")[0][0]
        return bool(self.ask(waiting)[0][0] == 0 and reports >= sum(map(len, self.said.values())))

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
        assert limits is not None
        if not limits.count:
            yield "nothing was counted"
        yield from limits.exceeded

    async def _chain(self) -> list[str]:
        database = await Database.open(self.stage.database_path, reading=True)
        try:
            verdict = await trail.verify(database)
        finally:
            await database.close()
        return [] if verdict.broken is None else [f"the trail breaks at {verdict.broken}"]


def outside(name: str, folder: Path, seed: int) -> Outside:
    """Make people on a platform, and a folder for the program."""
    place = folder / LEDGER.partition(".")[0]
    place.mkdir()
    stage = office(name, place, start=datetime.now(OFFICE_ZONE))
    return Outside(stage, folder, seed)
