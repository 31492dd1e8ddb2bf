"""Doubts about how a notice was read: asked for all of one kind at once, answered by a tap or a reply."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from handlers import wording
from handlers.plans.typed import clause_typed, limit_typed
from handlers.turns import Turn
from storage.ledger import drafting, plans
from storage.ledger import reading_doubts as ledger
from storage.records import Doubt, Party, Plan, PlanItem
from storage.terms.cards import Button
from storage.terms.errors import Refusal
from storage.terms.notice import Deadline
from storage.terms.statuses import ItemRole
from storage.terms.texts import Text, text

SHOWN = 5
VALUE_LENGTH = 40
NAMES_SHOWN = 6
BESIDE = 16

ANSWERS: Mapping[str, tuple[str, ...]] = {
    "several_clauses": ("keep", "first_leads", "all_responsible"),
    "clause_inside": ("keep", "first_leads", "all_responsible"),
    "clause_unclosed": ("keep", "first_leads", "all_responsible"),
    "group_clause": ("keep",),
    "clause_shared": ("keep",),
    "section_without_clause": ("no_items", "add"),
    "number_repeated": ("keep",),
    "number_skipped": ("keep",),
    "deadline_past": ("keep", "next_year", "none"),
    "who_left": ("keep",),
    "half_a_name": ("keep",),
    "left_in_clause": ("keep",),
    "names_at_end": ("keep",),
    "glued": ("keep",),
    "unlike_others": ("keep", "drop"),
    "column_guessed": ("keep",),
    "division_unsure": ("keep",),
    "time_left": ("none", "limit"),
    "time_unread": ("none", "open"),
    "limit_unread": ("none", "open"),
}
"""Why a field is in doubt → what can be tapped, the likely reading first."""

OF_FIELD: Mapping[str, tuple[str, ...]] = {
    "item": ("keep",),
    "name": ("keep",),
    "role": ("keep", "first_leads", "all_responsible"),
    "deadline": ("keep", "none", "open"),
}

OF_CLAUSES = frozenset(
    {"several_clauses", "clause_inside", "clause_unclosed", "who_left", "left_in_clause", "names_at_end"}
)
"""Doubts that a reply with the clause answers, too; those of time limits a reply with a day."""


async def ask(turn: Turn, doubt: Doubt, items: list[PlanItem]) -> tuple[list[Text], list[Button]]:
    """Return the words of the question, and the answers to tap."""
    about = doubt.about or {}
    key, field = about["key"], about["field"]
    entries = ledger.still(turn.unit, doubt)
    value = wording.short(entries[0]["value"] if entries else "", VALUE_LENGTH)
    lines = [text(f"doubting.why.{key if key in ANSWERS else field}", value=value)]
    by_item = {item.id: item for item in items}
    parties = await drafting.parties_of(turn.unit, items) if field in ("name", "role") else {}
    for entry in entries[:SHOWN]:
        item = by_item.get(entry["item"] or 0)
        said = _around(item, entry["value"]) if key in ledger.BY_WORDS else entry["value"]
        lines.append(_line(item, said, parties.get(item.id, []) if item else []))
    if len(entries) > SHOWN:
        lines.append(text("doubting.more_alike", count=len(entries) - SHOWN))
    if len(entries) == 1 or key in ledger.BY_WORDS:
        if field == "deadline":
            lines.append(text("doubting.limit_reply"))
        elif key in OF_CLAUSES:
            lines.append(text("doubting.clause_mend"))
    if key not in ledger.ONCE:
        lines.append(text("doubting.will_remember"))
    return lines, _buttons(doubt, key, field, several=len(entries) > 1)


def _line(item: PlanItem | None, value: str, parties: list[Party]) -> Text:
    value = wording.short(value, 2 * VALUE_LENGTH)
    if item is None:
        return text("doubting.place", value=value) if value else text("doubting.whole")
    if parties:
        return text("doubting.read_as", number=item.position, title=item.title, roles=_roles(parties))
    if value:
        return text("doubting.item_value", number=item.position, title=item.title, value=value)
    return text("doubting.item", number=item.position, title=item.title)


def _around(item: PlanItem | None, words: str) -> str:
    """Return the words with what stands beside them in the item; nothing where they stand elsewhere."""
    before, found, behind = item.text.partition(words) if item else ("", "", "")
    return f"{before[-BESIDE:]}{found}{behind[:BESIDE]}" if found else ""


def _roles(parties: list[Party]) -> list[Text]:
    named = {role: [party.name for party in parties if party.role == role] for role in ItemRole}
    return [
        text("plansheet.role", role=text(f"itemrole.{role}"), names=names[:NAMES_SHOWN])
        for role, names in named.items()
        if names
    ]


def _buttons(doubt: Doubt, key: str, field: str, *, several: bool) -> list[Button]:
    answers = ANSWERS.get(key) or OF_FIELD[field]
    buttons = [
        Button(
            text(f"doubting.answer.{answer}"),
            "doubt.reading",
            {"doubt": doubt.id, "answer": answer},
            "plain" if place else "primary",
        )
        for place, answer in enumerate(answers)
    ]
    if several:
        buttons.append(Button(text("doubting.button.apart"), "doubt.apart", {"doubt": doubt.id}))
    return buttons


async def pressed(turn: Turn, doubt: Doubt) -> Text:
    """Take the answer that was tapped, for all the doubt is about; say what was understood."""
    answer = str(turn.values["answer"])
    return await _answer(turn, doubt, {"answer": answer}, text("doubting.said.reading"))


async def typed(turn: Turn, doubt: Doubt, words: str) -> Text:
    """Take what was typed: a day for a time limit, or who answers for the item."""
    about = doubt.about or {}
    entries = ledger.still(turn.unit, doubt)
    if len(entries) > 1 and about["key"] not in ledger.BY_WORDS:
        raise Refusal("doubt.apart")
    told = wording.short(words, VALUE_LENGTH)
    if about["field"] == "deadline":
        limit_typed(words, turn.directory.get(Plan, doubt.plan_id), turn.today)
        said = text("doubting.said.limit", value=told)
        return await _answer(turn, doubt, {"answer": "date", "phrase": words}, said)
    if about["key"] not in OF_CLAUSES or not entries or entries[0]["item"] is None:
        raise Refusal("doubt.tap")
    item = turn.directory.get(PlanItem, entries[0]["item"])
    clause = clause_typed(turn, words)
    said = text("doubting.said.clause", number=item.position, clause=told)
    answered = await _answer(turn, doubt, {"answer": "clause", "clause": words}, said)
    await plans.set_clause(turn.unit, item, clause)
    return answered


async def _answer(turn: Turn, doubt: Doubt, said: Mapping[str, str], told: Text) -> Text:
    await ledger.answer(turn.unit, doubt, said, reader(turn, turn.directory.get(Plan, doubt.plan_id)))
    return told


def reader(turn: Turn, plan: Plan) -> ledger.ReadLimit:
    """Return what reads a limit typed in answer to an earlier notice; none where its day has gone by."""
    return partial(_read_limit, plan, turn)


def _read_limit(plan: Plan, turn: Turn, phrase: str) -> Deadline | None:
    try:
        return limit_typed(phrase, plan, turn.today)
    except Refusal:
        return None
