"""The backlog of each day is kept; parked, expiring and resolved errors are counted by index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0021_company_history"),
    ]

    operations = [
        migrations.CreateModel(
            name="BacklogDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("error_table", models.TextField()),
                ("opened", models.BigIntegerField()),
                ("closed", models.BigIntegerField()),
                ("open", models.BigIntegerField()),
            ],
            options={
                "ordering": ["day", "error_table"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "error_table"), name="one_backlog_a_day"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="archivederror",
            index=models.Index(fields=["created_at"], name="archive_created"),
        ),
        migrations.AddIndex(
            model_name="huberror",
            index=models.Index(
                condition=models.Q(("disposition", "PARKED")),
                fields=["escalation_level", "parked_at"],
                name="error_parked_since",
            ),
        ),
        migrations.AddIndex(
            model_name="huberror",
            index=models.Index(
                condition=models.Q(("disposition__in", ["RETRY", "PARKED"])),
                fields=["expires_at", "disposition"],
                name="error_open_expires",
            ),
        ),
        migrations.AddIndex(
            model_name="huberror",
            index=models.Index(
                condition=models.Q(("resolved_at__isnull", False)),
                fields=["resolved_at"],
                name="error_resolved",
            ),
        ),
    ]
