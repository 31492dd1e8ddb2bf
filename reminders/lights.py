"""Lights (亮灯) and the expected progress (序时进度) behind them; the rule is the glossary's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reminders.workdays import Workdays
from storage.terms.lights import Light
from storage.terms.statuses import AssignmentStatus

SOON = 3
"""Working days before the due day from which on an assignment is yellow."""

BEHIND = 20
"""Points behind the expected progress that are still green."""

_IDLE = frozenset({AssignmentStatus.SUSPENDED, AssignmentStatus.CANCELLED})
_BADNESS = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)


@dataclass(frozen=True, slots=True)
class LightFacts:
    """What a light depends on.

    ``due`` is the day of the earliest open milestone, None without one. ``submitted`` is the day
    on which the department handed in what now waits for review, ``on_course`` the day on which it last
    said, without a figure, that all goes as planned.
    """

    status: AssignmentStatus
    handed_out: date
    due: date | None = None
    percent: int = 0
    submitted: date | None = None
    on_course: date | None = None


def light(facts: LightFacts, today: date, days: Workdays) -> Light:
    """Return the light of an assignment on a day.

    What waits for review is judged by the day it was handed in: the time a coordinator
    takes is never the department's delay.
    """
    if facts.status in _IDLE:
        return Light.GREY
    if facts.status is AssignmentStatus.DONE or facts.due is None:
        return Light.GREEN
    if facts.status is AssignmentStatus.REVIEW:
        return Light.RED if (facts.submitted or today) > facts.due else Light.GREEN
    if today > facts.due:
        return Light.RED
    soon = days.workdays_between(today, facts.due) <= SOON
    behind = expected_progress(facts.handed_out, facts.due, today, days) - _reached(facts, days)
    return Light.YELLOW if soon or behind > BEHIND else Light.GREEN


def _reached(facts: LightFacts, days: Workdays) -> float:
    """Return how far it is: as reported, and as far as planned on a day when it was said to be on course."""
    if facts.on_course is None or facts.due is None:
        return facts.percent
    planned = expected_progress(facts.handed_out, facts.due, min(facts.on_course, facts.due), days)
    return max(facts.percent, planned)


def expected_progress(handed_out: date, due: date, today: date, days: Workdays) -> float:
    """Return the share, in percent, of working days gone between handing out and the due day."""
    if today >= due:
        return 100.0
    if today <= handed_out:
        return 0.0
    whole = days.workdays_between(handed_out, due)
    return 100 * days.workdays_between(handed_out, today) / whole if whole else 0.0


def worst(lights: Iterable[Light]) -> Light:
    """Return the light that an item or a department shows for its open assignments.

    Green when nothing is open; a suspended one counts only when nothing else is open.
    """
    return min(lights, key=_BADNESS.index, default=Light.GREEN)
