"""The card of one item in full (查看原文), with where it stands and what was said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from handlers import wording
from handlers.departments import owed
from handlers.departments.owed import Owed
from handlers.departments.todo_cards import button, due_facts, rows_of, state_text
from handlers.lighting import light_of
from handlers.turns import Turn
from storage.ledger.views import View
from storage.records import PlanItem, ProgressReport
from storage.terms.cards import Button, Card
from storage.terms.clock import office_day
from storage.terms.lights import Light
from storage.terms.statuses import AssignmentStatus
from storage.terms.texts import Text, text

WORDS_SHOWN = 60
"""Characters of what was said, where it stands among other things."""

OTHERS_SHOWN = 12
"""Other departments that a lead sees each by name."""


def item_card(
    turn: Turn,
    department: int,
    known: Owed,
    number: int,
    history: Sequence[ProgressReport],
    others: Sequence[View],
    asked: Sequence[Text] = (),
) -> Card:
    """Return one item in full: its words, where it stands, what was said of it, and for a lead the others."""
    view = known[number]
    item = turn.directory.get(PlanItem, view.item)
    facts: list[Text] = [text(f"itemrole.{view.role}"), *due_facts(view), state_text(view)]
    shown = light_of(view, turn.today, turn.days)
    if view.open or shown is Light.GREY:
        facts.append(text(f"light.{shown}"))
    because = (text("todo.item.reason", reason=view.reason),) if view.reason else ()
    clause = (text("todo.item.clause", clause=item.clause),) if item.clause else ()
    return Card(
        title=text("todo.item.title", number=number, title=view.title),
        lines=(
            text("todo.item.facts", facts=facts),
            *because,
            *asked,
            text("todo.item.text", words=item.text),
            *clause,
            *_history(history),
            *_others(others),
        ),
        rows=_item_rows(known, number),
        subject=owed.subject_of("item", department, known, number=number),
    )


def _item_rows(known: Owed, number: int) -> tuple[tuple[Button, ...], ...]:
    view = known[number]
    numbers = list(known)
    at = numbers.index(number)
    sign = [button("acknowledge", "todo.acknowledge_shown", "primary", number=number)]
    begin = [
        button(what, "asking.begin", what=what, number=number) for what in ("submit", "extend", "decline")
    ]
    return rows_of(
        sign if view.status is AssignmentStatus.AWAITING else [],
        begin if view.open and view.status is not AssignmentStatus.REVIEW else [],
        [
            *([button("before", "todo.show", number=numbers[at - 1])] if at else []),
            *([button("after", "todo.show", number=numbers[at + 1])] if at + 1 < len(numbers) else []),
        ],
    )


def _history(reports: Sequence[ProgressReport]) -> list[Text]:
    lines = [text("todo.item.history")] if reports else []
    for report in reports:
        words = wording.short(report.words, WORDS_SHOWN)
        lines.append(
            text(
                "todo.item.report" if words else "todo.item.report_bare",
                day=office_day(report.at),
                name=report.member_name,
                percent=report.percent,
                words=words,
            )
        )
    return lines


def _others(others: Sequence[View]) -> list[Text]:
    """Return where the other departments stand: the named ones each, the rest counted by state."""
    if not others:
        return []
    done = sum(view.status is AssignmentStatus.DONE for view in others)
    lines = [text("todo.item.others", done=done, count=len(others))]
    named = [view for view in others if not view.general]
    for view in named[:OTHERS_SHOWN]:
        facts = [text(f"itemrole.{view.role}"), state_text(view), *due_facts(view)]
        lines.append(text("todo.item.other", department=view.department_name, facts=facts))
    rest = [*named[OTHERS_SHOWN:], *(view for view in others if view.general)]
    if rest:
        counts = Counter(view.status for view in rest)
        parts = [
            text("todo.item.counted", status=text(f"status.{status}"), count=counts[status])
            for status in AssignmentStatus
            if counts[status]
        ]
        lines.append(text("todo.item.rest", count=len(rest), parts=parts))
    return lines
