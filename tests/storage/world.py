"""A small office for the tests of the ledger: departments, chats, who acts, and a plan in force."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from storage import records
from storage.actors import SYSTEM, Actor
from storage.database import Database
from storage.ledger import chats, drafting, handing_out, lookup, register
from storage.records import Assignment, Chat, Department, Member, Plan
from storage.records.base import Record
from storage.terms.clock import OFFICE_ZONE, to_millis
from storage.terms.notice import Deadline, Notice, NoticeItem, Responsibility
from storage.terms.register import DepartmentKind
from storage.terms.roles import Purpose, Role
from storage.unit import Unit

T = TypeVar("T")
MODELS: list[type[Record]] = [getattr(records, name) for name in records.__all__]
DAY = 24 * 60 * 60 * 1000
NOW = to_millis(datetime(2026, 3, 2, 9, tzinfo=OFFICE_ZONE))
TODAY = date(2026, 3, 2)

BUREAU, TOWNSHIP = DepartmentKind.BUREAU, DepartmentKind.TOWNSHIP
NAMES = {"甲局": BUREAU, "乙局": BUREAU, "丙局": BUREAU, "东乡": TOWNSHIP, "西乡": TOWNSHIP}


def add_workdays(day: date, number: int) -> date:
    """Count Mondays to Fridays onward."""
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < 5
    return day


@dataclass(frozen=True, slots=True)
class World:
    """A database with five departments, each with its group, and a coordination group."""

    database: Database
    departments: dict[str, int]
    groups: dict[str, int]
    desk: Actor

    async def do(self, work: Callable[[Unit], Awaitable[T]], actor: Actor | None = None, now: int = NOW) -> T:
        """Run a unit, as the coordinator unless somebody else is named."""
        return await self.database.unit(actor or self.desk, now, work)

    def liaison(self, name: str, message: str = "m1") -> Actor:
        """Return who speaks for a department, in its group."""
        number = self.departments[name]
        return Actor(
            name=f"{name}联络员",
            chat_id=self.groups[name],
            message=message,
            roles=frozenset({Role.LIAISON}),
            purpose=Purpose.DEPARTMENT,
            speaks_for=frozenset({number}),
            bound=frozenset({number}),
        )

    async def plan(self, *items: NoticeItem, year: int = 2026, standing: Iterable[str] = ()) -> Plan:
        """Draft a plan and put it to work, its doubts confirmed."""

        async def work(unit: Unit) -> Plan:
            plan = drafting.draft(unit, notice(*items, year=year, standing=standing), None, year)
            for doubt in await drafting.doubts(unit, plan):
                assert doubt.kind == "deadlines"
                doubt.answer, doubt.answered_at = {}, unit.now
                unit.save(doubt)
            await handing_out.activate(unit, plan, add_workdays)
            return plan

        return await self.do(work)

    async def assignment(self, unit: Unit, position: int, name: str) -> Assignment:
        """Return an assignment of the newest plan."""
        plan = max(unit.directory.all(Plan), key=lambda p: p.id)
        item = lookup.items_of(unit.directory, plan.id)[position - 1]
        found = await unit.first(Assignment.filter(item_id=item.id, department_id=self.departments[name]))
        assert found is not None
        return found


def notice(*items: NoticeItem, year: int = 2026, standing: Iterable[str] = ()) -> Notice:
    """Return a notice of some items."""
    return Notice(f"{year}年要点", "", "", date(year, 3, 1), year, standing=tuple(standing), items=items)


def item(title: str, *deadlines: Deadline, lead: str = "", names: str = "", support: str = "") -> NoticeItem:
    """Return an item; names are written with blanks between."""
    who = Responsibility("", tuple(lead.split()), tuple(names.split()), tuple(support.split()))
    return NoticeItem(title, (), title, title, who, deadlines)


def on(due: date) -> Deadline:
    """Return a time limit on a day."""
    return Deadline(due.isoformat(), "date", due=due)


def every(period: Any) -> Deadline:
    """Return a recurring time limit."""
    return Deadline(f"every {period}", "recurring", every=period)


async def build(database: Database) -> World:
    """Fill an empty database."""

    async def work(unit: Unit) -> tuple[dict[str, int], dict[str, int], Actor]:
        departments, groups = {}, {}
        for number, (name, kind) in enumerate(NAMES.items()):
            departments[name] = register.add_department(unit, name, kind).id
            chat = chats.meet(unit, "test", f"g{number}", private=False, title=name, thread=None)
            chats.bind(unit, chat, [unit.directory.get(Department, departments[name])])
            groups[name] = chat.id
        desk = chats.meet(unit, "test", "desk", private=False, title="desk", thread=None)
        chats.set_purpose(unit, desk, Purpose.COORDINATION)
        member = unit.add(Member(name="王主任", created_at=unit.now))
        roles = frozenset({Role.COORDINATOR})
        actor = Actor(
            name="王主任",
            member_id=member.id,
            chat_id=desk.id,
            roles=roles,
            purpose=Purpose.COORDINATION,
        )
        return departments, groups, actor

    return World(database, *await database.unit(SYSTEM, NOW, work))


def elsewhere(actor: Actor, purpose: Purpose) -> Actor:
    """Return the same person in a chat of another purpose."""
    return replace(actor, purpose=purpose)


async def dump(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Return everything on disk."""
    found = {}
    async with database.reading():
        for model in MODELS:
            table = model._meta.db_table
            rows = await database.client.execute_query_dict(f'SELECT * FROM "{table}" ORDER BY id')
            found[table] = [dict(row) for row in rows]
    return found


async def memory_agrees(database: Database) -> None:
    """Fail unless what is held in memory is what stands on disk."""
    async with database.reading():
        for model in MODELS:
            stored = {record.id: record for record in await model.all(using_db=database.client)}
            assert database.last_number(model) >= max(stored, default=0)
            if database.directory.keeps(model):
                held = {record.id: record for record in database.directory.all(model)}
                assert held.keys() == stored.keys(), model
            else:
                held = database.remembered.held(model)
                assert held.keys() <= stored.keys(), model
            for number, record in held.items():
                assert plain(record) == plain(stored[number]), model


def plain(record: Record) -> dict[str, Any]:
    """Return a record's columns as the database has them."""
    fields = record._meta.fields_map
    return {name: fields[name].to_db_value(getattr(record, name), record) for name in record._meta.db_fields}


def chat_of(world: World, name: str) -> Chat:
    """Return a department's group."""
    return world.database.directory.get(Chat, world.groups[name])
