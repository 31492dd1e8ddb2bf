"""Departments left in peace (免扰): for how long, and why."""

from __future__ import annotations

from datetime import date

from storage.directory import Directory
from storage.ledger import reasons, steps
from storage.records import Department, Snooze
from storage.terms.clock import office_day
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.unit import Unit


def running(directory: Directory, on: date) -> list[Snooze]:
    """Return the snoozes under way on a day, the first to end first."""
    found = [each for each in directory.all(Snooze) if each.ended_at is None and on <= each.until]
    return sorted(found, key=lambda each: (each.until, each.id))


def until(directory: Directory, on: date) -> dict[int, date]:
    """Return the departments left in peace on a day, each with the last day of it."""
    return {each.department_id: each.until for each in running(directory, on)}


async def grant(unit: Unit, department: Department, last: date, reason: str) -> Snooze:
    """Leave a department in peace through a day; a later word takes the place of an earlier one.

    Ladders that rested for the earlier one are looked at anew: this may be shorter.
    """
    unit.actor.require(Permission.COORDINATE)
    reason = reasons.given(reason)
    if last < office_day(unit.now):
        raise Refusal("due.past")
    for before in running(unit.directory, office_day(unit.now)):
        if before.department_id == department.id:
            _end(unit, before)
            await steps.department_free(unit, department.id)
    snooze = unit.add(
        Snooze(
            department_id=department.id,
            until=last,
            reason=reason,
            member_id=unit.actor.member_id,
            at=unit.now,
        )
    )
    unit.note("snooze.grant", department=department.id, until=last.isoformat(), reason=reason)
    return snooze


async def end(unit: Unit, department: Department) -> None:
    """Ask a department again before the day that was said."""
    unit.actor.require(Permission.COORDINATE)
    mine = [
        each for each in running(unit.directory, office_day(unit.now)) if each.department_id == department.id
    ]
    if not mine:
        raise Refusal("snooze.none", department=department.name)
    for each in mine:
        _end(unit, each)
    await steps.department_free(unit, department.id)
    unit.note("snooze.end", department=department.id)


def _end(unit: Unit, snooze: Snooze) -> None:
    snooze.ended_at = unit.now
    unit.save(snooze, "ended_at")
