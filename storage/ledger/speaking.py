"""Who answers for a department: its liaison, or a coordinator who asked it by telephone."""

from __future__ import annotations

from storage.ledger import lookup
from storage.terms.roles import Permission
from storage.unit import Unit


def behalf(unit: Unit, department: int) -> bool:
    """Tell whether a coordinator speaks for a department here: it has no group to be asked in."""
    return unit.actor.may(Permission.COORDINATE) and not lookup.chats_of(unit.directory, department)


def require_speaker(unit: Unit, department: int) -> None:
    """Refuse whoever does not speak for a department."""
    if not behalf(unit, department):
        unit.actor.require(Permission.ANSWER, department)
