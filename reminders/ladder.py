"""The ladder: which step of a due day comes when. Pure: facts, policy and now in; one step and a moment out.

Only the latest step that was missed is ever due, and a step ahead of the due day never comes after it, so
that whoever was away for three days hears one thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from reminders.policy import QUIET, Policy
from reminders.workdays import Workdays
from storage.terms.clock import OFFICE_ZONE, office_day, office_time, to_millis
from storage.terms.ladder import StepKind
from storage.terms.statuses import AssignmentStatus

OWING = frozenset({AssignmentStatus.AWAITING, AssignmentStatus.WORKING, AssignmentStatus.RETURNED})
"""Statuses in which it is the department's turn."""

RESTING = frozenset({AssignmentStatus.REVIEW, AssignmentStatus.SUSPENDED})
"""Statuses in which nothing is asked, and something may be again."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a ladder and the working day it comes on; ``offset`` counts working days from its anchor."""

    kind: StepKind
    offset: int
    day: date

    @property
    def name(self) -> str:
        """What the step is called among those of one ladder."""
        return f"{self.kind}{self.offset:+d}"


@dataclass(frozen=True, slots=True)
class DueFacts:
    """What the ladder of one due day depends on.

    ``since`` is the moment from which the department knew that the day is so: of what lay before it nothing
    was missed. ``limited`` is False where the item has no time limit of its own. ``last`` is the day of the
    latest step said of this version of the day.
    """

    due: date
    since: int
    status: AssignmentStatus
    limited: bool = True
    last: date | None = None


@dataclass(frozen=True, slots=True)
class SignFacts:
    """What the ladder of acknowledging (签收催办) depends on."""

    since: int
    status: AssignmentStatus
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The step that is due now, and the moment at which the ladder must be looked at again (None: never).

    ``unwarned``: the step is the coordinators', and the department missed being told that it is overdue.
    """

    step: Step | None = None
    again_at: int | None = None
    unwarned: bool = False


def due_steps(facts: DueFacts, policy: Policy, days: Workdays) -> list[Step]:
    """Return every step of a due day's ladder, earliest first, done ones and missed ones too."""
    if not facts.limited:
        return _ahead(facts.due, policy.ahead[:1], days)
    anchor = max(facts.due, office_day(facts.since))
    return _ahead(facts.due, policy.ahead, days) + [
        Step(kind, offset, days.add_workdays(anchor, offset))
        for kind, offset in (
            (StepKind.OVERDUE, policy.overdue),
            (StepKind.SLIP, policy.slip),
            (StepKind.NAMING, policy.naming),
            (StepKind.INTERVIEW, policy.interview),
        )
        if offset is not None
    ]


def _ahead(due: date, offsets: Sequence[int], days: Workdays) -> list[Step]:
    return [
        Step(StepKind.AHEAD if offset else StepKind.TODAY, -offset, days.add_workdays(due, -offset))
        for offset in offsets
    ]


def sign_steps(facts: SignFacts, policy: Policy, days: Workdays) -> list[Step]:
    """Return the steps after handing out that ask for 签收."""
    handed_out = office_day(facts.since)
    return [
        Step(kind, offset, days.add_workdays(handed_out, offset))
        for kind, offset in (
            (StepKind.UNSIGNED, policy.unsigned),
            (StepKind.UNSIGNED_TOLD, policy.unsigned_told),
        )
        if offset is not None
    ]


def plan_due(facts: DueFacts, policy: Policy, days: Workdays, now: int) -> Outcome:
    """Return what is due now of a due day, and when to look again."""
    if facts.status in RESTING:
        return Outcome(again_at=next_opening(now, policy.at, days))
    if facts.status not in OWING:
        return Outcome()
    return _plan(due_steps(facts, policy, days), facts.since, facts.last, facts.due, policy, days, now)


def plan_sign(facts: SignFacts, policy: Policy, days: Workdays, now: int) -> Outcome:
    """Return what is due now for an assignment that was handed out, and when to look again."""
    if facts.status is not AssignmentStatus.AWAITING:
        return Outcome()
    return _plan(sign_steps(facts, policy, days), facts.since, facts.last, None, policy, days, now)


def _plan(
    steps: Sequence[Step],
    since: int,
    last: date | None,
    due: date | None,
    policy: Policy,
    days: Workdays,
    now: int,
) -> Outcome:
    ours = [step for step in steps if last is None or step.day > last]
    timed = [(moment, step) for step in ours if (moment := moment_of(step.day, policy.at)) > since]
    missed = [step for moment, step in timed if moment <= now]
    coming = min((moment for moment, _ in timed if moment > now), default=None)
    if not missed:
        return Outcome(again_at=coming)
    if not is_open(now, policy.at, days):
        return Outcome(again_at=next_opening(now, policy.at, days))
    latest = max(missed, key=lambda step: step.day)
    if due is not None and latest.offset <= 0 and office_day(now) > due:
        return Outcome(again_at=coming)
    kinds = {step.kind for step in missed}
    return Outcome(latest, coming, StepKind.OVERDUE in kinds and latest.kind is not StepKind.OVERDUE)


# ---------------------------------------------------------------- when the bot may speak


def moment_of(day: date, at: time) -> int:
    """Return the moment, in epoch milliseconds, of a time on a day of the office."""
    return to_millis(datetime.combine(day, at, OFFICE_ZONE))


def is_open(now: int, at: time, days: Workdays) -> bool:
    """Tell whether something may be said unasked: on a working day, from ``at`` until it grows quiet."""
    local = office_time(now)
    return at <= local.time() < QUIET and days.is_workday(local.date())


def next_opening(now: int, at: time, days: Workdays) -> int:
    """Return the first moment after now at which a working day begins for the bot."""
    today = office_day(now)
    if days.is_workday(today) and (this_morning := moment_of(today, at)) > now:
        return this_morning
    return moment_of(days.add_workdays(today, 1), at)
