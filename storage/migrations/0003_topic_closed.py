"""A chat that is a topic knows that the topic was closed."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_outbox_heads")]
    initial = False

    operations = [
        ops.AddField(
            model_name="Chat", name="topic_closed", field=fields.BooleanField(default=False, db_default=False)
        ),
    ]
