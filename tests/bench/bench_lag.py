"""How long the event loop is held while the program does its heaviest work: nobody else is answered then."""

from __future__ import annotations

import asyncio
import gc
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sample import sample_notice
from handlers.events import Attachment
from tests.bench.bench_notice import grown
from tests.bench.figures import Figure, at_most
from tests.bench.ledgers import fill
from tests.bench.offices import MEGABYTE, Bench, opened

LONGEST = 50.0
"""Milliseconds."""

BEAT = 0.002
ROUNDS = 3
DEPARTMENTS, ITEMS = 100, 100


class Heartbeat:
    """Wakes every two milliseconds, and remembers the longest it overslept."""

    def __init__(self) -> None:
        self.longest = 0.0

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Watch the loop."""
        task = asyncio.create_task(self._beat())
        await asyncio.sleep(10 * BEAT)
        self.longest = 0.0
        try:
            yield
        finally:
            task.cancel()

    async def _beat(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(BEAT)
            self.longest = max(self.longest, time.perf_counter() - before - BEAT)


Work = Callable[[Bench], Awaitable[None]]


def run(folder: Path) -> list[Figure]:
    """Return the longest time the loop was held; of some rounds the best, as other programs run beside."""
    return [
        at_most(f"loop held: {name}, ms", asyncio.run(_longest(folder, work)), LONGEST)
        for name, work in WORK.items()
    ]


async def _longest(folder: Path, work: Work) -> float:
    filled = folder / f"ledger-{DEPARTMENTS}x{ITEMS}.sqlite3"
    if not filled.exists():
        await fill(filled, DEPARTMENTS, ITEMS)
    lags = []
    for number in range(ROUNDS):
        path = folder / f"lag-{number}.sqlite3"
        await asyncio.to_thread(shutil.copy, filled, path)
        async with opened(path) as bench:
            await bench.handle(bench.asked(None, "help"))
            gc.collect()
            gc.freeze()  # as the served program does
            lags.append(await _lag(bench, work))
        path.unlink()
    return min(lags)


async def _lag(bench: Bench, work: Work) -> float:
    heart = Heartbeat()
    async with heart.beating():
        await work(bench)
    return heart.longest * 1000


async def _nothing(bench: Bench) -> None:
    await bench.handle(bench.asked(None, "help"))


async def _import(bench: Bench) -> None:
    notice = grown(sample_notice().decode(), 10).encode()
    await bench.handle(bench.asked(None, "import", files=(_file(bench, "notice.txt", notice),)))
    assert any(shown.rows for shown in bench.platform.said), "no question is asked"


async def _export(bench: Bench) -> None:
    await bench.handle(bench.asked(None, "export"))
    assert bench.platform.said[-1].files, bench.platform.said[-1]


async def _digest(bench: Bench) -> None:
    await bench.handle(bench.asked(None, "digest"))
    assert len(bench.platform.said[-1].files) == 2, bench.platform.said[-1]


async def _upload(bench: Bench) -> None:
    card = await bench.card(1)
    scan = _file(bench, "scan.pdf", bytes(range(256)) * (5 * MEGABYTE // 256))
    await bench.handle(bench.said(1, "1 60%", card, files=(scan,)))
    assert await bench.reports() == 1


def _file(bench: Bench, name: str, content: bytes) -> Attachment:
    bench.platform.files[name] = content
    return Attachment(name, name, "application/octet-stream", len(content))


WORK: dict[str, Work] = {
    "a question answered": _nothing,
    "a notice ten times the sample": _import,
    "an export of 10,000 assignments": _export,
    "a digest of 10,000 assignments": _digest,
    "a file of 5 MB": _upload,
}
