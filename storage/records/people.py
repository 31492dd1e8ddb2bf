"""Departments, the people who speak for them, and the chats they speak in."""

from __future__ import annotations

from datetime import date

from tortoise import fields

from storage.records.base import Record, day, link, moment


class Department(Record):
    """A responsible body (单位), with the days between which it exists."""

    name = fields.CharField(max_length=120, unique=True)
    kind = fields.CharField(max_length=20)
    since = day(null=True)
    until = day(null=True)

    class Meta:
        table = "department"

    def exists_on(self, on: date) -> bool:
        """Tell whether the register lists the department on a day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


class DepartmentAlias(Record):
    """Another name (别名) of a department: one name means one department."""

    department = link("Department")
    name = fields.CharField(max_length=120, unique=True)
    department_id: int

    class Meta:
        table = "department_alias"


class Collective(Record):
    """A collective name (统称) and the kinds of departments it stands for.

    ``choose``: the name alone does not say which: a coordinator chooses.
    """

    name = fields.CharField(max_length=120, unique=True)
    kinds: list[str] = fields.JSONField()
    choose = fields.BooleanField()

    class Meta:
        table = "collective"


class Member(Record):
    """A person known to the office."""

    name = fields.CharField(max_length=120)
    created_at = moment()

    class Meta:
        table = "member"


class Account(Record):
    """A member's account on a platform: a member may have several."""

    member = link("Member")
    platform = fields.CharField(max_length=20)
    external = fields.CharField(max_length=120)
    member_id: int

    class Meta:
        table = "account"
        unique_together = (("platform", "external"),)


class Membership(Record):
    """A role a member holds, for a department where the role is one department's.

    ``private`` is the number of the chat with the bot in which they enrolled themselves, where it was one.
    """

    member = link("Member")
    role = fields.CharField(max_length=20)
    department = link("Department", null=True)
    since = moment()
    until = moment(null=True)
    private = fields.BigIntField(null=True)
    member_id: int
    department_id: int | None

    class Meta:
        table = "membership"


class Leave(Record):
    """A member's leave: the deputy answers in their place from the first to the last day."""

    member = link("Member")
    deputy = link("Member", null=True)
    first_day = day()
    last_day = day()
    ended = fields.BooleanField(default=False)
    member_id: int
    deputy_id: int | None

    class Meta:
        table = "leave"


class Chat(Record):
    """A chat of a platform."""

    platform = fields.CharField(max_length=20)
    external = fields.CharField(max_length=120)
    thread = fields.CharField(max_length=60, default="")
    title = fields.CharField(max_length=200)
    purpose = fields.CharField(max_length=20)
    active = fields.BooleanField(default=True)
    topic_closed = fields.BooleanField(default=False, db_default=False)
    created_at = moment()

    class Meta:
        table = "chat"
        unique_together = (("platform", "external", "thread"),)


class ChatAlias(Record):
    """An identifier a chat had before: old messages keep it."""

    chat = link("Chat")
    platform = fields.CharField(max_length=20)
    external = fields.CharField(max_length=120)
    chat_id: int

    class Meta:
        table = "chat_alias"
        unique_together = (("platform", "external"),)


class ChatBinding(Record):
    """A department spoken to in a chat: each side may have several."""

    chat = link("Chat")
    department = link("Department")
    active = fields.BooleanField(default=True)
    chat_id: int
    department_id: int

    class Meta:
        table = "chat_binding"
        unique_together = (("chat", "department"),)


class Code(Record):
    """A one-time code (口令): only its hash is kept."""

    digest = fields.CharField(max_length=64, unique=True)
    purpose = fields.CharField(max_length=20)
    payload: dict[str, object] = fields.JSONField()
    created_at = moment()
    expires_at = moment()
    used_at = moment(null=True)

    class Meta:
        table = "code"
