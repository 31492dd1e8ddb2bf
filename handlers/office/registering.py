"""The register of departments (名录) in a chat: looked at, added to, dated."""

from __future__ import annotations

from datetime import date
from typing import Any

from handlers.office import register_loading
from handlers.office.naming import DepartmentStep
from handlers.office.office_words import head, meaning, parts, words_of
from handlers.replies.periods import read_period
from handlers.standing import in_place
from handlers.turns import Answers, Turn
from handlers.wording import in_rows
from storage.documents.register_words import KINDS
from storage.ledger import lookup, register, views
from storage.records import Department, DepartmentAlias
from storage.terms.cards import Button, Card
from storage.terms.errors import Refusal
from storage.terms.names import normalise_name
from storage.terms.register import DepartmentKind
from storage.terms.roles import Permission, Role
from storage.terms.texts import Text, text

PAGE = 16
"""Departments that one card of a phone shows."""


async def answer(turn: Turn) -> Answers:
    """``/register``: take in a file, change one department, or show one or all."""
    if turn.prepared is not None:
        return register_loading.offer(turn, turn.prepared)
    words = words_of(turn)
    verb, rest = head(words)
    match meaning("register", verb):
        case "add":
            return _add(turn, rest)
        case "alias":
            return await _alias(turn, rest)
        case "retire":
            return await _retire(turn, rest)
        case "restore":
            return await _restore(turn, rest)
        case _:
            turn.actor.require(Permission.OVERSEE)
            return await ONE.typed(turn, words, {}) if words else _page(turn, 0)


# ---------------------------------------------------------------- looking


async def page(turn: Turn) -> Answers:
    """Show another page of the register."""
    turn.actor.require(Permission.OVERSEE)
    return in_place(turn, _page(turn, int(turn.values["start"])))


def _page(turn: Turn, start: int) -> Card:
    order = list(DepartmentKind)
    listed = sorted(
        lookup.departments_on(turn.directory, turn.today),
        key=lambda d: (order.index(DepartmentKind(d.kind)), d.id),
    )
    if not listed:
        return Card(title=text("register.empty"), lines=(text("register.how_to_load"),))
    lines: list[Text] = []
    kind = ""
    for department in listed[start : start + PAGE]:
        if department.kind != kind:
            kind = department.kind
            count = sum(1 for each in listed if each.kind == kind)
            lines.append(text("register.heading", kind=text(f"register.kind.{kind}"), count=count))
        lines.append(_row(turn, department))
    if start + PAGE >= len(listed):
        lines.append(text("register.how_to_look"))
        if turn.actor.may(Permission.COORDINATE):
            lines.append(text("register.how_to_load"))
    rows = pages("register.page", start, len(listed), PAGE)
    if turn.actor.may(Permission.COORDINATE):
        rows = (*rows, (Button(text("plansheet.button.out"), "register.out"),))
    return Card(title=text("register.title", count=len(listed)), lines=tuple(lines), rows=rows)


def pages(action: str, start: int, count: int, size: int) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons that turn the pages of a list."""
    buttons = []
    if start > 0:
        buttons.append(Button(text("paging.back"), action, {"start": max(0, start - size)}))
    if start + size < count:
        more = count - start - size
        buttons.append(Button(text("paging.more", count=more), action, {"start": start + size}))
    return (tuple(buttons),) if buttons else ()


def _row(turn: Turn, department: Department) -> Text:
    short = lookup.short_name(turn.directory, department.id)
    name = (
        department.name
        if short == department.name
        else text("register.called", name=department.name, short=short)
    )
    lacks = []
    if not lookup.chats_of(turn.directory, department.id):
        lacks.append(text("register.no_group"))
    if not lookup.members_as(turn.directory, Role.LIAISON, department.id):
        lacks.append(text("register.no_liaison"))
    return text("register.row_lacking", name=name, lacks=lacks) if lacks else text("register.row", name=name)


async def _one(turn: Turn, department: Department, values: dict[str, Any]) -> Card:
    del values
    turn.actor.require(Permission.OVERSEE)
    directory, number = turn.directory, department.id
    aliases = [a.name for a in directory.all(DepartmentAlias) if a.department_id == number]
    groups = [chat.title for chat in lookup.chats_of(directory, number)]
    lines = [text("register.one.kind", kind=text(f"register.kind.{department.kind}"))]
    if aliases:
        lines.append(text("register.one.aliases", names=aliases))
    if department.since:
        lines.append(text("register.one.since", day=department.since))
    if department.until:
        lines.append(text("register.one.until", day=department.until))
    lines.append(text("register.one.groups", names=groups) if groups else text("register.one.no_group"))
    for role in (Role.LIAISON, Role.DEPUTY):
        names = [member.name for member in lookup.members_as(directory, role, number)]
        if names:
            lines.append(text("register.one.people", role=text(f"role.{role.value}"), names=names))
        elif role is Role.LIAISON:
            lines.append(text("register.one.no_liaison"))
    return Card(
        title=text("register.one.title", name=department.name), lines=tuple(lines), rows=_do(turn, number)
    )


def _do(turn: Turn, department: int) -> tuple[tuple[Button, ...], ...]:
    if not turn.actor.may(Permission.COORDINATE):
        return ()
    return in_rows(
        (
            Button(text("register.button.bind"), "codes.bind", {"departments": [department]}),
            Button(
                text("register.button.liaison"),
                "codes.enrol",
                {"role": Role.LIAISON.value, "department": department},
            ),
            Button(text("register.button.people"), "members.of", {"department": department}),
        )
    )


# ---------------------------------------------------------------- changing


def _add(turn: Turn, words: str) -> Card:
    turn.actor.require(Permission.COORDINATE)
    written = parts(words)
    kind_word = written.pop() if len(written) > 1 and normalise_name(written[-1]) in KINDS else ""
    name = "".join(written)
    if not name:
        raise Refusal("register.add_form")
    if lookup.department_called(turn.directory, name):
        raise Refusal("register.known", name=name)
    kind = KINDS.get(normalise_name(kind_word))
    if kind is not None:
        return _added(turn, name, kind)
    buttons = [
        Button(text(f"register.kind.{each.value}"), "register.add", {"name": name, "kind": each.value})
        for each in DepartmentKind
    ]
    return Card(lines=(text("register.which_kind", name=name),), rows=in_rows(buttons))


async def add_as(turn: Turn) -> Answers:
    """Add a department as the kind that was pressed."""
    values = turn.values
    return in_place(turn, _added(turn, str(values["name"]), DepartmentKind(values["kind"])))


def _added(turn: Turn, name: str, kind: DepartmentKind) -> Card:
    department = register.add_department(turn.unit, name, kind)
    return Card(
        lines=(text("register.added", name=department.name, kind=text(f"register.kind.{kind.value}")),),
        rows=_do(turn, department.id),
    )


async def _alias(turn: Turn, words: str) -> Answers:
    turn.actor.require(Permission.COORDINATE)
    name, alias = head(words)
    if not name or not alias:
        raise Refusal("register.alias_form")
    return await ALIAS.typed(turn, name, {"alias": "".join(alias.split())})


async def _call_also(turn: Turn, department: Department, values: dict[str, Any]) -> Card:
    alias = str(values["alias"])
    register.call_also(turn.unit, department, alias)
    return Card(lines=(text("register.alias_added", alias=alias, name=department.name),))


async def _retire(turn: Turn, words: str) -> Answers:
    turn.actor.require(Permission.COORDINATE)
    period = read_period(words, turn.today)
    if period is None or not (period.before or period.behind):
        raise Refusal("register.retire_form")
    return await RETIRE.typed(turn, period.before or period.behind, {"until": period.last.isoformat()})


async def _restore(turn: Turn, words: str) -> Answers:
    turn.actor.require(Permission.COORDINATE)
    if not words:
        raise Refusal("register.restore_form")
    return await RETIRE.typed(turn, words, {"until": None})


async def _retire_one(turn: Turn, department: Department, values: dict[str, Any]) -> Card:
    if values["until"] is None:
        register.retire(turn.unit, department, None)
        return Card(lines=(text("register.restored", name=department.name),))
    last_day = date.fromisoformat(values["until"])
    register.retire(turn.unit, department, last_day)
    lines = [text("register.retired", name=department.name, day=last_day)]
    owed = await views.of_department(turn.unit, department, only_open=True)
    if owed:
        lines.append(text("register.still_owes", count=len(owed)))
    return Card(lines=tuple(lines))


ONE = DepartmentStep("register.one", _one)
ALIAS = DepartmentStep("register.alias", _call_also)
RETIRE = DepartmentStep("register.retire", _retire_one)
