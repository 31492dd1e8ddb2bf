"""One-time codes (口令): made by a coordinator, used once by whoever is given one, then spent."""

from __future__ import annotations

import secrets
from enum import StrEnum
from hashlib import sha256
from unicodedata import normalize

from storage.ledger import chats, people
from storage.records import Chat, Code, Department, Member
from storage.terms.errors import Refusal
from storage.terms.roles import Permission, Purpose, Role
from storage.unit import Unit

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without characters that are mistaken for one another when typed from a slip."""

LENGTH = 10
LIFETIME_MILLIS = 24 * 60 * 60 * 1000
"""A code expires after a day."""


class CodePurpose(StrEnum):
    """What a code is good for."""

    BIND = "bind"
    """binds the group it is said in to departments"""
    PURPOSE = "purpose"
    """makes the group it is said in a coordination or leaders' group"""
    ENROL = "enrol"
    """gives whoever says it a role"""
    LINK = "link"
    """makes the account that says it one of a member's"""


FOR = {CodePurpose.ENROL: "code.for_person", CodePurpose.LINK: "code.for_link"}
"""What is said of a code that was made for something else."""


def _digest(code: str) -> str:
    typed = "".join(normalize("NFKC", code).split()).upper()
    return sha256(typed.encode()).hexdigest()


def _issue(unit: Unit, purpose: CodePurpose, payload: dict[str, object]) -> str:
    unit.actor.require(Permission.COORDINATE)
    return issue(unit, purpose, payload, LIFETIME_MILLIS)


def issue(unit: Unit, purpose: CodePurpose, payload: dict[str, object], lifetime: int) -> str:
    """Make a code that is good for so many milliseconds. Rights were checked by the caller."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    unit.add(
        Code(
            digest=_digest(code),
            purpose=purpose.value,
            payload=payload,
            created_at=unit.now,
            expires_at=unit.now + lifetime,
        )
    )
    unit.note("code.issue", purpose=purpose.value, payload=payload)
    return code


def issue_binding(unit: Unit, departments: list[Department]) -> str:
    """Make a code that binds a group to departments."""
    if not departments:
        raise Refusal("code.departments")
    return _issue(unit, CodePurpose.BIND, {"departments": [d.id for d in departments]})


def issue_purpose(unit: Unit, purpose: Purpose) -> str:
    """Make a code that names a further coordination group, or the leaders' group."""
    return _issue(unit, CodePurpose.PURPOSE, {"purpose": purpose.value})


def issue_enrolment(unit: Unit, role: Role, department: Department | None) -> str:
    """Make a code that gives whoever uses it a role."""
    if (role in people.OF_A_DEPARTMENT) != (department is not None):
        raise Refusal("member.role_department")
    return _issue(
        unit, CodePurpose.ENROL, {"role": role.value, "department": department.id if department else None}
    )


async def spend(unit: Unit, code: str, *purposes: CodePurpose) -> Code:
    """Use a code up; refused when it is none, is for something else, was used, or has expired."""
    found = await unit.first(Code.filter(digest=_digest(code)))
    if found is None:
        raise Refusal("code.unknown")
    if found.purpose not in purposes:
        raise Refusal(FOR.get(CodePurpose(found.purpose), "code.for_group"))
    if found.used_at is not None:
        raise Refusal("code.used")
    if found.expires_at <= unit.now:
        raise Refusal("code.expired")
    found.used_at = unit.now
    unit.save(found, "used_at")
    return found


async def use_for_chat(unit: Unit, chat: Chat, code: str) -> list[Department] | Purpose:
    """Bind a group by a code; return the departments newly bound, or what the group is now for."""
    if unit.actor.anonymous:
        raise Refusal("anonymous")
    if chat.purpose == Purpose.PRIVATE:
        raise Refusal("chat.private")
    spent = await spend(unit, code, CodePurpose.BIND, CodePurpose.PURPOSE)
    if spent.purpose == CodePurpose.PURPOSE:
        purpose = Purpose(str(spent.payload["purpose"]))
        chats.set_purpose(unit, chat, purpose)
        return purpose
    numbers = spent.payload["departments"]
    assert isinstance(numbers, list)  # noqa: S101 - issue_binding wrote it
    added = chats.bind(unit, chat, [unit.directory.get(Department, number) for number in numbers])
    if not added:
        raise Refusal("chat.bound_already")
    return added


async def use_to_enrol(unit: Unit, code: str) -> tuple[Member, Role, Department | None]:
    """Give the sender the role of a code."""
    actor = unit.actor
    if actor.account is None:
        raise Refusal("anonymous")
    spent = await spend(unit, code, CodePurpose.ENROL)
    number = spent.payload["department"]
    department = unit.directory.get(Department, number) if isinstance(number, int) else None
    role = Role(str(spent.payload["role"]))
    member = people.meet(unit, actor.platform, actor.account, actor.name)
    private = actor.chat_id if actor.purpose is Purpose.PRIVATE else None
    if not people.give_role(unit, member, role, department, private):
        raise Refusal("member.has_role", name=member.name)
    return member, role, department
