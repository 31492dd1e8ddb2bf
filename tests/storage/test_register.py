"""A register meets the ledger: who is who, which names pass on, what is told before anything changes."""

from __future__ import annotations

import json
from datetime import date

import pytest

from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import lookup, register
from storage.records import Collective, Department, DepartmentAlias
from storage.terms import register_json
from storage.terms.errors import Refusal
from storage.terms.register import (
    DEFAULT_COLLECTIVES,
    CollectiveRule,
    DepartmentKind,
    Register,
    RegisterEntry,
)
from storage.unit import Unit
from tests.storage.world import NOW

BUREAU = DepartmentKind.BUREAU


def entry(name: str, *aliases: str, since: date | None = None, until: date | None = None) -> RegisterEntry:
    return RegisterEntry(name, BUREAU, aliases, since, until)


def file(*entries: RegisterEntry) -> Register:
    return Register(entries, DEFAULT_COLLECTIVES)


async def load(database: Database, *entries: RegisterEntry) -> register.RegisterChange:
    async def work(unit: Unit) -> register.RegisterChange:
        told = register.preview(unit, file(*entries))
        done = register.load(unit, file(*entries))
        assert told == done
        return done

    return await database.unit(SYSTEM, NOW, work)


def names(database: Database) -> dict[str, set[str]]:
    directory = database.directory
    return {
        d.name: {a.name for a in directory.all(DepartmentAlias) if a.department_id == d.id}
        for d in directory.all(Department)
    }


async def test_loading_twice_changes_nothing(database: Database) -> None:
    entries = entry("市发展和改革局", "发改局"), entry("市财政局")
    first = await load(database, *entries)
    assert first.added == ("市发展和改革局", "市财政局")
    second = await load(database, *entries)
    assert (second.added, second.changed, second.same, second.absent) == ((), (), 2, ())


async def test_a_new_name_keeps_the_old_one_as_alias(database: Database) -> None:
    await load(database, entry("市发展和改革局", "发改局"))
    number = next(iter(database.directory.all(Department))).id
    change = await load(database, entry("市发展改革委", "发改局"))
    assert [(c.name, c.before) for c in change.changed] == [("市发展改革委", "市发展和改革局")]
    assert names(database) == {"市发展改革委": {"发改局", "市发展和改革局"}}
    found = lookup.department_called(database.directory, "市发展和改革局")
    assert found is not None
    assert found.id == number


async def test_name_and_alias_change_places(database: Database) -> None:
    await load(database, entry("市发展和改革局", "发改局"))
    await load(database, entry("发改局", "市发展和改革局"))
    assert names(database) == {"发改局": {"市发展和改革局"}}
    assert (await load(database, entry("发改局", "市发展和改革局"))).same == 1


async def test_another_print_of_the_name_is_no_alias(database: Database) -> None:
    await load(database, entry("园区（管委会）"))
    change = await load(database, entry("园区(管委会)"))
    assert [c.what for c in change.changed] == [("name",)]
    assert names(database) == {"园区(管委会)": set()}


async def test_a_successor_is_not_taken_for_the_department_it_follows(database: Database) -> None:
    entries = (
        entry("市大数据局", until=date(2026, 6, 30)),
        entry("市数据局", "市大数据局", since=date(2026, 7, 1)),
    )
    change = await load(database, *entries)
    assert change.added == ("市大数据局", "市数据局")
    assert names(database) == {"市大数据局": set(), "市数据局": set()}
    assert (await load(database, *entries)).same == 2


async def test_the_successor_may_stand_first(database: Database) -> None:
    await load(database, entry("市大数据局"))
    await load(
        database,
        entry("市数据局", "市大数据局", since=date(2026, 7, 1)),
        entry("市大数据局", until=date(2026, 6, 30)),
    )
    assert set(names(database)) == {"市大数据局", "市数据局"}


async def test_an_alias_two_bear_in_turn_stays_with_the_first(database: Database) -> None:
    entries = entry("甲局", "老局", until=date(2026, 6, 30)), entry("乙局", "老局", since=date(2026, 7, 1))
    await load(database, *entries)
    assert names(database) == {"甲局": {"老局"}, "乙局": set()}
    assert (await load(database, *entries)).same == 2


async def test_an_alias_moves_where_the_file_puts_it(database: Database) -> None:
    await load(database, entry("甲局", "老局"), entry("乙局"))
    change = await load(database, entry("甲局"), entry("乙局", "老局"))
    assert [(c.name, c.what) for c in change.changed] == [("乙局", ("aliases",))]
    assert names(database) == {"甲局": set(), "乙局": {"老局"}}


async def test_a_name_of_a_department_the_file_leaves_out_is_refused(database: Database) -> None:
    await load(database, entry("甲局", "老局"), entry("乙局"))
    with pytest.raises(Refusal) as refused:
        await load(database, entry("乙局", "老局"))
    assert refused.value.text.values == {"name": "老局", "department": "甲局"}
    with pytest.raises(Refusal):
        await load(database, entry("乙局", "甲局"))
    assert names(database) == {"甲局": {"老局"}, "乙局": set()}


async def test_what_the_file_leaves_open_stays(database: Database) -> None:
    await load(database, entry("甲局", "老局", until=date(2026, 6, 30)))
    assert (await load(database, entry("甲局"))).same == 1
    kept = lookup.department_called(database.directory, "老局")
    assert kept is not None
    assert kept.until == date(2026, 6, 30)


async def test_collectives_of_an_office_stay_when_a_file_brings_none(database: Database) -> None:
    own = CollectiveRule("各窗口单位", (DepartmentKind.INSTITUTION,), choose=True)

    async def work(unit: Unit) -> None:
        register.load(unit, Register((entry("甲局"),), (own,)))
        register.load(unit, file(entry("甲局")))

    await database.unit(SYSTEM, NOW, work)
    assert [(c.name, c.kinds, c.choose) for c in database.directory.all(Collective)] == [
        ("各窗口单位", ["institution"], True)
    ]


async def test_five_hundred_departments(database: Database) -> None:
    entries = [entry(f"第{n}局", f"{n}号局") for n in range(500)]
    assert len((await load(database, *entries)).added) == 500
    assert (await load(database, *entries)).same == 500
    found = lookup.department_called(database.directory, "499号局")
    assert found is not None
    assert found.name == "第499局"


def test_a_register_survives_being_kept() -> None:
    kept = Register(
        (
            entry("甲局", "老局", since=date(2026, 1, 1)),
            RegisterEntry("乙街道", DepartmentKind.SUBDISTRICT, parent="甲局"),
        ),
        DEFAULT_COLLECTIVES,
    )
    packed = json.loads(json.dumps(register_json.to_json(kept)))
    assert register_json.from_json(packed) == kept
