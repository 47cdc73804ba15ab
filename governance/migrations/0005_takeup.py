"""The turns in which workers go on with an operation, and what keeps them from it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0004_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="operation",
            name="turn",
            field=models.PositiveIntegerField(
                default=0,
                help_text="Counts who went on with it; what was told of an earlier turn ends.",
            ),
        ),
        migrations.AddField(
            model_name="operation",
            name="failures",
            field=models.PositiveIntegerField(
                default=0, help_text="How often in a row it could not go on."
            ),
        ),
        migrations.AddField(
            model_name="operation",
            name="fault",
            field=models.TextField(
                blank=True, default="", help_text="What kept it from going on the last time."
            ),
        ),
        migrations.AlterField(
            model_name="operation",
            name="heartbeat_at",
            field=models.DateTimeField(
                blank=True,
                help_text="The last sign of life by the database's clock; empty when nobody was told to go on.",
                null=True,
            ),
        ),
    ]
