"""The ladder: when a due day must be looked at again, what was said of it, and the bundles it went out in."""

import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from storage.records.base import Waiting


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_calendar_year")]
    initial = False

    operations = [
        ops.CreateModel(
            name="Bundle",
            fields=[
                ("id", fields.BigIntField(primary_key=True, unique=True, db_index=True)),
                ("chat", fields.ForeignKeyField("ledger.Chat", source_field="chat_id", db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("due_at", fields.BigIntField(null=True)),
                ("day", fields.DateField(null=True)),
                ("upto", fields.BigIntField(default=0)),
                ("asks", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("outbox", fields.ForeignKeyField("ledger.OutboxRow", source_field="outbox_id", null=True, db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
            ],
            options={"table": "bundle", "app": "ledger", "unique_together": (("chat", "day"),), "indexes": [Waiting(fields=["due_at"])], "pk_attr": "id", "table_description": "Everything unasked for one chat on one working day, in one message."},
            bases=["Record"],
        ),
        ops.CreateModel(
            name="Snooze",
            fields=[
                ("id", fields.BigIntField(primary_key=True, unique=True, db_index=True)),
                ("department", fields.ForeignKeyField("ledger.Department", source_field="department_id", db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("until", fields.DateField()),
                ("reason", fields.TextField(unique=False)),
                ("member", fields.ForeignKeyField("ledger.Member", source_field="member_id", null=True, db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("at", fields.BigIntField()),
                ("ended_at", fields.BigIntField(null=True)),
            ],
            options={"table": "snooze", "app": "ledger", "pk_attr": "id", "table_description": "A department that is asked nothing through a day (免扰), and why: a coordinator's word."},
            bases=["Record"],
        ),
        ops.CreateModel(
            name="StepRow",
            fields=[
                ("id", fields.BigIntField(primary_key=True, unique=True, db_index=True)),
                ("key", fields.CharField(unique=True, max_length=120)),
                ("kind", fields.CharField(max_length=20)),
                ("day", fields.DateField()),
                ("at", fields.BigIntField()),
                ("department", fields.ForeignKeyField("ledger.Department", source_field="department_id", null=True, db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("assignment", fields.ForeignKeyField("ledger.Assignment", source_field="assignment_id", null=True, db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("milestone", fields.ForeignKeyField("ledger.Milestone", source_field="milestone_id", null=True, db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("version", fields.IntField(default=0)),
                ("data", fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
            ],
            options={"table": "step", "app": "ledger", "pk_attr": "id", "table_description": "One thing to be said unasked, once: ``key`` names what it is of, its version and its step."},
            bases=["Record"],
        ),
        ops.AddField(
            model_name="Assignment",
            name="last_step",
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name="Assignment",
            name="next_step_at",
            field=fields.BigIntField(null=True, default=0, db_default=0),
        ),
        ops.AddField(
            model_name="Assignment",
            name="runs_from",
            field=fields.BigIntField(null=True),
        ),
        ops.AddIndex(
            model_name="Assignment",
            index=Waiting(fields=["next_step_at"]),
        ),
        ops.AddField(
            model_name="Milestone",
            name="last_step",
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name="Milestone",
            name="next_step_at",
            field=fields.BigIntField(null=True, default=0, db_default=0),
        ),
        ops.AddField(
            model_name="Milestone",
            name="set_at",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="Milestone",
            name="statutory",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddIndex(
            model_name="Milestone",
            index=Waiting(fields=["next_step_at"]),
        ),
        ops.AddField(
            model_name="Plan",
            name="last_prompt",
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name="Plan",
            name="next_prompt_at",
            field=fields.BigIntField(null=True, default=0, db_default=0),
        ),
        ops.AddField(
            model_name="Plan",
            name="policy",
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
        ),
        ops.AddField(
            model_name="PlanItem",
            name="cadence",
            field=fields.CharField(null=True, max_length=20),
        ),
    ]

