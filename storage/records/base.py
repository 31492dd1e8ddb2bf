"""What every record has.

A record's docstring becomes its table's comment, and Tortoise splits what it runs at semicolons: use none.
"""

from __future__ import annotations

from typing import Any, cast

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model, ModelMeta


class RecordMeta(ModelMeta):
    """Makes the classes of records.

    Tortoise would read and parse each class's source for comments on its fields, which no table here gets:
    a tenth of a second at every start.
    """

    def __new__(  # noqa: PYI034 - Self has no meaning in a metaclass
        cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]
    ) -> RecordMeta:
        """Make a class."""
        return cast(RecordMeta, super().__new__(cls, name, bases, {**attrs, "_no_comments": True}))


class Record(Model, metaclass=RecordMeta):
    """A row of the ledger: its number is given by the unit of work that adds it."""

    id = fields.BigIntField(primary_key=True)

    class Meta:
        abstract = True


class Waiting(Index):
    """An index of the rows in which a column is filled: the many that wait for nothing cost nothing."""

    def __init__(self, *, fields: tuple[str] | list[str], name: str | None = None) -> None:
        super().__init__(fields=fields, name=name)
        (column,) = fields
        self.extra = f' WHERE "{column}" IS NOT NULL'


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
