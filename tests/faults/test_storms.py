"""On every platform: calls fail in all ways, the program is away, clocks jump; nothing is lost or doubled."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults.people import GROUPS, People
from tests.flows.stage import COORDINATION, COORDINATOR, liaison
from tests.platforms.offices import OFFICES, TelegramOffice, office
from tests.platforms.slack_fake import Refused
from tests.platforms.telegram_fake import Trouble, too_many

pytestmark = pytest.mark.faults

ROUNDS = max(2, int(os.environ.get("TAIZHANG_FAULTS", "6")) // 2)
A_ROUND = 12
"""Answers in a round."""

STORMS: dict[str, tuple[Callable[[], Trouble], Callable[[], Refused]]] = {
    "too many requests": (
        lambda: too_many(2),
        lambda: Refused(429, "ratelimited", {"Retry-After": "2"}),
    ),
    "server errors": (lambda: Trouble("refused", 502, "Bad Gateway"), lambda: Refused(503)),
    "server errors after the work": (lambda: Trouble("garbled after"), lambda: Refused(502, done=True)),
    "cut before": (lambda: Trouble("cut"), lambda: Refused(cut=True)),
    "cut between send and answer": (lambda: Trouble("cut after"), lambda: Refused(cut=True, done=True)),
}


@pytest.fixture(params=OFFICES)
async def people(request: pytest.FixtureRequest, tmp_path: Path, empty_ledger: Path) -> AsyncIterator[People]:
    async with office(request.param, tmp_path, template=empty_ledger) as stage:
        people = People(stage, seed=7)
        await people.begin()
        people.stage.fake.limits = None  # the clock stands still here
        yield people


def strike(people: People, storm: str) -> None:
    """Let the next call that people would see go wrong."""
    on_telegram, on_slack = STORMS[storm]
    stage = people.stage
    if isinstance(stage, TelegramOffice):
        stage.fake.troubles["sendMessage"].append(on_telegram())
    else:
        stage.fake.refuse("chat.postMessage", on_slack())


async def over(people: People) -> None:
    """Let enough time pass for everything that was put off."""
    for _ in range(8):
        await people.stage.advance(timedelta(minutes=2))


@pytest.mark.parametrize("storm", STORMS)
async def test_calls_fail(people: People, storm: str) -> None:
    for _ in range(ROUNDS):
        for number in range(A_ROUND):
            await people.someone_answers()
            if number % 3 == 0:
                strike(people, storm)
        await people.stage.settle()
        await people.stage.advance(timedelta(seconds=3))
    await over(people)
    assert await people.faults() == []
    if storm == "cut between send and answer":
        await people.stage.say(COORDINATION, COORDINATOR, "/未送达")
        assert "没有收到平台回执" in people.stage.last(COORDINATION).title


async def test_three_days_of_absence(people: People) -> None:
    """Telegram keeps messages for a day and presses for 150 seconds; what it still has is taken in."""
    stage = people.stage
    group = GROUPS[0]
    await stage.close()
    await stage._say(group, liaison(group), "1%", (), people.cards[group].id)
    kept = len(_waiting(people))
    _forget(people, kept)
    stage.clock.advance(timedelta(days=3))
    for _ in range(A_ROUND):
        await people.someone_answers()
    pressed = stage.messages(group)[0]
    await stage._press(group, liaison(group), pressed, pressed.buttons[0].label)
    _forget(people, 1, newest=True)
    await stage.open()
    await stage.settle()
    await over(people)
    assert await people.faults() == []


def _waiting(people: People) -> list[object]:
    stage = people.stage
    return list(stage.fake.world.updates if isinstance(stage, TelegramOffice) else stage.fake.pending)


def _forget(people: People, number: int, *, newest: bool = False) -> None:
    stage = people.stage
    waiting = stage.fake.world.updates if isinstance(stage, TelegramOffice) else stage.fake.pending
    del waiting[slice(-number, None) if newest else slice(number)]


@pytest.mark.parametrize("days", [1, -1, 400, -400])
async def test_the_clock_jumps(people: People, days: int) -> None:
    stage = people.stage
    for number in range(3):
        for _ in range(A_ROUND):
            await people.someone_answers()
        strike(people, "too many requests")
        if number == 1:
            stage.clock.set(stage.now() + timedelta(days=days))
            assert stage.office is not None
            stage.office.clock_moved()
        await stage.settle()
    await over(people)
    assert await people.faults() == []


async def test_a_restart_after_the_clock_was_set_back_waits_for_nothing(people: People) -> None:
    stage = people.stage
    strike(people, "too many requests")
    await people.someone_answers()
    await stage.settle()
    await stage.close()
    stage.clock.set(stage.now() - timedelta(days=30))
    await stage.open()
    await stage.advance(timedelta(hours=1, seconds=1))
    await over(people)
    assert await people.faults() == []
