"""Reports corrected in place: what was said last holds, and what coordinators agreed to stays."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.actors import Actor
from storage.database import Database
from storage.ledger import assignments, reports
from storage.ledger.reports import Said, Taken
from storage.records import Assignment, ProgressReport
from storage.terms.errors import NotAllowed
from storage.terms.statuses import AssignmentStatus
from storage.unit import Unit
from tests.storage.world import NOW, World, build, every, item, on

T = TypeVar("T")
MINUTE = 60_000
DONE, WORKING, REVIEW = AssignmentStatus.DONE, AssignmentStatus.WORKING, AssignmentStatus.REVIEW


@dataclass
class Desk:
    """One assignment, and what is said of it minute by minute."""

    world: World
    minute: int = 0

    async def do(self, work: Callable[[Unit], Awaitable[T]], actor: Actor | None = None) -> T:
        """Run a unit one minute later, as the liaison unless somebody else is named."""
        self.minute += 1
        speaker = actor or self.world.liaison("甲局", f"m{self.minute}")
        return await self.world.do(work, speaker, NOW + self.minute * MINUTE)

    async def take(self, said: Said) -> int:
        """Write a report; return its number."""

        async def work(unit: Unit) -> Taken:
            return reports.take(unit, await self.world.assignment(unit, 1, "甲局"), said)

        number: int = (await self.do(work)).report.id
        return number

    async def correct(self, number: int, said: Said) -> Taken:
        """Correct what stands in place of a report."""

        async def work(unit: Unit) -> Taken:
            report = await reports.standing(unit, await unit.get(ProgressReport, number))
            assert report is not None
            return await reports.correct(unit, report, said)

        return await self.do(work)

    async def retract(self, number: int) -> None:
        """Take back what stands in place of a report."""

        async def work(unit: Unit) -> None:
            report = await reports.standing(unit, await unit.get(ProgressReport, number))
            assert report is not None
            await reports.retract(unit, report)

        await self.do(work)

    async def approve(self) -> None:
        """Agree, as the coordinator."""

        async def work(unit: Unit) -> None:
            assert await assignments.approve(unit, [await self.world.assignment(unit, 1, "甲局")])

        await self.do(work, self.world.desk)

    async def submit(self) -> None:
        """Submit by a button."""

        async def work(unit: Unit) -> None:
            assignments.submit(unit, await self.world.assignment(unit, 1, "甲局"))

        await self.do(work)

    async def now(self) -> tuple[str, int, str, date | None]:
        """Return how the assignment stands, as it is on disk."""
        async with self.world.database.reading():
            found = await Assignment.all(using_db=self.world.database.client)
        (mine,) = found
        return mine.status, mine.percent, mine.words, mine.expected


@pytest.fixture
async def desk(world: World) -> Desk:
    """An item of one department."""
    await world.plan(item("事项", on(date(2026, 12, 31)), names="甲局"))
    return Desk(world)


def percent(figure: int, expected: date | None = None) -> Said:
    """Return words that give a figure."""
    return Said(1, f"{figure}%", figure, expected=expected)


ALL = Said(1, "已完成", done=True)


async def test_what_is_not_said_leaves_what_stood_before(desk: Desk) -> None:
    await desk.take(percent(60, date(2026, 11, 30)))
    await desk.take(Said(1, "征求意见中"))
    assert await desk.now() == (WORKING, 60, "征求意见中", date(2026, 11, 30))
    await desk.take(Said(1, "", files=()))
    assert await desk.now() == (WORKING, 60, "征求意见中", date(2026, 11, 30))


async def test_a_corrected_figure_that_is_not_said_again_falls_back(desk: Desk) -> None:
    await desk.take(percent(30))
    wrong = await desk.take(percent(90, date(2026, 11, 30)))
    await desk.correct(wrong, Said(1, "征求意见中"))
    assert await desk.now() == (WORKING, 30, "征求意见中", None)


async def test_done_taken_back_withdraws_and_falls_back(desk: Desk) -> None:
    await desk.take(percent(30))
    wrong = await desk.take(ALL)
    assert await desk.now() == (REVIEW, 100, "已完成", None)
    await desk.correct(wrong, Said(1, "还在走流程"))
    assert await desk.now() == (WORKING, 30, "还在走流程", None)


async def test_done_taken_back_withdraws_though_more_was_said_since(desk: Desk) -> None:
    wrong = await desk.take(ALL)
    await desk.take(Said(1, "又发布2条"))
    await desk.correct(wrong, percent(60))
    status, figure, words, _ = await desk.now()
    assert (status, words) == (WORKING, "又发布2条")
    assert figure < 100


async def test_of_two_that_say_done_one_may_be_taken_back(desk: Desk) -> None:
    first, second = await desk.take(ALL), await desk.take(ALL)
    await desk.retract(second)
    assert await desk.now() == (REVIEW, 100, "已完成", None)
    await desk.retract(first)
    assert await desk.now() == (WORKING, 0, "", None)


async def test_what_was_submitted_by_button_stays_complete(desk: Desk) -> None:
    earlier = await desk.take(percent(60))
    await desk.submit()
    await desk.retract(earlier)
    assert await desk.now() == (REVIEW, 100, "", None)


async def test_after_approval_a_correction_is_a_note(desk: Desk) -> None:
    said = await desk.take(ALL)
    await desk.approve()
    taken = await desk.correct(said, percent(60))
    assert taken.late
    assert await desk.now() == (DONE, 100, "已完成", None)


async def test_a_recurring_duty_keeps_its_approved_period(world: World) -> None:
    await world.plan(item("事项", every("quarter"), names="甲局"))
    desk = Desk(world)
    said = await desk.take(ALL)
    await desk.approve()
    assert (await desk.now())[:2] == (WORKING, 0)
    assert (await desk.correct(said, Said(1, "已完成，发布12条", done=True))).late
    assert (await desk.now())[:2] == (WORKING, 0)
    again = await desk.take(ALL)
    await desk.retract(again)
    assert (await desk.now())[:2] == (WORKING, 0)


async def test_nobody_corrects_for_another_department(desk: Desk) -> None:
    said = await desk.take(percent(30))

    async def work(unit: Unit) -> None:
        await reports.correct(unit, await unit.get(ProgressReport, said), percent(90))

    with pytest.raises(NotAllowed):
        await desk.do(work, desk.world.liaison("乙局"))
    assert await desk.now() == (WORKING, 30, "30%", None)


Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["take", "correct", "retract"]), st.integers(0, 5), st.sampled_from([0, 30, 60, 100])
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_newest_words_that_stand_hold(empty: Path, steps: list[Step]) -> None:
    """However reports are corrected and taken back, what was said last and still stands holds."""
    with TemporaryDirectory() as folder:
        asyncio.run(_play(Path(shutil.copy(empty, Path(folder) / "ledger.sqlite3")), steps))


async def _play(path: Path, steps: list[Step]) -> None:
    database = await Database.open(path)
    try:
        world = await build(database)
        await world.plan(item("事项", on(date(2026, 12, 31)), names="甲局"))
        desk = Desk(world)
        said: list[tuple[int, int | None]] = []
        for step, which, figure in steps:
            alive = [at for at, (_, stands) in enumerate(said) if stands is not None]
            at = alive[which % len(alive)] if alive else None
            words = Said(1, str(figure), figure, done=figure == 100)
            if step == "take":
                said.append((await desk.take(words), figure))
            elif at is not None and step == "correct":
                await desk.correct(said[at][0], words)
                number, before = said[at]
                said[at] = number, figure
                if figure == 100 != before:
                    said.append(said.pop(at))
            elif at is not None:
                await desk.retract(said[at][0])
                said[at] = said[at][0], None
        standing = [figure for _, figure in said if figure is not None]
        newest = standing[-1] if standing else 0
        status, shown, words_now, _ = await desk.now()
        assert words_now == (str(newest) if standing else "")
        assert shown == newest
        assert (status == REVIEW) == (100 in standing)
    finally:
        await database.close()
