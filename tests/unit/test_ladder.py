"""The ladder by table and by property: on which morning which step comes, whatever happens in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.ladder import (
    OWING,
    DueFacts,
    Outcome,
    SignFacts,
    Step,
    due_steps,
    is_open,
    moment_of,
    next_opening,
    plan_due,
    plan_sign,
    sign_steps,
)
from reminders.policy import QUIET, Policy
from reminders.workdays import Workdays
from storage.terms.clock import OFFICE_ZONE, office_day, office_time, to_millis
from storage.terms.statuses import AssignmentStatus

DAYS = Workdays()
POLICY = Policy()
WORKING, AWAITING = AssignmentStatus.WORKING, AssignmentStatus.AWAITING
ONE_DAY = timedelta(days=1)


def at(day: date, hour: int = 9, minute: int = 0) -> int:
    return to_millis(datetime.combine(day, time(hour, minute), OFFICE_ZONE))


def named(steps: list[Step]) -> dict[str, date]:
    return {step.name: step.day for step in steps}


MARCH = at(date(2026, 3, 2))


# ---------------------------------------------------------------- the table


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (  # a Tuesday
            date(2026, 6, 30),
            {
                "ahead-10": date(2026, 6, 15),  # the Dragon Boat Festival lies between: 19 June is off
                "ahead-3": date(2026, 6, 25),
                "today+0": date(2026, 6, 30),
                "overdue+1": date(2026, 7, 1),
                "slip+3": date(2026, 7, 3),
                "naming+5": date(2026, 7, 7),
                "interview+10": date(2026, 7, 14),
            },
        ),
        (  # a Saturday: the day itself is reminded of on the Friday before
            date(2026, 10, 31),
            {
                "ahead-10": date(2026, 10, 16),
                "ahead-3": date(2026, 10, 27),
                "today+0": date(2026, 10, 30),
                "overdue+1": date(2026, 11, 2),
                "slip+3": date(2026, 11, 4),
                "naming+5": date(2026, 11, 6),
                "interview+10": date(2026, 11, 13),
            },
        ),
        (  # in the middle of the National Day holidays, with make-up days around
            date(2026, 10, 3),
            {
                "ahead-10": date(2026, 9, 16),
                "ahead-3": date(2026, 9, 24),  # the Mid-Autumn Festival lies between
                "today+0": date(2026, 9, 30),
                "overdue+1": date(2026, 10, 8),
                "slip+3": date(2026, 10, 10),
                "naming+5": date(2026, 10, 13),
                "interview+10": date(2026, 10, 20),
            },
        ),
    ],
)
def test_the_defaults_are_the_glossarys_table(due: date, expected: dict[str, date]) -> None:
    assert named(due_steps(DueFacts(due, MARCH, WORKING), POLICY, DAYS)) == expected


def test_an_item_without_a_limit_is_reminded_of_once_before_the_years_close() -> None:
    facts = DueFacts(date(2026, 12, 31), MARCH, WORKING, limited=False)
    assert named(due_steps(facts, POLICY, DAYS)) == {"ahead-10": date(2026, 12, 17)}


def test_whoever_learns_of_a_day_that_is_over_is_overdue_only_from_then_on() -> None:
    facts = DueFacts(date(2026, 1, 15), MARCH, WORKING)
    assert named(due_steps(facts, POLICY, DAYS))["overdue+1"] == date(2026, 3, 3)
    assert plan_due(facts, POLICY, DAYS, MARCH) == Outcome(None, at(date(2026, 3, 3)))


def test_what_lay_before_the_day_was_set_was_not_missed() -> None:
    facts = DueFacts(date(2026, 3, 6), at(date(2026, 3, 4), 15), WORKING)
    assert plan_due(facts, POLICY, DAYS, at(date(2026, 3, 4), 16)) == Outcome(None, at(date(2026, 3, 6)))


def test_asking_for_acknowledgement_counts_from_handing_out() -> None:
    facts = SignFacts(at(date(2026, 2, 13), 16), AWAITING)
    assert named(sign_steps(facts, POLICY, DAYS)) == {
        "unsigned+2": date(2026, 2, 24),  # 14 February makes up for the Spring Festival
        "unsigned_told+4": date(2026, 2, 26),
    }


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (AssignmentStatus.AWAITING, True),
        (AssignmentStatus.WORKING, True),
        (AssignmentStatus.RETURNED, True),
        (AssignmentStatus.REVIEW, False),
        (AssignmentStatus.SUSPENDED, False),
        (AssignmentStatus.DONE, False),
        (AssignmentStatus.CANCELLED, False),
    ],
)
def test_only_whoever_has_something_to_do_is_asked(status: AssignmentStatus, asked: bool) -> None:
    now = at(date(2026, 6, 30))
    due = plan_due(DueFacts(date(2026, 6, 30), MARCH, status), POLICY, DAYS, now)
    assert (due.step is not None) is asked
    rests = status in {AssignmentStatus.REVIEW, AssignmentStatus.SUSPENDED}
    assert (due.again_at is not None) is (asked or rests)
    sign = plan_sign(SignFacts(MARCH, status), POLICY, DAYS, at(date(2026, 3, 4)))
    assert (sign.step is not None) is (status is AssignmentStatus.AWAITING)


def test_nothing_that_is_switched_off_comes() -> None:
    quiet = Policy(ahead=(), overdue=None, slip=None, naming=None, interview=None, unsigned=None)
    assert due_steps(DueFacts(date(2026, 6, 30), MARCH, WORKING), quiet, DAYS) == []
    assert list(named(sign_steps(SignFacts(MARCH, AWAITING), quiet, DAYS))) == ["unsigned_told+4"]
    assert due_steps(DueFacts(date(2026, 12, 31), MARCH, WORKING, limited=False), quiet, DAYS) == []


def test_three_days_down_bring_one_step() -> None:
    """Tuesday 30 June is due; the bot is away from 29 June until 6 July."""
    facts = DueFacts(date(2026, 6, 30), MARCH, WORKING, last=date(2026, 6, 25))
    back = plan_due(facts, POLICY, DAYS, at(date(2026, 7, 6), 11))
    assert back.step is not None
    assert back.step.name == "slip+3"
    assert back.unwarned, "the department missed being told"
    assert not plan_due(replace(facts, last=date(2026, 7, 1)), POLICY, DAYS, at(date(2026, 7, 6))).unwarned
    assert back.again_at == at(date(2026, 7, 7))
    told = replace(facts, last=back.step.day)
    assert plan_due(told, POLICY, DAYS, at(date(2026, 7, 6), 12)).step is None


def test_in_quiet_hours_and_on_days_off_it_waits_for_the_next_working_morning() -> None:
    facts = DueFacts(date(2026, 7, 3), MARCH, WORKING, last=date(2026, 6, 30))
    for now in (at(date(2026, 7, 3), 18), at(date(2026, 7, 4), 10), at(date(2026, 7, 6), 8, 59)):
        assert plan_due(facts, POLICY, DAYS, now) == Outcome(None, at(date(2026, 7, 6)))


# ---------------------------------------------------------------- properties

THIS_YEAR = st.dates(date(2025, 11, 1), date(2026, 12, 31))
moments = st.integers(at(date(2025, 12, 1)), at(date(2027, 3, 1)))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    ahead = sorted(draw(st.sets(st.integers(0, 20), max_size=4)), reverse=True)
    overdue = sorted(draw(st.sets(st.integers(1, 15), min_size=4, max_size=4)))
    some = [draw(st.sampled_from([day, None])) for day in overdue]
    return Policy(
        ahead=tuple(ahead),
        overdue=some[0],
        slip=some[1],
        naming=some[2],
        interview=some[3],
        at=draw(st.sampled_from([time(8), time(9), time(9, 30), time(17)])),
    )


@st.composite
def lives(draw: st.DrawFn) -> tuple[DueFacts, Policy, list[int]]:
    """Return a due day, a policy, and the moments at which the bot happens to be up and looks."""
    since = draw(moments)
    facts = DueFacts(draw(THIS_YEAR), since, WORKING, limited=draw(st.booleans()))
    looks = sorted(moment for moment in draw(st.lists(moments, max_size=25)) if moment >= since)
    return facts, draw(policies()), looks


@given(lives())
def test_whatever_happens_no_step_comes_on_a_day_off_or_twice_or_too_late(
    life: tuple[DueFacts, Policy, list[int]],
) -> None:
    facts, policy, looks = life
    said: list[tuple[int, Step]] = []
    for now in looks:
        outcome = plan_due(facts, policy, DAYS, now)
        assert outcome.again_at is None or outcome.again_at > now
        if outcome.step is not None:
            said.append((now, outcome.step))
            facts = replace(facts, last=outcome.step.day)
    for now, step in said:
        local = office_time(now)
        assert DAYS.is_workday(local.date())
        assert policy.at <= local.time() < QUIET
        assert step.day <= local.date()
        assert step.offset > 0 or local.date() <= facts.due
        assert step.offset <= 0 or local.date() > facts.due
    names = [step.name for _, step in said]
    assert len(names) == len(set(names))
    days_said = [step.day for _, step in said]
    assert days_said == sorted(days_said), "a later step is never followed by an earlier one"
    assert len({office_day(now) for now, _ in said}) == len(said), "one step a day at most"


@given(lives(), st.sampled_from(sorted(set(AssignmentStatus) - OWING)))
def test_nothing_comes_after_completion(
    life: tuple[DueFacts, Policy, list[int]], status: AssignmentStatus
) -> None:
    facts, policy, looks = life
    for now in looks:
        assert plan_due(replace(facts, status=status), policy, DAYS, now).step is None


@given(lives())
def test_whoever_looks_when_told_to_misses_nothing(life: tuple[DueFacts, Policy, list[int]]) -> None:
    """Looking at exactly the moments that were named brings every step that lies ahead, on its own day."""
    facts, policy, _ = life
    wanted = [s for s in due_steps(facts, policy, DAYS) if moment_of(s.day, policy.at) > facts.since]
    now, said = facts.since, list[Step]()
    for _ in range(50):
        outcome = plan_due(facts, policy, DAYS, now)
        if outcome.step is not None:
            assert office_day(now) == outcome.step.day
            said.append(outcome.step)
            facts = replace(facts, last=outcome.step.day)
        if outcome.again_at is None:
            break
        now = outcome.again_at
    assert said == wanted


@given(lives(), moments)
def test_after_any_absence_only_the_latest_missed_step_comes(
    life: tuple[DueFacts, Policy, list[int]], back: int
) -> None:
    facts, policy, _ = life
    outcome = plan_due(facts, policy, DAYS, back)
    if outcome.step is None:
        return
    missed = [
        step
        for step in due_steps(facts, policy, DAYS)
        if facts.since < moment_of(step.day, policy.at) <= back
    ]
    assert outcome.step == missed[-1]
    told = replace(facts, last=outcome.step.day)
    assert plan_due(told, policy, DAYS, back).step is None


@given(moments, st.sampled_from([time(8), time(9), time(17)]))
def test_the_next_opening_is_open_and_nothing_before_it_begins(now: int, hour: time) -> None:
    opening = next_opening(now, hour, DAYS)
    assert opening > now
    assert is_open(opening, hour, DAYS)
    day = office_day(now)
    while day < office_day(opening):
        assert not DAYS.is_workday(day) or moment_of(day, hour) <= now
        day += ONE_DAY
