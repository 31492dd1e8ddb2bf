"""The trail: a row changed, removed, put in or moved is noticed, wherever it stands."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage import chain
from storage.actors import SYSTEM, Actor
from storage.database import Database
from storage.ledger import trail
from storage.ledger.trail import Verdict
from storage.records import AuditRow
from storage.terms.errors import NotAllowed
from storage.unit import Unit
from tests.storage.world import NOW, World, item

ROWS = 7
INSERT = (
    "INSERT INTO audit (id, at, verb, who, data, previous, hash) "
    "SELECT {}, at, verb, who, data, previous, hash FROM audit WHERE id = 3"
)
TAMPERED = {
    "at": "UPDATE audit SET at = at + 1 WHERE id = 4",
    "verb": "UPDATE audit SET verb = 'assignment.approve' WHERE id = 4",
    "member": "UPDATE audit SET member_id = 2 WHERE id = 4",
    "who": "UPDATE audit SET who = 'somebody else' WHERE id = 4",
    "chat": "UPDATE audit SET chat_id = NULL WHERE id = 4",
    "message": "UPDATE audit SET message = '' WHERE id = 4",
    "plan": "UPDATE audit SET plan_id = 9 WHERE id = 4",
    "item": "UPDATE audit SET item_id = 9 WHERE id = 4",
    "department": "UPDATE audit SET department_id = 9 WHERE id = 4",
    "data": """UPDATE audit SET data = '{"step":5}' WHERE id = 4""",
    "unreadable": "UPDATE audit SET data = 'not JSON' WHERE id = 4",
    "hash": "UPDATE audit SET hash = previous WHERE id = 4",
    "previous": "UPDATE audit SET previous = hash WHERE id = 4",
    "deleted": "DELETE FROM audit WHERE id = 4",
    "put in between": "UPDATE audit SET id = id + 1000 WHERE id > 3; "
    "UPDATE audit SET id = id - 999 WHERE id > 1000; " + INSERT.format(4),
    "exchanged": "UPDATE audit SET id = 100 WHERE id = 4; UPDATE audit SET id = 4 WHERE id = 5; "
    "UPDATE audit SET id = 5 WHERE id = 100",
}


async def fill(database: Database) -> None:
    async def work(unit: Unit) -> None:
        for number in range(1, ROWS + 1):
            unit.note("step", plan=1, item=2, department=3, step=number, words="已完成，发布12条")

    await database.unit(Actor(name="王主任", member_id=1, chat_id=1, message="m", system=True), NOW, work)


def tamper(path: Path, statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(statements)


async def test_a_whole_chain_holds(database: Database) -> None:
    assert await trail.verify(database) == Verdict(0, None, chain.GENESIS)
    await fill(database)
    assert await trail.verify(database) == Verdict(ROWS, None, database.last_hash)


@pytest.mark.parametrize("kind", TAMPERED)
@pytest.mark.parametrize("page", [2, 2000])
async def test_tampering_is_noticed_where_it_was_done(
    database: Database, kind: str, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail, "PAGE", page)
    await fill(database)
    tamper(database.path, TAMPERED[kind])
    verdict = await trail.verify(database)
    assert (verdict.links, verdict.broken) == (3, 4)


@pytest.mark.parametrize("number", [0, -5])
async def test_a_row_put_in_before_the_first_is_noticed(database: Database, number: int) -> None:
    await fill(database)
    tamper(database.path, INSERT.format(number))
    assert (await trail.verify(database)).broken == 1


async def test_a_row_put_in_behind_the_last_is_noticed(database: Database) -> None:
    await fill(database)
    tamper(database.path, INSERT.format(ROWS + 1))
    assert (await trail.verify(database)).broken == ROWS + 1


async def test_a_missing_beginning_is_noticed(database: Database) -> None:
    await fill(database)
    tamper(database.path, "DELETE FROM audit WHERE id = 1")
    assert (await trail.verify(database)).broken == 1


async def test_a_missing_end_shows_in_the_head_alone(database: Database) -> None:
    """A shortened chain is a whole chain: what an office wrote down of the longer one tells them apart."""
    await fill(database)
    known = await trail.verify(database)
    tamper(database.path, "DELETE FROM audit WHERE id > 5")
    shortened = await trail.verify(database)
    assert (shortened.links, shortened.broken) == (5, None)
    assert shortened.head != known.head
    await fill(database)
    assert (await trail.verify(database)).broken == 6


async def test_a_database_with_a_spoilt_trail_still_opens_to_be_looked_at(path: Path) -> None:
    database = await Database.open(path)
    await fill(database)
    await database.close()
    tamper(path, f"UPDATE audit SET data = 'not JSON' WHERE id = {ROWS}")
    reader = await Database.open(path, reading=True)
    assert (await trail.verify(reader)).broken == ROWS
    await reader.close()


async def test_the_history_of_an_item_is_for_those_who_oversee(world: World) -> None:
    plan = await world.plan(item("one", lead="甲局"), item("two", lead="乙局"))

    async def look(unit: Unit) -> list[AuditRow]:
        return await trail.history(unit, 1)

    rows = await world.do(look)
    assert rows
    assert {(row.item_id, row.plan_id) for row in rows} == {(1, plan.id)}
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    with pytest.raises(NotAllowed):
        await world.do(look, world.liaison("甲局"))


async def test_long_names_and_every_script_fit(database: Database) -> None:
    async def work(unit: Unit) -> None:
        unit.note(
            "step", words="㐂🀄\u0000\u2028“”", nested={"b": [1, {"a": None}], "a": 1.5}, many=("x", "y")
        )

    await database.unit(Actor(name="名" * 500, system=True), NOW, work)
    await database.unit(SYSTEM, NOW, work)
    assert await trail.verify(database) == Verdict(2, None, database.last_hash)
