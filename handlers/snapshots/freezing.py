"""Coordinators freeze the ledger (查账), see what was frozen, and compare (快照)."""

from __future__ import annotations

import re
from collections.abc import Callable

from handlers.arguments import argument
from handlers.snapshots import comparing
from handlers.snapshots.comparing import Compared
from handlers.standing import in_place
from handlers.turns import Answers, Turn
from handlers.wording import in_rows
from storage.documents.kinds import XLSX
from storage.ledger import files, plans, snapshots
from storage.records import Plan, Snapshot
from storage.terms.cards import Button, Card
from storage.terms.clock import office_time
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.snapshots import SnapshotKind
from storage.terms.texts import Text, text

SHOWN = 8
_NUMBERS = re.compile(r"\d+")

Prepared = Callable[[], "tuple[Compared, bytes] | None"]


async def gather(turn: Turn) -> Prepared:
    """Read two snapshots where the command names two; what differs is written in a thread."""
    turn.actor.require(Permission.OVERSEE)
    numbers = [int(each) for each in _NUMBERS.findall(argument(turn))]
    if not numbers:
        return lambda: None
    if len(numbers) != 2 or numbers[0] == numbers[1]:
        raise Refusal("snapshot.two")
    return await _comparison(turn, *numbers)


async def gather_pressed(turn: Turn) -> Prepared:
    """Read the two snapshots whose button was pressed."""
    turn.actor.require(Permission.OVERSEE)
    return await _comparison(turn, int(turn.values["before"]), int(turn.values["after"]))


async def _comparison(turn: Turn, one: int, other: int) -> Prepared:
    found = await comparing.compared(turn.unit, one, other)
    words, made_at = turn.words, office_time(turn.now)
    return lambda: (found, comparing.workbook(found, words, made_at))


async def answer(turn: Turn) -> Answers:
    """``/snapshot``: list what was frozen, or compare two by their numbers."""
    turn.actor.require(Permission.OVERSEE)
    return await _listed(turn) if turn.prepared is None else await compare(turn)


async def compare(turn: Turn) -> Answers:
    """Say what differs between two snapshots, and send it as a workbook."""
    found, content = turn.prepared
    name = turn.words(text("snapshot.file", before=found.before.id, after=found.after.id))
    stored = await files.keep(turn.unit, name=f"{name}.xlsx", mime=XLSX, content=content)
    lines = tuple(comparing.lines_of(found))
    return Card(title=text("snapshot.diff_title"), lines=lines, files=(stored.id,))


async def _listed(turn: Turn) -> Card:
    found = (await snapshots.all_of(turn.unit))[:SHOWN]
    lines = [_line(turn, each) for each in found] or [text("snapshot.nothing")]
    buttons = []
    if turn.actor.may(Permission.COORDINATE):
        buttons.append(Button(text("snapshot.button.freeze"), "snapshot.freeze", {}, "primary"))
    if len(found) > 1:
        values = {"before": found[1].id, "after": found[0].id}
        buttons.append(Button(text("snapshot.button.compare"), "snapshot.compare", values))
        lines.append(text("snapshot.how", before=found[-1].id, after=found[0].id))
    return Card(title=text("snapshot.title"), lines=tuple(lines), rows=in_rows(buttons))


def _line(turn: Turn, snapshot: Snapshot) -> Text:
    plan = turn.directory.get(Plan, snapshot.plan_id)
    name = comparing.name_of(snapshot)
    return text("snapshot.listed", name=name, year=str(plan.year), digest=snapshot.digest[:12])


async def freeze(turn: Turn) -> Answers:
    """Freeze the ledger of the plan in force now."""
    turn.actor.require(Permission.COORDINATE)
    plan = plans.current(turn.unit)
    snapshot = await snapshots.freeze(turn.unit, plan, SnapshotKind.BY_HAND)
    lines = (
        text("snapshot.frozen", name=comparing.name_of(snapshot)),
        text("snapshot.proof", digest=snapshot.digest),
    )
    return in_place(turn, Card(lines=lines))
