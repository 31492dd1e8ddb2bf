"""The ledger knows years' arrangements of days off that somebody gave."""

import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_posted_parts")]
    initial = False

    operations = [
        ops.CreateModel(
            name="CalendarYear",
            fields=[
                ("id", fields.BigIntField(primary_key=True, unique=True, db_index=True)),
                ("year", fields.IntField(unique=True)),
                ("days", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("source", fields.CharField(max_length=200)),
                ("at", fields.BigIntField()),
            ],
            options={"table": "calendar_year", "app": "ledger", "pk_attr": "id", "table_description": "A year's arrangement of days off (放假安排), as somebody gave it: it outranks the library's."},
            bases=["Record"],
        ),
    ]
