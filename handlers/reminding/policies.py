"""The policy of reminders (提醒规则): shown, changed by words or a file, previewed, then confirmed."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from handlers.arguments import argument, plan_and_words
from handlers.notices.titles import short_title
from handlers.reminding.policy_reading import Wanted, read_file, read_words
from handlers.standing import instead
from handlers.turns import Answers, Turn
from reminders.ladder import DueFacts, due_steps, moment_of
from reminders.policy import Policy
from reminders.prompts import calls_of
from storage.ledger import plans
from storage.ledger import policies as ledger
from storage.records import Plan, PlanItem
from storage.terms.cards import Button, Card, Toast
from storage.terms.errors import Refusal
from storage.terms.ladder import Cadence, StepKind
from storage.terms.roles import Permission
from storage.terms.statuses import AssignmentStatus
from storage.terms.texts import Text, Value, text

DUE_DAYS_SHOWN = 3
CALLS_SHOWN = 3
PLACES = tuple(each.name for each in fields(Policy))


async def answer(turn: Turn) -> Answers:
    """``/policy``: show when what is said, or preview a change."""
    turn.actor.require(Permission.COORDINATE)
    plan, words = plan_and_words(turn, argument(turn))
    before = Policy.from_json(plan.policy)
    if turn.files:
        if len(turn.files) > 1 or turn.files[0].content is None:
            raise Refusal("policy.file")
        return await _preview(turn, plan, before, read_file(before, turn.files[0].content))
    if words:
        return await _preview(turn, plan, before, read_words(before, words))
    lines = [text("policy.now", place=_place(name), value=_shown(before, name)) for name in PLACES]
    return Card(
        title=text("policy.title", plan=short_title(plan.title)),
        lines=(*lines, text("policy.how"), text("policy.how_file")),
    )


async def confirm(turn: Turn) -> Answers:
    """Let the policy that was previewed be in force."""
    turn.actor.require(Permission.COORDINATE)
    values = turn.values
    plan = turn.directory.get(Plan, values["plan"])
    if plan.policy != values["before"]:
        raise Refusal("policy.changed_since")
    policy = Policy.from_json(values["policy"])
    cadences = {int(number): c and Cadence(c) for number, c in values["items"].items()}
    await ledger.change(turn.unit, plan, policy.to_json(), cadences)
    done = text("policy.changed", plan=short_title(plan.title))
    return instead(turn, Card(lines=(done,)), Toast(done))


async def leave(turn: Turn) -> Answers:
    """Leave the policy as it is."""
    turn.actor.require(Permission.COORDINATE)
    return instead(turn, Card(lines=(text("policy.left"),)))


# ---------------------------------------------------------------- what would be


async def _preview(turn: Turn, plan: Plan, before: Policy, wanted: Wanted) -> Card:
    items = {plans.item_at(turn.unit, plan, number): cadence for number, cadence in wanted.items.items()}
    after = wanted.policy
    changes = [
        text("policy.change", place=_place(name), before=_shown(before, name), after=_shown(after, name))
        for name in PLACES
        if getattr(before, name) != getattr(after, name)
    ]
    changes += [_item_line(item, cadence) for item, cadence in items.items()]
    if not changes:
        return Card(lines=(text("policy.same"),))
    values: dict[str, Any] = {
        "plan": plan.id,
        "before": plan.policy,
        "policy": after.to_json(),
        "items": {str(item.id): cadence for item, cadence in items.items()},
    }
    return Card(
        title=text("policy.preview", plan=short_title(plan.title)),
        lines=(*changes, *await _mornings(turn, plan, after), *_prompts(turn, plan, after)),
        rows=(
            (
                Button(text("policy.button.confirm"), "policy.confirm", values, "primary"),
                Button(text("policy.button.leave"), "policy.leave"),
            ),
        ),
    )


def _item_line(item: PlanItem, cadence: Cadence | None) -> Text:
    meant = text("policy.cadence.plan") if cadence is None else text(f"policy.cadence.{cadence}")
    return text("policy.item", number=item.position, title=item.title, cadence=meant)


async def _mornings(turn: Turn, plan: Plan, policy: Policy) -> list[Text]:
    """Say on which mornings the next due days would be spoken of."""
    lines: list[Text] = []
    for due, count in await ledger.coming_due(turn.unit, plan, turn.today, DUE_DAYS_SHOWN):
        facts = DueFacts(due, turn.now, AssignmentStatus.WORKING)
        steps = [
            text(f"policy.step.{step.kind}", day=step.day)
            for step in due_steps(facts, policy, turn.days)
            if moment_of(step.day, policy.at) > turn.now
        ]
        lines.append(text("policy.due", due=due, count=count, steps=steps or [text("policy.no_step")]))
    return lines


def _prompts(turn: Turn, plan: Plan, policy: Policy) -> list[Text]:
    """Say when progress would be asked for next."""
    coming = [
        call.day
        for call in calls_of({policy.cadence}, plan.year, policy, turn.days)
        if call.kind is not StepKind.PROMPT_CLOSED and moment_of(call.day, policy.at) > turn.now
    ]
    days: list[date] = coming[:CALLS_SHOWN]
    return [text("policy.calls", days=[text("policy.day", day=day) for day in days])] if days else []


# ---------------------------------------------------------------- words


def _place(name: str) -> Text:
    return text(f"policy.place.{name}")


def _shown(policy: Policy, name: str) -> Value:
    value = getattr(policy, name)
    match name:
        case "at":
            return f"{value:%H:%M}"
        case "cadence":
            return text(f"policy.cadence.{value}")
        case "digest":
            return text(f"policy.rhythm.{value}")
        case "cap":
            return text("policy.times", count=value)
        case "ahead" | "prompts":
            return text("policy.before", days=[str(n) for n in value]) if value else text("policy.none")
        case _:
            return text("policy.none") if value is None else text("policy.after", days=value)
