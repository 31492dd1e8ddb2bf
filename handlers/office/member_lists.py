"""Who is what to the office, and the end of a role, confirmed before it happens."""

from __future__ import annotations

from typing import Any

from handlers.office import members
from handlers.office.grouping import told_elsewhere
from handlers.office.naming import DepartmentStep
from handlers.office.office_words import head, meaning, role_called, words_of
from handlers.office.registering import pages
from handlers.standing import in_place
from handlers.turns import Answers, Turn
from handlers.wording import in_rows
from storage.ledger import lookup, people
from storage.records import Department, Member, Membership
from storage.terms.cards import Button, Card
from storage.terms.errors import Refusal
from storage.terms.roles import Permission, Purpose, Role
from storage.terms.texts import Text, text

PAGE = 15
ENDABLE = 9
"""Roles that one card offers to end."""

OFFICE_ROLES = (Role.COORDINATOR, Role.LEADER)


async def answer(turn: Turn) -> Answers:
    """``/members``: everybody, one role, one department; or a name corrected."""
    words = words_of(turn)
    verb, rest = head(words)
    if meaning("members", verb) == "rename":
        return await members.rename(turn, rest)
    if turn.actor.purpose is Purpose.DEPARTMENT and not words:
        return _own(turn)
    turn.actor.require(Permission.OVERSEE)
    if not words:
        return _page(turn, 0)
    role = role_called(words)
    if role in OFFICE_ROLES:
        return _of_role(turn, role)
    return await OF.typed(turn, words, {})


def _own(turn: Turn) -> Card:
    """Show a department's own group who speaks for it."""
    turn.actor.require(Permission.SEE)
    lines = [_department_line(turn, d) for d in lookup.departments_of(turn.directory, turn.chat.id)]
    return Card(title=text("members.own"), lines=tuple(lines))


async def page(turn: Turn) -> Answers:
    """Show another page of the members."""
    turn.actor.require(Permission.OVERSEE)
    return in_place(turn, _page(turn, int(turn.values["start"])))


def _page(turn: Turn, start: int) -> Card:
    listed = lookup.departments_on(turn.directory, turn.today)
    peopled = [d for d in listed if any(_people(turn, role, d.id) for role in (Role.LIAISON, Role.DEPUTY))]
    bare = [d for d in listed if not _people(turn, Role.LIAISON, d.id)]
    lines: list[Text] = []
    if start == 0:
        lines += [_role_line(turn, role, None) for role in OFFICE_ROLES]
    lines += [_department_line(turn, department) for department in peopled[start : start + PAGE]]
    if bare and start + PAGE >= len(peopled):
        names = [lookup.short_name(turn.directory, d.id) for d in bare[:PAGE]]
        key = "members.bare" if len(bare) <= PAGE else "members.bare_among"
        lines.append(text(key, count=len(bare), departments=names))
    lines.append(text("members.how"))
    rows = pages("members.page", start, len(peopled), PAGE)
    if turn.actor.may(Permission.COORDINATE):
        buttons = [
            Button(text(f"role.{role.value}"), "members.role", {"role": role.value}) for role in OFFICE_ROLES
        ]
        rows = (*rows, tuple(buttons))
    return Card(title=text("members.title"), lines=tuple(lines), rows=rows)


def _people(turn: Turn, role: Role, department: int | None) -> list[Member]:
    return lookup.members_as(turn.directory, role, department)


def _role_line(turn: Turn, role: Role, department: int | None) -> Text:
    who = text(f"role.{role.value}")
    names = [_name(turn, member) for member in _people(turn, role, department)]
    return text("members.line", role=who, names=names) if names else text("members.nobody", role=who)


def _name(turn: Turn, member: Member) -> str | Text:
    leave = lookup.leave_on(turn.directory, member.id, turn.today)
    return member.name if leave is None else text("members.on_leave", name=member.name, last=leave.last_day)


def _department_line(turn: Turn, department: Department) -> Text:
    roles = [Role.LIAISON, *([Role.DEPUTY] if _people(turn, Role.DEPUTY, department.id) else [])]
    return text(
        "members.department_line",
        department=lookup.short_name(turn.directory, department.id),
        roles=text(
            "members.two" if len(roles) == 2 else "members.single",
            first=_role_line(turn, Role.LIAISON, department.id),
            second=_role_line(turn, Role.DEPUTY, department.id),
        ),
    )


# ---------------------------------------------------------------- one role, one department


async def of_role(turn: Turn) -> Answers:
    """Show who holds the role of the pressed button."""
    turn.actor.require(Permission.OVERSEE)
    return in_place(turn, _of_role(turn, Role(turn.values["role"])))


def _of_role(turn: Turn, role: Role) -> Card:
    held = [m for m in turn.directory.all(Membership) if m.until is None and m.role == role]
    return Card(
        title=text("members.of_role", role=text(f"role.{role.value}")),
        lines=(_role_line(turn, role, None), *_how_to_add(turn, role)),
        rows=_ending(turn, held),
    )


def _how_to_add(turn: Turn, role: Role) -> tuple[Text, ...]:
    if not turn.actor.may(Permission.COORDINATE):
        return ()
    return (text(f"members.add.{role.value}"),)


async def _of_department(turn: Turn, department: Department, values: dict[str, Any]) -> Card:
    del values
    turn.actor.require(Permission.OVERSEE)
    held = [m for m in turn.directory.all(Membership) if m.until is None and m.department_id == department.id]
    return Card(
        title=text("members.of_department", name=department.name),
        lines=(
            _role_line(turn, Role.LIAISON, department.id),
            _role_line(turn, Role.DEPUTY, department.id),
            *_how_to_add(turn, Role.LIAISON),
        ),
        rows=_ending(turn, held),
    )


def _ending(turn: Turn, held: list[Membership]) -> tuple[tuple[Button, ...], ...]:
    if not turn.actor.may(Permission.COORDINATE):
        return ()
    buttons = [
        Button(
            text(
                "members.end", name=turn.directory.get(Member, m.member_id).name, role=text(f"role.{m.role}")
            ),
            "members.end",
            {"membership": m.id},
        )
        for m in held[:ENDABLE]
    ]
    return in_rows(buttons, 1)


OF = DepartmentStep("members.of", _of_department)


# ---------------------------------------------------------------- ending a role


async def end(turn: Turn) -> Answers:
    """Ask whether a role is really to end."""
    turn.actor.require(Permission.COORDINATE)
    membership = turn.directory.get(Membership, int(turn.values["membership"]))
    values = {"membership": membership.id}
    return in_place(
        turn,
        Card(
            lines=(text("members.end_ask", what=_what(turn, membership)),),
            rows=(
                (
                    Button(text("members.end_yes"), "members.end_yes", values, "danger"),
                    Button(text("members.end_no"), "members.end_no", values),
                ),
            ),
        ),
    )


def _what(turn: Turn, membership: Membership) -> Text:
    name = turn.directory.get(Member, membership.member_id).name
    role = text(f"role.{membership.role}")
    if membership.department_id is None:
        return text("members.held", name=name, role=role)
    department = lookup.short_name(turn.directory, membership.department_id)
    return text("members.held_for", name=name, role=role, department=department)


async def end_yes(turn: Turn) -> Answers:
    """End a role."""
    membership = turn.directory.get(Membership, int(turn.values["membership"]))
    member = turn.directory.get(Member, membership.member_id)
    number = membership.department_id
    if membership.until is not None:
        raise Refusal("member.no_role", name=member.name)
    department = None if number is None else turn.directory.get(Department, number)
    people.take_role(turn.unit, member, Role(membership.role), department)
    line = text("members.ended", what=_what(turn, membership))
    lines = [line]
    if department is not None and not _people(turn, Role.LIAISON, department.id):
        lines.append(
            text("members.no_liaison_now", department=lookup.short_name(turn.directory, department.id))
        )
    answers = in_place(turn, Card(lines=tuple(lines)))
    assert answers is not None and not isinstance(answers, list)  # noqa: S101, PT018 - one card went in
    return [answers, *told_elsewhere(turn, line)]


async def end_no(turn: Turn) -> Answers:
    """Leave a role as it is."""
    membership = turn.directory.get(Membership, int(turn.values["membership"]))
    return in_place(turn, Card(lines=(text("members.end_kept", what=_what(turn, membership)),)))
