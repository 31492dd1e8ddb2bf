"""Transactions cancelled, not to be committed, or met by a foreign writer: all or nothing, never wedged."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tortoise.exceptions import OperationalError
from tortoise.fields import DatetimeField, TimeDeltaField, TimeField

from storage import sqlite
from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import trail
from storage.records import Department, InboxRow, Member, OutboxRow, StoredFile
from storage.transaction import Transaction
from storage.unit import Unit
from tests.storage.world import MODELS, NOW, World, dump, memory_agrees

MOMENTS = (0, 0.0002, 0.0005, 0.001, 0.002, 0.004, 0.1)
"""Before a transaction begins, while it runs, and after it has ended."""


def event(name: str) -> InboxRow:
    return InboxRow(platform="t", event=name, chat="c", kind="reply", payload={}, received_at=NOW)


async def pair(unit: Unit, name: str) -> None:
    """Write two rows of different tables and a step of the trail, reading in between."""
    unit.add(event(name))
    await unit.count(InboxRow.all())
    unit.add(Department(name=name, kind="bureau"))
    await asyncio.sleep(0)
    await unit.count(Department.all())
    unit.note("pair", name=name)


async def whole(database: Database) -> set[str]:
    """Return the pairs on disk. Fails when one stands there by half or memory says otherwise."""
    stored = await dump(database)
    events = {row["event"] for row in stored["inbox"]}
    assert events == {row["name"] for row in stored["department"]}
    assert len(stored["audit"]) == len(events)
    assert await trail.verify(database) == trail.Verdict(len(events), None, database.last_hash)
    await memory_agrees(database)
    return events


async def steps(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def test_callers_cancelled_at_any_moment_leave_whole_transactions(database: Database) -> None:
    chance = random.Random(7)

    async def one(number: int) -> None:
        async def work(unit: Unit) -> None:
            await pair(unit, str(number))

        await database.unit(SYSTEM, NOW, work)

    async def cancelled_one(number: int) -> None:
        task = asyncio.create_task(one(number))
        await steps(chance.randrange(60))
        if chance.random() < 0.5:
            await asyncio.sleep(chance.random() / 500)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    for start in range(0, 300, 10):
        await asyncio.gather(*(cancelled_one(number) for number in range(start, start + 10)))
    await asyncio.wait_for(one(1000), 10)
    assert "1000" in await whole(database)


async def test_work_cancelled_from_within_takes_back_its_part_only(database: Database) -> None:
    """A time-out inside a conversation, the case in which Tortoise's own transactions stay open for ever."""
    chance = random.Random(8)
    acknowledged = set()

    async def timed(number: int) -> bool:
        async def work(transaction: Transaction) -> bool:
            before, after = f"{number}a", f"{number}z"
            async with transaction.unit(SYSTEM, NOW) as unit:
                await pair(unit, before)
            done = True
            try:
                async with asyncio.timeout(chance.choice(MOMENTS)), transaction.unit(SYSTEM, NOW) as unit:
                    await pair(unit, str(number))
            except TimeoutError:
                done = False
            async with transaction.unit(SYSTEM, NOW) as unit:
                await pair(unit, after)
            return done

        return await database.transact(work)

    for number in range(100):
        done = await asyncio.wait_for(timed(number), 10)
        acknowledged |= {f"{number}a", f"{number}z", *([str(number)] if done else [])}
    stored = await whole(database)
    assert stored == acknowledged
    assert {str(n) for n in range(100)} & stored
    assert {str(n) for n in range(100)} - stored


async def test_tasks_killed_while_they_run_leave_whole_transactions(database: Database) -> None:
    """At a hurried end the transaction's own task is cancelled, too: also while it commits."""
    chance = random.Random(9)
    acknowledged = set()
    for number in range(100):

        async def work(unit: Unit, name: str = str(number)) -> str:
            await pair(unit, name)
            return name

        caller = asyncio.create_task(database.unit(SYSTEM, NOW, work))
        await steps(chance.randrange(80))
        await asyncio.sleep(chance.choice(MOMENTS))
        for task in list(database._running):
            task.cancel()
        with suppress(asyncio.CancelledError):
            acknowledged.add(await caller)
    stored = await whole(database)
    assert acknowledged == stored
    assert 0 < len(stored) < 100


@contextmanager
def failing_commit(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    write = sqlite.write

    async def fail(client: Any, statements: Any, *, begin: bool, commit: bool) -> None:
        if commit:
            statements = [*statements, ("INSERT INTO nowhere VALUES (1)", [])]
        await write(client, statements, begin=begin, commit=commit)

    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "write", fail)
        yield


@pytest.mark.parametrize("flushed", [False, True])
async def test_a_commit_that_fails_undoes_everything(
    world: World, monkeypatch: pytest.MonkeyPatch, *, flushed: bool
) -> None:
    before = await dump(world.database)
    head = world.database.last_hash

    async def work(unit: Unit) -> None:
        unit.add(Department(name="new", kind="bureau"))
        unit.add(OutboxRow(chat_id=1, token="t", card={}, urgent=False, not_before=NOW, created_at=NOW))
        unit.note("new")
        if flushed:
            await unit.count(Department.all())

    with failing_commit(monkeypatch), pytest.raises(OperationalError, match="nowhere"):
        await world.do(work)
    assert await dump(world.database) == before
    assert world.database.last_hash == head
    await memory_agrees(world.database)
    await world.do(work)
    assert (await trail.verify(world.database)).broken is None
    await memory_agrees(world.database)


async def test_a_full_disk_loses_nothing_and_passes(database: Database) -> None:
    async def work(unit: Unit, size: int) -> None:
        unit.add(StoredFile(digest="d", name="n", mime="m", size=size, content=b"x" * size, created_at=NOW))
        unit.add(Department(name=str(size), kind="bureau"))
        unit.note("file")
        await unit.count(Department.all())

    (pages,) = (await database.client.execute_query_dict("PRAGMA page_count"))[0].values()
    await database.client.execute_query(f"PRAGMA max_page_count={pages + 20}")
    with pytest.raises(OperationalError, match="full"):
        await database.unit(SYSTEM, NOW, lambda unit: work(unit, 1_000_000))
    assert (await dump(database))["stored_file"] == []
    await memory_agrees(database)
    await database.unit(SYSTEM, NOW, lambda unit: work(unit, 10))
    await database.client.execute_query("PRAGMA max_page_count=1000000")
    await database.unit(SYSTEM, NOW, lambda unit: work(unit, 1_000_000))
    assert [row["size"] for row in (await dump(database))["stored_file"]] == [10, 1_000_000]
    assert (await trail.verify(database)).broken is None


@contextmanager
def foreign_writer(path: Path, seconds: float) -> Iterator[None]:
    """Hold the write lock from another connection, as a backup tool or a curious administrator does."""
    held = threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            held.set()
            time.sleep(seconds)
            other.execute("ROLLBACK")

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    try:
        yield
    finally:
        thread.join()


async def test_a_foreign_writer_is_waited_for(database: Database) -> None:
    """The read comes first: a deferred transaction could no longer become a writing one."""

    async def work(unit: Unit) -> None:
        await unit.count(InboxRow.all())
        unit.add(event("1"))
        await unit.count(InboxRow.all())

    with foreign_writer(database.path, 0.4):
        await database.unit(SYSTEM, NOW, work)
    assert [row["event"] for row in (await dump(database))["inbox"]] == ["1"]


async def test_a_foreign_writer_that_never_ends_is_an_error_and_passes(database: Database) -> None:
    async def work(unit: Unit) -> None:
        unit.add(event("1"))

    await database.client.execute_query("PRAGMA busy_timeout=50")
    with foreign_writer(database.path, 0.4), pytest.raises(OperationalError, match="locked"):
        await database.unit(SYSTEM, NOW, work)
    await database.unit(SYSTEM, NOW, work)
    assert len((await dump(database))["inbox"]) == 1


async def test_the_loop_runs_on_while_a_foreign_writer_is_waited_for(database: Database) -> None:
    async def work(unit: Unit) -> None:
        unit.add(event("1"))

    turns = 0
    with foreign_writer(database.path, 0.3):
        task = asyncio.create_task(database.unit(SYSTEM, NOW, work))
        while not task.done():
            await asyncio.sleep(0.01)
            turns += 1
    await task
    assert turns > 5


async def test_references_are_held(database: Database) -> None:
    async def work(unit: Unit) -> None:
        unit.add(OutboxRow(chat_id=99, token="t", card={}, urgent=False, not_before=NOW, created_at=NOW))

    with pytest.raises(Exception, match="FOREIGN KEY"):
        await database.unit(SYSTEM, NOW, work)
    assert (await dump(database))["outbox"] == []


async def test_what_is_committed_is_durable(database: Database) -> None:
    settings = {}
    for name in ("synchronous", "journal_mode", "foreign_keys", "busy_timeout"):
        (settings[name],) = (await database.client.execute_query_dict(f"PRAGMA {name}"))[0].values()
    assert settings == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000}


def test_no_record_keeps_a_time_that_a_zone_could_shift() -> None:
    shifting = (DatetimeField, TimeField, TimeDeltaField)
    fields = [field for model in MODELS for field in model._meta.fields_map.values()]
    assert len(fields) > 100
    assert not [field for field in fields if isinstance(field, shifting)]


async def test_a_day_is_written_as_it_was_said_whatever_the_zone(world: World) -> None:
    async def work(unit: Unit) -> None:
        for name, last in (("丁局", date(2026, 1, 1)), ("戊局", date(2026, 12, 31))):
            unit.add(Department(name=name, kind="bureau", until=last))
        for last in (date(2026, 1, 1), date(2026, 12, 31)):
            assert await unit.count(Department.filter(until=last)) == 1
        assert await unit.count(Department.filter(until__lte=date(2026, 1, 1))) == 1

    await world.do(work)
    days = [row["until"] for row in (await dump(world.database))["department"]]
    assert days[-2:] == ["2026-01-01", "2026-12-31"]


async def test_closing_waits_for_what_runs(path: Path) -> None:
    database = await Database.open(path)

    async def work(unit: Unit) -> None:
        await steps(20)
        unit.add(Member(name="x", created_at=NOW))

    callers = [asyncio.create_task(database.unit(SYSTEM, NOW, work)) for _ in range(5)]
    await asyncio.sleep(0)
    for caller in callers:
        caller.cancel()
    await database.close()
    await asyncio.gather(*callers, return_exceptions=True)
    await database.close()
    with closing(sqlite3.connect(path)) as again:
        assert again.execute("SELECT count(*) FROM member").fetchone() == (5,)
    assert not [thread for thread in threading.enumerate() if "_connection_worker_thread" in thread.name]


@pytest.mark.parametrize(("doubled", "told"), [(True, 0), (False, 1)])
async def test_a_failure_nobody_waits_for_is_told_but_for_a_row_that_is_there(
    database: Database, doubled: bool, told: int
) -> None:
    heard: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: heard.append(context))
    gate = asyncio.Event()

    async def work(unit: Unit) -> None:
        await gate.wait()
        if not doubled:
            raise ValueError("of our own")
        unit.add(event("once"))
        unit.add(event("once"))

    caller = asyncio.create_task(database.unit(SYSTEM, NOW, work))
    await steps(3)
    caller.cancel()
    with suppress(asyncio.CancelledError):
        await caller
    gate.set()
    await asyncio.gather(*database._running, return_exceptions=True)
    await steps(3)
    assert len(heard) == told
    assert await database.unit(SYSTEM, NOW, lambda unit: unit.count(InboxRow.all())) == 0
