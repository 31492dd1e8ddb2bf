"""Campaigns, whom they ask and what is answered; a plan's ledger frozen."""

import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from storage.records.base import Waiting


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_ladder")]
    initial = False

    operations = [
        ops.CreateModel(
            name="Campaign",
            fields=[
                ("id", fields.BigIntField(primary_key=True, unique=True, db_index=True)),
                ("key", fields.CharField(unique=True, max_length=80)),
                ("template", fields.CharField(max_length=40)),
                ("title", fields.CharField(max_length=120)),
                ("definition", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("year", fields.IntField()),
                ("opens", fields.DateField()),
                ("closes", fields.DateField()),
                ("status", fields.CharField(default="planned", max_length=20)),
                ("next_at", fields.BigIntField(null=True)),
                ("last_chase", fields.DateField(null=True)),
                ("asked", fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("created_at", fields.BigIntField()),
                ("opened_at", fields.BigIntField(null=True)),
                ("closed_at", fields.BigIntField(null=True)),
            ],
            options={"table": "campaign", "app": "ledger", "indexes": [Waiting(fields=["next_at"])], "pk_attr": "id", "table_description": "One question to many departments with a window, made from a template that is frozen with it."},
            bases=["Record"],
        ),
        ops.CreateModel(
            name="Ask",
            fields=[
                ("id", fields.BigIntField(primary_key=True, unique=True, db_index=True)),
                ("campaign", fields.ForeignKeyField("ledger.Campaign", source_field="campaign_id", db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("department", fields.ForeignKeyField("ledger.Department", source_field="department_id", db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("answered_at", fields.BigIntField(null=True)),
                ("nil", fields.BooleanField(default=False)),
                ("member", fields.ForeignKeyField("ledger.Member", source_field="member_id", null=True, db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("member_name", fields.CharField(default="", max_length=120)),
            ],
            options={"table": "ask", "app": "ledger", "unique_together": (("campaign", "department"),), "pk_attr": "id", "table_description": "What a campaign asks of one department. ``nil``: it answered that there is nothing (零报告)."},
            bases=["Record"],
        ),
        ops.CreateModel(
            name="AskRow",
            fields=[
                ("id", fields.BigIntField(primary_key=True, unique=True, db_index=True)),
                ("ask", fields.ForeignKeyField("ledger.Ask", source_field="ask_id", db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("position", fields.IntField()),
                ("cells", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("origin", fields.CharField(max_length=20)),
                ("assignment", fields.ForeignKeyField("ledger.Assignment", source_field="assignment_id", null=True, db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("struck_at", fields.BigIntField(null=True)),
            ],
            options={"table": "ask_row", "app": "ledger", "pk_attr": "id", "table_description": "One row of what is answered, prefilled or written: a row that another took the place of is struck."},
            bases=["Record"],
        ),
        ops.CreateModel(
            name="Snapshot",
            fields=[
                ("id", fields.BigIntField(primary_key=True, unique=True, db_index=True)),
                ("plan", fields.ForeignKeyField("ledger.Plan", source_field="plan_id", db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("kind", fields.CharField(max_length=20)),
                ("name", fields.CharField(max_length=60)),
                ("at", fields.BigIntField()),
                ("digest", fields.CharField(max_length=64)),
                ("trail", fields.CharField(max_length=64)),
                ("file", fields.ForeignKeyField("ledger.StoredFile", source_field="file_id", db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
            ],
            options={"table": "snapshot", "app": "ledger", "pk_attr": "id", "table_description": "A plan's ledger frozen (建账、查账、交账): its content as a file, and the hash of it."},
            bases=["Record"],
        ),
        ops.AddField(
            model_name="Plan",
            name="next_event_at",
            field=fields.BigIntField(null=True, default=0, db_default=0),
        ),
    ]
