"""When progress is asked for (报进展): calls before the end of each period, a closing note after it. Pure.

A call that was missed is made up for once, and only the latest of a period.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from reminders.ladder import is_open, moment_of, next_opening
from reminders.periods import Period, periods_of
from reminders.policy import Policy
from reminders.workdays import Workdays
from storage.terms.clock import office_day
from storage.terms.ladder import Cadence, StepKind


@dataclass(frozen=True, slots=True)
class PromptFacts:
    """What asking for the progress of a plan depends on.

    ``since`` is the moment from which the plan was in force, ``last`` the day of the latest call.
    ``cadences`` are those that some of its items have.
    """

    year: int
    since: int
    cadences: frozenset[Cadence]
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call: which period's progress is asked for, and the working day it comes on."""

    kind: StepKind
    period: Period
    day: date


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls that are due now, and the moment at which the plan must be looked at again."""

    due: tuple[Call, ...] = ()
    again_at: int | None = None


def calls_of(cadences: Collection[Cadence], year: int, policy: Policy, days: Workdays) -> list[Call]:
    """Return all calls of a year, earliest first."""
    found = []
    for cadence in cadences:
        for period in periods_of(cadence, year):
            for number, ahead in enumerate(policy.prompts):
                kind = StepKind.PROMPT_AGAIN if number else StepKind.PROMPT
                found.append(Call(kind, period, days.add_workdays(period.last, -ahead)))
            if policy.prompts:
                found.append(Call(StepKind.PROMPT_CLOSED, period, days.add_workdays(period.last, 1)))
    return sorted(found, key=lambda call: (call.day, call.period.last, call.period.first))


def plan_prompts(facts: PromptFacts, policy: Policy, days: Workdays, now: int) -> Calls:
    """Return the calls that are due now, and when to look again."""
    ours = [
        (moment, call)
        for call in calls_of(facts.cadences, facts.year, policy, days)
        if (facts.last is None or call.day > facts.last)
        and (moment := moment_of(call.day, policy.at)) > facts.since
    ]
    missed = [call for moment, call in ours if moment <= now]
    coming = min((moment for moment, _ in ours if moment > now), default=None)
    if not missed:
        return Calls(again_at=coming)
    if not is_open(now, policy.at, days):
        return Calls(again_at=next_opening(now, policy.at, days))
    latest = {call.period: call for call in missed}
    standing = [call for call in latest.values() if _stands(call, latest, office_day(now))]
    return Calls(tuple(standing), coming)


def _stands(call: Call, latest: Collection[Period], today: date) -> bool:
    """Tell whether a call is worth making: of periods of one kind that were missed, only the last's is."""
    newer = any(p.cadence is call.period.cadence and p.last > call.period.last for p in latest)
    return not newer and (call.kind is StepKind.PROMPT_CLOSED or today <= call.period.last)
