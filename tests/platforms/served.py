"""The program as whoever runs it has it: a process of its own, with its settings in a file and its log."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from tests.architecture.house import ROOT
from tests.platforms.slack_fake import APP_TOKEN, BOT_TOKEN, SlackFake
from tests.platforms.telegram_fake import FakeTelegram
from tests.platforms.telegram_stage import PERSON, free_port
from tests.platforms.telegram_world import TOKEN

PATIENCE = 30
LEDGER = "taizhang.sqlite3"


def on_telegram(fake: FakeTelegram) -> dict[str, str]:
    """Return the settings by which the program serves the fake."""
    return {
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_BASE_URL": fake.base_url,
        "TELEGRAM_BASE_FILE_URL": fake.base_file_url,
    }


def on_slack(fake: SlackFake) -> dict[str, str]:
    """Return the settings by which the program serves the fake, by Socket Mode."""
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_BASE_URL": f"{fake.origin}/api/",
    }


class Served:
    """``taizhang run`` in a folder, again and again."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.folder = folder
        port = free_port()
        self.health_address = f"http://127.0.0.1:{port}/healthz"
        general = {
            "COORDINATORS": f"telegram:{PERSON}:王静,slack:U1:李强",
            "HEALTH_PORT": str(port),
            "LOG_LEVEL": "debug",
        }
        self.settings = general | settings
        self.lines: list[str] = []
        self._news = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    async def start(self, **settings: str) -> None:
        """Start it, and wait until it says that it is ready."""
        ready = self.count("Ready: ")
        await self.begin(**settings)
        await self.until(lambda: self.count("Ready: ") > ready)

    async def begin(self, **settings: str) -> None:
        """Start it."""
        written = [f"TAIZHANG_{name}={value}\n" for name, value in (self.settings | settings).items()]
        (self.folder / ".env").write_text("".join(written), "utf-8")
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.cli",
            "run",
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._reader = asyncio.create_task(self._read(self._process))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self.lines.append(line.decode().rstrip("\n"))
            self._news.set()

    def signal(self, number: int) -> None:
        """Tell it something."""
        assert self._process is not None
        self._process.send_signal(number)

    async def ended(self) -> int:
        """Wait until it ends; return its exit status."""
        assert self._process is not None
        assert self._reader is not None
        async with asyncio.timeout(PATIENCE):
            await self._reader
            return await self._process.wait()

    async def kill(self) -> None:
        """End it if it still lives."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self.ended()

    # ------------------------------------------------------------ what is seen

    def count(self, words: str) -> int:
        """Return how many lines of its log hold these words."""
        return sum(words in line for line in self.lines)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until the log fulfils something; when it ends before, show what it said."""
        assert self._reader is not None
        async with asyncio.timeout(PATIENCE):
            while not holds():
                assert not self._reader.done(), "\n".join(self.lines)
                self._news.clear()
                waiting = asyncio.create_task(self._news.wait())
                await asyncio.wait({waiting, self._reader}, return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()

    async def health(self) -> tuple[int, dict[str, Any]]:
        """Ask how it is."""
        async with ClientSession() as session, session.get(self.health_address) as answer:
            return answer.status, await answer.json()

    def statuses(self, table: str) -> Counter[str]:
        """Return the statuses of its rows in the inbox or the outbox."""
        assert re.fullmatch("inbox|outbox", table)
        with closing(sqlite3.connect(f"file:{self.folder / LEDGER}?mode=ro", uri=True)) as ledger:
            return Counter(status for (status,) in ledger.execute(f"SELECT status FROM {table}"))
