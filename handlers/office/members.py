"""Members (人员): enrolled by a code or by a coordinator's word, listed, renamed, relieved of a role."""

from __future__ import annotations

from typing import Any

from handlers.events import Command
from handlers.office.grouping import told_elsewhere
from handlers.office.naming import DepartmentStep
from handlers.office.office_words import head, role_called, words_of
from handlers.standing import in_place
from handlers.turns import Answers, Turn
from handlers.wording import in_rows
from storage.ledger import codes, lookup, people
from storage.ledger.people import OF_A_DEPARTMENT
from storage.records import Department, Member
from storage.terms.cards import Button, Card, Outgoing
from storage.terms.errors import Refusal
from storage.terms.roles import Permission, Role
from storage.terms.texts import Text, text

OFFERED = 9
"""Departments of a group offered as buttons."""


async def enrol(turn: Turn) -> Answers:
    """``/enrol``: a person gives a code, or a coordinator answers a person's message with a role."""
    words = words_of(turn)
    first, rest = head(words)
    if not first:
        raise Refusal("enrol.form")
    role = role_called(first)
    if role is not None:
        return await _by_word(turn, role, rest)
    member, role, department = await codes.use_to_enrol(turn.unit, words)
    line = _became(turn, member, role, department)
    return [Card(title=line, lines=(text(f"members.next.{role.value}"),)), *told_elsewhere(turn, line)]


def _became(turn: Turn, member: Member, role: Role, department: Department | None) -> Text:
    who = text(f"role.{role.value}")
    if department is None:
        return text("members.enrolled", name=member.name, role=who)
    name = lookup.short_name(turn.directory, department.id)
    return text("members.enrolled_for", name=member.name, role=who, department=name)


async def _by_word(turn: Turn, role: Role, words: str) -> Answers:
    event = turn.event
    assert isinstance(event, Command)  # noqa: S101 - the table says so
    if event.reply_to is None and not turn.actor.anonymous:
        raise Refusal("enrol.reply" if turn.actor.may(Permission.ENROL) else "enrol.code_needed")
    turn.actor.require(Permission.ENROL)
    if turn.said is not None:
        raise Refusal("enrol.bot")
    if event.reply_to_account is None:
        raise Refusal("enrol.whose")
    values = {"role": role.value, "account": event.reply_to_account, "name": event.reply_to_name}
    if role not in OF_A_DEPARTMENT:
        if words:
            raise Refusal("code.role_alone", role=text(f"role.{role.value}"))
        return _given(turn, None, values)
    if words:
        return await ENROL.typed(turn, words, values)
    return _of_this_group(turn, values)


def _of_this_group(turn: Turn, values: dict[str, Any]) -> Answers:
    """Take the department that the group belongs to; of several, ask which."""
    bound = lookup.departments_of(turn.directory, turn.chat.id)
    if not bound:
        raise Refusal("enrol.department")
    if len(bound) == 1:
        return _given(turn, bound[0], values)
    buttons = [
        Button(
            text("choosing.department", name=lookup.short_name(turn.directory, d.id)),
            ENROL.action,
            {**values, "department": d.id},
        )
        for d in bound[:OFFERED]
    ]
    subject = {"kind": ENROL.action, "values": values}
    return Card(lines=(text("members.which_department"),), rows=in_rows(buttons), subject=subject)


async def _enrol(turn: Turn, department: Department, values: dict[str, Any]) -> Answers:
    return _given(turn, department, values)


def _given(turn: Turn, department: Department | None, values: dict[str, Any]) -> list[Outgoing]:
    role = Role(values["role"])
    account, name = str(values["account"]), str(values["name"])
    member = people.enrol(turn.unit, turn.chat.platform, account, name, role, department)
    line = _became(turn, member, role, department)
    return [Card(title=line, lines=(text(f"members.next.{role.value}"),)), *told_elsewhere(turn, line)]


ENROL = DepartmentStep("members.enrol", _enrol)


# ---------------------------------------------------------------- names


async def rename(turn: Turn, words: str) -> Answers:
    """``/members 改名``: correct a member's name; of several who share it, ask which."""
    turn.actor.require(Permission.COORDINATE)
    old, new = head(words)
    if not old or not new:
        raise Refusal("members.rename_form")
    found = called(turn, old)
    if len(found) == 1:
        return _renamed(turn, found[0], new)
    return which_member(turn, found, "members.rename", {"name": new})


async def rename_one(turn: Turn) -> Answers:
    """Correct the name of the member of the pressed button."""
    values = turn.values
    member = turn.directory.get(Member, int(values["member"]))
    return in_place(turn, _renamed(turn, member, str(values["name"])))


def _renamed(turn: Turn, member: Member, name: str) -> Card:
    before = member.name
    people.rename(turn.unit, member, name)
    return Card(lines=(text("members.renamed", before=before, name=member.name),))


def called(turn: Turn, name: str) -> list[Member]:
    """Return the members of a name. Refuses a name that nobody bears."""
    found = lookup.members_called(turn.directory, name)
    if not found:
        raise Refusal("member.unknown", name=name)
    return found


def which_member(turn: Turn, found: list[Member], action: str, values: dict[str, Any]) -> Card:
    """Ask which of several people of one name is meant; each button adds the member's number."""
    rows = tuple(
        (Button(_told_apart(turn, member), action, {**values, "member": member.id}),)
        for member in found[:OFFERED]
    )
    return Card(lines=(text("members.which", name=found[0].name),), rows=rows)


def _told_apart(turn: Turn, member: Member) -> Text:
    held = lookup.memberships_of(turn.directory, member.id)
    roles = [_role_of(turn, m.role, m.department_id) for m in held]
    if not roles:
        return text("members.without_role", name=member.name)
    return text("members.with_roles", name=member.name, roles=roles[:2])


def _role_of(turn: Turn, role: str, department: int | None) -> Text:
    who = text(f"role.{role}")
    if department is None:
        return who
    return text("members.role_for", role=who, department=lookup.short_name(turn.directory, department))
