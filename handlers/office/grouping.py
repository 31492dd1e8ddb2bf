"""Groups: bound by a code, loosed, named the coordination group; what is told when the bot is removed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers import telling
from handlers.departments import todo
from handlers.office.naming import DepartmentStep
from handlers.office.office_words import group_called, words_of
from handlers.standing import in_place
from handlers.turns import Answers, Turn
from handlers.wording import short
from storage.ledger import chats, codes, lookup
from storage.records import Chat, Department
from storage.terms.cards import Button, Card, Outgoing, Send
from storage.terms.errors import Refusal
from storage.terms.roles import Permission, Purpose
from storage.terms.texts import Text, text

OFFERED = 9
"""Groups offered as buttons."""

LABEL = 16


async def bind(turn: Turn) -> Answers:
    """``/bind CODE`` in a group: bind it to the departments of the code, or make it what the code says."""
    code = words_of(turn)
    if not code:
        raise Refusal("bind.form")
    bound = await codes.use_for_chat(turn.unit, turn.chat, code)
    if isinstance(bound, Purpose):
        return [
            Card(lines=(text(f"groups.purpose.{bound.value}"),)),
            *told_elsewhere(turn, text(f"groups.told_purpose.{bound.value}", chat=_title(turn.chat))),
        ]
    names = [lookup.short_name(turn.directory, department.id) for department in bound]
    waiting = await _already_owed(turn, bound)
    line = text("groups.bound_now" if waiting else "groups.bound_next")
    return [
        Card(title=text("groups.bound", departments=names), lines=(line,)),
        *waiting,
        *told_elsewhere(turn, text("groups.told_bound", chat=_title(turn.chat), departments=names)),
    ]


async def _already_owed(turn: Turn, departments: list[Department]) -> list[Outgoing]:
    """Show a group that was bound only now what its departments were handed out before."""
    turn.unit.actor = replace(
        turn.actor, purpose=Purpose(turn.chat.purpose), bound=frozenset(each.id for each in departments)
    )
    cards = await todo.handing_out_cards(turn, [department.id for department in departments])
    return [each for each in cards if isinstance(each, Send) and each.chat == turn.chat.id]


def told_elsewhere(turn: Turn, line: Text) -> list[Outgoing]:
    """Tell the coordinators what happened in another chat than theirs."""
    told = telling.tell_coordinators(turn, Card(lines=(line,)))
    return [each for each in told if not (isinstance(each, Send) and each.chat == turn.chat.id)]


def _title(chat: Chat) -> str | Text:
    return chat.title or text("groups.untitled")


async def coordination(turn: Turn) -> Answers:
    """``/coordination``: a coordinator makes this group the coordination group."""
    chats.use_for(turn.unit, turn.chat, Purpose.COORDINATION)
    return Card(title=text("groups.purpose.coordination"), lines=(text("groups.first_steps"),))


# ---------------------------------------------------------------- loosing


async def unbind(turn: Turn) -> Answers:
    """``/unbind``: loose a department from its group, or let a group be no leaders' group any more."""
    turn.actor.require(Permission.COORDINATE)
    words = words_of(turn)
    if not words:
        raise Refusal("unbind.form")
    purpose = group_called(words)
    if purpose is None:
        return await UNBIND.typed(turn, words, {})
    groups = lookup.chats_for(turn.directory, purpose)
    if not groups:
        raise Refusal("unbind.no_such_group")
    if len(groups) == 1:
        return _released(turn, groups[0])
    buttons = tuple((_button(chat, "groups.release", {"chat": chat.id}),) for chat in groups[:OFFERED])
    return Card(lines=(text("groups.which"),), rows=buttons)


async def release(turn: Turn) -> Answers:
    """Let the group of the pressed button be an ordinary one."""
    answers = _released(turn, turn.directory.get(Chat, int(turn.values["chat"])))
    return in_place(turn, answers)


def _released(turn: Turn, chat: Chat) -> list[Outgoing]:
    chats.release(turn.unit, chat)
    return [
        Card(lines=(text("groups.released", chat=_title(chat)),)),
        *_notify(turn, chat, text("groups.freed")),
    ]


async def _unbind(turn: Turn, department: Department, values: dict[str, Any]) -> Answers:
    del values
    groups = lookup.bound_chats(turn.directory, department.id)
    if not groups:
        raise Refusal("unbind.not_bound", department=department.name)
    if len(groups) == 1:
        return _loosed(turn, groups[0], department)
    buttons = tuple(
        (_button(chat, "groups.unbind_from", {"chat": chat.id, "department": department.id}),)
        for chat in groups[:OFFERED]
    )
    return Card(lines=(text("groups.which_of", department=department.name),), rows=buttons)


async def unbind_from(turn: Turn) -> Answers:
    """Loose a department from the group of the pressed button."""
    chat = turn.directory.get(Chat, int(turn.values["chat"]))
    department = turn.directory.get(Department, int(turn.values["department"]))
    return in_place(turn, _loosed(turn, chat, department))


def _loosed(turn: Turn, chat: Chat, department: Department) -> list[Outgoing]:
    chats.unbind(turn.unit, chat, department)
    name = lookup.short_name(turn.directory, department.id)
    lines = [text("groups.unbound", department=name, chat=_title(chat))]
    if telling.without_group(turn, [department.id]):
        lines.append(text("groups.now_without", departments=[name]))
    told = _notify(turn, chat, text("groups.no_longer", department=name))
    return [Card(lines=tuple(lines)), *told]


def _button(chat: Chat, action: str, values: dict[str, Any]) -> Button:
    title = short(chat.title, LABEL) if chat.title else text("groups.untitled")
    return Button(text("groups.button", chat=title), action, values)


def _notify(turn: Turn, chat: Chat, line: Text) -> list[Outgoing]:
    """Say a line in the group it concerns, unless the bot is gone from it."""
    return [Send(chat.id, Card(lines=(line,)))] if chat.active and chat.id != turn.chat.id else []


UNBIND = DepartmentStep("groups.unbind", _unbind)


# ---------------------------------------------------------------- removed


def left(turn: Turn) -> list[Outgoing]:
    """Tell the coordinators that the bot was removed from a group, and who has none now."""
    chat = turn.chat
    if chat.purpose in (Purpose.NONE, Purpose.PRIVATE):
        return []
    bound = [department.id for department in lookup.departments_of(turn.directory, chat.id)]
    alone = [lookup.short_name(turn.directory, d.id) for d in telling.without_group(turn, bound)]
    lines = [text("groups.left", chat=_title(chat))]
    if alone:
        lines.append(text("groups.now_without", departments=alone))
    lines.append(text("groups.left_next"))
    return telling.tell_coordinators(turn, Card(lines=tuple(lines)))
