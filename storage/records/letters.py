"""Supervision slips, namings in public and interviews: drafted by the bot, signed by a coordinator."""

from __future__ import annotations

from tortoise import fields

from storage.records.base import Record, link, moment
from storage.terms.errors import Refusal
from storage.terms.letters import LetterStatus


class Letter(Record):
    """A letter (文书) about what is late.

    ``department`` is None for a naming, which is of several. ``assignments`` are those whose step called for
    it. ``words`` is what a coordinator demands in place of the usual wording, ``number`` the number given by
    hand, or on signing; ``file`` is what was sent.
    """

    kind = fields.CharField(max_length=20)
    department = link("Department", null=True)
    assignments: list[int] = fields.JSONField()
    words = fields.TextField(default="")
    number = fields.CharField(max_length=60, default="")
    status = fields.CharField(max_length=20, default=LetterStatus.DRAFT.value)
    made_at = moment()
    decided_at = moment(null=True)
    member = link("Member", null=True)
    file = link("StoredFile", null=True)
    department_id: int | None
    member_id: int | None
    file_id: int | None

    class Meta:
        table = "letter"
        indexes = (("status", "kind"),)

    def sign(self, number: str, now: int) -> None:
        """Give it its number and let it go out."""
        self._decide(LetterStatus.SIGNED, now)
        self.number = number

    def drop(self, now: int) -> None:
        """Let it never go out."""
        self._decide(LetterStatus.DROPPED, now)

    def _decide(self, after: LetterStatus, now: int) -> None:
        if self.status != LetterStatus.DRAFT:
            raise Refusal("letter.settled")
        self.status, self.decided_at = after.value, now


class LetterTemplate(Record):
    """An office's own template of a kind of letter, in place of the one that comes with the program."""

    kind = fields.CharField(max_length=20, unique=True)
    file = link("StoredFile")
    at = moment()
    file_id: int

    class Meta:
        table = "letter_template"
