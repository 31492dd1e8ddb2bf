"""What is on its way is counted by its indexes: a health check costs little in a ledger of any size."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any, cast

import pytest
from tortoise.backends.sqlite.client import SqliteClient

from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import chats, inbox, messages, traffic
from storage.ledger.traffic import Traffic
from storage.records import OutboxRow
from storage.terms.cards import Card, Send
from storage.terms.statuses import InboxStatus, OutboxStatus
from storage.terms.texts import text
from storage.unit import Unit
from tests.storage.world import NOW

ROWS = 400


async def counted(database: Database, now: int = NOW) -> Traffic:
    return await database.unit(SYSTEM, now, traffic.traffic)


async def filled(database: Database, events: Sequence[str], said: Sequence[str]) -> None:
    """Let the ledger hold events and messages of these statuses, each a second after the one before."""
    for at, status in enumerate(events):

        async def come(unit: Unit, at: int = at, status: str = status) -> None:
            row = inbox.take_in(unit, platform="p", event=str(at), chat="c", kind="Talk", payload={})
            row.status = status

        await database.unit(SYSTEM, NOW + at * 1000, come)
    for at, status in enumerate(said):

        async def say(unit: Unit, status: str = status) -> None:
            chat = chats.meet(unit, "p", "c", private=False, title="", thread=None)
            messages.say(unit, Send(chat.id, Card(lines=(text("fault.sorry"),))))
            unit.gathered(OutboxRow)[-1].status = status

        await database.unit(SYSTEM, NOW + at * 1000, say)


async def test_nothing_is_on_its_way_in_an_empty_ledger(database: Database) -> None:
    told = await counted(database)
    assert set(told.inbox.values()) == set(told.outbox.values()) == {0}
    assert (told.oldest_event, told.oldest_due) == (None, None)


async def test_what_waits_is_counted_and_what_is_done_is_not(database: Database) -> None:
    events = [
        InboxStatus.DONE,
        InboxStatus.PENDING,
        InboxStatus.PENDING,
        InboxStatus.FAILED,
        InboxStatus.REFUSED,
    ]
    said = [
        OutboxStatus.SENT,
        OutboxStatus.PENDING,
        OutboxStatus.UNCERTAIN,
        OutboxStatus.PARKED,
        OutboxStatus.PENDING,
    ]
    await filled(database, events, said)
    told = await counted(database, NOW + 3_500)
    assert told.inbox == {"pending": 2, "failed": 1}
    assert told.outbox == {"pending": 2, "sending": 0, "uncertain": 1, "failed": 0, "parked": 1}
    assert (told.oldest_event, told.oldest_due) == (NOW + 1000, NOW + 1000)


async def test_what_is_not_due_yet_does_not_wait(database: Database) -> None:
    await filled(database, [], [OutboxStatus.PENDING])
    assert (await counted(database, NOW - 1)).oldest_due is None
    assert (await counted(database, NOW)).oldest_due == NOW


@pytest.mark.parametrize("analysed", [False, True])
async def test_no_count_goes_through_what_is_done(database: Database, analysed: bool) -> None:
    events = [InboxStatus.DONE] * ROWS + [InboxStatus.PENDING]
    await filled(database, events, [OutboxStatus.SENT] * ROWS + [OutboxStatus.PENDING])
    raw: Any = cast(SqliteClient, database.client)._connection
    asked: list[str] = []
    await raw.set_trace_callback(asked.append)
    await counted(database)
    await raw.set_trace_callback(None)
    await database.close()
    with closing(sqlite3.connect(database.path)) as connection:
        if analysed:
            connection.execute("ANALYZE")
        plans = [
            str(row[3])
            for query in asked
            if query.startswith("SELECT")
            for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")
        ]
    assert len(plans) >= 4
    assert [plan for plan in plans if not plan.startswith(("SEARCH", "USE TEMP B-TREE"))] == []
    assert all("USING" in plan for plan in plans)


def test_every_status_is_counted_but_those_of_what_is_done_with() -> None:
    assert set(InboxStatus) - set(traffic.INBOX) == {InboxStatus.DONE, InboxStatus.REFUSED}
    assert set(OutboxStatus) - set(traffic.OUTBOX) == {OutboxStatus.SENT}
