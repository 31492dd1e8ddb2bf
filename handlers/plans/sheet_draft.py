"""What a corrected sheet changes in a draft."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handlers import wording
from handlers.notices import read_names
from handlers.plans.sheet_rows import BETWEEN, ROLES, Change, Row
from handlers.plans.typed import clause_typed, limits_typed
from handlers.turns import Turn
from storage.ledger import plans
from storage.records import Plan, PlanItem
from storage.terms.notice import Responsibility
from storage.terms.texts import Text, text


def changes(turn: Turn, plan: Plan, item: PlanItem, row: Row, now: Row) -> Iterator[tuple[Change, Text]]:
    """Yield what a row changes, with the words for it. Refuses what could not be taken later."""
    number = item.position
    if row["drop"]:
        yield Change(number, "drop", ()), text("plansheet.drop", number=number, title=item.title)
        return
    if row["title"] and row["title"] != now["title"]:
        words = wording.short(row["title"], 60)
        yield Change(number, "title", (row["title"],)), text("plansheet.retitle", number=number, words=words)
    before = {column: list(filter(None, now[column].split(BETWEEN))) for column in ROLES}
    after = {column: list(read_names(row[column]).names) if row[column] else [] for column in ROLES}
    if before != after:
        said = tuple(BETWEEN.join(after[column]) for column in ROLES)
        clause_typed(turn, BETWEEN.join(filter(None, said)))
        yield Change(number, "clause", said), text("plansheet.clause", number=number, roles=_said(said))
    if row["limits"] != now["limits"]:
        limits = row["limits"] or turn.words(text("plansheet.none"))
        limits_typed(limits, plan, turn.today)
        yield Change(number, "limits", (limits,)), text("plansheet.limits", number=number, words=limits)


def _said(names: Sequence[str]) -> list[Text]:
    return [
        text("plansheet.role", role=text(f"itemrole.{role}"), names=said)
        for role, said in zip(ROLES.values(), names, strict=True)
        if said
    ]


async def apply(turn: Turn, plan: Plan, item: PlanItem, change: Change) -> None:
    """Take one change."""
    words = change.words
    match change.what:
        case "drop":
            await plans.drop(turn.unit, item)
        case "title":
            plans.retitle(turn.unit, item, words[0])
        case "clause":
            raw = turn.words(text("plansheet.raw", roles=_said(words)))
            lead, responsible, support = (tuple(filter(None, said.split(BETWEEN))) for said in words)
            await plans.set_clause(turn.unit, item, Responsibility(raw, lead, responsible, support))
        case "limits":
            plans.set_deadlines(turn.unit, item, limits_typed(words[0], plan, turn.today))
