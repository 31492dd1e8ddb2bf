"""An item's history (沿革): who did what and when, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from handlers import wording
from handlers.arguments import argument, plan_and_words
from handlers.replies.orders import read_order_item
from handlers.turns import Answers, Turn
from storage.ledger import lookup, plans, trail
from storage.records import AuditRow, PlanItem
from storage.terms.cards import Button, Card, Edit
from storage.terms.clock import office_time
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.texts import Text, Value, text

SHOWN = 12
"""Steps on one card."""

WORDS_SHOWN = 60
"""Characters of what somebody wrote, in one step."""

_REASONS = ("reason", "answer")
_DAYS = frozenset({"due", "until", "first", "last"})


async def audit(turn: Turn) -> Answers:
    """Show an item's newest steps, the newest last."""
    turn.actor.require(Permission.OVERSEE)
    plan, words = plan_and_words(turn, argument(turn))
    number = read_order_item(words)
    if number is None:
        raise Refusal("audit.form")
    return await _history(turn, plans.item_at(turn.unit, plan, number), None)


async def earlier(turn: Turn) -> Answers:
    """Show the steps before those on the card."""
    item = turn.directory.get(PlanItem, turn.values["item"])
    card = await _history(turn, item, turn.values["before"])
    return Edit(turn.said.id, card) if turn.said else card


async def _history(turn: Turn, item: PlanItem, before: int | None) -> Card:
    found = await trail.history(turn.unit, item.id, SHOWN + 1, before)
    shown, rows = found[-SHOWN:], []
    if len(found) > SHOWN:
        values = {"item": item.id, "before": shown[0].id}
        rows.append((Button(text("trace.earlier"), "audit.earlier", values),))
    if before is not None:
        rows.append((Button(text("trace.newest"), "audit.earlier", {"item": item.id, "before": None}),))
    lines = tuple(
        text("trace.line", when=office_time(row.at), who=row.who, step=step(turn, row)) for row in shown
    )
    title = text(
        "trace.title", item=text("wording.item", number=item.position, title=wording.short(item.title))
    )
    return Card(title=title, lines=lines or (text("trace.empty"),), rows=tuple(rows))


def step(turn: Turn, row: AuditRow) -> Text:
    """Return a step of the trail in words; who did it and when stand beside it."""
    name = text("trace.none")
    department: Value = (
        name if row.department_id is None else lookup.short_name(turn.directory, row.department_id)
    )
    values = {key: _value(row.verb, key, value) for key, value in row.data.items()}
    return Text(f"trail.{row.verb}", {**values, **_composed(row.data), "department": department})


def _composed(data: Mapping[str, object]) -> dict[str, Value]:
    """Return the parts of a sentence that stand only where there is something to say."""
    reason = next((str(data[key]) for key in _REASONS if isinstance(data.get(key), str) and data[key]), "")
    because = text("trace.because", reason=wording.short(reason, WORDS_SHOWN)) if reason else ""
    return {"because": because, "period": text("trace.period") if data.get("continues") else ""}


def _value(verb: str, key: str, value: object) -> Value:
    if value is None or value in ("", []):
        return text("trace.none")
    if isinstance(value, list):
        return [_value(verb, key, each) for each in value]
    if isinstance(value, str):
        return _word(verb, key, value)
    return value if isinstance(value, int | float) else str(value)


def _word(verb: str, key: str, value: str) -> Value:
    """Return a fact in words: a day, a role, a status, or what somebody wrote."""
    if key in _DAYS or (verb, key) == ("assignment.due", "before"):
        return date.fromisoformat(value)
    if key == "role" or (verb, key) == ("assignment.role", "before"):
        return text(f"role.{value}" if verb.startswith("member.") else f"itemrole.{value}")
    if key == "before" and verb.startswith("assignment."):
        return text(f"status.{value}")
    if (verb, key) == ("doubt.answer", "kind"):
        return text(f"trace.doubt.{value}")
    if key == "purpose":
        return text(f"trace.purpose.{value}")
    return wording.short(value, WORDS_SHOWN)
