"""Progress (进展): what a department's reply says of its assignments, and how it is corrected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from storage.ledger import assignments
from storage.ledger.speaking import require_speaker
from storage.records import Assignment, Evidence, Milestone, ProgressReport
from storage.terms.roles import Permission
from storage.terms.statuses import OPEN, AssignmentStatus, MilestoneStatus, Move
from storage.unit import Unit

STANDING = 50
"""Newest reports of an assignment that are looked at when one of them is corrected."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a reply says of one assignment.

    What is not said (``percent`` or ``expected`` None, no words) leaves what stood before. ``message`` is the
    message that says it, where that is not the one being answered (a button that settled its meaning).
    """

    number: int
    words: str
    percent: int | None = None
    done: bool = False
    expected: date | None = None
    links: tuple[str, ...] = ()
    files: tuple[int, ...] = ()
    message: str | None = None

    def __post_init__(self) -> None:
        if self.percent is not None and not 0 <= self.percent <= 100:
            raise ValueError(f"a share is a percent from 0 to 100, not {self.percent}")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it. ``late``: kept as a note, because the assignment was settled already."""

    assignment: Assignment
    report: ProgressReport
    submitted: bool
    late: bool


def take(unit: Unit, assignment: Assignment, said: Said) -> Taken:
    """Write a report. "Done" also asks for review; a settled assignment keeps it as a note."""
    require_speaker(unit, assignment.department_id)
    assignments.require_in_force(unit, assignment)
    return _take(unit, assignment, said, at=unit.now, newest=True)


def _take(
    unit: Unit, assignment: Assignment, said: Said, *, at: int, newest: bool, settled: bool = False
) -> Taken:
    late = settled or assignment.status not in OPEN
    report = _write(unit, assignment, said, at=at, late=late)
    submitted = False
    if newest and not late:
        submitted = _follow(unit, assignment, said, at)
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


def _write(unit: Unit, assignment: Assignment, said: Said, *, at: int, late: bool) -> ProgressReport:
    chat = unit.actor.chat_id
    if chat is None:
        raise LookupError("a report comes from a chat")
    report = unit.add(
        ProgressReport(
            assignment_id=assignment.id,
            member_id=unit.actor.member_id,
            member_name=unit.actor.name[:120],
            chat_id=chat,
            message=said.message or unit.actor.message or "",
            number=said.number,
            percent=_percent(assignment, said),
            done=said.done,
            words=said.words,
            expected=said.expected,
            at=at,
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


def _follow(unit: Unit, assignment: Assignment, said: Said, at: int) -> bool:
    """Let the assignment follow its newest report; tell whether it now waits for review."""
    submitting = said.done and assignment.status != AssignmentStatus.REVIEW
    if submitting:
        assignment.move(Move.SUBMIT)
        assignment.submitted_at = unit.now
    else:
        assignment.move(Move.REPORT)
    assignment.acknowledged_at = assignment.acknowledged_at or unit.now
    assignment.reported_at = at
    assignment.percent = _percent(assignment, said)
    assignment.words = said.words or assignment.words
    assignment.expected = None if said.done else said.expected or assignment.expected
    unit.save(assignment)
    return submitting


# ---------------------------------------------------------------- what a message said


async def last_said(unit: Unit, chat: int, message: str) -> dict[int, ProgressReport]:
    """Return, by assignment, what a person's message said of it last, standing or not."""
    query = ProgressReport.filter(chat_id=chat, message=message).order_by("id")
    return {report.assignment_id: report for report in await unit.all(query)}


async def standing(unit: Unit, report: ProgressReport) -> ProgressReport | None:
    """Return what stands in a report's place now; None when it was taken back."""
    while report.superseded_by is not None:
        if report.superseded_by == report.id:
            return None
        report = await unit.get(ProgressReport, report.superseded_by)
    return report


async def by_numbers(unit: Unit, numbers: Iterable[int]) -> list[ProgressReport]:
    """Return reports by their numbers, in that order."""
    return await unit.many(ProgressReport, numbers)


async def evidence_with(unit: Unit, numbers: Iterable[int]) -> dict[int, tuple[Evidence, ...]]:
    """Return what came with reports, by their numbers: links and files."""
    found: dict[int, tuple[Evidence, ...]] = dict.fromkeys(numbers, ())
    for evidence in await unit.all(Evidence.filter(report_id__in=list(found)).order_by("id")):
        found[evidence.report_id] += (evidence,)
    return found


# ---------------------------------------------------------------- corrections


async def correct(unit: Unit, report: ProgressReport, said: Said) -> Taken:
    """Put a corrected report in place of one; the earlier wording stays in the ledger.

    It keeps the moment of the report it replaces, so that what was said later still holds; only "done",
    where it was not said before, is said now. A correction after approval is kept as a note. One that
    takes "done" back withdraws the submission.
    """
    assignment = await unit.get(Assignment, report.assignment_id)
    unit.actor.require(Permission.ANSWER, assignment.department_id)
    assignments.require_in_force(unit, assignment)
    settled = await _approved_since(unit, assignment, report)
    newest = not settled and await _undo(unit, assignment, report, withdraw=not said.done)
    says_done = said.done and not report.done
    at = unit.now if says_done else report.at
    taken = _take(unit, assignment, said, at=at, newest=newest or says_done, settled=settled)
    report.superseded_by = taken.report.id
    unit.save(report, "superseded_by")
    return taken


async def retract(unit: Unit, report: ProgressReport) -> None:
    """Take a report back that a corrected message no longer makes."""
    assignment = await unit.get(Assignment, report.assignment_id)
    unit.actor.require(Permission.ANSWER, assignment.department_id)
    assignments.require_in_force(unit, assignment)
    if not await _approved_since(unit, assignment, report):
        await _undo(unit, assignment, report, withdraw=True)
    report.superseded_by = report.id
    unit.save(report, "superseded_by")
    assignments.note(unit, "report.retract", assignment, report=report.id)


async def _undo(unit: Unit, assignment: Assignment, report: ProgressReport, *, withdraw: bool) -> bool:
    """Let an open assignment stand as it did without a report; tell whether that was its newest one."""
    query = ProgressReport.filter(assignment_id=assignment.id, superseded_by=None, late_note=False)
    standing_reports = await unit.all(query.order_by("-at", "-id").limit(STANDING))
    others = [each for each in standing_reports if each.id != report.id]
    if withdraw and report.done and assignment.status == AssignmentStatus.REVIEW:
        since = await _last_approval(unit, assignment)
        if not any(each.done and each.at > since for each in others):
            _withdraw(unit, assignment)
    before = others[0] if others else None
    newest = before is None or (before.at, before.id) < (report.at, report.id)
    if newest and assignment.status in OPEN:
        _stand_as(unit, assignment, before)
    return newest


def _withdraw(unit: Unit, assignment: Assignment) -> None:
    assignment.move(Move.WITHDRAW)
    assignment.submitted_at = None
    assignment.percent = min(assignment.percent, 99)
    unit.save(assignment)
    assignments.note(unit, "assignment.withdraw", assignment)


def _stand_as(unit: Unit, assignment: Assignment, report: ProgressReport | None) -> None:
    """Take over what a report says; what was submitted stays complete until something newer is said."""
    submitted = assignment.submitted_at if assignment.status == AssignmentStatus.REVIEW else None
    if submitted is not None and (report is None or report.at < submitted):
        assignment.percent = 100
    else:
        assignment.percent = report.percent if report else 0
    assignment.words = report.words if report else ""
    assignment.expected = report.expected if report else None
    assignment.reported_at = report.at if report else None
    unit.save(assignment)


async def _approved_since(unit: Unit, assignment: Assignment, report: ProgressReport) -> bool:
    """Tell whether a coordinator agreed to what a report says: of a recurring duty, to its period."""
    if assignment.status == AssignmentStatus.DONE:
        return True
    return report.done and await _last_approval(unit, assignment) >= report.at


async def _last_approval(unit: Unit, assignment: Assignment) -> int:
    """Return the moment at which a due day was last met, 0 where none was."""
    met = Milestone.filter(assignment_id=assignment.id, status=MilestoneStatus.MET)
    rows = await unit.rows(met.values("closed_at"))
    return max((row["closed_at"] for row in rows), default=0)


async def of_assignment(unit: Unit, assignment: int, limit: int = 20) -> list[ProgressReport]:
    """Return the standing reports of an assignment, newest first."""
    query = ProgressReport.filter(assignment_id=assignment, superseded_by=None)
    return await unit.all(query.order_by("-at", "-id").limit(limit))
