"""One life of the program in a process of its own: the office, the rehearsal room on disk, and the walk.

A kill falls between two statements of either database: that is before and after everything that lasts.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.platforms.rehearsal.world import Message
from bot.rehearsing import prepare, rehearsal
from bot.settings import Settings
from tests.faults import script
from tests.faults.driver import Driver
from tests.faults.ground import RoomGround

LEDGER = "ledger.sqlite3"
ROOM = LEDGER + ".room"
SCRIPT = "script.json"
LIVES = "lives"


class Statements:
    """Counts what the two databases are asked to do, and ends the process before the last of it."""

    def __init__(self, last: int | None) -> None:
        self.count = 0
        self._last = last

    def __call__(self, statement: str) -> None:
        """Take note of a statement about to run."""
        del statement
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def live(folder: str, last: int | None) -> None:
    """Live until the walk ends, or until the ``last`` statement is about to run."""
    place = Path(folder)
    logging.basicConfig(filename=place / "log", level=logging.WARNING)
    statements = Statements(last)
    count(statements)
    try:
        asyncio.run(_walk(place))
    except BaseException:
        logging.getLogger(__name__).exception("the walk ended early")
        raise
    with (place / LIVES).open("a") as file:
        file.write(f"{statements.count}\n")


async def _walk(place: Path) -> None:
    plan = replace(prepare(None, None, None, None), database=place / LEDGER)
    async with rehearsal(plan, Settings(grace=1.0)) as (office, room, _):

        async def settle() -> None:
            await room.heard()
            await office.quiet()

        with closing(sqlite3.connect(f"file:{place / LEDGER}?mode=ro", uri=True)) as ledger:

            def knows(message: Message) -> bool:
                query = "SELECT 1 FROM message_ref WHERE message = ?"
                return ledger.execute(query, (message.id,)).fetchone() is not None

            ground = RoomGround(room, settle, knows)
            await Driver(place, script.read(place / SCRIPT), ground).walk()


def count(statements: Callable[[str], None]) -> None:
    """Let every connection of this process be counted."""
    connect = sqlite3.connect

    def counted(*given: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*given, **named)
        connection.set_trace_callback(statements)
        return connection

    vars(sqlite3)["connect"] = counted
