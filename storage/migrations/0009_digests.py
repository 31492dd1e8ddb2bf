"""Digests with the rows behind their figures, and the private chat in which somebody enrolled."""

import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from storage.records.base import Waiting


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_letters")]
    initial = False

    operations = [
        ops.CreateModel(
            name="Digest",
            fields=[
                ("id", fields.BigIntField(primary_key=True, unique=True, db_index=True)),
                ("rhythm", fields.CharField(max_length=20)),
                ("day", fields.DateField()),
                ("due_at", fields.BigIntField(null=True)),
                ("made_at", fields.BigIntField(null=True)),
                ("figures", fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
            ],
            options={"table": "digest", "app": "ledger", "indexes": [Waiting(fields=["due_at"])], "pk_attr": "id", "table_description": "A digest of how a plan stands (周报)."},
            bases=["Record"],
        ),
        ops.AddField(
            model_name="Membership",
            name="private",
            field=fields.BigIntField(null=True),
        ),
    ]
