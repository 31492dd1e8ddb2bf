"""What may be sent next is found without reading the messages themselves."""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    initial = False

    operations = [
        ops.AddIndex(model_name="OutboxRow", index=Index(fields=["status", "urgent", "chat_id"])),
    ]
