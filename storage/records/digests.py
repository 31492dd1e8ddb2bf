"""Digests: when the next is due, and which rows stand behind the figures of those that were sent."""

from __future__ import annotations

from typing import Any

from tortoise import fields

from storage.records.base import Record, Waiting, day, moment


class Digest(Record):
    """A digest of how a plan stands (周报).

    While it waits, ``due_at`` says until when. Sent, ``made_at`` says when, and ``figures``
    holds, for each figure, the numbers of the assignments that were counted.
    """

    rhythm = fields.CharField(max_length=20)
    day = day()
    due_at = moment(null=True)
    made_at = moment(null=True)
    figures: dict[str, Any] = fields.JSONField(null=True)

    class Meta:
        table = "digest"
        indexes = (Waiting(fields=("due_at",)),)
