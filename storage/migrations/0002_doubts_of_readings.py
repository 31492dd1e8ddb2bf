"""A doubt may be about fields of the reading."""

import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    initial = False

    operations = [
        ops.AddField(
            model_name="Doubt",
            name="about",
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
        ),
    ]
