"""Units of work: what they gather, what they read, and what one that fails takes back."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from storage import sqlite
from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import chats, lookup, trail
from storage.records import AuditRow, Chat, Department, InboxRow, Member, OutboxRow
from storage.terms.errors import Refusal
from storage.transaction import Transaction
from storage.unit import Unit
from tests.storage.world import NOW, World, dump, memory_agrees


def department(name: str) -> Department:
    return Department(name=name, kind="bureau")


def event(name: str) -> InboxRow:
    return InboxRow(platform="t", event=name, chat="c", kind="reply", payload={}, received_at=NOW)


async def names(database: Database) -> list[str]:
    return [row["name"] for row in (await dump(database))["department"]]


async def test_a_query_sees_what_the_unit_wrote_before(database: Database) -> None:
    async def work(unit: Unit) -> None:
        added = unit.add(event("1"))
        assert await unit.count(InboxRow.filter(event="1")) == 1
        assert await unit.first(InboxRow.filter(event="1")) is added
        added.error = "changed"
        unit.save(added, "error")
        assert await unit.rows(InboxRow.all().values("error")) == [{"error": "changed"}]

    await database.unit(SYSTEM, NOW, work)


async def test_a_row_read_twice_is_one_object_also_for_the_next_unit(world: World) -> None:
    async def add(unit: Unit) -> OutboxRow:
        return unit.add(
            OutboxRow(chat_id=1, token="t", card={}, urgent=False, not_before=NOW, created_at=NOW)
        )

    async def find(unit: Unit) -> OutboxRow:
        (found,) = await unit.all(OutboxRow.all())
        assert await unit.get(OutboxRow, found.id) is found
        return found

    first = await world.do(add)
    assert await world.do(find) is first


async def test_many_keeps_the_order_asked_for_and_passes_over_what_is_not_there(database: Database) -> None:
    async def add(unit: Unit) -> None:
        for number in range(1, 5):
            unit.add(event(str(number)))

    async def work(unit: Unit) -> None:
        assert [row.id for row in await unit.many(InboxRow, [3, 9, 1, 4, 3])] == [3, 1, 4, 3]
        with pytest.raises(LookupError):
            await unit.get(InboxRow, 9)
        with pytest.raises(LookupError):
            await unit.get(Department, 9)

    await database.unit(SYSTEM, NOW, add)
    await database.unit(SYSTEM, NOW, work)


async def test_more_numbers_than_one_query_takes(database: Database) -> None:
    async def work(unit: Unit) -> None:
        assert await unit.many(InboxRow, range(1, 40_000)) == []

    await database.unit(SYSTEM, NOW, work)


@pytest.mark.parametrize("number", [50, 1000])
async def test_reads_side_by_side_in_one_unit_see_what_was_written(database: Database, number: int) -> None:
    async def work(unit: Unit) -> None:
        rows = [unit.add(event(str(each))) for each in range(number)]
        assert await asyncio.gather(*(unit.count(InboxRow.all()) for _ in range(8))) == [number] * 8
        for row in rows:
            row.error = "x"
            unit.save(row, "error")
        assert (
            await asyncio.gather(*(unit.count(InboxRow.filter(error="x")) for _ in range(8))) == [number] * 8
        )

    await database.unit(SYSTEM, NOW, work)
    assert len((await dump(database))["inbox"]) == number


async def test_reads_side_by_side_leave_one_point_to_fall_back_to(database: Database) -> None:
    async def work(transaction: Transaction) -> None:
        async with transaction.unit(SYSTEM, NOW) as unit:
            unit.add(event("before"))
        with suppress(BoomError):
            async with transaction.unit(SYSTEM, NOW) as unit:
                unit.add(event("failed"))
                await asyncio.gather(*(unit.count(InboxRow.all()) for _ in range(4)))
                unit.add(event("failed, too"))
                await asyncio.gather(*(unit.count(InboxRow.all()) for _ in range(4)))
                raise BoomError
        async with transaction.unit(SYSTEM, NOW) as unit:
            unit.add(event("after"))

    await database.transact(work)
    assert [row["event"] for row in (await dump(database))["inbox"]] == ["before", "after"]


class BoomError(Exception):
    pass


@pytest.mark.parametrize("flushed", [False, True])
async def test_a_failing_unit_takes_back_only_its_own_part(database: Database, *, flushed: bool) -> None:
    async def work(transaction: Transaction) -> None:
        async with transaction.unit(SYSTEM, NOW) as unit:
            unit.add(department("before"))
            unit.note("before")
        with suppress(BoomError):
            async with transaction.unit(SYSTEM, NOW) as unit:
                unit.add(department("failed"))
                unit.note("failed")
                unit.directory.get(Department, 1).name = "changed"
                unit.save(unit.directory.get(Department, 1), "name")
                if flushed:
                    assert await unit.count(Department.all()) == 2
                raise BoomError
        assert lookup.department_called(database.directory, "failed") is None
        assert database.directory.get(Department, 1).name == "before"
        async with transaction.unit(SYSTEM, NOW) as unit:
            unit.add(department("after"))
            unit.note("after")

    await database.transact(work)
    assert await names(database) == ["before", "after"]
    assert await trail.verify(database) == trail.Verdict(2, None, database.last_hash)
    await memory_agrees(database)


@pytest.mark.parametrize("flushed", [False, True])
async def test_a_unit_that_breaks_a_rule_of_the_database_falls_alone(world: World, *, flushed: bool) -> None:
    async def breaking(transaction: Transaction) -> None:
        async with transaction.unit(SYSTEM, NOW) as unit:
            if flushed:
                assert await unit.count(InboxRow.all()) == 1
            unit.add(Member(name="nobody", created_at=NOW))
            unit.add(event("kept"))
            await unit.count(InboxRow.all())

    async def work(transaction: Transaction) -> None:
        async with transaction.unit(SYSTEM, NOW) as unit:
            unit.add(event("kept"))
        with pytest.raises(IntegrityError):
            await breaking(transaction)
        async with transaction.unit(SYSTEM, NOW) as unit:
            unit.add(event("also"))

    await world.database.transact(work)
    stored = await dump(world.database)
    assert [row["event"] for row in stored["inbox"]] == ["kept", "also"]
    assert [row["name"] for row in stored["member"]] == ["王主任"]
    await memory_agrees(world.database)


async def test_when_an_earlier_unit_cannot_be_written_nothing_is(database: Database) -> None:
    async def third(transaction: Transaction) -> None:
        async with transaction.unit(SYSTEM, NOW) as unit:
            unit.add(department("three"))
            await unit.count(Department.all())

    async def work(transaction: Transaction) -> None:
        for name in ("one", "one"):
            async with transaction.unit(SYSTEM, NOW) as unit:
                unit.add(department(name))
        with pytest.raises(IntegrityError):
            await third(transaction)
        async with transaction.unit(SYSTEM, NOW) as unit:
            unit.add(department("four"))

    with pytest.raises(OperationalError, match="could not be written"):
        await database.transact(work)
    assert await names(database) == []
    await memory_agrees(database)


async def test_a_lost_lock_in_one_unit_is_no_licence_for_the_next(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statements never run outside a transaction, where each would be on disk at once."""
    write, calls = sqlite.write, 0

    async def locked(*args: Any, **kwargs: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise OperationalError("database is locked")
        await write(*args, **kwargs)

    monkeypatch.setattr(sqlite, "write", locked)

    async def work(transaction: Transaction) -> None:
        with suppress(OperationalError):
            async with transaction.unit(SYSTEM, NOW) as unit:
                unit.add(department("one"))
                await unit.count(Department.all())
        async with transaction.unit(SYSTEM, NOW) as unit:
            unit.add(department("two"))
            await unit.count(Department.all())

    with pytest.raises(OperationalError):
        await database.transact(work)
    assert await names(database) == []


async def test_facts_that_cannot_be_hashed_leave_no_gap_in_the_trail(database: Database) -> None:
    async def noting(transaction: Transaction) -> None:
        async with transaction.unit(SYSTEM, NOW) as unit:
            unit.note("good")
            unit.note("bad", what=object())

    async def work(transaction: Transaction) -> None:
        with pytest.raises(TypeError):
            await noting(transaction)
        async with transaction.unit(SYSTEM, NOW) as unit:
            unit.note("next")

    await database.transact(work)
    assert await trail.verify(database) == trail.Verdict(1, None, database.last_hash)


async def test_a_refused_unit_leaves_the_directory_as_it_was(world: World) -> None:
    before = await dump(world.database)

    async def work(unit: Unit) -> None:
        chat = unit.directory.get(Chat, world.groups["甲局"])
        chats.move(unit, chat, "elsewhere")
        chat.title = "not even saved"
        raise Refusal("no")

    with pytest.raises(Refusal):
        await world.do(work)
    assert await dump(world.database) == before
    await memory_agrees(world.database)


async def test_a_refused_unit_leaves_what_is_remembered_as_it_was(world: World) -> None:
    async def add(unit: Unit) -> OutboxRow:
        return unit.add(
            OutboxRow(chat_id=1, token="t", card={}, urgent=False, not_before=NOW, created_at=NOW)
        )

    async def spoil(unit: Unit) -> None:
        row = await unit.get(OutboxRow, 1)
        row.status = "sent"
        unit.save(row)
        await unit.count(OutboxRow.all())
        raise Refusal("no")

    async def look(unit: Unit) -> str:
        return (await unit.get(OutboxRow, 1)).status

    await world.do(add)
    with pytest.raises(Refusal):
        await world.do(spoil)
    assert await world.do(look) == "pending"


async def test_numbers_are_never_given_twice_and_the_trail_has_no_gaps(database: Database) -> None:
    async def add(unit: Unit) -> int:
        unit.note("add")
        number: int = unit.add(event(str(database.last_number(InboxRow)))).id
        return number

    async def fail(unit: Unit) -> None:
        await add(unit)
        raise BoomError

    given = []
    for number in range(6):
        if number % 2:
            with pytest.raises(BoomError):
                await database.unit(SYSTEM, NOW, fail)
        else:
            given.append(await database.unit(SYSTEM, NOW, add))
    assert len(set(given)) == 3
    assert [row["id"] for row in (await dump(database))["audit"]] == [1, 2, 3]


async def test_what_a_task_does_after_its_unit_is_over_is_an_error_and_not_lost(database: Database) -> None:
    over = asyncio.Event()
    late: list[asyncio.Task[None]] = []

    async def straggle(unit: Unit) -> None:
        await over.wait()
        unit.add(event("late"))

    async def work(unit: Unit) -> None:
        late.append(asyncio.create_task(straggle(unit)))
        unit.add(event("kept"))

    await database.unit(SYSTEM, NOW, work)
    over.set()
    with pytest.raises(RuntimeError, match="over"):
        await late[0]
    assert [row["event"] for row in (await dump(database))["inbox"]] == ["kept"]


@pytest.mark.parametrize("verb", ["add", "save", "note"])
async def test_an_ended_unit_takes_nothing(database: Database, verb: str) -> None:
    async def work(unit: Unit) -> tuple[Unit, InboxRow]:
        return unit, unit.add(event("1"))

    unit, row = await database.unit(SYSTEM, NOW, work)

    def late() -> None:
        match verb:
            case "save":
                unit.save(row)
            case "note":
                unit.note("late")
            case _:
                unit.add(event("2"))

    with pytest.raises(RuntimeError, match="over"):
        late()


async def test_a_transaction_within_a_transaction_is_an_error_and_no_standstill(database: Database) -> None:
    async def inner(unit: Unit) -> None:
        unit.note("inner")

    async def nested(_: Unit) -> None:
        await database.unit(SYSTEM, NOW, inner)

    async def looking(_: Unit) -> None:
        async with database.reading():
            pass

    for work in (nested, looking):
        with pytest.raises(RuntimeError, match="within"):
            await database.unit(SYSTEM, NOW, work)
    await database.unit(SYSTEM, NOW, inner)


async def test_a_task_started_inside_a_unit_has_its_own_transaction(database: Database) -> None:
    others: list[asyncio.Task[None]] = []

    async def other(unit: Unit) -> None:
        unit.add(event("other"))

    async def work(unit: Unit) -> None:
        others.append(asyncio.create_task(database.unit(SYSTEM, NOW, other)))
        unit.add(event("mine"))
        await asyncio.sleep(0)
        await unit.count(InboxRow.all())
        raise BoomError

    with pytest.raises(BoomError):
        await database.unit(SYSTEM, NOW, work)
    await others[0]
    assert [row["event"] for row in (await dump(database))["inbox"]] == ["other"]


async def test_who_listens_hears_which_tables_were_touched(database: Database) -> None:
    heard: list[set[Any]] = []
    database.on_commit.append(heard.append)

    async def write(unit: Unit) -> None:
        unit.add(event("1"))

    async def read(unit: Unit) -> None:
        await unit.count(AuditRow.all())

    await database.unit(SYSTEM, NOW, write)
    await database.unit(SYSTEM, NOW, read)
    assert heard == [{InboxRow}]
