"""What the database counts of a plan is what looking at its assignments one by one would count."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from handlers.coordinators import digesting, progress
from handlers.coordinators.digesting import FIGURES, NAMED, Facts, Told
from handlers.lighting import light_of
from reminders import lights
from reminders.workdays import Workdays
from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import plans, views
from storage.ledger.views import View
from storage.records import ProgressReport
from storage.terms.clock import office_day
from storage.terms.lights import Light
from storage.terms.statuses import AssignmentStatus, ItemRole
from storage.unit import Unit
from tests.bench.ledgers import NOW, fill, scatter

DAYS = Workdays()
DEPARTMENTS, ITEMS = 6, 40
DONE, CANCELLED = AssignmentStatus.DONE, AssignmentStatus.CANCELLED


class Read:
    """A generated ledger on a day: what its digest is worked out of, and every assignment."""

    def __init__(self, facts: Facts, told: Told, every: list[View], replies: list[ProgressReport]) -> None:
        self.facts, self.told, self.replies = facts, told, replies
        self.today, self.since = facts.today, facts.since
        self.every = every
        self.views = [each for each in every if each.status is not CANCELLED]

    def light(self, view: View) -> Light:
        return light_of(view, self.today, DAYS)

    def owed(self, light: Light) -> set[int]:
        return {v.id for v in self.views if v.status is not DONE and self.light(v) is light}


@pytest.fixture(params=range(6))
async def read(request: pytest.FixtureRequest, tmp_path: Path) -> Read:
    path = tmp_path / "ledger.sqlite3"
    await fill(path, DEPARTMENTS, ITEMS)
    scatter(path, request.param)
    day = office_day(NOW) + timedelta(30 + 40 * request.param)
    database = await Database.open(path, reading=True)

    async def work(unit: Unit) -> Read:
        plan = plans.current(unit)
        facts = await digesting.read_facts(unit, DAYS, plan, day - timedelta(30))
        every = await views.of_plan(unit, plan)
        return Read(facts, digesting.tell(facts, DAYS), every, await unit.all(ProgressReport.all()))

    try:
        return await database.unit(SYSTEM, NOW + (day - office_day(NOW)).days * 86_400_000, work)
    finally:
        await database.close()


def test_every_figure_counts_the_same_assignments(read: Read) -> None:
    counted = {name: set(numbers) for name, numbers in read.told.figures.items()}
    assert counted.keys() == FIGURES
    assert {name: counted.pop(name) for name in (*Light,)} == {light: read.owed(light) for light in Light}
    late = {v.id: v for v in read.views if v.overdue(read.today)}
    assert counted.pop("turned_red") == {n for n, v in late.items() if v.due and v.due >= read.since}
    completed = {v.id for v in read.views if v.completed_at and office_day(v.completed_at) >= read.since}
    assert counted.pop("completed") == completed
    standing = {r for r in read.replies if r.superseded_by is None and office_day(r.at) >= read.since}
    assert counted.pop("reported") == {each.assignment_id for each in standing}
    assert counted.pop("review") == {v.id for v in read.views if v.status is AssignmentStatus.REVIEW}
    assert not any(counted.values())


def test_no_assignment_is_counted_twice(read: Read) -> None:
    for numbers in read.told.figures.values():
        assert len(set(numbers)) == len(numbers)


def test_departments_stand_as_their_assignments_do(read: Read) -> None:
    found = progress.by_department(read.facts.found)
    assert [each.department for each in found] == [
        each.department
        for each in sorted(found, key=lambda s: (progress.WORST_FIRST.index(s.light), -s.late, s.department))
    ]
    for each in found:
        mine = [v for v in read.views if v.department == each.department]
        owed = [v for v in mine if v.open] or mine
        assert each.light is lights.worst(map(read.light, owed))
        assert each.count == len(mine)
        assert each.done == sum(v.status is DONE for v in mine)
        assert each.late == sum(v.overdue(read.today) for v in mine)
    assert set(read.told.overdue) == {v.department for v in read.views if v.id in read.owed(Light.RED)}


def test_counts_are_those_of_the_assignments(read: Read) -> None:
    assert progress.counts(read.facts.found) == Counter(v.status for v in read.views)
    owed = (v for v in read.views if v.status is not DONE)
    assert progress.light_counts(read.facts.found) == Counter(map(read.light, owed))


def test_an_item_is_done_when_all_who_answer_for_it_are(read: Read) -> None:
    by_item: dict[int, list[View]] = {}
    for view in read.views:
        by_item.setdefault(view.item, []).append(view)
    answering = [[v for v in mine if v.role is not ItemRole.SUPPORT] for mine in by_item.values()]
    done = sum(bool(mine) and all(v.status is DONE for v in mine) for mine in answering)
    assert (read.facts.items_done, read.facts.items) == (done, len(by_item))


def test_the_first_of_what_turned_red_is_named(read: Read) -> None:
    turned = [v for v in read.views if v.id in set(read.told.figures["turned_red"])]
    first = sorted(turned, key=lambda v: (v.due or date.max, v.position, v.department))[:NAMED]
    assert list(read.facts.named) == first
