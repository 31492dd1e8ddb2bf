"""The rows of a plan as a spreadsheet shows them: written, read back, and compared with what was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.turns import Turn
from storage.ledger import drafting, lookup
from storage.ledger.pending import open_milestones
from storage.records import Assignment, Party, Plan, PlanItem
from storage.terms.errors import Unreadable
from storage.terms.statuses import AssignmentStatus, ItemRole, PlanStatus
from storage.terms.texts import text

COLUMNS = ("position", "number", "title", "text", "lead", "responsible", "support", "limits", "drop")
NEEDED = frozenset(COLUMNS) - {"number", "text"}
CORRECTED = ("title", "lead", "responsible", "support", "limits")
"""What a person may write anew; an item is left out by a word in its last column."""
ROLES = {"lead": ItemRole.LEAD, "responsible": ItemRole.RESPONSIBLE, "support": ItemRole.SUPPORT}
BETWEEN = "、"

Row = dict[str, str]
Rows = dict[int, Row]
"""An item's number in the plan → what its row says, column by column."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the sheet says otherwise: of which item, what, and the words that take its place."""

    position: int
    what: str
    words: tuple[str, ...]

    def to_json(self) -> list[object]:
        """Return the change as plain JSON values."""
        return [self.position, self.what, list(self.words)]


def headings(turn: Turn) -> dict[str, str]:
    """Return the word above each column."""
    return {column: turn.words(text(f"plansheet.column.{column}")) for column in COLUMNS}


def items(turn: Turn, plan: Plan) -> list[PlanItem]:
    """Return the items that a sheet shows."""
    return [item for item in lookup.items_of(turn.directory, plan.id) if not item.dropped]


async def rows_now(turn: Turn, plan: Plan) -> Rows:
    """Return what each item's row says as the ledger stands: a draft's as read, else what is handed out."""
    if plan.status == PlanStatus.DRAFT:
        return await _drafted(turn, plan)
    return await _handed_out(turn, plan)


async def _drafted(turn: Turn, plan: Plan) -> Rows:
    found = items(turn, plan)
    parties = await drafting.parties_of(turn.unit, found)
    return {
        item.position: {
            "title": item.title,
            **{column: BETWEEN.join(names_as(parties[item.id], role)) for column, role in ROLES.items()},
            "limits": BETWEEN.join(each["phrase"] for each in item.deadlines),
        }
        for item in found
    }


def names_as(parties: Sequence[Party], role: ItemRole) -> list[str]:
    """Return the names in a role."""
    return [party.name for party in parties if party.role == role]


async def assignments_of(turn: Turn, plan: Plan) -> dict[int, list[Assignment]]:
    """Return what is handed out of each item and not called off."""
    found: dict[int, list[Assignment]] = {}
    rows = await turn.unit.all(Assignment.filter(plan_id=plan.id).order_by("id"))
    for each in rows:
        if each.status != AssignmentStatus.CANCELLED:
            found.setdefault(each.item_id, []).append(each)
    return found


async def _handed_out(turn: Turn, plan: Plan) -> Rows:
    handed = await assignments_of(turn, plan)
    open_days = await open_milestones(turn.unit, [each for mine in handed.values() for each in mine])
    several = turn.words(text("plansheet.several_days"))
    rows: Rows = {}
    for item in items(turn, plan):
        mine = handed.get(item.id, [])
        days = {open_days[each.id][0].due.isoformat() for each in mine if open_days.get(each.id)}
        named = [each for each in mine if not each.general]
        rows[item.position] = {
            "title": item.title,
            **{
                column: BETWEEN.join(
                    lookup.short_name(turn.directory, each.department_id)
                    for each in named
                    if each.role == role
                )
                for column, role in ROLES.items()
            },
            "limits": days.pop() if len(days) == 1 else several if days else "",
        }
    return rows


def read(content: bytes, wanted: Mapping[str, str]) -> Rows:
    """Read the rows under the headings. Refuses a sheet that lacks one."""
    from storage.documents.tables_in import read_tables

    if not content.startswith(b"PK"):
        raise Unreadable("plansheet.no_sheet")
    columns = {heading: column for column, heading in wanted.items()}
    for table in read_tables(content, ".xlsx"):
        places: dict[str, int] = {}
        rows: Rows = {}
        for _, values in table.rows:
            cells = [_word(value) for value in values]
            if not places:
                found = {columns[cell]: at for at, cell in enumerate(cells) if cell in columns}
                places = found if found.keys() >= NEEDED else {}
            elif (number := cells[places["position"]]).isdecimal() and len(number) < 5:
                rows[int(number)] = {column: cells[at] for column, at in places.items()}
        if rows:
            return rows
    raise Unreadable("plansheet.no_sheet")


def _word(value: object) -> str:
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return "" if value is None else str(value).strip().removesuffix(" 00:00:00")


def untouched(row: Row, sent: Row) -> bool:
    """Say whether a person left a row as it was sent."""
    return not row["drop"] and all(row[column] == sent[column] for column in CORRECTED)
