"""What a department may ask: a later day (延期), or that an assignment is not its own (转办)."""

from __future__ import annotations

from datetime import date

from storage.ledger import assignments, pending, reasons
from storage.ledger.handing_out import AddWorkdays
from storage.records import Assignment, Department, Extension, Transfer
from storage.terms.clock import office_day
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.statuses import RequestStatus
from storage.unit import Unit


async def ask_extension(unit: Unit, assignment: Assignment, until: date, reason: str) -> Extension:
    """Ask for a later day, before the day it is due. Refuses what is settled, late, or not later."""
    unit.actor.require(Permission.ANSWER, assignment.department_id)
    assignments.require_in_force(unit, assignment)
    reason = reasons.given(reason)
    if not assignment.open:
        raise Refusal("assignment.settled")
    if await waiting_extension(unit, assignment):
        raise Refusal("extension.asked_already")
    milestones = (await pending.open_milestones(unit, [assignment]))[assignment.id]
    if not milestones:
        raise Refusal("extension.no_due")
    today, due = office_day(unit.now), milestones[0].due
    if today > due:
        raise Refusal("extension.too_late", due=due)
    if until <= due:
        raise Refusal("extension.not_later", due=due)
    extension = unit.add(
        Extension(assignment_id=assignment.id, until=until, reason=reason, asked_at=unit.now)
    )
    assignments.note(unit, "extension.ask", assignment, until=until.isoformat(), reason=reason)
    return extension


async def waiting_extension(unit: Unit, assignment: Assignment) -> Extension | None:
    """Return the extension of an assignment that waits for an answer."""
    return await unit.first(Extension.filter(assignment_id=assignment.id, status=RequestStatus.ASKED))


async def extension_asked(unit: Unit, number: int) -> Extension:
    """Return an extension that waits for an answer. Refuses one that was decided."""
    unit.actor.require(Permission.COORDINATE)
    extension = await unit.get(Extension, number)
    _require_asked(extension)
    return extension


def _require_asked(request: Extension | Transfer) -> None:
    if request.status != RequestStatus.ASKED:
        raise Refusal("request.decided")


async def decide_extension(
    unit: Unit, extension: Extension, *, grant: bool, until: date | None = None, answer: str = ""
) -> Assignment:
    """Grant an extension (to the day asked for, or another) or refuse it."""
    unit.actor.require(Permission.COORDINATE)
    _require_asked(extension)
    answer = reasons.bounded(answer)
    assignment = await unit.get(Assignment, extension.assignment_id)
    if grant:
        await _require_later(unit, assignment, until or extension.until)
    extension.status = (RequestStatus.GRANTED if grant else RequestStatus.REFUSED).value
    extension.decided_at = unit.now
    extension.answer = answer
    if grant and until is not None:
        extension.until = until
    unit.save(extension)
    assignments.note(
        unit,
        "extension.grant" if grant else "extension.refuse",
        assignment,
        until=extension.until.isoformat(),
        answer=extension.answer,
    )
    if grant:
        await assignments.set_due(unit, assignment, extension.until, extension.reason)
    return assignment


async def _require_later(unit: Unit, assignment: Assignment, until: date) -> None:
    """Refuse a day that is no extension: the due day may have been moved since it was asked for."""
    for milestone in (await pending.open_milestones(unit, [assignment]))[assignment.id][:1]:
        if until <= milestone.due:
            raise Refusal("extension.not_later", due=milestone.due)


async def decline(unit: Unit, assignment: Assignment, reason: str) -> Transfer:
    """Say that an assignment is not the department's own; a coordinator decides."""
    unit.actor.require(Permission.ANSWER, assignment.department_id)
    assignments.require_in_force(unit, assignment)
    reason = reasons.given(reason)
    if not assignment.open:
        raise Refusal("assignment.settled")
    if await waiting_transfer(unit, assignment):
        raise Refusal("transfer.asked_already")
    transfer = unit.add(Transfer(assignment_id=assignment.id, reason=reason, asked_at=unit.now, to_id=None))
    assignments.note(unit, "transfer.ask", assignment, reason=reason)
    return transfer


async def waiting_transfer(unit: Unit, assignment: Assignment) -> Transfer | None:
    """Return the transfer of an assignment that waits for an answer."""
    return await unit.first(Transfer.filter(assignment_id=assignment.id, status=RequestStatus.ASKED))


async def transfer_asked(unit: Unit, number: int) -> Transfer:
    """Return a transfer that waits for an answer. Refuses one that was decided."""
    unit.actor.require(Permission.COORDINATE)
    transfer = await unit.get(Transfer, number)
    _require_asked(transfer)
    return transfer


async def reassign(
    unit: Unit, transfer: Transfer, to: Department, add_workdays: AddWorkdays
) -> tuple[Assignment, Assignment]:
    """Give a declined assignment to another department; return the old and the new one."""
    unit.actor.require(Permission.COORDINATE)
    _require_asked(transfer)
    old = await unit.get(Assignment, transfer.assignment_id)
    if to.id == old.department_id:
        raise Refusal("assignment.same_department", department=to.name)
    transfer.status, transfer.decided_at = RequestStatus.GRANTED.value, unit.now
    transfer.to_id = to.id
    unit.save(transfer)
    assignments.note(unit, "transfer.grant", old, to=to.id, name=to.name)
    new = await assignments.move_to(unit, old, to, transfer.reason, add_workdays)
    return old, new


async def keep(unit: Unit, transfer: Transfer, reason: str) -> Assignment:
    """Decide that a declined assignment stays where it is."""
    unit.actor.require(Permission.COORDINATE)
    _require_asked(transfer)
    reason = reasons.bounded(reason)
    assignment = await unit.get(Assignment, transfer.assignment_id)
    transfer.status, transfer.decided_at = RequestStatus.REFUSED.value, unit.now
    unit.save(transfer, "status", "decided_at")
    assignments.note(unit, "transfer.refuse", assignment, reason=reason)
    return assignment


async def count_waiting(unit: Unit) -> int:
    """Count the requests that wait for a coordinator."""
    unit.actor.require(Permission.OVERSEE)
    extensions = await unit.count(Extension.filter(status=RequestStatus.ASKED))
    return extensions + await unit.count(Transfer.filter(status=RequestStatus.ASKED))


async def waiting(unit: Unit) -> tuple[list[Extension], list[Transfer]]:
    """Return all requests that wait for a coordinator, oldest first."""
    unit.actor.require(Permission.COORDINATE)
    extensions = await unit.all(Extension.filter(status=RequestStatus.ASKED).order_by("id"))
    transfers = await unit.all(Transfer.filter(status=RequestStatus.ASKED).order_by("id"))
    return extensions, transfers
