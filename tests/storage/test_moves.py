"""What departments and coordinators do to assignments, and what must not come of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from functools import partial

import pytest

from storage.actors import Actor
from storage.ledger import assignments, pending, plans, reports, requests
from storage.ledger.reports import Said
from storage.records import Assignment, Department, Extension, Milestone, Plan, PlanItem, Transfer
from storage.terms.errors import NotAllowed, Refusal
from storage.terms.statuses import AssignmentStatus, ItemRole, MilestoneStatus, RequestStatus
from storage.unit import Unit
from tests.storage.world import DAY, NOW, TODAY, World, add_workdays, dump, every, item, memory_agrees, on

JUNE, JULY = date(2026, 6, 30), date(2026, 7, 31)
S = AssignmentStatus
Work = Callable[[Unit, Assignment], Awaitable[object]]


async def act(
    world: World,
    work: Work,
    *,
    name: str = "甲局",
    position: int = 1,
    actor: Actor | None = None,
    now: int = NOW,
) -> Assignment:
    """Do something with one assignment, as the coordinator unless somebody else is named."""

    async def in_unit(unit: Unit) -> Assignment:
        mine = await world.assignment(unit, position, name)
        await work(unit, mine)
        return mine

    try:
        return await world.do(in_unit, actor, now)
    finally:
        await memory_agrees(world.database)


async def refused(world: World, key: str, work: Work, **options: object) -> None:
    before = await dump(world.database)
    with pytest.raises(Refusal) as told:
        await act(world, work, **options)  # type: ignore[arg-type]
    assert told.value.text.key == f"refusal.{key}"
    assert await dump(world.database) == before


async def done(world: World, name: str = "甲局", now: int = NOW) -> None:
    async def work(unit: Unit, mine: Assignment) -> None:
        reports.take(unit, mine, Said(1, "已完成", done=True))

    await act(world, work, name=name, actor=world.liaison(name), now=now)


async def approve(unit: Unit, mine: Assignment) -> None:
    await assignments.approve(unit, [mine])


async def suspend(unit: Unit, mine: Assignment) -> None:
    assignments.suspend(unit, [mine], "等文件")


async def cancel(unit: Unit, mine: Assignment) -> None:
    await assignments.cancel(unit, [mine], "不再需要")


async def reopen(unit: Unit, mine: Assignment) -> None:
    await assignments.reopen(unit, [mine], "重做", JULY)


async def ask(unit: Unit, mine: Assignment, until: date = JULY) -> None:
    await requests.ask_extension(unit, mine, until, "会签未完")


async def decline(unit: Unit, mine: Assignment) -> None:
    await requests.decline(unit, mine, "非本单位职责")


async def grant(unit: Unit, _: Assignment, until: date | None = None) -> None:
    await requests.decide_extension(unit, await unit.get(Extension, 1), grant=True, until=until)


async def milestones(world: World) -> list[tuple[date, str]]:
    async def look(unit: Unit) -> list[tuple[date, str]]:
        return [(m.due, m.status) for m in await unit.all(Milestone.all().order_by("id"))]

    return await world.do(look)


@pytest.fixture
async def one(world: World) -> World:
    """Return an office with one dated item for two departments."""
    await world.plan(item("a", on(JUNE), lead="甲局", names="乙局"))
    return world


@pytest.fixture
async def recurring(world: World) -> World:
    """Return an office with one half-yearly item."""
    await world.plan(item("a", every("half-year"), lead="甲局"))
    return world


# ---------------------------------------------------------------- 办结


async def test_approved_twice_is_approved_once(one: World) -> None:
    await done(one)

    async def twice(unit: Unit, mine: Assignment) -> None:
        assert await assignments.approve(unit, [mine, mine]) == [mine]
        assert await assignments.approve(unit, [mine]) == []

    mine = await act(one, twice)
    assert (mine.status, mine.percent) == (S.DONE, 100)
    assert (await milestones(one))[0] == (JUNE, "met")
    verbs = [row["verb"] for row in (await dump(one.database))["audit"]]
    assert verbs.count("assignment.approve") == 1


async def test_a_recurring_duty_goes_on_after_approval_until_the_year_ends(recurring: World) -> None:
    await done(recurring)
    mine = await act(recurring, approve)
    assert (mine.status, mine.percent, mine.completed_at) == (S.WORKING, 0, None)
    assert await milestones(recurring) == [(JUNE, "met"), (date(2026, 12, 31), "open")]
    autumn = NOW + 200 * DAY
    await done(recurring, now=autumn)
    assert (await act(recurring, approve, now=autumn)).status == S.DONE
    assert await milestones(recurring) == [(JUNE, "met"), (date(2026, 12, 31), "met")]


async def test_a_period_approved_late_is_followed_by_the_running_one(recurring: World) -> None:
    august = NOW + 160 * DAY
    await done(recurring, now=august)
    await act(recurring, approve, now=august)
    assert (await milestones(recurring))[-1] == (date(2026, 12, 31), "open")


async def test_of_two_days_the_second_is_still_owed(world: World) -> None:
    await world.plan(item("a", on(JUNE), on(JULY), lead="甲局"))
    for status in (S.WORKING, S.DONE):
        await done(world)
        assert (await act(world, approve)).status == status
    assert {status for _, status in await milestones(world)} == {"met"}


async def test_an_item_without_a_day_is_done_when_approved(world: World) -> None:
    from storage.terms.notice import Deadline

    await world.plan(item("a", Deadline("长期", "open"), lead="甲局"))
    await done(world)
    assert (await act(world, approve)).status == S.DONE


async def test_what_was_asked_of_a_day_that_is_met_falls_away(recurring: World) -> None:
    """Else granting it would move the next period's day to where nobody asked for it."""
    liaison = recurring.liaison("甲局")
    await act(recurring, ask, actor=liaison)
    await act(recurring, decline, actor=liaison)
    await done(recurring)
    await act(recurring, approve)
    stored = await dump(recurring.database)
    assert stored["extension"][0]["status"] == RequestStatus.REFUSED
    assert stored["transfer"][0]["status"] == RequestStatus.ASKED
    await refused(recurring, "request.decided", grant)
    assert (await milestones(recurring))[-1] == (date(2026, 12, 31), "open")


async def test_nothing_more_is_asked_of_what_is_done(one: World) -> None:
    liaison = one.liaison("甲局")
    await act(one, ask, actor=liaison)
    await act(one, decline, actor=liaison)
    await done(one)
    await act(one, approve)
    stored = await dump(one.database)
    assert {row["status"] for row in stored["extension"] + stored["transfer"]} == {RequestStatus.REFUSED}

    async def set_due(unit: Unit, mine: Assignment) -> None:
        await assignments.set_due(unit, mine, JULY, "reason")

    await refused(one, "assignment.settled", set_due)
    await refused(one, "assignment.settled", ask, actor=liaison)
    await refused(one, "assignment.settled", decline, actor=liaison)
    for work in (suspend, cancel):
        await refused(one, "assignment.move", work)


# ---------------------------------------------------------------- 延期


async def test_an_extension_moves_the_day(one: World) -> None:
    await act(one, ask, actor=one.liaison("甲局"))
    await refused(one, "extension.asked_already", ask, actor=one.liaison("甲局"))
    await act(one, grant)
    assert (await milestones(one))[0] == (JULY, "open")
    await refused(one, "request.decided", grant)
    assert (await dump(one.database))["milestone"][0]["version"] == 2
    assert (await dump(one.database))["milestone"][0]["first_due"] == JUNE.isoformat()


@pytest.mark.parametrize(
    ("key", "until", "today"),
    [
        ("extension.not_later", JUNE, TODAY),
        ("extension.not_later", TODAY, TODAY),
        ("extension.too_late", JULY, JUNE + timedelta(days=1)),
    ],
)
async def test_an_extension_is_asked_before_the_day_and_to_a_later_one(
    one: World, key: str, until: date, today: date
) -> None:
    now = NOW + (today - TODAY).days * DAY
    await refused(one, key, partial(ask, until=until), actor=one.liaison("甲局"), now=now)


async def test_an_extension_can_be_asked_on_the_day_itself(one: World) -> None:
    await act(one, ask, actor=one.liaison("甲局"), now=NOW + (JUNE - TODAY).days * DAY)


async def test_a_grant_never_brings_a_day_nearer(one: World) -> None:
    """The day was moved further out meanwhile."""
    await act(one, ask, actor=one.liaison("甲局"))

    async def set_due(unit: Unit, mine: Assignment) -> None:
        await assignments.set_due(unit, mine, date(2026, 9, 30), "reason")

    await act(one, set_due)
    await refused(one, "extension.not_later", grant)
    await act(one, partial(grant, until=date(2026, 10, 31)))
    assert (await milestones(one))[0] == (date(2026, 10, 31), "open")


async def test_a_day_that_has_passed_cannot_be_granted(one: World) -> None:
    await act(one, ask, actor=one.liaison("甲局"))
    await refused(one, "due.past", grant, now=NOW + 300 * DAY)


async def test_nothing_is_asked_of_what_is_suspended(one: World) -> None:
    await act(one, suspend)
    for work in (ask, decline):
        await refused(one, "assignment.settled", work, actor=one.liaison("甲局"))
    late = await act(one, report, actor=one.liaison("甲局"))
    assert (late.status, late.percent) == (S.SUSPENDED, 0)


async def report(unit: Unit, mine: Assignment) -> None:
    reports.take(unit, mine, Said(1, "一半", percent=50))


# ---------------------------------------------------------------- 撤销、转办、重新办理


async def test_cancelling_takes_days_and_requests_away(one: World) -> None:
    liaison = one.liaison("甲局")
    await act(one, ask, actor=liaison)
    await act(one, decline, actor=liaison)
    await act(one, cancel)
    stored = await dump(one.database)
    assert {row["status"] for row in stored["extension"] + stored["transfer"]} == {RequestStatus.REFUSED}
    assert await milestones(one) == [(JUNE, "void"), (JUNE, "open")]


async def reassign(unit: Unit, _: Assignment, to: int, number: int = 1) -> None:
    transfer = await unit.get(Transfer, number)
    await requests.reassign(unit, transfer, unit.directory.get(Department, to), add_workdays)


async def test_a_declined_assignment_goes_to_another_with_its_day_and_role(one: World) -> None:
    await act(one, ask, actor=one.liaison("甲局"))
    await act(one, grant)
    await act(one, decline, actor=one.liaison("甲局"))
    await act(one, partial(reassign, to=one.departments["丙局"]))
    old = await act(one, nothing)
    new = await act(one, nothing, name="丙局")
    assert (old.status, new.status, new.role) == (S.CANCELLED, S.AWAITING, ItemRole.LEAD)
    assert await milestones(one) == [(JULY, "void"), (JUNE, "open"), (JULY, "open")]
    await refused(one, "request.decided", partial(reassign, to=one.departments["丙局"]))

    async def keep(unit: Unit, _: Assignment) -> None:
        await requests.keep(unit, await unit.get(Transfer, 1), "")

    await refused(one, "request.decided", keep)


async def nothing(_: Unit, __: Assignment) -> None:
    pass


async def test_an_assignment_is_not_given_back_to_whom_it_was_taken_from(one: World) -> None:
    await act(one, decline, actor=one.liaison("甲局"))
    await refused(one, "assignment.same_department", partial(reassign, to=one.departments["甲局"]))


async def test_one_that_has_the_item_takes_the_higher_role(one: World) -> None:
    await act(one, decline, actor=one.liaison("甲局"))
    await act(one, partial(reassign, to=one.departments["乙局"]))
    assert (await act(one, nothing, name="乙局")).role == ItemRole.LEAD
    assert len((await dump(one.database))["assignment"]) == 2


async def test_a_lead_stays_lead_when_another_ones_part_comes_to_it(one: World) -> None:
    await act(one, decline, name="乙局", actor=one.liaison("乙局"))
    await act(one, partial(reassign, to=one.departments["甲局"]), name="乙局")
    assert (await act(one, nothing)).role == ItemRole.LEAD


async def test_an_assignment_comes_back_to_one_that_was_cancelled(one: World) -> None:
    """There and back again: the day it has by then comes along, and nothing of the first time."""
    await done(one)
    await act(one, decline, actor=one.liaison("甲局"))
    await act(one, partial(reassign, to=one.departments["丙局"]))

    async def set_due(unit: Unit, mine: Assignment) -> None:
        await assignments.set_due(unit, mine, JULY, "reason")

    await act(one, set_due, name="丙局")
    await act(one, decline, name="丙局", actor=one.liaison("丙局"))
    later = NOW + 5 * DAY
    await act(one, partial(reassign, to=one.departments["甲局"], number=2), name="丙局", now=later)
    back = await act(one, nothing)
    assert (back.status, back.role, back.percent, back.submitted_at) == (S.WORKING, ItemRole.LEAD, 0, None)
    assert back.handed_out_at == later
    assert await milestones(one) == [(JUNE, "void"), (JUNE, "open"), (JULY, "void"), (JULY, "open")]


async def test_a_cancelled_department_can_be_added_again(one: World) -> None:
    await act(one, cancel)

    async def add(unit: Unit, mine: Assignment) -> None:
        first = unit.directory.get(PlanItem, mine.item_id)
        department = unit.directory.get(Department, mine.department_id)
        assert (
            await assignments.add_department(unit, first, department, ItemRole.SUPPORT, add_workdays) is mine
        )

    back = await act(one, add)
    assert (back.status, back.role) == (S.WORKING, ItemRole.SUPPORT)
    assert (await milestones(one))[-1] == (JUNE, "open")
    await refused(one, "assignment.known", add)


async def test_what_was_done_is_owed_again(one: World) -> None:
    await done(one)
    await act(one, approve)
    again = await act(one, reopen)
    assert (again.status, again.percent, again.completed_at) == (S.WORKING, 99, None)
    assert (await milestones(one))[-1] == (JULY, "open")
    await refused(one, "assignment.move", reopen)
    await refused(one, "due.past", reopen, now=NOW + 300 * DAY)


async def test_returned_with_a_new_day(one: World) -> None:
    await done(one)

    async def send_back(unit: Unit, mine: Assignment, reason: str = " 缺佐证 ") -> None:
        await assignments.send_back(unit, mine, reason, JULY)

    await refused(one, "reason.needed", partial(send_back, reason="  "))
    mine = await act(one, send_back)
    assert (mine.status, mine.reason) == (S.RETURNED, "缺佐证")
    assert (await milestones(one))[0] == (JULY, "open")


# ---------------------------------------------------------------- 签收、进展


async def test_acknowledged_once(one: World) -> None:
    async def twice(unit: Unit, mine: Assignment) -> None:
        assert assignments.acknowledge(unit, [mine, mine]) == [mine]
        assert assignments.acknowledge(unit, [mine]) == []

    await act(one, twice, actor=one.liaison("甲局"))


@pytest.mark.parametrize("percent", [-1, 101, 1000])
def test_a_share_is_a_percent(percent: int) -> None:
    with pytest.raises(ValueError, match="0 to 100"):
        Said(1, "words", percent=percent)


@pytest.mark.parametrize("work", [approve, suspend, cancel, reopen])
async def test_departments_decide_nothing(one: World, work: Work) -> None:
    await done(one)
    with pytest.raises(NotAllowed):
        await act(one, work, actor=one.liaison("甲局"))


async def test_a_department_answers_for_itself_alone(one: World) -> None:
    for work in (ask, decline, report):
        await refused(one, "other_department", work, actor=one.liaison("乙局"))


# ---------------------------------------------------------------- 交账


async def test_a_closed_plan_is_not_touched_any_more(one: World) -> None:
    liaison = one.liaison("甲局")
    await act(one, ask, actor=liaison)
    await act(one, decline, actor=liaison)
    await act(one, suspend, name="乙局")
    await act(one, report, actor=liaison)

    async def close(unit: Unit, mine: Assignment) -> None:
        await plans.close(unit, unit.directory.get(Plan, mine.plan_id))

    await act(one, close)
    assert {status for _, status in await milestones(one)} == {MilestoneStatus.VOID}
    stored = await dump(one.database)
    assert {row["status"] for row in stored["extension"] + stored["transfer"]} == {RequestStatus.REFUSED}

    async def correct(unit: Unit, _: Assignment) -> None:
        (standing,) = await reports.of_assignment(unit, 1)
        await reports.correct(unit, standing, Said(1, "另一半", percent=60))

    async def retract(unit: Unit, _: Assignment) -> None:
        (standing,) = await reports.of_assignment(unit, 1)
        await reports.retract(unit, standing)

    async def acknowledge(unit: Unit, mine: Assignment) -> None:
        assignments.acknowledge(unit, [mine])

    for work in (ask, decline, report, correct, retract, acknowledge):
        await refused(one, "plan.closed", work, actor=liaison)
    for work in (suspend, cancel, reopen):
        await refused(one, "plan.closed", work)
    await refused(one, "plan.status", close)


async def test_due_days_of_more_assignments_than_one_query_takes(one: World) -> None:
    async def look(unit: Unit, _: Assignment) -> None:
        many = [Assignment(id=number) for number in range(1, 40_000)]
        found = await pending.open_milestones(unit, many)
        assert [number for number, days in found.items() if days] == [1, 2]

    await act(one, look)
