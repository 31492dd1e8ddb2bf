"""Correcting a plan in a spreadsheet: it goes out, comes back corrected, and what changes is shown first.

Rows are known by their number in the plan. What is not in the sheet stays as it is, and so does a row that
the ledger changed after the sheet went out. A draft is corrected at once; a plan in force with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from handlers.events import Reply
from handlers.notices.titles import short_title
from handlers.plans import questions, sheet_draft, sheet_force
from handlers.plans.sheet_rows import (
    Change,
    Row,
    Rows,
    assignments_of,
    headings,
    items,
    read,
    rows_now,
    untouched,
)
from handlers.standing import replaced
from handlers.turns import Answers, Turn
from storage.documents.kinds import XLSX
from storage.ledger import dialogues, files, reasons
from storage.records import Assignment, Plan, PlanItem
from storage.terms.cards import Button, Card, Edit
from storage.terms.clock import office_time
from storage.terms.errors import Refusal, Unreadable
from storage.terms.roles import Permission
from storage.terms.statuses import PlanStatus
from storage.terms.texts import Text, text

SENT = "plan.sheet.sent"
CHANGES = "plan.sheet"
SHOWN = 20

Out = tuple[str, bytes, Rows]
"""A sheet that goes out: its name, the workbook, and what its rows say."""


def _alive(turn: Turn, number: int) -> Plan:
    turn.actor.require(Permission.COORDINATE)
    plan = turn.directory.get(Plan, number)
    if plan.status == PlanStatus.CLOSED:
        raise Refusal("plan.closed", plan=short_title(plan.title))
    return plan


def _kind(plan: Plan) -> str:
    return "draft" if plan.status == PlanStatus.DRAFT else "force"


# ---------------------------------------------------------------- out


async def gather_out(turn: Turn) -> Callable[[], Out]:
    """Read a plan; what is returned writes its workbook."""
    from storage.documents.sheets import PlanRow, PlanSheet

    plan = _alive(turn, int(turn.values["plan"]))
    rows = await rows_now(turn, plan)
    how = text(f"plansheet.how.{_kind(plan)}")
    sheet = PlanSheet(
        title=plan.title,
        subtitle=turn.words(how),
        made_at=office_time(turn.now),
        sheet=turn.words(text("plansheet.sheet")),
        headings=headings(turn),
        rows=[
            PlanRow(position=str(item.position), number=item.number, text=item.text, **rows[item.position])
            for item in items(turn, plan)
        ],
    )
    name = turn.words(text(f"plansheet.file.{_kind(plan)}", title=short_title(plan.title)))

    def make() -> Out:
        from storage.documents.ledger_xlsx import plan_workbook

        return f"{name}.xlsx", plan_workbook(sheet), rows

    return make


async def send(turn: Turn) -> Answers:
    """Send a plan as a workbook; a reply with the corrected one brings it back."""
    plan = _alive(turn, int(turn.values["plan"]))
    name, content, rows = turn.prepared
    kept = await files.keep(turn.unit, name=name, mime=XLSX, content=content)
    sent = dialogues.begin(
        turn.unit, SENT, {"plan": plan.id, "rows": {str(n): row for n, row in rows.items()}}
    )
    return Card(
        title=text(f"plansheet.title.{_kind(plan)}"),
        lines=(text(f"plansheet.how.{_kind(plan)}"), text("plansheet.back")),
        files=(kept.id,),
        subject={"kind": "plansheet", "plan": plan.id, "sent": sent.id},
    )


# ---------------------------------------------------------------- back


async def gather_back(turn: Turn) -> Callable[[], Rows | None]:
    """Prepare to read the workbook that came back; nothing when none came."""
    turn.actor.require(Permission.COORDINATE)
    if len(turn.files) != 1:
        return _nothing
    (received,) = turn.files
    if received.content is None:
        raise Unreadable("table.too_large", megabytes=2)
    return partial(read, received.content, headings(turn))


def _nothing() -> None:
    return None


async def take(turn: Turn) -> Answers:
    """Show what the sheet says otherwise, and ask whether to take it."""
    plan = _alive(turn, int(turn.subject["plan"]))
    rows: Rows | None = turn.prepared
    if rows is None:
        raise Refusal("plansheet.no_sheet")
    sent = await dialogues.resume(turn.unit, int(turn.subject["sent"]), SENT)
    was: Rows = {int(number): row for number, row in sent.state["rows"].items()}
    now = await rows_now(turn, plan)
    changes: list[Change] = []
    lines: list[Text] = []
    wrong: list[Text] = []
    handed = None if _kind(plan) == "draft" else await assignments_of(turn, plan)
    for item in items(turn, plan):
        number = item.position
        row = rows.get(number)
        if row is None or number not in was or untouched(row, was[number]):
            continue
        try:
            found = _changes(turn, item, row, was[number], now[number], handed)
        except Refusal as refusal:
            wrong.append(text("plansheet.wrong", number=number, what=refusal.text))
        else:
            changes += [change for change, _ in found]
            lines += [line for _, line in found]
    return _shown(turn, plan, changes, lines, wrong, {each.position: now[each.position] for each in changes})


def _changes(
    turn: Turn,
    item: PlanItem,
    row: Row,
    was: Row,
    now: Row,
    handed: Mapping[int, Sequence[Assignment]] | None,
) -> list[tuple[Change, Text]]:
    """Return what a row changes. Refuses one that cannot be taken, or that the ledger changed meanwhile."""
    if now != was:
        raise Refusal("plansheet.stale")
    plan = turn.directory.get(Plan, item.plan_id)
    if handed is None:
        return list(sheet_draft.changes(turn, plan, item, row, now))
    return list(sheet_force.changes(turn, plan, item, row, now, handed.get(item.id, ())))


def _shown(
    turn: Turn, plan: Plan, changes: list[Change], lines: list[Text], wrong: list[Text], now: Rows
) -> Card:
    if wrong:
        again = text(f"plansheet.again.{_kind(plan)}")
        more = [text("importing.more", count=len(wrong) - SHOWN)] if len(wrong) > SHOWN else []
        return Card(title=text("plansheet.mend"), lines=(*wrong[:SHOWN], *more, again))
    if not changes:
        return Card(lines=(text("plansheet.same"),))
    state = {
        "plan": plan.id,
        "changes": [change.to_json() for change in changes],
        "rows": {str(number): row for number, row in now.items()},
    }
    dialogue = dialogues.begin(turn.unit, CHANGES, state)
    values = {"dialogue": dialogue.id}
    more = [text("importing.more", count=len(lines) - SHOWN)] if len(lines) > SHOWN else []
    leave = Button(text("plansheet.button.leave"), "plansheet.leave", values)
    title = text("plansheet.changes", count=len(changes))
    if _kind(plan) == "draft":
        take = Button(text("plansheet.button.take"), "plansheet.take", values, "primary")
        return Card(title=title, lines=(*lines[:SHOWN], *more), rows=((take, leave),))
    return Card(
        title=title,
        lines=(*lines[:SHOWN], *more, text("plansheet.ask_reason")),
        rows=((leave,),),
        subject={"kind": "plansheet.reason", **values},
    )


# ---------------------------------------------------------------- taken


async def taken(turn: Turn) -> Answers:
    """Take the changes of a draft that were shown, and go on with its questions."""
    turn.actor.require(Permission.COORDINATE)
    dialogue = await dialogues.resume(turn.unit, int(turn.values["dialogue"]), CHANGES)
    plan = _alive(turn, int(dialogue.state["plan"]))
    if plan.status != PlanStatus.DRAFT:
        raise Refusal("plan.not_draft", plan=short_title(plan.title))
    found, stale = await _standing(turn, plan, dialogue.state)
    for item, change in found:
        await sheet_draft.apply(turn, plan, item, change)
    dialogues.end(turn.unit, dialogue)
    said = (text("plansheet.taken", count=len(found)), *stale)
    return [replaced(turn, Card(lines=said)), await questions.next_card(turn, plan)]


async def reason(turn: Turn) -> Answers:
    """Take the changes of a plan in force that were shown, for the reason given; the departments are told."""
    turn.actor.require(Permission.COORDINATE)
    assert turn.said is not None and isinstance(turn.event, Reply)  # noqa: S101, PT018 - the table says so
    given = reasons.given(turn.event.text)
    dialogue = await dialogues.resume(turn.unit, int(turn.subject["dialogue"]), CHANGES)
    plan = _alive(turn, int(dialogue.state["plan"]))
    found, stale = await _standing(turn, plan, dialogue.state)
    told = await sheet_force.apply(turn, plan, found, given) if found else []
    dialogues.end(turn.unit, dialogue)
    done = text("plansheet.corrected", count=len(found), reason=given)
    return [Edit(turn.said.id, Card(lines=(done, *stale))), Card(lines=(done, *stale)), *told]


async def _standing(
    turn: Turn, plan: Plan, state: dict[str, Any]
) -> tuple[list[tuple[PlanItem, Change]], Iterable[Text]]:
    """Return the changes of rows that are as they were shown, and a line for each other row."""
    shown = state["rows"]
    now = await rows_now(turn, plan)
    by_number = {item.position: item for item in items(turn, plan)}
    found: list[tuple[PlanItem, Change]] = []
    stale: dict[int, Text] = {}
    for position, what, words in state["changes"]:
        if position in by_number and now[position] == shown[str(position)]:
            found.append((by_number[position], Change(position, what, tuple(words))))
        else:
            gone = text("plansheet.wrong", number=position, what=text("refusal.plansheet.stale"))
            stale[position] = gone
    return found, stale.values()


async def left(turn: Turn) -> Answers:
    """Leave the plan as it is."""
    turn.actor.require(Permission.COORDINATE)
    dialogue = await dialogues.resume(turn.unit, int(turn.values["dialogue"]), CHANGES)
    dialogues.end(turn.unit, dialogue)
    return replaced(turn, Card(lines=(text("plansheet.left"),)))
