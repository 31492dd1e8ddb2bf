"""``taizhang run`` as a process beside people on a platform: killed, and started again."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

from storage.terms.clock import OFFICE_ZONE
from tests.faults.people import People
from tests.flows.stage import COORDINATOR
from tests.platforms.offices import HttpOffice, SlackOffice, TelegramOffice, WebhookOffice, office
from tests.platforms.served import LEDGER, Served, on_telegram
from tests.platforms.slack_fake import APP_TOKEN, BOT_TOKEN, SECRET
from tests.platforms.telegram_stage import SECRET as WEBHOOK_SECRET
from tests.platforms.telegram_stage import free_port

PATIENCE_SECONDS = 900.0
"""A channel of Slack takes one message a second, and the coordinators' hears of every reply."""


class Outside(People):
    """People whose program runs outside."""

    def __init__(self, stage: TelegramOffice | SlackOffice, folder: Path, seed: int) -> None:
        super().__init__(stage, seed)
        self.port = free_port()
        self.folder = folder

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
        """Begin inside; then the program goes on outside."""
        await super().begin()
        stage = self.stage
        await stage.close()
        self.served = Served(self.folder, {**self._settings(), "HEALTH_PORT": "0", "LOG_LEVEL": "warning"})
        if isinstance(stage, HttpOffice):
            ready = asyncio.Event()
            ready.set()
            stage.fake.seconds = lambda: int(time.time())
            stage.fake.most_attempts = 1 << 30
            await stage.fake.attach(SimpleNamespace(port=self.port, ready=ready))  # type: ignore[arg-type]

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
        self.stage.fake.before = self.stage.fake.after = lambda method: None

    def _kill_at_a_call(self, number: int) -> None:
        left = number

        def passing(method: str) -> None:
            nonlocal left
            if method not in {"getUpdates", "getMe", "setMyCommands", "auth.test"}:
                left -= 1
                if left == 0:
                    self.served.signal(signal.SIGKILL)

        setattr(self.stage.fake, self.chance.choice(["before", "after"]), passing)

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


def outside(name: str, folder: Path, seed: int) -> Outside:
    """Make people on a platform, and a folder for the program."""
    place = folder / LEDGER.partition(".")[0]
    place.mkdir()
    stage = office(name, place, start=datetime.now(OFFICE_ZONE))
    return Outside(stage, folder, seed)
