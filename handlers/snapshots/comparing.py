"""What differs between two snapshots, in words and as a workbook."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.wording import short
from storage.documents.tables_xlsx import Cell, Table, TableColumn, tables_workbook
from storage.ledger import snapshots
from storage.records import Snapshot
from storage.terms.clock import office_time
from storage.terms.snapshots import Change, FrozenRow, compare, due_of
from storage.terms.statuses import AssignmentStatus
from storage.terms.texts import Text, Value, text
from storage.unit import Unit

SHOWN = 12
"""Changes that are said in words; the workbook has all."""

Words = Callable[[Text], str]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two snapshots, the earlier first, with their rows and what differs."""

    before: Snapshot
    after: Snapshot
    old: Sequence[FrozenRow]
    new: Sequence[FrozenRow]
    changes: Sequence[Change]


async def compared(unit: Unit, one: int, other: int) -> Compared:
    """Compare two snapshots by their numbers."""
    found = [await snapshots.numbered(unit, number) for number in sorted((one, other))]
    before, after = found
    old, new = await snapshots.rows_of(unit, before), await snapshots.rows_of(unit, after)
    # A year's ledger takes a while to compare: others go on meanwhile.
    return Compared(before, after, old, new, await asyncio.to_thread(compare, old, new))


def name_of(snapshot: Snapshot) -> Text:
    """Return what a snapshot is called."""
    kind = text(f"snapshot.kind.{snapshot.kind}")
    return text("snapshot.name", number=snapshot.id, kind=kind, when=office_time(snapshot.at))


def lines_of(found: Compared) -> list[Text]:
    """Say what differs."""
    lines = [text("snapshot.from_to", before=name_of(found.before), after=name_of(found.after))]
    done = [sum(row.status == AssignmentStatus.DONE for row in rows) for rows in (found.old, found.new)]
    lines.append(
        text(
            "snapshot.counts",
            before=len(found.old),
            after=len(found.new),
            done_before=done[0],
            done_after=done[1],
        )
    )
    if not found.changes:
        return [*lines, text("snapshot.same")]
    kinds = Counter(_kind(each) for each in found.changes)
    lines.append(
        text("snapshot.summary", parts=[text(f"snapshot.count.{k}", count=n) for k, n in kinds.items()])
    )
    lines += [
        text("snapshot.line", item=each.row.item, department=each.row.department, what=_what(each))
        for each in found.changes[:SHOWN]
    ]
    if len(found.changes) > SHOWN:
        lines.append(text("snapshot.more", count=len(found.changes) - SHOWN))
    return lines


def _kind(change: Change) -> str:
    if change.before is None:
        return "added"
    return "gone" if change.after is None else "changed"


def _what(change: Change) -> Text:
    before, after = change.before, change.after
    if before is None or after is None:
        return text(f"snapshot.what.{_kind(change)}", title=short(change.row.title))
    parts: list[Value] = [
        text("snapshot.part", label=text(f"snapshot.field.{name}"), before=old, after=new)
        for name, old, new in _differences(before, after)
    ]
    return text("snapshot.what.changed", parts=parts)


def _differences(before: FrozenRow, after: FrozenRow) -> list[tuple[str, Value, Value]]:
    found: list[tuple[str, Value, Value]] = []
    if before.role != after.role:
        found.append(("role", text(f"itemrole.{before.role}"), text(f"itemrole.{after.role}")))
    if before.status != after.status:
        found.append(("status", text(f"status.{before.status}"), text(f"status.{after.status}")))
    if before.percent != after.percent:
        found.append(("percent", f"{before.percent}%", f"{after.percent}%"))
    if before.due != after.due and after.status != AssignmentStatus.DONE:
        none = text("snapshot.no_due")
        found.append(("due", due_of(before) or none, due_of(after) or none))
    if before.title != after.title:
        found.append(("title", short(before.title), short(after.title)))
    if before.words != after.words:
        found.append(("words", short(before.words) or text("snapshot.no_words"), short(after.words)))
    return found


def workbook(found: Compared, words: Words, made_at: datetime) -> bytes:
    """Write what differs: a row for each assignment."""

    def say(key: str) -> str:
        return words(text(f"snapshot.column.{key}"))

    columns = [
        TableColumn(say("item"), 6, centred=True),
        TableColumn(say("title"), 30),
        TableColumn(say("department"), 18),
        TableColumn(say("change"), 9, centred=True),
        TableColumn(say("status_before"), 10, centred=True),
        TableColumn(say("status_after"), 10, centred=True),
        TableColumn(say("percent_before"), 9, centred=True),
        TableColumn(say("percent_after"), 9, centred=True),
        TableColumn(say("due_before"), 12, centred=True),
        TableColumn(say("due_after"), 12, centred=True),
        TableColumn(say("words_after"), 36),
    ]
    rows = [_cells(change, words) for change in found.changes]
    hashes = [
        words(text("snapshot.hash", name=name_of(each), digest=each.digest))
        for each in (found.before, found.after)
    ]
    title = words(text("snapshot.diff_title"))
    return tables_workbook(
        [Table(words(text("snapshot.sheet")), title, tuple(hashes), columns, rows)], made_at
    )


def _cells(change: Change, words: Words) -> list[Cell]:
    def status(row: FrozenRow | None) -> Cell:
        return None if row is None else words(text(f"status.{row.status}"))

    def percent(row: FrozenRow | None) -> Cell:
        return None if row is None else f"{row.percent}%"

    def due(row: FrozenRow | None) -> Cell:
        return None if row is None else due_of(row)

    row, before, after = change.row, change.before, change.after
    return [
        row.item,
        row.title,
        row.department,
        words(text(f"snapshot.kind_of_change.{_kind(change)}")),
        status(before),
        status(after),
        percent(before),
        percent(after),
        due(before),
        due(after),
        after.words if after is not None else None,
    ]
