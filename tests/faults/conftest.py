"""The stage on which faults are injected."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.turns import Answers, Turn
from storage.database import Database
from tests.flows.improvised import IMPROVISED, Improvised, card


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty ledger once; copies of it open in milliseconds."""
    path = tmp_path_factory.mktemp("ledger") / "empty.sqlite3"

    async def make() -> None:
        await (await Database.open(path)).close()

    asyncio.run(make())
    return path


@pytest.fixture
async def play(
    tmp_path: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Improvised]:
    """Run the program with a command, ``/act``, whose effects can be counted."""
    stage = Improvised(tmp_path, template=empty_ledger, catalogue=IMPROVISED)
    stage.monkeypatch = monkeypatch
    stage.platform._retry_seconds = 0.01
    async with stage:
        stage.command("act", act)
        yield stage


async def act(turn: Turn) -> Answers:
    """Leave one step in the trail, and answer in one message."""
    turn.unit.note("test.act", message=turn.event.message)
    return card(f"done {turn.event.message}")
