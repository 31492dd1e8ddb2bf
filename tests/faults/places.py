"""Stages on which the network is disturbed: the whole program with ``/act``, on the fake of each platform."""

from __future__ import annotations

import asyncio
import random
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Sequence
from typing import Any, TypeVar

from aiohttp import ClientSession

from bot.platforms.port import Pace, ShownFile
from tests.flows.improvised import Improvised
from tests.platforms.limits import Limits
from tests.platforms.offices import HttpOffice, SlackOffice, TelegramOffice, WebhookOffice
from tests.platforms.slack_fake import Refused
from tests.platforms.telegram_fake import Trouble, too_many
from tests.platforms.telegram_world import TOKEN

T = TypeVar("T")

TELEGRAM = {
    "asked to wait": too_many(1),
    "server error": Trouble("refused", 502, "Bad Gateway"),
    "cut before": Trouble("cut"),
    "cut after": Trouble("cut after"),
    "no answer": Trouble("silent after"),
    "rubbish": Trouble("garbled after"),
}
SLACK = {
    "asked to wait": Refused(429, "ratelimited", {"Retry-After": "1"}),
    "server error": Refused(503),
    "cut before": Refused(cut=True),
    "cut after": Refused(cut=True, done=True),
    "no answer": Refused(silent=True, done=True),
    "rubbish": Refused(200, done=True),
}
HASTE_SECONDS = 0.3
"""How long a bot waits for an answer where some never come; elsewhere it waits as it always does."""


class Disturbed(Improvised, ABC):
    """A stage on a platform's fake, whose network can be disturbed."""

    fake: Any
    _options: dict[str, Any]

    @abstractmethod
    def hasten(self) -> None:
        """Let the bot, which is not open yet, wait but shortly for each answer."""

    async def act(self, chat: str, person: str, number: int) -> str:
        """Let somebody say ``/act``, and wait for nothing."""
        return await self._say(chat, person, f"/act {number}", (), None)

    @abstractmethod
    def speaking_fails(self, ways: Sequence[str], chance: random.Random, share: float) -> None:
        """Let a share of the calls by which the bot speaks fail, in one of these ways, until it ends."""

    @abstractmethod
    def hearing_fails(self, chance: random.Random) -> None:
        """Let half of the next attempts to tell the bot something fail."""

    @abstractmethod
    async def tell_again(self, chance: random.Random) -> None:
        """Tell the bot everything anew, in no order; it must have been started anew before."""

    @abstractmethod
    async def days_pass(self, seconds: int) -> None:
        """Let so much time go by that the platform forgets what it could not tell."""

    def _judge(self) -> None:
        self.fake.limits = Limits(Pace(), lambda: self.clock.steady() / 1000)


class _OnTelegram(Disturbed):
    def _settle_down(self) -> None:
        super()._settle_down()
        self._options |= {"retry_seconds": 0.01}
        self._told: list[dict[str, Any]] = []
        self._judge()

    def hasten(self) -> None:
        self._options["answer_seconds"] = HASTE_SECONDS

    async def _say(
        self, chat: str, person: str, text: str, files: Sequence[ShownFile], reply_to: str | None
    ) -> str:
        said = await super()._say(chat, person, text, files, reply_to)
        self._told.append(self.fake.world.updates[-1])
        return said

    def speaking_fails(self, ways: Sequence[str], chance: random.Random, share: float) -> None:
        for method in ("sendMessage", "editMessageText", "answerCallbackQuery"):
            self.fake.troubles[method] = _fate([TELEGRAM[way] for way in ways], chance, share)

    def hearing_fails(self, chance: random.Random) -> None:
        ways = [TELEGRAM[way] for way in ("server error", "cut before", "cut after", "rubbish")]
        self.fake.troubles["getUpdates"] = _fate(ways, chance, 0.5)
        self.fake.lost = 20

    async def tell_again(self, chance: random.Random) -> None:
        self.fake.world.updates[:] = chance.sample(self._told, len(self._told))

    async def days_pass(self, seconds: int) -> None:
        self.fake.world.pass_time(seconds)

    async def somebody_else_listens(self, times: int) -> None:
        """Let another program with the bot's token listen for a while."""
        url = f"{self.fake.base_url}{TOKEN}"
        async with ClientSession() as session:
            await (await session.post(f"{url}/deleteWebhook")).release()
            for _ in range(times):
                await asyncio.sleep(0)
                await (await session.post(f"{url}/getUpdates", data={"timeout": 0})).release()


class PollingPlay(_OnTelegram, TelegramOffice):
    """Telegram, by long polling."""


class WebhookPlay(_OnTelegram, WebhookOffice):
    """Telegram, by webhook."""

    def _settle_down(self) -> None:
        super()._settle_down()
        self._options |= {"watch_seconds": 0.05}


class _OnSlack(Disturbed):
    def _settle_down(self) -> None:
        super()._settle_down()
        self._options |= {"retry_seconds": 0.01}
        self._judge()

    def hasten(self) -> None:
        self._options["timeout"] = HASTE_SECONDS

    def speaking_fails(self, ways: Sequence[str], chance: random.Random, share: float) -> None:
        for method in ("chat.postMessage", "chat.update"):
            self.fake.refusals[method] = _fate([SLACK[way] for way in ways], chance, share)

    def hearing_fails(self, chance: random.Random) -> None:
        ways = [Refused(503), Refused(cut=True)]
        self.fake.refusals["apps.connections.open"] = _fate(ways, chance, 0.5)
        self.fake.lost = 20

    async def tell_again(self, chance: random.Random) -> None:
        for told in chance.sample(self.fake.told, len(self.fake.told)):
            await self.fake.tell(told.kind, told.payload)

    async def days_pass(self, seconds: int) -> None:
        self.fake.pending.clear()


class SocketPlay(_OnSlack, SlackOffice):
    """Slack, by Socket Mode."""


class HttpPlay(_OnSlack, HttpOffice):
    """Slack, by HTTP."""


PLACES: dict[str, type[Disturbed]] = {
    "telegram-polling": PollingPlay,
    "telegram-webhook": WebhookPlay,
    "slack-socket": SocketPlay,
    "slack-http": HttpPlay,
}


def _fate(ways: Sequence[T], chance: random.Random, share: float, calls: int = 400) -> deque[T | None]:
    return deque(chance.choice(ways) if chance.random() < share else None for _ in range(calls))
