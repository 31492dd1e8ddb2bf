"""A year of the sample city, played by scripted officials: once for all tests that look at it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot import rehearsing
from bot.settings import Settings
from storage.actors import SYSTEM
from storage.database import Database
from storage.unit import Unit

YEARS_END = date(2026, 12, 31)
SEEDS = tuple(int(seed) for seed in os.environ.get("TAIZHANG_SEEDS", "1 2").split())


@dataclass(frozen=True, slots=True)
class Played:
    """A rehearsal that was played: its transcript, its ledger, and the files that the bot sent."""

    lines: list[str]
    ledger: Path
    papers: Path

    async def rows(self, query: Callable[[], Any]) -> list[Any]:
        """Return what a query finds in the ledger."""
        database = await Database.open(self.ledger, reading=True)

        async def work(unit: Unit) -> list[Any]:
            return list(await unit.all(query()))

        try:
            return await database.unit(SYSTEM, 0, work)
        finally:
            await database.close()


async def play_year(folder: Path, seed: int, until: date) -> Played:
    plan = rehearsing.prepare(None, None, folder / "ledger.sqlite3", None)
    lines: list[str] = []
    await rehearsing.play(plan, Settings(durable=False), until, seed, lines.append, folder / "papers")
    return Played(lines, folder / "ledger.sqlite3", folder / "papers")
