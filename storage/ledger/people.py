"""Members: who they are, what they are to the office, their leave."""

from __future__ import annotations

from datetime import date

from storage.actors import SYSTEM
from storage.ledger import lookup
from storage.records import Account, Department, Leave, Member, Membership
from storage.terms.clock import office_day
from storage.terms.errors import Refusal
from storage.terms.roles import Permission, Role
from storage.unit import Unit

NAME_LENGTH = 120
OF_A_DEPARTMENT = frozenset({Role.LIAISON, Role.DEPUTY})


def meet(unit: Unit, platform: str, account: str, name: str) -> Member:
    """Return the member of an account; one never seen becomes a member without any role."""
    member = lookup.member_with(unit.directory, platform, account)
    if member is None:
        member = unit.add(Member(name=name[:NAME_LENGTH] or account, created_at=unit.now))
        unit.add(Account(member_id=member.id, platform=platform, external=account))
        unit.note("member.meet", name=member.name, platform=platform)
    return member


def ensure_first_coordinator(unit: Unit, platform: str, account: str, name: str) -> None:
    """Make the account named in the settings a coordinator, if it is not one yet. Only the bot itself may."""
    if unit.actor is not SYSTEM:
        unit.actor.require(Permission.COORDINATE)
    give_role(unit, meet(unit, platform, account, name), Role.COORDINATOR, None)


def give_role(
    unit: Unit, member: Member, role: Role, department: Department | None, private: int | None = None
) -> bool:
    """Write that a member holds a role; False when they do already. Rights were checked by the caller."""
    if (role in OF_A_DEPARTMENT) != (department is not None):
        raise Refusal("member.role_department")
    number = department.id if department else None
    for held in lookup.memberships_of(unit.directory, member.id):
        if held.role == role and held.department_id == number:
            return False
    unit.add(
        Membership(member_id=member.id, role=role, department_id=number, since=unit.now, private=private)
    )
    unit.note("member.role", department=number, member=member.id, name=member.name, role=role.value)
    return True


def enrol(
    unit: Unit, platform: str, account: str, name: str, role: Role, department: Department | None
) -> Member:
    """Give a role by a coordinator's word on a person's message, in whatever chat that message stands."""
    unit.actor.require(Permission.ENROL)
    member = meet(unit, platform, account, name)
    if not give_role(unit, member, role, department):
        raise Refusal("member.has_role", name=member.name)
    return member


def take_role(unit: Unit, member: Member, role: Role, department: Department | None) -> None:
    """End a member's role. The last coordinator cannot be dismissed."""
    unit.actor.require(Permission.COORDINATE)
    number = department.id if department else None
    held = [
        m
        for m in lookup.memberships_of(unit.directory, member.id)
        if m.role == role and m.department_id == number
    ]
    if not held:
        raise Refusal("member.no_role", name=member.name)
    if role is Role.COORDINATOR and len(lookup.members_as(unit.directory, role)) == 1:
        raise Refusal("member.last_coordinator")
    for membership in held:
        membership.until = unit.now
        unit.save(membership, "until")
    unit.note("member.role_end", department=number, member=member.id, name=member.name, role=role.value)


def rename(unit: Unit, member: Member, name: str) -> None:
    """Correct a member's name."""
    unit.actor.require(Permission.COORDINATE)
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        raise Refusal("member.name")
    unit.note("member.rename", member=member.id, before=member.name, name=name)
    member.name = name
    unit.save(member, "name")


def grant_leave(unit: Unit, member: Member, first: date, last: date, deputy: Member | None) -> Leave:
    """Write a member's leave; the deputy answers in their place. Days are inclusive."""
    unit.actor.require(Permission.COORDINATE)
    if last < first:
        raise Refusal("leave.backwards")
    if last < office_day(unit.now):
        raise Refusal("leave.past")
    if deputy is not None and deputy.id == member.id:
        raise Refusal("leave.own_deputy")
    if any(
        not each.ended and each.member_id == member.id and each.first_day <= last and first <= each.last_day
        for each in unit.directory.all(Leave)
    ):
        raise Refusal("leave.overlaps", name=member.name)
    if deputy is not None:
        departments = {
            m.department_id
            for m in lookup.memberships_of(unit.directory, member.id)
            if m.department_id is not None
        }
        for number in sorted(departments):
            held = {m.department_id for m in lookup.memberships_of(unit.directory, deputy.id)}
            if number not in held:
                give_role(unit, deputy, Role.DEPUTY, unit.directory.get(Department, number))
    leave = unit.add(
        Leave(
            member_id=member.id,
            deputy_id=deputy.id if deputy else None,
            first_day=first,
            last_day=last,
        )
    )
    unit.note(
        "leave.grant",
        member=member.id,
        name=member.name,
        first=first.isoformat(),
        last=last.isoformat(),
        deputy=deputy.name if deputy else None,
    )
    return leave


def end_leave(unit: Unit, member: Member, on: date) -> None:
    """End a member's leave early, or call off the next one to come."""
    unit.actor.require(Permission.COORDINATE)
    mine = (each for each in lookup.leaves_from(unit.directory, on) if each.member_id == member.id)
    leave = next(mine, None)
    if leave is None:
        raise Refusal("leave.none", name=member.name)
    leave.ended = True
    unit.save(leave, "ended")
    unit.note("leave.end", member=member.id, name=member.name)
