"""A small ledger under whatever people do to it: refused moves change nothing, and its figures stay sound."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from storage.database import Database
from storage.ledger import assignments, plans, reports, requests, trail
from storage.ledger.reports import Said
from storage.records import Assignment, Department, Extension, Plan, PlanItem, Transfer
from storage.records.base import Record
from storage.terms.clock import office_day
from storage.terms.errors import Refusal
from storage.terms.notice import Deadline
from storage.terms.statuses import ItemRole
from storage.unit import Unit
from tests.storage.world import (
    DAY,
    NOW,
    World,
    add_workdays,
    build,
    dump,
    every,
    item,
    memory_agrees,
    on,
    plain,
)

LIVING = {"awaiting", "working", "review", "returned", "suspended"}
OPEN_ENDED = 3
NAMES = ["甲局", "乙局", "丙局", "东乡"]

R = TypeVar("R", bound=Record)
Step = Callable[[Unit, "Draw"], Awaitable[object]]


class Draw:
    """What one step is about, drawn by chance."""

    def __init__(self, assignment: Assignment, department: Department, day: date, number: int) -> None:
        self.assignment = assignment
        self.department = department
        self.day = day
        self.number = number


async def _report(unit: Unit, draw: Draw) -> None:
    percent = draw.number if draw.number <= 100 else None
    reports.take(unit, draw.assignment, Said(1, f"words {draw.number}", percent=percent))


async def _done(unit: Unit, draw: Draw) -> None:
    reports.take(unit, draw.assignment, Said(1, "done", done=True, expected=draw.day))


async def _correct(unit: Unit, draw: Draw) -> None:
    for report in (await reports.of_assignment(unit, draw.assignment.id))[draw.number % 2 :][:1]:
        said = Said(1, "corrected", percent=draw.number % 101, done=draw.number % 5 == 0)
        await reports.correct(unit, report, said)


async def _retract(unit: Unit, draw: Draw) -> None:
    for report in (await reports.of_assignment(unit, draw.assignment.id))[draw.number % 2 :][:1]:
        await reports.retract(unit, report)


async def _acknowledge(unit: Unit, draw: Draw) -> None:
    assignments.acknowledge(unit, [draw.assignment])


async def _submit(unit: Unit, draw: Draw) -> None:
    assignments.submit(unit, draw.assignment)


async def _ask(unit: Unit, draw: Draw) -> None:
    until = draw.day if draw.number % 4 == 1 else date(2026, 11, 1)
    await requests.ask_extension(unit, draw.assignment, until, "reason")


async def _decline(unit: Unit, draw: Draw) -> None:
    await requests.decline(unit, draw.assignment, "reason")


async def _approve(unit: Unit, draw: Draw) -> None:
    await assignments.approve(unit, [draw.assignment, draw.assignment])


async def _return(unit: Unit, draw: Draw) -> None:
    await assignments.send_back(unit, draw.assignment, "reason", draw.day if draw.number % 2 else None)


async def _suspend(unit: Unit, draw: Draw) -> None:
    assignments.suspend(unit, [draw.assignment], "reason")


async def _resume(unit: Unit, draw: Draw) -> None:
    assignments.resume(unit, [draw.assignment], "reason")


async def _cancel(unit: Unit, draw: Draw) -> None:
    await assignments.cancel(unit, [draw.assignment], "reason")


async def _reopen(unit: Unit, draw: Draw) -> None:
    await assignments.reopen(unit, [draw.assignment], "reason", draw.day)


async def _set_due(unit: Unit, draw: Draw) -> None:
    await assignments.set_due(unit, draw.assignment, draw.day, "reason")


async def _one_of(unit: Unit, model: type[R], draw: Draw) -> list[R]:
    """Return a request, rather one that waits."""
    found = await unit.all(model.all().order_by("id"))
    return ([each for each in found if plain(each)["status"] == "asked"] or found)[draw.number % 2 :][
        :1
    ] or found[:1]


async def _decide(unit: Unit, draw: Draw) -> None:
    for extension in await _one_of(unit, Extension, draw):
        until = draw.day if draw.number % 3 else None
        await requests.decide_extension(unit, extension, grant=draw.number % 4 > 0, until=until)


async def _reassign(unit: Unit, draw: Draw) -> None:
    for transfer in await _one_of(unit, Transfer, draw):
        await requests.reassign(unit, transfer, draw.department, add_workdays)


async def _keep(unit: Unit, draw: Draw) -> None:
    for transfer in await _one_of(unit, Transfer, draw):
        await requests.keep(unit, transfer, "reason")


async def _move(unit: Unit, draw: Draw) -> None:
    await assignments.move_to(unit, draw.assignment, draw.department, "reason", add_workdays)


async def _add(unit: Unit, draw: Draw) -> None:
    its_item = unit.directory.get(PlanItem, draw.assignment.item_id)
    role = list(ItemRole)[draw.number % 3]
    await assignments.add_department(unit, its_item, draw.department, role, add_workdays)


async def _close(unit: Unit, draw: Draw) -> None:
    await plans.close(unit, unit.directory.get(Plan, draw.assignment.plan_id))


AIMED: dict[Step, set[str]] = {
    _approve: {"review"},
    _return: {"review"},
    _suspend: LIVING - {"suspended"},
    _resume: {"suspended"},
    _reopen: {"done", "cancelled"},
    _ask: LIVING - {"suspended"},
    _submit: {"awaiting", "working", "returned"},
}
"""Where a step has a chance; now and then it is tried elsewhere, too."""

OF_DEPARTMENTS: list[Step] = [
    _report,
    _done,
    _done,
    _correct,
    _retract,
    _acknowledge,
    _submit,
    _ask,
    _decline,
]
OF_COORDINATORS: list[Step] = [
    _approve,
    _approve,
    _return,
    _suspend,
    _resume,
    _cancel,
    _reopen,
    _set_due,
    _decide,
    _decide,
    _reassign,
    _keep,
    _move,
    _add,
]


PAIRS: list[tuple[Step, Step]] = [
    (_done, _approve),
    (_submit, _approve),
    (_done, _return),
    (_ask, _decide),
    (_ask, _move),
    (_decline, _reassign),
    (_decline, _keep),
    (_report, _suspend),
    (_acknowledge, _cancel),
    (_done, _set_due),
]
"""What a department does and a coordinator answers."""


@cache
def prepared() -> tuple[Path, dict[str, int], dict[str, int], Any]:
    """Make the plan once: dated, recurring, open-ended, and with two days."""
    path = Path(tempfile.mkdtemp()) / "prepared.sqlite3"

    async def make() -> World:
        database = await Database.open(path)
        world = await build(database)
        await world.plan(
            item("dated", on(date(2026, 6, 30)), lead="甲局", names="乙局"),
            item("recurring", every("quarter"), names="甲局"),
            item("open-ended", Deadline("长期", "open"), names="乙局"),
            item("twice", on(date(2026, 4, 30)), on(date(2026, 9, 30)), lead="丙局", support="甲局"),
        )
        await database.close()
        return world

    world = asyncio.run(make())
    return path, world.departments, world.groups, world.desk


class LedgerMachine(RuleBasedStateMachine):
    """People act by chance; the ledger refuses or keeps its rules."""

    def __init__(self) -> None:
        super().__init__()
        template, departments, groups, desk = prepared()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(shutil.copy(template, Path(self.folder.name) / "ledger.sqlite3"))
        self.runner = asyncio.Runner()
        database = self.runner.run(Database.open(path))
        self.world = World(database, departments, groups, desk)
        self.now = NOW
        self.messages = 0
        self.stored = self.runner.run(dump(database))

    def teardown(self) -> None:
        self.runner.run(self.world.database.close())
        self.runner.close()
        self.folder.cleanup()

    def attempt(self, step: Step, name: str | None, which: int, other: str, ahead: int, number: int) -> None:
        """Let the coordinator, or the liaison of a department, try something."""
        self.messages += 1
        world = self.world
        actor = world.desk if name is None else world.liaison(name, f"m{self.messages}")

        async def work(unit: Unit) -> None:
            rows = await unit.all(Assignment.all().order_by("id"))
            if name is not None and (number % 7 or number % 5 == 0):
                rows = [row for row in rows if row.department_id == world.departments[name]] or rows
            if number % 5:
                rows = [row for row in rows if row.status in AIMED.get(step, ())] or rows
            department = unit.directory.get(Department, world.departments[other])
            day = office_day(self.now) + timedelta(days=ahead)
            await step(unit, Draw(rows[which % len(rows)], department, day, number))

        before = self.stored
        try:
            self.runner.run(world.do(work, actor, self.now))
        except Refusal:
            self.stored = self.runner.run(dump(world.database))
            assert self.stored == before
        else:
            self.stored = self.runner.run(dump(world.database))
            if self.stored != before:
                assert len(self.stored["audit"]) > len(before["audit"]), "changed without a trace"

    places = st.integers(0, 30)
    days = st.integers(-3, 120)
    numbers = st.integers(0, 130)

    @rule(
        step=st.sampled_from(OF_DEPARTMENTS),
        name=st.sampled_from(NAMES),
        which=places,
        ahead=days,
        number=numbers,
    )
    def department_acts(self, step: Step, name: str, which: int, ahead: int, number: int) -> None:
        self.attempt(step, name, which, name, ahead, number)

    @rule(
        step=st.sampled_from(OF_COORDINATORS),
        which=places,
        other=st.sampled_from(NAMES),
        ahead=days,
        number=numbers,
    )
    def coordinator_acts(self, step: Step, which: int, other: str, ahead: int, number: int) -> None:
        self.attempt(step, None, which, other, ahead, number)

    @rule(pair=st.sampled_from(PAIRS), which=places, other=st.sampled_from(NAMES), ahead=days, number=numbers)
    def both_act_on_one(
        self, pair: tuple[Step, Step], which: int, other: str, ahead: int, number: int
    ) -> None:
        which %= len(self.stored["assignment"])
        row = self.stored["assignment"][which]
        (name,) = [n for n, each in self.world.departments.items() if each == row["department_id"]]
        mine = [r["id"] for r in self.stored["assignment"] if r["department_id"] == row["department_id"]]
        unaimed = number - number % 5
        self.attempt(pair[0], name, mine.index(row["id"]), name, ahead, unaimed)
        self.attempt(pair[1], None, which, other, ahead, unaimed)

    @rule(step=st.sampled_from(OF_COORDINATORS), name=st.sampled_from(NAMES), which=places)
    def department_oversteps(self, step: Step, name: str, which: int) -> None:
        before = self.stored
        self.attempt(step, name, which, name, 1, 1)
        assert self.stored == before

    @rule(number=st.integers(0, 15))
    def time_passes(self, number: int) -> None:
        self.now += number * DAY

    @precondition(lambda self: self.messages > 15)
    @rule(number=numbers)
    def plan_is_closed(self, number: int) -> None:
        if number % 10 == 9:
            self.attempt(_close, None, 0, NAMES[0], 1, number)

    @invariant()
    def each_department_has_an_item_once(self) -> None:
        pairs = Counter((row["item_id"], row["department_id"]) for row in self.stored["assignment"])
        assert not pairs or max(pairs.values()) == 1

    @invariant()
    def figures_are_sound(self) -> None:
        for row in self.stored["assignment"]:
            assert 0 <= row["percent"] <= 100
            assert (row["status"] == "done") == (row["completed_at"] is not None)
            assert row["status"] != "done" or row["percent"] == 100
            assert row["status"] != "review" or row["submitted_at"] is not None

    @invariant()
    def what_is_owed_has_a_day_and_what_is_not_has_none(self) -> None:
        days = Counter(row["assignment_id"] for row in self.stored["milestone"] if row["status"] == "open")
        active = self.stored["plan"][0]["status"] == "active"
        for row in self.stored["assignment"]:
            if not active or row["status"] not in LIVING:
                assert days[row["id"]] == 0
            elif row["item_id"] != OPEN_ENDED:
                assert days[row["id"]] >= 1
        for row in self.stored["milestone"]:
            assert (row["status"] == "open") == (row["closed_at"] is None)

    @invariant()
    def requests_wait_only_where_something_is_owed(self) -> None:
        status = {row["id"]: row["status"] for row in self.stored["assignment"]}
        active = self.stored["plan"][0]["status"] == "active"
        for table in ("extension", "transfer"):
            asked = [row["assignment_id"] for row in self.stored[table] if row["status"] == "asked"]
            assert len(asked) == len(set(asked))
            assert all(active and status[number] in LIVING for number in asked)
            for row in self.stored[table]:
                assert (row["status"] == "asked") == (row["decided_at"] is None)

    @invariant()
    def one_report_stands_in_anothers_place(self) -> None:
        known = {row["id"]: row for row in self.stored["progress_report"]}
        for row in known.values():
            if row["superseded_by"] is not None:
                assert row["superseded_by"] >= row["id"]
                assert known[row["superseded_by"]]["assignment_id"] == row["assignment_id"]
        retracted = {number for number, row in known.items() if row["superseded_by"] == number}
        replaced = [row["superseded_by"] for number, row in known.items() if number not in retracted]
        replaced = [number for number in replaced if number is not None]
        assert len(replaced) == len(set(replaced))

    @invariant()
    def memory_and_trail_agree_with_the_disk(self) -> None:
        database = self.world.database
        self.runner.run(memory_agrees(database))
        verdict = self.runner.run(trail.verify(database))
        assert verdict == trail.Verdict(len(self.stored["audit"]), None, database.last_hash)


LedgerMachine.TestCase.settings = settings(max_examples=12, stateful_step_count=30, deadline=None)
TestLedger = LedgerMachine.TestCase
