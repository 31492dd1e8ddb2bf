"""On every platform: the program is killed (SIGKILL) at random points of a walk, until the walk ends.

``TAIZHANG_FAULTS`` says how often. A third of the kills fall just before a statement of the ledger, a third
around a call to the platform, and a third at any moment.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from tests.faults import script, walks
from tests.faults.abroad import NOTICE, Abroad, Death
from tests.faults.driver import Driver
from tests.faults.life import SCRIPT
from tests.faults.reckoning import Reckoning
from tests.faults.script import Step
from tests.platforms.offices import OFFICES, office

pytestmark = pytest.mark.faults

KILLS = max(2, int(os.environ.get("TAIZHANG_FAULTS", "6")) // 2)
A_WALK = 10
"""Kills in one walk."""


WALKS: dict[str, Callable[[], list[Step]]] = {
    "talk": walks.talk,
    "year": partial(walks.whole_year, NOTICE),
}
BOTH_WALKS_FROM = 20
"""So many kills take their time: else each platform has one of the walks, by turns."""

CASES = [
    (place, walk)
    for at, place in enumerate(OFFICES)
    for number, walk in enumerate(WALKS)
    if KILLS >= BOTH_WALKS_FROM or (at // 2 + at + number) % 2
]


@pytest.fixture(scope="module")
def context() -> ForkServerContext:
    """Prepare processes that have everything imported."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.abroad_life"])
    return context


class Walks:
    """Walks on one platform, each on a ledger of its own."""

    def __init__(self, place: str, steps: list[Step], folder: Path, ledger: Path, context: ForkServerContext):
        self._place = place
        self._steps = steps
        self._folder = folder
        self._ledger = ledger
        self._context = context

    async def walk(self, name: str, deaths: list[Death]) -> tuple[Abroad, dict[str, Counter[str]]]:
        """Walk to the end over so many deaths; return what it came to, which is as it must be."""
        folder = self._folder / name
        folder.mkdir()
        script.write(folder / SCRIPT, self._steps)
        async with office(self._place, folder, template=self._ledger) as stage:
            abroad = Abroad(stage, self._context, deaths)
            try:
                await abroad.begin()
                await Driver(folder, self._steps, abroad).walk()
                await abroad.end()
            finally:
                abroad.kill()
            reckoning = Reckoning(folder, abroad)
            assert await reckoning.faults() == [], name
            outcome = reckoning.outcome()
            if self._place.startswith("slack"):
                # Which card words in a thread answer depends there on what hung the thread.
                outcome["reports"] = Counter(
                    row.rpartition(", ")[0].rpartition(", ")[0] for row in outcome["reports"].elements()
                )
                outcome.pop("trail")
            return abroad, outcome


def deaths(chance: random.Random, statements: int, calls: int) -> Iterator[Death]:
    """Return when each life of a walk ends."""
    while True:
        match chance.randrange(3):
            case 0:
                yield Death(statement=chance.randrange(1, 2 * statements // A_WALK + 200))
            case 1:
                yield Death(call=chance.randint(1, 2 * calls // A_WALK + 1), after=chance.random() < 0.5)
            case _:
                yield Death(seconds=chance.uniform(0.0, 1.5))


@pytest.mark.parametrize(("place", "walk"), CASES)
async def test_nothing_is_lost_or_doubled(
    place: str, walk: str, context: ForkServerContext, tmp_path: Path, empty_ledger: Path
) -> None:
    walks_here = Walks(place, WALKS[walk](), tmp_path, empty_ledger, context)
    calm, expected = await walks_here.walk("calm", [])
    calls = len(calm.stage.fake.calls)
    kills = seed = 0
    while kills < KILLS:
        chance = random.Random(f"{place} {walk} {seed}")
        ends = deaths(chance, calm.statements, calls)
        plan = [next(ends) for _ in range(min(A_WALK, KILLS - kills))]
        killed, outcome = await walks_here.walk(f"walk-{seed}", plan)
        missing = {name: rows for name in expected if (rows := expected[name] - outcome[name])}
        extra = {name: rows for name in expected if (rows := outcome[name] - expected[name])}
        assert (missing, extra) == ({}, {}), f"seed {seed}: {plan}"
        kills += killed.kills
        seed += 1
        assert seed < 10 + KILLS, "hardly any death comes before the end"
