"""The rules that outrank every feature, held over a played year: whom the bot asks, when, how often."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from reminders.policy import QUIET, Policy
from reminders.workdays import Workdays
from storage.records import Ask, Assignment, Bundle, Campaign, Milestone, OutboxRow, StepRow
from storage.terms.clock import office_time
from storage.terms.ladder import StepKind
from tests.flows.played import YEARS_END, Played

DAYS, POLICY = Workdays(), Policy()


def spoken(moment: int) -> datetime:
    """Return when something was said, after holding that it was in working hours of a working day."""
    said = office_time(moment)
    assert DAYS.is_workday(said.date()), said
    assert POLICY.at <= said.time() < QUIET, said
    return said


async def test_nothing_is_said_unasked_but_in_working_hours(year: Played) -> None:
    said = await year.rows(lambda: OutboxRow.filter(key__startswith="bundle:"))
    assert len(said) > 200
    for row in said:
        spoken(row.created_at)
        assert row.sent_at is not None
        spoken(row.sent_at)


async def test_a_group_hears_one_bundle_a_day_and_no_more_a_week_than_the_cap(year: Played) -> None:
    urgent = {StepKind.TODAY, StepKind.OVERDUE}
    steps = {row.id: row for row in await year.rows(StepRow.all)}
    statutory = {row.id for row in await year.rows(lambda: Milestone.filter(statutory=True))}
    weeks: dict[tuple[int, date], list[Bundle]] = defaultdict(list)
    heard: dict[int, int] = defaultdict(int)
    for bundle in await year.rows(lambda: Bundle.filter(day__not_isnull=True).order_by("id")):
        monday = bundle.day - timedelta(days=bundle.day.weekday())
        if bundle.asks:
            mine = weeks[bundle.chat_id, monday]
            if len(mine) >= POLICY.cap:
                fresh = [steps[n] for n in range(heard[bundle.chat_id] + 1, bundle.upto + 1) if n in steps]
                asked = [row for row in fresh if str(row.department_id) in bundle.asks]
                assert any(row.kind in urgent or row.milestone_id in statutory for row in asked)
            mine.append(bundle)
        heard[bundle.chat_id] = bundle.upto
    assert len(weeks) > 50
    for bundles in weeks.values():
        assert len({bundle.day for bundle in bundles}) == len(bundles)


async def test_each_step_comes_on_its_working_morning_and_none_after_completion(year: Played) -> None:
    assignments = {row.id: row for row in await year.rows(Assignment.all)}
    milestones = {row.id: row for row in await year.rows(Milestone.all)}
    after = {StepKind.OVERDUE: 1, StepKind.SLIP: 3, StepKind.NAMING: 5, StepKind.INTERVIEW: 10}
    looked = 0
    for step in await year.rows(lambda: StepRow.filter(milestone_id__not_isnull=True)):
        assert spoken(step.at).date() == step.day
        completed = assignments[step.assignment_id].completed_at
        assert completed is None or step.at <= completed
        milestone = milestones[step.milestone_id]
        if step.version != milestone.version:
            continue  # its day was moved since
        looked += 1
        if step.kind == StepKind.AHEAD:
            ahead = {DAYS.add_workdays(milestone.due, -days) for days in POLICY.ahead}
            assert step.day in ahead
        elif step.kind == StepKind.TODAY:
            assert step.day == DAYS.add_workdays(milestone.due, 0)
        elif step.kind in after:
            assert step.day == DAYS.add_workdays(milestone.due, after[StepKind(step.kind)])
    assert looked > 100


async def test_who_has_answered_a_campaign_is_not_asked_again(year: Played) -> None:
    asks = {row.id: row for row in await year.rows(Ask.all)}
    called = [row for row in await year.rows(StepRow.all) if row.kind == StepKind.CAMPAIGN]
    assert len(called) > 50
    for step in called:
        answered = asks[int(step.key.split(":")[1])].answered_at
        assert answered is None or step.at <= answered
    answered_campaigns = await year.rows(Campaign.all)
    assert {row.status for row in answered_campaigns} == {"closed"}


async def test_a_digest_comes_on_each_weeks_first_working_morning(year: Played) -> None:
    said = await year.rows(lambda: OutboxRow.filter(key__startswith="digest:"))
    moments = sorted({office_time(row.created_at) for row in said})
    first = moments[0].date() - timedelta(days=moments[0].weekday())
    expected = []
    for week in range((YEARS_END - first).days // 7 + 1):
        days = [first + timedelta(days=7 * week + day) for day in range(7)]
        working = [day for day in days if DAYS.is_workday(day) and day <= YEARS_END]
        expected += working[:1]
    assert [moment.date() for moment in moments] == expected
    assert {moment.time() for moment in moments} == {time(9)}
