"""Letters that a coordinator signs, and an office's own templates of them."""

import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_campaigns")]
    initial = False

    operations = [
        ops.CreateModel(
            name="Letter",
            fields=[
                ("id", fields.BigIntField(primary_key=True, unique=True, db_index=True)),
                ("kind", fields.CharField(max_length=20)),
                ("department", fields.ForeignKeyField("ledger.Department", source_field="department_id", null=True, db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("assignments", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("words", fields.TextField(default="", unique=False)),
                ("number", fields.CharField(default="", max_length=60)),
                ("status", fields.CharField(default="draft", max_length=20)),
                ("made_at", fields.BigIntField()),
                ("decided_at", fields.BigIntField(null=True)),
                ("member", fields.ForeignKeyField("ledger.Member", source_field="member_id", null=True, db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("file", fields.ForeignKeyField("ledger.StoredFile", source_field="file_id", null=True, db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
            ],
            options={"table": "letter", "app": "ledger", "indexes": [Index(fields=["status", "kind"])], "pk_attr": "id", "table_description": "A letter (文书) about what is late."},
            bases=["Record"],
        ),
        ops.CreateModel(
            name="LetterTemplate",
            fields=[
                ("id", fields.BigIntField(primary_key=True, unique=True, db_index=True)),
                ("kind", fields.CharField(unique=True, max_length=20)),
                ("file", fields.ForeignKeyField("ledger.StoredFile", source_field="file_id", db_index=True, db_constraint=True, to_field="id", related_name=False, on_delete=OnDelete.RESTRICT)),
                ("at", fields.BigIntField()),
            ],
            options={"table": "letter_template", "app": "ledger", "pk_attr": "id", "table_description": "An office's own template of a kind of letter, in place of the one that comes with the program."},
            bases=["Record"],
        ),
    ]
