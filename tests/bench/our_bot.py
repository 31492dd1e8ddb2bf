"""The bot on the fake Bot API, in a process of its own; it does what its standard input says, line by line.

``wave N M``: say something in N groups, and M times in one of them besides. ``memory``: print the resident
memory, in kB.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from bot.composition import Office, compose
from bot.platforms.port import Pace
from bot.platforms.telegram.adapter import PACE, TelegramPlatform
from bot.settings import Settings
from handlers.command_words import command_words
from storage.actors import SYSTEM
from storage.ledger import chats, messages
from storage.terms.cards import Card, Send
from storage.terms.clock import SystemClock
from storage.terms.texts import text
from storage.unit import Unit
from tests.bench.bot_api import GROUP
from tests.platforms.telegram_world import TOKEN


async def main() -> None:
    """Serve until the standard input ends."""
    address, ledger, pace = sys.argv[1], Path(sys.argv[2]), PACE if sys.argv[3] == "paced" else Pace()
    platform = TelegramPlatform(TOKEN, base_url=address, pace=pace, command_words=command_words())
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    try:
        async with compose(ledger, [platform], SystemClock(), Settings()) as office:
            print("ready", flush=True)
            async for line in reader:
                print(await _do(office, line.decode().split()), flush=True)
    finally:
        await platform.close()


async def _do(office: Office, words: list[str]) -> str:
    match words:
        case ["wave", groups, flood]:
            await _wave(office, int(groups), int(flood))
            return "begun"
        case ["memory"]:
            return str(_resident())
        case _:
            raise ValueError(words)


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


async def _wave(office: Office, groups: int, flood: int) -> None:
    async def work(unit: Unit) -> None:
        card = Card(lines=(text("welcome.bind"),))
        for number in range(groups):
            name = str(GROUP - number)
            chat = chats.meet(unit, "telegram", name, private=False, title=f"第{number}群", thread=None)
            for _ in range(1 + (flood if number == 0 else 0)):
                messages.say(unit, Send(chat.id, card))

    await office.database.unit(SYSTEM, office.clock.now(), work)


if __name__ == "__main__":
    asyncio.run(main())
