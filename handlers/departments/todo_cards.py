"""Cards of what a department has: as handed out (交办), and as still open (待办)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers import wording
from handlers.departments import owed
from handlers.departments.owed import Owed
from handlers.lighting import light_of
from handlers.turns import Turn
from storage.ledger import lookup
from storage.ledger.views import View
from storage.records import Plan
from storage.terms.cards import Button, Card
from storage.terms.statuses import AssignmentStatus, ItemRole
from storage.terms.texts import Text, text

HANDED_LINES, LIST_LINES = 32, 24
"""Lines of items on one page. A card that hands out is read once and shows a year's items whole."""

NAMED_TITLE, GENERAL_TITLE = 30, 17
"""Characters of a title: what names the department may wrap, the rest takes one line of a phone each."""

EACH = 6
"""Items that are confirmed one by one on a page."""

_ROLE_OF_ALL = text(f"itemrole.{ItemRole.RESPONSIBLE}")
"""What a collective name makes a department; it goes without saying."""

_SETTLED = (AssignmentStatus.DONE, AssignmentStatus.CANCELLED, AssignmentStatus.SUSPENDED)


def button(name: str, action: str, /, style: str = "plain", **values: Any) -> Button:
    """Return a button of these conversations: its words are named as its action is."""
    return Button(text(f"todo.button.{name}"), action, values, style)  # type: ignore[arg-type]


def due_text(view: View) -> Text:
    """Return a due day as a card names it."""
    return text("todo.due", due=view.due) if view.due else text("todo.no_due")


def due_facts(view: View) -> list[Text]:
    """Return the due day as one of an item's facts: none once nothing is owed, since then none is open."""
    over = view.status in (AssignmentStatus.DONE, AssignmentStatus.CANCELLED)
    return [] if over and view.due is None else [due_text(view)]


def state_text(view: View) -> Text:
    """Return where an assignment stands, with its percentage once there is one."""
    status = text(f"status.{view.status}")
    if view.percent and view.status is AssignmentStatus.WORKING:
        return text("todo.state", status=status, percent=view.percent)
    return status


def rows_of(*rows: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    """Return rows of buttons without the empty ones."""
    return tuple(tuple(row) for row in rows if row)


def turning(action: str, page: int, pages: int) -> list[Button]:
    """Return the buttons that turn a card's pages."""
    back = [button("previous", action, page=page - 1)] if page else []
    return back + ([button("more", action, page=page + 1)] if page + 1 < pages else [])


# ---------------------------------------------------------------- handed out


def handed_card(turn: Turn, department: int, known: Owed, signed: Mapping[str, str], page: int = 0) -> Card:
    """Return the card that hands out: who has confirmed what, and what is left.

    ``signed`` says who confirmed which number, as far as it was said on this card.
    """
    lines = _handed_lines(turn, known)
    pages = -(-len(lines) // HANDED_LINES)
    shown = lines[page * HANDED_LINES : (page + 1) * HANDED_LINES]
    year = turn.directory.get(Plan, next(iter(known.values())).plan).year
    name = lookup.short_name(turn.directory, department)
    waiting = owed.still(known, AssignmentStatus.AWAITING)
    return Card(
        title=text("todo.handed.title", department=name, year=year, count=len(known)),
        lines=(*shown, *_signed_lines(known, waiting, signed), _hint(known)),
        rows=rows_of(
            *_signing(waiting),
            *_asking(waiting),
            turning("todo.page", page, pages),
        ),
        subject=owed.subject_of("todo", department, known, view="handed", signed=dict(signed), page=page),
    )


def _handed_lines(turn: Turn, known: Owed) -> list[Text]:
    named = {n: v for n, v in known.items() if not v.general}
    general = {n: v for n, v in known.items() if v.general}
    lines = [text("todo.named", count=len(named))] if named else []
    for number, view in named.items():
        note = [text(f"itemrole.{view.role}"), due_text(view)]
        lines.append(_line(number, view, NAMED_TITLE, _settled(view) or note))
    if general:
        days = [day for view in general.values() for day in due_facts(view)]
        usual = sorted(days, key=days.count, reverse=True)[:1]
        lines.append(_general(len(general), usual, same=all(day in usual for day in days)))
        for number, view in general.items():
            lines.append(_line(number, view, GENERAL_TITLE, _settled(view) or _unusual(view, usual)))
    return lines


def _line(number: int, view: View, most: int, note: Sequence[Text]) -> Text:
    title = wording.short(view.title, most)
    if note:
        return text("todo.line_noted", number=number, title=title, note=list(note))
    return text("todo.line", number=number, title=title)


def _settled(view: View) -> list[Text]:
    return [text(f"status.{view.status}")] if view.status in _SETTLED else []


def _unusual(view: View, usual: Sequence[Text]) -> list[Text]:
    """Return what sets a general item apart from what its heading says of all."""
    role = [] if view.role is ItemRole.RESPONSIBLE else [text(f"itemrole.{view.role}")]
    return role + ([] if due_text(view) in usual else [due_text(view)])


def _general(count: int, usual: Sequence[Text], *, same: bool) -> Text:
    """Return the heading of what binds everyone, with what holds for all of it, or for most."""
    if not usual:
        return text("todo.general_bare", count=count)
    return text("todo.general" if same else "todo.general_mostly", count=count, usual=list(usual))


def _signed_lines(known: Owed, waiting: Owed, signed: Mapping[str, str]) -> tuple[Text, ...]:
    mine = {n: v for n, v in known.items() if v.status is not AssignmentStatus.CANCELLED}
    if not mine or len(waiting) == len(mine):
        return ()
    names = list(dict.fromkeys(signed.values()))
    by: tuple[Text, ...] = (text("todo.signed_by", names=names),) if names else ()
    if not waiting:
        return (text("todo.all_signed", count=len(mine)), *by)
    done = owed.spans(n for n in mine if n not in waiting)
    return (text("todo.signed", numbers=done), *by, text("todo.unsigned", numbers=owed.spans(waiting)))


def _hint(known: Owed) -> Text:
    return text("todo.hint_one") if len(known) == 1 else text("todo.hint")


def _signing(waiting: Owed) -> list[list[Button]]:
    if len(waiting) > 1:
        every = button("acknowledge_all", "todo.acknowledge_all", "primary")
        return [[every, button("acknowledge_each", "todo.acknowledge_each", page=0)]]
    return [[button("acknowledge", "todo.acknowledge_all", "primary")]] if waiting else []


def _asking(waiting: Owed) -> list[list[Button]]:
    read = button("read", "todo.read")
    decline = button("decline", "asking.which", what="decline")
    if waiting:
        return [[read, decline]]
    return [
        [read, button("submit", "asking.which", what="submit")],
        [button("extend", "asking.which", what="extend"), decline],
    ]


def each_card(turn: Turn, department: int, known: Owed, subject: Mapping[str, Any], page: int) -> Card:
    """Return a card on which items are confirmed one by one."""
    waiting = owed.still(known, AssignmentStatus.AWAITING)
    pages = max(1, -(-len(waiting) // EACH))
    page = min(page, pages - 1)
    shown = list(waiting.items())[page * EACH : (page + 1) * EACH]
    signing = [
        Button(
            text("todo.button.acknowledge_number", number=n), "todo.acknowledge", {"number": n, "page": page}
        )
        for n, _ in shown
    ]
    name = lookup.short_name(turn.directory, department)
    return Card(
        title=text("todo.each.title", department=name, count=len(waiting)),
        lines=tuple(_line(n, view, NAMED_TITLE, ()) for n, view in shown),
        rows=rows_of(
            *wording.in_rows(signing),
            [*turning("todo.acknowledge_each", page, pages), button("back", "todo.back")],
        ),
        subject=dict(subject),
    )


# ---------------------------------------------------------------- still open


def open_card(turn: Turn, department: int, known: Owed, page: int = 0) -> Card:
    """Return the card of what is still open: state, due day and light of each, what is overdue marked."""
    name = lookup.short_name(turn.directory, department)
    mine = {n: view for n, view in known.items() if view.open}
    if not mine:
        return Card(lines=(text("todo.list.nothing", department=name),))
    late = sum(view.overdue(turn.today) for view in mine.values())
    lines = _open_lines(turn, mine)
    pages = -(-len(lines) // LIST_LINES)
    shown = lines[page * LIST_LINES : (page + 1) * LIST_LINES]
    first = (text("todo.list.late", count=late),) if late else ()
    waiting = owed.still(mine, AssignmentStatus.AWAITING)
    return Card(
        title=text("todo.list.title", department=name, count=len(mine)),
        lines=(*first, *shown, _hint(mine)),
        rows=rows_of(
            *_signing(waiting),
            [button("on_course", "report.on_course")] if any(v.general for v in mine.values()) else [],
            [
                button("submit", "asking.which", what="submit"),
                button("extend", "asking.which", what="extend"),
                button("decline", "asking.which", what="decline"),
            ],
            turning("todo.page", page, pages),
        ),
        subject=owed.subject_of("todo", department, mine, view="open", page=page),
    )


def _open_lines(turn: Turn, known: Owed) -> list[Text]:
    named = {n: v for n, v in known.items() if not v.general}
    general = {n: v for n, v in known.items() if v.general}
    lines = [text("todo.named", count=len(named))] if named else []
    for number, view in named.items():
        lines.append(_open_line(turn, number, view, _facts(turn, view)))
    if general:
        facts = {number: _facts(turn, view) for number, view in general.items()}
        usual = [max(column, key=column.count) for column in map(list, zip(*facts.values(), strict=True))]
        same = all(each == usual for each in facts.values())
        shown = [fact for fact in usual if fact != _ROLE_OF_ALL]
        lines.append(_general(len(general), shown, same=same))
        for number, view in general.items():
            unusual = [fact for fact, common in zip(facts[number], usual, strict=True) if fact != common]
            lines.append(_open_line(turn, number, view, unusual))
    return lines


def _facts(turn: Turn, view: View) -> list[Text]:
    due = text("todo.overdue", due=view.due) if view.due and view.overdue(turn.today) else due_text(view)
    light = text(f"light.{light_of(view, turn.today, turn.days)}")
    return [text(f"itemrole.{view.role}"), state_text(view), due, light]


def _open_line(turn: Turn, number: int, view: View, facts: Sequence[Text]) -> Text:
    line = _line(number, view, GENERAL_TITLE if view.general else NAMED_TITLE, facts)
    return text("todo.late", line=line) if view.overdue(turn.today) else line
