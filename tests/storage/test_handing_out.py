"""Handing out: who an item falls to, in which role, and when it is due."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.ledger import answering_doubts, drafting, handing_out, lookup, plans, register
from storage.ledger.handing_out import due_days, next_period_end
from storage.records import Assignment, Department, Milestone, Party, Plan, PlanItem
from storage.terms.errors import NotAllowed, Refusal
from storage.terms.notice import FROM_NOTICE, Deadline, NoticeItem, Offset, Responsibility
from storage.terms.register import DEFAULT_COLLECTIVES, DepartmentKind, Register, RegisterEntry
from storage.terms.statuses import DoubtKind
from storage.unit import Unit
from tests.storage.world import NAMES, NOW, TODAY, World, add_workdays, dump, every, item, notice, on

LEAD, RESPONSIBLE, SUPPORT = "lead", "responsible", "support"


async def handed(world: World, *items: NoticeItem, **options: Any) -> dict[str, tuple[str, bool]]:
    """Put a plan to work; return role and generality of its first item by department."""
    await world.plan(*items, **options)
    names = {number: name for name, number in world.departments.items()}

    async def look(unit: Unit) -> list[Assignment]:
        return await unit.all(Assignment.filter(item_id=1))

    return {names[a.department_id]: (a.role, a.general) for a in await world.do(look)}


@pytest.mark.parametrize(
    ("given_item", "standing", "expected"),
    [
        (item("a", lead="甲局", names="乙局"), "", {"甲局": (LEAD, False), "乙局": (RESPONSIBLE, False)}),
        (item("a", lead="甲局", names="甲局"), "", {"甲局": (LEAD, False)}),
        (
            item("a", names="甲局", support="甲局 乙局"),
            "",
            {"甲局": (RESPONSIBLE, False), "乙局": (SUPPORT, False)},
        ),
        (
            item("a", lead="甲局", names="各部门"),
            "",
            {"甲局": (LEAD, False), "乙局": (RESPONSIBLE, True), "丙局": (RESPONSIBLE, True)},
        ),
        (item("a", names="各乡镇"), "", {"东乡": (RESPONSIBLE, True), "西乡": (RESPONSIBLE, True)}),
        (item("a", names="各乡镇 东乡"), "", {"东乡": (RESPONSIBLE, False), "西乡": (RESPONSIBLE, True)}),
        (item("a", names="东乡 各乡镇"), "", {"东乡": (RESPONSIBLE, False), "西乡": (RESPONSIBLE, True)}),
        (
            item("a", names="各乡镇", support="东乡"),
            "",
            {"东乡": (RESPONSIBLE, False), "西乡": (RESPONSIBLE, True)},
        ),
        (
            item("a", lead="甲局"),
            "各乡镇",
            {"甲局": (LEAD, False), "东乡": (RESPONSIBLE, True), "西乡": (RESPONSIBLE, True)},
        ),
        (item("a", lead="甲局"), "甲局", {"甲局": (LEAD, False)}),
        (item("a"), "丙局", {"丙局": (RESPONSIBLE, False)}),
        (item("a", names="各单位"), "", dict.fromkeys(NAMES, (RESPONSIBLE, True))),
    ],
)
async def test_each_department_has_one_assignment_in_its_highest_role(
    world: World, given_item: NoticeItem, standing: str, expected: dict[str, tuple[str, bool]]
) -> None:
    assert await handed(world, given_item, standing=standing.split()) == expected


async def test_a_collective_means_who_exists_on_the_day_of_handing_out(world: World) -> None:
    async def arrange(unit: Unit) -> None:
        for name, last in (("甲局", date(2026, 3, 1)), ("乙局", TODAY)):
            register.retire(unit, unit.directory.get(Department, world.departments[name]), last)
        register.add_department(unit, "新局", DepartmentKind.BUREAU, date(2026, 3, 3))
        register.add_department(unit, "外单位", DepartmentKind.EXTERNAL)

    await world.do(arrange)
    assert set(await handed(world, item("a", names="各部门"))) == {"乙局", "丙局"}


async def test_who_is_retired_between_drafting_and_handing_out_is_left_out(world: World) -> None:
    async def begin(unit: Unit) -> Plan:
        return drafting.draft(unit, notice(item("a", on(date(2026, 9, 1)), names="各部门")), None, 2026)

    plan = await world.do(begin)

    async def retire(unit: Unit) -> None:
        register.retire(unit, unit.directory.get(Department, world.departments["甲局"]), date(2026, 2, 27))

    async def activate(unit: Unit) -> list[Assignment]:
        return await handing_out.activate(unit, unit.directory.get(Plan, plan.id), add_workdays)

    await world.do(retire)
    found = {a.department_id for a in await world.do(activate)}
    assert found == {world.departments["乙局"], world.departments["丙局"]}


async def test_an_external_body_takes_part_where_it_is_named(world: World) -> None:
    async def arrange(unit: Unit) -> int:
        number: int = register.add_department(unit, "供电公司", DepartmentKind.EXTERNAL).id
        return number

    number = await world.do(arrange)
    await world.plan(item("a", names="供电公司 各单位"))
    stored = (await dump(world.database))["assignment"]
    assert [row["general"] for row in stored if row["department_id"] == number] == [0]
    assert len(stored) == len(NAMES) + 1


def plan_item(*deadlines: Deadline) -> PlanItem:
    return PlanItem(deadlines=[each.to_json() for each in deadlines])


def days(*deadlines: Deadline, today: date = TODAY, issued_on: date | None = None) -> list[date]:
    plan = Plan(year=2026, issued_on=issued_on)
    return [day for day, _ in due_days(plan_item(*deadlines), plan, today, add_workdays)]


def after(number: int, unit: Any = "workday", start: str = FROM_NOTICE) -> Deadline:
    return Deadline("in time", "relative", offset=Offset(number, unit, start))


OPEN_ENDED = Deadline("always", "open")
CLOSE = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("deadlines", "expected"),
    [
        ([], [CLOSE]),
        ([on(date(2026, 6, 30))], [date(2026, 6, 30)]),
        ([on(date(2026, 11, 1)), on(date(2026, 6, 30))], [date(2026, 6, 30), date(2026, 11, 1)]),
        ([OPEN_ENDED], []),
        ([OPEN_ENDED, on(date(2026, 6, 30))], [date(2026, 6, 30)]),
        ([every("quarter")], [date(2026, 3, 31)]),
        ([every("half-year"), on(date(2026, 5, 1))], [date(2026, 5, 1), date(2026, 6, 30)]),
        ([after(5)], [date(2026, 3, 9)]),
        ([after(5, "day")], [CLOSE]),
        ([after(3, "workday", "event: published")], [CLOSE]),
    ],
)
def test_the_days_an_item_is_due(deadlines: list[Deadline], expected: list[date]) -> None:
    assert days(*deadlines) == expected


def test_working_days_count_from_the_date_of_the_notice() -> None:
    assert days(after(5), issued_on=date(2026, 2, 27)) == [date(2026, 3, 6)]


def test_a_recurring_item_of_a_past_year_is_due_at_that_years_close() -> None:
    assert days(every("quarter"), today=date(2027, 1, 5)) == [CLOSE]


@pytest.mark.parametrize(
    ("period", "today", "end"),
    [
        ("week", date(2026, 3, 2), date(2026, 3, 6)),
        ("week", date(2026, 3, 6), date(2026, 3, 6)),
        ("week", date(2026, 3, 7), date(2026, 3, 13)),
        ("week", date(2026, 12, 31), None),
        ("ten-days", date(2026, 2, 10), date(2026, 2, 10)),
        ("ten-days", date(2026, 2, 11), date(2026, 2, 20)),
        ("ten-days", date(2026, 2, 21), date(2026, 2, 28)),
        ("half-month", date(2026, 3, 1), date(2026, 3, 15)),
        ("half-month", date(2026, 3, 16), date(2026, 3, 31)),
        ("two-months", date(2026, 1, 5), date(2026, 2, 28)),
        ("two-months", date(2026, 3, 1), date(2026, 4, 30)),
        ("month", date(2026, 2, 1), date(2026, 2, 28)),
        ("quarter", date(2026, 4, 1), date(2026, 6, 30)),
        ("quarter", date(2026, 12, 31), date(2026, 12, 31)),
        ("half-year", date(2026, 6, 30), date(2026, 6, 30)),
        ("half-year", date(2026, 7, 1), date(2026, 12, 31)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
        ("quarter", date(2025, 11, 3), date(2026, 3, 31)),
        ("year", date(2027, 1, 1), None),
    ],
)
def test_the_end_of_a_period(period: str, today: date, end: date | None) -> None:
    assert next_period_end(period, today, 2026) == end


LONGEST = {
    "week": 7,
    "ten-days": 11,
    "half-month": 16,
    "month": 31,
    "two-months": 62,
    "quarter": 92,
    "half-year": 184,
    "year": 366,
}
"""Periods, and the most days that one has."""


@given(
    st.sampled_from(list(LONGEST)),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_a_period_ends_neither_before_today_nor_after_its_length(period: str, today: date) -> None:
    end = next_period_end(period, today, 2026)
    most = LONGEST[period]
    if end is None:
        assert period == "week"
        assert today >= date(2026, 12, 26)
    else:
        assert 0 <= (end - today).days < most
        assert next_period_end(period, end, 2026) == end


# ---------------------------------------------------------------- drafts


async def drafted(world: World, *items: NoticeItem) -> Plan:
    async def work(unit: Unit) -> Plan:
        return drafting.draft(unit, notice(*items), None, 2026)

    return await world.do(work)


async def doubts(world: World) -> list[tuple[str, str]]:
    async def work(unit: Unit) -> list[tuple[str, str]]:
        return [(d.kind, d.name) for d in await drafting.doubts(unit, unit.directory.get(Plan, 1))]

    return await world.do(work)


JUNE = on(date(2026, 6, 30))


async def test_a_name_is_asked_once_however_its_brackets_are_printed(world: World) -> None:
    await drafted(world, item("a", JUNE, names="局(办)"), item("b", JUNE, names="局（办） 局〔办〕"))
    assert await doubts(world) == [("name", "局(办)")]


async def test_correcting_one_of_two_spellings_leaves_the_other_in_doubt(world: World) -> None:
    await drafted(world, item("a", JUNE, names="局(办)"), item("b", JUNE, names="局（办）"))

    async def correct(unit: Unit) -> None:
        first = unit.directory.get(PlanItem, 1)
        await plans.set_clause(unit, first, Responsibility("", responsible=("甲局",)))

    await world.do(correct)
    assert await doubts(world) == [("name", "局(办)")]


async def test_dropping_an_item_drops_what_was_doubted_only_there(world: World) -> None:
    await drafted(
        world, item("a", JUNE, names="怪局 有关部门"), item("b", JUNE, names="甲局"), item("c", JUNE)
    )
    assert [kind for kind, _ in await doubts(world)] == ["name", "choose", "clause"]

    async def drop(unit: Unit) -> None:
        await plans.drop(unit, unit.directory.get(PlanItem, 1))

    await world.do(drop)
    assert await doubts(world) == [("clause", "")]


async def test_nothing_is_handed_out_while_something_is_in_doubt(world: World) -> None:
    await drafted(world, item("a", JUNE, names="怪局"))

    async def activate(unit: Unit) -> object:
        return await handing_out.activate(unit, unit.directory.get(Plan, 1), add_workdays)

    before = await dump(world.database)
    with pytest.raises(Refusal, match=r"plan\.doubts"):
        await world.do(activate)
    assert await dump(world.database) == before

    async def settle(unit: Unit) -> None:
        doubt = await answering_doubts.open_doubt(unit, 1, DoubtKind.NAME)
        await answering_doubts.name_means(unit, doubt, unit.directory.get(Department, 1))

    await world.do(settle)
    with pytest.raises(Refusal, match=r"doubt\.answered"):
        await world.do(settle)
    await world.do(activate)
    with pytest.raises(Refusal, match=r"plan\.status"):
        await world.do(activate)
    stored = await dump(world.database)
    assert len(stored["assignment"]) == 1
    assert [row["name"] for row in stored["department_alias"]] == ["怪局"]


async def test_no_name_stays_without_an_answer_once_its_doubt_is_settled(world: World) -> None:
    await drafted(world, item("a", JUNE, names="怪局(一) 甲局"), item("b", JUNE, names="怪局（一）"))

    async def settle(unit: Unit) -> list[Party]:
        doubt = await answering_doubts.open_doubt(unit, 1, DoubtKind.NAME)
        await answering_doubts.name_is_new(unit, doubt, DepartmentKind.EXTERNAL)
        return await unit.all(Party.filter(departments__isnull=True))

    assert await world.do(settle) == []


async def test_a_plan_is_drafted_once(world: World) -> None:
    await drafted(world, item("a", JUNE, names="甲局"))
    with pytest.raises(Refusal, match=r"plan\.known"):
        await drafted(world, item("a", JUNE, names="甲局"))


async def test_departments_draft_nothing(world: World) -> None:
    async def work(unit: Unit) -> Plan:
        return drafting.draft(unit, notice(item("a")), None, 2026)

    with pytest.raises(NotAllowed):
        await world.do(work, world.liaison("甲局"))


async def test_an_item_added_to_a_plan_in_force_is_handed_out_at_once(world: World) -> None:
    await world.plan(item("a", JUNE, names="甲局"))

    async def add(names: str, unit: Unit) -> list[Assignment]:
        plan = plans.current(unit)
        clause = Responsibility("", responsible=tuple(names.split()))
        _, made = await plans.add_item(unit, plan, "added", clause, [], add_workdays)
        return made

    made = await world.do(partial(add, "乙局 各乡镇"))
    assert {a.department_id for a in made} == {world.departments[name] for name in ("乙局", "东乡", "西乡")}

    async def milestones(unit: Unit) -> int:
        return await unit.count(Milestone.filter(assignment_id__in=[a.id for a in made], due=CLOSE))

    assert await world.do(milestones) == 3
    for name in ("怪局", "有关部门"):
        with pytest.raises(Refusal, match=r"clause\.name"):
            await world.do(partial(add, name))


async def test_a_renamed_department_keeps_its_former_name(world: World) -> None:
    """The notice of last week still names it as it was called."""

    async def load(unit: Unit, *entries: RegisterEntry) -> None:
        register.load(unit, Register(entries, DEFAULT_COLLECTIVES))

    bureau = DepartmentKind.BUREAU
    await world.do(lambda unit: load(unit, RegisterEntry("甲局", bureau, ("甲",))))
    await world.do(lambda unit: load(unit, RegisterEntry("新甲局", bureau, ("甲",))), now=NOW)
    number = world.departments["甲局"]
    for name in ("甲局", "新甲局", "甲"):
        found = lookup.department_called(world.database.directory, name)
        assert found is not None
        assert found.id == number
