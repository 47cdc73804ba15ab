"""What a running operation waits for, and by which policies of error tables its rows were judged."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("governance", "0006_accounts")]
    operations = [
        migrations.AddField(
            model_name="operation",
            name="suspects",
            field=models.PositiveIntegerField(
                default=0, help_text="So many of the next rows hold one that fails."
            ),
        ),
        migrations.AddField(
            model_name="operation",
            name="waits_for",
            field=models.TextField(
                blank=True,
                default="",
                help_text="Who holds the lock that rows of it wait for, and since when.",
            ),
        ),
        migrations.AddField(
            model_name="operation",
            name="waits_since",
            field=models.DateTimeField(
                blank=True, null=True, help_text="Since when nothing but waiting rows is left."
            ),
        ),
        migrations.AddField(
            model_name="operation",
            name="refused_tables",
            field=ArrayField(
                base_field=models.TextField(),
                blank=True,
                null=True,
                size=None,
                help_text="Error tables that do not allow the verb, when its rows were last judged by them.",
            ),
        ),
    ]
