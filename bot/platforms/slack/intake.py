"""The order in which what Slack tells is taken in: chat by chat, each once the one before it is stored."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot import faults

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    length: int = 0


class Intake:
    """Keeps a line for each chat; what fails at the head of a line is tried again there."""

    def __init__(self, retry_seconds: float) -> None:
        self._retry_seconds = retry_seconds
        self._lines: dict[str, _Line] = {}

    async def in_turn(self, chat: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work when its turn has come, until it is done or cancelled."""
        line = self._lines.setdefault(chat, _Line())
        line.length += 1
        try:
            async with line.lock:
                await self._until_done(work)
        finally:
            line.length -= 1
            if not line.length:
                del self._lines[chat]

    async def _until_done(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                return await work()
            except Exception as fault:  # noqa: BLE001 - a full disk may be emptied; nothing may be lost
                faults.tell(log, fault, "An event of Slack was not received; it is taken in again")
            await asyncio.sleep(self._retry_seconds)
