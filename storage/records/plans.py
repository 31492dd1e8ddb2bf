"""Yearly plans, their items, and what was doubtful in the reading."""

from __future__ import annotations

from typing import Any

from tortoise import fields

from storage.records.base import Record, day, link, moment
from storage.terms.errors import Refusal
from storage.terms.statuses import PlanStatus


class Plan(Record):
    """A notice put to work (年度计划).

    ``policy`` is its policy of reminders where that is not the default. ``next_prompt_at`` is when it must be
    looked at again for progress to be asked for, ``last_prompt`` the day on which it last was;
    ``next_event_at`` when its year must be: for campaigns to be arranged and the ledger to be frozen.
    """

    year = fields.IntField()
    title = fields.CharField(max_length=300)
    document_number = fields.CharField(max_length=120, null=True)
    issuer = fields.CharField(max_length=200, null=True)
    issued_on = day(null=True)
    status = fields.CharField(max_length=20, default=PlanStatus.DRAFT.value)
    standing: list[str] = fields.JSONField()
    duties: list[dict[str, Any]] = fields.JSONField()
    warnings: list[dict[str, Any]] = fields.JSONField()
    source = link("StoredFile", null=True)
    created_at = moment()
    activated_at = moment(null=True)
    closed_at = moment(null=True)
    policy: dict[str, Any] | None = fields.JSONField(null=True)
    next_prompt_at = moment(null=True, default=0, db_default=0)
    last_prompt = day(null=True)
    next_event_at = moment(null=True, default=0, db_default=0)
    source_id: int | None

    class Meta:
        table = "plan"

    def activate(self, now: int) -> None:
        """Put a draft to work."""
        self._move(PlanStatus.DRAFT, PlanStatus.ACTIVE)
        self.activated_at = now

    def close(self, now: int) -> None:
        """End an active plan."""
        self._move(PlanStatus.ACTIVE, PlanStatus.CLOSED)
        self.closed_at = now

    def discard(self, now: int) -> None:
        """End a draft that never was put to work."""
        self._move(PlanStatus.DRAFT, PlanStatus.CLOSED)
        self.closed_at = now

    def _move(self, before: PlanStatus, after: PlanStatus) -> None:
        if self.status != before:
            raise Refusal("plan.status", plan=self.title)
        self.status = after


class PlanItem(Record):
    """One item (要点), or one that a coordinator added by hand (交办事项).

    ``deadlines`` holds the deadlines as the notice's JSON contract has them. ``position`` is the
    item's number in the plan, counted from one: the number people use. ``cadence`` is how often progress is
    asked for where that is not as the plan has it.
    """

    plan = link("Plan")
    position = fields.IntField()
    number = fields.CharField(max_length=60)
    headings: list[str] = fields.JSONField()
    title = fields.CharField(max_length=300)
    text = fields.TextField()
    clause = fields.TextField()
    deadlines: list[dict[str, Any]] = fields.JSONField()
    ad_hoc = fields.BooleanField(default=False)
    dropped = fields.BooleanField(default=False)
    cadence = fields.CharField(max_length=20, null=True)
    plan_id: int

    class Meta:
        table = "plan_item"
        unique_together = (("plan", "position"),)


class Party(Record):
    """A name in an item's clause, its role there, and the departments it turned out to mean.

    ``departments`` is None while the name is in doubt, an empty list when it means nobody.
    A ``struck`` name was replaced when a coordinator corrected the clause.
    A ``collective`` is expanded through the register on the day of handing out.
    """

    item = link("PlanItem")
    name = fields.CharField(max_length=120)
    role = fields.CharField(max_length=20)
    collective = fields.BooleanField(default=False)
    departments: list[int] | None = fields.JSONField(null=True)
    struck = fields.BooleanField(default=False)
    item_id: int

    class Meta:
        table = "party"


class Doubt(Record):
    """A question that the reading left for a coordinator.

    ``about`` holds the fields of the reading that are not sure, and ``later`` where the question was put off.
    """

    plan = link("Plan")
    item = link("PlanItem", null=True)
    kind = fields.CharField(max_length=20)
    name = fields.CharField(max_length=120, default="")
    answer: Any = fields.JSONField(null=True)
    answered_at = moment(null=True)
    about: dict[str, Any] | None = fields.JSONField(null=True)
    plan_id: int
    item_id: int | None

    class Meta:
        table = "doubt"
