"""Who may do what, and in which chat."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a member is to the office."""

    COORDINATOR = "coordinator"
    LEADER = "leader"
    LIAISON = "liaison"
    DEPUTY = "deputy"


class Purpose(StrEnum):
    """What a chat is for."""

    NONE = "none"
    """known, but not bound to anything"""
    COORDINATION = "coordination"
    LEADERS = "leaders"
    DEPARTMENT = "department"
    PRIVATE = "private"


class Permission(StrEnum):
    """What needs a right."""

    COORDINATE = "coordinate"
    """change plans, items, register, members; decide requests"""
    ENROL = "enrol"
    """give a person a role by a word on their message, wherever that message stands"""
    OVERSEE = "oversee"
    """read the whole ledger"""
    ANSWER = "answer"
    """speak for a department: acknowledge, report, submit, ask"""
    SEE = "see"
    """read what a department owes, in its own group"""


RULES: dict[Permission, tuple[frozenset[Role] | None, frozenset[Purpose]]] = {
    Permission.COORDINATE: (
        frozenset({Role.COORDINATOR}),
        frozenset({Purpose.COORDINATION, Purpose.PRIVATE}),
    ),
    Permission.ENROL: (frozenset({Role.COORDINATOR}), frozenset(Purpose)),
    Permission.OVERSEE: (
        frozenset({Role.COORDINATOR, Role.LEADER}),
        frozenset({Purpose.COORDINATION, Purpose.LEADERS, Purpose.PRIVATE}),
    ),
    Permission.ANSWER: (
        frozenset({Role.LIAISON, Role.DEPUTY}),
        frozenset({Purpose.DEPARTMENT, Purpose.PRIVATE}),
    ),
    Permission.SEE: (None, frozenset({Purpose.DEPARTMENT})),
}
"""Permission → roles that hold it (None: anyone present) and chats in which it holds."""
