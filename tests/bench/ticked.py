"""Started as a process of its own: ticks over a ledger's file, and tells how much memory it then holds."""

from __future__ import annotations

import asyncio
import gc
import sys
from pathlib import Path

from handlers.coordinators import digesting
from reminders import ticking
from reminders.workdays import Workdays
from storage.database import Database
from tests.bench.ledgers import NOW

TICKS = 50


async def _tick(path: Path) -> float:
    database = await Database.open(path)
    try:
        for _ in range(TICKS):
            await ticking.tick(database, Workdays(), NOW, digesting.reader(lambda asked: asked.key))
        gc.collect()
        status = Path("/proc/self/status").read_text("utf-8")
    finally:
        await database.close()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) / 1024


if __name__ == "__main__":
    print(asyncio.run(_tick(Path(sys.argv[1]))))
