"""What every record has.

A record's docstring becomes its table's comment, and Tortoise splits what it runs at semicolons: use none.
"""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Record(Model):
    """A row of the ledger: its number is given by the unit of work that adds it."""

    id = fields.BigIntField(primary_key=True)

    class Meta:
        abstract = True


def day(**options: Any) -> Any:
    """A day of the office's calendar."""
    return fields.DateField(**options)


def moment(**options: Any) -> Any:
    """A moment in epoch milliseconds."""
    return fields.BigIntField(**options)


def link(model: str, **options: Any) -> Any:
    """A reference to another record, indexed: the record referred to cannot be deleted."""
    return fields.ForeignKeyField(
        f"ledger.{model}", related_name=False, on_delete=fields.RESTRICT, db_index=True, **options
    )
