"""What came in, what goes out, what was kept of it, and the trail of every change."""

from __future__ import annotations

from typing import Any

from tortoise import fields

from storage.records.base import Record, link, moment
from storage.terms.statuses import InboxStatus, OutboxStatus


class InboxRow(Record):
    """An event as it arrived, masked: on disk before it is acknowledged."""

    platform = fields.CharField(max_length=20)
    event = fields.CharField(max_length=200)
    chat = fields.CharField(max_length=120)
    kind = fields.CharField(max_length=20)
    payload: dict[str, Any] = fields.JSONField(null=True)
    status = fields.CharField(max_length=20, default=InboxStatus.PENDING.value)
    received_at = moment()
    done_at = moment(null=True)
    error = fields.TextField(default="")

    class Meta:
        table = "inbox"
        unique_together = (("platform", "event"),)
        indexes = (("status",),)


class OutboxRow(Record):
    """A message to be said, or (with ``target``) an earlier one to be shown anew.

    ``token`` is what this card's buttons carry. ``key``, where set, makes a message unique. A change that
    cannot be made in place, or not wholly, is posted from the part ``posts_from`` on.
    """

    chat = link("Chat")
    target = link("OutboxRow", null=True)
    key = fields.CharField(max_length=200, null=True, unique=True)
    token = fields.CharField(max_length=20, unique=True)
    card: dict[str, Any] = fields.JSONField()
    reply_to = fields.CharField(max_length=60, null=True)
    urgent = fields.BooleanField()
    status = fields.CharField(max_length=20, default=OutboxStatus.PENDING.value)
    not_before = moment()
    attempts = fields.IntField(default=0)
    created_at = moment()
    sent_at = moment(null=True)
    error = fields.TextField(default="")
    posts_from = fields.IntField(null=True)
    chat_id: int
    target_id: int | None

    class Meta:
        table = "outbox"
        indexes = (("status", "not_before"), ("status", "urgent", "chat_id"))


class MessageRef(Record):
    """Where a card stands on its platform: a reply to that message speaks of the card."""

    chat = link("Chat")
    message = fields.CharField(max_length=60)
    outbox = link("OutboxRow")
    chat_id: int
    outbox_id: int

    class Meta:
        table = "message_ref"
        unique_together = (("chat", "message"),)


class StoredFile(Record):
    """A file that came in or was made, by content."""

    digest = fields.CharField(max_length=64)
    name = fields.CharField(max_length=200)
    mime = fields.CharField(max_length=120)
    size = fields.IntField()
    content = fields.BinaryField()
    created_at = moment()

    class Meta:
        table = "stored_file"
        indexes = (("digest",),)


class Dialogue(Record):
    """A conversation of several steps, and where it stands."""

    chat = link("Chat")
    member = link("Member", null=True)
    kind = fields.CharField(max_length=40)
    state: dict[str, Any] = fields.JSONField()
    created_at = moment()
    closed_at = moment(null=True)
    chat_id: int
    member_id: int | None

    class Meta:
        table = "dialogue"


class AuditRow(Record):
    """One step of the trail: who did what, when, from which message: chained by hash.

    ``hash`` covers every other column and the hash before it.
    """

    at = moment()
    verb = fields.CharField(max_length=60)
    member_id = fields.BigIntField(null=True)
    who = fields.CharField(max_length=160)
    chat_id = fields.BigIntField(null=True)
    message = fields.CharField(max_length=60, null=True)
    plan_id = fields.BigIntField(null=True, db_index=True)
    item_id = fields.BigIntField(null=True, db_index=True)
    department_id = fields.BigIntField(null=True)
    data: dict[str, Any] = fields.JSONField()
    previous = fields.CharField(max_length=64)
    hash = fields.CharField(max_length=64)

    class Meta:
        table = "audit"
