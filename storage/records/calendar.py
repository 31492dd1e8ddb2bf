"""The office's calendar, as far as it was given by hand."""

from __future__ import annotations

from typing import Any

from tortoise import fields

from storage.records.base import Record, moment


class CalendarYear(Record):
    """A year's arrangement of days off (放假安排), as somebody gave it: it outranks the library's."""

    year = fields.IntField(unique=True)
    days: dict[str, Any] = fields.JSONField()
    source = fields.CharField(max_length=200)
    at = moment()

    class Meta:
        table = "calendar_year"
