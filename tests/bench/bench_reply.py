"""A progress reply through the whole handler, beside what it writes in plain SQLite.

From the platform's event to the committed effect with its answer in the outbox: two commits (the event is
on disk before it is acknowledged), against one of raw sqlite3 on a ledger just like it. Sending is left out.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from handlers.events import AnyEvent
from tests.bench import ledgers
from tests.bench.figures import Figure, at_least, at_most
from tests.bench.offices import Bench, opened
from tests.bench.raw import RawReplies

ROUNDS = 9
REPLIES = 120
SIDE_BY_SIDE = 16
SMALL, LARGE = (50, 20), (5_000, 20)
"""Departments and items: 1,000 assignments and 100,000."""

AIM = 0.12


@dataclass(slots=True)
class Rates:
    """Replies a second, round by round."""

    raw: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    together: list[float] = field(default_factory=list)

    @property
    def alone_share(self) -> float:
        """What one reply at a time reaches of the raw rate."""
        return median(ours / raw for ours, raw in zip(self.alone, self.raw, strict=True))

    @property
    def together_share(self) -> float:
        """What sixteen at once reach of the raw rate."""
        return median(ours / raw for ours, raw in zip(self.together, self.raw, strict=True))


def run(folder: Path) -> list[Figure]:
    """Measure on a small and on a large ledger in turn, round by round."""
    small, large = asyncio.run(_both(folder))
    for rates in (small, large):
        assert all(rate > 0 for rate in (*rates.raw, *rates.alone, *rates.together))
    return [
        Figure("reply: raw sqlite3, FULL, per second", median(small.raw)),
        Figure("reply: one at a time, per second", median(small.alone)),
        Figure("reply: sixteen at once, per second", median(small.together)),
        at_least("reply: one at a time, share of raw", small.alone_share, AIM),
        at_least("reply: sixteen at once, share of raw", small.together_share, AIM),
        at_least("reply: one at a time, 100,000 assignments, share of raw", large.alone_share, AIM),
        at_least("reply: sixteen at once, 100,000 assignments, share of raw", large.together_share, AIM),
        at_most(
            "reply: one at a time, times slower at 100,000 than at 1,000", _slower("alone", small, large), 1.2
        ),
        at_most("reply: sixteen at once, times slower at 100,000", _slower("together", small, large), 1.2),
    ]


def _slower(which: str, small: Rates, large: Rates) -> float:
    pairs = zip(getattr(small, which), getattr(large, which), strict=True)
    slower: float = median(few / many for few, many in pairs)
    return slower


async def _both(folder: Path) -> tuple[Rates, Rates]:
    small, large = Rates(), Rates()
    paths = [await _ledger(folder, *size) for size in (SMALL, LARGE)]
    async with opened(paths[0]) as few, opened(paths[1]) as many:
        measured = [
            (await _Side.of(office, path, folder), rates)
            for office, path, rates in ((few, paths[0], small), (many, paths[1], large))
        ]
        try:
            for side, _ in measured:
                await side.warm()
            for _ in range(ROUNDS):
                for side, rates in measured:
                    await side.round(rates)
        finally:
            for side, _ in measured:
                side.raw.close()
    return small, large


async def _ledger(folder: Path, departments: int, items: int) -> Path:
    path = folder / f"ledger-{departments * items}.sqlite3"
    await ledgers.fill(path, departments, items)
    return path


@dataclass(slots=True)
class _Side:
    """A ledger with the program at work on it, its twin for raw sqlite3, and a card in each of 16 groups."""

    bench: Bench
    raw: RawReplies
    cards: dict[int, str]
    turn: int = 0

    @classmethod
    async def of(cls, bench: Bench, path: Path, folder: Path) -> _Side:
        twin = folder / f"raw-{path.name}"
        cards = {each: await bench.card(each) for each in range(1, SIDE_BY_SIDE + 1)}
        await bench.without_delivery()
        await asyncio.to_thread(shutil.copy, path, twin)
        return cls(bench, RawReplies(twin), cards)

    async def warm(self) -> None:
        """Let everything be loaded that is loaded once."""
        await self._together(4)
        await self._alone(20)
        before = await self._reports()
        await self._alone(1)
        assert await self._reports() == before + 1, "a reply is not taken as a report"

    async def round(self, rates: Rates) -> None:
        """Measure each way once."""
        rates.raw.append(await _rate(REPLIES, self._plainly))
        rates.alone.append(await _rate(REPLIES, self._alone))
        rounds = REPLIES // SIDE_BY_SIDE
        rates.together.append(SIDE_BY_SIDE * await _rate(rounds, self._together))

    async def _plainly(self, count: int) -> None:
        for at in range(count):
            self.raw.reply(at % 1000 + 1, "1")

    async def _alone(self, count: int) -> None:
        for _ in range(count):
            await self.bench.handle(self._said(1))

    async def _together(self, count: int) -> None:
        for _ in range(count):
            await self.bench.handle(*map(self._said, self.cards))

    def _said(self, department: int) -> AnyEvent:
        self.turn += 1
        words = f"{self.turn % 3 + 1} {self.turn % 90 + 5}%，预计11月底"
        return self.bench.said(department, words, self.cards[department])

    async def _reports(self) -> int:
        return await self.bench.reports()


async def _rate(count: int, work: Callable[[int], Awaitable[None]]) -> float:
    start = time.perf_counter()
    await work(count)
    return count / (time.perf_counter() - start)
