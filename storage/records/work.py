"""Assignments, their due days, and what departments answer."""

from __future__ import annotations

from typing import Any

from tortoise import fields

from storage.records.base import Record, Waiting, day, link, moment
from storage.terms.errors import Refusal
from storage.terms.statuses import (
    OPEN,
    TRANSITIONS,
    AssignmentStatus,
    ItemRole,
    MilestoneStatus,
    Move,
    RequestStatus,
)
from storage.terms.texts import Text

STALE = 0
"""The moment at which a ladder must be looked at again when what it depends on has changed: at once."""


class Assignment(Record):
    """One item × one department (分工), with the department's highest role in it.

    ``general``: the department falls under a collective name and is not named itself. ``runs_from`` is when
    it was last the department's turn again, after review or rest. ``next_step_at`` is when its
    acknowledgement must be looked at again: 0 as soon as may be, None never.
    """

    plan = link("Plan")
    item = link("PlanItem")
    department = link("Department")
    role = fields.CharField(max_length=20, default=ItemRole.RESPONSIBLE.value)
    general = fields.BooleanField(default=False)
    status = fields.CharField(max_length=20, default=AssignmentStatus.AWAITING.value)
    percent = fields.SmallIntField(default=0)
    words = fields.TextField(default="")
    expected = day(null=True)
    handed_out_at = moment()
    acknowledged_at = moment(null=True)
    reported_at = moment(null=True)
    submitted_at = moment(null=True)
    completed_at = moment(null=True)
    reason = fields.TextField(default="")
    runs_from = moment(null=True)
    next_step_at = moment(null=True, default=STALE, db_default=STALE)
    last_step = day(null=True)
    plan_id: int
    item_id: int
    department_id: int

    class Meta:
        table = "assignment"
        unique_together = (("item", "department"),)
        indexes = (("department_id", "status"), ("plan_id", "status"), Waiting(fields=("next_step_at",)))

    @property
    def open(self) -> bool:
        """Whether something is still owed."""
        return self.status in OPEN

    def move(self, move: Move) -> None:
        """Go to the status that a move leads to: what the table does not have is refused."""
        before = AssignmentStatus(self.status)
        after = TRANSITIONS[move].get(before)
        if after is None:
            raise Refusal("assignment.move", move=Text(f"move.{move}"), status=Text(f"status.{before}"))
        self.status = after


class Milestone(Record):
    """One due day (时间节点) of an assignment: ``version`` counts how often the day was changed.

    ``set_at`` is when this version began, ``last_step`` the day of its latest step. ``next_step_at`` is when
    its ladder must be looked at again: 0 as soon as may be (it is new, or something it depends on changed),
    None never.
    """

    assignment = link("Assignment")
    due = day()
    first_due = day()
    every = fields.CharField(max_length=20, null=True)
    phrase = fields.CharField(max_length=200)
    version = fields.IntField(default=1)
    status = fields.CharField(max_length=20, default=MilestoneStatus.OPEN.value)
    closed_at = moment(null=True)
    statutory = fields.BooleanField(default=False, db_default=False)
    set_at = moment(null=True)
    next_step_at = moment(null=True, default=STALE, db_default=STALE)
    last_step = day(null=True)
    assignment_id: int

    class Meta:
        table = "milestone"
        indexes = (("status", "due"), Waiting(fields=("next_step_at",)))


class ProgressReport(Record):
    """What a department said of an assignment (进展): a corrected one is superseded, not changed."""

    assignment = link("Assignment")
    member = link("Member", null=True)
    member_name = fields.CharField(max_length=120)
    chat = link("Chat")
    message = fields.CharField(max_length=60)
    number = fields.IntField()
    percent = fields.SmallIntField()
    done = fields.BooleanField()
    words = fields.TextField()
    expected = day(null=True)
    at = moment()
    superseded_by = fields.BigIntField(null=True)
    late_note = fields.BooleanField(default=False)
    assignment_id: int
    member_id: int | None
    chat_id: int

    class Meta:
        table = "progress_report"
        indexes = (("chat_id", "message"),)


class Evidence(Record):
    """A file or a link that came with a report."""

    report = link("ProgressReport")
    file = link("StoredFile", null=True)
    url = fields.CharField(max_length=500, default="")
    report_id: int
    file_id: int | None

    class Meta:
        table = "evidence"


class Extension(Record):
    """A department asks for a later day (延期)."""

    assignment = link("Assignment")
    until = day()
    reason = fields.TextField()
    status = fields.CharField(max_length=20, default=RequestStatus.ASKED.value)
    asked_at = moment()
    decided_at = moment(null=True)
    answer = fields.TextField(default="")
    assignment_id: int

    class Meta:
        table = "extension"


class Transfer(Record):
    """A department says an assignment is not its own (转办)."""

    assignment = link("Assignment")
    reason = fields.TextField()
    status = fields.CharField(max_length=20, default=RequestStatus.ASKED.value)
    asked_at = moment()
    decided_at = moment(null=True)
    to: Any = link("Department", null=True)
    assignment_id: int
    to_id: int | None

    class Meta:
        table = "transfer"
