"""Faults that come from outside, injected: no effect is lost or had twice, whatever they meet."""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest

from bot.platforms.port import MaybeSent, NotNow, Rejected
from bot.platforms.rehearsal.translation import translate
from storage.actors import SYSTEM
from storage.records import AuditRow
from storage.unit import Unit
from tests.faults import effects
from tests.flows.improvised import Improvised
from tests.flows.stage import COORDINATION, liaison

pytestmark = pytest.mark.faults

ROUNDS = max(2, int(os.environ.get("TAIZHANG_FAULTS", "6")) // 5)
GROUPS = [f"{number}局" for number in range(1, 11)]

FAULTS: dict[str, Callable[[], Exception]] = {
    "asked to wait": lambda: NotNow(1.0),
    "no answer": MaybeSent,
    "refused": lambda: Rejected("no"),
    "broken": lambda: ValueError("broken"),
}


def fail(name: str) -> None:
    make = FAULTS[name]
    raise make()


async def _said(play: Improvised, count: int) -> dict[str, str]:
    """Let people say ``/act`` in ten groups, without waiting; return the messages with their chats."""
    said = {}
    for number in range(count):
        group = GROUPS[number % len(GROUPS)]
        said[play.room.say(group, liaison(group), f"/act {number}")] = group
        if number % 7 == 0:
            await asyncio.sleep(0)
    return said


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("third_of", [3, 10])
async def test_one_send_in_some_fails(play: Improvised, fault: str, third_of: int) -> None:
    await play.departments(GROUPS)
    sends = 0

    async def before(step: str, chat: str) -> None:
        nonlocal sends
        sends += 1
        if sends % third_of == 3 % third_of and chat != COORDINATION:
            fail(fault)

    play.platform.before = before
    said = await _said(play, 40)
    await play.settle()
    for _ in range(10):
        await play.advance(timedelta(seconds=2))
    assert effects.faults(play, said, sent=fault == "asked to wait") == []


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_sends_fail_by_chance_before_and_after_they_arrive(play: Improvised, seed: int) -> None:
    await play.departments(GROUPS)
    chance = random.Random(seed)

    async def sometimes(step: str, chat: str) -> None:
        await asyncio.sleep(0)
        if chance.random() < 0.2:
            fail(chance.choice(list(FAULTS)))

    async def lost(step: str, chat: str) -> None:
        if chance.random() < 0.2:
            raise MaybeSent

    play.platform.before, play.platform.after = sometimes, lost
    said = await _said(play, 60)
    await play.settle()
    for _ in range(20):
        await play.advance(timedelta(seconds=2))
    assert effects.faults(play, said, sent=False) == []


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_the_program_is_cancelled_at_any_moment(play: Improvised, seed: int) -> None:
    await play.departments(GROUPS)
    chance = random.Random(seed)
    said: dict[str, str] = {}
    for _ in range(6):
        said |= await _said(play, 12)
        for _ in range(chance.randrange(60)):
            await asyncio.sleep(0)
        await play.kill()
        await play.open()
    await play.settle()
    assert effects.faults(play, said, sent=False) == []


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_an_ordinary_end_at_any_moment_leaves_no_doubt(play: Improvised, seed: int) -> None:
    await play.departments(GROUPS)
    chance = random.Random(seed)
    said: dict[str, str] = {}
    for _ in range(6):
        said |= await _said(play, 12)
        for _ in range(chance.randrange(60)):
            await asyncio.sleep(0)
        await play.restart()
    await play.settle()
    assert effects.faults(play, said) == []


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_whoever_waits_for_a_transaction_is_cancelled(play: Improvised, seed: int) -> None:
    await play.departments(GROUPS)
    chance = random.Random(seed)
    assert play.office is not None
    database, now = play.office.database, play.clock.now()

    async def work(unit: Unit) -> None:
        unit.note("test.cancelled")
        await asyncio.sleep(0)
        await unit.rows(AuditRow.filter(id=0).values("id"))

    said: dict[str, str] = {}
    for _ in range(20):
        task = asyncio.create_task(database.unit(SYSTEM, now, work))
        said |= await _said(play, 3)
        for _ in range(chance.randrange(30)):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await play.settle()
    assert effects.faults(play, said) == []


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_events_come_many_times_in_any_order(play: Improvised, seed: int) -> None:
    await play.departments(GROUPS)
    chance = random.Random(seed)
    said = await _said(play, 30)
    for _ in range(3):
        assert play.office is not None
        told = [each for each in play.room.happenings() if each.kind == "said"]
        again = chance.choices(told, k=60)
        receive = play.office.receiver.receive
        await asyncio.gather(*(receive(translate(play.room, each)) for each in again))
        await play.restart()
    await play.settle()
    assert effects.faults(play, said, ordered=False) == []


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_the_disk_is_full_for_a_while(play: Improvised, seed: int) -> None:
    await play.departments(GROUPS)
    chance = random.Random(seed)
    assert play.office is not None
    client = play.office.database.client
    said: dict[str, str] = {}
    for _ in range(3):
        pages = (await client.execute_query_dict("PRAGMA page_count"))[0]["page_count"]
        await client.execute_query(f"PRAGMA max_page_count = {pages + chance.randrange(3)}")
        said |= await _said(play, 30)
        await asyncio.sleep(0.1)
        await client.execute_query("PRAGMA max_page_count = 1073741823")
        await play.settle()
    assert effects.faults(play, said) == []


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_a_foreign_writer_holds_the_lock(play: Improvised, seed: int) -> None:
    await play.departments(GROUPS)
    assert play.office is not None
    await play.office.database.client.execute_query("PRAGMA busy_timeout = 20")
    said: dict[str, str] = {}
    for _ in range(3):
        with closing(sqlite3.connect(play.database_path, isolation_level=None)) as foreign:
            foreign.execute("BEGIN IMMEDIATE")
            said |= await _said(play, 12)
            await asyncio.sleep(random.Random(seed).uniform(0.05, 0.4))
            foreign.execute("ROLLBACK")
        await play.settle()
    assert effects.faults(play, said) == []


@pytest.mark.parametrize("step", [timedelta(days=1), timedelta(days=-1)])
async def test_the_clock_jumps_a_day(play: Improvised, step: timedelta) -> None:
    await play.departments(GROUPS)
    said = await _said(play, 20)
    await asyncio.sleep(0)
    play.clock.advance(step)
    said |= await _said(play, 20)
    await play.restart()
    await play.settle()
    play.clock.advance(-step)
    said |= await _said(play, 20)
    await play.settle()
    await play.advance(timedelta(days=2))
    assert effects.faults(play, said) == []
