"""Campaigns (报送), whom they ask, and what is answered row by row."""

from __future__ import annotations

from typing import Any

from tortoise import fields

from storage.records.base import Record, Waiting, day, link, moment
from storage.terms.campaigns import CampaignStatus
from storage.terms.errors import Refusal


class Campaign(Record):
    """One question to many departments with a window, made from a template that is frozen with it.

    ``key`` holds that a window is arranged once. ``next_at`` is when it must be looked at again: to be
    opened, chased, closed. ``last_chase`` is the working day of its latest call. ``asked`` names the
    departments that it asks where these are not those of its template.
    """

    key = fields.CharField(max_length=80, unique=True)
    template = fields.CharField(max_length=40)
    title = fields.CharField(max_length=120)
    definition: dict[str, Any] = fields.JSONField()
    year = fields.IntField()
    opens = day()
    closes = day()
    status = fields.CharField(max_length=20, default=CampaignStatus.PLANNED.value)
    next_at = moment(null=True)
    last_chase = day(null=True)
    asked: list[int] | None = fields.JSONField(null=True)
    created_at = moment()
    opened_at = moment(null=True)
    closed_at = moment(null=True)

    class Meta:
        table = "campaign"
        indexes = (Waiting(fields=("next_at",)),)

    def open(self, now: int) -> None:
        """Begin to ask."""
        self._move(CampaignStatus.OPEN, CampaignStatus.PLANNED)
        self.opened_at = now

    def close(self, now: int) -> None:
        """Ask no more."""
        self._move(CampaignStatus.CLOSED, CampaignStatus.OPEN)
        self.closed_at, self.next_at = now, None

    def reopen(self) -> None:
        """Take answers again."""
        self._move(CampaignStatus.OPEN, CampaignStatus.CLOSED)
        self.closed_at = None

    def drop(self) -> None:
        """Never open it."""
        self._move(CampaignStatus.DROPPED, CampaignStatus.PLANNED)
        self.next_at = None

    def revive(self) -> None:
        """Open it after all, when its day comes."""
        self._move(CampaignStatus.PLANNED, CampaignStatus.DROPPED)
        self.next_at = 0

    def _move(self, after: CampaignStatus, before: CampaignStatus) -> None:
        if self.status != before:
            raise Refusal(f"campaign.{self.status}", title=self.title)
        self.status = after.value


class Ask(Record):
    """What a campaign asks of one department. ``nil``: it answered that there is nothing (零报告)."""

    campaign = link("Campaign")
    department = link("Department")
    answered_at = moment(null=True)
    nil = fields.BooleanField(default=False)
    member = link("Member", null=True)
    member_name = fields.CharField(max_length=120, default="")
    campaign_id: int
    department_id: int
    member_id: int | None

    class Meta:
        table = "ask"
        unique_together = (("campaign", "department"),)


class AskRow(Record):
    """One row of what is answered, prefilled or written: a row that another took the place of is struck."""

    ask = link("Ask")
    position = fields.IntField()
    cells: dict[str, str] = fields.JSONField()
    origin = fields.CharField(max_length=20)
    assignment = link("Assignment", null=True)
    struck_at = moment(null=True)
    ask_id: int
    assignment_id: int | None

    class Meta:
        table = "ask_row"


class Snapshot(Record):
    """A plan's ledger frozen (建账、查账、交账): its content as a file, and the hash of it."""

    plan = link("Plan")
    kind = fields.CharField(max_length=20)
    name = fields.CharField(max_length=60)
    at = moment()
    digest = fields.CharField(max_length=64)
    trail = fields.CharField(max_length=64)
    file = link("StoredFile")
    plan_id: int
    file_id: int

    class Meta:
        table = "snapshot"
