"""A change of a message knows from which part on it is posted as new messages."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_topic_closed")]
    initial = False

    operations = [
        ops.AddField(model_name="OutboxRow", name="posts_from", field=fields.IntField(null=True)),
    ]
