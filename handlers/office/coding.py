"""One-time codes (口令): a coordinator asks for one, and is told who sends it where and until when."""

from __future__ import annotations

from typing import Any

from handlers.office.naming import DepartmentStep
from handlers.office.office_words import group_called, head, parts, role_called, words_of
from handlers.turns import Answers, Turn
from storage.ledger import codes, lookup
from storage.ledger.people import OF_A_DEPARTMENT
from storage.records import Department
from storage.terms.cards import Card
from storage.terms.clock import office_time
from storage.terms.errors import Refusal
from storage.terms.roles import Permission, Purpose, Role
from storage.terms.texts import Text, text


async def answer(turn: Turn) -> Answers:
    """``/code``: make a code that binds a group, names a group's purpose, or enrols a person."""
    turn.actor.require(Permission.COORDINATE)
    words = words_of(turn)
    if not words:
        return Card(title=text("codes.title"), lines=(text("codes.forms"),))
    first, rest = head(words)
    purpose, role = group_called(first), role_called(first)
    if purpose is not None and not rest:
        return _purpose(turn, purpose)
    if role is not None:
        return await _role(turn, role, rest)
    return await _departments(turn, [], parts(words))


def _purpose(turn: Turn, purpose: Purpose) -> Card:
    code = codes.issue_purpose(turn.unit, purpose)
    return _card(turn, code, text(f"codes.purpose.{purpose.value}"), "codes.in_group")


async def _role(turn: Turn, role: Role, words: str) -> Answers:
    if role not in OF_A_DEPARTMENT:
        if words:
            raise Refusal("code.role_alone", role=text(f"role.{role.value}"))
        return _enrolment(turn, role, None)
    if not words:
        raise Refusal("code.role_department", role=text(f"role.{role.value}"))
    return await ENROL.typed(turn, words, {"role": role.value})


async def _departments(turn: Turn, known: list[int], typed: list[str]) -> Answers:
    """Make a code for departments; one whose name is not clear is asked for, the rest waiting in the card."""
    for at, name in enumerate(typed):
        department = lookup.department_called(turn.directory, name)
        if department is None:
            return await BIND.typed(turn, name, {"known": known, "rest": typed[at + 1 :]})
        known = [*known, department.id]
    return _binding(turn, known)


async def _go_on(turn: Turn, department: Department, values: dict[str, Any]) -> Answers:
    return await _departments(turn, [*map(int, values["known"]), department.id], list(values["rest"]))


async def _enrol(turn: Turn, department: Department, values: dict[str, Any]) -> Card:
    return _enrolment(turn, Role(values["role"]), department)


async def bind(turn: Turn) -> Answers:
    """Make the code that binds a group to the departments of the pressed button."""
    return _binding(turn, [int(number) for number in turn.values["departments"]])


async def enrol(turn: Turn) -> Answers:
    """Make the code that enrols somebody for the department of the pressed button."""
    values = turn.values
    return _enrolment(turn, Role(values["role"]), turn.directory.get(Department, int(values["department"])))


def _binding(turn: Turn, numbers: list[int]) -> Card:
    departments = [turn.directory.get(Department, number) for number in dict.fromkeys(numbers)]
    code = codes.issue_binding(turn.unit, departments)
    names = [lookup.short_name(turn.directory, d.id) for d in departments]
    return _card(turn, code, text("codes.bind", departments=names), "codes.in_group")


def _enrolment(turn: Turn, role: Role, department: Department | None) -> Card:
    code = codes.issue_enrolment(turn.unit, role, department)
    who = text(f"role.{role.value}")
    if department is None:
        return _card(turn, code, text("codes.enrol", role=who), "codes.by_person")
    name = lookup.short_name(turn.directory, department.id)
    return _card(turn, code, text("codes.enrol_for", role=who, department=name), "codes.by_person")


def _card(turn: Turn, code: str, what: Text, how: str) -> Card:
    until = office_time(turn.now + codes.LIFETIME_MILLIS)
    return Card(
        title=what, lines=(text(how), text(f"{how}_words", code=code), text("codes.until", until=until))
    )


BIND = DepartmentStep("codes.bind_near", _go_on)
ENROL = DepartmentStep("codes.enrol_near", _enrol)
