"""Calls of one account in their order, for the list of calls."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0042_schedules"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="toolcall",
            index=models.Index(
                condition=models.Q(("by__isnull", False)),
                fields=["by", "reserved_at", "id"],
                name="toolcall_by",
            ),
        ),
    ]
