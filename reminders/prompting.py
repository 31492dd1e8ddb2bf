"""Progress prompts: whose progress of a period is still missing is asked for, department by department."""

from __future__ import annotations

from datetime import date, time

from reminders import calendars, policies
from reminders.ladder import moment_of, next_opening
from reminders.periods import Period
from reminders.prompts import Call, PromptFacts, plan_prompts
from reminders.workdays import Workdays
from storage.ledger import bundles, lookup, progress, snoozes, steps
from storage.ledger.steps import NewStep
from storage.records import Plan
from storage.terms.clock import office_day
from storage.terms.ladder import StepKind
from storage.terms.roles import Purpose
from storage.terms.statuses import PlanStatus
from storage.unit import Unit


async def plans(unit: Unit, days: Workdays) -> int:
    """Make the calls whose moment has come; return how many plans were looked at."""
    found = [
        plan
        for plan in lookup.plans(unit.directory, PlanStatus.ACTIVE)
        if plan.next_prompt_at is not None and plan.next_prompt_at <= unit.now
    ]
    days = calendars.in_force(unit.directory, days)
    for plan in found:
        await _plan(unit, plan, days)
    return len(found)


async def _plan(unit: Unit, plan: Plan, days: Workdays) -> None:
    policy = policies.in_force(unit.directory)[plan.id]
    items = [item for item in lookup.items_of(unit.directory, plan.id) if not item.dropped]
    cadences = frozenset(policies.cadence_of(unit.directory, item) for item in items)
    facts = PromptFacts(plan.year, plan.activated_at or plan.created_at, cadences, plan.last_prompt)
    calls = plan_prompts(facts, policy, days, unit.now)
    chats: list[int] = []
    for call in calls.due:
        chats += await _call(unit, plan, call)
        plan.last_prompt = office_day(unit.now)
    plan.next_prompt_at = calls.again_at
    unit.save(plan, "next_prompt_at", "last_prompt")
    today = office_day(unit.now)
    await bundles.ask_for(unit, chats, today, next_opening(unit.now, policy.at, days))


async def _call(unit: Unit, plan: Plan, call: Call) -> list[int]:
    """Write the steps of a call; return the chats that hear of it."""
    key = f"prompt:{plan.id}:{call.period.cadence}:{call.period.last}:{call.kind}"
    if call.kind is StepKind.PROMPT_CLOSED:
        return await _say(unit, plan, call, [(key, None)])
    owing = await departments_owing(unit, plan, call.period, call.day)
    resting = snoozes.until(unit.directory, office_day(unit.now))
    return await _say(
        unit, plan, call, [(f"{key}:{number}", number) for number in owing if number not in resting]
    )


async def _say(unit: Unit, plan: Plan, call: Call, wanted: list[tuple[str, int | None]]) -> list[int]:
    said = await steps.are_said(unit, [key for key, _ in wanted])
    chats: list[int] = []
    for key, department in wanted:
        if key in said:
            continue
        data = {"plan": plan.id, **call.period.to_json()}
        steps.say(unit, NewStep(call.kind, key, call.day, department, data=data))
        told = (
            lookup.chats_for(unit.directory, Purpose.COORDINATION)
            if department is None
            else lookup.chats_of(unit.directory, department)
        )
        chats += [chat.id for chat in told]
    return chats


async def departments_owing(unit: Unit, plan: Plan, period: Period, called: date) -> dict[int, int]:
    """Return the departments that have not reported on something in a period, with how much that is."""
    items = [
        item.id
        for item in lookup.items_of(unit.directory, plan.id)
        if policies.cadence_of(unit.directory, item) is period.cadence
    ]
    return await progress.not_reported(unit, items, period.begins_at, moment_of(called, time(0)))
