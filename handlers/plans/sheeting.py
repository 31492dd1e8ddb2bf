"""Correcting a draft in a spreadsheet: it goes out as read, comes back corrected, and what changes is shown.

Rows are known by their number in the plan. What is not in the sheet stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from handlers import wording
from handlers.notices import read_names
from handlers.notices.titles import short_title
from handlers.plans import questions
from handlers.plans.typed import clause_typed, limits_typed
from handlers.standing import replaced
from handlers.turns import Answers, Turn
from storage.ledger import dialogues, drafting, files, lookup, plans
from storage.records import Party, Plan, PlanItem
from storage.terms.cards import Button, Card
from storage.terms.clock import office_time
from storage.terms.errors import Refusal, Unreadable
from storage.terms.notice import Responsibility
from storage.terms.roles import Permission
from storage.terms.statuses import ItemRole, PlanStatus
from storage.terms.texts import Text, text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DIALOGUE = "plan.sheet"
COLUMNS = ("position", "number", "title", "text", "lead", "responsible", "support", "limits", "drop")
NEEDED = frozenset(COLUMNS) - {"number", "text"}
ROLES = {"lead": ItemRole.LEAD, "responsible": ItemRole.RESPONSIBLE, "support": ItemRole.SUPPORT}
SHOWN = 20
BETWEEN = "、"

Rows = dict[int, dict[str, str]]
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


# ---------------------------------------------------------------- out


async def gather_out(turn: Turn) -> Callable[[], tuple[str, bytes]]:
    """Read a draft; what is returned writes its workbook."""
    from storage.documents.sheets import PlanRow, PlanSheet

    plan = _draft(turn, int(turn.values["plan"]))
    items = _items(turn, plan)
    parties = await drafting.parties_of(turn.unit, items)
    rows = [
        PlanRow(
            str(item.position),
            item.number,
            item.title,
            item.text,
            **{column: BETWEEN.join(_names(parties[item.id], role)) for column, role in ROLES.items()},
            limits=BETWEEN.join(each["phrase"] for each in item.deadlines),
        )
        for item in items
    ]
    sheet = PlanSheet(
        title=plan.title,
        subtitle=turn.words(text("plansheet.how")),
        made_at=office_time(turn.now),
        sheet=turn.words(text("plansheet.sheet")),
        headings=_headings(turn),
        rows=rows,
    )

    def make() -> tuple[str, bytes]:
        from storage.documents.ledger_xlsx import plan_workbook

        return turn.words(text("plansheet.file", title=short_title(plan.title))), plan_workbook(sheet)

    return make


async def send(turn: Turn) -> Answers:
    """Send a draft as a workbook; a reply with the corrected one brings it back."""
    name, content = turn.prepared
    kept = await files.keep(turn.unit, name=f"{name}.xlsx", mime=XLSX, content=content)
    return Card(
        title=text("plansheet.title"),
        lines=(text("plansheet.how"), text("plansheet.back")),
        files=(kept.id,),
        subject={"kind": "plansheet", "plan": int(turn.values["plan"])},
    )


def _headings(turn: Turn) -> dict[str, str]:
    return {column: turn.words(text(f"plansheet.column.{column}")) for column in COLUMNS}


def _names(parties: Sequence[Party], role: ItemRole) -> list[str]:
    return [party.name for party in parties if party.role == role]


def _items(turn: Turn, plan: Plan) -> list[PlanItem]:
    return [item for item in lookup.items_of(turn.directory, plan.id) if not item.dropped]


def _draft(turn: Turn, number: int) -> Plan:
    turn.actor.require(Permission.COORDINATE)
    plan = turn.directory.get(Plan, number)
    if plan.status != PlanStatus.DRAFT:
        raise Refusal("plan.not_draft", plan=short_title(plan.title))
    return plan


# ---------------------------------------------------------------- back


async def gather_back(turn: Turn) -> Callable[[], Rows | None]:
    """Prepare to read the workbook that came back; nothing when none came."""
    turn.actor.require(Permission.COORDINATE)
    if len(turn.files) != 1:
        return _nothing
    (received,) = turn.files
    if received.content is None:
        raise Unreadable("table.too_large", megabytes=2)
    return partial(_read, received.content, _headings(turn))


def _nothing() -> None:
    return None


def _read(content: bytes, headings: Mapping[str, str]) -> Rows:
    """Read the rows under the headings. Refuses a sheet that lacks one."""
    from storage.documents.tables_in import read_tables

    if not content.startswith(b"PK"):
        raise Unreadable("plansheet.no_sheet")
    wanted = {heading: column for column, heading in headings.items()}
    for table in read_tables(content, ".xlsx"):
        places: dict[str, int] = {}
        rows: Rows = {}
        for _, values in table.rows:
            cells = [_word(value) for value in values]
            if not places:
                found = {wanted[cell]: at for at, cell in enumerate(cells) if cell in wanted}
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


async def take(turn: Turn) -> Answers:
    """Show what the sheet says otherwise, and ask whether to take it."""
    plan = _draft(turn, int(turn.subject["plan"]))
    rows: Rows | None = turn.prepared
    if rows is None:
        raise Refusal("plansheet.no_sheet")
    items = {item.position: item for item in _items(turn, plan)}
    parties = await drafting.parties_of(turn.unit, items.values())
    changes: list[Change] = []
    lines: list[Text] = []
    wrong: list[Text] = []
    for position, row in rows.items():
        item = items.get(position)
        if item is None:
            continue
        for change, line in _changes(turn, item, row, parties[item.id]):
            try:
                _check(turn, plan, change)
            except Refusal as refusal:
                wrong.append(text("plansheet.wrong", number=position, what=refusal.text))
            else:
                changes.append(change)
                lines.append(line)
    if wrong:
        return Card(title=text("plansheet.mend"), lines=(*wrong[:SHOWN], text("plansheet.again")))
    if not changes:
        return Card(lines=(text("plansheet.same"),))
    state = {"plan": plan.id, "changes": [change.to_json() for change in changes]}
    dialogue = dialogues.begin(turn.unit, DIALOGUE, state)
    more = [text("importing.more", count=len(lines) - SHOWN)] if len(lines) > SHOWN else []
    values = {"dialogue": dialogue.id}
    row_of_buttons = (
        Button(text("plansheet.button.take"), "plansheet.take", values, "primary"),
        Button(text("plansheet.button.leave"), "plansheet.leave", values),
    )
    return Card(
        title=text("plansheet.changes", count=len(changes)),
        lines=(*lines[:SHOWN], *more),
        rows=(row_of_buttons,),
    )


def _changes(
    turn: Turn, item: PlanItem, row: Mapping[str, str], parties: Sequence[Party]
) -> Iterator[tuple[Change, Text]]:
    number = item.position
    if row["drop"]:
        yield Change(number, "drop", ()), text("plansheet.drop", number=number, title=item.title)
        return
    if row["title"] and row["title"] != item.title:
        words = wording.short(row["title"], 60)
        yield Change(number, "title", (row["title"],)), text("plansheet.retitle", number=number, words=words)
    before = {column: _names(parties, role) for column, role in ROLES.items()}
    after = {column: list(read_names(row[column]).names) if row[column] else [] for column in ROLES}
    if before != after:
        said = tuple(BETWEEN.join(after[column]) for column in ROLES)
        yield Change(number, "clause", said), text("plansheet.clause", number=number, roles=_said(said))
    phrases = BETWEEN.join(each["phrase"] for each in item.deadlines)
    if row["limits"] != phrases:
        limits = row["limits"] or turn.words(text("plansheet.none"))
        yield Change(number, "limits", (limits,)), text("plansheet.limits", number=number, words=limits)


def _said(names: Sequence[str]) -> list[Text]:
    return [
        text("plansheet.role", role=text(f"itemrole.{role}"), names=said)
        for role, said in zip(ROLES.values(), names, strict=True)
        if said
    ]


def _check(turn: Turn, plan: Plan, change: Change) -> None:
    """Refuse what could not be taken later."""
    if change.what == "clause":
        clause_typed(turn, BETWEEN.join(filter(None, change.words)))
    elif change.what == "limits":
        limits_typed(change.words[0], plan, turn.today)


def _responsibility(turn: Turn, names: Sequence[str]) -> Responsibility:
    raw = turn.words(text("plansheet.raw", roles=_said(names)))
    lead, responsible, support = (tuple(filter(None, said.split(BETWEEN))) for said in names)
    return Responsibility(raw, lead, responsible, support)


# ---------------------------------------------------------------- taken


async def taken(turn: Turn) -> Answers:
    """Take the changes that were shown, and go on with the draft's questions."""
    turn.actor.require(Permission.COORDINATE)
    dialogue = await dialogues.resume(turn.unit, int(turn.values["dialogue"]), DIALOGUE)
    plan = _draft(turn, int(dialogue.state["plan"]))
    items = {item.position: item for item in _items(turn, plan)}
    count = 0
    for position, what, words in dialogue.state["changes"]:
        item = items.get(position)
        if item is None or item.dropped:
            continue
        count += 1
        match what:
            case "drop":
                await plans.drop(turn.unit, item)
            case "title":
                plans.retitle(turn.unit, item, words[0])
            case "clause":
                await plans.set_clause(turn.unit, item, _responsibility(turn, words))
            case "limits":
                plans.set_deadlines(turn.unit, item, limits_typed(words[0], plan, turn.today))
    dialogues.end(turn.unit, dialogue)
    said = text("plansheet.taken", count=count)
    return [replaced(turn, Card(lines=(said,))), await questions.next_card(turn, plan)]


async def left(turn: Turn) -> Answers:
    """Leave the draft as it is."""
    turn.actor.require(Permission.COORDINATE)
    dialogue = await dialogues.resume(turn.unit, int(turn.values["dialogue"]), DIALOGUE)
    dialogues.end(turn.unit, dialogue)
    return replaced(turn, Card(lines=(text("plansheet.left"),)))
