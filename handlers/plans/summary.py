"""What a reading of a notice came to, on one card: items, roles, limits, duties, warnings, coverage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from handlers import wording
from handlers.notices.coverage import unassigned
from handlers.notices.titles import short_title
from handlers.plans import questions
from handlers.turns import Turn
from storage.ledger import lookup
from storage.records import Department, Doubt, Plan
from storage.terms.cards import Button, Card
from storage.terms.notice import Deadline, Notice
from storage.terms.texts import Text, text, unpack

if TYPE_CHECKING:
    from handlers.notices import Reading

SHOWN_WARNINGS = 6
SHOWN_DUTIES = 5
SHOWN_VALUES = 4
DUTY_LENGTH = 48


def summary(
    turn: Turn, plan: Plan, notice: Notice, reading: Reading, asked: int, remembered: Sequence[Doubt] = ()
) -> Card:
    """Return the card of a plan that was just read; ``asked`` is how many questions are to follow.

    ``remembered`` are the doubts that were settled as in the same office's earlier notices.
    """
    wrong = unassigned(reading.text, reading.spans)
    covered = (
        text("importing.not_covered", characters=wrong)
        if wrong
        else text("importing.covered", characters=len(reading.text))
    )
    lines = (
        *_head(notice),
        *_counts(notice),
        *_duties(notice),
        *_warning_lines(plan, {doubt.key for doubt in notice.doubts}),
        *_remembered(remembered),
        covered,
        *_cautions(turn, plan),
        text("importing.questions", count=asked) if asked else text("importing.no_questions"),
    )
    return Card(
        title=text("importing.title", title=short_title(notice.title)),
        lines=lines,
        rows=(*questions.plan_rows(plan, doubtful=bool(asked)), *_anew(plan, remembered)),
    )


def _remembered(doubts: Sequence[Doubt]) -> list[Text]:
    entries = [entry for doubt in doubts for entry in (doubt.about or {})["entries"]]
    values = list(dict.fromkeys(wording.short(entry["value"]) for entry in entries if entry["value"]))
    if not entries:
        return []
    among = text("importing.remembered_among", values=values[:SHOWN_VALUES]) if values else ""
    return [text("importing.remembered", count=len(entries), among=among)]


def _anew(plan: Plan, remembered: Sequence[Doubt]) -> tuple[tuple[Button, ...], ...]:
    button = Button(text("doubting.button.anew"), "doubt.show", {"plan": plan.id, "anew": True})
    return ((button,),) if remembered else ()


def _head(notice: Notice) -> list[Text]:
    lines = []
    if notice.document_number:
        lines.append(text("importing.number", number=notice.document_number))
    if notice.issuer:
        lines.append(text("importing.issuer", issuer=notice.issuer))
    if notice.issued_on:
        lines.append(text("importing.issued", day=notice.issued_on))
    else:
        lines.append(text("importing.not_dated"))
    return lines


def _counts(notice: Notice) -> list[Text]:
    roles = [item.responsibility for item in notice.items]
    kinds = [_limit_of(item.deadlines) for item in notice.items]
    lines = [
        text("importing.items", count=len(notice.items), year=str(notice.year)),
        text(
            "importing.roles",
            lead=sum(len(r.lead) for r in roles),
            responsible=sum(len(r.responsible) for r in roles),
            support=sum(len(r.support) for r in roles),
        ),
        text(
            "importing.limits",
            **{name: kinds.count(name) for name in ("dated", "recurring", "other", "none")},
        ),
    ]
    if notice.standing:
        lines.append(text("importing.standing", names=list(notice.standing)))
    return lines


def _limit_of(deadlines: tuple[Deadline, ...]) -> str:
    kinds = {deadline.kind for deadline in deadlines}
    if any(deadline.due for deadline in deadlines):
        return "dated"
    if "recurring" in kinds:
        return "recurring"
    return "other" if kinds else "none"


def _duties(notice: Notice) -> list[Text]:
    if not notice.duties:
        return []
    lines = [text("importing.duties", count=len(notice.duties))]
    for duty in notice.duties[:SHOWN_DUTIES]:
        words = wording.short(duty.text, DUTY_LENGTH)
        due = next((deadline.due for deadline in duty.deadlines if deadline.due), None)
        lines.append(
            text("importing.duty_due", words=words, day=due) if due else text("importing.duty", words=words)
        )
    if len(notice.duties) > SHOWN_DUTIES:
        lines.append(text("importing.more", count=len(notice.duties) - SHOWN_DUTIES))
    return lines


def _warning_lines(plan: Plan, asked: set[str]) -> list[Text]:
    """Return what the reading wants looked at, in words; what is asked as a question is left out."""
    asked = {"no_clause", *asked}
    warnings = [warning for warning in plan.warnings if warning["key"] not in asked]
    if not warnings:
        return []
    lines = [text("importing.warnings", count=len(warnings))]
    lines += [
        text("importing.warning", line=warning["line"], words=unpack(warning["text"]))
        for warning in warnings[:SHOWN_WARNINGS]
    ]
    if len(warnings) > SHOWN_WARNINGS:
        lines.append(text("importing.more", count=len(warnings) - SHOWN_WARNINGS))
    return lines


def _cautions(turn: Turn, plan: Plan) -> list[Text]:
    lines = []
    if plan.year < turn.today.year:
        lines.append(text("importing.past_year", year=str(plan.year)))
    if not any(True for _ in turn.directory.all(Department)):
        lines.append(text("importing.no_register"))
    if any(p.id != plan.id for p in lookup.plans(turn.directory, *questions.ALIVE) if p.year == plan.year):
        lines.append(text("importing.same_year", year=str(plan.year)))
    return lines
