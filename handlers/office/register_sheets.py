"""Correcting the register in a spreadsheet: it goes out as it stands and comes back as a reply.

What comes back is shown before it is taken, as every register is. Rows that nobody touched stay as the ledger
has them by now; a row that both changed is left to the ledger, and said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from handlers.office import register_loading
from handlers.office.register_loading import Read
from handlers.turns import Answers, Turn
from storage.documents.kinds import XLSX
from storage.ledger import dialogues, files
from storage.records import Department, DepartmentAlias
from storage.terms import register_json
from storage.terms.cards import Card
from storage.terms.clock import office_time
from storage.terms.errors import Refusal
from storage.terms.names import normalise_name
from storage.terms.register import DepartmentKind, Register, RegisterEntry
from storage.terms.roles import Permission
from storage.terms.texts import text

SENT = "register.sheet"
WIDTHS = {"name": 32, "kind": 16, "aliases": 40, "since": 13, "until": 13}
BETWEEN = "、"
SHOWN = 12


def _entries(turn: Turn) -> dict[int, RegisterEntry]:
    """Return the register as the ledger has it, by the departments' numbers."""
    aliases: dict[int, list[str]] = {}
    for alias in turn.directory.all(DepartmentAlias):
        aliases.setdefault(alias.department_id, []).append(alias.name)
    order = list(DepartmentKind)
    departments = sorted(
        turn.directory.all(Department), key=lambda d: (order.index(DepartmentKind(d.kind)), d.id)
    )
    return {
        d.id: RegisterEntry(d.name, DepartmentKind(d.kind), tuple(aliases.get(d.id, ())), d.since, d.until)
        for d in departments
    }


async def gather_out(turn: Turn) -> Callable[[], tuple[str, bytes]]:
    """Read the register; what is returned writes its workbook."""
    turn.actor.require(Permission.COORDINATE)
    from storage.documents.tables_xlsx import Table, TableColumn, tables_workbook

    kinds = {kind: turn.words(text(f"register.kind.{kind}")) for kind in DepartmentKind}
    columns = [
        TableColumn(
            turn.words(text(f"register.sheet.column.{name}")),
            width,
            tuple(kinds.values()) if name == "kind" else (),
            centred=name in ("kind", "since", "until"),
        )
        for name, width in WIDTHS.items()
    ]
    rows = [
        (entry.name, kinds[entry.kind], BETWEEN.join(entry.aliases), entry.since, entry.until)
        for entry in _entries(turn).values()
    ]
    title = turn.words(text("register.sheet.title"))
    table = Table(title, title, (turn.words(text("register.sheet.how")),), columns, rows, room=10)
    now = office_time(turn.now)
    return lambda: (f"{title}.xlsx", tables_workbook([table], now))


async def send(turn: Turn) -> Answers:
    """Send the register as a workbook; a reply with the corrected one brings it back."""
    turn.actor.require(Permission.COORDINATE)
    name, content = turn.prepared
    kept = await files.keep(turn.unit, name=name, mime=XLSX, content=content)
    found = _entries(turn)
    state = {"numbers": list(found), "register": register_json.to_json(Register(tuple(found.values()), ()))}
    sent = dialogues.begin(turn.unit, SENT, state)
    return Card(
        title=text("register.sheet.title"),
        lines=(text("register.sheet.how"), text("plansheet.back")),
        files=(kept.id,),
        subject={"kind": "register.sheet", "sent": sent.id},
    )


async def take(turn: Turn) -> Answers:
    """Show what the sheet that came back changes, and ask for agreement."""
    turn.actor.require(Permission.COORDINATE)
    read: Read | None = turn.prepared
    if read is None:
        raise Refusal("register.no_sheet")
    if read.register.problems:
        return register_loading.offer(turn, read)
    dialogue = await dialogues.resume(turn.unit, int(turn.subject["sent"]), SENT)
    register, stale = _merged(turn, read.register, dialogue.state)
    card = register_loading.offer(turn, Read(read.name, register))
    if not stale:
        return card
    return replace(card, lines=(text("register.sheet.stale", names=stale[:SHOWN]), *card.lines))


def _merged(turn: Turn, register: Register, state: dict[str, Any]) -> tuple[Register, list[str]]:
    """Put what the ledger says by now in place of rows that nobody touched, or that both changed."""
    sent = register_json.from_json(state["register"]).departments
    by_name = {
        normalise_name(entry.name): (number, entry)
        for number, entry in zip(state["numbers"], sent, strict=True)
    }
    now = _entries(turn)
    entries: list[RegisterEntry] = []
    stale: list[str] = []
    for entry in register.departments:
        number, was = by_name.get(normalise_name(entry.name), (0, None))
        current = now.get(number)
        if was is None or current is None or _said(was) == _said(current):
            entries.append(entry)
            continue
        entries.append(current)
        if _said(entry) != _said(was):
            stale.append(entry.name)
    return replace(register, departments=tuple(entries)), stale


def _said(entry: RegisterEntry) -> tuple[object, ...]:
    return entry.name, entry.kind, frozenset(entry.aliases), entry.since, entry.until
