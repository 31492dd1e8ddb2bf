from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.lights import LightFacts, expected_progress, light, worst
from reminders.workdays import Workdays
from storage.terms.lights import Light
from storage.terms.statuses import AssignmentStatus as Status

DAYS = Workdays()
HANDED_OUT = date(2026, 3, 2)
DUE = date(2026, 6, 30)
RED, YELLOW, GREEN, GREY = Light.RED, Light.YELLOW, Light.GREEN, Light.GREY

dates = st.dates(date(2025, 6, 1), date(2027, 3, 1))
percents = st.integers(0, 100)
running = st.sampled_from([Status.AWAITING, Status.WORKING, Status.RETURNED])


@pytest.mark.parametrize(
    ("status", "due", "percent", "today", "expected"),
    [
        (Status.WORKING, DUE, 0, HANDED_OUT, GREEN),
        (Status.WORKING, DUE, 0, date(2026, 3, 24), GREEN),
        (Status.WORKING, DUE, 0, date(2026, 5, 4), YELLOW),  # half the time gone, nothing done
        (Status.WORKING, DUE, 50, date(2026, 5, 4), GREEN),
        (Status.WORKING, DUE, 100, date(2026, 6, 24), GREEN),
        (Status.WORKING, DUE, 100, date(2026, 6, 25), YELLOW),  # three working days to go
        (Status.AWAITING, DUE, 0, DUE, YELLOW),
        (Status.RETURNED, DUE, 99, DUE + timedelta(days=1), RED),
        (Status.AWAITING, DUE, 0, date(2026, 7, 1), RED),
        (Status.WORKING, date(2026, 6, 28), 100, date(2026, 6, 23), YELLOW),  # a Sunday's step 0 is Friday
        (Status.WORKING, date(2026, 6, 28), 100, date(2026, 6, 22), GREEN),
        (Status.WORKING, None, 0, date(2027, 1, 1), GREEN),
        (Status.DONE, DUE, 100, date(2026, 7, 9), GREEN),
        (Status.SUSPENDED, DUE, 0, date(2026, 7, 9), GREY),
        (Status.CANCELLED, DUE, 0, date(2026, 7, 9), GREY),
        (Status.REVIEW, DUE, 0, DUE, GREEN),
        (Status.REVIEW, DUE, 0, date(2026, 7, 1), RED),
    ],
)
def test_lights_of_the_glossary(
    status: Status, due: date | None, percent: int, today: date, expected: Light
) -> None:
    assert light(LightFacts(status, HANDED_OUT, due, percent), today, DAYS) is expected


def test_the_review_s_own_time_makes_nobody_late() -> None:
    handed_in = LightFacts(Status.REVIEW, HANDED_OUT, DUE, 100, submitted=DUE)
    assert light(handed_in, DUE + timedelta(days=30), DAYS) is GREEN
    late = LightFacts(Status.REVIEW, HANDED_OUT, DUE, 100, submitted=DUE + timedelta(days=1))
    assert light(late, DUE + timedelta(days=30), DAYS) is RED


def test_twenty_points_behind_is_still_green_and_more_is_not() -> None:
    # Ten working days: 2 March (Monday) to 16 March; after five of them half is expected.
    due, today = date(2026, 3, 16), date(2026, 3, 9)
    assert expected_progress(HANDED_OUT, due, today, DAYS) == 50
    assert light(LightFacts(Status.WORKING, HANDED_OUT, due, 30), today, DAYS) is GREEN
    assert light(LightFacts(Status.WORKING, HANDED_OUT, due, 29), today, DAYS) is YELLOW


@given(running, dates, dates, percents, dates)
def test_red_is_exactly_overdue(
    status: Status, handed_out: date, due: date, percent: int, today: date
) -> None:
    shown = light(LightFacts(status, handed_out, due, percent), today, DAYS)
    assert (shown is RED) == (today > due)
    assert shown is not GREY


@given(running, dates, dates, percents, percents, dates)
def test_more_done_never_shows_worse(
    status: Status, handed_out: date, due: date, one: int, other: int, today: date
) -> None:
    less, more = (
        light(LightFacts(status, handed_out, due, percent), today, DAYS) for percent in sorted((one, other))
    )
    assert worst([less, more]) is less


@given(running, dates, dates, dates, st.integers(0, 60))
def test_three_working_days_before_it_is_due_a_light_is_never_green(
    status: Status, handed_out: date, due: date, today: date, back: int
) -> None:
    day = DAYS.add_workdays(due, -(back % 4))
    assert light(LightFacts(status, handed_out, due, 100), day, DAYS) is YELLOW
    before = DAYS.add_workdays(due, -4 - back)
    assert light(LightFacts(status, handed_out, due, 100), before, DAYS) is GREEN


@given(dates, dates, dates, st.integers(0, 40))
def test_expected_progress_only_grows_and_stays_within_bounds(
    handed_out: date, due: date, today: date, later: int
) -> None:
    now = expected_progress(handed_out, due, today, DAYS)
    assert 0 <= now <= expected_progress(handed_out, due, today + timedelta(days=later), DAYS) <= 100
    assert expected_progress(handed_out, due, due, DAYS) == 100


@pytest.mark.parametrize(
    ("lights", "expected"),
    [
        ([], GREEN),
        ([GREY], GREY),
        ([GREY, GREEN], GREEN),
        ([GREEN, YELLOW, GREY], YELLOW),
        ([GREEN, RED, YELLOW], RED),
    ],
)
def test_the_worst_light_is_shown(lights: list[Light], expected: Light) -> None:
    assert worst(lights) is expected
    assert worst(reversed(lights)) is expected
