"""The SDK's client, laid out so that nothing secret is logged, and a patience for calls that must succeed."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import Conflict, InvalidToken, TelegramError

from bot import faults
from bot.platforms.port import MaybeSent, NotNow
from bot.platforms.telegram.faults import UNSENT, fault_of
from bot.platforms.telegram.request import Request
from bot.platforms.telegram.translation import KINDS
from bot.platforms.trouble import Troubles

log = logging.getLogger(__name__)

T = TypeVar("T")

BASE_URL = "https://api.telegram.org/bot"
BASE_FILE_URL = "https://api.telegram.org/file/bot"

LONGEST_WAIT_SECONDS = 30.0
HEARING, SPEAKING = "hearing", "speaking"
BATCH = 100

QUIET = {"aiohttp.client": logging.WARNING, "telegram": logging.CRITICAL}
"""These write addresses, which hold the token, and people's words; what matters of it we tell ourselves."""


def silence() -> None:
    """Keep the libraries' logs free of tokens and of people's words, whatever level the operator wants."""
    for name, level in QUIET.items():
        logger = logging.getLogger(name)
        if logger.level < level:
            logger.setLevel(level)


class Connection:
    """The bot's connections: one for updates, which waits long, and those for everything else."""

    def __init__(
        self,
        token: str,
        base_url: str,
        base_file_url: str,
        proxy: str | None,
        answer_seconds: float,
        poll_seconds: int,
        retry_seconds: float,
    ) -> None:
        silence()
        os.environ.setdefault("PTB_TIMEDELTA", "true")  # else the SDK warns of each 429
        self._answer_seconds = answer_seconds
        self._poll_seconds = poll_seconds
        self._retry_seconds = retry_seconds
        self._updates = Request(1, proxy, answer_seconds)
        self._others = Request(64, proxy, answer_seconds)
        self.bot = Bot(
            token,
            base_url=base_url,
            base_file_url=base_file_url,
            request=self._others,
            get_updates_request=self._updates,
        )
        self.troubles = Troubles(log, "Telegram")
        self._hurried = False

    async def close(self) -> None:
        """Close the connections."""
        await asyncio.gather(self._updates.shutdown(), self._others.shutdown())

    async def updates(self, offset: int | None) -> list[Any]:
        """Wait for updates from ``offset`` on; all before it are thereby acknowledged."""
        asked: dict[str, Any] = {
            "timeout": 0 if self._hurried else self._poll_seconds,
            "limit": BATCH,
            "allowed_updates": json.dumps(KINDS),
        }
        if offset is not None:
            asked["offset"] = offset
        told = await self._updates.post(
            f"{self.bot.base_url}/getUpdates?{urlencode(asked)}",
            read_timeout=self._poll_seconds + self._answer_seconds,
        )
        if not isinstance(told, list) or not all(isinstance(raw.get("update_id"), int) for raw in told):
            raise TelegramError("what came is no list of updates")
        return told

    async def insist(self, step: Callable[[], Awaitable[T]]) -> T:
        """Make a call of those by which the bot hears until it succeeds."""
        attempt = 0
        while True:
            try:
                result = await step()
            except Exception as error:  # noqa: BLE001 - the network, the platform: it may pass
                self.troubles.begin(HEARING, _trouble(error))
                # After a trouble that may be over, the next call does not wait long to show it.
                self._hurried = not isinstance(error, Conflict)
                await asyncio.sleep(self._wait(error, attempt))
                attempt += 1
            else:
                self.troubles.end(HEARING)
                self._hurried = False
                return result

    def _wait(self, error: Exception, attempt: int) -> float:
        growing = self._retry_seconds * 2.0 ** min(attempt, 6)
        asked = fault_of(error) if isinstance(error, TelegramError) else None
        if isinstance(asked, NotNow) and not isinstance(error, InvalidToken | Conflict):
            growing = max(growing, min(asked.seconds, self._retry_seconds * 60))
        return min(growing, LONGEST_WAIT_SECONDS)

    def spoke(self, error: TelegramError | None) -> None:
        """Take note of how a message fared; what is not tried again leaves no trouble behind."""
        if isinstance(error, InvalidToken) or (error is not None and isinstance(error.__cause__, UNSENT)):
            self.troubles.begin(SPEAKING, _trouble(error))
        elif error is None or not isinstance(fault_of(error), MaybeSent):
            self.troubles.end(SPEAKING)


def _trouble(error: Exception) -> str:
    match error:
        case InvalidToken():
            return "Telegram refuses the bot's token; was it revoked? Waiting for it to be accepted"
        case Conflict():
            return "Another program listens with this bot's token, or a webhook is set; waiting"
        case _:
            return f"Telegram does not answer as it should ({faults.kind(error)}); trying again"
