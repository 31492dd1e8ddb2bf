"""Telegram end to end over loopback: updates handled, a wave under the limits, memory in the long run.

The fake Bot API, the bot and the peer are processes of their own, as they are in life.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any

from aiohttp import ClientSession, ClientTimeout

from bot.platforms.telegram.adapter import PACE
from tests.architecture.house import ROOT
from tests.bench.figures import Figure, at_least, at_most

UPDATES, CHATS, ROUNDS = 3_000, 300, 3
GROUPS, FLOOD = int(os.environ.get("TAIZHANG_BENCH_GROUPS", "3000")), 12
MANY = int(os.environ.get("TAIZHANG_BENCH_UPDATES", "100000"))
PRESS_SECONDS = 0.4
WINDOW = 300
"""Updates told ahead of their answers in the long run: ten seconds of what Telegram lets the bot answer."""


def run(folder: Path) -> list[Figure]:
    """Measure all three."""
    return [
        *asyncio.run(_handled(folder)),
        *asyncio.run(_wave(folder)),
        *asyncio.run(_memory(folder)),
    ]


class Api:
    """The fake Bot API, and how it is steered."""

    def __init__(self, port: int, session: ClientSession) -> None:
        self.address = f"http://127.0.0.1:{port}/bot"
        self._control = f"http://127.0.0.1:{port}/control"
        self._session = session

    async def ask(self, what: str, **asked: int | str) -> dict[str, Any]:
        async with self._session.get(f"{self._control}/{what}", params=asked) as answer:
            told: dict[str, Any] = await answer.json()
            return told


@asynccontextmanager
async def _process(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *arguments,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PTB_TIMEDELTA": "true"},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def _api() -> AsyncIterator[Api]:
    async with _process("tests.bench.bot_api") as server:
        assert server.stdout is not None
        port = int(json.loads(await server.stdout.readline())["port"])
        async with ClientSession(timeout=ClientTimeout(total=None)) as session:
            yield Api(port, session)


async def _told(bot: asyncio.subprocess.Process, line: str) -> str:
    assert bot.stdin is not None
    assert bot.stdout is not None
    bot.stdin.write(f"{line}\n".encode())
    return (await bot.stdout.readline()).decode().strip()


# ---------------------------------------------------------------- updates handled


async def _handled(folder: Path) -> list[Figure]:
    ours, bare = [], []
    async with _api() as api:
        for number in range(ROUNDS):
            bare.append(await _rate(api, "tests.bench.echo_bot", api.address))
            ledger = str(folder / f"handled-{number}.sqlite3")
            ours.append(await _rate(api, "tests.bench.our_bot", api.address, ledger, "unpaced"))
    shares = [mine / theirs for mine, theirs in zip(ours, bare, strict=True)]
    return [
        Figure("telegram: bare echo bot, updates per second", median(bare)),
        Figure("telegram: updates per second, each stored, answered and sent", median(ours)),
        at_least("telegram: share of the bare echo bot", median(shares), 0.35),
        at_least("telegram: times the platform's own limit", median(ours) / PACE.per_second, 8.0),
    ]


async def _rate(api: Api, *arguments: str) -> float:
    """Let a bot answer all updates; return how many it answered a second."""
    await api.ask("start", updates=UPDATES, chats=CHATS)
    async with _process(*arguments):
        found = await api.ask("wait", sent=UPDATES)
    return UPDATES / float(found["seconds"])


# ---------------------------------------------------------------- a wave


async def _wave(folder: Path) -> list[Figure]:
    async with _api() as api:
        await api.ask("start", counted=1)
        async with _process("tests.bench.our_bot", api.address, str(folder / "wave.sqlite3"), "paced") as bot:
            assert bot.stdout is not None
            assert (await bot.stdout.readline()).strip() == b"ready"
            loop = asyncio.get_running_loop()
            begun = loop.time()
            assert await _told(bot, f"wave {GROUPS} {FLOOD}") == "begun"
            people = asyncio.create_task(_people(api))
            wave = GROUPS + FLOOD
            await api.ask("wait", sent=wave)
            seconds = loop.time() - begun
            people.cancel()
            figures = await api.ask("figures")
            asked = len(figures["waited"])
    waited = sorted(figures["waited"])
    assert asked > 5
    bound = (wave + asked / 2) / PACE.per_second
    return [
        Figure("wave: groups", GROUPS),
        at_most("wave: of the lower bound of the limits", seconds / bound, 1.05),
        at_most("wave: limits exceeded", len(figures["broken"]), 0),
        at_most(
            "wave: a person's press or question answered, 99th percentile, s", waited[int(0.99 * asked)], 1.0
        ),
    ]


async def _people(api: Api) -> None:
    """Let people press and ask all the while, half of them each."""
    chance = random.Random(1)
    while True:
        await api.ask("person", does=chance.choice(["press", "ask"]))
        await asyncio.sleep(PRESS_SECONDS)


# ---------------------------------------------------------------- memory


async def _memory(folder: Path) -> list[Figure]:
    """Compare the memory after a tenth of many updates with that after all of them."""
    async with _api() as api:
        await api.ask("start", updates=MANY // 10, chats=CHATS, window=WINDOW)
        async with _process(
            "tests.bench.our_bot", api.address, str(folder / "many.sqlite3"), "unpaced"
        ) as bot:
            assert bot.stdout is not None
            await bot.stdout.readline()
            await api.ask("wait", sent=MANY // 10)
            early = int(await _told(bot, "memory"))
            await api.ask("start", updates=MANY - MANY // 10, chats=CHATS, window=WINDOW)
            await api.ask("wait", sent=MANY - MANY // 10)
            late = int(await _told(bot, "memory"))
    return [
        Figure(f"memory: after {MANY // 10} updates, MB", early / 1024),
        Figure(f"memory: after {MANY} updates, MB", late / 1024),
        at_most("memory: grown by, MB", max(0.0, (late - early) / 1024), 5.0),
    ]
