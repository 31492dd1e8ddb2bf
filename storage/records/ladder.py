"""What was said unasked and what waits to be: steps, the bundles they went out in, who is left in peace."""

from __future__ import annotations

from typing import Any

from tortoise import fields

from storage.records.base import Record, Waiting, day, link, moment


class StepRow(Record):
    """One thing to be said unasked, once: ``key`` names what it is of, its version and its step.

    ``day`` is the working day it was planned for, ``at`` when it came. Of a due day the key is made of the
    milestone, the version of its deadline and the step.
    """

    key = fields.CharField(max_length=120, unique=True)
    kind = fields.CharField(max_length=20)
    day = day()
    at = moment()
    department = link("Department", null=True)
    assignment = link("Assignment", null=True)
    milestone = link("Milestone", null=True)
    version = fields.IntField(default=0)
    data: dict[str, Any] = fields.JSONField(null=True)
    department_id: int | None
    assignment_id: int | None
    milestone_id: int | None

    class Meta:
        table = "step"


class Bundle(Record):
    """Everything unasked for one chat on one working day, in one message.

    While it waits, ``due_at`` says until when (0: as soon as may be). Sent, ``day`` is on which day, ``upto``
    the newest step it covers, ``asks`` how many things it asks of which department. One that turned out to
    have nothing to say has neither.
    """

    chat = link("Chat")
    due_at = moment(null=True)
    day = day(null=True)
    upto = fields.BigIntField(default=0)
    asks: dict[str, int] = fields.JSONField()
    outbox = link("OutboxRow", null=True)
    chat_id: int
    outbox_id: int | None

    class Meta:
        table = "bundle"
        unique_together = (("chat", "day"),)
        indexes = (Waiting(fields=("due_at",)),)


class Snooze(Record):
    """A department that is asked nothing through a day (免扰), and why: a coordinator's word."""

    department = link("Department")
    until = day()
    reason = fields.TextField()
    member = link("Member", null=True)
    at = moment()
    ended_at = moment(null=True)
    department_id: int
    member_id: int | None

    class Meta:
        table = "snooze"
