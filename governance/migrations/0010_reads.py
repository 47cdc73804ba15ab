"""What clearing large groups of errors would do, counted ahead; search by text and cause together."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations, models
from django.db.models.functions import Upper

CAUSES = """
UPDATE governance_errortext x SET message_key = e.message_key
FROM (
    SELECT id, message_key FROM governance_huberror
    UNION ALL SELECT id, message_key FROM governance_archivederror) e
WHERE e.id = x.error_id
"""


class Migration(migrations.Migration):
    dependencies = [("governance", "0009_writes")]
    operations = [
        migrations.CreateModel(
            name="GroupEffects",
            fields=[
                ("grouping", models.TextField(primary_key=True, serialize=False)),
                ("counted_at", models.DateTimeField()),
                ("stamp", models.BigIntegerField(null=True)),
                ("effects", models.JSONField(default=list)),
            ],
        ),
        BtreeGinExtension(),
        migrations.RemoveIndex(model_name="errortext", name="error_text_trgm"),
        migrations.AddField(
            model_name="errortext",
            name="message_key",
            field=models.BinaryField(max_length=16, editable=False, db_default=b""),
        ),
        migrations.RunSQL(CAUSES, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="errortext",
            index=GinIndex(
                OpClass(Upper("body"), name="gin_trgm_ops"),
                "message_key",
                name="error_text_words",
                # kB: room for the words of 10,000 errors, merged afterwards and not while filing
                gin_pending_list_limit=16384,
            ),
        ),
    ]
