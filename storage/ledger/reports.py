"""Progress (进展): what a department's reply says of its assignments, and how it is corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage.ledger import assignments
from storage.records import Assignment, Evidence, ProgressReport
from storage.terms.roles import Permission
from storage.terms.statuses import OPEN, AssignmentStatus, Move
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Said:
    """What a reply says of one assignment. ``percent`` None: not said, the earlier figure stands."""

    number: int
    words: str
    percent: int | None = None
    done: bool = False
    expected: date | None = None
    links: tuple[str, ...] = ()
    files: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it. ``late``: kept as a note, because the assignment was settled already."""

    assignment: Assignment
    report: ProgressReport
    submitted: bool
    late: bool


def take(unit: Unit, assignment: Assignment, said: Said) -> Taken:
    """Write a report. "Done" also asks for review; a settled assignment keeps it as a note."""
    unit.actor.require(Permission.ANSWER, assignment.department_id)
    assignments.require_in_force(unit, assignment)
    late = assignment.status not in OPEN
    report = _write(unit, assignment, said, late=late)
    submitted = False
    if not late:
        submitted = _follow(unit, assignment, said)
    assignments.note(
        unit,
        "report.late" if late else "report.take",
        assignment,
        report=report.id,
        percent=report.percent,
        done=said.done,
        words=said.words,
    )
    return Taken(assignment, report, submitted, late)


def _write(unit: Unit, assignment: Assignment, said: Said, *, late: bool) -> ProgressReport:
    chat = unit.actor.chat_id
    if chat is None:
        raise LookupError("a report comes from a chat")
    report = unit.add(
        ProgressReport(
            assignment_id=assignment.id,
            member_id=unit.actor.member_id,
            member_name=unit.actor.name[:120],
            chat_id=chat,
            message=unit.actor.message or "",
            number=said.number,
            percent=_percent(assignment, said),
            done=said.done,
            words=said.words,
            expected=said.expected,
            at=unit.now,
            late_note=late,
        )
    )
    for file in said.files:
        unit.add(Evidence(report_id=report.id, file_id=file))
    for link in said.links:
        unit.add(Evidence(report_id=report.id, url=link[:500]))
    return report


def _percent(assignment: Assignment, said: Said) -> int:
    if said.done:
        return 100
    return assignment.percent if said.percent is None else said.percent


def _follow(unit: Unit, assignment: Assignment, said: Said) -> bool:
    """Let the assignment follow its newest report; tell whether it now waits for review."""
    submitting = said.done and assignment.status != AssignmentStatus.REVIEW
    if submitting:
        assignment.move(Move.SUBMIT)
        assignment.submitted_at = unit.now
    else:
        assignment.move(Move.REPORT)
    assignment.acknowledged_at = assignment.acknowledged_at or unit.now
    assignment.reported_at = unit.now
    assignment.percent = _percent(assignment, said)
    assignment.words = said.words
    assignment.expected = said.expected
    unit.save(assignment)
    return submitting


async def from_message(unit: Unit, chat: int, message: str) -> list[ProgressReport]:
    """Return the standing reports that came with a person's message."""
    return await unit.all(
        ProgressReport.filter(chat_id=chat, message=message, superseded_by=None).order_by("number", "id")
    )


async def correct(unit: Unit, report: ProgressReport, said: Said) -> Taken:
    """Put a corrected report in place of one; the earlier wording stays in the ledger.

    A correction after approval is kept as a note. One that takes "done" back withdraws the submission.
    """
    assignment = await unit.get(Assignment, report.assignment_id)
    unit.actor.require(Permission.ANSWER, assignment.department_id)
    if report.done and not said.done and assignment.status == AssignmentStatus.REVIEW:
        assignment.move(Move.WITHDRAW)
        assignment.submitted_at = None
        assignments.note(unit, "assignment.withdraw", assignment)
    taken = take(unit, assignment, said)
    report.superseded_by = taken.report.id
    unit.save(report, "superseded_by")
    return taken


async def retract(unit: Unit, report: ProgressReport) -> None:
    """Take a report back that a corrected message no longer makes."""
    assignment = await unit.get(Assignment, report.assignment_id)
    unit.actor.require(Permission.ANSWER, assignment.department_id)
    report.superseded_by = report.id
    unit.save(report, "superseded_by")
    assignments.note(unit, "report.retract", assignment, report=report.id)
    if assignment.status not in OPEN:
        return
    if report.done and assignment.status == AssignmentStatus.REVIEW:
        assignment.move(Move.WITHDRAW)
        assignment.submitted_at = None
    before = await unit.first(
        ProgressReport.filter(assignment_id=assignment.id, superseded_by=None).order_by("-id")
    )
    assignment.percent = before.percent if before else 0
    assignment.words = before.words if before else ""
    assignment.expected = before.expected if before else None
    assignment.reported_at = before.at if before else None
    unit.save(assignment)


async def of_assignment(unit: Unit, assignment: int, limit: int = 20) -> list[ProgressReport]:
    """Return the standing reports of an assignment, newest first."""
    query = ProgressReport.filter(assignment_id=assignment, superseded_by=None)
    return await unit.all(query.order_by("-id").limit(limit))
