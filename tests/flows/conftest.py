"""Fixtures of the flow tests: an empty ledger made once, and a stage with its program running."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.flows.improvised import IMPROVISED, Improvised
from tests.flows.played import SEEDS, YEARS_END, Played, play_year
from tests.flows.stage import Stage


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty ledger once; copies of it open in milliseconds."""
    import asyncio

    path = tmp_path_factory.mktemp("ledger") / "empty.sqlite3"

    async def make() -> None:
        await (await Database.open(path)).close()

    asyncio.run(make())
    return path


@pytest.fixture
async def stage(tmp_path: Path, empty_ledger: Path) -> AsyncIterator[Stage]:
    """Run the program on an empty ledger, with a coordination group, its coordinator and a leader."""
    async with Stage(tmp_path, template=empty_ledger) as stage:
        yield stage


@pytest.fixture
async def play(
    tmp_path: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Improvised]:
    """Run the program with conversations that the test makes up."""
    async with Improvised(tmp_path, template=empty_ledger, catalogue=IMPROVISED) as stage:
        stage.monkeypatch = monkeypatch
        yield stage


@pytest.fixture(scope="session")
def known() -> dict[int, Played]:
    """Keep what was played for the other tests, which only look at it."""
    return {}


# Whoever played a seed runs all its tests: else every process would play it anew.
@pytest.fixture(params=[pytest.param(n, marks=pytest.mark.xdist_group(f"year-{n}")) for n in SEEDS])
async def year(
    request: pytest.FixtureRequest, known: dict[int, Played], tmp_path_factory: pytest.TempPathFactory
) -> Played:
    """Play from the notice to the end of its year."""
    seed: int = request.param
    if seed not in known:
        known[seed] = await play_year(tmp_path_factory.mktemp(f"seed-{seed}"), seed, YEARS_END)
    return known[seed]
