"""The process is killed (SIGKILL) at random points of a walk, again and again, until the walk ends.

``TAIZHANG_FAULTS`` says how often in all. Half of the kills fall just before a statement of the ledger's or
the room's database, half at any moment.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from signal import SIGKILL

import pytest

from tests.faults import script, walks
from tests.faults.life import LIVES, SCRIPT, live
from tests.faults.reckoning import Reckoning, RoomWitness
from tests.faults.script import Step

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("TAIZHANG_FAULTS", "6"))
A_WALK = 10
"""Kills in one walk."""

PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Length:
    """How long a walk is that nobody disturbs: in statements, and in seconds."""

    statements: int
    seconds: float


class Lives:
    """Processes that walk, one after the other."""

    def __init__(self, context: ForkServerContext, folder: Path, steps: list[Step]) -> None:
        self._context = context
        self._folder = folder
        folder.mkdir()
        script.write(folder / SCRIPT, steps)

    def live(self, last: int | None, seconds: float = PATIENCE_SECONDS) -> bool:
        """Let a process live; return whether it came to the walk's end."""
        process = self._context.Process(target=live, args=(str(self._folder), last))
        process.start()
        process.join(seconds)
        if process.is_alive():
            assert seconds < PATIENCE_SECONDS, "the walk came to no end"
            process.kill()
            process.join()
        assert process.exitcode in {0, -SIGKILL}, (self._folder / "log").read_text()
        return process.exitcode == 0

    def statements(self) -> int:
        """Return how many statements the last whole life took."""
        return int((self._folder / LIVES).read_text().split()[-1])


@pytest.fixture(scope="module")
def context() -> ForkServerContext:
    """Prepare processes that have everything imported."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.life"])
    return context


WALKS: dict[str, Callable[[], list[Step]]] = {"talk": walks.talk, "year": walks.year}


@pytest.mark.parametrize("name", WALKS)
async def test_nothing_is_lost_or_doubled(name: str, context: ForkServerContext, tmp_path: Path) -> None:
    steps = WALKS[name]()
    calm = Lives(context, tmp_path / "calm", steps)
    assert calm.live(None)
    reckoning = reckoning_of(tmp_path / "calm")
    assert await reckoning.faults() == []
    expected = reckoning.outcome()
    kills = 0
    for seed in range(KILLS):
        folder = tmp_path / f"walk-{seed}"
        kills += _walk(Lives(context, folder, steps), random.Random(seed), calm.statements(), KILLS - kills)
        reckoning = reckoning_of(folder)
        assert await reckoning.faults() == [], f"seed {seed}"
        assert reckoning.outcome() == expected, f"seed {seed}"
        if kills >= KILLS:
            break
    assert kills >= KILLS


def reckoning_of(folder: Path) -> Reckoning:
    return Reckoning(folder, RoomWitness(folder))


def _walk(lives: Lives, chance: random.Random, statements: int, most: int) -> int:
    """Kill a walk on its way at most so often; return how often it was."""
    for kill in range(min(A_WALK, most)):
        if chance.random() < 0.5:
            ended = lives.live(chance.randrange(1, 2 * statements // A_WALK + 200))
        else:
            ended = lives.live(None, chance.uniform(0.0, 1.0))
        if ended:
            return kill
    assert lives.live(None)
    return min(A_WALK, most)
